// The ready-made comparisons: one sentence, a guess, and only then what the covered lanes drew.
import { button, element, finder, pressed } from "../../static/dom.js";
import { hold, keepRoom } from "../../static/guide/room.js";
import { spelled } from "../../static/words.js";

/**
 * @typedef {object} Comparison
 * @property {string} key
 * @property {string} title
 * @property {string} sentence
 * @property {Record<string, any>} common what its lanes share
 * @property {Record<string, any>[]} lanes
 * @property {number[]} covered the lanes that wait for the guess
 * @property {{ key: string, prompt: string, options: { text: string }[], room: number }} question
 */
/**
 * @typedef {object} Hears
 * @property {(comparison: Comparison) => void} onOpen
 * @property {(question: Comparison["question"]) => import("../../static/guide/guess.js").Guess} onAsk
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
    /** @type {import("../../static/guide/guess.js").Guess | null} */
    this.guess = null;
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

  /**
   * @param {Comparison} comparison
   * @param {boolean} [asks] whether its question is asked first
   */
  show(comparison, asks = this.asks) {
    this.open = comparison;
    this.pending = asks;
    this.mark(comparison.key);
    this.box.hidden = false;
    this.sentence.textContent = comparison.sentence;
    this.prompt.replaceChildren();
    this.options.replaceChildren();
    keepRoom(this.box, asks ? comparison.question : null);
    if (!asks) return;
    this.guess = this.hears.onAsk(comparison.question);
    this.prompt.append(element("span", "", spelled(comparison.question.prompt)));
    this.options.append(this.guess.box);
    hold(this.box, "minHeight");
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
   * @param {import("../../static/page.js").Answer} told
   */
  answered(told) {
    if (!this.pending || told.key !== this.open?.question.key || !this.guess) return false;
    this.guess.tell(told);
    this.prompt.replaceChildren(...this.guess.verdict(told));
    if (told.answer) this.reveal(true);
    return true;
  }

  /** @param {boolean} guessed */
  reveal(guessed) {
    this.pending = false;
    this.hears.onReveal(guessed);
  }
}
