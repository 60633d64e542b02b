// What the paper says of its table, held against the measured one.
import { element } from "../../static/dom.js";

/** @typedef {{ state: string, words: string, paper: string, digits: string, difference: string }} Statement */
/** @typedef {{ sentence: string, legend: string, rows: Statement[] }} Findings */

/** @type {Record<string, string>} */
const VERDICTS = { yes: "yes", no: "no", open: "open", "": "–" };
/** @type {Record<string, string>} */
const SIGNS = { alike: "=", unlike: "≠", open: "≈", missing: "·" };

/**
 * @param {string} className
 * @param {string[]} texts a sign, words, what both tables say, and by how much
 */
function item(className, [sign, words, paper, digits, difference]) {
  const node = element("li", className);
  const said = element("span", "", words);
  if (difference) said.append(" ", element("span", "difference", difference));
  node.append(
    element("span", sign ? "sign" : "", sign),
    said,
    element("span", "verdict", paper),
    element("span", "verdict", digits),
  );
  return node;
}

/**
 * @param {HTMLElement} list
 * @param {Statement[]} rows
 */
export function drawStatements(list, rows) {
  list.replaceChildren(
    item("head", ["", "", "paper", "digits", ""]),
    ...rows.map(({ state, words, paper, digits, difference }) =>
      item(state, [SIGNS[state], words, VERDICTS[paper], VERDICTS[digits], difference]),
    ),
  );
}
