// Same crowd, different walks: paths of q_sigma from one x_0, and the crowd at three times beside the exact density.
import { element, svg } from "../../static/dom.js";
import { evenLate } from "../../static/page.js";
import { floats, line, minus, room, time, vertical } from "../../static/plot.js";

const LETTERS = ["A", "B", "C"],
  LEAD = 2;

export class Walks {
  constructor(page) {
    Object.assign(this, { page, $: selector => page.$(`.stage.walks ${selector}`), x_0: 0.8, wrong: false });
    const slider = page.$(".controls .x0"),
      wrong = page.$(".wrong");
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

  set(changes) {
    Object.assign(this, changes);
    this.page.$(".controls .x0").value = this.x_0;
    this.page.$(".x0-value").textContent = minus(this.x_0.toFixed(2));
    this.page.$(".wrong").checked = this.wrong;
  }

  ask() {
    this.page.ask("walks", { settings: this.page.run, x_0: this.x_0, wrong: this.wrong });
  }

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
    const chart = this.$(".paths svg"),
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
    const chain = i => line(head.t.map((t, c) => [x(t), y(Math.max(-3.6, Math.min(3.6, numbers[i * n + c])))]));
    const paths = Array.from({ length: head.drawn }, (_, i) =>
      svg("path", { d: chain(head.drawn - 1 - i), class: head.drawn - 1 - i < LEAD ? "walk lead" : "walk" }),
    );
    const marks = head.watched.flatMap((one, i) => [
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
      `${head.drawn} of ${head.n} chains from t = ${head.t[0]} to x_0 = ${head.x_0}, at eta ${head.settings.eta.toFixed(3)}`,
    );
  }

  drawCrowds() {
    const { head, numbers } = this,
      box = this.$(".crowds"),
      n = head.watched.length;
    while (box.children.length > n) box.lastChild.remove();
    while (box.children.length < n) {
      const figure = element("figure", "crowd-at"),
        caption = element("figcaption", "");
      caption.append(element("span", "letter-box", LETTERS[box.children.length]), element("span", "at", ""));
      figure.append(caption, svg("svg", { role: "img" }), element("p", "told", ""));
      box.append(figure);
    }
    const each = head.bins + head.curve,
      from = head.drawn * head.t.length;
    head.watched.forEach((one, i) => {
      const counts = numbers.subarray(from + i * each, from + i * each + head.bins),
        truth = numbers.subarray(from + i * each + head.bins, from + (i + 1) * each);
      this.drawCrowd(box.children[i], one, counts, truth);
    });
  }

  drawCrowd(figure, one, counts, truth) {
    const chart = figure.querySelector("svg"),
      size = room(chart),
      { head } = this;
    figure.querySelector(".at").textContent = `t = ${one.t}`;
    figure.querySelector(".told").textContent =
      `${one.kept ? "✓" : "✗"} std ${one.std.toFixed(3)}, exact ${one.exact_std.toFixed(3)}`;
    figure.dataset.std = one.std;
    figure.dataset.kept = one.kept;
    chart.setAttribute(
      "aria-label",
      `at t = ${one.t}: standard deviation ${one.std.toFixed(3)}, exactly ${one.exact_std.toFixed(3)}`,
    );
    if (!size) return;
    const { width, height } = size,
      bottom = height - 18,
      most = 1.25 * Math.max(...truth),
      wide = width / head.bins;
    const x = value => ((value + head.reach) / (2 * head.reach)) * width,
      y = value => Math.max(0, bottom - (value / most) * (bottom - 4));
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
    chart.counts = Array.from(counts); // for whoever wants to check
  }

  tell() {
    const { head } = this,
      { eta, S } = head.settings,
      kept = head.watched.every(one => one.kept),
      worst = head.watched.reduce((a, b) => (b.std / b.exact_std > a.std / a.exact_std ? b : a));
    this.$(".made").textContent =
      `eta ${eta.toFixed(3)} · S ${S} · ${head.n} chains, ${head.drawn} drawn · dashed: exact`;
    const words = kept
      ? `✓ The crowd is right at every time${head.wrong ? ": at this eta there is no noise to get wrong" : ", whatever the walks do"}.`
      : `✗ The crowd swells: at t = ${worst.t} its std is ${worst.std.toFixed(2)} in place of ${worst.exact_std.toFixed(2)}. ${head.wrong ? "Its noise has the variance sigma, not sigma²." : ""}`;
    const box = this.$(".verdict-line");
    if (box.textContent !== words) box.textContent = words;
    box.dataset.kept = kept;
    Object.assign(this.page.root.dataset, { walksEta: eta, walksSteps: S, walksKept: kept });
  }
}
