// eta and S of a case, in hand.
import { put, slid } from "../../static/dom.js";
import { within } from "../../static/numbers.js";
import { nudged, placeOf, stepsAt } from "../../static/setting.js";

/** @typedef {import("./caselist.js").Place} Place */

const T = 1000;
/** @type {Record<string, number>} */
const NUDGES = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

export class Handles {
  /**
   * @param {import("../../static/dom.js").Find} $
   * @param {(changes: Partial<Place>, dragging: boolean) => void} set
   */
  constructor($, set) {
    this.$ = $;
    this.eta = $(".clinic .eta", HTMLInputElement);
    this.S = $(".clinic .S", HTMLInputElement);
    this.home = $(".home", HTMLButtonElement);
    /** @type {Place | null} */
    this.at = null;
    slid(this.eta, (eta, dragging) => set({ eta: Math.round(eta * 1000) / 1000 }, dragging));
    slid(this.S, (place, dragging) => set({ S: stepsAt(place, T) }, dragging));
    this.eta.addEventListener("keydown", event => {
      const eta = this.at && nudged(event, this.at.eta, 0, 1);
      if (eta !== null) set({ eta }, false);
    });
    this.S.addEventListener("keydown", event => {
      const by = NUDGES[event.key];
      if (!by || !this.at) return;
      event.preventDefault();
      set({ S: within(this.at.S + by, 1, T) }, false);
    });
  }

  /** @param {Place} at */
  show(at) {
    this.at = at;
    put(this.eta, at.eta);
    put(this.S, placeOf(at.S, T));
    this.eta.setAttribute("aria-valuetext", at.eta.toFixed(3));
    this.S.setAttribute("aria-valuetext", `${at.S} steps`);
    this.$(".clinic .eta-value").textContent = at.eta.toFixed(3);
    this.$(".clinic .S-value").textContent = `${at.S}`;
  }

  /** @param {boolean} on */
  lock(on) {
    for (const control of [this.eta, this.S, this.home]) control.disabled = on;
  }
}
