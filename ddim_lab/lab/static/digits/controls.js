// The controls: they hold the wanted setting and tell what the learner did.
const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000];

export class Controls {
  /** onChange(changes, dragging): what the learner set; dragging is true until the control is released. */
  constructor(root, onChange) {
    const $ = selector => root.querySelector(selector);
    Object.assign(this, { root, $, onChange });
    this.eta = $(".eta"); this.S = $(".S"); this.SNumber = $(".S-number");
    this.digit = $(".digit");
    for (let d = 0; d < 10; d++) this.digit.append(new Option(`${d}`, `${d}`));

    this.eta.addEventListener("input", () => onChange({ eta: this.rounded(+this.eta.value) }, true));
    this.eta.addEventListener("change", () => onChange({ eta: this.rounded(+this.eta.value) }, false));
    this.eta.addEventListener("keydown", event => this.nudge(event));
    this.S.addEventListener("input", () => onChange({ S: this.stepsAt(+this.S.value) }, true));
    this.S.addEventListener("change", () => onChange({ S: this.stepsAt(+this.S.value) }, false));
    this.S.addEventListener("keydown", event => this.nudgeS(event));
    this.number(this.SNumber, "S");
    for (const name of ["images", "T", "seed", "guidance"]) this.number($(`.${name}`), name);
    for (const name of ["spacing", "schedule", "digit", "clip"]) {
      $(`.${name}`).addEventListener("change", event => onChange({ [name]: event.target.value }, false));
    }
    $(".sigma-hat").addEventListener("change", event => onChange(event.target.checked ? { sigma_hat: true, eta: 1 } : { sigma_hat: false }, false));
    $(".new-start").addEventListener("click", () => onChange({ seed: this.settings.seed + 1 }, false));
    this.marks($(".S-marks"), S_MARKS.map(S => [S, S]), mark => onChange({ S: mark }, false));
  }

  /** Three decimals, except at the end of the slider, which is the run's bound itself. */
  rounded(eta) { return eta >= +this.eta.max ? +this.eta.max : Math.min(+this.eta.max, Math.round(eta * 1000) / 1000); }

  /** Arrow keys move eta by .01, page keys by .1, and the run follows each press. */
  nudge(event) {
    const by = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const eta = Math.max(0, Math.min(+this.eta.max, Math.round((this.settings.eta + by) * 100) / 100));
    this.onChange({ eta }, false);
  }

  /** Arrow keys move S by one, page keys to the next mark. */
  nudgeS(event) {
    const { S, T } = this.settings, up = ["ArrowRight", "ArrowUp"].includes(event.key), down = ["ArrowLeft", "ArrowDown"].includes(event.key);
    const next = up ? S + 1 : down ? S - 1 : event.key === "PageUp" ? S_MARKS.find(m => m > S) : event.key === "PageDown" ? S_MARKS.findLast(m => m < S) : null;
    if (next === null || next === undefined) return;
    event.preventDefault();
    this.onChange({ S: Math.max(1, Math.min(T, next)) }, false);
  }

  number(input, name) {
    input.addEventListener("change", () => {
      const value = name === "guidance" ? +input.value : Math.trunc(+input.value);
      const clamped = Math.max(+input.min, Math.min(+input.max || Infinity, value));
      if (input.value === "" || !Number.isFinite(value)) { input.value = this.settings[name]; return; }
      this.onChange({ [name]: clamped }, false);
    });
  }

  stepsAt(position) { return Math.max(1, Math.round(this.settings.T ** (position / 1000))); }
  positionOf(S) { return this.settings.T > 1 ? Math.round(1000 * Math.log(S) / Math.log(this.settings.T)) : 1000; }

  marks(box, pairs, onPick) {
    this.markPairs = pairs;
    box.replaceChildren(...pairs.map(([value, label]) => {
      const mark = Object.assign(document.createElement("button"), { type: "button", textContent: label, tabIndex: -1 });
      mark.dataset.value = value;
      mark.addEventListener("click", () => onPick(value));
      return mark;
    }));
  }

  /** Shows `settings`; a control under the learner's hand is left alone. */
  show(settings, etaEnd) {
    this.settings = settings;
    this.eta.max = etaEnd;
    if (!this.eta.matches(":active")) this.eta.value = settings.eta;
    this.eta.disabled = settings.sigma_hat;
    this.$(".eta-value").textContent = settings.sigma_hat ? "1 with sigma-hat" : settings.eta.toFixed(3);
    this.eta.setAttribute("aria-valuetext", settings.eta.toFixed(3));
    if (!this.S.matches(":active")) this.S.value = this.positionOf(settings.S);
    this.S.setAttribute("aria-valuetext", `${settings.S} steps`);
    this.SNumber.max = settings.T;
    const active = this.root.getRootNode().activeElement;
    for (const [input, name] of [[this.SNumber, "S"], ...["images", "T", "seed", "guidance"].map(name => [this.$(`.${name}`), name])]) {
      if (input !== active || +input.value !== settings[name]) input.value = settings[name];
    }
    for (const name of ["spacing", "schedule", "digit", "clip"]) this.$(`.${name}`).value = settings[name];
    this.$(".sigma-hat").checked = settings.sigma_hat;
    for (const mark of this.$(".S-marks").children) {
      mark.style.left = `${this.positionOf(+mark.dataset.value) / 10}%`;
      mark.hidden = +mark.dataset.value > settings.T;
    }
    this.etaMarks(etaEnd);
  }

  etaMarks(etaEnd) {
    const box = this.$(".eta-marks"), key = etaEnd.toFixed(4);
    if (box.dataset.end === key) return;
    box.dataset.end = key;
    const pairs = [[0, "0 DDIM"], [1, "1 DDPM"]];
    box.replaceChildren(...pairs.map(([value, label]) => {
      const mark = Object.assign(document.createElement("button"), { type: "button", textContent: label, tabIndex: -1 });
      mark.style.left = `${100 * value / etaEnd}%`;
      mark.addEventListener("click", () => this.onChange({ eta: value }, false));
      return mark;
    }));
  }
}
