// What a learner's own browser remembers: the level reached, the place on each page, and the guesses.

/** @typedef {{ choice: number, text: string }} Guessed an option, and its words as they stood there */
/** @typedef {{ page: string, key: string, prompt: string }} About a question */
/**
 * @typedef {About & { guesses: Guessed[], right: boolean, done: boolean, at: string, isTold?: boolean }} Answer
 *   right: whether the last guess is; done: whether the answer was told; at: when the last guess was made, ISO 8601;
 *   isTold: whether a guess had a reply
 */
/** @typedef {{ version: number, level: number | null, places: Record<string, string>, answers: Answer[] }} Kept */

const VERSION = 1,
  MOST = 1000; // answers; the oldest go first
export const LEVELS = 4; // the last has every control
export const KEY = "ddim-lab";
export const END = ""; // the place behind the last step

/** @returns {Kept} */
const nothing = () => ({ version: VERSION, level: null, places: {}, answers: [] });

/** @param {any} answer */
const isAnswer = answer =>
  ["page", "key", "prompt", "at"].every(name => typeof answer?.[name] === "string") &&
  ["right", "done"].every(name => typeof answer[name] === "boolean") &&
  Array.isArray(answer.guesses) &&
  answer.guesses.every((/** @type {any} */ one) => Number.isInteger(one?.choice) && typeof one.text === "string");

/**
 * What of a stored value is as this version writes it; of another version, or of nobody's, nothing.
 * @param {any} value
 * @returns {Kept}
 */
export function tidied(value) {
  if (value?.version !== VERSION) return nothing();
  const { level, places, answers } = value,
    isPlaces = places && typeof places === "object" && !Array.isArray(places);
  return {
    version: VERSION,
    level: Number.isInteger(level) && level >= 1 && level <= LEVELS ? level : null,
    places: Object.fromEntries(Object.entries(isPlaces ? places : {}).filter(([, key]) => typeof key === "string")),
    answers: (Array.isArray(answers) ? answers : []).filter(isAnswer).slice(-MOST),
  };
}

export class Memory {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => Date} [now]
   */
  constructor(store, now = () => new Date()) {
    this.store = store;
    this.now = now;
  }

  /** Whether it is still there at the next visit. */
  get lasts() {
    return this.store.lasts;
  }

  get kept() {
    return tidied(this.store.read());
  }

  /** @param {(kept: Kept) => void} change */
  update(change) {
    const { kept } = this;
    change(kept);
    this.store.write(kept);
  }

  get level() {
    return this.kept.level;
  }

  /** @param {number} level */
  reach(level) {
    this.update(kept => {
      kept.level = level;
    });
  }

  /**
   * The key of the step where the learner is on a page; END: past the last; undefined: they were not there yet.
   * @param {string} page
   * @returns {string | undefined}
   */
  placeOn(page) {
    return this.kept.places[page];
  }

  /**
   * @param {string} page
   * @param {string} step
   */
  stay(page, step) {
    this.update(kept => {
      kept.places[page] = step;
    });
  }

  get answers() {
    return this.kept.answers;
  }

  /**
   * The guesses at a question that wait for its answer, and whether one had a reply.
   * @param {string} key
   * @returns {{ guesses: Guessed[], isTold: boolean }}
   */
  open(key) {
    const { guesses = [], isTold = false } = open(this.kept, key) ?? {};
    return { guesses, isTold };
  }

  /**
   * @param {About} about
   * @param {Guessed} guess
   */
  guessed(about, guess) {
    this.update(kept => {
      const before = open(kept, about.key);
      if (before) before.guesses.push(guess);
      else kept.answers.push({ ...about, guesses: [guess], right: false, done: false, at: "" });
      const answer = /** @type {Answer} */ (open(kept, about.key));
      answer.at = this.now().toISOString();
    });
  }

  /**
   * What a guess was told. Who asked for the answer without a guess has none to be kept.
   * @param {string} key
   * @param {boolean} right
   * @param {boolean} done
   */
  told(key, right, done) {
    this.update(kept => {
      const answer = open(kept, key);
      if (answer) Object.assign(answer, { right, done, isTold: true });
    });
  }

  forget() {
    this.store.clear();
  }
}

/**
 * @param {Kept} kept
 * @param {string} key
 */
const open = ({ answers }, key) => answers.findLast(answer => answer.key === key && !answer.done);
