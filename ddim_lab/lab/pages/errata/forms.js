// A case on paper: what a text says, form against form, and the table of what was measured.
import { element } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { spelled } from "../../static/words.js";
import { KINDS } from "./caselist.js";
import { four } from "./moments.js";
import { capital } from "./words.js";

/** @typedef {import("../../static/dom.js").Find} Find */
/** @typedef {Record<string, any>} Outline a case as the server tells it */
/** @typedef {{ text: string, marked: boolean }} Cell */
/** @typedef {{ columns: string[], rows: Cell[][], caption: string }} Table */

const SIDES = [
  ["wrong", "✗", "as written"],
  ["right", "✓", "right"],
];
/** @type {Record<string, string>} */
const POINT = { a: "a (ᾱ at t)", b: "b (ᾱ at t_prev)", sigma: "σ", beta_1: "β₁", beta_2: "β₂" };

/**
 * Words and forms of a case, as the server outlines it.
 * @param {Find} $
 * @param {Outline} head
 */
export function drawCase($, head) {
  const { case: told } = head,
    [icon, word] = KINDS[told.kind];
  $(".case .kind").replaceChildren(element("b", "icon", icon), ` ${word}`);
  $(".case .of").replaceChildren(element("b", "letter", told.document), head.about);
  $(".case .title").replaceChildren(...spelled(told.title));
  $(".case .title").hidden = false; // empty until the first case is there
  $(".case .claim").replaceChildren(element("b", "", "It says: "), ...spelled(told.claim));
  $(".believed p").replaceChildren(...spelled(capital(head.believed)));
  $(".why p").replaceChildren(...spelled(told.why));
  $(".source").textContent = told.source ? `Source: ${told.source}` : "";
  $(".forms").classList.toggle("three", head.lines.length > 0);
  $(".forms").replaceChildren(
    ...heads(head.lines.length > 0),
    ...(head.words ? worded(head) : []),
    ...head.lines.flatMap(compared),
  );
  const point = Object.entries(head.point).map(([name, value]) => `${POINT[name] ?? name} = ${value}`);
  $(".point").textContent = point.length ? `P: ${point.join(", ")}.` : "";
}

/** @param {boolean} three */
function heads(three) {
  const sides = SIDES.map(([side, icon, word]) => {
    const node = element("div", `form-head ${side}`);
    node.append(element("b", "mark", icon), ` ${word}`);
    return node;
  });
  return three ? [...sides, element("div", "form-head rest", "✗ minus ✓")] : sides;
}

/**
 * Both sides as code or as sentences.
 * @param {Outline} head
 */
function worded(head) {
  return SIDES.map(([side]) => {
    const isCode = head.case.kind === "code",
      words = head.words[side],
      node = isCode ? element("pre", "form code", words) : element("p", "form words", spelled(words));
    if (isCode) node.tabIndex = 0;
    return node;
  });
}

/**
 * One line of both forms, and what is left of their difference; the numbers stand for one point P.
 * @param {Outline} line
 */
function compared(line) {
  const name = element("div", "form-name", spelled(line.name)),
    rest = element("div", "residual");
  const sides = SIDES.map(([side]) => {
    const node = element("div", "form maths-form");
    node.append(equation(formula(line.symbol), " = ", formula(line[side])), atPoint(line.at[side]));
    return node;
  });
  rest.append(equation(formula(line.residual), element("b", "", " ≠ 0")), atPoint(line.at.residual));
  return [name, ...sides, rest];
}

/** @param {...(string | Node)} parts */
function equation(...parts) {
  const node = element("div", "equation");
  node.tabIndex = 0;
  node.append(...parts);
  return node;
}

/** @param {number | null} value */
const atPoint = value => element("span", "at-p", `at P: ${four(value)}`);

/**
 * What was measured, as a sentence and a table.
 * @param {Find} $
 * @param {{ statement: string, holds: boolean, table: Table }} finding
 */
export function drawFinding($, { statement, holds, table: { columns, rows, caption } }) {
  const head = element("tr");
  $(".statement").replaceChildren(element("b", "", holds ? "✓ " : "✗ "), ...spelled(statement));
  head.append(...columns.map(name => element("th", "", name, { scope: "col" })));
  $(".measured table").replaceChildren(
    element("caption", "", caption),
    head,
    ...rows.map(cells => {
      const row = element("tr", "");
      row.append(
        ...cells.map(({ text, marked }, i) =>
          element(i ? "td" : "th", marked ? "marked" : "", text, i ? {} : { scope: "row" }),
        ),
      );
      return row;
    }),
  );
}
