// The ready-made comparisons: one sentence, a guess, and only then what the covered lanes drew.
import { button, finder, pressed } from "../../static/dom.js";
import { guesses, reveal, verdict } from "../../static/guess.js";

/**
 * @typedef {object} Comparison
 * @property {string} key
 * @property {string} title
 * @property {string} sentence
 * @property {Record<string, any>} common what its lanes share
 * @property {Record<string, any>[]} lanes
 * @property {number[]} covered the lanes that wait for the guess
 * @property {{ key: string, prompt: string, options: { text: string }[] }} question
 */
/**
 * @typedef {object} Hears
 * @property {(comparison: Comparison) => void} onOpen
 * @property {(key: string, choice: number) => void} onGuess
 * @property {(guessed: boolean) => void} onReveal
 */

export class Ready {
  /**
   * @param {HTMLElement} root
   * @param {Comparison[]} list
   * @param {Hears} hears
   * @param {boolean} asks whether each comes with its question, which speaks of the shipped network
   */
  constructor(root, list, hears, asks) {
    const $ = finder(root);
    this.list = list;
    this.hears = hears;
    this.asks = asks;
    /** @type {Comparison | null} */
    this.open = null;
    this.pending = false;
    this.box = $(".predict");
    this.buttons = list.map(comparison => {
      const node = button("chip", comparison.title, () => hears.onOpen(comparison));
      node.dataset.key = comparison.key;
      return node;
    });
    this.mark(null);
    $(".ready").replaceChildren(...this.buttons);
    this.sentence = $(".predict .sentence");
    this.prompt = $(".predict .prompt");
    this.options = $(".predict .options");
  }

  /** @param {string} key */
  find(key) {
    return this.list.find(comparison => comparison.key === key);
  }

  /**
   * Which lanes wait for the guess.
   * @param {number} lane
   */
  covers(lane) {
    return this.pending && this.open?.covered.includes(lane) === true;
  }

  /** @param {Comparison} comparison */
  show(comparison) {
    this.open = comparison;
    this.pending = this.asks;
    this.mark(comparison.key);
    this.box.hidden = false;
    this.sentence.textContent = comparison.sentence;
    if (!this.asks) return;
    const { key, prompt, options } = comparison.question,
      without = button("quiet", "Show without a guess", () => {
        this.options.replaceChildren();
        this.prompt.textContent = "";
        this.reveal(false);
      });
    this.prompt.textContent = prompt;
    const texts = options.map(option => option.text),
      nodes = guesses(texts, choice => {
        without.disabled = true;
        this.hears.onGuess(key, choice);
      });
    this.options.replaceChildren(...nodes, without);
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

  /** @param {string | null} key */
  mark(key) {
    pressed(this.buttons, node => node.dataset.key === key);
  }

  /**
   * The core's answer; true if it was asked here.
   * @param {import("../../static/guess.js").Told & { key: string }} told
   */
  answered(told) {
    if (!this.pending || told.key !== this.open?.question.key) return false;
    reveal(this.options.children, told);
    this.prompt.replaceChildren(...verdict(told));
    this.reveal(true);
    return true;
  }

  /** @param {boolean} guessed */
  reveal(guessed) {
    this.pending = false;
    this.hears.onReveal(guessed);
  }
}
