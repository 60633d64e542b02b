// Spots of a world drawn by hand: the fine grid they lie on, their text in a link, and the pen for the keyboard.
import { nearest } from "../../static/columns.js";
import { within } from "../../static/numbers.js";

/** @typedef {[x: number, y: number]} Spot */

export const SPOTS_MAX = 60,
  REACH = 2.5;
// One for each of 63 places a side: 0 among them.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
const HALF = (LETTERS.length - 1) / 2,
  STEP = 3; // places that an arrow key moves the pen

/** @param {number} value */
const index = value => Math.round(HALF * (1 + within(value, -REACH, REACH) / REACH));
/** @param {number} place */
const value = place => Math.round(1000 * REACH * (place / HALF - 1)) / 1000;

/**
 * The place of the grid nearest to a point.
 * @param {Spot} point
 * @returns {Spot}
 */
export const snapped = ([x, y]) => [value(index(x)), value(index(y))];

/**
 * Two letters a spot.
 * @param {Spot[]} spots
 */
export const written = spots =>
  spots
    .flat()
    .map(coordinate => LETTERS[index(coordinate)])
    .join("");

/**
 * The spots of a link's text, or null where it is none.
 * @param {string} text
 * @returns {Spot[] | null}
 */
export function read(text) {
  const places = [...text].map(letter => LETTERS.indexOf(letter));
  if (!places.length || places.length % 2 || places.length > 2 * SPOTS_MAX || places.includes(-1)) return null;
  return Array.from({ length: places.length / 2 }, (_, i) => [value(places[2 * i]), value(places[2 * i + 1])]);
}

/**
 * Which of the points [x, y, x, y, ...] is nearest.
 * @param {Float32Array} points
 * @param {number} x
 * @param {number} y
 */
export function nearestTo(points, x, y) {
  const distances = Array.from({ length: points.length / 2 }, (_, i) =>
    Math.hypot(points[2 * i] - x, points[2 * i + 1] - y),
  );
  return nearest(distances, 0);
}

/** @type {Record<string, Spot>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Draws by keyboard on `canvas`: arrows move the pen, Shift further, Space or Enter sets a spot by `put(x, y)`. */
export class Pen {
  /**
   * @param {HTMLElement} canvas
   * @param {() => void} moved
   * @param {(x: number, y: number) => void} put
   */
  constructor(canvas, moved, put) {
    this.canvas = canvas;
    this.on = false;
    /** @type {Spot | null} */
    this.at = null;
    canvas.addEventListener("keydown", event => {
      if (!this.on) return;
      const arrow = ARROWS[event.key],
        by = ((event.shiftKey ? 3 : 1) * STEP * REACH) / HALF,
        [x, y] = this.at ?? [0, 0];
      if (arrow) this.at = snapped([x + arrow[0] * by, y + arrow[1] * by]);
      else if (event.key === " " || event.key === "Enter") {
        this.at = [x, y];
        put(x, y);
      } else return;
      event.preventDefault();
      moved();
    });
  }

  /**
   * Takes the keyboard, or gives it back.
   * @param {boolean} on
   */
  use(on) {
    this.on = on;
    this.at = null;
    this.canvas.setAttribute("role", on ? "application" : "img");
    if (on) this.canvas.tabIndex = 0;
    else this.canvas.removeAttribute("tabindex");
  }

  get words() {
    return `draw a world: arrow keys move the pen, space sets a spot${this.at ? `; pen at ${this.at.join(", ")}` : ""}`;
  }
}
