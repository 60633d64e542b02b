// The ready digits: a page of them at a time, one of them taken.
import { choice, nth } from "../../static/sheet.js";
import { decoded, encoded, Row } from "./row.js";

/** @typedef {{ picture: string, digit: number }} ReadyDigit its picture in base64 */

export const PAGE = 8; // digits

export class Shelf {
  /**
   * @param {HTMLElement} box
   * @param {(i: number) => void} onPick
   */
  constructor(box, onPick) {
    this.row = new Row(box, choice);
    this.onPick = onPick;
    /** @type {ReadyDigit[]} */
    this.digits = [];
    this.page = 0;
    /** @type {number | undefined} */
    this.taken = undefined; // counted from the first page on; none: the digit is the learner's own
  }

  /** @param {ReadyDigit[]} digits */
  show(digits, page = 0) {
    this.page = page;
    this.digits = digits;
    this.row.resize(digits.length, PAGE);
    digits.forEach(({ picture, digit }, i) => {
      const place = this.row.places[i];
      this.row.put(i, decoded(picture));
      place.setAttribute("aria-label", `ready digit ${digit}`);
      place.onclick = () => this.onPick(i);
    });
    this.mark();
  }

  /**
   * @param {Record<string, any>} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    /** @type {number[]} */
    const digits = head.digits;
    this.show(
      digits.map((digit, i) => ({ digit, picture: encoded(nth(bytes, i)) })),
      head.page,
    );
  }

  /** @param {number} i on this page */
  take(i) {
    this.taken = PAGE * this.page + i;
    return this.digits[i];
  }

  mark() {
    this.row.places.forEach((place, i) => place.setAttribute("aria-pressed", `${this.taken === PAGE * this.page + i}`));
  }
}
