// Two charts: a measure over S for every row of the map, and the error of encoding and decoding over S.
import { svg } from "../../static/dom.js";
import { minus } from "../../static/numbers.js";
import { apart, band, line, room } from "../../static/plot.js";

/** @typedef {import("../../static/plot.js").Scale} Scale */
/** @typedef {import("../../static/plot.js").Point} Point */
/** @typedef {{ value: number, low: number, high: number, text: string, mark: string }} Cell a measured one */
/** @typedef {{ spacing: string, S: number, eta: number, sigma_hat: boolean, solver?: string }} Place of a cell */
/** @typedef {{ name: string, eta: number, sigma_hat: boolean, solver?: string }} Row */
/**
 * @typedef {object} HeatMap
 * @property {string} measure
 * @property {"log" | "root" | "linear"} axis
 * @property {boolean} relative in units of real digits
 * @property {{ value: number } | null} floor what real digits have
 * @property {[number, number]} range
 * @property {number[]} steps
 * @property {Row[]} rows
 * @property {Record<string, Cell>} cells by "row|S"
 */
/** @typedef {{ S: number, value: number, low?: number, high?: number, text: string, implicit?: boolean }} Error */
/** @typedef {{ y: number, text: string, className: string }} Word at the end of a curve */
/** @typedef {[S: number, cell: Cell]} Stop */

const SHAPES = ["●", "○", "□", "◇", "△", "◆"];
const LOGS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
  ROOTS = [-0.01, 0, 0.01, 0.05, 0.1, 0.5, 1],
  STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** @param {number} value */
const tidy = value => minus(+value.toPrecision(2));

/**
 * How values bend on the axis: logarithms, square roots with their sign, or straight.
 * @param {HeatMap["axis"]} axis
 * @param {number} floor
 * @returns {Scale}
 */
export function bend(axis, floor) {
  if (axis === "log") return value => Math.log10(Math.max(value, floor));
  return axis === "root" ? value => Math.sign(value) * Math.sqrt(Math.abs(value)) : value => value;
}

/**
 * @param {SVGSVGElement} chart
 * @param {HeatMap} map
 * @param {Place | null} chosen
 */
export function curves(chart, map, chosen) {
  const size = room(chart);
  if (!size || !map) return;
  const cells = Object.values(map.cells);
  if (!cells.length) {
    chart.replaceChildren();
    chart.setAttribute("aria-label", "nothing is measured yet");
    return;
  }
  const { width, height } = size,
    [left, right, top, bottom] = [46, width - 82, 10, height - 24];
  const lowest = Math.min(...cells.map(cell => cell.value).filter(v => v > 0)) / 2.5,
    bent = bend(map.axis, lowest),
    floor = map.floor ? (map.relative ? 1 : map.floor.value) : null,
    ends = [...map.range.map(bent), ...(floor === null ? [] : [bent(floor)])],
    [low, high] = [Math.min(...ends), Math.max(...ends)],
    pad = (high - low) * 0.04 || 1,
    [first, last] = [map.steps[0], map.steps[map.steps.length - 1]];
  /** @type {Scale} */
  const y = value => bottom - ((bent(value) - low + pad) / (high - low + 2 * pad)) * (bottom - top);
  /** @type {Scale} */
  const x = S => left + 8 + (Math.log(S / first) / Math.log(last / first)) * (right - left - 16);
  const drawn = map.rows.flatMap((row, i) => curve(map, row, i, chosen, x, y));
  chart.replaceChildren(
    ...drawn.flatMap(({ under }) => under).reverse(),
    ...ticks(map.axis, low, high, bent, lowest).flatMap(v => [
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
      svg(
        "text",
        { x: left - 6, y: y(v) + 4, class: "tick end" },
        map.relative ? `×${tidy(v)}` : label(map.measure, v),
      ),
    ]),
    ...map.steps.map(S => svg("text", { x: x(S), y: bottom + 16, class: "tick middle" }, S === first ? `S = ${S}` : S)),
    ...(floor === null ? [] : [svg("line", { x1: left, x2: right, y1: y(floor), y2: y(floor), class: "q-floor" })]),
    ...drawn.flatMap(({ over }) => over),
    ...written(
      drawn.map(({ word }) => word),
      right + 4,
      bottom + 4,
    ),
  );
  chart.setAttribute("aria-label", drawn.map(({ told }) => told).join("; "));
}

/**
 * Whether a cell stands in a row.
 * @param {Place} place
 * @param {Row} row
 */
export const isOf = (place, row) =>
  place.eta === row.eta && place.sigma_hat === row.sigma_hat && place.solver === row.solver;

/**
 * One row of the map as a curve: its band of uncertainty lies under all curves. None where nothing was measured.
 * @param {HeatMap} map
 * @param {Row} row
 * @param {number} i
 * @param {Place | null} chosen
 * @param {Scale} x
 * @param {Scale} y
 */
function curve(map, row, i, chosen, x, y) {
  const stops = map.steps.map(S => /** @type {Stop} */ ([S, map.cells[`${row.name}|${S}`]])).filter(([, c]) => c);
  if (!stops.length) return [];
  const isLead = chosen !== null && isOf(chosen, row),
    joined = stops.filter(([, cell]) => cell.mark !== "other n");
  /** @param {"value" | "low" | "high"} what @returns {Point[]} */
  const points = what => joined.map(([S, cell]) => [x(S), y(cell[what])]);
  const edge = band(points("high"), points("low")),
    here = stops.filter(([S]) => isLead && S === chosen?.S);
  /** @type {Word} */
  const word = {
    y: y(stops[stops.length - 1][1].value) + 4,
    text: `${SHAPES[i]} ${row.name}`,
    className: `q-word q${i}`,
  };
  return [
    {
      under: joined.length ? [svg("path", { d: edge, class: `band q${i}${isLead ? " lead" : ""}` })] : [],
      over: [
        svg("path", { d: line(points("value")), class: `q-line q${i}` }),
        ...stops.map(([S, cell]) => mark(i, x(S), y(cell.value))),
        ...here.map(([S, cell]) => svg("circle", { cx: x(S), cy: y(cell.value), r: 8, class: "q-here" })),
      ],
      word,
      told: `${row.name}: ${stops.map(([S, cell]) => `${cell.text} at ${S}`).join(", ")}`,
    },
  ];
}

/**
 * Words at the ends of curves, one under the other.
 * @param {Word[]} words
 * @param {number} x
 * @param {number} limit
 */
const written = (words, x, limit) =>
  apart(words, limit).map(({ y, text, className }) => svg("text", { x, y, class: className }, text));

/**
 * @param {HeatMap["axis"]} axis
 * @param {number} low
 * @param {number} high
 * @param {Scale} bent
 * @param {number} lowest
 */
export function ticks(axis, low, high, bent, lowest) {
  /** @param {number} v */
  const inside = v => bent(v) >= low - 1e-9 && bent(v) <= high + 1e-9;
  if (axis === "log") {
    const known = LOGS.filter(v => v >= lowest && inside(v));
    return known.length > 7 ? known.filter(v => /^0*\.?0*1/.test(`${v}`) || `${v}`.includes("5")) : known;
  }
  if (axis === "root") return ROOTS.filter(inside);
  const step = STEPS.find(s => (high - low) / s <= 6) ?? 2;
  return Array.from({ length: 8 }, (_, i) => Math.ceil(low / step) * step + i * step).filter(inside);
}

/**
 * @param {string} measure
 * @param {number} v
 */
function label(measure, v) {
  if (["accuracy", "precision", "recall"].includes(measure)) return `${Math.round(100 * v)} %`;
  return measure === "kernel" ? minus(Math.round(1000 * v)) : tidy(v);
}

/**
 * @param {number} i
 * @param {number} cx
 * @param {number} cy
 */
function mark(i, cx, cy) {
  if (i === 2) return svg("rect", { x: cx - 3.5, y: cy - 3.5, width: 7, height: 7, class: "q-mark q2" });
  if (i === 3) return svg("path", { d: `M${cx},${cy - 5}l5,5l-5,5l-5,-5Z`, class: "q-mark q3" });
  if (i === 4) return svg("path", { d: `M${cx},${cy - 5}l5,9h-10Z`, class: "q-mark q4" });
  if (i === 5) return svg("path", { d: `M${cx},${cy - 4}l4,4l-4,4l-4,-4Z`, class: "q-mark q5" });
  return svg("circle", { cx, cy, r: 3.6, class: `q-mark q${i}` });
}

const NAMES = ["● explicit", "○ implicit", "◆ the paper"];

/**
 * @param {SVGSVGElement} chart
 * @param {{ rows: Error[], paper: Error[] }} told
 */
export function reconstruction(chart, told) {
  const size = room(chart);
  if (!size || !told) return;
  const { width, height } = size,
    [left, right, top, bottom] = [52, width - 92, 8, height - 22],
    lines = [told.rows.filter(row => !row.implicit), told.rows.filter(row => row.implicit), told.paper];
  const values = lines
      .flat()
      .flatMap(p => [p.value, p.low ?? p.value])
      .filter(v => v > 0),
    low = Math.log10(Math.min(...values) / 1.5),
    high = Math.log10(Math.max(...values) * 1.5);
  /** @type {Scale} */
  const y = value => bottom - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (bottom - top);
  /** @type {Scale} */
  const x = S => left + 6 + (Math.log10(S / 10) / 2) * (right - left - 12);
  const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  const words = lines.flatMap((points, i) => {
    const end = points.at(-1);
    return end ? [{ y: y(end.value) + 4, text: NAMES[i], className: `b-word b${i}` }] : [];
  });
  chart.replaceChildren(
    ...powers.flatMap(power => [
      svg("line", { x1: left, x2: right, y1: y(10 ** power), y2: y(10 ** power), class: "gridline" }),
      svg(
        "text",
        { x: left - 6, y: y(10 ** power) + 4, class: "tick end" },
        power < -4 ? `1e${minus(power)}` : 10 ** power,
      ),
    ]),
    ...[10, 20, 50, 100, 200, 500, 1000].map(S =>
      svg("text", { x: x(S), y: bottom + 15, class: "tick middle" }, S === 10 ? "S = 10" : S),
    ),
    ...lines.flatMap((points, i) => (points.length ? errors(points, i, x, y) : [])),
    ...written(words, right + 4, bottom + 4),
  );
  const said = lines.map((points, i) =>
    points.length ? `${NAMES[i].slice(2)}: ${points.map(p => `${p.text} at S = ${p.S}`).join(", ")}` : "",
  );
  chart.setAttribute("aria-label", said.filter(Boolean).join("; "));
}

/**
 * One way of encoding: its curve, and at every S a mark, and a whisker where there is an interval.
 * @param {Error[]} points
 * @param {number} i
 * @param {Scale} x
 * @param {Scale} y
 */
function errors(points, i, x, y) {
  return [
    svg("path", { d: line(points.map(p => [x(p.S), y(p.value)])), class: `b-line b${i}` }),
    ...points.flatMap(({ S, value, low, high }) => [
      ...(low === undefined || high === undefined
        ? []
        : [svg("line", { x1: x(S), x2: x(S), y1: y(low), y2: y(high), class: "whisker" })]),
      i === 2
        ? svg("path", { d: `M${x(S)},${y(value) - 4}l4,4l-4,4l-4,-4Z`, class: "b-mark b2" })
        : svg("circle", { cx: x(S), cy: y(value), r: 3.5, class: `b-mark b${i}` }),
    ]),
  ];
}
