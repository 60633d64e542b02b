// What the guide asks of the page that it leads through. A page overrides what it has more of.
import { kept, Veil } from "../veil.js";
import { LEVELS } from "./memory.js";
import { Teaching } from "./teaching.js";

/** @typedef {Record<string, any>} Values */

export class Taught {
  /**
   * @param {HTMLElement} root
   * @param {Record<string, any>} data
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    /** @type {Values} */
    this.settings = { ...data.settings }; // what is set on the page
    this.curtain = new Veil(root);
    this.teaching = new Teaching(/** @type {any} */ (this));
  }

  /** The guide that is open on the page. */
  get guide() {
    return this.teaching.guide;
  }

  /** Whether the link has something of this page's own, beside the setting. */
  get linked() {
    return Object.keys(this.data.query).length > 0;
  }

  /** What the learner did or has is told to the guide. @param {string} name */
  event(name) {
    this.guide?.happened(name);
  }

  /** A guide's step begins: what it asks for may be done already. */
  asked() {}
  /** @param {Values} _state that a question opens, or that was the learner's own */
  opened(_state) {}
  /** @param {number} _level that the guide came to */
  reached(_level) {}
  /** @param {any} _ghost what a guess stood for; null: no more */
  ghosted(_ghost) {}

  /**
   * What of the page is in its link beside the setting.
   * @returns {Values}
   */
  own() {
    return {};
  }

  /**
   * All that a question may replace, as `opened` takes it.
   * @returns {Values}
   */
  mine() {
    return { ...this.settings };
  }

  /** @param {Values} mine comes back */
  restored(mine) {
    this.opened(mine);
  }

  /**
   * Whether the page asks this question apart from its guide.
   * @param {string} _key
   */
  asksBeside(_key) {
    return false;
  }

  /**
   * The core's answer to a guess.
   * @param {import("./asking.js").Told} told
   */
  answered(told) {
    this.guide?.revealed(told);
  }

  /** What the guide keeps back where it stands is not seen. */
  veil() {
    if (!this.guide) return;
    const names = kept(this.guide);
    if (this.data.everywhere.level === LEVELS) names.absent = []; // the link asked for every control
    this.curtain.draw(names);
  }
}
