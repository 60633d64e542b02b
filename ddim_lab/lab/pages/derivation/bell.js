// The two bells: x_prev as the knobs make it, and as it should be.

import { boxOf } from "../../static/box.js";
import { svg } from "../../static/dom.js";
import { minus, within } from "../../static/numbers.js";
import { line } from "../../static/plot.js";

/** @typedef {import("../../static/plot.js").Scale} Scale */
/** @typedef {{ mean: number, std: number }} Bell */

/** @param {Bell} bell */
const told = ({ mean, std }) => `mean ${mean.toFixed(3)}, std ${std.toFixed(3)}`;

/**
 * @param {SVGSVGElement} chart
 * @param {{ points: number, now: Bell, wanted: Bell }} head
 * @param {Float32Array} curves `points` places, the density wanted there, the present one
 */
export function drawBell(chart, { points: n, now, wanted }, curves) {
  const { width, height } = boxOf(chart);
  if (!width) return;
  const [xs, should, is] = [0, 1, 2].map(i => curves.subarray(i * n, (i + 1) * n)),
    [top, bottom] = [6, height - 18],
    most = within(1.5 * Math.max(...should), 0.7, 3);
  /** @type {Scale} */
  const x = value => ((value - xs[0]) / (xs[n - 1] - xs[0])) * width;
  /** @type {Scale} */
  const y = value => Math.max(-20, bottom - (value / most) * (bottom - top));
  /** @param {Float32Array} values */
  const path = values => line(Array.from(values, (v, i) => [x(xs[i]), y(v)]));
  /** @param {Bell} bell @param {string} className */
  const mean = (bell, className) =>
    svg("line", { x1: x(bell.mean), x2: x(bell.mean), y1: top, y2: bottom, class: className });
  /** @param {string} d @param {string} className */
  const clipped = (d, className) => svg("path", { d, class: className, "clip-path": "url(#der-bell)" });
  const clip = svg("clipPath", { id: "der-bell" });
  clip.append(svg("rect", { x: 0, y: top, width, height: bottom - top }));
  chart.replaceChildren(
    ...[-1, 0, 1, 2, 3].flatMap(v => [
      svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, class: "gridline" }),
      svg("text", { x: x(v), y: height - 4, class: "tick middle" }, minus(v)),
    ]),
    clip,
    clipped(`${path(is)}L${width},${bottom}L0,${bottom}Z`, "now-area"),
    clipped(path(is), "now-line"),
    mean(now, "now-mean"),
    clipped(path(should), "wanted-line"),
    mean(wanted, "wanted-mean"),
    svg("text", { x: width - 4, y: top + 12, class: "legend end" }, `now: ${told(now)}`),
    svg("text", { x: width - 4, y: top + 27, class: "legend end" }, `wanted: ${told(wanted)}`),
  );
  chart.setAttribute(
    "aria-label",
    `x_prev now has mean ${now.mean.toFixed(3)} and standard deviation ${now.std.toFixed(3)}; ` +
      `wanted are ${wanted.mean.toFixed(3)} and ${wanted.std.toFixed(3)}`,
  );
}
