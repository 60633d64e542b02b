// The page "Quality map": the measured table beside the paper's, and the digits of a cell, drawn as one looks.
import { button, element, pressed } from "../../static/dom.js";
import { linkTo } from "../../static/links.js";
import { thousands } from "../../static/numbers.js";
import { LivePage } from "../../static/page.js";
import { save } from "../../static/save.js";
import { NARROW } from "../../static/screen.js";
import { nth, Sheet } from "../../static/sheet.js";
import { Rest } from "../../static/throttle.js";
import { nameOf, numbers, readCell } from "./cell.js";
import { curves, reconstruction } from "./curves.js";
import { drawStatements } from "./findings.js";
import { HeatMap, paperTable } from "./map.js";
import { snapshot } from "./snapshot.js";

const SETTLE = 160; // ms on a cell before its digits are drawn, so that arrow keys can pass over others
const LONG = 200; // steps of a run that waits for a press
const DIGITS = 10;

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
    this.views.quality = head => this.table(head);
    this.views.quality_cell = (head, bytes) => this.digits(head, bytes);
    this.soon = new Rest();
    this.map = new HeatMap(this.$(".ours .map"), place => this.choose(place));
    this.sheet = new Sheet(this.$(".digits"));
    this.sheet.resize(DIGITS, NARROW.matches ? 5 : DIGITS, () => {
      const place = element("div", "place");
      place.append(element("i"), element("span"));
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
      button("quiet", "CSV", () => save(new Blob([this.told.csv], { type: "text/csv" }), "ddim-quality.csv")),
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
    pressed($(".measures").children, node => node.dataset.key === wish.measure);
    pressed($(".toggle.data").children, node => node.dataset.key === wish.data);
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
    const among = floor?.same_n && !told.map.relative ? ` (${thousands(floor.n)} of them)` : "";
    $(".floor").textContent = floor ? `real test digits: ${floor.text}${among}` : "";
    const { differs } = told.yours;
    $(".you-words").textContent = differs.length ? `nearest to your setting (${differs.join("; ")})` : "your setting";
    paperTable($(".theirs .map"), told.paper, told.map.rows);
    $(".source").textContent =
      `${told.paper.source}. Other pictures and another judge: compare the order, not the numbers.`;
    $(".said").textContent = told.findings.sentence;
    drawStatements($(".statements"), told.findings.rows);
    $(".made").replaceChildren(
      ...told.made.flatMap(([name, text]) => [element("dt", "", name), element("dd", "", text)]),
    );
    $(".back-told").textContent = backOf(told.reconstruction);
    this.drawMap();
  }

  drawMap() {
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
    this.drawMap();
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
    this.soon.after(SETTLE, () => this.draw());
  }

  /** A long run waits until it is `pressed` for. */
  draw(pressed = false) {
    if (!this.cell) {
      this.cell = { spacing: this.wish.spacing, S: 10, eta: 0, sigma_hat: false };
      this.drawMap();
    }
    this.askCell(pressed || this.cell.S <= LONG);
  }

  stop() {
    this.askCell(false);
  }

  askCell(draw) {
    this.soon.drop();
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
    for (let i = 0; i < head.n; i++) this.sheet.put(i, `${head.id} ${head.j}`, nth(bytes, i));
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
    $(".to-lab").href = linkTo("./", `${new URLSearchParams(head.lab)}`);
    $(".to-compare").href = linkTo("./compare", `${new URLSearchParams(head.compare)}`);
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
    const waits = ["quality", "quality_cell"].some(view => !this.live.line(view).rests);
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
    if (this.told) snapshot(this.told, this.data.kinds).toBlob(blob => save(blob, "ddim-quality.png"));
  }

  close() {
    super.close();
    this.soon.drop();
    this.observer.disconnect();
  }
}

/** What was measured of encoding and decoding. */
function backOf({ rows, source }) {
  const implicit = rows.filter(row => row.implicit).at(-1);
  if (!rows.length) return `Not measured yet. ${source}: CIFAR10.`;
  const digits = `${thousands(rows[0].digits)} test digits, eta 0.`;
  if (!implicit) return `${digits} ${source}: CIFAR10.`;
  const calls = `${implicit.rounds.toFixed(1)} network calls a step at S = ${implicit.S}`;
  return `${digits} Implicit: ${calls}. ${source}: CIFAR10.`;
}
