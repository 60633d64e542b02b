// A canvas that draws in units of the plane, -3 .. 3 both ways, within a square of it.
import { inkOf } from "../../static/sheet.js";

/** @typedef {import("./spots.js").Spot} Spot */

export const REACH = 3;
const COLOURS = ["ink", "state", "muted", "line", "x0", "eps", "noise", "paper", "soft", "guess-line"];

export class Ink {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = inkOf(canvas);
    this.at = { x: 0, y: 0, scale: 1 };
    /** @type {Record<string, string>} */
    this.colour = {};
    this.font = "";
    this.colours();
  }

  /** Of the theme, read again at each drawing of the whole canvas. */
  colours() {
    const style = getComputedStyle(this.canvas);
    for (const name of COLOURS) this.colour[name] = style.getPropertyValue(`--${name}`).trim();
    this.font = style.fontFamily;
  }

  /**
   * An empty canvas of this size on the screen.
   * @param {number} width
   * @param {number} height
   */
  clear(width, height) {
    const ratio = window.devicePixelRatio || 1,
      size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) {
      Object.assign(this.canvas, size);
      this.canvas.style.height = `${height}px`;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.colours();
  }

  /**
   * A square with its title; `inside` draws in units of the plane.
   * @param {import("./panels.js").Square} square
   * @param {string} title
   * @param {() => void} inside
   * @param {boolean} [active]
   */
  panel([x, y, side], title, inside, active = false) {
    const { context, colour } = this;
    Object.assign(context, { fillStyle: colour.muted, font: `600 12px ${this.font}`, textAlign: "left" });
    context.fillText(title, x, y - 6);
    context.save();
    context.beginPath();
    context.rect(x, y, side, side);
    context.clip();
    this.at = { x: x + side / 2, y: y + side / 2, scale: side / (2 * REACH) };
    Object.assign(context, { strokeStyle: colour.line, lineWidth: 1 });
    context.beginPath();
    for (const v of [-2, 0, 2]) {
      context.moveTo(this.px(v), y);
      context.lineTo(this.px(v), y + side);
      context.moveTo(x, this.py(v));
      context.lineTo(x + side, this.py(v));
    }
    context.stroke();
    inside();
    context.restore();
    Object.assign(context, { strokeStyle: active ? colour["guess-line"] : colour.line, lineWidth: active ? 3 : 1 });
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  }

  /** @param {number} v */
  px(v) {
    return this.at.x + v * this.at.scale;
  }

  /** @param {number} v */
  py(v) {
    return this.at.y - v * this.at.scale;
  }

  /**
   * A cross, as large whatever the scale.
   * @param {Spot} at
   */
  cross([x, y]) {
    const { context } = this,
      [px, py] = [this.px(x), this.py(y)];
    Object.assign(context, { strokeStyle: this.colour["guess-line"], lineWidth: 2 });
    context.beginPath();
    context.moveTo(px - 10, py);
    context.lineTo(px + 10, py);
    context.moveTo(px, py - 10);
    context.lineTo(px, py + 10);
    context.stroke();
  }

  /**
   * Squares at those of the first n points [x, y, x, y, ...] of `points` for which isMeant(index of x) holds.
   * @param {Float32Array} points
   * @param {number} size
   * @param {(i: number) => boolean} isMeant
   * @param {number} from
   * @param {number} to
   */
  squares(points, size, isMeant, from, to) {
    const { context } = this,
      { x, y, scale } = this.at;
    for (let i = from; i < to; i += 2)
      if (isMeant(i))
        context.fillRect(x + points[i] * scale - size / 2, y - points[i + 1] * scale - size / 2, size, size);
  }

  /**
   * A path through at(from) .. at(to).
   * @param {(i: number) => Spot} at
   * @param {number} from
   * @param {number} to
   * @param {number} alpha
   * @param {number} width
   */
  way(at, from, to, alpha, width) {
    const { context } = this;
    if (to <= from) return;
    Object.assign(context, { strokeStyle: this.colour.ink, globalAlpha: alpha, lineWidth: width, lineJoin: "round" });
    context.beginPath();
    for (let i = from; i <= to; i++) {
      const [x, y] = at(i);
      context[i === from ? "moveTo" : "lineTo"](this.px(x), this.py(y));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * @param {Spot} at
   * @param {number} r
   * @param {string} fill
   * @param {string} edge
   */
  dot([x, y], r, fill, edge) {
    const { context } = this;
    Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth: 1.5 });
    context.beginPath();
    context.arc(this.px(x), this.py(y), r, 0, 7);
    context.fill();
    context.stroke();
  }

  /**
   * Words in the middle of the panel, `below` it by so much.
   * @param {string} text
   * @param {number} below
   * @param {string} font
   * @param {string} colour
   */
  middle(text, below, font, colour) {
    Object.assign(this.context, { fillStyle: colour, font: `${font} ${this.font}`, textAlign: "center" });
    this.context.fillText(text, this.at.x, this.at.y + below);
  }

  /**
   * Words at the panel's lower right corner.
   * @param {string} text
   */
  say(text) {
    const { x, y, scale } = this.at;
    Object.assign(this.context, { fillStyle: this.colour.ink, font: `12px ${this.font}`, textAlign: "right" });
    this.context.fillText(text, x + REACH * scale - 6, y + REACH * scale - 8);
  }

  /**
   * Arrows on a grid, none longer than a cell and a bit.
   * @param {Float32Array} arrows [dx, dy, ...], row by row
   * @param {{ arrows: number, longest: number }} head how many a side, and the longest of them
   */
  arrows(arrows, { arrows: n, longest }) {
    const { context } = this,
      step = (2 * REACH) / (n - 1),
      scale = (0.9 * step * this.at.scale) / Math.max(longest, 1e-9),
      most = 1.1 * step * this.at.scale;
    Object.assign(context, { strokeStyle: this.colour.eps, lineWidth: 1.3 });
    context.beginPath();
    for (let r = 0; r < n; r++)
      for (let c = 0; c < n; c++) {
        const [dx, dy] = [arrows[2 * (r * n + c)] * scale, -arrows[2 * (r * n + c) + 1] * scale],
          length = Math.hypot(dx, dy),
          shorter = length > most ? most / length : 1;
        this.arrow(this.px(-REACH + c * step), this.py(-REACH + r * step), dx * shorter, dy * shorter, length);
      }
    context.stroke();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} dx
   * @param {number} dy
   * @param {number} length
   */
  arrow(x, y, dx, dy, length) {
    const { context } = this,
      [ex, ey] = [x + dx, y + dy],
      angle = Math.atan2(dy, dx),
      tip = Math.min(4, length / 2);
    context.moveTo(x, y);
    context.lineTo(ex, ey);
    for (const turn of [2.6, -2.6]) {
      context.moveTo(ex, ey);
      context.lineTo(ex + tip * Math.cos(angle + turn), ey + tip * Math.sin(angle + turn));
    }
  }
}
