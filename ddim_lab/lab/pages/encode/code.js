// The code: the way up and back, how much it is like noise, and what comes back for other numbers of steps.

import { boxOf } from "../../static/box.js";
import { all, element, finder, hit, svg } from "../../static/dom.js";
import { minus, within } from "../../static/numbers.js";
import { line, room } from "../../static/plot.js";
import { cell, choice } from "../../static/sheet.js";
import { Big, decoded, Row } from "./row.js";

/** @typedef {import("../../static/plot.js").Point} Point */
/** @typedef {import("../../static/plot.js").Scale} Scale */
/** @typedef {import("../../static/page.js").Values} Values */
/** @typedef {{ mean: number, variance: number, neighbours: number, likeness: number }} Moments */
/** @typedef {Moments & { chance: Moments, density: number[], bell: number[] }} Looks how much the code is like noise */
/**
 * @typedef {object} Back what came back with S steps
 * @property {number} S
 * @property {boolean} implicit
 * @property {number} error
 * @property {number} rounds network calls
 * @property {number} residual
 * @property {number} eta
 */
/** @typedef {{ settings: Values, implicit: boolean, t: number[], marks: number[] }} Start */
/** @typedef {"explicit" | "implicit"} Way */

/** @type {[implicit: boolean, name: Way][]} */
const WAYS = [
  [false, "explicit"],
  [true, "implicit"],
];
/** @type {[power: number, superscript: string][]} */
const DECADES = [
    [-1, "⁻¹"],
    [-3, "⁻³"],
    [-5, "⁻⁵"],
    [-7, "⁻⁷"],
  ],
  LOW = -7.6,
  HIGH = -0.6; // powers of ten on the error axis
const SPAN = 4,
  TALL = 1.3; // of the histogram
/** @param {number} value */
const small = value =>
  value === 0
    ? "0"
    : value < 0.001
      ? value
          .toExponential(1)
          .replace("e-", "·10⁻")
          .replace(/⁻(\d+)$/, (_, digits) => `⁻${Array.from(digits, d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[+d]).join("")}`)
      : value.toPrecision(2);

export class Code {
  /** @param {import("./encode.js").Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".stage-code ");
    /** @type {Record<string, Back>} */
    this.backs = {};
    /** @type {number[]} */
    this.t = [];
    /** @type {number[]} */
    this.marks = [];
    this.S = 0; // the learner's own
    this.implicit = false;
    /** @type {Looks | undefined} */
    this.looks = undefined;
    this.up = new Row(this.$(".strip.up"), cell);
    this.down = new Row(this.$(".strip.down"), cell);
    this.code = new Big(this.$(".code-picture", HTMLCanvasElement));
    this.finer = new Big(this.$(".finer", HTMLCanvasElement));
    this.drawCloud(page.data.cloud);
    this.rows = { explicit: this.line("explicit", false), implicit: this.line("implicit", true) };
    for (const row of [this.up, this.down]) row.resize(11);
  }

  /**
   * A row of the table of reconstructions: its name, and a picture for each S.
   * @param {Way} name
   * @param {boolean} implicit
   */
  line(name, implicit) {
    const row = element("div", `again-row ${name}`),
      head = element("div", "again-name"),
      box = element("div", "strip");
    row.setAttribute("role", "row");
    head.setAttribute("role", "rowheader");
    head.append(
      element("b", "", `${implicit ? "●" : "□"} ${name}`),
      element("span", "hint", implicit ? "solves each step" : "a guess a step"),
    );
    box.setAttribute("role", "cell");
    row.append(head, box);
    this.$(".table").append(row);
    box.addEventListener("click", event => {
      const place = hit(event, "button");
      if (place) this.page.change({ S: this.marks[Number(place.dataset.i)] }, false);
    });
    return new Row(box, choice);
  }

  /** @param {boolean} draft */
  request(draft) {
    const { picture, label } = this.page.subject;
    return { ...this.page.common(), picture, label, draft };
  }

  renewed() {
    this.backs = {};
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "start") this.start(head);
    else if (head.kind === "up" || head.kind === "down") this.frame(head, bytes);
    else if (head.kind === "code") {
      this.code.put(bytes);
      this.looks = head;
      this.$(".gaussian").classList.remove("old");
      this.drawLook();
    } else if (head.kind === "finer") {
      this.finer.put(bytes);
      this.$(".finer-likeness").textContent = minus(head.likeness.toFixed(2));
    } else if (head.kind === "progress") this.progress(`S = ${head.S}, ${head.implicit ? "implicit" : "explicit"}`);
    else if (head.kind === "back") this.back(head, bytes);
  }

  /** @param {Start} head */
  start(head) {
    this.t = head.t;
    this.marks = head.marks;
    this.backs = {};
    this.S = head.settings.S;
    this.implicit = head.implicit;
    for (const row of [this.up, this.down]) {
      row.resize(head.t.length);
      row.hold();
    }
    head.t.forEach((t, column) => {
      this.up.caption(this.at(column), `t = ${t}`);
      this.down.caption(this.at(column), "");
    });
    this.code.hold();
    this.finer.hold();
    for (const words of [".verdict-line", ".gaussian"]) this.$(words).classList.add("old");
    for (const [implicit, name] of WAYS) {
      const row = this.rows[name];
      row.resize(this.marks.length);
      row.hold();
      this.marks.forEach((S, i) => {
        row.caption(i, "");
        row.places[i].setAttribute("aria-label", `${S} steps, ${name}`);
        row.places[i].setAttribute("aria-pressed", `${S === this.S && implicit === this.implicit}`);
      });
    }
    this.$(".eta-note").textContent =
      head.settings.eta > 0 ? `decoded with eta ${head.settings.eta}: fresh noise comes in` : "";
    this.drawErrors();
  }

  /** @param {number} column */
  at(column) {
    return this.t.length - 1 - column;
  }

  /**
   * @param {{ kind: "up" | "down", column: number | null, share: number }} head
   * @param {Uint8Array} bytes
   */
  frame(head, bytes) {
    if (head.column !== null) this[head.kind].put(this.at(head.column), bytes);
    if (head.share < 1)
      this.progress(`${head.kind === "up" ? "encoding" : "decoding"} ${Math.round(100 * head.share)} %`);
  }

  /**
   * @param {Back} head
   * @param {Uint8Array} bytes
   */
  back(head, bytes) {
    const name = head.implicit ? "implicit" : "explicit",
      i = this.marks.indexOf(head.S);
    this.backs[`${name} ${head.S}`] = head;
    this.rows[name].put(i, bytes);
    this.rows[name].caption(i, small(head.error));
    this.rows[name].places[i].title = head.implicit
      ? `${head.rounds} network calls; the step hardest to solve left ${head.residual.toExponential(1)}`
      : `${head.rounds} network calls`;
    this.drawErrors();
    if (head.S === this.S && head.implicit === this.implicit) this.tell(head);
  }

  /** @param {Back} head */
  tell(head) {
    const left = head.implicit ? head.residual.toExponential(1) : "";
    const way = head.implicit
      ? `${head.rounds} network calls in ${head.S} steps; the step hardest to solve left ${left}.`
      : `${head.rounds} network calls, one a step.`;
    this.$(".verdict-line").classList.remove("old");
    this.$(".verdict-line").textContent =
      `${head.eta > 0 ? `Decoded with eta ${head.eta}, another picture comes back: ` : ""}` +
      `mean squared error ${small(head.error)} (grey levels 0 to 1). ` +
      `${head.implicit ? "Implicit" : "Explicit"}: ${way}`;
  }

  /**
   * A picture of a world that is known exactly, and its code.
   * @param {{ picture: string, code: string, neighbours: [picture: number, code: number] }} cloud
   */
  drawCloud({ picture, code, neighbours }) {
    const [there, left] = neighbours.map(value => minus(value.toFixed(2)));
    new Big(this.$(".cloud", HTMLCanvasElement)).put(decoded(picture));
    new Big(this.$(".cloud-code", HTMLCanvasElement)).put(decoded(code));
    this.$(".cloud-neighbours").textContent = there;
    this.$(".cloud-code-neighbours").textContent = left;
  }

  /** @param {string} text */
  progress(text) {
    this.$(".progress").textContent = text;
  }

  done() {
    this.progress("");
  }

  draw() {
    this.drawLook();
    this.drawErrors();
  }

  /** The code's values beside the bell of true noise. */
  drawLook() {
    const chart = this.$(".histogram"),
      size = room(chart),
      told = this.looks;
    if (!size || !told) return;
    const { width, height } = size,
      bottom = height - 16;
    /** @type {Scale} */
    const x = value => ((value + SPAN) / (2 * SPAN)) * width;
    /** @type {Scale} */
    const y = value => bottom - (Math.min(value, TALL) / TALL) * (bottom - 2);
    const step = width / told.density.length;
    const bars = told.density.map((value, i) =>
      svg("rect", { x: i * step + 0.5, width: step - 1, y: y(value), height: bottom - y(value), class: "bars" }),
    );
    /** @type {Point[]} */
    const bell = told.bell.map((value, i) => [(i / (told.bell.length - 1)) * width, y(value)]);
    const ticks = [-3, 0, 3].map(value => svg("text", { x: x(value), y: height - 3, class: "middle" }, minus(value)));
    chart.replaceChildren(
      ...bars,
      svg("path", { d: line(bell), class: "truth" }),
      ...ticks,
      svg("text", { x: width - 2, y: 12, class: "end" }, "- - noise"),
    );
    this.drawMoments(told);
  }

  /** @param {Looks} told */
  drawMoments(told) {
    /** @type {[name: string, value: number, wanted: number, chance: number][]} */
    const rows = [
      ["mean", told.mean, 0, told.chance.mean],
      ["variance", told.variance, 1, told.chance.variance],
      ["neighbours' correlation", told.neighbours, 0, told.chance.neighbours],
      ["likeness to its picture", told.likeness, 0, told.chance.likeness],
    ];
    for (const old of all(this.$(".gaussian"), "tbody")) old.remove();
    const body = element("tbody", "");
    for (const [name, value, wanted, chance] of rows) {
      const row = element("tr", ""),
        near = Math.abs(value - wanted) <= chance;
      row.append(
        Object.assign(element("th", "", name), { scope: "row" }),
        element("td", "value", minus(value.toFixed(2))),
        element("td", "hint", `noise ${wanted} ± ${chance.toFixed(2)}`),
        element("td", "", near ? "✓" : "✗"),
      );
      body.append(row);
    }
    this.$(".gaussian").append(body);
  }

  /** Errors under their pictures: the columns of the chart are those of the table. */
  drawErrors() {
    const chart = this.$(".errors"),
      size = room(chart),
      strip = this.$(".again-row .strip");
    if (!size || !this.marks.length) return;
    const { left, width } = boxOf(strip),
      offset = left - boxOf(chart).left,
      step = width / this.marks.length;
    const bottom = size.height - 18;
    /** @type {Scale} */
    const y = power => 6 + ((HIGH - power) / (HIGH - LOW)) * (bottom - 6);
    /** @type {Scale} */
    const x = i => offset + (i + 0.5) * step;
    const grid = DECADES.flatMap(([power, superscript]) => [
      svg("line", { x1: offset, x2: offset + width, y1: y(power), y2: y(power), class: "gridline" }),
      svg("text", { x: offset - 6, y: y(power) + 4, class: "end" }, `10${superscript}`),
    ]);
    const names = this.marks.map((S, i) =>
      svg("text", { x: x(i), y: size.height - 4, class: `middle${S === this.S ? " own-S" : ""}` }, `S = ${S}`),
    );
    chart.replaceChildren(...grid, ...names, ...WAYS.flatMap(([, way]) => this.errorLine(way, x, y)));
    chart.setAttribute(
      "aria-label",
      `error against the number of steps: ${Object.values(this.backs)
        .map(back => `${back.implicit ? "implicit" : "explicit"}, S ${back.S}: ${back.error.toExponential(1)}`)
        .join("; ")}`,
    );
  }

  /**
   * The errors of one way that are known by now.
   * @param {Way} way
   * @param {Scale} x of the column
   * @param {Scale} y of the power of ten
   */
  errorLine(way, x, y) {
    /** @type {Point[]} */
    const known = this.marks.flatMap((S, i) => {
      const back = this.backs[`${way} ${S}`];
      return back ? [[x(i), y(within(Math.log10(Math.max(back.error, 1e-12)), LOW, HIGH))]] : [];
    });
    return [
      svg("path", { d: line(known), class: `error-line ${way}` }),
      ...known.map(([px, py]) =>
        way === "implicit"
          ? svg("circle", { cx: px, cy: py, r: 5, class: "error-dot implicit" })
          : svg("rect", { x: px - 4.5, y: py - 4.5, width: 9, height: 9, class: "error-dot explicit" }),
      ),
    ];
  }

  /** For the PNG: film up, film down, then what comes back. */
  pictures() {
    return [this.up, this.down, this.rows.explicit, this.rows.implicit].map(row => row.pictures);
  }
}
