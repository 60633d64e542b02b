// The controls of the first page: the shared setting, and what else a run of the network has.
import { Setting } from "../../static/setting.js";

const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000];

export class Controls extends Setting {
  constructor(root, onChange) {
    super(root, onChange, S_MARKS);
    for (let d = 0; d < 10; d++) this.$(".digit").append(new Option(`${d}`, `${d}`));
    for (const name of ["images", "T", "seed"]) this.number(this.$(`.${name}`), name);
    this.number(this.$(".guidance"), "guidance", false);
    for (const name of ["digit", "clip"]) this.choice(name);
  }

  show(settings, etaEnd) {
    super.show(settings, etaEnd);
    this.eta.disabled = settings.sigma_hat;
  }
}
