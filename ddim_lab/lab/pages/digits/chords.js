// The tab "Path": the learner's few steps as chords over the finest path of the same start, in one fixed plane.
import { element, svg } from "../../static/dom.js";
import { line } from "../../static/plot.js";

const WIDTH = 270,
  HEIGHT = 190,
  EDGE = 26;

/** @typedef {import("../../static/plot.js").Point} Point */
/**
 * @typedef {{ fine: Point[], path: Point[], gap: number, image: number, S: number, T: number, eta: number,
 *   solver: string, share: number, walked?: number, of?: number }} Walk
 *   what the server tells: both paths, or how far it has come
 */

/**
 * A map of the plane onto the chart, on which all `points` have room.
 * @param {Point[]} points
 * @returns {(point: Point) => Point}
 */
export function fitted(points) {
  const axes = [0, 1].map(axis => points.map(point => point[axis]));
  const [middleX, middleY] = axes.map(values => (Math.min(...values) + Math.max(...values)) / 2),
    [spanX, spanY] = axes.map(values => Math.max(Math.max(...values) - Math.min(...values), 1e-9)),
    scale = Math.min((WIDTH - 2 * EDGE) / spanX, (HEIGHT - 4 * EDGE) / spanY);
  return ([x, y]) => [WIDTH / 2 + (x - middleX) * scale, HEIGHT / 2 - EDGE / 2 - (y - middleY) * scale];
}

export class Chords {
  /** @param {Record<string, string>} solvers a word for each */
  constructor(solvers) {
    this.solvers = solvers;
    this.box = element("div", "chords");
    this.chart = svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": "path of the image in focus",
    });
    this.words = element("p", "verdict", undefined, { role: "status" });
    this.note = element("p", "hint");
    this.box.append(this.chart, this.words, this.note);
  }

  /** Until the new path is there, the old one stands as held. */
  wait() {
    this.box.dataset.state = "held";
    this.words.textContent = "walking …";
  }

  /** @param {Walk} head */
  draw(head) {
    if (head.walked) {
      this.words.textContent = `walking … ${head.walked} of ${head.of} steps`;
      return;
    }
    this.box.dataset.state = "fresh";
    this.drawPaths(head);
    const { S, T, image, gap, solver } = head,
      steps = `${S} step${S > 1 ? "s" : ""}${solver === "ddim" ? "" : ` of ${this.solvers[solver]}`}`;
    this.words.textContent = `Gap at the end: ${gap.toFixed(3)} (pixel RMS)`;
    this.note.textContent =
      `Solid: image ${image + 1} in ${steps}, eta ${+head.eta.toFixed(3)}. ` +
      `Dashed: the same start in ${T} steps${solver === "ddim" ? "" : " of DDIM"}, eta 0. ` +
      `One fixed plane; it holds ${(100 * head.share).toFixed(1)} % of the dashed path.`;
    this.chart.setAttribute(
      "aria-label",
      `Path of image ${image + 1} in ${S} steps over its path in ${T} steps; gap at the end ${gap.toFixed(3)}`,
    );
  }

  /** @param {Walk} head */
  drawPaths(head) {
    const at = fitted(head.fine),
      fine = head.fine.map(at),
      path = head.path.map(at);
    const [, startY] = fine[0],
      [endX, endY] = path[path.length - 1],
      [fineX, fineY] = fine[fine.length - 1];
    this.chart.replaceChildren(
      svg("path", { d: line(fine), class: "bound" }),
      svg("path", { d: line(path), class: "chord" }),
      ...(path.length <= 60 ? path.map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, class: "chord-dot" })) : []),
      svg("line", { x1: endX, y1: endY, x2: fineX, y2: fineY, class: "gap" }),
      svg("circle", { cx: endX, cy: endY, r: 5, class: "chord-end" }),
      svg("circle", { cx: fineX, cy: fineY, r: 4, class: "fine-end" }),
      svg("text", { x: 6, y: Math.max(14, startY - 12) }, "x_T, noise"),
      svg("text", { x: WIDTH - 6, y: fineY + 22, class: "end" }, "x_0, digit"),
    );
  }
}
