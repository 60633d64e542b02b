// A row or a grid of pictures that arrive one by one; what belongs to an older setting stays, faint, until it is replaced.
import { element } from "../../static/dom.js";
import { Sheet } from "../../static/sheet.js";

export const PIXELS = 28 * 28;

export class Row {
  /** `place(i)` makes what lies over picture i; its last child may carry a caption. */
  constructor(box, place = cell) {
    this.sheet = new Sheet(box);
    Object.assign(this, { box, place, pictures: [], held: [], version: 0 });
  }

  resize(n, columns = n) {
    if (this.n === n && this.columns === columns) return;
    if (this.n !== n) Object.assign(this, { pictures: Array(n).fill(null), held: Array(n).fill(false) });
    Object.assign(this, { n, columns });
    this.sheet.resize(n, columns, this.place);
    this.draw();
  }

  get places() {
    return this.sheet.places;
  }

  put(i, pixels) {
    this.pictures[i] = pixels.slice();
    this.held[i] = false;
    this.version++;
    this.one(i);
  }

  putAll(bytes, first = 0) {
    for (let i = 0; (i + 1) * PIXELS <= bytes.length; i++)
      this.put(first + i, bytes.subarray(i * PIXELS, (i + 1) * PIXELS));
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

  caption(i, text) {
    const last = this.places[i]?.lastChild;
    if (last && last.textContent !== text) last.textContent = text;
  }

  one(i) {
    const pixels = this.pictures[i];
    this.places[i].dataset.state = pixels ? (this.held[i] ? "held" : "fresh") : "empty";
    if (pixels) this.sheet.put(i, `${i} ${this.version}`, pixels, this.held[i]);
    else this.sheet.clear(i);
  }

  draw() {
    for (let i = 0; i < this.n; i++) this.one(i);
  }

  get complete() {
    return this.pictures.every((pixels, i) => pixels && !this.held[i]);
  }
}

export function cell() {
  const box = element("div", "cell");
  box.append(document.createElement("i"), document.createElement("span"));
  return box;
}

/** A cell that can be chosen. */
export function choice(i) {
  const node = Object.assign(element("button", "cell"), { type: "button" });
  node.dataset.i = i;
  node.append(document.createElement("i"), document.createElement("span"));
  return node;
}

/** One large picture: a canvas that knows whether what it shows is of the present setting. */
export class Big {
  constructor(canvas) {
    this.canvas = canvas;
    this.pixels = null;
  }

  put(pixels) {
    this.pixels = pixels.slice();
    this.canvas.dataset.state = "fresh";
    const image = new ImageData(28, 28);
    for (let i = 0; i < PIXELS; i++) {
      image.data.fill(pixels[i], 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  hold() {
    if (this.pixels) this.canvas.dataset.state = "held";
  }
}

export const decoded = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
export const encoded = bytes => btoa(String.fromCharCode(...bytes));
