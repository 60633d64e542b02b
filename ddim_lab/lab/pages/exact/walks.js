// Walks and their crowd: paths of q_sigma from one x_0, and the crowd at three times beside the exact density.
import { element, finder, say, svg } from "../../static/dom.js";
import { minus, within } from "../../static/numbers.js";
import { evenLate } from "../../static/page.js";
import { floats, line, room, time, vertical } from "../../static/plot.js";

/** @typedef {Record<string, any>} Head the chains' setting, and what was seen of the crowd */
/** @typedef {{ t: number, std: number, exact_std: number, kept: boolean }} Watched the crowd at one time */

const LETTERS = ["A", "B", "C"],
  LEAD = 2;

export class Walks {
  /** @param {import("./crowd.js").Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".stage.walks ");
    this.slider = page.$(".controls .x0", HTMLInputElement);
    this.wrongs = page.$(".wrong", HTMLInputElement);
    this.x_0 = 0.8;
    this.wrong = false;
    /** @type {any} */
    this.head = undefined;
    this.numbers = new Float32Array();
    const { slider, wrongs: wrong } = this;
    slider.addEventListener("input", () => {
      this.set({ x_0: +slider.value });
      this.ask();
      page.event("x0-changed");
    });
    wrong.addEventListener("change", () => {
      this.set({ wrong: wrong.checked });
      this.ask();
      if (wrong.checked) page.event("wrong-tried");
    });
    page.views.walks = evenLate((head, bytes) => this.receive(head, floats(bytes)));
  }

  /** @param {{ x_0?: number, wrong?: boolean }} changes */
  set(changes) {
    Object.assign(this, changes);
    this.slider.value = `${this.x_0}`;
    this.page.$(".x0-value").textContent = minus(this.x_0.toFixed(2));
    this.wrongs.checked = this.wrong;
  }

  ask() {
    this.page.ask("walks", { settings: this.page.run, x_0: this.x_0, wrong: this.wrong });
  }

  /**
   * @param {any} head
   * @param {Float32Array} numbers
   */
  receive(head, numbers) {
    Object.assign(this, { head, numbers });
    this.page.taken(head);
    this.draw();
  }

  draw() {
    if (!this.head) return;
    this.drawPaths();
    this.drawCrowds();
    this.tell();
  }

  drawPaths() {
    const chart = this.$(".paths svg", SVGSVGElement),
      size = room(chart);
    if (!size) return;
    const { head, numbers } = this,
      { width, height } = size,
      left = 30,
      right = width - 74,
      top = 18,
      bottom = height - 20,
      n = head.t.length;
    const [y, grid] = vertical([-3, -2, -1, 0, 1, 2, 3], [-3.6, 3.6], left, right, top, bottom);
    const [x, ticks] = time(head.settings.T, left, right, bottom);
    /** @type {number[]} */
    const times = head.t;
    /** @param {number} i */
    const chain = i => line(times.map((t, c) => [x(t), y(within(numbers[i * n + c], -3.6, 3.6))]));
    const paths = Array.from({ length: head.drawn }, (_, i) =>
      svg("path", { d: chain(head.drawn - 1 - i), class: head.drawn - 1 - i < LEAD ? "walk lead" : "walk" }),
    );
    const marks = head.watched.flatMap((/** @type {Watched} */ one, /** @type {number} */ i) => [
      svg("line", { x1: x(one.t), x2: x(one.t), y1: top, y2: bottom, class: "moment" }),
      svg("text", { x: x(one.t), y: 13, class: "moment-letter middle" }, LETTERS[i]),
    ]);
    chart.replaceChildren(
      ...grid,
      ...ticks,
      ...paths,
      ...marks,
      svg("circle", { cx: x(0), cy: y(head.x_0), r: 6, class: "clean" }),
      svg("text", { x: x(0) + 11, y: y(head.x_0) + 4, class: "clean-word" }, `x₀ = ${minus(head.x_0.toFixed(2))}`),
    );
    chart.setAttribute(
      "aria-label",
      `${head.drawn} of ${head.n} chains from t = ${head.t[0]} to x_0 = ${head.x_0}, ` +
        `at eta ${head.settings.eta.toFixed(3)}`,
    );
  }

  drawCrowds() {
    const { head, numbers } = this,
      box = this.$(".crowds"),
      n = head.watched.length;
    while (box.children.length > n) box.lastChild?.remove();
    while (box.children.length < n) {
      const figure = element("figure", "crowd-at"),
        caption = element("figcaption", "");
      caption.append(element("span", "letter-box", LETTERS[box.children.length]), element("span", "at", ""));
      figure.append(caption, svg("svg", { role: "img" }), element("p", "told", ""));
      box.append(figure);
    }
    const each = head.bins + head.curve,
      from = head.drawn * head.t.length;
    head.watched.forEach((/** @type {Watched} */ one, /** @type {number} */ i) => {
      const counts = numbers.subarray(from + i * each, from + i * each + head.bins),
        truth = numbers.subarray(from + i * each + head.bins, from + (i + 1) * each);
      this.drawCrowd(box.children[i], one, counts, truth);
    });
  }

  /**
   * @param {any} figure
   * @param {Watched} one
   * @param {Float32Array} counts
   * @param {Float32Array} truth
   */
  drawCrowd(figure, one, counts, truth) {
    const $ = finder(figure),
      chart = $("svg", SVGSVGElement),
      size = room(chart),
      { head } = this;
    $(".at").textContent = `t = ${one.t}`;
    $(".told").textContent = `${one.kept ? "✓" : "✗"} std ${one.std.toFixed(3)}, exact ${one.exact_std.toFixed(3)}`;
    figure.dataset.std = `${one.std}`;
    figure.dataset.kept = `${one.kept}`;
    chart.setAttribute(
      "aria-label",
      `at t = ${one.t}: standard deviation ${one.std.toFixed(3)}, exactly ${one.exact_std.toFixed(3)}`,
    );
    if (!size) return;
    const { width, height } = size,
      bottom = height - 18,
      most = 1.25 * Math.max(...truth),
      wide = width / head.bins;
    /** @param {number} value */
    const x = value => ((value + head.reach) / (2 * head.reach)) * width;
    /** @param {number} value */
    const y = value => Math.max(0, bottom - (value / most) * (bottom - 4));
    const bars = Array.from(counts, (v, i) =>
      v ? `M${(i * wide + 0.5).toFixed(1)},${bottom}V${y(v).toFixed(1)}h${(wide - 1).toFixed(1)}V${bottom}Z` : "",
    ).join("");
    chart.replaceChildren(
      ...[-3, -2, -1, 0, 1, 2, 3].flatMap(v => [
        svg("line", { x1: x(v), x2: x(v), y1: 4, y2: bottom, class: "gridline" }),
        svg("text", { x: x(v), y: height - 4, class: "tick middle" }, minus(v)),
      ]),
      svg("path", { d: bars, class: "bars" }),
      svg("path", { d: line(Array.from(truth, (v, i) => [(width * i) / (head.curve - 1), y(v)])), class: "truth" }),
    );
    Object.assign(chart, { counts: Array.from(counts) }); // for whoever wants to check
  }

  tell() {
    const { head } = this,
      { eta, S } = head.settings,
      /** @type {Watched[]} */ watched = head.watched,
      kept = watched.every(moment => moment.kept),
      worst = watched.reduce((a, b) => (b.std / b.exact_std > a.std / a.exact_std ? b : a));
    this.$(".made").textContent =
      `eta ${eta.toFixed(3)} · S ${S} · ${head.n} chains, ${head.drawn} drawn · dashed: exact`;
    const box = this.$(".verdict-line");
    say(box, kept ? rightOf(head.wrong) : swollen(worst, head.wrong));
    box.dataset.kept = `${kept}`;
    Object.assign(this.page.root.dataset, { walksEta: eta, walksSteps: S, walksKept: kept });
  }
}

/** @param {boolean} wrong whether the noise has the wrong variance */
const rightOf = wrong =>
  wrong
    ? "✓ The crowd is right at every time: at this eta there is no noise to get wrong."
    : "✓ The crowd is right at every time, whatever the walks do.";

/**
 * @param {Watched} worst
 * @param {boolean} wrong
 */
const swollen = ({ t, std, exact_std }, wrong) =>
  `✗ The crowd swells: at t = ${t} its std is ${std.toFixed(2)} in place of ${exact_std.toFixed(2)}. ` +
  (wrong ? "Its noise has the variance sigma, not sigma²." : "");
