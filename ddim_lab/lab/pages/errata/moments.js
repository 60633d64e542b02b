// Exact moments as curves: ✗ the faulty sampler, ✓ the right one, dotted the data's own; t = T left, 0 right.

import { boxOf } from "../../static/box.js";
import { svg } from "../../static/dom.js";
import { minus, within } from "../../static/numbers.js";
import { apart, room } from "../../static/plot.js";

/** @typedef {import("../../static/plot.js").Scale} Scale */
/** @typedef {{ t: number[], variance: (number | null)[], mean: (number | null)[] }} Run moments, null: NaN */
/** @typedef {"variance" | "mean"} Kind */
/** @typedef {"wrong" | "right" | "repaired"} Side */
/**
 * @typedef {{ marginal: Run, data: Record<Kind, number>, axes: Record<Kind, [number, number]> }} Target
 * @typedef {Record<Side, Run> & Target} Data as a view sent it
 */
/** @typedef {{ x: Scale, y: Scale, low: number, high: number, top: number, bottom: number, kind: Kind }} Frame */

const T = 1000,
  LEFT = 42,
  RIGHT = 86,
  MARKS = 60,
  CROWD = 15;

/**
 * A moment in words.
 * @param {number | null | undefined} value
 */
export function four(value) {
  if (value === null || value === undefined) return "NaN";
  const size = Math.abs(value);
  if (size >= 1000 || (size !== 0 && size < 5e-5)) return minus(value.toExponential(1));
  return minus(value.toFixed(size >= 10 ? 1 : 4));
}

/**
 * Draws `kind` of `data`. `sides`: what may be seen; `names`: their words; `guess`: the learner's, an index of larger,
 * smaller, the same, not a number.
 * @param {SVGSVGElement} chart
 * @param {Kind} kind
 * @param {Data} data
 * @param {{ sides: Side[], names: Partial<Record<Side, string>>, guess?: number | null }} shown
 */
export function drawMoments(chart, kind, data, { sides, names, guess = null }) {
  const size = room(chart);
  if (!size) return;
  const { width, height } = size,
    [low, high] = data.axes[kind],
    [top, bottom, right] = [14, height - 20, width - RIGHT];
  /** @type {Frame} */
  const frame = {
    x: t => LEFT + (1 - t / T) * (right - LEFT),
    y: value => bottom - ((value - low) / (high - low)) * (bottom - top),
    ...{ low, high, top, bottom, kind },
  };
  const inside = `err-clip-${chart.dataset.name}`,
    clip = svg("clipPath", { id: inside });
  clip.append(svg("rect", { x: 0, y: top - 4, width: right + 4, height: bottom - top + 8 }));
  /** @param {Run} run @param {string} className */
  const curve = (run, className) =>
    svg("path", { d: line(run, frame), class: className, "clip-path": `url(#${inside})` });
  const labels = sides.map(side => {
    const value = last(data[side][kind]);
    return { value, text: `${names[side]} ${four(value)}`, className: `${side}` };
  });
  labels.unshift({ value: data.data[kind], text: `data ${data.data[kind]}`, className: "data" });
  chart.replaceChildren(
    clip,
    ...grid(frame, right, height),
    curve(data.marginal, "moments-data"),
    ...sides.flatMap(side => [
      curve(data[side], `moments-line ${side}`),
      ...(data[side].t.length <= MARKS ? marks(data[side], frame, side) : []),
      ...broken(data[side], frame),
    ]),
    ...(guess !== null && kind === "variance" ? ghost(guess, frame, last(data.right.variance) ?? 0) : []),
    ...placed(labels, frame, right + 6),
  );
  chart.setAttribute("aria-label", `${kind} from t = ${T} to 0: ${labels.map(label => label.text).join("; ")}`);
}

/** @param {(number | null)[]} values */
const last = values => values[values.length - 1];

/**
 * @param {Frame} frame
 * @param {number} right
 * @param {number} height
 */
function grid({ x, y, low, high }, right, height) {
  return [
    ...ticks(low, high).flatMap(v => [
      svg("line", { x1: LEFT - 8, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
      svg("text", { x: LEFT - 12, y: y(v) + 4, class: "tick end" }, minus(v)),
    ]),
    ...[1000, 750, 500, 250, 0].map(t =>
      svg("text", { x: x(t), y: height - 5, class: "tick middle" }, t === 1000 ? "t = 1000" : t),
    ),
  ];
}

/**
 * At most seven round values of a range.
 * @param {number} low
 * @param {number} high
 */
export function ticks(low, high) {
  const step = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20].find(size => (high - low) / size <= 6) ?? 50,
    first = Math.ceil(low / step),
    count = Math.floor((high + 1e-9) / step) - first + 1;
  return Array.from({ length: count }, (_, i) => +((first + i) * step).toFixed(2));
}

/**
 * A path that breaks off where a value is not a number.
 * @param {Run} run
 * @param {Frame} frame
 */
export function line(run, { kind, x, y }) {
  let d = "",
    pen = false;
  run[kind].forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    d += `${pen ? "L" : "M"}${x(run.t[i]).toFixed(1)},${within(y(value), -9999, 9999).toFixed(1)}`;
    pen = true;
  });
  return d;
}

/**
 * A mark at every step, ✗, ● or ○.
 * @param {Run} run
 * @param {Frame} frame
 * @param {Side} side
 */
function marks(run, { kind, x, y, low, high }, side) {
  return run[kind].flatMap((value, i) => {
    if (value === null || value < low || value > high) return [];
    const cx = x(run.t[i]),
      cy = y(value);
    return side === "wrong"
      ? [svg("path", { d: `M${cx - 4},${cy - 4}l8,8m0,-8l-8,8`, class: "moments-cross" })]
      : [svg("circle", { cx, cy, r: side === "repaired" ? 5 : 3, class: `moments-dot ${side}` })];
  });
}

/**
 * Where the curve leaves the chart: an arrow, or the word NaN from the first time that has none.
 * @param {Run} run
 * @param {Frame} frame
 */
function broken(run, { kind, x, y, low, high }) {
  const at = run[kind].indexOf(null);
  if (at >= 0) {
    const from = x(run.t[at]);
    return [
      svg("rect", { x: from - 6, y: y(high), width: x(0) - from + 12, height: y(low) - y(high), class: "nan-area" }),
      svg("text", { x: from - 10, y: y(high) + 14, class: "nan-word end" }, `NaN from t = ${run.t[at]}`),
    ];
  }
  const values = run[kind].map(value => value ?? 0),
    out = values.findIndex(value => value > high || value < low);
  if (out < 0) return [];
  const up = values[out] > high,
    furthest = (up ? Math.max : Math.min)(...values);
  return [
    svg(
      "text",
      { x: Math.min(x(run.t[out]), x(0) - 90), y: up ? y(high) + 4 : y(low) - 4, class: "nan-word" },
      up ? `↑ up to ${four(furthest)}` : `↓ down to ${four(furthest)}`,
    ),
  ];
}

/**
 * The learner's guess beside the right curve's end.
 * @param {number} guess
 * @param {Frame} frame
 * @param {number} value
 */
function ghost(guess, frame, value) {
  const words = ["your guess: larger", "your guess: smaller", "your guess: the same", "your guess: NaN"][guess],
    { top, bottom } = frame,
    end = frame.x(0),
    y = frame.y(value),
    x = end - 14;
  const to = [Math.max(top + 4, y - 46), Math.min(bottom, y + 34), y, top + 10][guess],
    tip = guess === 1 ? -6 : 6;
  const shape =
    guess === 2
      ? svg("circle", { cx: end, cy: y, r: 10, class: "guess-ring" })
      : svg("path", { d: `M${x},${y}V${to}m-5,${tip}l5,${-tip}l5,${tip}`, class: "guess-ring" });
  return [
    shape,
    svg("text", { x: x - 10, y: (guess === 2 ? y - 12 : (y + to) / 2) + 4, class: "guess-word end" }, words),
  ];
}

/**
 * Words at the right end, moved apart where they would lie on each other.
 * @param {{ value: number | null, text: string, className: string }[]} labels
 * @param {Frame} frame
 * @param {number} x
 */
function placed(labels, { y, top, bottom, low, high }, x) {
  const words = labels.map(({ value, ...label }) => ({
    ...label,
    y: value === null ? top + 6 : within(y(within(value, low, high)) + 4, top + 4, bottom),
  }));
  return apart(words, bottom + 4, CROWD).map(word =>
    svg("text", { x, y: word.y, class: `moments-word ${word.className}` }, word.text),
  );
}

/**
 * Two rulers, one over the other: the steps visited by each side.
 * @param {SVGSVGElement} chart
 * @param {{ t: number[], name: string, end: string, side: string }[]} runs
 */
export function drawSteps(chart, runs) {
  const { width } = boxOf(chart);
  if (!width) return;
  const height = 24 * runs.length + 4;
  /** @type {Scale} */
  const x = t => LEFT + (1 - t / T) * (width - RIGHT - LEFT);
  chart.setAttribute("height", `${height}`);
  const nodes = runs.flatMap(({ t, name, end, side }, row) => {
    const mid = 14 + 24 * row,
      seen = new Set(),
      twice = t.filter(step => seen.has(step) || !seen.add(step));
    return [
      svg("line", { x1: x(T), x2: x(0), y1: mid, y2: mid, class: "gridline" }),
      svg("path", {
        d: t.map(step => `M${x(step).toFixed(1)},${mid - 6}V${mid + 6}`).join(""),
        class: `visited ${side}`,
      }),
      ...twice.map(step => svg("circle", { cx: x(step), cy: mid, r: 6, class: "twice" })),
      svg("text", { x: 2, y: mid + 4, class: "tick" }, name),
      svg("text", { x: x(0) + 6, y: mid + 4, class: "tick" }, end),
    ];
  });
  chart.replaceChildren(...nodes);
  chart.setAttribute(
    "aria-label",
    `steps visited: ${runs.map(({ t, name, end }) => `${name} from t = ${t[0]} to ${t.at(-1)}, ${end}`).join("; ")}`,
  );
}
