// Numbers beside the particles: variance and W2 over t, error against network calls, where the error comes from.
import { element, finder, svg } from "../../static/dom.js";
import { onceAFrame } from "../../static/frames.js";
import { apart, line, room, time, vertical } from "../../static/plot.js";

/** @typedef {import("../../static/plot.js").Scale} Scale */
/** @typedef {Record<string, any>} Numbers variance and W2 over t, and what they should be */
/** @typedef {{ start: number | null, total: number, discretisation: number, floor: number }} Split */
/**
 * @typedef {object} Errors against network calls
 * @property {Record<string, (number | null)[]>} lines by name; null: not measured yet, or not admitted
 * @property {Record<string, number[]>} calls of the points of each line
 * @property {string} kind
 * @property {number} n
 * @property {number | null} floor
 * @property {boolean} done
 * @property {number} ready
 * @property {number} of
 */

const MARKS = 40,
  LINES = ["eta 0", "eta 0.5", "eta 1", "sigma-hat", "2M", "2S"],
  SHAPES = ["●", "○", "□", "△", "◆", "◇"];
/** @param {number} value */
const short = value => (value >= 0.0995 ? value.toFixed(2) : value.toPrecision(2));

/** What is drawn over t: the ends of its axis, how values bend on it, what it should be, and where its words stand. */
const OVER_TIME = {
  w2: {
    ticks: [0, 0.1, 0.5, 1],
    span: 1.4,
    bend: Math.sqrt, // W2 is small nearly everywhere
    text: (/** @type {number} */ v) => +(v * v).toFixed(2),
    wanted: "floor",
    end: short,
    below: [-2, 12],
  },
  variance: {
    ticks: [0, 1, 2],
    span: 2,
    bend: (/** @type {number} */ v) => v,
    text: (/** @type {number} */ v) => v,
    wanted: "exact",
    end: (/** @type {number} */ v) => v.toFixed(3),
    below: [14, -2],
  },
};

export class WorldNumbers {
  /**
   * @param {import("./crowd.js").Page} page
   * @param {import("./crowd.js").Crowd} crowd
   */
  constructor(page, crowd) {
    this.page = page;
    this.crowd = crowd;
    this.$ = finder(page.root, ".stage.crowd ");
    /** @type {Numbers | null} */
    this.numbers = null;
    /** @type {Errors | null} */
    this.errors = null;
    /** @type {string | null} */
    this.errorsOf = null; // what they were measured of
    this.waits = false; // for the release of a slider
    this.draw = onceAFrame(() => this.drawNow());
    page.views.distances = head => this.receive(head);
    page.views.errors = head => {
      this.errors = /** @type {any} */ (head);
      this.draw();
    };
  }

  /** A new drawing: nothing that was measured is of it. */
  forget() {
    this.numbers = null;
    this.errors = null;
    this.errorsOf = null;
    this.state("held");
    for (const name of ["w2", "variance"]) this.$(`.${name}-svg`, SVGSVGElement).replaceChildren();
    this.$(".split").replaceChildren();
    this.$(".kind").textContent = "";
    this.draw();
  }

  /** @param {"held" | "fresh"} text */
  state(text) {
    for (const name of ["w2", "variance", "split"]) this.$(`[data-control="${name}"]`).dataset.state = text;
  }

  /**
   * While a slider is dragged only what is known in closed form follows; the rest is held until the release.
   * @param {boolean} dragging
   */
  ask(dragging) {
    const { page, crowd } = this,
      { schedule, spacing, T, seed } = page.settings;
    const closed = crowd.world.name === "blob";
    this.state("held");
    this.waits = dragging && !closed;
    if (!dragging || closed) page.ask("distances", crowd.values);
    const key = JSON.stringify([crowd.world, schedule, spacing, T, seed]);
    if (dragging || this.errorsOf === key) return;
    this.errorsOf = key;
    this.errors = null;
    page.ask("errors", { ...crowd.values });
  }

  /** @param {Numbers} head */
  receive(head) {
    if (this.waits) return;
    this.numbers = head;
    this.state(head.done ? "fresh" : "held");
    this.draw();
  }

  snapshot() {
    return this.numbers?.done ? this.numbers : null;
  }

  drawNow() {
    if (this.page.tab !== "crowd") return;
    if (this.numbers) {
      this.drawOverTime("w2");
      this.drawOverTime("variance");
      this.drawSplit();
    }
    this.drawErrors();
  }

  /**
   * W2 or the variance over t, with the value it should have, and the pinned run's.
   * @param {"w2" | "variance"} name
   */
  drawOverTime(name) {
    const chart = this.$(`.${name}-svg`, SVGSVGElement),
      size = room(chart),
      { numbers } = this;
    if (!size || !numbers) return;
    const { width, height } = size,
      [left, right, top, bottom] = [30, width - 62, 6, height - 18],
      { ticks, span, bend, text, wanted } = OVER_TIME[name];
    const [scaled, grid] = vertical(ticks.map(bend), [bend(0), bend(span)], left, right, top, bottom, text);
    const [x, times] = time(numbers.settings.T, left, right, bottom, 2);
    /** @type {Scale} */
    const y = v => scaled(bend(v));
    /** @param {Numbers} source @param {string} row @param {string} className */
    const curve = (source, row, className) =>
      source[row] ? [svg("path", { d: line(points(source, row)), class: className })] : [];
    /** @param {Numbers} source @param {string} row @returns {[number, number][]} */
    const points = (source, row) =>
      source.t.map((/** @type {number} */ t, /** @type {number} */ i) => [x(t), y(Math.min(span, source[row][i]))]);
    const own = points(numbers, name),
      pinned = this.crowd.pin?.world === this.crowd.targetOf ? this.crowd.pin?.numbers : null,
      { shown } = this.crowd,
      now = x(shown ? shown.head.t[shown.at] : 0);
    chart.replaceChildren(
      ...grid,
      ...times,
      ...(pinned && pinned !== numbers ? curve(pinned, name, "pinned-line") : []),
      ...curve(numbers, wanted, name === "w2" ? "floor" : "truth"),
      ...curve(numbers, name, "own-line"),
      ...(own.length <= MARKS ? own.map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, class: "own-dot" })) : []),
      svg("line", { x1: now, x2: now, y1: top, y2: bottom, class: "cursor-line" }),
      ...(numbers.done ? this.ends(name, right + 6, y) : []),
    );
    const end = numbers[name].at(-1);
    chart.setAttribute(
      "aria-label",
      `${name === "w2" ? "W2" : "variance"} from t = ${numbers.t[0]} to ${numbers.t.at(-1)}; ` +
        `at the end ${OVER_TIME[name].end(end)}`,
    );
    if (name === "w2") this.$(".kind").textContent = kindOf(numbers);
    Object.assign(this.page.root.dataset, { numbersW2: numbers.w2.at(-1), numbersDone: numbers.done });
  }

  /**
   * What both curves come to.
   * @param {"w2" | "variance"} name
   * @param {number} x
   * @param {Scale} y
   */
  ends(name, x, y) {
    const numbers = /** @type {Numbers} */ (this.numbers),
      { span, wanted, end, below } = OVER_TIME[name],
      value = numbers[name].at(-1),
      should = numbers[wanted]?.at(-1);
    return [
      svg("text", { x, y: y(Math.min(span, value)) + below[0], class: "end-word" }, end(value)),
      ...(should === undefined
        ? []
        : [svg("text", { x, y: y(should) + below[1], class: "tick" }, `${wanted} ${short(should)}`)]),
    ];
  }

  drawErrors() {
    const chart = this.$(".errors-svg", SVGSVGElement),
      size = room(chart),
      { errors } = this,
      progress = this.$(".progress");
    if (!size) return;
    if (!errors) {
      chart.replaceChildren();
      progress.textContent = this.crowd.world.centres?.length === 0 ? "" : "measuring …";
      return;
    }
    progress.textContent = errors.done ? axesOf(errors) : `measuring … ${errors.ready} of ${errors.of}`;
    const { width, height } = size,
      [left, right, top, bottom] = [34, width - 62, 8, height - 18];
    const values = Object.values(errors.lines).flatMap(line => line.filter(v => v !== null)),
      lowest = Math.min(0.02, ...values.map(v => v / 1.2)),
      low = Math.log10(lowest);
    const ticks = [0.001, 0.01, 0.1, 1].filter(v => v >= lowest).map(Math.log10);
    const [scaled, grid] = vertical(ticks, [low, Math.log10(2)], left, right, top, bottom, v => 10 ** v);
    const most = Math.max(...Object.values(errors.calls).flat());
    /** @type {Scale} */
    const y = value => scaled(Math.max(low, Math.log10(value)));
    /** @type {Scale} */
    const x = calls => left + (Math.log10(calls) / Math.max(Math.log10(most), 1e-9)) * (right - left);
    const floor = errors.floor && y(errors.floor),
      lines = LINES.flatMap((_, l) => this.line(l, x, y));
    chart.replaceChildren(
      ...grid,
      ...[1, 10, 100, 1000]
        .filter(calls => calls <= most)
        .map(calls =>
          svg("text", { x: x(calls), y: bottom + 14, class: "tick middle" }, calls === 1 ? "1 call" : calls),
        ),
      ...(floor ? [svg("line", { x1: left, x2: right, y1: floor, y2: floor, class: "floor" })] : []),
      ...lines.flatMap(({ nodes }) => nodes),
      ...apart(lines, bottom + 2).map(word =>
        svg("text", { x: right + 6, y: word.y, class: `s-word l${word.l}` }, word.text),
      ),
      ...this.here(right, x, y),
    );
    chart.setAttribute("aria-label", `error against network calls; ${saidOf(errors)}`);
  }

  /**
   * The error of one line, and its word at the end; none where nothing is measured yet.
   * @param {number} l
   * @param {Scale} x
   * @param {Scale} y
   */
  line(l, x, y) {
    const { lines, calls } = /** @type {Errors} */ (this.errors),
      name = LINES[l];
    /** @type {[number, number][]} */
    const points = lines[name].flatMap((v, i) => (v ? [[x(calls[name][i]), y(v)]] : []));
    if (!points.length) return [];
    const nodes = [
      svg("path", { d: line(points), class: `s-line l${l}` }),
      ...points.map(([cx, cy]) => mark(l, cx, cy)),
    ];
    return [{ l, nodes, y: points[points.length - 1][1] + 4, text: `${SHAPES[l]} ${LINES[l]}` }];
  }

  /**
   * The learner's own setting on that chart.
   * @param {number} right
   * @param {Scale} x
   * @param {Scale} y
   */
  here(right, x, y) {
    const { numbers } = this;
    if (!numbers?.done) return [];
    const cx = Math.min(right, x(numbers.settings.S)),
      cy = y(numbers.w2.at(-1));
    return [
      svg("circle", { cx, cy, r: 7, class: "you" }),
      svg("text", { x: Math.min(cx, right - 60), y: Math.max(14, cy - 11), class: "you-word" }, "you are here"),
    ];
  }

  drawSplit() {
    const split = this.numbers?.split,
      box = this.$(".split");
    if (!split) return;
    const rows = partsOf(split),
      most = Math.max(...rows.map(([, value]) => value), 1e-9),
      note = element("p", "hint", split.start === null ? NEAR_FLOOR : "");
    box.replaceChildren(
      ...rows.flatMap(([name, value, kind]) => {
        const bar = element("span", `bar-line ${kind}`);
        bar.style.width = `${(100 * value) / most}%`;
        return [element("span", "", name), bar, element("span", "", short(value))];
      }),
      note,
    );
    note.hidden = split.start !== null || split.total > 1.5 * split.floor;
  }
}

const NEAR_FLOOR = "Both runs near the floor: nothing is left to see at this many particles.";

/**
 * Where an error comes from.
 * @param {Split} split
 * @returns {[name: string, value: number, kind: string][]}
 */
function partsOf({ start, total, discretisation, floor }) {
  if (start === null)
    return [
      ["from N(0, I)", total, ""],
      ["from the true x_T", discretisation, "start"],
      ["floor", floor, "floor-bar"],
    ];
  return [
    ["all of it", total, ""],
    ["x_T is not N(0, I)", start, "start"],
    ["the steps are finite", discretisation, ""],
  ];
}

/** @param {Numbers} numbers */
const kindOf = ({ kind, n }) => (kind === "exact" ? "closed form" : `sliced, ${n} particles; dotted: floor`);

/** @param {Errors} errors */
const axesOf = ({ kind, n }) =>
  kind === "exact"
    ? "log axes; exact; 2M and 2S at eta 0"
    : `log axes; sliced W2 of ${n} particles, dotted: floor; 2M and 2S at eta 0`;

/** @param {Errors} errors */
const saidOf = ({ lines, calls }) =>
  LINES.filter(name => lines[name].at(-1))
    .map(name => {
      const [first, last] = [lines[name][0], lines[name].at(-1)].map(value => short(value ?? 0));
      return `${name}: ${first} at one call, ${last} at ${calls[name].at(-1)} calls`;
    })
    .join("; ");

/**
 * @param {number} l
 * @param {number} cx
 * @param {number} cy
 */
function mark(l, cx, cy) {
  if (l === 2) return svg("rect", { x: cx - 3, y: cy - 3, width: 6, height: 6, class: "s-mark l2" });
  if (l === 3) return svg("path", { d: `M${cx},${cy - 4}l4,7h-8Z`, class: "s-mark l3" });
  if (l > 3) return svg("path", { d: `M${cx},${cy - 4}l4,4l-4,4l-4,-4Z`, class: `s-mark l${l}` });
  return svg("circle", { cx, cy, r: 3, class: `s-mark l${l}` });
}
