// The card beside an exercise: which condition the learner's answer meets, and what remains of the other.
import { element } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { six, spelled } from "./proof.js";

/**
 * @typedef {object} Condition
 * @property {"mean" | "variance"} condition
 * @property {boolean} holds
 * @property {boolean} proved and not only compared in numbers
 * @property {string[]} needs the unknowns that are not answered yet
 * @property {string | null} formula what remains; null: too long to show
 * @property {number | null} number the same at the present transition
 */
/**
 * @typedef {object} Verdict
 * @property {string} exercise its key
 * @property {boolean} solved
 * @property {string} [refused] why the answer could not be read
 * @property {Condition[]} conditions
 * @property {string[]} reply
 */

const NAMES = { mean: "mean condition", variance: "variance condition" };

/** Of the first exercise, where nothing is missing. */
export function example() {
  const hint =
    "Cover the lines, and uncover one after the other: say what comes next before you look. " +
    "The next exercise leaves the last line to you.";
  return [element("h3", "", "A worked example"), element("p", "hint", hint)];
}

/** @param {Verdict | undefined} verdict */
export function answered(verdict) {
  if (!verdict) {
    const hint =
      "Type a formula and press Check. " +
      "You will be told which of the two conditions holds, and what remains of the other.";
    return [element("h3", "", "What your answer does"), element("p", "hint", hint)];
  }
  if (verdict.refused) return [element("h3", "", "Not read yet"), element("p", "", `✗ ${verdict.refused}`)];
  return [
    element("h3", "", verdict.solved ? "✓ Solved" : "What your answer does"),
    ...verdict.conditions.map(condition => conditionRow(condition)),
    ...verdict.reply.map(words => element("p", "reply", spelled(words))),
  ];
}

/** @param {Condition} condition */
function conditionRow({ condition, holds, proved, needs, formula: left, number }) {
  const row = element("div", `condition ${holds ? "holds" : needs.length ? "waits" : "fails"}`),
    word = holds ? "✓ holds" : needs.length ? "… waits" : "✗ does not hold";
  row.append(element("b", "", NAMES[condition]), element("span", "state", word));
  const told = element("div", "remains scroll");
  told.tabIndex = 0;
  told.setAttribute("role", "group");
  told.setAttribute("aria-label", `what remains of the ${condition} condition`);
  if (needs.length) told.append(`needs your ${needs.join(" and ")}`);
  else
    told.append(
      "left over: ",
      ...(left ? [formula(left)] : ["a formula too long to show"]),
      ...(holds
        ? [proved ? "" : " (compared to 40 digits)"]
        : [number === null ? ", no real number here" : `, here ${six(number)}`]),
    );
  row.append(told);
  return row;
}
