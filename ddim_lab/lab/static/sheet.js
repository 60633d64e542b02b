// Many small pictures on one canvas: a browser makes a layer of every canvas, and dozens of layers slow each drawing.
import { element } from "./dom.js";

const SIDE = 28,
  GAP = 2,
  PITCH = SIDE + GAP,
  HELD = 97; // of 255: how much ink a held picture has
export const PIXELS = SIDE * SIDE;

/**
 * The k-th of the pictures that stand in `bytes` one after the other.
 * @param {Uint8Array} bytes
 * @param {number} k
 */
export const nth = (bytes, k) => bytes.subarray(k * PIXELS, (k + 1) * PIXELS);

/** @param {HTMLCanvasElement} canvas */
export const inkOf = canvas => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} pixels
 */
export function paint(canvas, pixels) {
  inkOf(canvas).putImageData(grey(pixels, 255), 0, 0);
  return canvas;
}

/** A canvas of the size of a picture. */
export function picture() {
  return Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
}

/**
 * @param {Uint8Array} pixels
 * @param {number} alpha
 */
function grey(pixels, alpha) {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < PIXELS; i++) {
    image.data.fill(pixels[i], 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = alpha;
  }
  return image;
}

/**
 * place(i) of a sheet: an element that lies over picture i, with a frame and a caption.
 * @template {"div" | "button"} K
 * @param {K} name
 * @param {string} className
 */
const framed = (name, className) => (/** @type {number} */ i) => {
  const node = element(name, className);
  if (node instanceof HTMLButtonElement) node.type = "button";
  node.dataset.i = `${i}`;
  node.append(element("i"), element("span"));
  return node;
};

export const cell = framed("div", "cell");
/** A cell that can be chosen. */
export const choice = framed("button", "cell");
/** A larger one. */
export const large = framed("button", "picture");

/**
 * A result, to be followed.
 * @param {number} image
 */
export function result(image) {
  const node = Object.assign(element("button"), { type: "button" });
  node.dataset.image = `${image}`;
  return node;
}

export class Sheet {
  /**
   * In `box`, whose other children lie over the places, row by row.
   * @param {HTMLElement} box
   */
  constructor(box) {
    this.box = box;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    /** @type {string[]} */
    this.shown = [];
    this.columns = 0;
    this.across = 0;
    box.classList.add("sheet");
    box.prepend(this.canvas);
  }

  /** The elements over the places. */
  get places() {
    return /** @type {HTMLElement[]} */ ([...this.box.children].slice(1));
  }

  /**
   * n places, made by `place(i)`, in rows of `columns`, spread over the width of `across` pictures.
   * @param {number} n
   * @param {number} columns
   * @param {(i: number) => Node} place
   * @param {number} [across]
   */
  resize(n, columns, place, across = columns) {
    while (this.box.children.length > n + 1) this.box.lastChild?.remove();
    while (this.box.children.length < n + 1) this.box.append(place(this.box.children.length - 1));
    const width = across * PITCH,
      height = Math.ceil(n / columns) * PITCH;
    if (this.columns === columns && this.canvas.width === width && this.canvas.height === height) return;
    Object.assign(this.canvas, { width, height });
    this.columns = columns;
    this.across = across;
    this.box.style.setProperty("--columns", `${columns}`);
    this.box.style.setProperty("--across", `${across}`);
    this.shown = [];
  }

  /**
   * Draws `pixels` at place i, faint if held, unless `key` says they are there; without them, the colour `key`.
   * @param {number} i
   * @param {string} key
   * @param {Uint8Array | null} pixels
   * @param {boolean} [held]
   */
  put(i, key, pixels, held = false) {
    if (this.shown[i] === `${key} ${held}`) return;
    this.shown[i] = `${key} ${held}`;
    const x = Math.round((((i % this.columns) + 0.5) * PITCH * this.across) / this.columns - SIDE / 2);
    const y = Math.floor(i / this.columns) * PITCH + GAP / 2;
    const ink = inkOf(this.canvas);
    if (pixels) {
      ink.putImageData(grey(pixels, held ? HELD : 255), x, y);
      return;
    }
    ink.clearRect(x, y, SIDE, SIDE);
    ink.fillStyle = key;
    ink.fillRect(x, y, SIDE, SIDE);
  }

  /**
   * A place that waits for its picture.
   * @param {number} i
   */
  clear(i) {
    this.put(i, "#88888830", null);
  }

  /**
   * A place that never has one.
   * @param {number} i
   */
  blank(i) {
    this.put(i, "transparent", null);
  }
}
