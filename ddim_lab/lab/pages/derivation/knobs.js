// Three knobs, two needles: the learner turns k, m and sigma, the server says what is left of the two conditions.
import { button, finder, put, say, slid } from "../../static/dom.js";
import { grab, pointIn } from "../../static/grab.js";
import { within } from "../../static/numbers.js";
import { evenLate } from "../../static/page.js";
import { floats } from "../../static/plot.js";
import { nudged } from "../../static/setting.js";
import { drawBell } from "./bell.js";
import { drawFinds, placeAt } from "./finds.js";
import { drawNeedle } from "./needle.js";

/** @typedef {"k" | "m" | "sigma"} Knob */
/** @typedef {Record<Knob, number>} Place */
/** @typedef {Record<string, any>} Head what the server told of the place */
/** @typedef {import("./derivation.js").Page} Page */

/** @type {Knob[]} */
const KNOBS = ["k", "m", "sigma"];
const START = { k: 1, m: 0.2, sigma: 0.3 };
const NEAR = 0.02; // two finds closer than this in the plane are one dot
const ENOUGH = 3; // finds after which all may be shown

export class Knobs {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root);
    this.sliders = Object.fromEntries(KNOBS.map(name => [name, this.$(`.knobs .${name}`, HTMLInputElement)]));
    this.holds = this.$(".hold", HTMLInputElement);
    this.plane = this.$(".plane-svg", SVGSVGElement);
    this.shows = this.$(".show-all", HTMLButtonElement);
    /** @type {Place} */
    this.place = { ...START };
    /** @type {Place[]} */
    this.finds = [];
    /** @type {number | null} */
    this.held = null; // the sigma that is held
    /** @type {import("./finds.js").Solutions | null} */
    this.all = null;
    /** @type {import("./finds.js").Place | null} */
    this.ghost = null;
    /** @type {Head | undefined} */
    this.head = undefined;
    this.curves = new Float32Array();
    this.listen();
    page.views.knobs = evenLate((head, bytes) => this.receive(head, bytes));
    page.views.solutions = (head, bytes) => {
      this.all = { named: head.named, points: floats(bytes) };
      this.draw();
      page.drawValues();
      page.event("all-shown");
    };
  }

  listen() {
    for (const name of KNOBS) {
      const slider = this.sliders[name];
      slid(slider, (value, dragging) => dragging && this.set({ [name]: value }, name, "drag"));
      slider.addEventListener("keydown", event => {
        const value = this.head ? nudged(event, this.place[name]) : null;
        if (value !== null) this.set({ [name]: value }, name, "key");
      });
    }
    this.holds.addEventListener("change", () => this.hold(this.holds.checked));
    this.$(".close-mean").addEventListener("click", () => this.ask("close_mean"));
    this.shows.addEventListener("click", () => this.showAll());
    this.$(".forget").addEventListener("click", () => this.forget());
    grab(this.plane, { begin: event => this.point(event), move: event => this.point(event) });
  }

  /**
   * @param {Partial<Place>} changes
   * @param {string} moved
   * @param {"drag" | "key"} hand
   */
  set(changes, moved, hand) {
    if (this.held !== null && moved === "sigma") return;
    for (const name of KNOBS) {
      const value = changes[name],
        [low, high] = this.head?.ranges[name] ?? [-9, 9];
      if (value !== undefined) this.place[name] = within(value, low, high);
    }
    this.ask(moved, hand);
  }

  ask(moved = "none", hand = "drag") {
    this.page.ask("knobs", { settings: this.page.settings, j: this.page.j, ...this.place, moved, hand });
  }

  /** @param {boolean} on */
  hold(on) {
    this.held = on ? this.place.sigma : null;
    this.holds.checked = on;
    this.sliders.sigma.disabled = on;
    this.draw();
    if (on) this.page.event("held");
  }

  forget() {
    this.place = { ...START };
    this.finds = [];
    this.all = null;
    this.hold(false);
    this.ask();
  }

  showAll() {
    this.page.ask("solutions", { settings: this.page.settings, j: this.page.j });
  }

  /** @type {import("../../static/live.js").OnAnswer} */
  receive(head, bytes) {
    if (this.head && (head.a !== this.head.a || head.b !== this.head.b)) {
      this.finds = []; // dots belong to one transition
      if (this.all) this.showAll();
    }
    this.head = head;
    this.curves = floats(bytes);
    const { k, m, sigma } = head;
    if (this.page.live.isLatest(head)) this.place = { k, m, sigma };
    if (head.mean_met && head.variance_met) this.keep({ k, m, sigma });
    this.draw();
    this.tell();
    this.page.drawValues();
  }

  /**
   * Both needles are closed there.
   * @param {Place} place
   */
  keep(place) {
    const isKnown = this.finds.some(({ m, sigma }) => Math.hypot(m - place.m, sigma - place.sigma) < NEAR);
    if (!isKnown) this.finds.push(place);
  }

  get withHeld() {
    const { held } = this;
    return held === null ? 0 : this.finds.filter(({ sigma }) => Math.abs(sigma - held) < 1e-9).length;
  }

  /** The guide hears what was reached. */
  tell() {
    const { head, page } = this;
    if (!head) return;
    if (head.variance_met) page.event("variance-met");
    if (head.mean_met && head.variance_met) page.event("both-met");
    if (this.held !== null && this.withHeld >= head.roots && head.roots > 1) page.event("held-both");
    if (this.finds.length >= ENOUGH) page.event("three-found");
  }

  /**
   * Dragging in the plane moves m, and sigma unless it is held.
   * @param {PointerEvent} event
   */
  point(event) {
    if (!this.head) return;
    const { m, sigma } = placeAt(pointIn(this.plane, event));
    this.set(this.held === null ? { m, sigma } : { m }, "m", "drag");
  }

  draw() {
    const { head, page, finds, held, all, ghost } = this;
    if (!head) return;
    for (const name of KNOBS) this.drawKnob(name, head);
    for (const name of /** @type {const} */ (["mean", "variance"])) {
      const box = this.$(`[data-needle="${name}"]`);
      drawNeedle(box, name, head[`${name}_gap`], head[`${name}_met`], head.tolerance);
    }
    this.drawMarks(head);
    drawBell(this.$(".bell-svg", SVGSVGElement), /** @type {any} */ (head), this.curves);
    drawFinds(this.plane, { head: /** @type {any} */ (head), finds, held, all, ghost });
    this.drawCount(head);
    Object.assign(page.root.dataset, {
      k: head.k,
      m: head.m,
      sigma: head.sigma,
      meanGap: head.mean_gap,
      varianceGap: head.variance_gap,
      finds: finds.length,
    });
  }

  /**
   * @param {Knob} name
   * @param {Head} head
   */
  drawKnob(name, head) {
    const slider = this.sliders[name],
      [min, max] = head.ranges[name];
    Object.assign(slider, { min, max });
    if (head.snapped === name) slider.value = `${this.place[name]}`;
    else put(slider, this.place[name]);
    slider.setAttribute("aria-valuetext", head[name].toFixed(4));
    this.$(`.${name}-value`).textContent = head[name].toFixed(4);
  }

  /** @param {Head} head */
  drawMarks({ marks: named, ranges, run, eta }) {
    const marks = { ...named, ...(eta > 0 && eta !== 1 ? { [`eta ${+eta.toFixed(2)}`]: run.sigma } : {}) }; // the run's
    const box = this.$(".sigma-marks"),
      key = JSON.stringify(marks);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(
      ...Object.keys(marks)
        .filter(name => name === "DDIM" || marks[name] > 0)
        .map(name => {
          const mark = button("", name, () => this.set({ sigma: marks[name] }, "sigma", "key"));
          mark.tabIndex = -1;
          mark.style.left = `${(100 * marks[name]) / ranges.sigma[1]}%`;
          return mark;
        }),
    );
  }

  /** @param {Head} head */
  drawCount({ roots }) {
    const isTooEarly = this.finds.length < ENOUGH && !this.all;
    say(this.$(".plane .count"), this.held === null ? this.counted() : this.countedHeld(roots));
    this.$(".plane .count-more").textContent = this.finds.length ? "● with m above 0, ○ with m below" : "";
    this.shows.disabled = isTooEarly;
    this.shows.textContent = isTooEarly ? `Show all (after ${ENOUGH} finds)` : "Show all";
  }

  counted() {
    const n = this.finds.length;
    if (this.all)
      return "Every point of this curve closes both needles. Two conditions, three unknowns: one stays free.";
    if (n === 0) return "None yet. Close both needles, and a dot stays here.";
    return `${n} found.${n < ENOUGH ? "" : " Will they ever end?"}`;
  }

  /** @param {number} roots how many there are with the sigma that is held */
  countedHeld(roots) {
    const { withHeld } = this;
    if (roots === 0) return "With this sigma there is none: the fresh noise alone is already too much.";
    if (withHeld < roots) return `Found with this sigma: ${withHeld}.`;
    if (roots === 1) return `Found with this sigma: ${withHeld} of ${roots}. ✓ The only one.`;
    return `Found with this sigma: ${withHeld} of ${roots}. ✓ Both. There is no third.`;
  }
}
