// A needle: how far a condition is from being met, on a dial that is finer near even.
import { finder, say, svg } from "../../static/dom.js";
import { minus, within } from "../../static/numbers.js";

/** @typedef {"mean" | "variance"} Condition */

const HUB = { x: 120, y: 106 },
  RADIUS = 82,
  WIDEST = 1.31, // radians to either side
  END = 2, // the gap there
  FINE = 0.01; // the dial is finer than even within this gap
const TICKS = [-1, -0.1, -0.01, 0, 0.01, 0.1, 1];
const WORDS = { mean: ["too low", "too high"], variance: ["too little noise", "too much noise"] };

/**
 * How far from upright the needle stands, in radians.
 * @param {number} gap
 */
export const angle = gap => WIDEST * within(Math.asinh(gap / FINE) / Math.asinh(END / FINE), -1, 1);

/**
 * Where on the dial a gap stands.
 * @param {number} gap
 * @param {number} radius
 */
export const at = (gap, radius) => [HUB.x + radius * Math.sin(angle(gap)), HUB.y - radius * Math.cos(angle(gap))];

/** @param {number} value */
export const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;

/**
 * @param {number} from
 * @param {number} to
 */
const arc = (from, to) => `M${at(from, RADIUS)}A${RADIUS},${RADIUS} 0 0 1 ${at(to, RADIUS)}`;

/**
 * Draws the needle of a condition into its box.
 * @param {HTMLElement} box
 * @param {Condition} name
 * @param {number} gap
 * @param {boolean} isMet
 * @param {number} tolerance the gap below which it counts as met
 */
export function drawNeedle(box, name, gap, isMet, tolerance) {
  const $ = finder(box),
    dial = $("svg", SVGSVGElement),
    met = isMet ? " met" : "",
    [tipX, tipY] = at(gap, RADIUS - 8);
  dial.replaceChildren(
    svg("path", { d: arc(-END, END), class: "dial" }),
    svg("path", { d: arc(-tolerance, tolerance), class: `dial-zero${met}` }),
    ...TICKS.flatMap(tick => {
      const [[x1, y1], [x2, y2], [x3, y3]] = [-5, 5, 14].map(out => at(tick, RADIUS + out));
      return [
        svg("line", { x1, y1, x2, y2, class: "dial-tick" }),
        svg("text", { x: x3, y: y3 + 3, class: "tick middle" }, minus(tick)),
      ];
    }),
    svg("line", { x1: HUB.x, y1: HUB.y, x2: tipX, y2: tipY, class: `pointer${met}` }),
    svg("circle", { cx: HUB.x, cy: HUB.y, r: 6, class: "hub" }),
  );
  dial.setAttribute("aria-label", `${name} needle at ${signed(gap)}`);
  box.dataset.met = `${isMet}`;
  say($(".told"), isMet ? `✓ met: ${signed(gap)}` : `✗ ${signed(gap)}: ${WORDS[name][+(gap > 0)]}`);
}
