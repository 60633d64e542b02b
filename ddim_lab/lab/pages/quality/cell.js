// A cell of the map: what it is called, how a link has it, what was measured there, and what is told of it.
import { element, svg } from "../../static/dom.js";
import { linkTo } from "../../static/links.js";
import { thousands } from "../../static/numbers.js";

/** @typedef {import("./curves.js").Place} Place */
/**
 * @typedef {object} Measured
 * @property {string} name
 * @property {string} hint
 * @property {string} text
 * @property {string} range_text
 * @property {string} floor_text
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number | null} floor what real digits have
 * @property {[number, number]} among the least and the most of all cells
 */

/**
 * @typedef {object} About the server's word on a cell, before its digits come
 * @property {Place} place
 * @property {boolean} draw whether its digits come
 * @property {string} code
 * @property {(string | null)[]} by_digit how often each of the ten digits is read as itself
 * @property {Record<string, string>} lab the setting, as links have it
 * @property {Record<string, string> | null} compare the same beside the best cell, once something is measured
 * @property {Measured[]} numbers
 * @property {number} n
 */

/** @type {Record<string, string>} */
const SOLVED = { dpmpp_2m: "2M" }; // the rows of other solvers than DDIM
const LONG = 200; // steps of a run that waits for a press

/** @param {Place} place */
export const isLong = place => place.S > LONG;

/** @param {Place} place */
export const nameOf = place => {
  const row = place.solver ? SOLVED[place.solver] : place.sigma_hat ? "sigma-hat" : `eta ${place.eta}`;
  return `${row}, S ${place.S}`;
};

/**
 * A cell as a link has it.
 * @param {Place} place
 */
export const written = ({ eta, sigma_hat, solver, S }) =>
  `${solver ? SOLVED[solver].toLowerCase() : sigma_hat ? "hat" : eta}-${S}`;

/**
 * A cell in a link, "0.5-20", "hat-20" or "2m-20"; null if it is none.
 * @param {string | undefined} text
 * @param {string} spacing
 * @returns {Place | null}
 */
export function readCell(text, spacing) {
  const [, row, S] = /^(hat|2m|0|0\.2|0\.5|1)-(\d{1,4})$/.exec(text ?? "") ?? [];
  if (!row || +S < 1 || +S > 1000) return null;
  if (row === "2m") return { spacing, S: +S, eta: 0, sigma_hat: false, solver: "dpmpp_2m" };
  return { spacing, S: +S, eta: row === "hat" ? 1 : +row, sigma_hat: row === "hat" };
}

/**
 * Writes what is known of the cell beside its digits.
 * @param {import("../../static/dom.js").Find} $
 * @param {HTMLElement[]} digits the places of the ten digits
 * @param {About} about
 */
export function tellCell($, digits, about) {
  const { place } = about,
    wait = isLong(place) ? `${place.S} steps take a while: press Draw` : "stopped";
  $("#quality-chosen").textContent = `${nameOf(place)}, ${$(".by", HTMLSelectElement).selectedOptions[0].textContent}`;
  $(".drawn-how").textContent = about.draw ? "" : wait;
  $(".code").textContent = about.code;
  digits.forEach((digit, i) => {
    const share = about.by_digit[i];
    digit.querySelector("span")?.replaceChildren(element("b", "", `${i}`), share ? ` ${share}` : "");
  });
  $(".to-lab", HTMLAnchorElement).href = linkTo("./", `${new URLSearchParams(about.lab)}`);
  $(".to-compare", HTMLAnchorElement).href = linkTo("./compare", `${new URLSearchParams(about.compare ?? {})}`);
  $(".numbers-box").replaceChildren(
    ...(about.numbers.length
      ? numbers(about)
      : [element("p", "hint", "Not measured. The digits are drawn all the same.")]),
  );
}

/**
 * Every measure of the cell: value, interval, and where both lie among all cells, with the floor.
 * @param {About} about
 */
function numbers({ numbers: rows, n }) {
  const told = rows.flatMap(row => {
    const node = element("span", "row-name", row.name);
    node.title = row.hint;
    return [
      node,
      element("span", "number", row.text),
      element("span", "range hint", row.range_text),
      whisker(row),
      element("span", "real hint", row.floor_text ? `real ${row.floor_text}` : ""),
    ];
  });
  return [
    ...told,
    element(
      "p",
      "hint",
      `${thousands(n)} digits; line: 95 % interval among all cells; dashes: as many real test digits`,
    ),
  ];
}

/** @param {Measured} measured */
function whisker({ value, low, high, floor, among }) {
  const chart = svg("svg", { viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true" });
  const ends = [Math.min(among[0], floor ?? among[0]), Math.max(among[1], floor ?? among[1])],
    /** @type {import("../../static/plot.js").Scale} */
    x = v => 6 + ((v - ends[0]) / (ends[1] - ends[0] || 1)) * 188;
  chart.append(
    svg("line", { x1: 0, x2: 200, y1: 8, y2: 8, class: "track" }),
    svg("line", { x1: x(low), x2: x(high), y1: 8, y2: 8, class: "whisker" }),
    svg("rect", { x: x(value) - 2, y: 3, width: 4, height: 10, class: "dot" }),
  );
  if (floor !== null) chart.append(svg("line", { x1: x(floor), x2: x(floor), y1: 0, y2: 16, class: "floor-tick" }));
  return chart;
}
