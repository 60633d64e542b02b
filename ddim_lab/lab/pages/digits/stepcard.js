// The step card: one transition as three pictures that add up to x_prev, grouped by meaning or by coefficient.
import { button, element, finder } from "../../static/dom.js";
import { nth, paint, picture } from "../../static/sheet.js";
import { spelled } from "../../static/words.js";

/** @typedef {{ key: string, role: string, factor: number | null }} Term */
/**
 * @typedef {object} Numbers what the server tells of a transition
 * @property {number} j
 * @property {number} image
 * @property {number} t
 * @property {number} t_prev
 * @property {{ meaning: Term[], coefficient: Term[] | null, split: Term[] }} terms
 * @property {string} belief which x₀ was used
 * @property {number | null} weight of what an extrapolation adds
 * @property {string[]} tiles the keys of the pictures that come with it
 * @property {Record<string, number>} rms
 */

/** @type {Record<string, string>} */
const WORDS = {
  x0_term: "predicted x₀",
  direction_term: "predicted noise, put back",
  noise_term: "fresh noise",
  k_x0: "k · x₀",
  m_x_t: "m · x_t",
  m_x_t_x0: "its x₀ part",
  m_x_t_eps: "its noise part",
};
/** @type {Record<string, string>} */
const LETTERS = { x0: "x₀", eps: "ε", noise: "z", state: "x" };
const FORMULA = { meaning: "step_by_meaning", coefficient: "step_by_coefficient" };
/** @type {Record<string, (weight: number) => string>} */
const BELIEFS = {
  predicted: () => "belief used: as predicted",
  extrapolated: weight => `belief used: extrapolated, x₀ + ${weight.toFixed(3)} × (x₀ − x₀ of the step before)`,
  averaged: () => "belief used: averaged with the one where the plain step lands",
};
const LEGEND =
  "×: the weight in the sum · RMS, the root of the mean square: how strong a picture is, over all its pixels";
const HIDDEN = "Grouping by k and m is hidden: with x₀ clipped and the noise kept, x₀ and noise no longer make up x_t.";

export class StepCard {
  /**
   * @param {HTMLElement} root
   * @param {import("../../static/formulas.js").Lens} lens
   * @param {{ onToggle: () => void }} hears
   */
  constructor(root, lens, { onToggle }) {
    this.box = finder(root)(".step");
    this.lens = lens;
    this.onToggle = onToggle;
    /** @type {"meaning" | "coefficient"} */
    this.grouping = "meaning";
    this.isSplit = false;
    /** @type {Numbers | undefined} */
    this.numbers = undefined;
    /** @type {Uint8Array} */
    this.bytes = new Uint8Array();
    /** @type {{ image: number, j: number } | undefined} */
    this.wanted = undefined;
  }

  /**
   * @param {Numbers} numbers
   * @param {Uint8Array} bytes
   */
  show(numbers, bytes) {
    this.numbers = numbers;
    this.bytes = bytes;
    this.draw();
    this.hold(!this.isWanted);
  }

  /**
   * Says that the numbers are of an older setting until the new ones are there.
   * @param {boolean} held
   */
  hold(held) {
    this.box.dataset.state = held ? "held" : "fresh";
  }

  /**
   * The card that belongs here: while another one is on it, it is held.
   * @param {number} image
   * @param {number} j
   */
  follow(image, j) {
    this.wanted = { image, j };
    if (this.numbers && !this.isWanted) this.hold(true);
  }

  get isWanted() {
    const { numbers, wanted } = this;
    return !wanted || (numbers?.j === wanted.j && numbers.image === wanted.image);
  }

  draw() {
    const { numbers } = this;
    if (!numbers) return;
    const isGroupable = Boolean(numbers.terms.coefficient);
    if (!isGroupable) this.grouping = "meaning";
    const head = element("div", "step-head");
    head.append(
      element("h2", "film-title", `Step t = ${numbers.t} → ${numbers.t_prev}`),
      element("span", "belief-told hint lv3", BELIEFS[numbers.belief](numbers.weight ?? 0), { "data-part": "solver" }),
      isGroupable ? this.toggles() : element("span", "hint", HIDDEN),
    );
    const formula = element("div", "formula lv2", undefined, { "data-part": "card-formula" });
    formula.dataset.formula = FORMULA[this.grouping];
    this.lens.draw(formula, [FORMULA[this.grouping]]);
    this.box.replaceChildren(head, formula, this.tiles(numbers), element("p", "hint legend", LEGEND));
    this.box.dataset.j = `${numbers.j}`;
    this.box.setAttribute("aria-label", `Step card, t = ${numbers.t} to ${numbers.t_prev}`);
  }

  toggles() {
    const box = element("div", "toggle", undefined, {
        role: "group",
        "aria-label": "Grouping of the step",
        "data-part": "grouping",
      }),
      { grouping, isSplit } = this;
    box.append(
      this.toggle("by meaning", grouping === "meaning" && !isSplit, "meaning", false),
      this.toggle("by k, m, sigma", grouping === "coefficient" && !isSplit, "coefficient", false),
    );
    if (grouping === "coefficient") box.append(this.toggle("split m·x_t", isSplit, "coefficient", !isSplit));
    return box;
  }

  /**
   * @param {string} text
   * @param {boolean} isOn
   * @param {"meaning" | "coefficient"} grouping what a press shows
   * @param {boolean} isSplit
   */
  toggle(text, isOn, grouping, isSplit) {
    const node = button("lv2", text, () => {
      this.grouping = grouping;
      this.isSplit = isSplit;
      this.draw();
      this.onToggle();
    });
    node.setAttribute("aria-pressed", `${isOn}`);
    return node;
  }

  /**
   * The network's own belief beside the one that a solver made of it and the step used.
   * @param {string[]} tiles
   */
  beliefs(tiles) {
    const box = element("div", "beliefs");
    box.append(
      this.small(tiles.indexOf("x0_model"), "x₀, own"),
      element("span", "operator", "→"),
      this.small(tiles.indexOf("x0"), "x₀, used"),
    );
    return box;
  }

  /**
   * @param {number} i of the pictures that came with the card
   * @param {string} words
   */
  small(i, words) {
    const box = element("figure", "tile x0 small");
    box.append(paint(picture(), nth(this.bytes, i)), element("figcaption", "", words));
    return box;
  }

  /** @param {Numbers} numbers */
  terms({ terms }) {
    if (this.grouping === "meaning" || !terms.coefficient) return terms.meaning;
    if (!this.isSplit) return terms.coefficient;
    const [k, , noise] = terms.coefficient;
    return [k, ...terms.split, noise];
  }

  /** @param {Numbers} numbers */
  tiles(numbers) {
    const row = element("div", "tiles", undefined, {
      role: "group",
      "aria-label": "the terms of the step as pictures",
      tabindex: "0", // it scrolls on narrow screens
    });
    row.append(
      this.tile(numbers, { key: "x_t", role: "state", factor: null }, "x_t, before"),
      element("span", "operator arrow", "→"),
    );
    this.terms(numbers).forEach((term, i) => {
      if (i) row.append(element("span", "operator", "+"));
      const tile = this.tile(numbers, term, WORDS[term.key.split(":")[1]]);
      if (this.isSplit && term.key.startsWith("split:")) tile.classList.add("splitting");
      row.append(tile);
    });
    row.append(
      element("span", "operator", "="),
      this.tile(numbers, { key: "x_prev", role: "state", factor: null }, "x_prev, after"),
    );
    if (numbers.tiles.includes("x0_model")) row.append(this.beliefs(numbers.tiles));
    return row;
  }

  /**
   * @param {Numbers} numbers
   * @param {Term} term
   * @param {string} words
   */
  tile({ tiles, rms }, { key, role, factor }, words) {
    const box = element("figure", `tile ${role}`),
      caption = element("figcaption"),
      named = element("span", "", spelled(words)),
      size = `RMS ${rms[key].toFixed(3)}`;
    caption.append(
      element("span", `letter ${role}`, LETTERS[role]),
      named,
      element("small", "", factor === null ? size : `× ${factor.toFixed(4)} · ${size}`),
    );
    box.append(paint(picture(), nth(this.bytes, tiles.indexOf(key))), caption);
    return box;
  }
}
