// Another digit: up to a level, by encoding or by noise, and down again under each of the ten labels.

import { all, finder, hit, pressed, put, slid } from "../../static/dom.js";
import { choice, nth, PIXELS } from "../../static/sheet.js";
import { Big, decoded, Row } from "./row.js";

export class Change {
  /** @param {import("./encode.js").Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".stage-change ");
    this.ways = all(page.root, ".stage-change .way button");
    this.way = "code";
    this.share = 1; // of the steps, that the digit goes up
    this.focus = 0;
    this.slider = this.$(".start", HTMLInputElement);
    this.guidance = this.$(".guidance", HTMLInputElement);
    this.from = new Big(this.$(".change-from", HTMLCanvasElement));
    this.turn = new Big(this.$(".change-turn", HTMLCanvasElement));
    this.ten = new Row(this.$(".ten"), choice);
    this.ten.resize(10, 5);
    this.name();
    this.listen();
  }

  listen() {
    for (const button of this.ways)
      button.addEventListener("click", () => {
        this.set(button.dataset.way ?? "");
        this.page.event(`way-${this.way}`);
        this.page.request(false);
      });
    slid(this.slider, (value, dragging) => {
      this.share = value / +this.slider.max;
      this.draw();
      this.page.request(dragging);
      if (!dragging) this.page.event("start-changed");
    });
    slid(this.guidance, (value, dragging) => this.page.change({ guidance: value }, dragging));
    this.ten.box.addEventListener("click", event => {
      const place = hit(event, "button");
      if (!place) return;
      this.focus = Number(place.dataset.i);
      this.name();
      this.page.event("digit-chosen");
    });
  }

  /** @param {string} way */
  set(way) {
    this.way = way;
    pressed(this.ways, node => node.dataset.way === way);
  }

  /** @param {number[]} [read] what the judge read under each label */
  name(read) {
    this.ten.places.forEach((place, digit) => {
      const said = read ? `${digit}${read[digit] === digit ? " ✓" : `: reads ${read[digit]}`}` : `${digit}`;
      this.ten.caption(digit, said);
      place.setAttribute("aria-label", `under label ${digit}${read ? `, the judge reads ${read[digit]}` : ""}`);
      place.setAttribute("aria-pressed", `${digit === this.focus}`);
    });
  }

  get start() {
    return Math.max(1, Math.min(this.page.settings.S, Math.round(this.share * this.page.settings.S)));
  }

  draw() {
    const { S, guidance } = this.page.settings,
      { slider } = this;
    slider.max = S;
    put(slider, this.start);
    slider.setAttribute("aria-valuetext", `${this.start} of ${S} steps`);
    this.$(".start-value").textContent = `${this.start} of ${S}`;
    put(this.guidance, Math.max(1, guidance));
    this.$(".guidance-value").textContent = guidance === 1 ? "1, off" : `${guidance}`;
    this.drawFrom();
  }

  drawFrom() {
    const { picture } = this.page.subject;
    if (picture) this.from.put(decoded(picture));
  }

  /** @param {boolean} draft */
  request(draft) {
    const { picture, label } = this.page.subject;
    return { ...this.page.common(), picture, label, way: this.way, start: this.start, focus: this.focus, draft };
  }

  /**
   * @param {Record<string, any>} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "start") {
      this.drawFrom();
      this.turn.hold();
      this.ten.hold();
      this.$(".turn-name").textContent = `${head.way === "code" ? "encoded" : "noised"} up to t = ${head.t}`;
    } else if (head.kind === "progress") this.progress(`encoding ${Math.round(100 * head.share)} %`);
    else if (head.kind === "turn") this.turn.put(bytes.subarray(0, PIXELS));
    else if (head.kind === "digits") {
      this.progress(head.share < 1 ? `decoding ${Math.round(100 * head.share)} %` : "");
      /** @type {number[]} */
      const digits = head.digits;
      digits.forEach((digit, row) => this.ten.put(digit, nth(bytes, row)));
    } else if (head.kind === "read" && head.digits.length === 10) this.tell(head.read);
  }

  /** @param {number[]} read */
  tell(read) {
    this.name(read);
    const right = read.filter((digit, asked) => digit === asked).length,
      own = this.page.subject.label;
    const same = own === "none" ? 0 : read.filter(digit => `${digit}` === own).length;
    const still = own === "none" ? "" : `, and still a ${own} in ${same}`;
    this.$(".verdict-line").textContent = `The judge reads the digit that was asked for in ${right} of 10${still}.`;
  }

  /** @param {string} text */
  progress(text) {
    this.$(".progress").textContent = text;
  }
  done() {
    this.progress("");
  }

  pictures() {
    return [this.ten.pictures.slice(0, 5), this.ten.pictures.slice(5)];
  }
}
