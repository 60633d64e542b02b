// The controls of the first page: the shared setting, and what else a run of the network has.
import { Setting } from "../../static/setting.js";

const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000];

export class Controls extends Setting {
  /**
   * @param {HTMLElement} root
   * @param {import("../../static/setting.js").OnChange} onChange
   */
  constructor(root, onChange) {
    super(root, onChange, S_MARKS);
    for (const name of ["images", "T", "seed"]) this.number(this.$(`.${name}`, HTMLInputElement), name);
    this.number(this.$(".guidance", HTMLInputElement), "guidance", false);
    for (const name of ["digit", "clip", "solver"]) this.choice(name);
  }

  /**
   * @param {import("../../static/setting.js").Values} settings
   * @param {number} etaEnd
   */
  show(settings, etaEnd) {
    super.show(settings, etaEnd);
    if (settings.sigma_hat) this.eta.disabled = true;
  }
}
