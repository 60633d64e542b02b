// The film on the screen: its strips over time, its results, and the pinned results beside them.
import { media, NARROW } from "../../static/screen.js";
import { Sheet } from "../../static/sheet.js";

const COLUMNS = 11,
  STATES = ["empty", "held", "fresh"];
const MIDDLE = media("(min-width: 701px) and (max-width: 1100px)");

/** Which frames the columns show: evenly thinned, the first, the last and the cursor always among them. */
export function columns(frames, cursor) {
  const count = Math.min(COLUMNS, frames);
  const shown = Array.from({ length: count }, (_, c) =>
    count === 1 ? 1 : 1 + Math.round((c * (frames - 1)) / (count - 1)),
  );
  if (!shown.includes(cursor)) {
    const inner = shown.slice(1, -1),
      distance = inner.map(j => Math.abs(j - cursor));
    shown[1 + distance.indexOf(Math.min(...distance))] = cursor;
  }
  return shown;
}

export class Strips {
  constructor(root, onPick) {
    this.rows = {
      x_t: root.querySelector(".strip.x_t"),
      x0: root.querySelector(".strip.x0"),
      thumbs: root.querySelector(".strip.thumbs"),
    };
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
      const kind = name === "x_t" ? "x_t" : "x0",
        shown = NARROW.matches && name !== "thumbs" ? [cursor] : all;
      sheet.resize(shown.length, shown.length, cell, shown.length > 1 ? COLUMNS : 1); // few steps make no larger pictures
      const cells = sheet.places;
      shown.forEach((j, c) => {
        const box = cells[c],
          unused = name === "x0" && j === film.frames && shown.length > 1;
        box.dataset.j = j;
        box.dataset.state = unused ? "unused" : STATES[film.state(image, j)];
        box.classList.toggle("cursor", j === cursor);
        box.classList.toggle("unused", unused);
        if (unused) sheet.blank(c);
        else film.draw(sheet, c, kind, image, j);
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
    this.sheet.resize(film.images, MIDDLE.matches ? 8 : 4, result);
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
    let changed = 0,
      compared = 0;
    this.pinned.places.forEach((place, image) => {
      const comparable = image < film.images && film.state(image, film.frames) === 2;
      const differs = comparable && rms(pin.pictures[image], film.pixels("x_t", image, film.frames)) > 25.5;
      compared += comparable;
      changed += differs;
      place.classList.toggle("changed", differs);
      place.title = differs ? "changed" : "";
    });
    this.verdict.textContent = !pin.sameStart
      ? "another start: not comparable"
      : compared < pin.pictures.length
        ? ""
        : `${changed} of ${compared} changed`;
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

const update = (node, name, value) => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
};
const rms = (one, other) => Math.sqrt(one.reduce((sum, value, i) => sum + (value - other[i]) ** 2, 0) / one.length);
const make = (tag, className, text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });

function result(image) {
  const button = Object.assign(make("button", ""), { type: "button" });
  button.dataset.image = image;
  return button;
}
