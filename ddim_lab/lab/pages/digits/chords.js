// The tab "Path": the learner's few steps as chords over the finest path of the same start, in one fixed plane.
import { element, svg } from "../../static/dom.js";

const WIDTH = 270,
  HEIGHT = 190,
  EDGE = 26;

export class Chords {
  constructor() {
    this.box = element("div", "chords");
    this.chart = svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": "path of the image in focus",
    });
    this.words = element("p", "verdict");
    this.words.setAttribute("role", "status");
    this.note = element("p", "hint");
    this.box.append(this.chart, this.words, this.note);
  }

  /** Until the new path is there, the old one stands as held. */
  wait() {
    this.box.dataset.state = "held";
    this.words.textContent = "walking …";
  }

  draw(head) {
    if (head.walked) {
      this.words.textContent = `walking … ${head.walked} of ${head.of} steps`;
      return;
    }
    this.box.dataset.state = "fresh";
    const { fine, path } = head,
      all = fine,
      [xs, ys] = [0, 1].map(axis => all.map(point => point[axis]));
    const middle = values => (Math.min(...values) + Math.max(...values)) / 2,
      span = values => Math.max(...values) - Math.min(...values);
    const scale = Math.min(
      (WIDTH - 2 * EDGE) / Math.max(span(xs), 1e-9),
      (HEIGHT - 4 * EDGE) / Math.max(span(ys), 1e-9),
    );
    const at = ([x, y]) => [WIDTH / 2 + (x - middle(xs)) * scale, HEIGHT / 2 - EDGE / 2 - (y - middle(ys)) * scale];
    const line = points =>
      points
        .map(
          (point, i) =>
            `${i ? "L" : "M"}${at(point)
              .map(v => v.toFixed(1))
              .join(",")}`,
        )
        .join("");
    const end = at(path.at(-1)),
      fineEnd = at(fine.at(-1)),
      start = at(fine[0]);
    this.chart.replaceChildren(
      svg("path", { d: line(fine), class: "bound" }),
      svg("path", { d: line(path), class: "chord" }),
      ...(path.length <= 60
        ? path.map(at).map(([cx, cy]) => svg("circle", { cx, cy, r: 2.5, class: "chord-dot" }))
        : []),
      svg("line", { x1: end[0], y1: end[1], x2: fineEnd[0], y2: fineEnd[1], class: "gap" }),
      svg("circle", { cx: end[0], cy: end[1], r: 5, class: "chord-end" }),
      svg("circle", { cx: fineEnd[0], cy: fineEnd[1], r: 4, class: "fine-end" }),
      svg("text", { x: 6, y: Math.max(14, start[1] - 12) }, "x_T, noise"),
      svg("text", { x: WIDTH - 6, y: fineEnd[1] + 22, class: "end" }, "x_0, digit"),
    );
    this.words.textContent = `Gap at the end: ${head.gap.toFixed(3)} (pixel RMS)`;
    this.note.textContent =
      `Solid: image ${head.image + 1} in ${head.S} step${head.S > 1 ? "s" : ""}, eta ${+head.eta.toFixed(3)}. Dashed: the same start in ${head.T} steps, eta 0. ` +
      `One fixed plane; it holds ${(100 * head.share).toFixed(1)} % of the dashed path.`;
    this.chart.setAttribute(
      "aria-label",
      `Path of image ${head.image + 1} in ${head.S} steps over its path in ${head.T} steps; gap at the end ${head.gap.toFixed(3)}`,
    );
  }
}
