// What the paper says of its table, held against the measured one.
import { element } from "../../static/dom.js";

/** @typedef {{ state: string, words: string, paper: string, digits: string }} Statement */

/** @type {Record<string, string>} */
const VERDICTS = { yes: "yes", no: "no", open: "open", "": "–" };
/** @type {Record<string, string>} */
const SIGNS = { alike: "=", unlike: "≠", open: "≈", missing: "·" };

/**
 * @param {string} className
 * @param {string[]} texts a sign, words, and what both tables say
 */
function item(className, [sign, words, paper, digits]) {
  const node = element("li", className);
  node.append(
    element("span", sign ? "sign" : "", sign),
    element("span", "", words),
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
    item("head", ["", "", "paper", "digits"]),
    ...rows.map(({ state, words, paper, digits }) =>
      item(state, [SIGNS[state], words, VERDICTS[paper], VERDICTS[digits]]),
    ),
  );
}
