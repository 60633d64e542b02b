// The guide: one sentence, one highlighted control, one action; it waits for the learner and can be skipped.
// Questions are data: the guess is committed before the server reveals the answer that the core computed.
import { element } from "./stepcard.js";

export class Guide {
  constructor(root, { guide, questions, level }, { onState, onAsk, onLevel, onGhost }) {
    Object.assign(this, { root, steps: guide, onState, onAsk, onLevel, onGhost, done: new Set() });
    this.questions = Object.fromEntries(questions.map(question => [question.key, question]));
    this.body = root.querySelector(".guide-body");
    this.actions = root.querySelector(".guide-actions");
    this.level = level;
    this.index = Math.max(0, level >= 4 ? this.steps.length : this.steps.findIndex(step => step.level >= level));
    this.show();
  }

  get step() { return this.steps[this.index]; }

  /** The learner did something; the guide goes on if that is what it waited for. */
  happened(event) {
    if (!this.step || this.step.done_by !== event || this.step.question) return;
    clearTimeout(this.timer);
    this.body.classList.add("done");
    this.timer = setTimeout(() => this.next(), 700);
  }

  next() {
    this.index++;
    this.onGhost(null);
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    this.body.classList.remove("done");
    for (const old of this.root.querySelectorAll(".highlight")) old.classList.remove("highlight");
    if (!this.step) return this.finished();
    if (this.step.level > this.level) this.onLevel(this.level = this.step.level);
    this.root.querySelector(`[data-control="${this.step.highlight}"]`)?.classList.add("highlight");
    const count = element("span", "count", `${this.index + 1}/${this.steps.length}`);
    this.body.replaceChildren(count, element("strong", "", this.step.sentence));
    this.actions.replaceChildren();
    if (this.step.question) this.ask(this.questions[this.step.question]);
    const skip = Object.assign(element("button", "quiet", "Skip"), { type: "button" });
    skip.addEventListener("click", () => this.next());
    this.actions.append(skip);
  }

  ask(question) {
    this.current = question;
    this.onState(question.state);
    if (question.prompt !== this.step.sentence) this.body.append(" ", element("span", "prompt", question.prompt));
    question.options.forEach((option, choice) => {
      const button = Object.assign(element("button", "option", option.text ?? option), { type: "button" });
      button.dataset.choice = choice;
      button.addEventListener("click", () => {
        this.chosen = choice;
        for (const other of this.actions.querySelectorAll(".option")) { other.disabled = true; other.classList.toggle("chosen", other === button); }
        this.onAsk(question.key, choice);
      });
      this.actions.append(button);
    });
  }

  /** The core's answer to the committed guess. */
  revealed(told) {
    if (!this.current || told.key !== this.current.key) return;
    const right = told.right === told.choice;
    for (const option of this.actions.querySelectorAll(".option")) {
      option.classList.toggle("right", +option.dataset.choice === told.right);
      if (+option.dataset.choice !== told.right && +option.dataset.choice !== told.choice) option.remove();
    }
    const verdict = element("strong", right ? "verdict yes" : "verdict no", right ? "✓ Yes. " : "✗ Not quite. ");
    this.body.replaceChildren(verdict, element("span", "", [right ? "" : told.reply, told.explanation].filter(Boolean).join(" ")));
    if (told.ghost) this.onGhost(told.ghost);
    const go = Object.assign(element("button", "primary go", "Go on"), { type: "button" });
    go.addEventListener("click", () => this.next());
    this.actions.lastChild.before(go);
    this.current = null;
  }

  finished() {
    this.onLevel(this.level = 4);
    this.body.replaceChildren(element("span", "", "The lab is yours: every control is open. Pin a setting, change one thing, and look what moves."));
    const again = Object.assign(element("button", "quiet", "Guide from the start"), { type: "button" });
    again.addEventListener("click", () => { this.index = 0; this.show(); });
    this.actions.replaceChildren(again);
  }

  skipAll() { this.index = this.steps.length; this.show(); }
}
