// Another digit: up to a level, by encoding or by noise, and down again under each of the ten labels.

import { pressed, slid } from "../../static/dom.js";
import { choice } from "../../static/sheet.js";
import { Big, decoded, Row } from "./row.js";

export class Change {
  constructor(page) {
    const root = page.root.querySelector(".stage-change");
    Object.assign(this, { page, root, $: selector => root.querySelector(selector), way: "code", share: 1, focus: 0 });
    this.from = new Big(this.$(".change-from"));
    this.turn = new Big(this.$(".change-turn"));
    this.ten = new Row(this.$(".ten"), choice);
    this.ten.resize(10, 5);
    this.name();
    this.listen();
  }

  listen() {
    for (const button of this.root.querySelectorAll(".way button"))
      button.addEventListener("click", () => {
        this.set(button.dataset.way);
        this.page.event(`way-${this.way}`);
        this.page.request(false);
      });
    const start = this.$(".start"),
      guidance = this.$(".guidance");
    slid(start, (value, dragging) => {
      this.share = value / +start.max;
      this.draw();
      this.page.request(dragging);
      if (!dragging) this.page.event("start-changed");
    });
    slid(guidance, (value, dragging) => this.page.change({ guidance: value }, dragging));
    this.ten.box.addEventListener("click", event => {
      const place = event.target.closest("button");
      if (!place) return;
      this.focus = +place.dataset.i;
      this.name();
      this.page.event("digit-chosen");
    });
  }

  set(way) {
    this.way = way;
    pressed(this.root.querySelectorAll(".way button"), node => node.dataset.way === way);
  }

  name(read) {
    this.ten.places.forEach((place, digit) => {
      const said = read ? `${digit}${read[digit] === digit ? " ✓" : `: reads ${read[digit]}`}` : `${digit}`;
      this.ten.caption(digit, said);
      place.setAttribute("aria-label", `under label ${digit}${read ? `, the judge reads ${read[digit]}` : ""}`);
      place.setAttribute("aria-pressed", digit === this.focus);
    });
  }

  get start() {
    return Math.max(1, Math.min(this.page.settings.S, Math.round(this.share * this.page.settings.S)));
  }

  draw() {
    const { S, guidance } = this.page.settings,
      slider = this.$(".start");
    slider.max = S;
    if (!slider.matches(":active")) slider.value = this.start;
    slider.setAttribute("aria-valuetext", `${this.start} of ${S} steps`);
    this.$(".start-value").textContent = `${this.start} of ${S}`;
    if (!this.$(".guidance").matches(":active")) this.$(".guidance").value = Math.max(1, guidance);
    this.$(".guidance-value").textContent = guidance === 1 ? "1, off" : `${guidance}`;
    if (this.page.subject.picture) this.from.put(decoded(this.page.subject.picture));
  }

  request(draft) {
    const { picture, label } = this.page.subject;
    return { ...this.page.common(), picture, label, way: this.way, start: this.start, focus: this.focus, draft };
  }

  receive(head, bytes) {
    if (head.kind === "start") {
      this.from.put(decoded(this.page.subject.picture));
      this.turn.hold();
      this.ten.hold();
      this.$(".turn-name").textContent = `${head.way === "code" ? "encoded" : "noised"} up to t = ${head.t}`;
    } else if (head.kind === "progress") this.progress(`encoding ${Math.round(100 * head.share)} %`);
    else if (head.kind === "turn") this.turn.put(bytes.subarray(0, 784));
    else if (head.kind === "digits") {
      this.progress(head.share < 1 ? `decoding ${Math.round(100 * head.share)} %` : "");
      head.digits.forEach((digit, row) => this.ten.put(digit, bytes.subarray(784 * row, 784 * (row + 1))));
    } else if (head.kind === "read" && head.digits.length === 10) this.tell(head.read);
  }

  tell(read) {
    this.name(read);
    const right = read.filter((digit, asked) => digit === asked).length,
      own = this.page.subject.label;
    const same = own === "none" ? 0 : read.filter(digit => `${digit}` === own).length;
    const still = own === "none" ? "" : `, and still a ${own} in ${same}`;
    this.$(".verdict-line").textContent = `The judge reads the digit that was asked for in ${right} of 10${still}.`;
  }

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
