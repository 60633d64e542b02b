// A question on the guide's line: the guess, what is then to be done, the reply, a second try, the answer.
import { button, element } from "../dom.js";
import { spelled } from "../words.js";
import { Guess } from "./guess.js";
import { filled, WORDS } from "./words.js";

/** @typedef {Record<string, any>} State a setting that a question opens */
/** @typedef {{ sentence: string, highlight: string, done_by: string }} Action */
/**
 * @typedef {object} Question
 * @property {string} key
 * @property {number} level
 * @property {string} prompt
 * @property {State} state
 * @property {{ text: string }[]} options
 * @property {Action | null} [do]
 * @property {number} [room] characters of the longest reply
 * @property {string[]} [hides] what of the page would answer it while it is open
 * @property {string[]} [holds] what would answer it from the guide's beginning on
 */
/** @typedef {import("./guess.js").Told & { key: string, ghost?: any }} Told */
/**
 * @typedef {object} Line where it stands
 * @property {(highlight: string) => void} mark
 * @property {(...content: (Node | string)[]) => void} say
 * @property {(...nodes: Node[]) => void} offer before what skips the step
 * @property {(node: Node) => void} end in place of what skips the step
 */
/**
 * @typedef {object} Hears
 * @property {(key: string, choice: number | null, attempt: number) => void} ask
 * @property {(text: string, choice: number) => void} committed
 * @property {() => void} waits something is to be done; it may be done already
 * @property {() => void} uncovered what would answer it is to be seen
 * @property {() => void} goOn the learner has read the answer
 * @property {boolean} isShown
 */

export class Asking {
  /**
   * @param {Question} question
   * @param {Line} line
   * @param {Hears} hears
   */
  constructor(question, line, hears) {
    this.question = question;
    this.line = line;
    this.hears = hears;
    this.acted = false; // whether what it asks for was done
    this.isCovered = true; // what would answer it is, until they are to look for themselves
    this.answered = false;
    /** @type {(() => void) | null} */
    this.goOn = null; // once what it asks for is done
    this.guess = new Guess(
      question.options.map(({ text }) => text),
      {
        isShown: hears.isShown,
        ask: (choice, attempt) => hears.ask(question.key, choice, attempt),
        committed: choice => hears.committed(this.guess.text(choice), choice),
        before: goOn => this.before(goOn),
        waiting: () => line.say(element("strong", "", WORDS.held)),
      },
    );
    this.without = button("quiet without", WORDS.without, () => this.done());
    this.without.hidden = true;
    line.offer(this.guess.box, this.without);
  }

  /**
   * After the first guess: to look for oneself. Who has done it already, while the question was open, has looked.
   * @param {() => void} goOn
   */
  before(goOn) {
    const action = this.question.do;
    if (!action || this.acted) {
      goOn();
      return;
    }
    this.goOn = goOn;
    this.uncover();
    this.without.hidden = false;
    this.line.mark(action.highlight);
    const option = this.guess.choice === null ? "" : this.guess.text(this.guess.choice);
    const guessed = element("span", "", spelled(`${filled(WORDS.guessed, { option })} `));
    this.line.say(guessed, element("strong", "", spelled(action.sentence)));
    this.hears.waits();
  }

  /**
   * The learner did something; whether it is what is waited for.
   * @param {string} event
   */
  happened(event) {
    if (event !== this.question.do?.done_by) return false;
    this.acted = true;
    return this.goOn !== null;
  }

  /** What it asked for was done, or is left. */
  done() {
    const { goOn } = this;
    this.goOn = null;
    this.without.hidden = true;
    goOn?.();
  }

  /** A guess was made: what an action or a hint asks to look at can be seen. */
  uncover() {
    this.isCovered = false;
    this.hears.uncovered();
  }

  /**
   * The core's word on a guess.
   * @param {Told} told
   */
  tell(told) {
    this.guess.tell(told);
    this.uncover();
    this.line.say(...this.guess.verdict(told));
    if (told.answer === null) return;
    this.answered = true;
    this.line.end(button("primary go", WORDS.goOn, () => this.hears.goOn()));
  }
}
