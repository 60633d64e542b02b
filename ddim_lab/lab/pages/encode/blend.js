// Between two or four codes: on the sphere where noise lives, and on the straight line that leaves it.

import { button, element, pressed, slid } from "../../static/dom.js";
import { cell, choice } from "../../static/sheet.js";
import { Big, decoded, Row } from "./row.js";

const STRIP = 9,
  SIDE = 5,
  START = [{ mine: true }, { seed: 0, image: 8 }, { seed: 0, image: 7 }, { seed: 0, image: 2 }];

export class Blend {
  constructor(page) {
    const root = page.root.querySelector(".stage-blend");
    Object.assign(this, {
      page,
      root,
      $: selector => root.querySelector(selector),
      n: 2,
      along: "sphere",
      weight: 0.5,
      label: "none",
      corners: START.map(one => ({ ...one })),
    });
    this.big = { sphere: new Big(this.$(".big.sphere canvas")), line: new Big(this.$(".big.line canvas")) };
    this.strips = { sphere: this.strip("sphere"), line: this.strip("line") };
    this.grid = new Row(this.$(".grid"), cell);
    this.grid.resize(SIDE * SIDE, SIDE);
    this.slots = [...root.querySelectorAll(".corner-slot")].map(slot => this.slot(slot));
    this.listen();
  }

  strip(name) {
    const row = new Row(this.$(`.strip.${name}`), choice);
    row.resize(STRIP);
    row.box.addEventListener("click", event => {
      const place = event.target.closest("button");
      if (place) this.slide(+place.dataset.i / (STRIP - 1), false);
    });
    row.places.forEach((place, i) =>
      place.setAttribute(
        "aria-label",
        `${name === "sphere" ? "along the sphere" : "straight line"}, weight ${i / (STRIP - 1)}`,
      ),
    );
    return row;
  }

  /** A corner: its picture, and the buttons that put another one there. */
  slot(box) {
    const i = +box.dataset.corner,
      tile = element("div", "tile"),
      canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 }),
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
    const slider = this.$(".weight");
    slid(slider, (weight, dragging) => {
      this.slide(weight, dragging);
      if (!dragging) this.page.event("slid");
    });
    this.$(".blend-label").addEventListener("change", event => {
      this.label = event.target.value;
      this.page.request(false);
    });
    for (const button of this.root.querySelectorAll(".how-many button"))
      button.addEventListener("click", () => {
        this.many(+button.dataset.n);
        this.page.event(`blend-${this.n}`);
        this.page.request(false);
      });
    for (const button of this.root.querySelectorAll(".along button"))
      button.addEventListener("click", () => {
        this.along = button.dataset.along;
        pressed(this.root.querySelectorAll(".along button"), node => node === button);
        this.page.request(false);
      });
  }

  many(n) {
    this.n = n;
    pressed(this.root.querySelectorAll(".how-many button"), node => Number(node.dataset.n) === n);
    this.$(".two-codes").hidden = n !== 2;
    this.$(".four-codes").hidden = this.$(".along").hidden = n === 2;
  }

  slide(weight, dragging) {
    this.weight = weight;
    this.$(".weight").value = weight;
    this.$(".weight").setAttribute("aria-valuetext", `${Math.round(100 * weight)} % of B`);
    this.page.request(dragging);
  }

  changed() {
    this.page.event("corner-changed");
    this.page.request(false);
  }

  request(draft) {
    const corners = this.corners
      .slice(0, this.n)
      .map(corner => (corner.mine ? { picture: this.page.subject.picture } : corner));
    if (draft && this.n === 4) draft = false;
    return { ...this.page.common(), corners, label: this.label, weight: this.weight, along: this.along, draft };
  }

  receive(head, bytes) {
    if (head.kind === "start") this.start(head);
    else if (head.kind === "progress")
      this.progress(`encoding ${"ABCD"[head.corner]}: ${Math.round(100 * head.share)} %`);
    else if (head.kind === "between") this.between(head, bytes);
    else if (head.kind === "end")
      this.slots.filter(slot => slot.i === head.corner).forEach(slot => slot.big.put(bytes));
  }

  start(head) {
    for (const big of Object.values(this.big)) big.hold();
    const setting = JSON.stringify(head.settings),
      other = setting !== this.setting; // a draft of the weight leaves them as they are
    if (!head.draft) this.setting = setting;
    if (!head.draft || other) for (const row of [this.strips.sphere, this.strips.line, this.grid]) row.hold();
    this.corners.slice(0, this.n).forEach((corner, i) => {
      const text = corner.mine ? this.page.subject.picture : corner.picture;
      if (text) this.slots.filter(slot => slot.i === i).forEach(slot => slot.big.put(decoded(text)));
      else this.slots.filter(slot => slot.i === i).forEach(slot => slot.big.hold());
    });
  }

  between(head, bytes) {
    const of = i => bytes.subarray(784 * i, 784 * (i + 1));
    this.progress(head.share < 1 ? `decoding ${Math.round(100 * head.share)} %` : "");
    if (this.n === 4) {
      this.grid.putAll(bytes);
      [0, SIDE - 1, SIDE * (SIDE - 1), SIDE * SIDE - 1].forEach((place, i) => this.corner(i, of(place)));
      if (head.share === 1)
        this.$(".verdict-line").textContent =
          `In the middle of the grid the code has the length ${head.lengths[12].toFixed(2)}; noise has 1.`;
      return;
    }
    ["sphere", "line"].forEach((name, k) => {
      this.big[name].put(of(k));
      this.$(`.big.${name} output`).textContent = `length ${head.lengths[k].toFixed(2)}`;
      if (head.n === 2) return;
      const first = 2 + STRIP * k;
      this.strips[name].putAll(bytes.subarray(784 * first, 784 * (first + STRIP)));
      for (let i = 0; i < STRIP; i++) this.strips[name].caption(i, head.lengths[first + i].toFixed(2));
    });
    if (head.n > 2) [0, STRIP - 1].forEach((place, i) => this.corner(i, of(2 + place)));
    if (head.share === 1) this.tell(head);
  }

  /** A generated corner is known once its own code has been decoded. */
  corner(i, pixels) {
    const { mine, picture } = this.corners[i];
    if (!mine && !picture) this.slots.filter(slot => slot.i === i).forEach(slot => slot.big.put(pixels));
  }

  tell(head) {
    const [sphere, line] = head.lengths;
    this.$(".verdict-line").textContent =
      `Here the code on the sphere has the length ${sphere.toFixed(2)}, ` +
      `the one on the straight line ${line.toFixed(2)}. The sampler expects codes as long as noise: 1.`;
  }

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
