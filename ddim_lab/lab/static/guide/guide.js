// The guide: one sentence, one highlighted control, one action; it waits for the learner and can be skipped.
// Questions are data: a guess is committed before the server tells what the core computed.
import { all, button, element, finder } from "../dom.js";
import { Rest } from "../throttle.js";
import { spelled } from "../words.js";
import { Asking } from "./asking.js";
import { END, LEVELS } from "./memory.js";
import { beginning } from "./place.js";
import { hold, keepRoom } from "./room.js";
import { filled, WORDS } from "./words.js";

/** @typedef {import("./asking.js").Question} Question */
/** @typedef {import("./asking.js").State} State */
/**
 * @typedef {{ key: string, sentence: string, level: number, highlight: string, done_by?: string,
 *   question?: string | null }} Step
 */
/**
 * @typedef {object} Lesson
 * @property {string} page whose guide it is
 * @property {Step[]} guide
 * @property {Question[]} questions
 * @property {Omit<import("./place.js").Wanted, "kept">} wanted where to begin, if not where the learner was
 * @property {string} [farewell]
 * @property {boolean} [waits] whether a link brought a setting, which no question replaces until the learner begins
 * @property {boolean} [isShown] whether someone shows it to others, and reveals the replies
 */
/**
 * @typedef {object} Hears
 * @property {(state: State) => boolean} onOpen a question opens a state of the page; whether the learner's was another
 * @property {() => void} onOwn the learner's own comes back, if it was away
 * @property {(key: string, choice: number | null, attempt: number) => void} onAsk the core shall judge a guess
 * @property {(level: number) => void} onLevel a step has more controls
 * @property {(ghost: any) => void} onGhost what a guess stood for is to be shown, or null: no more
 * @property {() => void} onVeil what would answer a question is another than before
 * @property {() => void} [onBegin] it leads from here on
 * @property {() => void} [onStep] something else is waited for
 */

const PAUSE = 700; // ms a step that is done stays to be seen, and whoever goes on doing it is not disturbed

export class Guide {
  /**
   * @param {HTMLElement} root
   * @param {Lesson} lesson
   * @param {import("./memory.js").Memory} memory
   * @param {Hears} hears
   */
  constructor(root, { page, guide, questions, wanted, farewell = WORDS.farewell, ...how }, memory, hears) {
    this.root = root;
    this.page = page;
    this.steps = guide;
    this.memory = memory;
    this.hears = hears;
    this.farewell = farewell;
    this.isShown = how.isShown ?? false;
    this.waits = how.waits ?? false;
    /** @type {Record<string, Question>} */
    this.questions = Object.fromEntries(questions.map(question => [question.key, question]));
    const guided = new Set(guide.map(step => step.question));
    this.beside = questions.filter(question => !guided.has(question.key)); // for afterwards
    this.extra = this.beside; // those of them that were not asked yet
    const $ = finder(root);
    this.box = $(".guide");
    this.panel = $(".guide-panel");
    this.body = $(".guide-body");
    this.actions = $(".guide-actions");
    this.resting = new Rest();
    this.onResize = () => this.held();
    addEventListener("resize", this.onResize);
    /** @type {Asking | null} */
    this.asking = null;
    this.isHaunted = false; // whether a guess's ghost is shown
    this.isLeveled = guide.some(step => step.level > 1); // elsewhere all controls are there from the first step on
    this.level = wanted.level ?? (this.isLeveled ? (memory.level ?? 1) : 1);
    this.index = beginning(guide, { ...wanted, kept: memory.placeOn(page) });
    const asked = this.extra.find(({ key }) => key === wanted.ask);
    if (asked) this.askExtra(asked);
    else this.show();
  }

  /**
   * Whether a step opens a state of its own.
   * @param {Step | undefined} step
   */
  opens(step) {
    return Object.keys(this.questions[step?.question ?? ""]?.state ?? {}).length > 0;
  }

  /** Whether a question waits for the learner to begin, for a link brought what is on the screen. */
  get isWaiting() {
    return this.waits && this.opens(this.step);
  }

  /** The question waits with its own setting. */
  wait() {
    this.hears.onLevel(this.level);
    this.body.append(element("span", "", WORDS.brought));
    this.actions.append(button("primary begin", this.index ? WORDS.goOnGuide : WORDS.begin, () => this.begin()));
  }

  /** From here on a question may open its own setting. */
  begin() {
    this.waits = false;
    this.show();
  }

  /** @returns {Step | undefined} */
  get step() {
    return this.steps[this.index];
  }

  /** The question that is open, or was just answered. */
  get question() {
    return this.asking?.question;
  }

  /** Whether what would answer the question is covered still. */
  get isCovered() {
    return this.asking?.isCovered ?? false;
  }

  /**
   * The learner did something; the guide goes on if that is what it waited for.
   * @param {string} event
   */
  happened(event) {
    if (this.body.classList.contains("done")) {
      this.goOnSoon(); // they are still at it
      return;
    }
    const isDone = this.asking ? this.asking.happened(event) : this.step?.done_by === event;
    if (!isDone) return;
    this.body.classList.add("done");
    this.goOnSoon();
  }

  goOnSoon() {
    this.resting.after(PAUSE, () => {
      this.body.classList.remove("done");
      if (this.asking) this.asking.done();
      else this.next();
    });
  }

  /** @param {number} level more controls are there from here on */
  reach(level) {
    this.level = level;
    if (this.isLeveled) this.memory.reach(level);
    this.hears.onLevel(level);
  }

  next() {
    if (this.index < this.steps.length) this.index++;
    this.show();
  }

  /** @param {number} index the step at which the learner is to be found at their next visit */
  stay(index) {
    this.memory.stay(this.page, this.steps[index]?.key ?? END);
  }

  /** Another step: what the one before left on the line goes. */
  clear() {
    this.resting.drop();
    this.haunt(null);
    this.hears.onStep?.();
    this.asking = null;
    this.body.classList.remove("done");
    this.body.replaceChildren();
    this.actions.replaceChildren();
    keepRoom(this.panel, null);
    this.box.style.height = "";
    this.mark("");
  }

  /** @param {string} highlight the one thing that is pointed at */
  mark(highlight) {
    for (const old of all(this.root, ".highlight")) old.classList.remove("highlight");
    if (highlight) this.root.querySelector(`[data-control="${highlight}"]`)?.classList.add("highlight");
  }

  show() {
    this.clear();
    if (this.isWaiting) {
      this.wait();
      return;
    }
    this.hears.onBegin?.();
    this.stay(this.index);
    const { step } = this;
    if (!step) {
      this.finished();
      return;
    }
    if (step.level > this.level) this.reach(step.level);
    this.mark(step.highlight);
    const count = element("span", "count", `${this.index + 1}/${this.steps.length}`);
    this.body.append(count, element("strong", "", spelled(step.sentence)));
    this.actions.append(button("quiet skip", WORDS.skip, () => this.next()));
    if (step.question) this.ask(this.questions[step.question], () => this.next());
    else this.yours();
  }

  /** No question is open: the learner's own setting is there. */
  yours() {
    this.hears.onOwn();
    this.hears.onVeil();
  }

  /**
   * @param {Question} question
   * @param {() => void} goOn
   */
  ask(question, goOn) {
    const isTheirs = !this.hears.onOpen(question.state);
    if (question.prompt !== this.step?.sentence) this.body.append(element("span", "prompt", spelled(question.prompt)));
    const asking = new Asking(
      question,
      {
        mark: highlight => this.mark(highlight),
        say: (...content) => this.body.replaceChildren(...content),
        offer: (...nodes) => this.offer(...nodes),
        end: node => {
          this.offer(node);
          this.actions.lastChild?.remove();
        },
      },
      {
        isShown: this.isShown,
        ask: this.hears.onAsk,
        committed: (text, choice) => this.memory.guessed(this.about(question), { choice, text }),
        waits: () => this.hears.onStep?.(),
        uncovered: () => this.hears.onVeil(),
        goOn,
      },
    );
    this.asking = asking;
    if (!isTheirs) this.offerBack();
    keepRoom(this.panel, question);
    this.held();
    this.hears.onVeil();
    const { guesses, isTold } = this.memory.open(question.key);
    asking.guess.resume(guesses, isTold);
  }

  /** The line is as high as its question, also once the window is another. */
  held() {
    if (this.asking) hold(this.box, "height");
  }

  /** @param {Question} question */
  about({ key, prompt }) {
    return { page: this.page, key, prompt };
  }

  /** @param {Node[]} nodes before the last action, which skips the step */
  offer(...nodes) {
    for (const node of nodes) /** @type {Element} */ (this.actions.lastChild).before(node);
  }

  /** The learner is told that the question opened a setting of its own, and may have theirs at once. */
  offerBack() {
    const note = element("span", "own hint", `${WORDS.own} `);
    note.append(
      button("quiet back-to-mine", WORDS.back, () => {
        note.remove();
        this.hears.onOwn();
      }),
    );
    this.offer(note);
  }

  /**
   * The core's word on the committed guess.
   * @param {import("./asking.js").Told} told
   */
  revealed(told) {
    const { asking } = this;
    if (!asking || asking.answered || told.key !== asking.question.key) return;
    this.body.classList.remove("done");
    asking.tell(told);
    this.memory.told(told.key, told.right, told.answer !== null);
    if (told.ghost) this.haunt(told.ghost);
    if (told.answer !== null && this.step?.question === told.key) this.stay(this.index + 1);
  }

  /** @param {any} ghost what a guess stood for; null: no more */
  haunt(ghost) {
    if (ghost || this.isHaunted) this.hears.onGhost(ghost);
    this.isHaunted = Boolean(ghost);
  }

  finished() {
    this.reach(LEVELS);
    this.yours();
    this.body.append(element("span", "", this.farewell));
    if (this.extra.length)
      this.actions.append(
        button("more-questions", filled(WORDS.more, { n: this.extra.length }), () => this.askExtra(this.extra[0])),
      );
    if (this.steps.length) this.actions.append(button("quiet again", WORDS.again, () => this.restart()));
  }

  restart() {
    this.waits = false;
    this.index = 0;
    this.show();
  }

  /** As at a first visit. */
  forget() {
    this.extra = this.beside;
    this.level = 1;
    this.hears.onLevel(1);
    this.restart();
  }

  /**
   * A question that no step of the guide asks.
   * @param {Question} question
   */
  askExtra(question) {
    this.extra = this.extra.filter(other => other !== question);
    this.clear();
    if (question.level > this.level) this.reach(question.level);
    this.actions.append(button("quiet skip", WORDS.skip, () => this.show()));
    this.ask(question, () => this.show());
  }

  skipAll() {
    this.index = this.steps.length;
    this.show();
  }

  close() {
    removeEventListener("resize", this.onResize);
    this.resting.drop();
  }
}
