// A row or a grid of pictures that arrive one by one; what is of an older setting stays, faint, until it is replaced.
import { say } from "../../static/dom.js";
import { cell, nth, PIXELS, paint, Sheet } from "../../static/sheet.js";

export class Row {
  /**
   * @param {HTMLElement} box
   * @param {(i: number) => Node} place what lies over picture i; its last child may carry a caption
   */
  constructor(box, place = cell) {
    this.sheet = new Sheet(box);
    this.box = box;
    this.place = place;
    this.n = 0;
    this.columns = 0;
    /** @type {(Uint8Array | null)[]} */
    this.pictures = [];
    /** @type {boolean[]} */
    this.held = [];
    this.version = 0;
  }

  /**
   * @param {number} n
   * @param {number} [columns]
   */
  resize(n, columns = n) {
    if (this.n === n && this.columns === columns) return;
    if (this.n !== n) {
      this.pictures = Array(n).fill(null);
      this.held = Array(n).fill(false);
    }
    this.n = n;
    this.columns = columns;
    this.sheet.resize(n, columns, this.place);
    this.draw();
  }

  get places() {
    return this.sheet.places;
  }

  /**
   * @param {number} i
   * @param {Uint8Array} pixels
   */
  put(i, pixels) {
    this.pictures[i] = pixels.slice();
    this.held[i] = false;
    this.version++;
    this.drawOne(i);
  }

  /** @param {Uint8Array} bytes pictures, one after the other */
  putAll(bytes) {
    for (let i = 0; (i + 1) * PIXELS <= bytes.length; i++) this.put(i, nth(bytes, i));
  }

  hold() {
    this.held.fill(true);
    this.draw();
  }

  empty() {
    this.pictures.fill(null);
    this.version++;
    this.draw();
  }

  /**
   * @param {number} i
   * @param {string} text
   */
  caption(i, text) {
    const last = this.places[i]?.lastElementChild;
    if (last) say(last, text);
  }

  /** @param {number} i */
  drawOne(i) {
    const pixels = this.pictures[i];
    this.places[i].dataset.state = pixels ? (this.held[i] ? "held" : "fresh") : "empty";
    if (pixels) this.sheet.put(i, `${i} ${this.version}`, pixels, this.held[i]);
    else this.sheet.clear(i);
  }

  draw() {
    for (let i = 0; i < this.n; i++) this.drawOne(i);
  }
}

/** One large picture: a canvas that knows whether what it shows is of the present setting. */
export class Big {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.isShown = false;
  }

  /** @param {Uint8Array} pixels */
  put(pixels) {
    this.isShown = true;
    this.canvas.dataset.state = "fresh";
    paint(this.canvas, pixels);
  }

  hold() {
    if (this.isShown) this.canvas.dataset.state = "held";
  }
}

/**
 * The bytes of a text in base64.
 * @param {string} text
 */
export const decoded = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));

/** @param {Uint8Array} bytes */
export const encoded = bytes => btoa(String.fromCharCode(...bytes));
