// The plane of m and sigma: what the learner found in it, and the curve of all there is to find.
import { svg } from "../../static/dom.js";
import { minus } from "../../static/numbers.js";
import { line } from "../../static/plot.js";

/** @typedef {{ m: number, sigma: number }} Place */
/** @typedef {{ points: Float32Array, named: Record<string, Place> }} Solutions all that close both needles */
/**
 * @typedef {object} Shown
 * @property {Place & { axes: Place }} head where the knobs are
 * @property {Place[]} finds
 * @property {number | null} held the sigma that is held
 * @property {Solutions | null} all
 * @property {Place | null} ghost what the learner guessed
 */

const ORIGIN = { x: 194, y: 190 },
  SCALE = 140,
  EDGE = 1.2;

/** @param {number} m */
const x = m => ORIGIN.x + m * SCALE;
/** @param {number} sigma */
const y = sigma => ORIGIN.y - sigma * SCALE;

/**
 * The setting at a point of the drawing.
 * @param {{ x: number, y: number }} point
 * @returns {Place}
 */
export const placeAt = point => ({ m: (point.x - ORIGIN.x) / SCALE, sigma: (ORIGIN.y - point.y) / SCALE });

const grid = () => [
  ...[-1, -0.5, 0, 0.5, 1].flatMap(v => [
    svg("line", { x1: x(v), x2: x(v), y1: y(EDGE), y2: y(0), class: "gridline" }),
    svg("text", { x: x(v), y: y(0) + 15, class: "tick middle" }, minus(v)),
  ]),
  ...[0, 0.5, 1].flatMap(v => [
    svg("line", { x1: x(-EDGE), x2: x(EDGE), y1: y(v), y2: y(v), class: "gridline" }),
    svg("text", { x: x(-EDGE) - 4, y: y(v) + 4, class: "tick end" }, v),
  ]),
  svg("text", { x: x(EDGE), y: y(0) + 15, class: "axis end" }, "m →"),
  svg("text", { x: x(-EDGE) + 2, y: y(EDGE) + 10, class: "axis" }, "σ ↑"),
];

/** @param {Solutions} all */
function solutions({ points, named }) {
  const path = Array.from(
    { length: points.length / 2 },
    (_, i) => /** @type {[number, number]} */ ([x(points[2 * i]), y(points[2 * i + 1])]),
  );
  return [
    svg("path", { d: line(path), class: "all-line" }),
    ...Object.entries(named).flatMap(([name, { m, sigma }]) => [
      svg("circle", { cx: x(m), cy: y(sigma), r: 4, class: "named" }),
      svg("text", { x: x(m) - 8, y: y(sigma) - 8, class: "legend end" }, name),
    ]),
  ];
}

/**
 * @param {Place} ghost in units of the axes
 * @param {Place} axes
 */
function guess(ghost, axes) {
  const [cx, cy] = [x(ghost.m * axes.m), y(ghost.sigma * axes.sigma)];
  return [
    svg("circle", { cx, cy, r: 9, class: "guess" }),
    svg("text", { x: cx - 14, y: cy + 4, class: "guess-word end" }, "your guess"),
  ];
}

/**
 * @param {SVGSVGElement} plane
 * @param {Shown} shown
 */
export function drawFinds(plane, { head, finds, held, all, ghost }) {
  const [cx, cy] = [x(head.m), y(head.sigma)];
  plane.replaceChildren(
    ...grid(),
    ...(held === null
      ? []
      : [svg("line", { x1: x(-EDGE), x2: x(EDGE), y1: y(held), y2: y(held), class: "held-line" })]),
    ...(all ? solutions(all) : []),
    ...(ghost ? guess(ghost, head.axes) : []),
    ...finds.map(({ m, sigma }) =>
      svg("circle", { cx: x(m), cy: y(sigma), r: 6, class: m < 0 ? "find mirrored" : "find" }),
    ),
    svg("path", { d: `M${cx - 11},${cy}h22M${cx},${cy - 11}v22`, class: "here" }),
  );
  plane.setAttribute(
    "aria-label",
    `plane of m and sigma: you are at m ${head.m.toFixed(3)}, sigma ${head.sigma.toFixed(3)}; ` +
      `${finds.length} settings found`,
  );
}
