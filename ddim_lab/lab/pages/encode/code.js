// The code: the way up and back, how much it is like noise, and what comes back for other numbers of steps.

import { element, svg } from "../../static/dom.js";
import { room } from "../../static/plot.js";
import { cell, choice } from "../../static/sheet.js";
import { Big, Row } from "./row.js";

const WAYS = [
  [false, "explicit"],
  [true, "implicit"],
];
const DECADES = [-1, -3, -5, -7],
  LOW = -7.6,
  HIGH = -0.6; // powers of ten on the error axis
const SPAN = 4,
  TALL = 1.3; // of the histogram
const small = value =>
  value === 0
    ? "0"
    : value < 0.001
      ? value
          .toExponential(1)
          .replace("e-", "·10⁻")
          .replace(/⁻(\d+)$/, (_, digits) => `⁻${[...digits].map(d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`)
      : value.toPrecision(2);

export class Code {
  constructor(page) {
    const root = page.root.querySelector(".stage-code");
    Object.assign(this, { page, $: selector => root.querySelector(selector), found: {}, marks: [] });
    this.up = new Row(this.$(".strip.up"), cell);
    this.down = new Row(this.$(".strip.down"), cell);
    this.code = new Big(this.$(".code-picture"));
    this.rows = Object.fromEntries(WAYS.map(([implicit, name]) => [name, this.line(name, implicit)]));
    for (const row of [this.up, this.down]) row.resize(11);
  }

  /** A row of the table of reconstructions: its name, and a picture for each S. */
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
      const place = event.target.closest("button");
      if (place) this.page.change({ S: this.marks[+place.dataset.i] }, false);
    });
    return new Row(box, choice);
  }

  request(draft) {
    const { picture, label } = this.page.subject;
    return { ...this.page.common(), picture, label, draft };
  }

  renewed() {
    this.found = {};
  }

  receive(head, bytes) {
    if (head.kind === "start") this.start(head);
    else if (head.kind === "up" || head.kind === "down") this.frame(head, bytes);
    else if (head.kind === "code") {
      this.code.put(bytes);
      this.looks = head;
      this.$(".gaussian").classList.remove("old");
      this.drawLook();
    } else if (head.kind === "progress") this.progress(`S = ${head.S}, ${head.implicit ? "implicit" : "explicit"}`);
    else if (head.kind === "back") this.back(head, bytes);
  }

  start(head) {
    Object.assign(this, {
      t: head.t,
      marks: head.marks,
      found: {},
      own: [head.settings.S, head.implicit],
      eta: head.settings.eta,
    });
    for (const row of [this.up, this.down]) {
      row.resize(head.t.length);
      row.hold();
    }
    head.t.forEach((t, column) => {
      this.up.caption(this.at(column), `t = ${t}`);
      this.down.caption(this.at(column), "");
    });
    this.code.hold();
    for (const words of [".verdict-line", ".gaussian"]) this.$(words).classList.add("old");
    for (const [implicit, name] of WAYS) {
      const row = this.rows[name];
      row.resize(this.marks.length);
      row.hold();
      this.marks.forEach((S, i) => {
        row.caption(i, "");
        row.places[i].setAttribute("aria-label", `${S} steps, ${name}`);
        row.places[i].setAttribute("aria-pressed", S === head.settings.S && implicit === head.implicit);
      });
    }
    this.$(".eta-note").textContent =
      head.settings.eta > 0 ? `decoded with eta ${head.settings.eta}: fresh noise comes in` : "";
    this.drawErrors();
  }

  at(column) {
    return this.t.length - 1 - column;
  }

  frame(head, bytes) {
    if (head.column !== null) this[head.kind].put(this.at(head.column), bytes);
    if (head.share < 1)
      this.progress(`${head.kind === "up" ? "encoding" : "decoding"} ${Math.round(100 * head.share)} %`);
  }

  back(head, bytes) {
    const name = head.implicit ? "implicit" : "explicit",
      i = this.marks.indexOf(head.S);
    this.found[`${name} ${head.S}`] = head;
    this.rows[name].put(i, bytes);
    this.rows[name].caption(i, small(head.error));
    this.rows[name].places[i].title = head.implicit
      ? `${head.rounds} network calls; the step hardest to solve left ${head.residual.toExponential(1)}`
      : `${head.rounds} network calls`;
    this.drawErrors();
    if (head.S === this.own[0] && head.implicit === this.own[1]) this.tell(head);
  }

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
      bottom = height - 16,
      x = value => ((value + SPAN) / (2 * SPAN)) * width,
      y = value => bottom - (Math.min(value, TALL) / TALL) * (bottom - 2);
    const step = width / told.density.length;
    const bars = told.density.map((value, i) =>
      svg("rect", { x: i * step + 0.5, width: step - 1, y: y(value), height: bottom - y(value), class: "bars" }),
    );
    const bell = told.bell
      .map((value, i) => `${i ? "L" : "M"}${((i / (told.bell.length - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`)
      .join("");
    const ticks = [-3, 0, 3].map(value =>
      svg("text", { x: x(value), y: height - 3, class: "middle" }, `${value}`.replace("-", "−")),
    );
    chart.replaceChildren(
      ...bars,
      svg("path", { d: bell, class: "truth" }),
      ...ticks,
      svg("text", { x: width - 2, y: 12, class: "end" }, "- - noise"),
    );
    const rows = [
      ["mean", told.mean, 0, told.chance.mean],
      ["variance", told.variance, 1, told.chance.variance],
      ["neighbours' correlation", told.neighbours, 0, told.chance.neighbours],
    ];
    this.$(".gaussian tbody")?.remove();
    const body = element("tbody", "");
    for (const [name, value, wanted, chance] of rows) {
      const row = element("tr", ""),
        near = Math.abs(value - wanted) <= chance;
      row.append(
        Object.assign(element("th", "", name), { scope: "row" }),
        element("td", "value", value.toFixed(2).replace("-", "−")),
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
    const { left, width } = strip.getBoundingClientRect(),
      offset = left - chart.getBoundingClientRect().left,
      step = width / this.marks.length;
    const bottom = size.height - 18,
      y = power => 6 + ((HIGH - power) / (HIGH - LOW)) * (bottom - 6),
      x = i => offset + (i + 0.5) * step;
    const nodes = DECADES.flatMap(power => [
      svg("line", { x1: offset, x2: offset + width, y1: y(power), y2: y(power), class: "gridline" }),
      svg(
        "text",
        { x: offset - 6, y: y(power) + 4, class: "end" },
        `10${{ "-1": "⁻¹", "-3": "⁻³", "-5": "⁻⁵", "-7": "⁻⁷" }[power]}`,
      ),
    ]);
    nodes.push(
      ...this.marks.map((S, i) =>
        svg("text", { x: x(i), y: size.height - 4, class: `middle${S === this.own[0] ? " own-S" : ""}` }, `S = ${S}`),
      ),
    );
    for (const [implicit, name] of WAYS) {
      const known = this.marks
        .map((S, i) => [i, this.found[`${name} ${S}`]])
        .filter(([, one]) => one)
        .map(([i, one]) => [x(i), y(Math.max(LOW, Math.min(HIGH, Math.log10(Math.max(one.error, 1e-12)))))]);
      nodes.push(
        svg("path", {
          d: known.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)},${py.toFixed(1)}`).join(""),
          class: `error-line ${name}`,
        }),
      );
      nodes.push(
        ...known.map(([px, py]) =>
          implicit
            ? svg("circle", { cx: px, cy: py, r: 5, class: "error-dot implicit" })
            : svg("rect", { x: px - 4.5, y: py - 4.5, width: 9, height: 9, class: "error-dot explicit" }),
        ),
      );
    }
    chart.replaceChildren(...nodes);
    chart.setAttribute(
      "aria-label",
      `error against the number of steps: ${Object.values(this.found)
        .map(one => `${one.implicit ? "implicit" : "explicit"}, S ${one.S}: ${one.error.toExponential(1)}`)
        .join("; ")}`,
    );
  }

  /** For the PNG: film up, film down, then what comes back. */
  pictures() {
    return [this.up, this.down, this.rows.explicit, this.rows.implicit].map(row => row.pictures);
  }
}
