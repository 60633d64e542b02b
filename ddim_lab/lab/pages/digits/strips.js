// The film on the screen: its strips over time, its results, and the pinned results beside them.
import { columns } from "../../static/columns.js";
import { element, finder, hit } from "../../static/dom.js";
import { drawStrip, STATES } from "../../static/film.js";
import { media, NARROW } from "../../static/screen.js";
import { cell, result, Sheet } from "../../static/sheet.js";

/** @typedef {import("../../static/film.js").Film} Film */
/**
 * @typedef {object} Pin results that stay for comparison
 * @property {Uint8Array[]} pictures
 * @property {number} seed
 * @property {number[]} sigma
 * @property {string} label
 */

const COLUMNS = 11;
const VISIBLE = 25.5; // root-mean-square, a tenth of the range: a difference that one sees
const MIDDLE = media("(min-width: 701px) and (max-width: 1100px)");
const KINDS = { x_t: "x_t", x0: "x0", thumbs: "x0" };

export class Strips {
  /**
   * @param {HTMLElement} root
   * @param {(j: number) => void} onPick
   */
  constructor(root, onPick) {
    const $ = finder(root);
    this.sheets = Object.entries(KINDS).map(([name, kind]) => ({ name, kind, sheet: new Sheet($(`.strip.${name}`)) }));
    for (const { sheet } of this.sheets)
      sheet.box.addEventListener("click", event => {
        const node = hit(event, "[data-j]");
        if (node) onPick(Number(node.dataset.j));
      });
  }

  /**
   * On narrow screens the two rows show the cursor's column alone, and thumbnails of x_0 choose it.
   * @param {Film} film
   * @param {number} image
   * @param {number} cursor
   * @param {number[]} times of the frames
   */
  draw(film, image, cursor, times) {
    for (const { name, kind, sheet } of this.sheets) {
      const isThumbs = name === "thumbs";
      if (isThumbs && !NARROW.matches) continue;
      const shown = NARROW.matches && !isThumbs ? [cursor] : columns(film.frames, COLUMNS, cursor);
      sheet.resize(shown.length, shown.length, cell, shown.length > 1 ? COLUMNS : 1); // few are not drawn larger
      drawStrip(sheet, film, {
        kind,
        image,
        shown,
        isUnused: j => name === "x0" && j === film.frames && shown.length > 1,
        label: j => (name === "x_t" ? `t = ${times[j - 1]}` : ""),
        mark: (box, j, isUnused) => {
          box.dataset.state = isUnused || j === null ? "unused" : STATES[film.state(image, j)];
          box.classList.toggle("cursor", j === cursor);
          box.classList.toggle("unused", isUnused);
        },
      });
    }
  }
}

export class Results {
  /**
   * @param {HTMLElement} root
   * @param {(image: number) => void} onFocus
   */
  constructor(root, onFocus) {
    const $ = finder(root);
    this.box = $(".results");
    this.pinBox = $(".pinned");
    this.note = $(".held-note");
    this.sheet = new Sheet(this.box);
    this.verdict = element("p", "verdict");
    /** @type {Pin | null} */
    this.pin = null;
    this.pinned = new Sheet(element("div", "results small"));
    this.box.addEventListener("click", event => {
      const node = hit(event, "button");
      if (node) onFocus(Number(node.dataset.image));
    });
  }

  /**
   * @param {Film} film
   * @param {number} focus
   * @param {(number | string)[] | null} labels the digits asked for
   */
  draw(film, focus, labels) {
    this.sheet.resize(film.images, MIDDLE.matches ? 8 : 4, result);
    let held = false;
    this.sheet.places.forEach((node, image) => {
      const isFresh = film.isFresh(image, film.frames);
      held ||= !isFresh;
      node.dataset.state = STATES[film.state(image, film.frames)];
      const asked = labels ? `, digit ${labels[image]} asked` : "";
      update(node, "aria-pressed", `${image === focus}`);
      update(node, "aria-label", `result ${image + 1}${asked}${isFresh ? "" : ", held from an older setting"}`);
      film.draw(this.sheet, image, "x_t", image, film.frames);
    });
    this.note.hidden = !held;
  }

  /**
   * The pinned pictures, and how many of today's differ visibly from them.
   * @param {Pin | null} pin
   * @param {Film} film
   * @param {number} seed of the run on the screen
   */
  drawPinned(pin, film, seed) {
    this.pinBox.hidden = !pin;
    if (!pin) return;
    if (this.pin !== pin) this.newPin(pin);
    let changed = 0,
      compared = 0;
    this.pinned.places.forEach((place, image) => {
      const isComparable = image < film.images && film.isFresh(image, film.frames),
        differs = isComparable && rms(pin.pictures[image], film.pixels("x_t", image, film.frames)) > VISIBLE;
      compared += Number(isComparable);
      changed += Number(differs);
      place.classList.toggle("changed", differs);
      place.title = differs ? "changed" : "";
    });
    if (pin.seed !== seed) this.verdict.textContent = "another start: not comparable";
    else this.verdict.textContent = compared < pin.pictures.length ? "" : `${changed} of ${compared} changed`;
  }

  /** @param {Pin} pin */
  newPin(pin) {
    this.pin = pin;
    this.pinned = new Sheet(element("div", "results small"));
    this.pinned.resize(pin.pictures.length, 8, () => element("span", "pin-cell"));
    pin.pictures.forEach((pixels, image) => this.pinned.put(image, "pinned", pixels));
    this.pinBox.replaceChildren(element("h2", "film-title", `Pinned: ${pin.label}`), this.pinned.box, this.verdict);
  }
}

/**
 * The results of a film, to be pinned.
 * @param {Film} film
 * @param {Record<string, any>} curves of its run
 * @param {Record<string, string>} solvers a word for each
 * @returns {Pin}
 */
export function pinOf(film, { settings, sigma }, solvers) {
  const { eta, S, schedule, spacing, seed, solver } = settings,
    told = [`eta ${+eta.toFixed(3)}`, `S ${S}`, spacing, schedule, ...(solver === "ddim" ? [] : [solvers[solver]])];
  const pictures = Array.from({ length: film.images }, (_, i) => film.pixels("x_t", i, film.frames).slice());
  return { pictures, seed, sigma, label: told.join(", ") };
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {string} value
 */
function update(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * @param {Uint8Array} pixels
 * @param {Uint8Array} others
 */
const rms = (pixels, others) =>
  Math.sqrt(pixels.reduce((sum, value, i) => sum + (value - others[i]) ** 2, 0) / pixels.length);
