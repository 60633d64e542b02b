// The variance arc: how the noise of a transition is shared between fresh and put back.
import { finder, svg } from "../../static/dom.js";
import { grab, pointIn } from "../../static/grab.js";

/** @typedef {import("./charts.js").Curves} Curves */

const ORIGIN = { x: 30, y: 128 },
  RADIUS = 108; // of the arc

/**
 * The share of eta's bound that an arm from the arc's origin to a point stands for: its sine, 0..1.
 * @param {{ x: number, y: number }} point
 */
export function shareAt(point) {
  return Math.sin(Math.atan2(Math.max(ORIGIN.y - point.y, 0), Math.max(point.x - ORIGIN.x, 1e-6)));
}

/**
 * Where on the arc a share of the bound stands.
 * @param {number} share
 */
export const onArc = share => [ORIGIN.x + RADIUS * Math.sqrt(Math.max(0, 1 - share ** 2)), ORIGIN.y - RADIUS * share];

/** The variance arc of the cursor's transition, its legs fresh noise and noise put back; dragging it drags eta. */
export class Arc {
  /**
   * @param {HTMLElement} root
   * @param {(eta: number) => void} onEta
   * @param {() => void} onRelease
   */
  constructor(root, onEta, onRelease) {
    this.svg = finder(root)(".arc", SVGSVGElement);
    this.bound = 0; // of eta; 0 where no noise is left to share
    /** @param {PointerEvent} event */
    const move = event => {
      if (this.bound) onEta(shareAt(pointIn(this.svg, event)) * this.bound);
    };
    grab(this.svg, {
      begin: event => {
        if (!this.bound) return false;
        return move(event);
      },
      move,
      end: onRelease,
    });
  }

  /**
   * @param {Curves} curves
   * @param {number} cursor
   */
  draw(curves, cursor) {
    const i = Math.min(cursor, curves.t.length) - 1,
      total = curves.sigma_bound[i],
      bound = curves.eta_bound[i];
    this.bound = bound;
    const { x, y } = ORIGIN,
      r = RADIUS;
    const quarter = svg("path", { d: `M${x + r},${y}A${r},${r} 0 0 0 ${x},${y - r}`, class: "arc-line" });
    if (!bound) {
      const words = ["Last step: no", "noise is left to", "share, whatever", "eta is."]; // they fit under the arc
      this.svg.replaceChildren(
        quarter,
        ...words.map((line, i) =>
          svg("text", { x: x + 4, y: y - 44 + 14 * i, class: "legend", "data-tells": "last-step" }, line),
        ),
      );
      const first = this.svg.querySelector("text"),
        isCovered = first !== null && getComputedStyle(first).visibility === "hidden",
        told = isCovered ? "" : ": no noise is left to share, whatever eta is";
      this.svg.setAttribute("aria-label", `variance arc of the last step${told}`);
      return;
    }
    const [back, fresh] = [curves.direction[i], curves.arc_sigma[i]],
      [px, py] = [x + (r * back) / total, y - (r * fresh) / total],
      [dx, dy] = onArc(Math.min(1, 1 / bound));
    this.svg.replaceChildren(
      quarter,
      svg("rect", { x, y: y - 3, width: Math.max(0, px - x), height: 6, class: "leg-eps" }),
      svg("rect", { x: px - 3, y: py, width: 6, height: Math.max(0, y - py), class: "leg-noise" }),
      svg("line", { x1: x, y1: y, x2: px, y2: py, class: "arc-radius" }),
      svg("circle", { cx: x + r, cy: y, r: 3, class: "arc-tick" }),
      svg("text", { x: x + r + 14, y: y + 4, class: "tick" }, "eta 0, DDIM"),
      svg("circle", { cx: dx, cy: dy, r: 3, class: "arc-tick" }),
      svg("text", { x: dx + 7, y: dy + 4, class: "tick" }, "eta 1, DDPM"),
      svg("circle", { cx: x, cy: y - r, r: 3, class: "arc-tick" }),
      svg("text", { x: 2, y: y - r - 6, class: "tick" }, `eta ${bound.toFixed(3)}, the most`),
      svg("circle", { cx: px, cy: py, r: 8, class: "arc-handle" }),
      svg("text", { x, y: y + 17, class: "tick" }, `put back ${back.toFixed(3)} · fresh ${fresh.toFixed(3)}`),
    );
    this.svg.setAttribute(
      "aria-label",
      `variance arc at t = ${curves.t[i]}: predicted noise put back ${back.toFixed(3)}, ` +
        `fresh noise ${fresh.toFixed(3)}, together ${total.toFixed(3)}; its end is eta = ${bound.toFixed(3)}`,
    );
  }
}
