// A cell of the map: what it is called, how a link has it, and what was measured there.
import { element, svg } from "../../static/dom.js";
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

/** @param {Place} place */
export const nameOf = place => `${place.sigma_hat ? "sigma-hat" : `eta ${place.eta}`}, S ${place.S}`;

/**
 * A cell in a link, "0.5-20" or "hat-20"; null if it is none.
 * @param {string | undefined} text
 * @param {string} spacing
 * @returns {Place | null}
 */
export function readCell(text, spacing) {
  const [, eta, S] = /^(hat|0|0\.2|0\.5|1)-(\d{1,4})$/.exec(text ?? "") ?? [];
  if (!eta || +S < 1 || +S > 1000) return null;
  return { spacing, S: +S, eta: eta === "hat" ? 1 : +eta, sigma_hat: eta === "hat" };
}

/**
 * Every measure of the cell: value, interval, and where both lie among all cells, with the floor.
 * @param {{ numbers: Measured[], n: number }} head
 */
export function numbers({ numbers: rows, n }) {
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
