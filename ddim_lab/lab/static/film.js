// The film: grey levels as they arrive, kept for every image and step.
import { nth, PIXELS } from "./sheet.js";

/** @typedef {{ j: number, first: number, kinds: Record<string, number> }} Frame how many pictures of each kind came */

/** How a picture stands: nothing yet, of an older setting, of this one. */
export const STATES = ["empty", "held", "fresh"];
const [EMPTY, HELD, FRESH] = STATES.keys();
let films = 0;

/**
 * The pictures of a part, by kind: { x_t: [Uint8Array(784), ...], x0: [...] }.
 * @param {{ kinds: Record<string, number> }} head
 * @param {Uint8Array} bytes
 * @returns {Record<string, Uint8Array[]>}
 */
export function pictures(head, bytes) {
  let at = 0;
  const next = () => nth(bytes, at++);
  return Object.fromEntries(
    Object.entries(head.kinds).map(([kind, count]) => [kind, Array.from({ length: count }, next)]),
  );
}

export class Film {
  /**
   * @param {number} images
   * @param {number} S
   */
  constructor(images, S) {
    this.images = images;
    this.S = S;
    this.frames = S + 1;
    this.id = ++films;
    /** @type {Record<string, Uint8Array>} */
    this.kinds = {}; // kind -> the pictures of every image and step
    this.versions = new Uint32Array(images * this.frames); // counts arrivals: what is unchanged is not redrawn
    this.fresh = new Uint8Array(images * this.frames); // of STATES
  }

  hold() {
    this.fresh.forEach((state, i) => {
      if (state !== EMPTY) this.fresh[i] = HELD;
    });
  }

  /**
   * Keeps the results of another run on screen, marked as held, until there are new ones.
   * @param {Film} old
   */
  inherit(old) {
    for (let image = 0; image < Math.min(this.images, old.images); image++) {
      if (old.state(image, old.frames) === EMPTY) continue;
      const at = this.at(image, this.frames),
        pixels = old.pixels("x_t", image, old.frames);
      for (const kind of ["x_t", "x0"]) this.room(kind).set(pixels, at * PIXELS);
      this.fresh[at] = HELD;
    }
  }

  /**
   * Takes a frame in: the pictures of some images at step `j`.
   * @param {Frame} head
   * @param {Uint8Array} bytes
   */
  put(head, bytes) {
    for (const [kind, rows] of Object.entries(pictures(head, bytes)))
      rows.forEach((pixels, row) => {
        const at = this.at(head.first + row, head.j);
        this.room(kind).set(pixels, at * PIXELS);
        this.fresh[at] = FRESH;
        this.versions[at]++;
      });
  }

  /** @param {string} kind */
  room(kind) {
    this.kinds[kind] ??= new Uint8Array(this.images * this.frames * PIXELS);
    return this.kinds[kind];
  }

  /**
   * Draws a picture at place `i` of a sheet.
   * @param {import("./sheet.js").Sheet} sheet
   * @param {number} i
   * @param {string} kind
   * @param {number} image
   * @param {number} j
   */
  draw(sheet, i, kind, image, j) {
    const state = this.state(image, j);
    if (state === EMPTY) sheet.clear(i);
    else sheet.put(i, this.key(kind, image, j), this.pixels(kind, image, j), state === HELD);
  }

  /**
   * What tells a picture from those that stood in its place before.
   * @param {string} kind
   * @param {number} image
   * @param {number} j
   */
  key(kind, image, j) {
    return [this.id, kind, image, j, this.versions[this.at(image, j)]].join();
  }

  /**
   * @param {number} image
   * @param {number} j
   */
  at(image, j) {
    return image * this.frames + j - 1;
  }

  /**
   * @param {number} image
   * @param {number} j
   */
  state(image, j) {
    return this.fresh[this.at(image, j)];
  }

  /**
   * @param {number} image
   * @param {number} j
   */
  isFresh(image, j) {
    return this.state(image, j) === FRESH;
  }

  /**
   * @param {string} kind
   * @param {number} image
   * @param {number} j
   */
  pixels(kind, image, j) {
    return nth(this.room(kind), this.at(image, j));
  }

  get exact() {
    return this.fresh.every(state => state === FRESH);
  }
}

/**
 * One strip of a film.
 * @typedef {object} Strip
 * @property {string} kind
 * @property {number} image
 * @property {(number | null)[]} shown the frame of each column
 * @property {(j: number) => boolean} [isUnused] whether that frame has no picture of this kind
 * @property {(j: number) => string} label under a picture
 * @property {(box: HTMLElement, j: number | null, isUnused: boolean) => void} [mark] what else is said of a column
 */

/**
 * Draws a strip of a film on a sheet that has its places.
 * @param {import("./sheet.js").Sheet} sheet
 * @param {Film} film
 * @param {Strip} strip
 */
export function drawStrip(sheet, film, { kind, image, shown, isUnused = () => false, label, mark }) {
  shown.forEach((j, c) => {
    const box = sheet.places[c],
      unused = j !== null && isUnused(j),
      caption = /** @type {Element} */ (box.lastElementChild),
      text = j === null ? "" : label(j);
    box.dataset.j = `${j ?? ""}`;
    if (j === null || unused) sheet.blank(c);
    else film.draw(sheet, c, kind, image, j);
    if (caption.textContent !== text) caption.textContent = text;
    mark?.(box, j, unused);
  });
}
