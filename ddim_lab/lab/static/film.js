// The film: grey levels as they arrive, kept for every image and step, and drawn on small canvases.
const SIDE = 28, PIXELS = SIDE * SIDE, COLUMNS = 11, HELD = "held";

export class Film {
  constructor(images, S) {
    Object.assign(this, { images, S, frames: S + 1 });
    this.x_t = new Uint8Array(images * this.frames * PIXELS);
    this.x0 = new Uint8Array(images * this.frames * PIXELS);
    this.versions = new Uint32Array(images * this.frames); // counts what arrived, so that unchanged pictures are not redrawn
    this.fresh = new Uint8Array(images * this.frames); // 0 nothing yet, 1 held from an older setting, 2 of this setting
  }

  hold() { this.fresh.forEach((value, i) => { if (value) this.fresh[i] = 1; }); }

  /** Keeps the results of another run on screen, marked as held, until there are new ones. */
  inherit(old) {
    for (let image = 0; image < Math.min(this.images, old.images); image++) {
      if (!old.state(image, old.frames)) continue;
      const at = this.at(image, this.frames), pixels = old.pixels("x_t", image, old.frames);
      this.x_t.set(pixels, at * PIXELS);
      this.x0.set(pixels, at * PIXELS);
      this.fresh[at] = 1;
    }
  }

  put({ j, first, n }, bytes) {
    for (let row = 0; row < n; row++) {
      const at = this.at(first + row, j);
      this.x_t.set(bytes.subarray(row * PIXELS, (row + 1) * PIXELS), at * PIXELS);
      this.x0.set(bytes.subarray((n + row) * PIXELS, (n + row + 1) * PIXELS), at * PIXELS);
      this.fresh[at] = 2;
      this.versions[at]++;
    }
  }

  /** Draws a picture unless the canvas shows it already. */
  paint(canvas, kind, image, j) {
    const version = this.versions[this.at(image, j)], shown = canvas.shown;
    if (shown && shown.film === this && shown.kind === kind && shown.image === image && shown.j === j && shown.version === version) return;
    canvas.shown = { film: this, kind, image, j, version };
    paint(canvas, this.pixels(kind, image, j));
  }

  at(image, j) { return image * this.frames + j - 1; }
  state(image, j) { return this.fresh[this.at(image, j)]; }
  pixels(kind, image, j) { const at = this.at(image, j) * PIXELS; return this[kind].subarray(at, at + PIXELS); }
  get exact() { return this.fresh.every(value => value === 2); }
}

/** Which frames the columns show: evenly thinned, the first, the last and the cursor always among them. */
export function columns(frames, cursor) {
  const count = Math.min(COLUMNS, frames);
  const shown = Array.from({ length: count }, (_, c) => count === 1 ? 1 : 1 + Math.round(c * (frames - 1) / (count - 1)));
  if (!shown.includes(cursor)) {
    const inner = shown.slice(1, -1), distance = inner.map(j => Math.abs(j - cursor));
    shown[1 + distance.indexOf(Math.min(...distance))] = cursor;
  }
  return shown;
}

export function paint(canvas, pixels) {
  const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < PIXELS; i++) {
    image.data[4 * i] = image.data[4 * i + 1] = image.data[4 * i + 2] = pixels[i];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

export function picture() {
  return Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
}

export class Strips {
  constructor(root, onPick) {
    this.rows = { x_t: root.querySelector(".strip.x_t"), x0: root.querySelector(".strip.x0"), thumbs: root.querySelector(".strip.thumbs") };
    for (const row of Object.values(this.rows)) {
      row.addEventListener("click", event => {
        const cell = event.target.closest("[data-j]");
        if (cell) onPick(+cell.dataset.j);
      });
    }
  }

  draw(film, image, cursor, times) {
    const shown = columns(film.frames, cursor);
    for (const [name, row] of Object.entries(this.rows)) {
      const kind = name === "x_t" ? "x_t" : "x0"; // the thumbnails of narrow screens are x_0 again
      while (row.children.length > shown.length) row.lastChild.remove();
      while (row.children.length < shown.length) row.append(cell());
      shown.forEach((j, c) => {
        const box = row.children[c], state = film.state(image, j);
        box.dataset.j = j;
        box.dataset.state = ["empty", HELD, "fresh"][state];
        box.classList.toggle("cursor", j === cursor);
        box.classList.toggle("unused", kind === "x0" && j === film.frames);
        if (state) film.paint(box.firstChild, kind, image, j);
        box.lastChild.textContent = kind === "x0" ? "" : `t = ${times[j - 1]}`;
      });
    }
    return shown;
  }
}

function cell() {
  const box = document.createElement("div");
  box.className = "cell";
  box.append(picture(), document.createElement("span"));
  return box;
}

export class Results {
  constructor(root, onFocus) {
    this.box = root.querySelector(".results");
    this.pinBox = root.querySelector(".pinned");
    this.note = root.querySelector(".held-note");
    this.box.addEventListener("click", event => {
      const button = event.target.closest("button");
      if (button) onFocus(+button.dataset.image);
    });
  }

  draw(film, focus, labels) {
    while (this.box.children.length > film.images) this.box.lastChild.remove();
    while (this.box.children.length < film.images) this.box.append(result(this.box.children.length));
    let held = false;
    [...this.box.children].forEach((button, image) => {
      const state = film.state(image, film.frames);
      held ||= state !== 2;
      button.dataset.state = ["empty", HELD, "fresh"][state];
      button.setAttribute("aria-pressed", image === focus);
      const asked = labels ? `, digit ${labels[image]} asked` : "";
      button.setAttribute("aria-label", `result ${image + 1}${asked}${state === 2 ? "" : ", held from an older setting"}`);
      if (state) film.paint(button.firstChild, "x_t", image, film.frames);
    });
    this.note.hidden = !held;
  }

  /** The pinned pictures, and how many of today's differ visibly from them (root-mean-square above a tenth of the range). */
  drawPinned(pin, film) {
    this.pinBox.hidden = !pin;
    if (!pin) return;
    this.pinBox.replaceChildren();
    let changed = 0, compared = 0;
    const grid = Object.assign(document.createElement("div"), { className: "results small" });
    pin.pictures.forEach((pixels, image) => {
      const canvas = picture();
      paint(canvas, pixels);
      const box = Object.assign(document.createElement("span"), { className: "pin-cell" });
      box.append(canvas);
      if (image < film.images && film.state(image, film.frames) === 2) {
        compared++;
        const now = film.pixels("x_t", image, film.frames);
        const rms = Math.sqrt(pixels.reduce((sum, value, i) => sum + (value - now[i]) ** 2, 0) / pixels.length);
        if (rms > 25.5) { changed++; box.classList.add("changed"); box.title = "changed"; }
      }
      grid.append(box);
    });
    const head = Object.assign(document.createElement("h2"), { className: "film-title" });
    head.textContent = `Pinned: ${pin.label}`;
    const verdict = Object.assign(document.createElement("p"), { className: "verdict" });
    verdict.textContent = !pin.sameStart ? "another start: not comparable" : compared < pin.pictures.length ? "" : `${changed} of ${compared} changed`;
    this.pinBox.append(head, grid, verdict);
  }
}

function result(image) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.image = image;
  button.append(picture());
  return button;
}
