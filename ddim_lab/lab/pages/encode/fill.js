// Fill in: a mask painted over the picture, and several fillings of it side by side.
import { all, finder, slid } from "../../static/dom.js";
import { grab, passed, pointOn } from "../../static/grab.js";
import { inkOf } from "../../static/sheet.js";
import { decoded, encoded, Row } from "./row.js";

const SIDE = 28,
  ZOOM = 10,
  BRUSH = 2.2; // the brush's radius in pixels of the picture
/** @type {Record<string, (x: number, y: number) => boolean>} */
const HALVES = {
  top: (_x, y) => y < 14,
  bottom: (_x, y) => y >= 14,
  left: x => x < 14,
  right: x => x >= 14,
  none: () => false,
};

export class Fill {
  /** @param {import("./encode.js").Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".stage-fill ");
    this.mask = new Uint8Array(SIDE * SIDE);
    this.resamples = 5;
    this.n = 4;
    this.label = "none";
    this.canvas = this.$(".mask", HTMLCanvasElement);
    this.fills = new Row(this.$(".fills"));
    this.fills.resize(4, 2);
    this.half("top");
    this.listen();
  }

  listen() {
    grab(this.canvas, {
      begin: event => {
        event.preventDefault();
        this.dab(pointOn(this.canvas, event, SIDE));
      },
      move: event => {
        for (const place of passed(event)) this.dab(pointOn(this.canvas, place, SIDE));
        this.page.request(true);
      },
      end: () => {
        this.page.event("masked");
        this.page.request(false);
      },
    });
    for (const button of all(this.page.root, ".stage-fill .halves button"))
      button.addEventListener("click", () => {
        this.half(button.dataset.half ?? "none");
        this.draw();
        if (button.dataset.half !== "none") this.page.event("masked");
        this.page.request(false);
      });
    slid(this.$(".resamples", HTMLInputElement), (value, dragging) => {
      this.resamples = value;
      this.draw();
      this.page.request(dragging);
      if (!dragging) this.page.event("resamples-changed");
    });
    const label = this.$(".fill-label", HTMLSelectElement),
      n = this.$(".fill-n", HTMLSelectElement);
    label.addEventListener("change", () => {
      this.label = label.value;
      this.page.request(false);
    });
    n.addEventListener("change", () => {
      this.n = +n.value;
      this.page.request(false);
    });
  }

  /** @param {string} name */
  half(name) {
    for (let i = 0; i < SIDE * SIDE; i++) this.mask[i] = HALVES[name](i % SIDE, Math.floor(i / SIDE)) ? 1 : 0;
  }

  /** @param {import("../../static/plot.js").Point} point */
  dab([cx, cy]) {
    for (let i = 0; i < SIDE * SIDE; i++)
      if (Math.hypot((i % SIDE) + 0.5 - cx, Math.floor(i / SIDE) + 0.5 - cy) < BRUSH) this.mask[i] = 1;
    this.draw();
  }

  /** The picture, and over it the mask: hatched, so that it does not depend on colour. */
  draw() {
    this.$(".resamples-value").textContent = `${this.resamples}`;
    if (!this.page.subject.picture) return;
    const pixels = decoded(this.page.subject.picture),
      context = inkOf(this.canvas);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const [x, y] = [(i % SIDE) * ZOOM, Math.floor(i / SIDE) * ZOOM],
        grey = pixels[i];
      context.fillStyle = `rgb(${grey},${grey},${grey})`;
      context.fillRect(x, y, ZOOM, ZOOM);
      if (!this.mask[i]) continue;
      context.fillStyle = "rgba(230,159,0,.62)";
      context.fillRect(x, y, ZOOM, ZOOM);
      context.strokeStyle = "rgba(20,20,20,.75)";
      context.beginPath();
      context.moveTo(x, y + ZOOM);
      context.lineTo(x + ZOOM, y);
      context.stroke();
    }
    this.fills.resize(this.n, this.n === 8 ? 4 : this.n === 4 ? 2 : 1);
  }

  /** @param {boolean} draft */
  request(draft) {
    if (!this.mask.some(Boolean)) {
      this.$(".verdict-line").textContent = "Nothing is marked: paint over a part of the picture.";
      this.fills.empty();
      return null;
    }
    const bits = new Uint8Array((SIDE * SIDE) / 8);
    this.mask.forEach((on, i) => {
      if (on) bits[i >> 3] |= 128 >> (i & 7);
    });
    return {
      settings: this.page.settings,
      picture: this.page.subject.picture,
      mask: encoded(bits),
      label: this.label,
      resamples: this.resamples,
      n: this.n,
      draft,
    };
  }

  /**
   * @param {Record<string, any>} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "start") {
      this.draw();
      this.fills.hold();
      this.fills.places.forEach((_, i) => this.fills.caption(i, ""));
    } else if (head.kind === "fills") {
      this.progress(head.share < 1 ? `${Math.round(100 * head.share)} %` : "");
      this.fills.putAll(bytes);
    } else if (head.kind === "read") {
      /** @type {number[]} */
      const read = head.read;
      read.forEach((digit, i) => this.fills.caption(i, `reads ${digit}`));
      this.$(".verdict-line").textContent = read.length > 1 ? readAs(new Set(read).size) : "";
    }
  }

  /** @param {string} text */
  progress(text) {
    this.$(".progress").textContent = text;
  }
  done() {
    this.progress("");
  }

  pictures() {
    return [this.fills.pictures];
  }
}

/** @param {number} kinds of digits that the judge reads in the fillings */
const readAs = kinds =>
  kinds === 1
    ? "All of them read as one digit. What was not covered is untouched."
    : `They read as ${kinds} different digits. What was not covered is untouched.`;
