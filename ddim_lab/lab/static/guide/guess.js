// A guess: options to choose from, a second try after a hint, and only then the answer that the core computed.
import { button, element } from "../dom.js";
import { spelled } from "../words.js";
import { filled, WORDS } from "./words.js";

/** @typedef {{ option: number, explanation: string }} Answer the right option, and why */
/**
 * @typedef {{ choice: number | null, right: boolean, reply?: string | null, answer: Answer | null }} Told
 *   of a guess; choice is null where the answer was asked for, and answer while there is a try left
 */
/**
 * @typedef {object} Hears
 * @property {(choice: number | null, attempt: number) => void} ask what the core is asked; null: for the answer
 * @property {(choice: number) => void} [committed] at once
 * @property {(goOn: () => void) => void} [before] what comes between a first guess and its reply; it goes on by itself
 * @property {() => void} [waiting] the reply waits for who shows it
 * @property {boolean} [isShown] whether someone shows this to others, and reveals every reply themselves
 * @property {boolean} [canGiveUp] whether the answer can be asked for before the first guess
 */

export class Guess {
  /**
   * @param {string[]} options
   * @param {Hears} hears
   */
  constructor(options, hears) {
    this.options = options;
    this.hears = hears;
    this.attempt = 0;
    this.nodes = options.map((option, choice) => {
      const node = button("option", spelled(option), () => this.commit(choice));
      node.dataset.choice = `${choice}`;
      return node;
    });
    this.giveUp = button("quiet give-up", WORDS.show, () => this.commit(null));
    this.giveUp.hidden = !(hears.canGiveUp || hears.isShown);
    this.reveal = button("primary reveal", WORDS.reveal, () => this.send());
    this.reveal.hidden = true;
    this.box = element("div", "guess-box");
    this.box.append(...this.nodes, this.reveal, this.giveUp);
    /** @type {number | null} */
    this.choice = null;
  }

  /** Words of an option. @param {number} choice */
  text(choice) {
    return this.options[choice];
  }

  /** @param {number | null} choice */
  commit(choice) {
    const isFirst = this.attempt === 0;
    this.choose(choice);
    if (choice !== null) this.hears.committed?.(choice);
    if (choice === null) this.ask();
    else if (isFirst && this.hears.before) this.hears.before(() => this.hold());
    else this.hold();
  }

  /**
   * Guesses of an earlier visit: what the last one was told is asked for again; or else what comes before a reply.
   * @param {{ choice: number }[]} guesses
   * @param {boolean} isTold whether one of them had a reply
   */
  resume(guesses, isTold) {
    const known = guesses.map(({ choice }) => choice).filter(choice => choice < this.nodes.length);
    for (const choice of known) this.choose(choice);
    for (const choice of known.slice(0, -1)) this.nodes[choice].classList.add("wrong");
    if (known.length === 1 && !isTold && this.hears.before) this.hears.before(() => this.hold());
    else if (known.length) this.hold();
  }

  /** @param {number | null} choice */
  choose(choice) {
    this.choice = choice;
    this.attempt++;
    for (const node of [...this.nodes, this.giveUp]) node.disabled = true;
    this.nodes.forEach((node, i) => node.classList.toggle("chosen", i === choice));
  }

  /** In front of a class the reply waits. */
  hold() {
    if (!this.hears.isShown) {
      this.send();
      return;
    }
    this.reveal.hidden = false;
    this.hears.waiting?.();
  }

  send() {
    this.reveal.hidden = true;
    this.ask();
  }

  ask() {
    this.hears.ask(this.choice, this.attempt);
  }

  /**
   * Marks what the guess was told. A wrong option stays, and cannot be chosen again.
   * @param {Told} told
   */
  tell({ choice, right, answer }) {
    this.nodes.forEach((node, i) => {
      if (i === choice && !right) node.classList.add("wrong");
      node.disabled = answer !== null || node.classList.contains("wrong");
      if (!answer) return;
      node.classList.toggle("right", i === answer.option);
      if (i !== answer.option && !node.classList.contains("wrong")) node.remove();
    });
    this.giveUp.hidden = answer !== null;
    this.giveUp.disabled = false;
  }

  /**
   * What is said of it: a hint, or the answer and why.
   * @param {Told} told
   * @returns {Node[]}
   */
  verdict(told) {
    const { right, choice, reply, answer } = told,
      option = answer ? unended(this.text(answer.option)) : "",
      verdict = right ? WORDS.yes : !answer ? WORDS.notYet : choice === null ? WORDS.answer : WORDS.missed,
      why = element("span", "", spelled((answer ? answer.explanation : reply) ?? ""));
    return [element("strong", `verdict ${right ? "yes" : "no"}`, spelled(`${filled(verdict, { option })} `)), why];
  }
}

/** Words that a sentence goes on after. @param {string} text */
const unended = text => text.replace(/[.…]+$/, "");
