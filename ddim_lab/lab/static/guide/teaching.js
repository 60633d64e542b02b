// What a page has beside its views: the guide, guesses, what this browser remembers, and the setting a question leaves.
import { changedFrom } from "../links.js";
import { Guess } from "./guess.js";
import { Guide } from "./guide.js";
import { KEY, Memory } from "./memory.js";
import { MyAnswers } from "./myanswers.js";
import { LAST } from "./place.js";
import { Projector } from "./projector.js";
import { browserStore } from "./store.js";

/** @typedef {import("../page.js").Values} Values */
/** @typedef {import("./asking.js").Told} Told */
/** @typedef {{ first?: number, level?: number, step?: string, brought?: boolean }} At */
/**
 * @typedef {{ settings: Values, own: Values, mine: Values, told: string }} Held the learner's, as links and the page
 *   have it
 */

const ELSEWHERE = "This question is not asked here: with the network or the table of this lab it has no answer.";

export class Teaching {
  /** @param {import("../page.js").LivePage} page */
  constructor(page) {
    this.page = page;
    this.memory = new Memory(browserStore(() => window.localStorage, KEY));
    this.visit = browserStore(() => window.sessionStorage, KEY); // whether the guide leads in this tab
    this.projector = new Projector(page.root, page.data.everywhere.show);
    /** @type {Guide | undefined} */
    this.guide = undefined;
    /** @type {Held | null} */
    this.held = null; // while a question has a setting of its own on the page
    this.answers = new MyAnswers(page.root, this.memory, () => this.forgotten());
  }

  /** Whether the link has a setting beside the usual one. */
  get brought() {
    const { defaults, settings } = this.page.data;
    return Object.keys(changedFrom(defaults, settings)).length > 0;
  }

  /**
   * The guide, where a link opens it, or where the learner was; else at the step `first`.
   * @param {At} [at] level, step: that a link opens; brought: whether it has a setting beside that
   */
  start({ first = 0, level, step = this.page.data.everywhere.guide, brought = this.brought } = {}) {
    const { page, memory } = this,
      { guide = [], questions = [], farewell, everywhere } = page.data,
      wanted = { ask: everywhere.ask, step, level, first },
      leads = Boolean(everywhere.ask ?? everywhere.guide), // the link itself begins with the guide
      waits = brought && !leads && !this.visit.read();
    this.guide = new Guide(
      page.root,
      { page: page.data.page, guide, questions, wanted, farewell, waits, isShown: this.projector.isOn },
      memory,
      {
        onOpen: state => this.open(state),
        onOwn: () => this.back(),
        onAsk: (key, choice, attempt) => page.live.ask("answer", { key, choice, attempt }),
        onLevel: reached => page.reached(reached),
        onGhost: ghost => page.ghosted(ghost),
        onVeil: () => page.veil(),
        onBegin: () => this.visit.write(true),
        onStep: () => queueMicrotask(() => this.stepped()),
      },
    );
    page.veil();
    if (everywhere.ask && !this.asks(everywhere.ask)) page.notice(ELSEWHERE);
    return this.guide;
  }

  /**
   * Whether a question is asked on this page.
   * @param {string} key
   */
  asks(key) {
    return this.guide?.question?.key === key || this.page.asksBeside(key);
  }

  stepped() {
    this.page.asked();
    if (this.guide?.step) this.page.address(); // a link that opened a question is no link to the next one
  }

  // The learner's own setting

  /**
   * A question opens a state of the page. The learner's own is kept; whether it is another one.
   * @param {Values} state
   */
  open(state) {
    const { page } = this;
    this.held ??= {
      settings: { ...page.settings },
      own: page.own(),
      mine: page.mine(),
      told: JSON.stringify(page.mine()),
    };
    page.opened(state);
    if (JSON.stringify(page.mine()) !== this.held.told) return true;
    this.held = null;
    return false;
  }

  /** The learner's own comes back. */
  back() {
    const { held } = this;
    this.held = null;
    if (held) this.page.restored(held.mine);
  }

  // Guesses

  /**
   * A guess that the page itself asks for.
   * @param {Omit<import("./memory.js").About, "page">} about
   * @param {string[]} options
   * @param {Omit<import("./guess.js").Hears, "isShown" | "committed">} hears
   */
  guess(about, options, hears) {
    const guess = new Guess(options, {
      ...hears,
      isShown: this.projector.isOn,
      committed: choice =>
        this.memory.guessed({ page: this.page.data.page, ...about }, { choice, text: guess.text(choice) }),
    });
    return guess;
  }

  /**
   * @param {string} key
   * @param {import("./guess.js").Told} told
   */
  told(key, { right, answer }) {
    this.memory.told(key, right, answer !== null);
  }

  // What is kept

  /** Where the guide is, as a link tells it. */
  place() {
    const { guide } = this;
    if (!guide) return {};
    const level = guide.isLeveled && guide.level > 1 ? { level: guide.level } : {};
    if (guide.isWaiting) return level; // the setting is what the link is about
    if (guide.question) return { ...level, ask: guide.question.key };
    return { ...level, guide: guide.step?.key ?? LAST };
  }

  forgotten() {
    this.guide?.forget();
  }

  close() {
    this.guide?.close();
    this.projector.close();
  }
}
