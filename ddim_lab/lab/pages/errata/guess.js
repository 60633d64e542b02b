// The guess at a case: what its results will be, and whether they were.
import { button, element } from "../../static/dom.js";
import { guesses, isRight } from "../../static/guess.js";

/** @typedef {import("../../static/guess.js").Told & { key: string, told: string }} Told of the case `key` */

/**
 * Asks before anything of the case is shown.
 * @param {HTMLElement} box
 * @param {import("./caselist.js").Place} setting of the case
 * @param {string[]} options
 * @param {(choice: number | null) => void} onGuess null: it is shown without a guess
 */
export function askGuess(box, { eta, S }, options, onGuess) {
  const prompt = `Guess first. At eta = ${eta} with S = ${S}, the variance of the results is …`;
  box.replaceChildren(
    element("b", "", prompt),
    ...guesses(options, onGuess),
    button("quiet", "Just show me", () => onGuess(null)),
  );
}

/**
 * @param {HTMLElement} line
 * @param {Told} told
 * @param {string[]} options
 */
export function tellGuess(line, told, options) {
  const verdict = isRight(told) ? "✓ Yes. " : `✗ Not quite: it is ${options[told.right]}. `;
  line.replaceChildren(element("b", "", verdict), told.told);
}
