// Fill in: a mask painted over the picture, and several fillings of it side by side.
import { slid } from "../../static/dom.js";
import { grab, passed, pointOn } from "../../static/grab.js";
import { decoded, encoded, Row } from "./row.js";

const SIDE = 28,
  ZOOM = 10,
  BRUSH = 2.2; // the brush's radius in pixels of the picture
const HALVES = {
  top: (_x, y) => y < 14,
  bottom: (_x, y) => y >= 14,
  left: x => x < 14,
  right: x => x >= 14,
  none: () => false,
};

export class Fill {
  constructor(page) {
    const root = page.root.querySelector(".stage-fill");
    Object.assign(this, {
      page,
      root,
      $: selector => root.querySelector(selector),
      mask: new Uint8Array(SIDE * SIDE),
      resamples: 5,
      n: 4,
      label: "none",
    });
    this.canvas = this.$(".mask");
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
    for (const button of this.root.querySelectorAll(".halves button"))
      button.addEventListener("click", () => {
        this.half(button.dataset.half);
        this.draw();
        if (button.dataset.half !== "none") this.page.event("masked");
        this.page.request(false);
      });
    const rounds = this.$(".resamples");
    slid(rounds, (value, dragging) => {
      this.resamples = value;
      this.draw();
      this.page.request(dragging);
      if (!dragging) this.page.event("resamples-changed");
    });
    this.$(".fill-label").addEventListener("change", event => {
      this.label = event.target.value;
      this.page.request(false);
    });
    this.$(".fill-n").addEventListener("change", event => {
      this.n = +event.target.value;
      this.page.request(false);
    });
  }

  half(name) {
    for (let i = 0; i < SIDE * SIDE; i++) this.mask[i] = HALVES[name](i % SIDE, Math.floor(i / SIDE)) ? 1 : 0;
  }

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
      context = this.canvas.getContext("2d");
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

  receive(head, bytes) {
    if (head.kind === "start") {
      this.draw();
      this.fills.hold();
      this.fills.places.forEach((_, i) => this.fills.caption(i, ""));
    } else if (head.kind === "fills") {
      this.progress(head.share < 1 ? `${Math.round(100 * head.share)} %` : "");
      this.fills.putAll(bytes);
    } else if (head.kind === "read") {
      head.read.forEach((digit, i) => this.fills.caption(i, `reads ${digit}`));
      this.$(".verdict-line").textContent = head.read.length > 1 ? readAs(new Set(head.read).size) : "";
    }
  }

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
