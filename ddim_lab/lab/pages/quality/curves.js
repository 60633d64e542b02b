// Two charts: a measure over S for every row of the map, and the error of encoding and decoding over S.
import { svg } from "../../static/dom.js";
import { line, minus, room } from "../../static/plot.js";

const SHAPES = ["●", "○", "□", "◇", "△"];
const TICKS = { log: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] };
const tidy = value => minus(+value.toPrecision(2));

/** How values bend on the axis: logarithms, square roots with their sign, or straight. */
function bend(axis, floor) {
  if (axis === "log") return value => Math.log10(Math.max(value, floor));
  return axis === "root" ? value => Math.sign(value) * Math.sqrt(Math.abs(value)) : value => value;
}

export function curves(chart, map, chosen) {
  const size = room(chart);
  if (!size || !map) return;
  const { width, height } = size,
    left = 46,
    right = width - 82,
    top = 10,
    bottom = height - 24;
  const points = Object.values(map.cells),
    nodes = [];
  if (!points.length) {
    chart.replaceChildren();
    chart.setAttribute("aria-label", "nothing is measured yet");
    return;
  }
  const lowest = Math.min(...points.map(p => p.value).filter(v => v > 0)) / 2.5,
    bent = bend(map.axis, lowest);
  const floor = map.floor ? (map.relative ? 1 : map.floor.value) : null;
  const ends = [...map.range.map(bent), ...(floor === null ? [] : [bent(floor)])],
    low = Math.min(...ends),
    high = Math.max(...ends),
    pad = (high - low) * 0.04 || 1;
  const y = value => bottom - ((bent(value) - low + pad) / (high - low + 2 * pad)) * (bottom - top);
  const [first, last] = [map.steps[0], map.steps.at(-1)],
    x = S => left + 8 + (Math.log(S / first) / Math.log(last / first)) * (right - left - 16);
  for (const v of ticks(map.axis, low, high, bent, lowest))
    nodes.push(
      svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), class: "gridline" }),
      svg(
        "text",
        { x: left - 6, y: y(v) + 4, class: "tick end" },
        map.relative ? `×${tidy(v)}` : label(map.measure, v),
      ),
    );
  for (const S of map.steps)
    nodes.push(svg("text", { x: x(S), y: bottom + 16, class: "tick middle" }, S === first ? `S = ${S}` : S));
  if (floor !== null) nodes.push(svg("line", { x1: left, x2: right, y1: y(floor), y2: y(floor), class: "q-floor" }));
  const words = [],
    told = [];
  map.rows.forEach((row, i) => {
    const found = map.steps.map(S => [S, map.cells[`${row.name}|${S}`]]).filter(([, cell]) => cell);
    if (!found.length) return;
    const lead = chosen && chosen.eta === row.eta && chosen.sigma_hat === row.sigma_hat,
      joined = found.filter(([, c]) => c.mark !== "other n");
    const above = joined.map(([S, c]) => [x(S), y(c.high)]),
      under = joined.map(([S, c]) => [x(S), y(c.low)]);
    if (joined.length)
      nodes.unshift(
        svg("path", {
          d: `${line(above)}${line(under.reverse()).replace("M", "L")}Z`,
          class: `band q${i}${lead ? " lead" : ""}`,
        }),
      );
    nodes.push(svg("path", { d: line(joined.map(([S, c]) => [x(S), y(c.value)])), class: `q-line q${i}` }));
    nodes.push(...found.map(([S, c]) => mark(i, x(S), y(c.value))));
    words.push({ i, y: y(found.at(-1)[1].value) + 4, text: `${SHAPES[i]} ${row.name}`, x: x(found.at(-1)[0]) });
    told.push(`${row.name}: ${found.map(([S, c]) => `${c.text} at ${S}`).join(", ")}`);
    if (lead)
      for (const [S, c] of found)
        if (S === chosen.S) nodes.push(svg("circle", { cx: x(S), cy: y(c.value), r: 8, class: "q-here" }));
  });
  spread(words, bottom);
  nodes.push(...words.map(one => svg("text", { x: right + 4, y: one.y, class: `q-word q${one.i}` }, one.text)));
  chart.replaceChildren(...nodes);
  chart.setAttribute("aria-label", told.join("; "));
}

function ticks(axis, low, high, bent, lowest) {
  const inside = v => bent(v) >= low - 1e-9 && bent(v) <= high + 1e-9;
  if (axis === "log") {
    const found = TICKS.log.filter(v => v >= lowest && inside(v));
    return found.length > 7 ? found.filter(v => /^0*\.?0*1/.test(`${v}`) || `${v}`.includes("5")) : found;
  }
  if (axis === "root") return [-0.01, 0, 0.01, 0.05, 0.1, 0.5, 1].filter(inside);
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find(s => (high - low) / s <= 6) ?? 2;
  return Array.from({ length: 8 }, (_, i) => Math.ceil(low / step) * step + i * step).filter(inside);
}

const label = (measure, v) =>
  ["accuracy", "precision", "recall"].includes(measure)
    ? `${Math.round(100 * v)} %`
    : measure === "kernel"
      ? minus(Math.round(1000 * v))
      : tidy(v);

/** Words at the right end keep 14 pixels apart. */
function spread(words, bottom) {
  words
    .sort((a, b) => a.y - b.y)
    .forEach((one, i) => {
      if (i) one.y = Math.max(one.y, words[i - 1].y + 14);
    });
  for (let i = words.length - 1, limit = bottom + 4; i >= 0; limit = words[i].y - 14, i--)
    words[i].y = Math.min(words[i].y, limit);
}

function mark(i, cx, cy) {
  if (i === 2) return svg("rect", { x: cx - 3.5, y: cy - 3.5, width: 7, height: 7, class: "q-mark q2" });
  if (i === 3) return svg("path", { d: `M${cx},${cy - 5}l5,5l-5,5l-5,-5Z`, class: "q-mark q3" });
  if (i === 4) return svg("path", { d: `M${cx},${cy - 5}l5,9h-10Z`, class: "q-mark q4" });
  return svg("circle", { cx, cy, r: 3.6, class: `q-mark q${i}` });
}

export function reconstruction(chart, told) {
  const size = room(chart);
  if (!size || !told) return;
  const { width, height } = size,
    left = 52,
    right = width - 92,
    top = 8,
    bottom = height - 22;
  const lines = [told.rows.filter(row => !row.implicit), told.rows.filter(row => row.implicit), told.paper],
    names = ["● explicit", "○ implicit", "◆ the paper"];
  const values = lines
      .flat()
      .flatMap(p => [p.value, p.low ?? p.value])
      .filter(v => v > 0),
    low = Math.log10(Math.min(...values) / 1.5),
    high = Math.log10(Math.max(...values) * 1.5);
  const y = value => bottom - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (bottom - top),
    x = S => left + 6 + (Math.log10(S / 10) / 2) * (right - left - 12);
  const nodes = [];
  for (let power = Math.ceil(low); power <= high; power++)
    nodes.push(
      svg("line", { x1: left, x2: right, y1: y(10 ** power), y2: y(10 ** power), class: "gridline" }),
      svg(
        "text",
        { x: left - 6, y: y(10 ** power) + 4, class: "tick end" },
        power < -4 ? `1e${minus(power)}` : 10 ** power,
      ),
    );
  for (const S of [10, 20, 50, 100, 200, 500, 1000])
    nodes.push(svg("text", { x: x(S), y: bottom + 15, class: "tick middle" }, S === 10 ? "S = 10" : S));
  const words = [];
  lines.forEach((points, i) => {
    if (!points.length) return;
    nodes.push(svg("path", { d: line(points.map(p => [x(p.S), y(p.value)])), class: `b-line b${i}` }));
    for (const p of points) {
      if (p.low !== undefined)
        nodes.push(svg("line", { x1: x(p.S), x2: x(p.S), y1: y(p.low), y2: y(p.high), class: "whisker" }));
      nodes.push(
        i === 2
          ? svg("path", { d: `M${x(p.S)},${y(p.value) - 4}l4,4l-4,4l-4,-4Z`, class: "b-mark b2" })
          : svg("circle", { cx: x(p.S), cy: y(p.value), r: 3.5, class: `b-mark b${i}` }),
      );
    }
    const end = points.at(-1);
    words.push({ i, y: y(end.value) + 4, text: names[i] });
  });
  spread(words, bottom);
  nodes.push(...words.map(one => svg("text", { x: right + 4, y: one.y, class: `b-word b${one.i}` }, one.text)));
  chart.replaceChildren(...nodes);
  chart.setAttribute(
    "aria-label",
    lines
      .map((points, i) =>
        points.length ? `${names[i].slice(2)}: ${points.map(p => `${p.text} at S = ${p.S}`).join(", ")}` : "",
      )
      .filter(Boolean)
      .join("; "),
  );
}
