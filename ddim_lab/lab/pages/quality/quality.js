// The page "Quality map": the measured table beside the paper's, and the digits of a cell, drawn as one looks.
import { button, element, pressed } from "../../static/dom.js";
import { pictures } from "../../static/film.js";
import { LivePage } from "../../static/page.js";
import { save } from "../../static/save.js";
import { NARROW } from "../../static/screen.js";
import { Sheet } from "../../static/sheet.js";
import { Rest } from "../../static/throttle.js";
import { isLong, nameOf, readCell, tellCell, written } from "./cell.js";
import { curves, reconstruction } from "./curves.js";
import { HeatMap } from "./map.js";
import { snapshot } from "./snapshot.js";
import { tellTable } from "./told.js";

/** @typedef {import("./curves.js").Place} Place */
/** @typedef {import("../../static/page.js").Head} Head */
/** @typedef {{ key: string, name: string, hint: string, relative: boolean }} Kind a measure */
/** @typedef {{ spacing: string, measure: string, relative: boolean, data: string }} Wish what of the table is shown */

const SETTLE = 160; // ms on a cell before its digits are drawn, so that arrow keys can pass over others
const DIGITS = 10;
const SPACINGS = ["trailing", "quadratic", "leading"];

export class Page extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { by, measure, floor, beside, start } = data.query;
    /** @type {Kind[]} */
    this.kinds = data.kinds;
    /** @type {Wish} */
    this.wish = {
      spacing: SPACINGS.includes(by) ? by : this.nearSpacing(),
      measure: this.kinds.some(kind => kind.key === measure) ? measure : "frechet",
      relative: floor === "1",
      data: data.paper.includes(beside) ? beside : data.paper[0],
    };
    this.seed = /^\d{1,10}$/.test(start ?? "") && +start < 2 ** 31 ? +start : 0;
    this.cell = readCell(data.query.cell, this.wish.spacing);
    this.drawing = false;
    /** @type {import("./told.js").Table | undefined} */
    this.told = undefined;
    this.views.quality = told => this.table(/** @type {any} */ (told));
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
    this.root.dataset.covered = `${this.coveredNow()}`;
    this.teaching.start({
      first: this.linked ? Math.max(0, this.opening) : 0,
      brought: this.linked || this.teaching.brought,
    });
    this.cover();
    this.request();
    if (this.cell) this.draw();
  }

  nearSpacing() {
    return SPACINGS.includes(this.settings.spacing) ? this.settings.spacing : "trailing";
  }

  wire() {
    const { $, data } = this,
      by = $(".by", HTMLSelectElement),
      relative = $(".relative", HTMLInputElement),
      start = $(".start", HTMLInputElement);
    $(".measures").append(
      ...this.kinds.map(kind => {
        const node = button("", kind.name, () => this.change({ measure: kind.key }, "measure-changed"));
        node.dataset.key = kind.key;
        return node;
      }),
    );
    $(".toggle.data").append(
      ...data.paper.map((/** @type {string} */ name) => {
        const node = button("", name, () => this.change({ data: name }));
        node.dataset.key = name;
        return node;
      }),
    );
    by.addEventListener("change", () => this.change({ spacing: by.value }, "spacing-changed"));
    relative.addEventListener("change", () => this.change({ relative: relative.checked }, "relative-changed"));
    $(".uncover").addEventListener("click", () => {
      while (this.guide?.step && this.guide.step.key !== "choose") this.guide.next();
    });
    $(".draw").addEventListener("click", () => (this.drawing ? this.stop() : this.draw(true)));
    $(".new-start").addEventListener("click", () => this.restart(this.seed + 1));
    start.addEventListener("change", () => {
      const seed = Math.trunc(+start.value);
      this.restart(Number.isFinite(seed) && seed >= 0 && seed < 2 ** 31 ? seed : this.seed);
    });
    $(".downloads").append(
      "Download ",
      button("quiet", "CSV", () => {
        if (this.told) save(new Blob([this.told.csv], { type: "text/csv" }), "ddim-quality.csv");
      }),
      button("quiet", "PNG", () => this.picture()),
    );
    this.showWish();
  }

  // What is shown of the table

  /**
   * @param {Partial<Wish>} changes
   * @param {string} [event]
   */
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
      kind = /** @type {Kind} */ (this.kinds.find(({ key }) => key === wish.measure)),
      relative = $(".relative", HTMLInputElement);
    pressed($(".measures").children, node => node.dataset.key === wish.measure);
    pressed($(".toggle.data").children, node => node.dataset.key === wish.data);
    $(".by", HTMLSelectElement).value = wish.spacing;
    relative.disabled = !kind.relative;
    relative.checked = wish.relative && kind.relative;
    $(".kind-hint").textContent = kind.hint;
    $(".start", HTMLInputElement).value = `${this.seed}`;
  }

  request() {
    this.ask("quality", { settings: this.settings, ...this.wish });
  }

  /** @param {import("./told.js").Table} told */
  table(told) {
    this.told = told;
    if (!this.cell) {
      this.cell = { ...told.yours.place, spacing: told.map.spacing };
      this.draw();
    } // pictures first
    tellTable(this.$, told);
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
    curves(
      this.$(".curves", SVGSVGElement),
      this.told.map,
      this.cell?.spacing === this.told.map.spacing ? this.cell : null,
    );
    reconstruction(this.$("svg.back", SVGSVGElement), this.told.reconstruction);
  }

  // The guide's questions come before the map

  /**
   * The guide's step that opens the map.
   * @returns {number}
   */
  get opening() {
    return this.data.guide.findIndex(
      (/** @type {import("../../static/guide/guide.js").Step} */ step) => step.key === "choose",
    );
  }

  coveredNow() {
    const { guide } = this;
    return !guide || (guide.index < this.opening && (!guide.question || guide.isCovered));
  }

  cover() {
    const covered = this.coveredNow();
    this.root.dataset.covered = `${covered}`;
    this.$(".cover").hidden = !covered;
    this.$(".ours .map").inert = covered;
  }

  veil() {
    super.veil();
    this.cover();
  }

  mine() {
    const { measure, spacing, relative } = this.wish;
    return { measure, by: spacing, relative };
  }

  /** @param {import("../../static/page.js").Values} state */
  opened({ measure, by, relative = this.wish.relative }) {
    this.change({ measure, spacing: by, relative });
  }

  // The digits of a cell

  /** @param {Place} place */
  choose(place) {
    this.cell = place;
    this.dismiss("quality_cell");
    this.drawMap();
    this.drawSoon();
    this.save();
    this.event("cell-chosen");
  }

  /** @param {number} seed */
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
    this.askCell(pressed || !isLong(this.cell));
  }

  stop() {
    this.askCell(false);
  }

  /** @param {boolean} draw */
  askCell(draw) {
    this.soon.drop();
    this.drawing = draw;
    for (let i = 0; i < DIGITS; i++) this.sheet.clear(i);
    this.root.dataset.drawn = "";
    this.$(".draw").textContent = draw ? "Stop" : "Draw";
    this.ask("quality_cell", { cell: this.cell, seed: this.seed, draw, measure: this.wish.measure });
  }

  /**
   * @param {Head} head
   * @param {Uint8Array} bytes
   */
  digits(head, bytes) {
    if (head.kind === "start") {
      tellCell(this.$, this.sheet.places, /** @type {any} */ (head));
      return;
    }
    this.$(".drawn-how").textContent = head.j === head.of ? "" : `step ${head.j} of ${head.of - 1}`;
    const { x_t } = pictures(/** @type {any} */ (head), bytes);
    if (!x_t) return; // a long run sends some of its moments
    x_t.forEach((picture, i) => this.sheet.put(i, `${head.id} ${head.j}`, picture));
    if (head.j !== head.of || !this.cell) return;
    const { eta, S, spacing, sigma_hat, solver } = this.cell;
    this.root.dataset.drawn = JSON.stringify({ eta, S, spacing, sigma_hat, solver, seed: this.seed });
    this.$(".digits").setAttribute(
      "aria-label",
      `the digits 0 to 9, drawn with ${nameOf(this.cell)}, start ${this.seed}`,
    );
  }

  /** @param {Head} head */
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
    const { spacing, measure, relative, data } = this.wish;
    /** @type {import("../../static/page.js").Values} */
    const kept = { by: spacing, measure, beside: data };
    if (relative) kept.floor = "1";
    if (this.cell) kept.cell = written(this.cell);
    if (this.seed) kept.start = this.seed;
    return kept;
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
