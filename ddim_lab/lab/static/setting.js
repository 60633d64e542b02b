// eta, S, steps visited and noise schedule: the setting that all pages share, as this page's controls.
const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 1000];
const STEPS = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 };

export class Setting {
  /** onChange(changes, dragging): dragging is true until the control is released. */
  constructor(root, onChange) {
    const $ = selector => root.querySelector(selector);
    Object.assign(this, { $, onChange, eta: $(".eta"), S: $(".S"), number: $(".S-number") });
    for (const [type, dragging] of [["input", true], ["change", false]]) {
      this.eta.addEventListener(type, () => onChange({ eta: this.rounded(+this.eta.value) }, dragging));
      this.S.addEventListener(type, () => onChange({ S: this.steps(+this.S.value) }, dragging));
    }
    this.eta.addEventListener("keydown", event => {
      if (!STEPS[event.key]) return;
      event.preventDefault();
      onChange({ eta: Math.max(0, Math.min(+this.eta.max, Math.round((this.settings.eta + STEPS[event.key]) * 100) / 100)) }, false);
    });
    this.S.addEventListener("keydown", event => this.nudgeS(event));
    this.number.addEventListener("change", () => onChange({ S: Math.max(1, Math.min(this.settings.T, Math.trunc(+this.number.value) || this.settings.S)) }, false));
    for (const name of ["spacing", "schedule"]) $(`.${name}`).addEventListener("change", event => onChange({ [name]: event.target.value }, false));
    $(".sigma-hat").addEventListener("change", event => onChange(event.target.checked ? { sigma_hat: true, eta: 1 } : { sigma_hat: false }, false));
    $(".new-start").addEventListener("click", () => onChange({ seed: this.settings.seed + 1 }, false));
    this.mark($(".S-marks"), S_MARKS.map(S => [S, S, "S"]));
    this.mark($(".eta-marks"), [[0, "0 DDIM", "eta"], [1, "1 DDPM", "eta"]]);
  }

  /** Three decimals, except at the end of the slider, which is the run's bound itself. */
  rounded(eta) { return eta >= +this.eta.max ? +this.eta.max : Math.min(+this.eta.max, Math.round(eta * 1000) / 1000); }

  nudgeS(event) {
    const { S, T } = this.settings, up = ["ArrowRight", "ArrowUp"].includes(event.key), down = ["ArrowLeft", "ArrowDown"].includes(event.key);
    const next = up ? S + 1 : down ? S - 1 : event.key === "PageUp" ? S_MARKS.find(m => m > S) : event.key === "PageDown" ? S_MARKS.findLast(m => m < S) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    this.onChange({ S: Math.max(1, Math.min(T, next)) }, false);
  }

  steps(position) { return Math.max(1, Math.round(this.settings.T ** (position / 1000))); }
  position(S) { return this.settings.T > 1 ? Math.round(1000 * Math.log(S) / Math.log(this.settings.T)) : 1000; }

  mark(box, marks) {
    box.replaceChildren(...marks.map(([value, label, name]) => {
      const mark = Object.assign(document.createElement("button"), { type: "button", textContent: label, tabIndex: -1 });
      mark.dataset.value = value;
      mark.addEventListener("click", () => this.onChange({ [name]: value }, false));
      return mark;
    }));
  }

  /** Shows `settings`; a control under the learner's hand is left alone. */
  show(settings, etaEnd) {
    this.settings = settings;
    this.eta.max = etaEnd;
    if (!this.eta.matches(":active")) this.eta.value = settings.eta;
    this.eta.setAttribute("aria-valuetext", settings.eta.toFixed(3));
    this.$(".eta-value").textContent = settings.sigma_hat ? "1, sigma-hat" : settings.eta.toFixed(3);
    if (!this.S.matches(":active")) this.S.value = this.position(settings.S);
    this.S.setAttribute("aria-valuetext", `${settings.S} steps`);
    this.$(".sigma-hat").checked = settings.sigma_hat;
    this.number.max = settings.T;
    if (!this.number.matches(":focus")) this.number.value = settings.S;
    for (const name of ["spacing", "schedule"]) this.$(`.${name}`).value = settings[name];
    for (const mark of this.$(".S-marks").children) { mark.style.left = `${this.position(+mark.dataset.value) / 10}%`; mark.hidden = +mark.dataset.value > settings.T; }
    for (const mark of this.$(".eta-marks").children) mark.style.left = `${100 * mark.dataset.value / etaEnd}%`;
  }
}
