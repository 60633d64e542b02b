// Many small pictures on one canvas: a browser makes a layer of every canvas, and dozens of layers slow each drawing.
const SIDE = 28,
  GAP = 2,
  PITCH = SIDE + GAP,
  PIXELS = SIDE * SIDE,
  HELD = 97; // of 255: how much ink a held picture has

export function paint(canvas, pixels) {
  canvas.getContext("2d").putImageData(grey(pixels, 255), 0, 0);
}

export function picture() {
  return Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
}

function grey(pixels, alpha) {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < PIXELS; i++) {
    image.data[4 * i] = image.data[4 * i + 1] = image.data[4 * i + 2] = pixels[i];
    image.data[4 * i + 3] = alpha;
  }
  return image;
}

export class Sheet {
  /** In `box`, whose other children lie over the places, row by row. */
  constructor(box) {
    this.box = box;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.shown = [];
    box.classList.add("sheet");
    box.prepend(this.canvas);
  }

  /** The elements over the places. */
  get places() {
    return [...this.box.children].slice(1);
  }

  /** n places, made by `place(i)`, in rows of `columns`, spread over the width of `across` pictures. */
  resize(n, columns, place, across = columns) {
    while (this.box.children.length > n + 1) this.box.lastChild.remove();
    while (this.box.children.length < n + 1) this.box.append(place(this.box.children.length - 1));
    const width = across * PITCH,
      height = Math.ceil(n / columns) * PITCH;
    if (this.columns === columns && this.canvas.width === width && this.canvas.height === height) return;
    Object.assign(this.canvas, { width, height });
    Object.assign(this, { columns, across });
    this.box.style.setProperty("--columns", columns);
    this.box.style.setProperty("--across", across);
    this.shown = [];
  }

  /** Draws `pixels` at place i, faint if they are held, unless `key` says so already; without them, the colour `key`. */
  put(i, key, pixels, held = false) {
    if (this.shown[i] === `${key} ${held}`) return;
    this.shown[i] = `${key} ${held}`;
    const x = Math.round((((i % this.columns) + 0.5) * PITCH * this.across) / this.columns - SIDE / 2);
    const y = Math.floor(i / this.columns) * PITCH + GAP / 2;
    const context = this.canvas.getContext("2d");
    if (pixels) return context.putImageData(grey(pixels, held ? HELD : 255), x, y);
    context.clearRect(x, y, SIDE, SIDE);
    context.fillStyle = key;
    context.fillRect(x, y, SIDE, SIDE);
  }

  /** A place that waits for its picture. */
  clear(i) {
    this.put(i, "#88888830", null);
  }

  /** A place that never has one. */
  blank(i) {
    this.put(i, "transparent", null);
  }
}
