// Helpers of the charts: scales, paths and words in SVG.

import { boxOf } from "./box.js";
import { svg } from "./dom.js";
import { minus } from "./numbers.js";

/** @typedef {[x: number, y: number]} Point */
/** @typedef {(value: number) => number} Scale */

/**
 * Numbers as they were sent.
 * @param {Uint8Array} bytes
 */
export const floats = bytes => new Float32Array(bytes.slice().buffer);

/**
 * A path's text.
 * @param {Iterable<Point>} points
 */
export const line = points =>
  Array.from(points, ([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

/**
 * A closed path between two lines from left to right.
 * @param {Point[]} above
 * @param {Point[]} under
 */
export const band = (above, under) => `${line(above)}${line(under.toReversed()).replace("M", "L")}Z`;

/**
 * A fixed vertical scale with grid lines at `ticks`; returns y(value) and the nodes.
 * @param {number[]} ticks
 * @param {[low: number, high: number]} range
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {number} bottom
 * @param {(value: number) => string | number} [text]
 * @returns {[Scale, SVGElement[]]}
 */
export function vertical(ticks, [low, high], left, right, top, bottom, text = minus) {
  /** @type {Scale} */
  const y = value => bottom - ((value - low) / (high - low)) * (bottom - top);
  const nodes = ticks.flatMap(v => [
    svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
    svg("text", { x: left - 4, y: y(v) + 4, class: "tick end" }, text(v)),
  ]);
  return [y, nodes];
}

/**
 * Time from T on the left to 0 on the right.
 * @param {number} T
 * @param {number} left
 * @param {number} right
 * @param {number} bottom
 * @param {number} [ticks]
 * @returns {[Scale, SVGElement[]]}
 */
export function time(T, left, right, bottom, ticks = 4) {
  /** @type {Scale} */
  const x = t => left + (1 - t / T) * (right - left);
  const nodes = Array.from({ length: ticks + 1 }, (_, i) => Math.round(T * (1 - i / ticks))).map((t, i) =>
    svg(
      "text",
      { x: x(t), y: bottom + 14, class: `tick ${i === 0 ? "" : i === ticks ? "end" : "middle"}` },
      i ? t : `t = ${t}`,
    ),
  );
  return [x, nodes];
}

/**
 * The size of a chart on the screen, or null while it is hidden.
 * @param {Element} chart
 */
export function room(chart) {
  const { width, height } = boxOf(chart);
  return width && height ? { width, height } : null;
}

/**
 * Words one under the other keep `gap` pixels apart, the lowest no lower than `limit`: their y are moved.
 * @template {{ y: number }} Word
 * @param {Word[]} words
 * @param {number} limit
 * @param {number} [gap]
 */
export function apart(words, limit, gap = 14) {
  words.sort((a, b) => a.y - b.y);
  words.forEach((word, i) => {
    if (i) word.y = Math.max(word.y, words[i - 1].y + gap);
  });
  for (let i = words.length - 1, low = limit; i >= 0; low = words[i].y - gap, i--)
    words[i].y = Math.min(words[i].y, low);
  return words;
}

export { minus } from "./numbers.js";
