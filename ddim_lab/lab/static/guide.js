// The guide: one sentence, one highlighted control, one action; it waits for the learner and can be skipped.
// Questions are data: the guess is committed before the server reveals the answer that the core computed.
import { button, element } from "./dom.js";

const FAREWELL = "The lab is yours: every control is open. Pin a setting, change one thing, and look what moves.";

// By these the learner makes what is on screen their own.
const OWN = /-changed$|^(drawn|world-picked|digit-taken|masked|instrument-opened)$/;

export class Guide {
  constructor(
    root,
    { guide, questions, level, linked, farewell = FAREWELL },
    { onState, onAsk, onLevel, onGhost, onStep = () => {} },
  ) {
    Object.assign(this, { root, steps: guide, onState, onAsk, onLevel, onGhost, onStep, farewell });
    this.keeps = linked; // what is on screen is the learner's own: no question replaces it before they go on
    this.questions = Object.fromEntries(questions.map(question => [question.key, question]));
    const guided = new Set(guide.map(step => step.question));
    this.extra = questions.filter(question => !guided.has(question.key)); // for afterwards
    this.body = root.querySelector(".guide-body");
    this.actions = root.querySelector(".guide-actions");
    this.level = level;
    this.index = Math.max(0, level >= 4 ? this.steps.length : this.steps.findIndex(step => step.level >= level));
    this.show();
  }

  get step() {
    return this.steps[this.index];
  }

  /** The learner did something; the guide goes on if that is what it waited for. */
  happened(event) {
    if (OWN.test(event)) this.keeps = true;
    if (!this.step || this.step.done_by !== event || this.step.question || this.body.classList.contains("done")) return;
    this.body.classList.add("done");
    if (this.keeps && this.replaces(this.steps[this.index + 1])) this.actions.lastChild.before(this.goOn());
    else this.timer = setTimeout(() => this.next(), 700);
  }

  /** Whether a step opens a state of its own. */
  replaces(step) {
    return Object.keys(this.questions[step?.question]?.state ?? {}).length > 0;
  }

  goOn() {
    return button("primary go", "Go on", () => {
      if (this.replaces(this.steps[this.index + 1])) this.keeps = false;
      this.next();
    });
  }

  /** More controls are there from here on. */
  reach(level) {
    this.level = level;
    this.onLevel(level);
  }

  next() {
    this.index++;
    this.current = null;
    this.onGhost(null);
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    this.onStep();
    this.body.classList.remove("done");
    for (const old of this.root.querySelectorAll(".highlight")) old.classList.remove("highlight");
    if (!this.step) return this.finished();
    if (this.step.level > this.level) this.reach(this.step.level);
    this.root.querySelector(`[data-control="${this.step.highlight}"]`)?.classList.add("highlight");
    const count = element("span", "count", `${this.index + 1}/${this.steps.length}`);
    this.body.replaceChildren(count, element("strong", "", this.step.sentence));
    this.actions.replaceChildren();
    if (this.step.question) this.ask(this.questions[this.step.question]);
    this.actions.append(button("quiet", "Skip", () => this.next()));
  }

  ask(question) {
    this.current = question;
    if (!this.keeps) this.onState(question.state);
    if (question.prompt !== this.step?.sentence) this.body.append(" ", element("span", "prompt", question.prompt));
    question.options.forEach((option, choice) => {
      const node = button("option", option.text ?? option, () => {
        for (const other of this.actions.querySelectorAll(".option")) {
          other.disabled = true;
          other.classList.toggle("chosen", other === node);
        }
        this.onAsk(question.key, choice);
      });
      node.dataset.choice = choice;
      this.actions.append(node);
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
    this.body.replaceChildren(
      verdict,
      element("span", "", [right ? "" : told.reply, told.explanation].filter(Boolean).join(" ")),
    );
    if (told.ghost) this.onGhost(told.ghost);
    this.actions.lastChild.before(this.goOn());
    this.current = null;
  }

  finished() {
    this.reach(4);
    this.body.replaceChildren(element("span", "", this.farewell));
    this.actions.replaceChildren();
    if (this.extra.length)
      this.actions.append(button("more-questions", `Ask me something (${this.extra.length})`, () => this.askExtra()));
    this.actions.append(
      button("quiet", "Guide from the start", () => {
        this.keeps = false;
        this.index = 0;
        this.show();
      }),
    );
  }

  /** A question that no step of the guide asks. */
  askExtra() {
    const question = this.extra.shift();
    this.keeps = false;
    this.onStep();
    this.body.replaceChildren();
    this.actions.replaceChildren();
    this.ask(question);
    this.actions.append(button("quiet", "Skip", () => this.next()));
  }

  skipAll() {
    this.index = this.steps.length - 1;
    this.next();
  }
}
