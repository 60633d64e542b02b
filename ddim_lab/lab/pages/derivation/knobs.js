// Three knobs, two needles: the learner turns k, m and sigma, the server says what is left of the two conditions.
import { element, svg } from "../../static/dom.js";
import { evenLate } from "../../static/page.js";

const START = { k: 1, m: 0.2, sigma: 0.3 };
const STEPS = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 };
const NEAR = 0.02; // two finds closer than this in the plane are one dot
const ENOUGH = 3; // finds after which all may be shown
const ORIGIN = { x: 194, y: 190 },
  SCALE = 140; // of the plane of m and sigma, in units of its drawing
const FINE = 0.01; // the dial is finer than even within this gap
const WORDS = { mean: ["too low", "too high"], variance: ["too little noise", "too much noise"] };
const signed = value => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;

export class Knobs {
  constructor(page) {
    Object.assign(this, { page, $: page.$, place: { ...START }, finds: [], held: null, all: null, ghost: null });
    for (const name of ["k", "m", "sigma"]) {
      const slider = this.$(`.knobs .${name}`);
      slider.addEventListener("input", () => this.set({ [name]: +slider.value }, name, "drag"));
      slider.addEventListener("keydown", event => this.nudge(event, name));
    }
    this.$(".hold").addEventListener("change", event => this.hold(event.target.checked));
    this.$(".close-mean").addEventListener("click", () => this.ask("close_mean"));
    this.$(".show-all").addEventListener("click", () => this.showAll());
    this.$(".forget").addEventListener("click", () => this.forget());
    const plane = this.$(".plane-svg");
    plane.addEventListener("pointerdown", event => {
      plane.setPointerCapture(event.pointerId);
      this.dragging = true;
      this.point(event);
    });
    plane.addEventListener("pointermove", event => this.dragging && this.point(event));
    plane.addEventListener("pointerup", () => {
      this.dragging = false;
    });
    page.views.knobs = evenLate((head, bytes) => this.receive(head, bytes));
    page.views.solutions = (head, bytes) => {
      this.all = { ...head, points: floats(bytes) };
      this.draw();
      page.drawValues();
      page.event("all-shown");
    };
  }

  nudge(event, name) {
    const by = STEPS[event.key];
    if (!by || !this.head) return;
    event.preventDefault();
    this.set({ [name]: Math.round((this.place[name] + by) * 100) / 100 }, name, "key");
  }

  set(changes, moved, hand) {
    if (this.held !== null && moved === "sigma") return;
    for (const [name, value] of Object.entries(changes)) {
      const [low, high] = this.head?.ranges[name] ?? [-9, 9];
      this.place[name] = Math.max(low, Math.min(high, value));
    }
    this.ask(moved, hand);
  }

  ask(moved = "none", hand = "drag") {
    this.page.ask("knobs", { settings: this.page.settings, j: this.page.j, ...this.place, moved, hand });
  }

  hold(on) {
    this.held = on ? this.place.sigma : null;
    this.$(".hold").checked = on;
    this.$(".knobs .sigma").disabled = on;
    this.draw();
    if (on) this.page.event("held");
  }

  forget() {
    Object.assign(this, { place: { ...START }, finds: [], all: null });
    this.hold(false);
    this.ask();
  }

  showAll() {
    this.page.ask("solutions", { settings: this.page.settings, j: this.page.j });
  }

  receive(head, bytes) {
    const another = this.head && (head.a !== this.head.a || head.b !== this.head.b);
    if (another) {
      this.finds = [];
      if (this.all) this.showAll();
    } // dots belong to one transition
    this.head = head;
    this.curves = floats(bytes);
    if (this.page.live.isLatest(head)) this.place = { k: head.k, m: head.m, sigma: head.sigma };
    if (head.mean_met && head.variance_met) this.found(head);
    this.draw();
    this.tell();
    this.page.drawValues();
  }

  found({ k, m, sigma }) {
    if (this.finds.some(one => Math.hypot(one.m - m, one.sigma - sigma) < NEAR)) return;
    this.finds.push({ k, m, sigma });
  }

  get withHeld() {
    return this.finds.filter(one => Math.abs(one.sigma - this.held) < 1e-9).length;
  }

  tell() {
    const { head, page } = this;
    if (!head) return;
    if (head.variance_met) page.event("variance-met");
    if (head.mean_met && head.variance_met) page.event("both-met");
    if (this.held !== null && this.withHeld >= head.roots && head.roots > 1) page.event("held-both");
    if (this.finds.length >= ENOUGH) page.event("three-found");
  }

  /** Dragging in the plane moves m, and sigma unless it is held. */
  point(event) {
    if (!this.head) return;
    const plane = this.$(".plane-svg"),
      at = new DOMPoint(event.clientX, event.clientY).matrixTransform(plane.getScreenCTM().inverse());
    const m = (at.x - ORIGIN.x) / SCALE,
      sigma = (ORIGIN.y - at.y) / SCALE;
    this.set(this.held === null ? { m, sigma } : { m }, "m", "drag");
  }

  draw() {
    const { head, page } = this;
    if (!head) return;
    for (const name of ["k", "m", "sigma"]) {
      const slider = this.$(`.knobs .${name}`),
        [low, high] = head.ranges[name];
      Object.assign(slider, { min: low, max: high });
      if (!slider.matches(":active") || head.snapped === name) slider.value = this.place[name];
      slider.setAttribute("aria-valuetext", head[name].toFixed(4));
      this.$(`.${name}-value`).textContent = head[name].toFixed(4);
    }
    this.needle("mean", head.mean_gap, head.mean_met);
    this.needle("variance", head.variance_gap, head.variance_met);
    this.drawMarks();
    this.drawBell();
    this.drawPlane();
    this.drawCount();
    Object.assign(page.root.dataset, {
      k: head.k,
      m: head.m,
      sigma: head.sigma,
      meanGap: head.mean_gap,
      varianceGap: head.variance_gap,
      finds: this.finds.length,
    });
  }

  drawMarks() {
    const { marks, ranges } = this.head,
      box = this.$(".sigma-marks"),
      key = JSON.stringify(marks);
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const names = { DDIM: "DDIM", DDPM: "DDPM", most: "most" };
    box.replaceChildren(
      ...Object.entries(names)
        .filter(([name]) => name === "DDIM" || marks[name] > 0)
        .map(([name, label]) => {
          const mark = Object.assign(element("button", "", label), { type: "button", tabIndex: -1 });
          mark.style.left = `${(100 * marks[name]) / ranges.sigma[1]}%`;
          mark.addEventListener("click", () => this.set({ sigma: marks[name] }, "sigma", "key"));
          return mark;
        }),
    );
  }

  needle(name, value, met) {
    const box = this.$(`[data-needle="${name}"]`),
      dial = box.querySelector("svg"),
      x = 120,
      y = 106,
      r = 82;
    const angle = gap => 1.31 * Math.max(-1, Math.min(1, Math.asinh(gap / FINE) / Math.asinh(2 / FINE)));
    const at = (gap, radius) => [x + radius * Math.sin(angle(gap)), y - radius * Math.cos(angle(gap))];
    const arc = (from, to, radius) => `M${at(from, radius)}A${radius},${radius} 0 0 1 ${at(to, radius)}`;
    const nodes = [
      svg("path", { d: arc(-2, 2, r), class: "dial" }),
      svg("path", { d: arc(-this.head.tolerance, this.head.tolerance, r), class: met ? "dial-zero met" : "dial-zero" }),
      ...[-1, -0.1, -0.01, 0, 0.01, 0.1, 1].flatMap(tick => {
        const [[x1, y1], [x2, y2], [x3, y3]] = [at(tick, r - 5), at(tick, r + 5), at(tick, r + 14)];
        return [
          svg("line", { x1, y1, x2, y2, class: "dial-tick" }),
          svg("text", { x: x3, y: y3 + 3, class: "tick middle" }, `${tick}`.replace("-", "−")),
        ];
      }),
    ];
    const [tx, ty] = at(value, r - 8);
    nodes.push(
      svg("line", { x1: x, y1: y, x2: tx, y2: ty, class: met ? "pointer met" : "pointer" }),
      svg("circle", { cx: x, cy: y, r: 6, class: "hub" }),
    );
    dial.replaceChildren(...nodes);
    dial.setAttribute("aria-label", `${name} needle at ${signed(value)}`);
    box.dataset.met = met;
    const told = met ? `✓ met: ${signed(value)}` : `✗ ${signed(value)}: ${WORDS[name][+(value > 0)]}`;
    const line = box.querySelector(".told");
    if (line.textContent !== told) line.textContent = told;
  }

  drawBell() {
    const chart = this.$(".bell-svg"),
      { width, height } = chart.getBoundingClientRect();
    if (!width) return;
    const { head, curves } = this,
      n = head.points,
      [xs, wanted, now] = [0, 1, 2].map(i => curves.subarray(i * n, (i + 1) * n));
    const bottom = height - 18,
      top = 6,
      most = Math.min(3, Math.max(0.7, 1.5 * Math.max(...wanted)));
    const x = value => ((value - xs[0]) / (xs[n - 1] - xs[0])) * width,
      y = value => Math.max(-20, bottom - (value / most) * (bottom - top));
    const line = values =>
      Array.from(values, (v, i) => `${i ? "L" : "M"}${x(xs[i]).toFixed(1)},${y(v).toFixed(1)}`).join("");
    const nodes = [-1, 0, 1, 2, 3].flatMap(v => [
      svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, class: "gridline" }),
      svg("text", { x: x(v), y: height - 4, class: "tick middle" }, `${v}`.replace("-", "−")),
    ]);
    const clip = svg("clipPath", { id: "der-bell" });
    clip.append(svg("rect", { x: 0, y: top, width, height: bottom - top }));
    nodes.push(
      clip,
      svg("path", {
        d: `${line(now)}L${width},${bottom}L0,${bottom}Z`,
        class: "now-area",
        "clip-path": "url(#der-bell)",
      }),
      svg("path", { d: line(now), class: "now-line", "clip-path": "url(#der-bell)" }),
      svg("line", { x1: x(head.now.mean), x2: x(head.now.mean), y1: top, y2: bottom, class: "now-mean" }),
      svg("path", { d: line(wanted), class: "wanted-line", "clip-path": "url(#der-bell)" }),
      svg("line", { x1: x(head.wanted.mean), x2: x(head.wanted.mean), y1: top, y2: bottom, class: "wanted-mean" }),
      svg(
        "text",
        { x: width - 4, y: top + 12, class: "legend end" },
        `now: mean ${head.now.mean.toFixed(3)}, std ${head.now.std.toFixed(3)}`,
      ),
      svg(
        "text",
        { x: width - 4, y: top + 27, class: "legend end" },
        `wanted: mean ${head.wanted.mean.toFixed(3)}, std ${head.wanted.std.toFixed(3)}`,
      ),
    );
    chart.replaceChildren(...nodes);
    chart.setAttribute(
      "aria-label",
      `x_prev now has mean ${head.now.mean.toFixed(3)} and standard deviation ${head.now.std.toFixed(3)}; ` +
        `wanted are ${head.wanted.mean.toFixed(3)} and ${head.wanted.std.toFixed(3)}`,
    );
  }

  drawPlane() {
    const plane = this.$(".plane-svg"),
      { head } = this,
      x = m => ORIGIN.x + m * SCALE,
      y = sigma => ORIGIN.y - sigma * SCALE;
    const nodes = [-1, -0.5, 0, 0.5, 1].flatMap(v => [
      svg("line", { x1: x(v), x2: x(v), y1: y(1.2), y2: y(0), class: "gridline" }),
      svg("text", { x: x(v), y: y(0) + 15, class: "tick middle" }, `${v}`.replace("-", "−")),
    ]);
    nodes.push(
      ...[0, 0.5, 1].flatMap(v => [
        svg("line", { x1: x(-1.2), x2: x(1.2), y1: y(v), y2: y(v), class: "gridline" }),
        svg("text", { x: x(-1.2) - 4, y: y(v) + 4, class: "tick end" }, v),
      ]),
      svg("text", { x: x(1.2), y: y(0) + 15, class: "axis end" }, "m →"),
      svg("text", { x: x(-1.2) + 2, y: y(1.2) + 10, class: "axis" }, "σ ↑"),
    );
    if (this.held !== null)
      nodes.push(svg("line", { x1: x(-1.2), x2: x(1.2), y1: y(this.held), y2: y(this.held), class: "held-line" }));
    if (this.all) nodes.push(...this.drawAll(x, y));
    if (this.ghost)
      nodes.push(
        svg("circle", {
          cx: x(this.ghost.m * head.axes.m),
          cy: y(this.ghost.sigma * head.axes.sigma),
          r: 9,
          class: "guess",
        }),
        svg(
          "text",
          {
            x: x(this.ghost.m * head.axes.m) - 14,
            y: y(this.ghost.sigma * head.axes.sigma) + 4,
            class: "guess-word end",
          },
          "your guess",
        ),
      );
    nodes.push(
      ...this.finds.map(one =>
        svg("circle", { cx: x(one.m), cy: y(one.sigma), r: 6, class: one.m < 0 ? "find mirrored" : "find" }),
      ),
    );
    nodes.push(
      svg("path", { d: `M${x(head.m) - 11},${y(head.sigma)}h22M${x(head.m)},${y(head.sigma) - 11}v22`, class: "here" }),
    );
    plane.replaceChildren(...nodes);
    plane.setAttribute(
      "aria-label",
      `plane of m and sigma: you are at m ${head.m.toFixed(3)}, sigma ${head.sigma.toFixed(3)}; ${this.finds.length} settings found`,
    );
  }

  drawAll(x, y) {
    const points = this.all.points,
      d = [];
    for (let i = 0; i < points.length; i += 2)
      d.push(`${i ? "L" : "M"}${x(points[i]).toFixed(1)},${y(points[i + 1]).toFixed(1)}`);
    const named = Object.entries(this.all.named).flatMap(([name, one]) => [
      svg("circle", { cx: x(one.m), cy: y(one.sigma), r: 4, class: "named" }),
      svg("text", { x: x(one.m) - 8, y: y(one.sigma) - 8, class: "legend end" }, name),
    ]);
    return [svg("path", { d: d.join(""), class: "all-line" }), ...named];
  }

  drawCount() {
    const { head, finds } = this,
      count = this.$(".plane .count"),
      n = finds.length;
    let words =
      n === 0 ? "None yet. Close both needles, and a dot stays here." : `${n} found: ● with m above 0, ○ with m below.`;
    if (this.held !== null) {
      words =
        head.roots === 0
          ? "With this sigma there is none: the fresh noise alone is already too much."
          : `Found with this sigma: ${this.withHeld} of ${head.roots}.`;
      if (head.roots && this.withHeld >= head.roots)
        words += head.roots === 1 ? " ✓ The only one." : " ✓ Both. There is no third.";
    } else if (this.all)
      words = "Every point of this curve closes both needles. Two conditions, three unknowns: one stays free.";
    else if (n >= ENOUGH) words += " Will they ever end?";
    if (count.textContent !== words) count.textContent = words;
    this.$(".show-all").disabled = n < ENOUGH && !this.all;
    this.$(".show-all").textContent = n < ENOUGH && !this.all ? `Show all (after ${ENOUGH} finds)` : "Show all";
  }
}

const floats = bytes => new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
