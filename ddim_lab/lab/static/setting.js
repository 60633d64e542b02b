// eta, S, steps visited, noise schedule, sigma-hat and the start: the setting that pages share, as a page's controls.
import { all, element, finder, put, slid } from "./dom.js";
import { within } from "./numbers.js";

/** @typedef {Record<string, any>} Values what is set, by name */
/** @typedef {(changes: Values, dragging: boolean) => void} OnChange dragging is true until the control is released */
/** @typedef {[value: number, label: string | number]} Mark */

const S_MARKS = [1, 2, 5, 10, 20, 50, 100, 250, 1000];
const QUIET = "dpmpp_2s"; // the solver whose eta is 0
/** @type {Mark[]} */
const ETA_MARKS = [
  [0, "0 DDIM"],
  [1, "1 DDPM"],
];
/** @type {Record<string, number>} */
const NUDGES = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 };

/**
 * Where an arrow key (.01) or a page key (.1) takes a value; null for any other key.
 * @param {KeyboardEvent} event
 * @param {number} value
 * @param {number} [low]
 * @param {number} [high]
 */
export function nudged(event, value, low = -Infinity, high = Infinity) {
  const by = NUDGES[event.key];
  if (!by) return null;
  event.preventDefault();
  return within(Math.round((value + by) * 100) / 100, low, high);
}

/**
 * Where an arrow key takes S, and a page key, to the next of `marks`; null for any other key.
 * @param {string} key
 * @param {number} S
 * @param {number} T
 * @param {number[]} marks
 */
export function stepped(key, S, T, marks) {
  /** @type {Record<string, number | undefined>} */
  const places = {
    ArrowRight: S + 1,
    ArrowUp: S + 1,
    ArrowLeft: S - 1,
    ArrowDown: S - 1,
    PageUp: marks.find(mark => mark > S),
    PageDown: marks.findLast(mark => mark < S),
  };
  const to = places[key];
  return to === undefined ? null : within(to, 1, T);
}

/**
 * S at a place 0..1000 of its slider, which is logarithmic up to T.
 * @param {number} place
 * @param {number} T
 */
export const stepsAt = (place, T) => Math.max(1, Math.round(T ** (place / 1000)));

/**
 * The place of S on that slider.
 * @param {number} S
 * @param {number} T
 */
export const placeOf = (S, T) => (T > 1 ? Math.round((1000 * Math.log(S)) / Math.log(T)) : 1000);

/**
 * Three decimals, except at the end of the slider, which is the run's bound itself.
 * @param {number} eta
 * @param {number} end
 */
export const roundedEta = (eta, end) => (eta >= end ? end : Math.min(end, Math.round(eta * 1000) / 1000));

/**
 * The solver of a page that offers none: as it was given, unless noise is asked for and that solver has none.
 * @param {string} solver
 * @param {number} eta
 */
export const givenSolver = (solver, eta) => (solver === QUIET && eta > 0 ? "ddim" : solver);

/**
 * What a typed number counts as: at most the ends of its field; null where it is none.
 * @param {HTMLInputElement} input
 * @param {boolean} whole
 */
export function typedNumber(input, whole = true) {
  const value = whole ? Math.trunc(+input.value) : +input.value;
  if (input.value === "" || !Number.isFinite(value)) return null;
  return within(value, +input.min, +input.max || Infinity);
}

export class Setting {
  /**
   * @param {HTMLElement} root
   * @param {OnChange} onChange
   * @param {number[]} [marks] of S
   */
  constructor(root, onChange, marks = S_MARKS) {
    this.$ = finder(root);
    this.onChange = onChange;
    this.S_marks = marks;
    this.eta = this.$(".eta", HTMLInputElement);
    this.S = this.$(".S", HTMLInputElement);
    /** @type {Values} */
    this.settings = {};
    /** @type {[HTMLInputElement, string][]} */
    this.numbers = [];
    /** @type {string[]} */
    this.choices = [];
    this.listen();
    this.number(this.$(".S-number", HTMLInputElement), "S");
    for (const name of ["spacing", "schedule"]) this.choice(name);
    this.mark(
      this.$(".S-marks"),
      "S",
      marks.map(S => [S, S]),
    );
    this.mark(this.$(".eta-marks"), "eta", ETA_MARKS);
  }

  listen() {
    const { $, onChange } = this,
      hat = $(".sigma-hat", HTMLInputElement);
    slid(this.eta, (eta, dragging) => onChange({ eta: this.rounded(eta) }, dragging));
    slid(this.S, (place, dragging) => onChange({ S: stepsAt(place, this.settings.T) }, dragging));
    this.eta.addEventListener("keydown", event => {
      const eta = nudged(event, this.settings.eta, 0, +this.eta.max);
      if (eta !== null) onChange({ eta }, false);
    });
    this.S.addEventListener("keydown", event => {
      const S = stepped(event.key, this.settings.S, this.settings.T, this.S_marks);
      if (S === null) return;
      event.preventDefault();
      onChange({ S }, false);
    });
    hat.addEventListener("change", () =>
      onChange(hat.checked ? { sigma_hat: true, eta: 1 } : { sigma_hat: false }, false),
    );
    $(".new-start").addEventListener("click", () => onChange({ seed: this.settings.seed + 1 }, false));
  }

  /**
   * A number that is typed: what is none stays as it was, what is too large or small comes to the end of its range.
   * @param {HTMLInputElement} input
   * @param {string} name
   * @param {boolean} [whole]
   */
  number(input, name, whole = true) {
    this.numbers.push([input, name]);
    input.addEventListener("change", () => {
      const value = typedNumber(input, whole);
      input.value = `${value ?? this.settings[name]}`;
      if (value !== null) this.onChange({ [name]: value }, false);
    });
  }

  /** @param {string} name */
  choice(name) {
    this.choices.push(name);
    const select = this.$(`.${name}`, HTMLSelectElement);
    select.addEventListener("change", () => this.onChange({ [name]: select.value }, false));
  }

  /**
   * @param {HTMLElement} box
   * @param {string} name
   * @param {Mark[]} marks
   */
  mark(box, name, marks) {
    box.replaceChildren(
      ...marks.map(([value, label]) => {
        const mark = Object.assign(element("button", "", `${label}`), { type: "button", tabIndex: -1 });
        mark.dataset.value = `${value}`;
        mark.addEventListener("click", () => this.onChange({ [name]: value }, false));
        return mark;
      }),
    );
  }

  /** @param {number} eta */
  rounded(eta) {
    return roundedEta(eta, +this.eta.max);
  }

  /**
   * Shows `settings`; a control under the learner's hand is left alone.
   * @param {Values} settings
   * @param {number} etaEnd
   */
  show(settings, etaEnd) {
    const { $ } = this,
      { eta, S, T, sigma_hat } = settings;
    this.settings = settings;
    this.eta.max = `${etaEnd}`;
    this.eta.disabled = etaEnd === 0;
    put(this.eta, eta);
    this.eta.setAttribute("aria-valuetext", eta.toFixed(3));
    $(".eta-value").textContent = sigma_hat ? "1 with sigma-hat" : eta.toFixed(3);
    put(this.S, placeOf(S, T));
    this.S.setAttribute("aria-valuetext", `${S} steps`);
    $(".S-number", HTMLInputElement).max = T;
    for (const [input, name] of this.numbers) put(input, settings[name], ":focus");
    for (const name of this.choices) $(`.${name}`, HTMLSelectElement).value = settings[name];
    $(".sigma-hat", HTMLInputElement).checked = sigma_hat;
    for (const mark of all($(".S-marks"), "button")) {
      const value = Number(mark.dataset.value);
      mark.style.left = `${placeOf(value, T) / 10}%`;
      mark.hidden = value > T;
    }
    for (const mark of all($(".eta-marks"), "button")) {
      const value = Number(mark.dataset.value);
      mark.style.left = etaEnd ? `${(100 * value) / etaEnd}%` : "0";
      mark.hidden = value > etaEnd;
    }
  }
}
