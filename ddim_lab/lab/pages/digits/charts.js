// The live charts as SVG: sigma over the columns of the film, the ruler of visited steps, the variance arc.
// They draw the numbers that the server sends; nothing of DDIM is computed here.
import { svg } from "../../static/dom.js";
import { sized } from "../../static/screen.js";

const path = points => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

export class SigmaChart {
  constructor(root, onPick) {
    this.svg = root.querySelector(".sigma");
    this.size = sized(this.svg);
    this.svg.addEventListener("click", event => {
      const box = this.svg.getBoundingClientRect();
      if (this.frames)
        onPick(Math.max(1, Math.min(this.frames, Math.round(1 + this.position(event.clientX - box.left)))));
    });
  }

  /** x of frame j: the film's columns, evenly spread over the frames. */
  x(j) {
    return this.left + (this.frames > 1 ? (j - 1) / (this.frames - 1) : 0) * (this.right - this.left);
  }
  position(x) {
    return ((x - this.left) / (this.right - this.left)) * (this.frames - 1);
  }

  draw(curves, cursor, { pinned, ghost, symbols } = {}) {
    const { width, height } = this.size;
    if (!width) return;
    this.frames = curves.t.length + 1;
    const column = width / Math.min(11, this.frames),
      top = 8,
      bottom = height - 20;
    this.left = column / 2;
    this.right = width - column / 2;
    const y = value => bottom - value * (bottom - top); // the scale is fixed: 0..1
    const line = (values, n = values.length) =>
      path(values.map((v, i) => [this.left + (n > 0 ? i / n : 0) * (this.right - this.left), y(v)]));
    const nodes = [0, 0.5, 1].flatMap(v => [
      svg("line", { x1: 0, x2: width, y1: y(v), y2: y(v), class: "gridline" }),
      svg("text", { x: 2, y: y(v) + (v === 1 ? 11 : -3), class: "tick" }, v),
    ]);
    nodes.push(svg("path", { d: line(curves.sigma_bound), class: "bound" }));
    if (pinned) nodes.push(svg("path", { d: line(pinned), class: "pinned-line" }));
    if (ghost) nodes.push(svg("path", { d: line(ghost), class: "ghost" }));
    const area = curves.sigma.map((v, i) => [this.x(i + 1), y(v)]);
    nodes.push(
      svg("path", { d: `${path(area)}L${area.at(-1)[0]},${bottom}L${area[0][0]},${bottom}Z`, class: "noise-area" }),
    );
    nodes.push(svg("path", { d: path(area), class: "noise-line" }));
    if (curves.sigma.length <= 60)
      nodes.push(...area.map(([cx, cy]) => svg("circle", { cx, cy, r: 3, class: "noise-dot" })));
    nodes.push(svg("line", { x1: this.x(cursor), x2: this.x(cursor), y1: top, y2: bottom, class: "cursor-line" }));
    const marks = Math.min(this.frames, 11);
    for (let c = 0; c < marks; c++) {
      const j = marks === 1 ? 1 : 1 + Math.round((c * (this.frames - 1)) / (marks - 1));
      nodes.push(
        svg("text", { x: this.x(j), y: height - 5, class: "tick middle" }, j > curves.t.length ? 0 : curves.t[j - 1]),
      );
    }
    nodes.push(
      svg(
        "text",
        { x: this.right, y: y(1) + 14, class: "legend end" },
        `dashed: all ${width > 500 ? "the noise " : ""}there can be${symbols && width > 500 ? ", at eta_max" : ""}`,
      ),
    );
    this.svg.replaceChildren(...nodes);
    const now = curves.sigma[cursor - 1];
    this.svg.setAttribute(
      "aria-label",
      `sigma over the steps visited, from ${curves.sigma[0]} at t = ${curves.t[0]}; ` +
        (now === undefined ? "the cursor is at t = 0" : `at the cursor, t = ${curves.t[cursor - 1]}, sigma is ${now}`),
    );
  }
}

export class Ruler {
  constructor(root) {
    this.svg = root.querySelector(".ruler");
    this.size = sized(this.svg);
  }

  /** `library`: the steps that a library would visit, as the server found them; its ticks stand under the run's. */
  draw(curves, T, cursor, library = null) {
    this.svg.classList.toggle("two-rows", library !== null);
    const { width, height } = this.size;
    if (!width) return;
    const x = t => 6 + (1 - t / T) * (width - 12),
      mid = 12;
    const ticks = curves.t.map(t => `M${x(t).toFixed(1)},${mid - 7}V${mid + 7}`).join("");
    const t = curves.t[cursor - 1] ?? 0;
    this.svg.replaceChildren(
      svg("line", { x1: x(T), x2: x(0), y1: mid, y2: mid, class: "gridline" }),
      svg("path", { d: ticks, class: "visited" }),
      ...this.ofLibrary(library, x, mid + 12),
      svg("circle", { cx: x(t), cy: mid, r: 5, class: "cursor-dot" }),
      svg("text", { x: 2, y: height - 3, class: "tick" }, `t = ${T}, noise`),
      svg(
        "text",
        { x: width / 2, y: height - 3, class: "tick middle" },
        `visits ${curves.t.length} of ${T} steps, first t = ${curves.t[0]}${library && width > 560 ? ` · below: ${library.library}` : ""}`,
      ),
      svg("text", { x: width - 2, y: height - 3, class: "tick end" }, "0, digit"),
    );
    this.svg.setAttribute(
      "aria-label",
      `ruler of steps visited: ${curves.t.length} of ${T}, from t = ${curves.t[0]} to t = ${curves.t.at(-1)}, then 0${library ? `; ${library.told}` : ""}`,
    );
  }

  ofLibrary(library, x, top) {
    if (!library) return [];
    const ticks = library.visited.map(t => `M${x(t).toFixed(1)},${top}v6`).join("");
    const crosses = library.outside.map(t => `M${(x(t) - 3).toFixed(1)},${top}l6,6m0,-6l-6,6`).join("");
    return [svg("path", { d: ticks, class: "library-visited" }), svg("path", { d: crosses, class: "library-outside" })];
  }
}

/** The variance arc of the cursor's transition: legs fresh noise and predicted noise put back; dragging it drags eta. */
export class Arc {
  constructor(root, onEta, onRelease) {
    this.svg = root.querySelector(".arc");
    const move = event => {
      if (!this.bound) return;
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
      const angle = Math.atan2(Math.max(this.origin.y - point.y, 0), Math.max(point.x - this.origin.x, 1e-6));
      onEta(Math.sin(angle) * this.bound);
    };
    this.svg.addEventListener("pointerdown", event => {
      if (this.bound) {
        this.svg.setPointerCapture(event.pointerId);
        this.dragging = true;
        move(event);
      }
    });
    this.svg.addEventListener("pointermove", event => this.dragging && move(event));
    this.svg.addEventListener("pointerup", () => {
      if (this.dragging) {
        this.dragging = false;
        onRelease();
      }
    });
    this.origin = { x: 30, y: 128 };
    this.radius = 108;
  }

  draw(curves, cursor) {
    const i = Math.min(cursor, curves.t.length) - 1,
      total = curves.sigma_bound[i],
      bound = curves.eta_bound[i];
    this.bound = bound;
    const { x, y } = this.origin,
      r = this.radius;
    const nodes = [svg("path", { d: `M${x + r},${y}A${r},${r} 0 0 0 ${x},${y - r}`, class: "arc-line" })];
    if (!bound) {
      const words = ["Last step: no", "noise is left to", "share, whatever", "eta is."]; // they fit under the arc
      nodes.push(...words.map((line, i) => svg("text", { x: x + 4, y: y - 44 + 14 * i, class: "legend" }, line)));
      this.svg.replaceChildren(...nodes);
      this.svg.setAttribute("aria-label", "variance arc: at the last step no noise is left to share, whatever eta is");
      return;
    }
    const sine = curves.arc_sigma[i] / total,
      cosine = curves.direction[i] / total;
    const at = fraction => [x + r * Math.sqrt(Math.max(0, 1 - fraction ** 2)), y - r * fraction];
    const [px, py] = [x + r * cosine, y - r * sine];
    const ddpm = Math.min(1, 1 / bound),
      [dx, dy] = at(ddpm);
    nodes.push(
      svg("rect", { x, y: y - 3, width: Math.max(0, px - x), height: 6, class: "leg-eps" }),
      svg("rect", { x: px - 3, y: py, width: 6, height: Math.max(0, y - py), class: "leg-noise" }),
      svg("line", { x1: x, y1: y, x2: px, y2: py, class: "arc-radius" }),
      svg("circle", { cx: x + r, cy: y, r: 3, class: "arc-tick" }),
      svg("text", { x: x + r + 14, y: y + 4, class: "tick" }, "DDIM 0"),
      svg("circle", { cx: dx, cy: dy, r: 3, class: "arc-tick" }),
      svg("text", { x: dx + 7, y: dy + 4, class: "tick" }, "DDPM 1"),
      svg("circle", { cx: x, cy: y - r, r: 3, class: "arc-tick" }),
      svg("text", { x: 2, y: y - r - 6, class: "tick" }, `end ${bound.toFixed(3)}`),
      svg("circle", { cx: px, cy: py, r: 8, class: "arc-handle" }),
      svg(
        "text",
        { x: x, y: y + 17, class: "tick" },
        `put back ${curves.direction[i].toFixed(3)} · fresh ${curves.arc_sigma[i].toFixed(3)}`,
      ),
    );
    this.svg.replaceChildren(...nodes);
    this.svg.setAttribute(
      "aria-label",
      `variance arc at t = ${curves.t[i]}: predicted noise put back ${curves.direction[i].toFixed(3)}, ` +
        `fresh noise ${curves.arc_sigma[i].toFixed(3)}, together ${total.toFixed(3)}; its end is eta = ${bound.toFixed(3)}`,
    );
  }
}
