// Numbers beside the particles: variance and W2 over t, error against S for each eta, where the error comes from.
import { element, svg } from "../../static/dom.js";
import { line, room, time, vertical } from "../../static/plot.js";

const MARKS = 40,
  LINES = ["eta 0", "eta 0.5", "eta 1", "sigma-hat"],
  SHAPES = ["●", "○", "□", "△"];
const short = value => (value >= 0.0995 ? value.toFixed(2) : value.toPrecision(2));

export class WorldNumbers {
  constructor(page, crowd) {
    Object.assign(this, { page, crowd, $: selector => page.$(`.stage.crowd ${selector}`) });
    page.views.distances = head => this.receive(head);
    page.views.errors = head => {
      this.errors = head;
      this.draw();
    };
  }

  /** A new drawing: nothing that was measured is of it. */
  forget() {
    Object.assign(this, { numbers: null, errors: null, errorsOf: null });
    this.state("held");
    for (const name of ["w2", "variance"]) this.$(`.${name}-svg`).replaceChildren();
    this.$(".split").replaceChildren();
    this.$(".kind").textContent = "";
    this.draw();
  }

  state(text) {
    for (const name of ["w2", "variance", "split"]) this.$(`[data-control="${name}"]`).dataset.state = text;
  }

  /** While a slider is dragged only what is known in closed form follows; the rest is held until the release. */
  ask(dragging) {
    const { page, crowd } = this,
      { schedule, spacing, T, seed } = page.settings;
    const closed = crowd.world.name === "blob";
    this.state("held");
    this.waits = dragging && !closed; // for the release
    if (!dragging || closed) page.ask("distances", crowd.values);
    const key = JSON.stringify([crowd.world, schedule, spacing, T, seed]);
    if (dragging || this.errorsOf === key) return;
    this.errorsOf = key;
    this.errors = null;
    page.ask("errors", { ...crowd.values });
  }

  receive(head) {
    if (this.waits) return;
    this.numbers = head;
    this.state(head.done ? "fresh" : "held");
    this.draw();
  }

  snapshot() {
    return this.numbers?.done ? this.numbers : null;
  }

  draw() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.drawNow();
    });
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

  drawOverTime(name) {
    const chart = this.$(`.${name}-svg`),
      size = room(chart),
      { numbers } = this;
    if (!size) return;
    const { width, height } = size,
      left = 30,
      right = width - 62,
      top = 6,
      bottom = height - 18,
      T = numbers.settings.T;
    const w2 = name === "w2",
      span = w2 ? [0, 1.4] : [0, 2],
      bent = w2 ? Math.sqrt : v => v; // W2 is small nearly everywhere
    const [scaled, grid] = vertical(
        (w2 ? [0, 0.1, 0.5, 1] : [0, 1, 2]).map(bent),
        span.map(bent),
        left,
        right,
        top,
        bottom,
        v => (w2 ? +(v * v).toFixed(2) : v),
      ),
      y = v => scaled(bent(v));
    const [x, ticks] = time(T, left, right, bottom, 2);
    const curve = (source, row) => line(source.t.map((t, i) => [x(t), y(Math.min(span[1], source[row][i]))]));
    const nodes = [...grid, ...ticks],
      other = name === "w2" ? "floor" : "exact",
      pinned = this.crowd.pin?.world === this.crowd.targetOf ? this.crowd.pin.numbers : null;
    if (pinned && pinned !== numbers) nodes.push(svg("path", { d: curve(pinned, name), class: "pinned-line" }));
    if (numbers[other]) nodes.push(svg("path", { d: curve(numbers, other), class: name === "w2" ? "floor" : "truth" }));
    nodes.push(svg("path", { d: curve(numbers, name), class: "own-line" }));
    if (numbers.t.length <= MARKS)
      nodes.push(
        ...numbers.t.map((t, i) =>
          svg("circle", { cx: x(t), cy: y(Math.min(span[1], numbers[name][i])), r: 2.5, class: "own-dot" }),
        ),
      );
    const { shown } = this.crowd,
      t = shown ? shown.head.t[shown.at] : 0;
    nodes.push(svg("line", { x1: x(t), x2: x(t), y1: top, y2: bottom, class: "cursor-line" }));
    const value = numbers[name].at(-1),
      words = name === "w2" ? short(value) : value.toFixed(3);
    if (numbers.done) {
      nodes.push(
        svg(
          "text",
          { x: right + 6, y: y(Math.min(span[1], value)) + (name === "w2" ? -2 : 14), class: "end-word" },
          words,
        ),
      );
      if (numbers[other])
        nodes.push(
          svg(
            "text",
            { x: right + 6, y: y(numbers[other].at(-1)) + (name === "w2" ? 12 : -2), class: "tick" },
            `${other} ${short(numbers[other].at(-1))}`,
          ),
        );
    }
    chart.replaceChildren(...nodes);
    chart.setAttribute(
      "aria-label",
      `${name === "w2" ? "W2" : "variance"} from t = ${numbers.t[0]} to ${numbers.t.at(-1)}; at the end ${words}`,
    );
    if (name === "w2")
      this.$(".kind").textContent =
        numbers.kind === "exact" ? "closed form" : `sliced, ${numbers.n} particles; dotted: floor`;
    Object.assign(this.page.root.dataset, { numbersW2: numbers.w2.at(-1), numbersDone: numbers.done });
  }

  drawErrors() {
    const chart = this.$(".errors-svg"),
      size = room(chart),
      { errors, numbers } = this,
      progress = this.$(".progress");
    if (!size) return;
    if (!errors) {
      chart.replaceChildren();
      progress.textContent = this.crowd.world.centres?.length === 0 ? "" : "measuring …";
      return;
    }
    progress.textContent = errors.done
      ? errors.kind === "exact"
        ? "log axes; exact"
        : `log axes; sliced W2 of ${errors.n} particles, dotted: floor`
      : `measuring … ${errors.ready} of ${errors.of}`;
    const { width, height } = size,
      left = 34,
      right = width - 62,
      top = 8,
      bottom = height - 18;
    const values = Object.values(errors.lines).flat().filter(Boolean),
      lowest = Math.min(0.02, ...values.map(v => v / 1.2)),
      low = Math.log10(lowest),
      high = Math.log10(2);
    const ys = [0.001, 0.01, 0.1, 1].filter(v => v >= lowest);
    const [scaled, grid] = vertical(ys.map(Math.log10), [low, high], left, right, top, bottom, v => 10 ** v);
    const y = value => scaled(Math.max(low, Math.log10(value))),
      end = Math.log10(errors.S.at(-1)),
      x = S => left + (Math.log10(S) / Math.max(end, 1e-9)) * (right - left);
    const nodes = [
      ...grid,
      ...[1, 10, 100, 1000]
        .filter(S => S <= errors.S.at(-1))
        .map(S => svg("text", { x: x(S), y: bottom + 14, class: "tick middle" }, S === 1 ? "S = 1" : S)),
    ];
    if (errors.floor)
      nodes.push(svg("line", { x1: left, x2: right, y1: y(errors.floor), y2: y(errors.floor), class: "floor" }));
    const labels = [];
    LINES.forEach((name, l) => {
      const points = errors.lines[name]
        .map((v, i) => [errors.S[i], v])
        .filter(point => point[1])
        .map(([S, v]) => [x(S), y(v)]);
      if (!points.length) return;
      nodes.push(svg("path", { d: line(points), class: `s-line l${l}` }), ...points.map(([cx, cy]) => mark(l, cx, cy)));
      labels.push({ l, y: points.at(-1)[1] + 4, text: `${SHAPES[l]} ${name}` });
    });
    labels
      .sort((a, b) => a.y - b.y)
      .forEach((one, i) => {
        if (i) one.y = Math.max(one.y, labels[i - 1].y + 14);
      });
    for (let i = labels.length - 1, limit = bottom + 2; i >= 0; limit = labels[i].y - 14, i--)
      labels[i].y = Math.min(labels[i].y, limit);
    nodes.push(...labels.map(one => svg("text", { x: right + 6, y: one.y, class: `s-word l${one.l}` }, one.text)));
    if (numbers?.done) {
      const cx = Math.min(right, x(numbers.settings.S)),
        cy = y(numbers.w2.at(-1));
      nodes.push(
        svg("circle", { cx, cy, r: 7, class: "you" }),
        svg("text", { x: Math.min(cx, right - 60), y: Math.max(14, cy - 11), class: "you-word" }, "you are here"),
      );
    }
    chart.replaceChildren(...nodes);
    chart.setAttribute(
      "aria-label",
      `error against S; ${LINES.filter(name => errors.lines[name].at(-1))
        .map(
          name =>
            `${name}: ${short(errors.lines[name][0])} at S = 1, ${short(errors.lines[name].at(-1))} at S = ${errors.S.at(-1)}`,
        )
        .join("; ")}`,
    );
  }

  drawSplit() {
    const { split } = this.numbers,
      box = this.$(".split");
    if (!split) return;
    const rows =
      split.start === null
        ? [
            ["from N(0, I)", split.total, ""],
            ["from the true x_T", split.discretisation, "start"],
            ["floor", split.floor, "floor-bar"],
          ]
        : [
            ["all of it", split.total, ""],
            ["x_T is not N(0, I)", split.start, "start"],
            ["the steps are finite", split.discretisation, ""],
          ];
    const most = Math.max(...rows.map(row => row[1]), 1e-9);
    box.replaceChildren(
      ...rows.flatMap(([name, value, kind]) => {
        const bar = element("span", `bar-line ${kind}`);
        bar.style.width = `${(100 * value) / most}%`;
        return [element("span", "", name), bar, element("span", "", short(value))];
      }),
      element(
        "p",
        "hint",
        split.start === null ? "Both runs near the floor: nothing is left to see at this many particles." : "",
      ),
    );
    box.lastChild.hidden = split.start !== null || split.total > 1.5 * split.floor;
  }
}

function mark(l, cx, cy) {
  if (l === 2) return svg("rect", { x: cx - 3, y: cy - 3, width: 6, height: 6, class: "s-mark l2" });
  if (l === 3) return svg("path", { d: `M${cx},${cy - 4}l4,7h-8Z`, class: "s-mark l3" });
  return svg("circle", { cx, cy, r: 3, class: `s-mark l${l}` });
}
