// Between two or four codes: on the sphere where noise lives, and on the straight line that leaves it.

import { all, button, element, finder, hit, pressed, slid } from "../../static/dom.js";
import { cell, choice, nth, PIXELS, picture } from "../../static/sheet.js";
import { Big, decoded, Row } from "./row.js";

/** @typedef {{ mine?: boolean, picture?: string | null, seed?: number, image?: number }} Corner whose code is taken */
/** @typedef {{ n: number, share: number, lengths: number[] }} Between */
/** @typedef {"sphere" | "line"} Along */

/** @type {Along[]} */
const ALONG = ["sphere", "line"];
const STRIP = 9,
  SIDE = 5;
/** @type {Corner[]} */
const START = [{ mine: true }, { seed: 0, image: 8 }, { seed: 0, image: 7 }, { seed: 0, image: 2 }];

export class Blend {
  /** @param {import("./encode.js").Page} page */
  constructor(page) {
    const root = page.$(".stage-blend");
    this.page = page;
    this.$ = finder(root);
    this.n = 2;
    this.along = "sphere";
    this.weight = 0.5;
    this.label = "none";
    this.corners = START.map(corner => ({ ...corner }));
    this.setting = ""; // of what the strips show
    this.slider = this.$(".weight", HTMLInputElement);
    this.counts = all(root, ".how-many button");
    this.paths = all(root, ".along button");
    this.big = {
      sphere: new Big(this.$(".big.sphere canvas", HTMLCanvasElement)),
      line: new Big(this.$(".big.line canvas", HTMLCanvasElement)),
    };
    this.strips = { sphere: this.strip("sphere"), line: this.strip("line") };
    this.grid = new Row(this.$(".grid"), cell);
    this.grid.resize(SIDE * SIDE, SIDE);
    this.slots = all(root, ".corner-slot").map(slot => this.slot(slot));
    this.listen();
  }

  /** @param {Along} name */
  strip(name) {
    const row = new Row(this.$(`.strip.${name}`), choice);
    row.resize(STRIP);
    row.box.addEventListener("click", event => {
      const place = hit(event, "button");
      if (place) this.slide(Number(place.dataset.i) / (STRIP - 1), false);
    });
    row.places.forEach((place, i) =>
      place.setAttribute(
        "aria-label",
        `${name === "sphere" ? "along the sphere" : "straight line"}, weight ${i / (STRIP - 1)}`,
      ),
    );
    return row;
  }

  /**
   * A corner: its picture, and the buttons that put another one there.
   * @param {HTMLElement} box
   */
  slot(box) {
    const i = Number(box.dataset.corner),
      tile = element("div", "tile"),
      canvas = picture(),
      letter = "ABCD"[i];
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `corner ${letter}`);
    tile.append(canvas);
    const mine = button("", "Mine", () => {
      this.corners[i] = { picture: this.page.subject.picture };
      this.changed();
    });
    const other = button("", "Another", () => {
      const { seed = this.page.settings.seed, image = 2 * i } = this.corners[i];
      this.corners[i] = { seed, image: (image + 1) % 1000 };
      this.changed();
    });
    mine.title = "Put your digit of now here";
    other.title = "The model draws another one here";
    mine.setAttribute("aria-label", `Put my digit on ${letter}`);
    other.setAttribute("aria-label", `Another digit on ${letter}`);
    const buttons = element("div", "tools");
    buttons.append(mine, other);
    box.append(element("b", "letter-box", letter), tile, buttons);
    return { i, big: new Big(canvas) };
  }

  listen() {
    const label = this.$(".blend-label", HTMLSelectElement);
    slid(this.slider, (weight, dragging) => {
      this.slide(weight, dragging);
      if (!dragging) this.page.event("slid");
    });
    label.addEventListener("change", () => {
      this.label = label.value;
      this.page.request(false);
    });
    for (const count of this.counts)
      count.addEventListener("click", () => {
        this.many(Number(count.dataset.n));
        this.page.event(`blend-${this.n}`);
        this.page.request(false);
      });
    for (const path of this.paths)
      path.addEventListener("click", () => {
        this.along = path.dataset.along ?? "";
        pressed(this.paths, node => node === path);
        this.page.request(false);
      });
  }

  /** @param {number} n */
  many(n) {
    this.n = n;
    pressed(this.counts, node => Number(node.dataset.n) === n);
    this.$(".two-codes").hidden = n !== 2;
    for (const selector of [".four-codes", ".along"]) this.$(selector).hidden = n === 2;
  }

  /**
   * @param {number} weight
   * @param {boolean} dragging
   */
  slide(weight, dragging) {
    this.weight = weight;
    this.slider.value = `${weight}`;
    this.slider.setAttribute("aria-valuetext", `${Math.round(100 * weight)} % of B`);
    this.page.request(dragging);
  }

  changed() {
    this.page.event("corner-changed");
    this.page.request(false);
  }

  /** @param {boolean} draft */
  request(draft) {
    const corners = this.corners
      .slice(0, this.n)
      .map(corner => (corner.mine ? { picture: this.page.subject.picture } : corner));
    if (draft && this.n === 4) draft = false;
    return { ...this.page.common(), corners, label: this.label, weight: this.weight, along: this.along, draft };
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "start") this.start(head);
    else if (head.kind === "progress")
      this.progress(`encoding ${"ABCD"[head.corner]}: ${Math.round(100 * head.share)} %`);
    else if (head.kind === "between") this.between(head, bytes);
    else if (head.kind === "end") for (const big of this.bigsOf(head.corner)) big.put(bytes);
  }

  /**
   * The pictures of a corner: it has a slot beside the strips, and one at the grid.
   * @param {number} corner
   */
  bigsOf(corner) {
    return this.slots.filter(({ i }) => i === corner).map(({ big }) => big);
  }

  /** @param {{ settings: import("../../static/page.js").Values, draft: boolean }} head */
  start(head) {
    for (const big of Object.values(this.big)) big.hold();
    const setting = JSON.stringify(head.settings),
      other = setting !== this.setting; // a draft of the weight leaves them as they are
    if (!head.draft) this.setting = setting;
    if (!head.draft || other) for (const row of [this.strips.sphere, this.strips.line, this.grid]) row.hold();
    this.corners.slice(0, this.n).forEach((corner, i) => {
      const text = corner.mine ? this.page.subject.picture : corner.picture;
      for (const big of this.bigsOf(i))
        if (text) big.put(decoded(text));
        else big.hold();
    });
  }

  /**
   * @param {Between} head
   * @param {Uint8Array} bytes
   */
  between(head, bytes) {
    this.progress(head.share < 1 ? `decoding ${Math.round(100 * head.share)} %` : "");
    if (this.n === 4) {
      this.grid.putAll(bytes);
      [0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1].forEach((place, i) => this.corner(i, nth(bytes, place)));
      if (head.share === 1)
        this.$(".verdict-line").textContent =
          `In the middle of the grid the code has the length ${head.lengths[12].toFixed(2)}; noise has 1.`;
      return;
    }
    ALONG.forEach((name, k) => {
      this.big[name].put(nth(bytes, k));
      this.$(`.big.${name} output`).textContent = `length ${head.lengths[k].toFixed(2)}`;
      if (head.n === 2) return;
      const first = 2 + STRIP * k;
      this.strips[name].putAll(bytes.subarray(PIXELS * first, PIXELS * (first + STRIP)));
      for (let i = 0; i < STRIP; i++) this.strips[name].caption(i, head.lengths[first + i].toFixed(2));
    });
    if (head.n > 2) [0, STRIP - 1].forEach((place, i) => this.corner(i, nth(bytes, 2 + place)));
    if (head.share === 1) this.tell(head);
  }

  /**
   * A generated corner is known once its own code has been decoded.
   * @param {number} i
   * @param {Uint8Array} pixels
   */
  corner(i, pixels) {
    const { mine, picture } = this.corners[i];
    if (!mine && !picture) for (const big of this.bigsOf(i)) big.put(pixels);
  }

  /** @param {Between} head */
  tell(head) {
    const [sphere, line] = head.lengths;
    this.$(".verdict-line").textContent =
      `Here the code on the sphere has the length ${sphere.toFixed(2)}, ` +
      `the one on the straight line ${line.toFixed(2)}. The sampler expects codes as long as noise: 1.`;
  }

  /** @param {string} text */
  progress(text) {
    this.$(".progress").textContent = text;
  }
  done() {
    this.progress("");
  }
  draw() {}

  pictures() {
    return this.n === 4
      ? Array.from({ length: SIDE }, (_, i) => this.grid.pictures.slice(SIDE * i, SIDE * (i + 1)))
      : [this.strips.sphere.pictures, this.strips.line.pictures];
  }
}
