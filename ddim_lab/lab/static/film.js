// The film: grey levels as they arrive, kept for every image and step, and drawn in strips and results.
import { Sheet } from "./sheet.js";

const PIXELS = 28 * 28, COLUMNS = 11, STATES = ["empty", "held", "fresh"];
const NARROW = matchMedia("(max-width: 700px)");
let films = 0;

export class Film {
  constructor(images, S) {
    Object.assign(this, { images, S, frames: S + 1, id: ++films });
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

  /** Draws a picture at place `i` of a sheet. */
  draw(sheet, i, kind, image, j) {
    const state = this.state(image, j);
    if (!state) return sheet.clear(i);
    sheet.put(i, [this.id, kind, image, j, this.versions[this.at(image, j)]].join(), this.pixels(kind, image, j), state === 1);
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

export class Strips {
  constructor(root, onPick) {
    this.rows = { x_t: root.querySelector(".strip.x_t"), x0: root.querySelector(".strip.x0"), thumbs: root.querySelector(".strip.thumbs") };
    this.sheets = Object.fromEntries(Object.entries(this.rows).map(([name, row]) => [name, new Sheet(row)]));
    for (const row of Object.values(this.rows)) {
      row.addEventListener("click", event => {
        const cell = event.target.closest("[data-j]");
        if (cell) onPick(+cell.dataset.j);
      });
    }
  }

  /** On narrow screens the two rows show the cursor's column alone, and thumbnails of x_0 choose it. */
  draw(film, image, cursor, times) {
    const all = columns(film.frames, cursor);
    for (const [name, sheet] of Object.entries(this.sheets)) {
      if (name === "thumbs" && !NARROW.matches) continue;
      const kind = name === "x_t" ? "x_t" : "x0", shown = NARROW.matches && name !== "thumbs" ? [cursor] : all;
      sheet.resize(shown.length, shown.length, cell);
      const cells = sheet.places;
      shown.forEach((j, c) => {
        const box = cells[c], unused = name === "x0" && j === film.frames && shown.length > 1;
        box.dataset.j = j;
        box.dataset.state = unused ? "unused" : STATES[film.state(image, j)];
        box.classList.toggle("cursor", j === cursor);
        box.classList.toggle("unused", unused);
        if (unused) sheet.blank(c); else film.draw(sheet, c, kind, image, j);
        const label = name === "x_t" ? `t = ${times[j - 1]}` : "";
        if (box.lastChild.textContent !== label) box.lastChild.textContent = label;
      });
    }
  }
}

function cell() {
  const box = document.createElement("div");
  box.className = "cell";
  box.append(document.createElement("i"), document.createElement("span"));
  return box;
}

export class Results {
  constructor(root, onFocus) {
    this.box = root.querySelector(".results");
    this.pinBox = root.querySelector(".pinned");
    this.note = root.querySelector(".held-note");
    this.sheet = new Sheet(this.box);
    this.box.addEventListener("click", event => {
      const button = event.target.closest("button");
      if (button) onFocus(+button.dataset.image);
    });
  }

  draw(film, focus, labels) {
    this.sheet.resize(film.images, matchMedia("(min-width: 701px) and (max-width: 1100px)").matches ? 8 : 4, result);
    let held = false;
    this.sheet.places.forEach((button, image) => {
      const state = film.state(image, film.frames);
      held ||= state !== 2;
      button.dataset.state = STATES[state];
      const asked = labels ? `, digit ${labels[image]} asked` : "";
      update(button, "aria-pressed", `${image === focus}`);
      update(button, "aria-label", `result ${image + 1}${asked}${state === 2 ? "" : ", held from an older setting"}`);
      film.draw(this.sheet, image, "x_t", image, film.frames);
    });
    this.note.hidden = !held;
  }

  /** The pinned pictures, and how many of today's differ visibly from them (root-mean-square above a tenth of the range). */
  drawPinned(pin, film) {
    this.pinBox.hidden = !pin;
    if (!pin) return;
    if (this.pin !== pin) this.newPin(pin);
    let changed = 0, compared = 0;
    this.pinned.places.forEach((place, image) => {
      const comparable = image < film.images && film.state(image, film.frames) === 2;
      const differs = comparable && rms(pin.pictures[image], film.pixels("x_t", image, film.frames)) > 25.5;
      compared += comparable;
      changed += differs;
      place.classList.toggle("changed", differs);
      place.title = differs ? "changed" : "";
    });
    this.verdict.textContent = !pin.sameStart ? "another start: not comparable" : compared < pin.pictures.length ? "" : `${changed} of ${compared} changed`;
  }

  newPin(pin) {
    this.pin = pin;
    const grid = make("div", "results small");
    this.pinned = new Sheet(grid);
    this.pinned.resize(pin.pictures.length, 8, () => make("span", "pin-cell"));
    pin.pictures.forEach((pixels, image) => this.pinned.put(image, "pinned", pixels));
    this.verdict = make("p", "verdict");
    this.pinBox.replaceChildren(make("h2", "film-title", `Pinned: ${pin.label}`), grid, this.verdict);
  }
}

const update = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };
const rms = (one, other) => Math.sqrt(one.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0) / one.length);
const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

function result(image) {
  const button = Object.assign(make("button", ""), { type: "button" });
  button.dataset.image = image;
  return button;
}
