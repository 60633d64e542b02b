// Exact moments as curves: ✗ the faulty sampler, ✓ the right one, dotted the data's own; t = T left, 0 right.
import { svg } from "../../static/dom.js";

const T = 1000,
  LEFT = 42,
  RIGHT = 86,
  MARKS = 60,
  CROWD = 15;
export const four = value =>
  (value === null || value === undefined
    ? "NaN"
    : Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 5e-5)
      ? value.toExponential(1)
      : value.toFixed(Math.abs(value) >= 10 ? 1 : 4)
  ).replace("-", "−");

/**
 * Draws `kind` ("variance" or "mean") of `data` as a view sent it. `sides`: what may be seen, of "wrong", "right",
 * "repaired"; `names`: their words; `guess`: the learner's, an index of larger, smaller, the same, not a number.
 */
export function drawMoments(chart, kind, data, { sides, names, guess = null }) {
  const { width, height } = chart.getBoundingClientRect();
  if (!width) return;
  const [low, high] = data.axes[kind],
    top = 14,
    bottom = height - 20,
    right = width - RIGHT;
  const x = t => LEFT + (1 - t / T) * (right - LEFT),
    y = value => bottom - ((value - low) / (high - low)) * (bottom - top);
  const nodes = [],
    clip = `err-clip-${chart.dataset.name}`;
  const box = svg("clipPath", { id: clip });
  box.append(svg("rect", { x: 0, y: top - 4, width: right + 4, height: bottom - top + 8 }));
  nodes.push(box);
  for (const v of ticks(low, high))
    nodes.push(
      svg("line", { x1: LEFT - 8, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
      svg("text", { x: LEFT - 12, y: y(v) + 4, class: "tick end" }, `${v}`.replace("-", "−")),
    );
  for (const t of [1000, 750, 500, 250, 0])
    nodes.push(svg("text", { x: x(t), y: height - 5, class: "tick middle" }, t === 1000 ? "t = 1000" : t));
  nodes.push(svg("path", { d: line(data.marginal, kind, x, y), class: "moments-data", "clip-path": `url(#${clip})` }));
  const labels = [{ value: data.data[kind], text: `data ${data.data[kind]}`, className: "data" }];
  for (const side of sides) {
    const run = data[side];
    nodes.push(svg("path", { d: line(run, kind, x, y), class: `moments-line ${side}`, "clip-path": `url(#${clip})` }));
    if (run.t.length <= MARKS) nodes.push(...marks(run, kind, x, y, side, low, high));
    nodes.push(...broken(run, kind, x, y, low, high));
    labels.push({ value: run[kind].at(-1), text: `${names[side]} ${four(run[kind].at(-1))}`, className: side });
  }
  if (guess !== null && kind === "variance")
    nodes.push(...ghost(guess, x(0), y(data.right.variance.at(-1)), top, bottom));
  nodes.push(...placed(labels, y, right + 6, top, bottom, low, high));
  chart.replaceChildren(...nodes);
  chart.setAttribute("aria-label", `${kind} from t = ${T} to 0: ${labels.map(label => label.text).join("; ")}`);
}

function ticks(low, high) {
  const span = high - low,
    step = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50].find(one => span / one <= 6);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9; i++) found.push(+(i * step).toFixed(2));
  return found;
}

/** A path that breaks off where a value is not a number. */
function line(run, kind, x, y) {
  let d = "",
    pen = false;
  run[kind].forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    d += `${pen ? "L" : "M"}${x(run.t[i]).toFixed(1)},${Math.max(-9999, Math.min(9999, y(value))).toFixed(1)}`;
    pen = true;
  });
  return d;
}

function marks(run, kind, x, y, side, low, high) {
  return run[kind].flatMap((value, i) => {
    if (value === null || value < low || value > high) return [];
    const cx = x(run.t[i]),
      cy = y(value);
    return side === "wrong"
      ? [svg("path", { d: `M${cx - 4},${cy - 4}l8,8m0,-8l-8,8`, class: "moments-cross" })]
      : [svg("circle", { cx, cy, r: side === "repaired" ? 5 : 3, class: `moments-dot ${side}` })];
  });
}

/** Where the curve leaves the chart: an arrow, or the word NaN from the first time that has none. */
function broken(run, kind, x, y, low, high) {
  const at = run[kind].indexOf(null);
  if (at >= 0) {
    const from = x(run.t[at]);
    return [
      svg("rect", { x: from - 6, y: y(high), width: x(0) - from + 12, height: y(low) - y(high), class: "nan-area" }),
      svg("text", { x: from - 10, y: y(high) + 14, class: "nan-word end" }, `NaN from t = ${run.t[at]}`),
    ];
  }
  const out = run[kind].findIndex(value => value > high || value < low);
  if (out < 0) return [];
  const up = run[kind][out] > high,
    furthest = (up ? Math.max : Math.min)(...run[kind]),
    at_x = Math.min(x(run.t[out]), x(0) - 90);
  return [
    svg(
      "text",
      { x: at_x, y: up ? y(high) + 4 : y(low) - 4, class: "nan-word" },
      up ? `↑ up to ${four(furthest)}` : `↓ down to ${four(furthest)}`,
    ),
  ];
}

function ghost(guess, end, y, top, bottom) {
  const words = ["your guess: larger", "your guess: smaller", "your guess: the same", "your guess: NaN"][guess],
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

/** Words at the right end, moved apart where they would lie on each other. */
function placed(labels, y, x, top, bottom, low, high) {
  const wanted = labels
    .map(label => ({
      ...label,
      at:
        label.value === null
          ? top + 6
          : Math.max(top + 4, Math.min(bottom, y(Math.max(low, Math.min(high, label.value))) + 4)),
    }))
    .sort((a, b) => a.at - b.at);
  wanted.forEach((label, i) => {
    if (i) label.at = Math.max(label.at, wanted[i - 1].at + CROWD);
  });
  for (let i = wanted.length - 1, limit = bottom + 4; i >= 0; i--, limit = wanted[i + 1].at - CROWD)
    wanted[i].at = Math.min(wanted[i].at, limit);
  return wanted.map(label => svg("text", { x, y: label.at, class: `moments-word ${label.className}` }, label.text));
}

/** Two rulers, one over the other: the steps visited by each side. */
export function drawSteps(chart, runs) {
  const { width } = chart.getBoundingClientRect();
  if (!width) return;
  const height = 24 * runs.length + 4,
    x = t => LEFT + (1 - t / T) * (width - RIGHT - LEFT);
  chart.setAttribute("height", height);
  const nodes = runs.flatMap(({ t, name, end, side }, row) => {
    const mid = 14 + 24 * row,
      seen = new Set(),
      twice = t.filter(one => seen.has(one) || !seen.add(one));
    return [
      svg("line", { x1: x(T), x2: x(0), y1: mid, y2: mid, class: "gridline" }),
      svg("path", {
        d: t.map(one => `M${x(one).toFixed(1)},${mid - 6}V${mid + 6}`).join(""),
        class: `visited ${side}`,
      }),
      ...twice.map(one => svg("circle", { cx: x(one), cy: mid, r: 6, class: "twice" })),
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
