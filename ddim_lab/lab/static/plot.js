// Helpers of the charts: scales and paths in SVG.
import { svg } from "./dom.js";

export const floats = bytes =>
  new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
export const line = points => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
export const minus = text => `${text}`.replace("-", "−");

/** A fixed vertical scale with grid lines at `ticks`; returns y(value) and the nodes. */
export function vertical(ticks, [low, high], left, right, top, bottom, text = v => minus(v)) {
  const y = value => bottom - ((value - low) / (high - low)) * (bottom - top);
  const nodes = ticks.flatMap(v => [
    svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
    svg("text", { x: left - 4, y: y(v) + 4, class: "tick end" }, text(v)),
  ]);
  return [y, nodes];
}

/** Time from T on the left to 0 on the right. */
export function time(T, left, right, bottom, ticks = 4) {
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

/** The size of a chart on the screen, or null while it is hidden. */
export function room(chart) {
  const { width, height } = chart.getBoundingClientRect();
  return width && height ? { width, height } : null;
}
