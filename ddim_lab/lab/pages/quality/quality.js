// The page "Quality map": the measured table beside the paper's, and the digits of a cell, drawn as one looks.
import { button, element, svg } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { NARROW } from "../../static/screen.js";
import { Sheet } from "../../static/sheet.js";
import { curves, reconstruction } from "./curves.js";
import { HeatMap, paperTable } from "./map.js";
import { snapshot } from "./snapshot.js";

const SETTLE = 160; // ms on a cell before its digits are drawn, so that arrow keys can pass over others
const LONG = 200; // steps of a run that waits for a press
const PIXELS = 28 * 28,
  DIGITS = 10;
const VERDICTS = { yes: "yes", no: "no", open: "open", "": "–" };
const SIGNS = { alike: "=", unlike: "≠", open: "≈", missing: "·" };

export class Page extends LivePage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { by, measure, floor, beside, start } = data.query;
    this.wish = {
      spacing: ["trailing", "quadratic", "leading"].includes(by) ? by : this.nearSpacing(),
      measure: data.kinds.some(one => one.key === measure) ? measure : "frechet",
      relative: floor === "1",
      data: data.paper.includes(beside) ? beside : data.paper[0],
    };
    this.seed = /^\d{1,10}$/.test(start ?? "") && +start < 2 ** 31 ? +start : 0;
    this.cell = readCell(data.query.cell, this.wish.spacing);
    this.linked = Object.keys(data.query).length > 0;
    Object.assign(this.views, {
      quality: head => this.table(head),
      quality_cell: (head, bytes) => this.digits(head, bytes),
    });
    this.map = new HeatMap(this.$(".ours .map"), place => this.choose(place));
    this.sheet = new Sheet(this.$(".digits"));
    this.sheet.resize(DIGITS, NARROW.matches ? 5 : DIGITS, () => {
      const place = element("div", "place");
      place.append(element("i", ""), element("span", ""));
      return place;
    });
    for (let i = 0; i < DIGITS; i++) this.sheet.clear(i);
    this.wire();
    this.observer = new ResizeObserver(() => this.drawCharts());
    this.observer.observe(this.root);
    if (this.linked)
      this.data = {
        ...data,
        guide: data.guide.slice(
          Math.max(
            0,
            data.guide.findIndex(step => step.key === "choose"),
          ),
        ),
      };
    this.root.dataset.covered = this.coveredNow();
    this.start({ linked: this.linked });
    this.cover();
    this.request();
    if (this.cell) this.draw();
  }

  nearSpacing() {
    return ["trailing", "quadratic", "leading"].includes(this.settings.spacing) ? this.settings.spacing : "trailing";
  }

  wire() {
    const { $, data } = this;
    $(".measures").append(
      ...data.kinds.map(one => {
        const node = button("", one.name, () => this.change({ measure: one.key }, "measure-changed"));
        node.dataset.key = one.key;
        return node;
      }),
    );
    $(".toggle.data").append(
      ...data.paper.map(name => {
        const node = button("", name, () => this.change({ data: name }));
        node.dataset.key = name;
        return node;
      }),
    );
    $(".by").addEventListener("change", event => this.change({ spacing: event.target.value }, "spacing-changed"));
    $(".relative").addEventListener("change", event =>
      this.change({ relative: event.target.checked }, "relative-changed"),
    );
    $(".uncover").addEventListener("click", () => {
      while (this.guide.step && this.guide.step.key !== "choose") this.guide.next();
    });
    $(".draw").addEventListener("click", () => (this.drawing ? this.stop() : this.draw(true)));
    $(".new-start").addEventListener("click", () => this.restart(this.seed + 1));
    $(".start").addEventListener("change", event => {
      const seed = Math.trunc(+event.target.value);
      this.restart(Number.isFinite(seed) && seed >= 0 && seed < 2 ** 31 ? seed : this.seed);
    });
    $(".downloads").append(
      "Download ",
      button("quiet", "CSV", () => this.save_as("ddim-quality.csv", new Blob([this.told.csv], { type: "text/csv" }))),
      button("quiet", "PNG", () => this.picture()),
    );
    this.showWish();
  }

  // What is shown of the table

  change(changes, event) {
    Object.assign(this.wish, changes);
    if (this.cell && changes.spacing) {
      this.cell = { ...this.cell, spacing: changes.spacing };
      this.drawSoon();
    }
    this.showWish();
    this.request();
    this.save();
    if (event) this.event(event);
  }

  showWish() {
    const { wish, $ } = this,
      kind = this.data.kinds.find(one => one.key === wish.measure);
    for (const node of $(".measures").children) node.setAttribute("aria-pressed", node.dataset.key === wish.measure);
    for (const node of $(".toggle.data").children) node.setAttribute("aria-pressed", node.dataset.key === wish.data);
    $(".by").value = wish.spacing;
    $(".relative").disabled = !kind.relative;
    $(".relative").checked = wish.relative && kind.relative;
    $(".kind-hint").textContent = kind.hint;
    $(".start").value = this.seed;
  }

  request() {
    this.ask("quality", { settings: this.settings, ...this.wish });
  }

  table(told) {
    this.told = told;
    if (!this.cell) {
      this.cell = { ...told.yours.place, spacing: told.map.spacing };
      this.draw();
    } // pictures first
    const { $ } = this,
      { floor } = told.map;
    $(".trouble").hidden = !told.problems.length;
    $(".trouble").textContent = told.problems.join(" ");
    $(".map-told").textContent = told.map.told;
    $(".floor").textContent = floor
      ? `real test digits: ${floor.text}${floor.same_n && !told.map.relative ? ` (${floor.n.toLocaleString("en")} of them)` : ""}`
      : "";
    const { differs } = told.yours;
    $(".you-words").textContent = differs.length ? `nearest to your setting (${differs.join("; ")})` : "your setting";
    paperTable($(".theirs .map"), told.paper, told.map.rows);
    $(".source").textContent =
      `${told.paper.source}. Other pictures and another judge: compare the order, not the numbers.`;
    this.statements(told.findings);
    $(".made").replaceChildren(
      ...told.made.flatMap(([name, text]) => [element("dt", "", name), element("dd", "", text)]),
    );
    const { rows } = told.reconstruction,
      implicit = rows.filter(row => row.implicit).at(-1);
    $(".back-told").textContent = rows.length
      ? `${rows[0].digits.toLocaleString("en")} test digits, eta 0. ${implicit ? `Implicit: ${implicit.rounds.toFixed(1)} network calls a step at S = ${implicit.S}. ` : ""}${told.reconstruction.source}: CIFAR10.`
      : `Not measured yet. ${told.reconstruction.source}: CIFAR10.`;
    this.draw_map();
  }

  draw_map() {
    if (!this.told) return;
    this.map.show(this.told.map, this.told.yours, this.cell);
    Object.assign(this.root.dataset, {
      measure: this.told.map.measure,
      by: this.told.map.spacing,
      relativeShown: this.told.map.relative,
    });
    this.drawCharts();
  }

  drawCharts() {
    if (!this.told) return;
    curves(this.$(".curves"), this.told.map, this.cell?.spacing === this.told.map.spacing ? this.cell : null);
    reconstruction(this.$("svg.back"), this.told.reconstruction);
  }

  statements({ rows, sentence }) {
    const head = element("li", "head");
    head.append(
      element("span", ""),
      element("span", ""),
      element("span", "verdict", "paper"),
      element("span", "verdict", "digits"),
    );
    this.$(".said").textContent = sentence;
    this.$(".statements").replaceChildren(
      head,
      ...rows.map(row => {
        const node = element("li", row.state);
        node.append(
          element("span", "sign", SIGNS[row.state]),
          element("span", "", row.words),
          element("span", "verdict", VERDICTS[row.paper]),
          element("span", "verdict", VERDICTS[row.digits]),
        );
        return node;
      }),
    );
  }

  // The guide's questions come before the map

  coveredNow() {
    const steps = this.data.guide,
      open = steps.findIndex(step => step.key === "choose"),
      at = this.guide ? this.guide.index : 0;
    return at < open;
  }

  cover() {
    const covered = this.coveredNow(),
      key = this.guide?.step?.question;
    this.root.dataset.covered = covered;
    this.root.dataset.hideBack = key === "quality-back" && this.guide.current !== null;
    this.$(".cover").hidden = !covered;
    this.$(".ours .map").inert = covered;
  }

  asked() {
    this.cover();
  }

  opened(state) {
    this.change({ measure: state.measure, spacing: state.by });
  }

  answered(told) {
    super.answered(told);
    this.cover();
  }

  // The digits of a cell

  choose(place) {
    this.cell = place;
    this.dismiss("quality_cell");
    this.draw_map();
    this.drawSoon();
    this.save();
    this.event("cell-chosen");
  }

  restart(seed) {
    this.seed = Math.min(seed, 2 ** 31 - 1);
    this.showWish();
    if (this.cell) this.draw();
    this.save();
  }

  drawSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.draw(), SETTLE);
  }

  /** A long run waits until it is `pressed` for. */
  draw(pressed = false) {
    if (!this.cell) {
      this.cell = { spacing: this.wish.spacing, S: 10, eta: 0, sigma_hat: false };
      this.draw_map();
    }
    this.askCell(pressed || this.cell.S <= LONG);
  }

  stop() {
    this.askCell(false);
  }

  askCell(draw) {
    clearTimeout(this.soon);
    this.drawing = draw;
    for (let i = 0; i < DIGITS; i++) this.sheet.clear(i);
    this.root.dataset.drawn = "";
    this.$(".draw").textContent = draw ? "Stop" : "Draw";
    this.ask("quality_cell", { cell: this.cell, seed: this.seed, draw, measure: this.wish.measure });
  }

  digits(head, bytes) {
    if (head.kind === "start") return this.about(head);
    this.$(".drawn-how").textContent = head.j === head.of ? "" : `step ${head.j} of ${head.of - 1}`;
    if (!head.pictures) return;
    for (let i = 0; i < head.n; i++)
      this.sheet.put(i, `${head.id} ${head.j}`, bytes.subarray(i * PIXELS, (i + 1) * PIXELS));
    if (head.j !== head.of) return;
    const { eta, S, spacing, sigma_hat } = this.cell;
    this.root.dataset.drawn = JSON.stringify({ eta, S, spacing, sigma_hat, seed: this.seed });
    this.$(".digits").setAttribute(
      "aria-label",
      `the digits 0 to 9, drawn with ${nameOf(this.cell)}, start ${this.seed}`,
    );
  }

  about(head) {
    const { $ } = this;
    $("#quality-chosen").textContent = `${nameOf(head.place)}, ${$(".by").selectedOptions[0].textContent}`;
    $(".drawn-how").textContent = head.draw
      ? ""
      : head.place.S > LONG
        ? `${head.place.S} steps take a while: press Draw`
        : "stopped";
    $(".code").textContent = head.code;
    this.sheet.places.forEach((place, i) => {
      const share = head.by_digit[i];
      place.lastChild.replaceChildren(element("b", "", `${i}`), share ? ` ${share}` : "");
    });
    $(".to-lab").href = linkTo("", head.lab);
    $(".to-compare").href = linkTo("compare", head.compare);
    $(".numbers-box").replaceChildren(
      ...(head.numbers.length
        ? numbers(head)
        : [element("p", "hint", "Not measured. The digits are drawn all the same.")]),
    );
  }

  ended(head) {
    if (head.view === "quality_cell") {
      if (this.drawing) {
        this.$(".timing").textContent = `ten digits in ${head.seconds.toFixed(1)} s`;
        this.event("drawn");
      }
      this.drawing = false;
      this.$(".draw").textContent = "Draw";
    }
    const waits = ["quality", "quality_cell"].some(view => this.live.flights[view] || this.live.wanted[view]);
    this.$(".status .mode").textContent = waits ? "drawing" : "ready";
    if (waits) this.root.dataset.status = "running";
  }

  refused() {
    this.drawing = false;
    this.$(".draw").textContent = "Draw";
    this.$(".status .mode").textContent = "stopped";
    this.$(".drawn-how").textContent = "";
  }

  // What is kept and taken away

  own() {
    const { spacing, measure, relative, data } = this.wish,
      found = { by: spacing, measure, beside: data };
    if (relative) found.floor = "1";
    if (this.cell) found.cell = `${this.cell.sigma_hat ? "hat" : this.cell.eta}-${this.cell.S}`;
    if (this.seed) found.start = this.seed;
    return found;
  }

  picture() {
    if (this.told) snapshot(this.told, this.data.kinds).toBlob(blob => this.save_as("ddim-quality.png", blob));
  }

  save_as(name, blob) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  close() {
    super.close();
    clearTimeout(this.soon);
    this.observer.disconnect();
  }
}

const nameOf = place => `${place.sigma_hat ? "sigma-hat" : `eta ${place.eta}`}, S ${place.S}`;
const linkTo = (path, query) => new URL(`./${path}?${new URLSearchParams(query)}`, document.baseURI).href;

/** A cell in a link, "0.5-20" or "hat-20"; null if it is none. */
function readCell(text, spacing) {
  const found = /^(hat|0|0\.2|0\.5|1)-(\d{1,4})$/.exec(text ?? "");
  if (!found || +found[2] < 1 || +found[2] > 1000) return null;
  return { spacing, S: +found[2], eta: found[1] === "hat" ? 1 : +found[1], sigma_hat: found[1] === "hat" };
}

/** Every measure of the cell: value, interval, and where both lie among all cells, with the floor. */
function numbers({ numbers: rows, n }) {
  const told = rows.flatMap(row => {
    const node = element("span", "row-name", row.name);
    node.title = row.hint;
    return [
      node,
      element("span", "number", row.text),
      element("span", "range hint", row.range_text),
      whisker(row),
      element("span", "real hint", row.floor_text ? `real ${row.floor_text}` : ""),
    ];
  });
  return [
    ...told,
    element(
      "p",
      "hint",
      `${n.toLocaleString("en")} digits; line: 95 % interval among all cells; dashes: as many real test digits`,
    ),
  ];
}

function whisker({ value, low, high, floor, among }) {
  const chart = svg("svg", { viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true" });
  const ends = [Math.min(among[0], floor ?? among[0]), Math.max(among[1], floor ?? among[1])],
    x = v => 6 + ((v - ends[0]) / (ends[1] - ends[0] || 1)) * 188;
  chart.append(
    svg("line", { x1: 0, x2: 200, y1: 8, y2: 8, class: "track" }),
    svg("line", { x1: x(low), x2: x(high), y1: 8, y2: 8, class: "whisker" }),
    svg("rect", { x: x(value) - 2, y: 3, width: 4, height: 10, class: "dot" }),
  );
  if (floor !== null) chart.append(svg("line", { x1: x(floor), x2: x(floor), y1: 0, y2: 16, class: "floor-tick" }));
  return chart;
}
