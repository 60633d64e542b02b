// The ready-made comparisons: one sentence, a guess, and only then what the covered lanes drew.
import { button, element } from "../../static/dom.js";

export class Ready {
  /** `list`: the comparisons; onOpen(comparison), onGuess(key, choice), onReveal(guessed). */
  constructor(page, list, { onOpen, onGuess, onReveal }) {
    Object.assign(this, { list, onGuess, onReveal, open: null, pending: false });
    this.box = page.$(".predict");
    this.buttons = list.map(one => {
      const node = button("chip", one.title, () => onOpen(one));
      node.dataset.key = one.key;
      node.setAttribute("aria-pressed", "false");
      return node;
    });
    page.$(".ready").replaceChildren(...this.buttons);
    [this.sentence, this.prompt, this.options] = [".sentence", ".prompt", ".options"].map(name =>
      this.box.querySelector(name),
    );
  }

  find(key) {
    return this.list.find(one => one.key === key);
  }

  /** Which lanes wait for the guess. */
  covers(lane) {
    return this.pending && this.open.covered.includes(lane);
  }

  show(one) {
    Object.assign(this, { open: one, pending: true });
    this.mark(one.key);
    this.box.hidden = false;
    this.sentence.textContent = one.sentence;
    this.prompt.textContent = one.question.prompt;
    this.options.replaceChildren(
      ...one.question.options.map((option, choice) => {
        const node = button("option", option.text, () => {
          for (const other of this.options.children) {
            other.disabled = true;
            other.classList.toggle("chosen", other === node);
          }
          this.onGuess(one.question.key, choice);
        });
        node.dataset.choice = choice;
        return node;
      }),
      button("quiet", "Show without a guess", () => {
        this.options.replaceChildren();
        this.prompt.textContent = "";
        this.reveal(false);
      }),
    );
  }

  /** The learner changed something: what is on screen is no ready-made comparison any more. */
  leave() {
    if (this.pending) this.reveal(false);
    this.open = null;
    this.mark(null);
    this.box.hidden = true;
  }

  /** The learner changed a lane: it is no ready-made comparison any more, but its answer was read and stays. */
  changed() {
    this.open = null;
    this.mark(null);
  }

  mark(key) {
    for (const node of this.buttons) node.setAttribute("aria-pressed", node.dataset.key === key);
  }

  /** The core's answer; true if it was asked here. */
  answered(told) {
    if (!this.pending || told.key !== this.open.question.key) return false;
    const right = told.right === told.choice;
    for (const node of [...this.options.children]) {
      node.classList.toggle("right", +node.dataset.choice === told.right);
      if (![told.right, told.choice].map(String).includes(node.dataset.choice)) node.remove();
    }
    const verdict = element("strong", "verdict", right ? "✓ Yes. " : "✗ Not quite. ");
    this.prompt.replaceChildren(
      verdict,
      element("span", "", [right ? "" : told.reply, told.explanation].filter(Boolean).join(" ")),
    );
    this.reveal(true);
    return true;
  }

  reveal(guessed) {
    this.pending = false;
    this.onReveal(guessed);
  }
}
