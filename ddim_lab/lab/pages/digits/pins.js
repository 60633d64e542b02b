// What the learner pinned: the results of a run, kept beside those of the next ones.
import { finder } from "../../static/dom.js";
import { pinOf } from "./strips.js";

/** @typedef {import("./strips.js").Pin} Pin */

export class Pins {
  /**
   * @param {HTMLElement} root
   * @param {{ take: () => void, changed: () => void }} hears take(): the learner wants to pin what is there
   */
  constructor(root, { take, changed }) {
    const $ = finder(root);
    /** @type {Pin | null} */
    this.pin = null;
    this.unpin = $(".unpin");
    this.changed = changed;
    $(".pin").addEventListener("click", take);
    this.unpin.addEventListener("click", () => this.drop());
  }

  /**
   * What is pinned already makes way.
   * @param {Parameters<typeof pinOf>} run
   */
  put(...run) {
    this.pin = pinOf(...run);
    this.unpin.hidden = false;
    this.changed();
  }

  drop() {
    this.pin = null;
    this.unpin.hidden = true;
    this.changed();
  }
}
