// The guess at a case: what its results will be. Its answer is the error's own effect, which is veiled until then.
import { element, finder } from "../../static/dom.js";
import { keepRoom } from "../../static/guide/room.js";
import { spelled } from "../../static/words.js";

/**
 * @typedef {import("../../static/guide/guess.js").Told & { key: string }} Told of the case `key`
 */

/**
 * What is asked of a case.
 * @param {import("./caselist.js").Place} setting of the case
 */
export const prompted = ({ eta, S }) => `At eta = ${eta} with S = ${S}, the variance of the results is …`;

/**
 * Asks before anything of the case is shown; what is then said has its room from here on.
 * @param {HTMLElement} box
 * @param {string} prompt
 * @param {import("../../static/guide/guess.js").Guess} guess
 * @param {{ options: { text: string }[], room: number }} question
 */
export function askGuess(box, prompt, guess, question) {
  const hint = element("p", "hint-line", "", { role: "status" });
  finder(box)(".guess").replaceChildren(element("b", "", spelled(`Guess first. ${prompt}`)), guess.box, hint);
  keepRoom(hint, question);
  keepRoom(box, question);
}

/**
 * @param {HTMLElement} box
 * @param {Node[]} words
 */
export function hintGuess(box, words) {
  const said = element("span");
  said.append(...words);
  finder(box)(".hint-line").replaceChildren(said);
}
