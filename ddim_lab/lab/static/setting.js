// eta, S, steps visited, noise schedule, sigma-hat and the start: the setting that pages share, as a page's controls.
const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 1000];
const ETA_MARKS = [
  [0, "0 DDIM"],
  [1, "1 DDPM"],
];
const ETA_KEYS = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 };

/** Where an arrow key (.01) or a page key (.1) takes eta, within 0..max; null for any other key. */
export function nudged(event, eta, max) {
  const by = ETA_KEYS[event.key];
  if (!by) return null;
  event.preventDefault();
  return Math.max(0, Math.min(max, Math.round((eta + by) * 100) / 100));
}

export class Setting {
  /** onChange(changes, dragging): what the learner set; dragging is true until the control is released. */
  constructor(root, onChange, marks = S_MARKS) {
    const $ = selector => root.querySelector(selector);
    Object.assign(this, { root, $, onChange, S_marks: marks, eta: $(".eta"), S: $(".S"), numbers: [], choices: [] });
    for (const [type, dragging] of [
      ["input", true],
      ["change", false],
    ]) {
      this.eta.addEventListener(type, () => onChange({ eta: this.rounded(+this.eta.value) }, dragging));
      this.S.addEventListener(type, () => onChange({ S: this.steps(+this.S.value) }, dragging));
    }
    this.eta.addEventListener("keydown", event => {
      const eta = nudged(event, this.settings.eta, +this.eta.max);
      if (eta !== null) onChange({ eta }, false);
    });
    this.S.addEventListener("keydown", event => this.nudgeS(event));
    this.number($(".S-number"), "S");
    for (const name of ["spacing", "schedule"]) this.choice(name);
    $(".sigma-hat").addEventListener("change", event =>
      onChange(event.target.checked ? { sigma_hat: true, eta: 1 } : { sigma_hat: false }, false),
    );
    $(".new-start").addEventListener("click", () => onChange({ seed: this.settings.seed + 1 }, false));
    this.mark(
      $(".S-marks"),
      "S",
      marks.map(S => [S, S]),
    );
    this.mark($(".eta-marks"), "eta", ETA_MARKS);
  }

  /** A number that is typed: what is none stays as it was, what is too large or small comes to the end of its range. */
  number(input, name, whole = true) {
    this.numbers.push([input, name]);
    input.addEventListener("change", () => {
      const value = whole ? Math.trunc(+input.value) : +input.value,
        known = input.value !== "" && Number.isFinite(value);
      input.value = known ? Math.max(+input.min, Math.min(+input.max || Infinity, value)) : this.settings[name];
      if (known) this.onChange({ [name]: +input.value }, false);
    });
  }

  choice(name) {
    this.choices.push(name);
    this.$(`.${name}`).addEventListener("change", event => this.onChange({ [name]: event.target.value }, false));
  }

  mark(box, name, marks) {
    box.replaceChildren(
      ...marks.map(([value, label]) => {
        const mark = Object.assign(document.createElement("button"), {
          type: "button",
          textContent: label,
          tabIndex: -1,
        });
        mark.dataset.value = value;
        mark.addEventListener("click", () => this.onChange({ [name]: value }, false));
        return mark;
      }),
    );
  }

  /** Three decimals, except at the end of the slider, which is the run's bound itself. */
  rounded(eta) {
    return eta >= +this.eta.max ? +this.eta.max : Math.min(+this.eta.max, Math.round(eta * 1000) / 1000);
  }

  /** Arrow keys move S by one, page keys to the next mark. */
  nudgeS(event) {
    const { S, T } = this.settings,
      up = ["ArrowRight", "ArrowUp"].includes(event.key),
      down = ["ArrowLeft", "ArrowDown"].includes(event.key);
    const next = up
      ? S + 1
      : down
        ? S - 1
        : event.key === "PageUp"
          ? this.S_marks.find(m => m > S)
          : event.key === "PageDown"
            ? this.S_marks.findLast(m => m < S)
            : undefined;
    if (next === undefined) return;
    event.preventDefault();
    this.onChange({ S: Math.max(1, Math.min(T, next)) }, false);
  }

  steps(position) {
    return Math.max(1, Math.round(this.settings.T ** (position / 1000)));
  }
  position(S) {
    return this.settings.T > 1 ? Math.round((1000 * Math.log(S)) / Math.log(this.settings.T)) : 1000;
  }

  /** Shows `settings`; a control under the learner's hand is left alone. */
  show(settings, etaEnd) {
    this.settings = settings;
    this.eta.max = etaEnd;
    if (!this.eta.matches(":active")) this.eta.value = settings.eta;
    this.eta.setAttribute("aria-valuetext", settings.eta.toFixed(3));
    this.$(".eta-value").textContent = settings.sigma_hat ? "1 with sigma-hat" : settings.eta.toFixed(3);
    if (!this.S.matches(":active")) this.S.value = this.position(settings.S);
    this.S.setAttribute("aria-valuetext", `${settings.S} steps`);
    this.$(".S-number").max = settings.T;
    for (const [input, name] of this.numbers) if (!input.matches(":focus")) input.value = settings[name];
    for (const name of this.choices) this.$(`.${name}`).value = settings[name];
    this.$(".sigma-hat").checked = settings.sigma_hat;
    for (const mark of this.$(".S-marks").children) {
      mark.style.left = `${this.position(+mark.dataset.value) / 10}%`;
      mark.hidden = +mark.dataset.value > settings.T;
    }
    for (const mark of this.$(".eta-marks").children) mark.style.left = `${(100 * mark.dataset.value) / etaEnd}%`;
  }
}
