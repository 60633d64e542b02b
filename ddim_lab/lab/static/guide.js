// The guide: one sentence, one highlighted control, one action; it waits for the learner and can be skipped.
// Questions are data: the guess is committed before the server reveals the answer that the core computed.
import { all, button, element, finder } from "./dom.js";
import { guesses, reveal, verdict } from "./guess.js";

/** @typedef {Record<string, any>} State a setting that a question opens */
/**
 * @typedef {{ key: string, prompt: string, options: (string | { text: string })[], state: State }} Question
 * @typedef {{ key: string, sentence: string, level: number, highlight: string, done_by?: string, question?: string }}
 *   Step
 * @typedef {{ guide: Step[], questions: Question[], level: number, linked: boolean, farewell?: string }} Lesson
 *   `linked`: a link brought what is on the screen
 * @typedef {object} Hears
 * @property {(state: State) => void} onState a question opens a state of the page
 * @property {(key: string, choice: number) => void} onAsk the learner committed a guess
 * @property {(level: number) => void} onLevel a step has more controls
 * @property {(ghost: any) => void} onGhost what a guess stood for is to be shown, or null: no more
 * @property {() => void} [onStep] another step begins
 */

const FAREWELL = "The lab is yours: every control is open. Pin a setting, change one thing, and look what moves.";
const ALL = 4; // the level with every control
const PAUSE = 700; // ms a step that is done stays to be seen

// By these the learner makes what is on screen their own.
const OWN = /-changed$|^(drawn|world-picked|digit-taken|masked|instrument-opened)$/;

export class Guide {
  /**
   * @param {HTMLElement} root
   * @param {Lesson} lesson
   * @param {Hears} hears
   */
  constructor(root, { guide, questions, level, linked, farewell = FAREWELL }, hears) {
    this.root = root;
    this.steps = guide;
    this.hears = hears;
    this.farewell = farewell;
    this.keeps = linked; // what is on screen is the learner's own: no question replaces it before they go on
    /** @type {Record<string, Question>} */
    this.questions = Object.fromEntries(questions.map(question => [question.key, question]));
    const guided = new Set(guide.map(step => step.question));
    this.extra = questions.filter(question => !guided.has(question.key)); // for afterwards
    const $ = finder(root);
    this.body = $(".guide-body");
    this.actions = $(".guide-actions");
    this.level = level;
    /** @type {Question | null} */
    this.current = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.index = Math.max(0, level >= ALL ? this.steps.length : this.steps.findIndex(step => step.level >= level));
    this.show();
  }

  /** @returns {Step | undefined} */
  get step() {
    return this.steps[this.index];
  }

  /**
   * The learner did something; the guide goes on if that is what it waited for.
   * @param {string} event
   */
  happened(event) {
    if (OWN.test(event)) this.keeps = true;
    if (!this.step || this.step.done_by !== event || this.step.question || this.body.classList.contains("done")) return;
    this.body.classList.add("done");
    if (this.keeps && this.replaces(this.steps[this.index + 1])) this.offerToGoOn();
    else this.timer = setTimeout(() => this.next(), PAUSE);
  }

  /**
   * Whether a step opens a state of its own.
   * @param {Step | undefined} step
   */
  replaces(step) {
    return Object.keys(this.questions[step?.question ?? ""]?.state ?? {}).length > 0;
  }

  /** Before the last action, which skips the step. */
  offerToGoOn() {
    const goOn = button("primary go", "Go on", () => {
      if (this.replaces(this.steps[this.index + 1])) this.keeps = false;
      this.next();
    });
    this.actions.lastChild?.before(goOn);
  }

  /** @param {number} level more controls are there from here on */
  reach(level) {
    this.level = level;
    this.hears.onLevel(level);
  }

  next() {
    this.index++;
    this.current = null;
    this.hears.onGhost(null);
    this.show();
  }

  show() {
    clearTimeout(this.timer);
    this.hears.onStep?.();
    this.body.classList.remove("done");
    for (const old of all(this.root, ".highlight")) old.classList.remove("highlight");
    const { step } = this;
    if (!step) {
      this.finished();
      return;
    }
    if (step.level > this.level) this.reach(step.level);
    this.root.querySelector(`[data-control="${step.highlight}"]`)?.classList.add("highlight");
    const count = element("span", "count", `${this.index + 1}/${this.steps.length}`);
    this.body.replaceChildren(count, element("strong", "", step.sentence));
    this.actions.replaceChildren();
    if (step.question) this.ask(this.questions[step.question]);
    this.actions.append(button("quiet", "Skip", () => this.next()));
  }

  /** @param {Question} question */
  ask(question) {
    this.current = question;
    if (!this.keeps) this.hears.onState(question.state);
    if (question.prompt !== this.step?.sentence) this.body.append(" ", element("span", "prompt", question.prompt));
    const options = question.options.map(option => (typeof option === "string" ? option : option.text));
    this.actions.append(...guesses(options, choice => this.hears.onAsk(question.key, choice)));
  }

  /**
   * The core's answer to the committed guess.
   * @param {import("./guess.js").Told & { key: string, ghost?: any }} told
   */
  revealed(told) {
    if (!this.current || told.key !== this.current.key) return;
    reveal(all(this.actions, ".option"), told);
    this.body.replaceChildren(...verdict(told));
    if (told.ghost) this.hears.onGhost(told.ghost);
    this.offerToGoOn();
    this.current = null;
  }

  finished() {
    this.reach(ALL);
    this.body.replaceChildren(element("span", "", this.farewell));
    this.actions.replaceChildren();
    if (this.extra.length)
      this.actions.append(button("more-questions", `Ask me something (${this.extra.length})`, () => this.askExtra()));
    if (!this.steps.length) return;
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
    if (!question) return;
    this.keeps = false;
    this.hears.onStep?.();
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
