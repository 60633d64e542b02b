// The live charts as SVG: sigma over the columns of the film, and the ruler of visited steps.
// They draw the numbers that the server sends; nothing of DDIM is computed here.
import { pointerOn } from "../../static/box.js";
import { thinned } from "../../static/columns.js";
import { finder, svg } from "../../static/dom.js";
import { within } from "../../static/numbers.js";
import { line as path } from "../../static/plot.js";
import { sized } from "../../static/screen.js";

/** @typedef {Record<string, number[]>} Curves numbers of every transition, by name */
/** @typedef {{ visited: number[], outside: number[], library: string, told: string }} Library */
/** @typedef {{ pinned?: number[] | null, ghost?: number[] | null, symbols?: boolean }} Beside other curves of sigma */
/** @typedef {import("../../static/plot.js").Scale} Scale */

const COLUMNS = 11; // of the film

export class SigmaChart {
  /**
   * @param {HTMLElement} root
   * @param {(j: number) => void} onPick
   */
  constructor(root, onPick) {
    this.svg = finder(root)(".sigma", SVGSVGElement);
    this.size = sized(this.svg);
    this.frames = 0;
    this.left = 0;
    this.right = 0;
    this.svg.addEventListener("click", event => {
      const [x] = pointerOn(this.svg, event);
      if (this.frames) onPick(within(Math.round(1 + this.position(x)), 1, this.frames));
    });
  }

  /**
   * x of frame j: the film's columns, evenly spread over the frames.
   * @param {number} j
   */
  x(j) {
    return this.left + (this.frames > 1 ? (j - 1) / (this.frames - 1) : 0) * (this.right - this.left);
  }

  /** @param {number} x */
  position(x) {
    return ((x - this.left) / (this.right - this.left)) * (this.frames - 1);
  }

  /**
   * @param {Curves} curves
   * @param {number} cursor
   * @param {Beside} [beside]
   */
  draw(curves, cursor, { pinned, ghost, symbols } = {}) {
    const { width, height } = this.size;
    if (!width) return;
    this.frames = curves.t.length + 1;
    const column = width / Math.min(COLUMNS, this.frames),
      top = 8,
      bottom = height - 20;
    this.left = column / 2;
    this.right = width - column / 2;
    /** @type {Scale} */
    const y = value => bottom - value * (bottom - top); // the scale is fixed: 0..1
    /** @param {number[]} values */
    const line = values =>
      path(values.map((v, i) => [this.left + (i / values.length) * (this.right - this.left), y(v)]));
    const at = this.x(cursor);
    this.svg.replaceChildren(
      ...[0, 0.5, 1].flatMap(v => [
        svg("line", { x1: 0, x2: width, y1: y(v), y2: y(v), class: "gridline" }),
        svg("text", { x: 2, y: y(v) + (v === 1 ? 11 : -3), class: "tick" }, v),
      ]),
      svg("path", { d: line(curves.sigma_bound), class: "bound" }),
      ...(pinned ? [svg("path", { d: line(pinned), class: "pinned-line" })] : []),
      ...(ghost ? this.ghost(ghost, line(ghost), y) : []),
      ...this.noise(curves.sigma, y, bottom),
      svg("line", { x1: at, x2: at, y1: top, y2: bottom, class: "cursor-line" }),
      ...thinned(this.frames, COLUMNS).map(j =>
        svg("text", { x: this.x(j), y: height - 5, class: "tick middle" }, curves.t[j - 1] ?? 0),
      ),
      svg(
        "text",
        { x: this.right, y: y(1) + 14, class: "legend end" },
        `dashed: all ${width > 500 ? "the noise " : ""}there can be${symbols && width > 500 ? ", at eta_max" : ""}`,
      ),
    );
    this.describe(curves, cursor);
  }

  /**
   * What a guess stood for, with its name at its first step.
   * @param {number[]} sigma
   * @param {string} path
   * @param {Scale} y
   */
  ghost(sigma, path, y) {
    return [
      svg("path", { d: path, class: "ghost" }),
      svg("text", { x: this.left + 6, y: y(sigma[0]) - 6, class: "ghost-word" }, "your guess"),
    ];
  }

  /**
   * The run's own sigma: an area, its edge, and a dot a step where they do not crowd.
   * @param {number[]} sigma
   * @param {Scale} y
   * @param {number} bottom
   */
  noise(sigma, y, bottom) {
    /** @type {[number, number][]} */
    const area = sigma.map((v, i) => [this.x(i + 1), y(v)]);
    const [first, last] = [area[0], area[area.length - 1]];
    return [
      svg("path", { d: `${path(area)}L${last[0]},${bottom}L${first[0]},${bottom}Z`, class: "noise-area" }),
      svg("path", { d: path(area), class: "noise-line" }),
      ...(area.length <= 60 ? area.map(([cx, cy]) => svg("circle", { cx, cy, r: 3, class: "noise-dot" })) : []),
    ];
  }

  /**
   * @param {Curves} curves
   * @param {number} cursor
   */
  describe(curves, cursor) {
    const now = curves.sigma[cursor - 1];
    this.svg.setAttribute(
      "aria-label",
      `sigma over the steps visited, from ${curves.sigma[0]} at t = ${curves.t[0]}; ` +
        (now === undefined ? "the cursor is at t = 0" : `at the cursor, t = ${curves.t[cursor - 1]}, sigma is ${now}`),
    );
  }
}

export class Ruler {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.svg = finder(root)(".ruler", SVGSVGElement);
    this.size = sized(this.svg);
  }

  /**
   * @param {Curves} curves
   * @param {number} T
   * @param {number} cursor
   * @param {Library | null} library the steps that it would visit; its ticks stand under the run's
   */
  draw(curves, T, cursor, library = null) {
    this.svg.classList.toggle("two-rows", library !== null);
    const { width, height } = this.size;
    if (!width) return;
    /** @type {Scale} */
    const x = t => 6 + (1 - t / T) * (width - 12);
    const mid = 12,
      steps = curves.t.length;
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
        `visits ${steps} of ${T} steps, first t = ${curves.t[0]}` +
          (library && width > 560 ? ` · below: ${library.library}` : ""),
      ),
      svg("text", { x: width - 2, y: height - 3, class: "tick end" }, "0, digit"),
    );
    this.svg.setAttribute(
      "aria-label",
      `ruler of steps visited: ${steps} of ${T}, from t = ${curves.t[0]} to t = ${curves.t.at(-1)}, then 0` +
        (library ? `; ${library.told}` : ""),
    );
  }

  /**
   * @param {Library | null} library
   * @param {Scale} x
   * @param {number} top
   */
  ofLibrary(library, x, top) {
    if (!library) return [];
    const ticks = library.visited.map(t => `M${x(t).toFixed(1)},${top}v6`).join("");
    const crosses = library.outside.map(t => `M${(x(t) - 3).toFixed(1)},${top}l6,6m0,-6l-6,6`).join("");
    return [svg("path", { d: ticks, class: "library-visited" }), svg("path", { d: crosses, class: "library-outside" })];
  }
}
