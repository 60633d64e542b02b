// The step card: one transition as three pictures that add up to x_prev, grouped by meaning or by coefficient.
import { element } from "../../static/dom.js";
import { paint, picture } from "../../static/sheet.js";

const PIXELS = 784;
const WORDS = {
  x0_term: "predicted x₀",
  direction_term: "predicted noise, put back",
  noise_term: "fresh noise",
  k_x0: "k · x₀",
  m_x_t: "m · x_t",
  m_x_t_x0: "its x₀ part",
  m_x_t_eps: "its noise part",
};
const LETTERS = { x0: "x₀", eps: "ε", noise: "z", state: "x" };
const FORMULA = { meaning: "step_by_meaning", coefficient: "step_by_coefficient" };

export class StepCard {
  constructor(root, lens, { onToggle }) {
    this.box = root.querySelector(".step");
    Object.assign(this, { lens, onToggle, grouping: "meaning", isSplit: false });
  }

  show(numbers, bytes) {
    Object.assign(this, { numbers, bytes });
    this.draw();
    this.hold(!this.isWanted);
  }

  /** Says that the numbers are of an older setting until the new ones are there. */
  hold(held) {
    this.box.dataset.state = held ? "held" : "fresh";
  }

  /** The card that belongs here: while another one is on it, it is held. */
  follow(image, j) {
    this.wanted = { image, j };
    if (this.numbers && !this.isWanted) this.hold(true);
  }

  get isWanted() {
    return !this.wanted || (this.numbers.j === this.wanted.j && this.numbers.image === this.wanted.image);
  }

  draw() {
    if (!this.numbers) return;
    const { numbers } = this,
      available = numbers.terms.coefficient;
    if (!available) this.grouping = "meaning";
    const head = element("div", "step-head");
    const title = element("h2", "film-title", `Step t = ${numbers.t} → ${numbers.t_prev}`);
    head.append(title);
    if (available) head.append(this.toggle());
    else
      head.append(
        element(
          "span",
          "hint",
          "Grouping by k and m is hidden: with x₀ clipped and the noise kept, x₀ and noise no longer make up x_t.",
        ),
      );
    const formula = element("div", "formula lv2");
    formula.dataset.formula = FORMULA[this.grouping];
    this.lens.draw(formula, [FORMULA[this.grouping]]);
    this.box.replaceChildren(head, formula, this.tiles());
    this.box.dataset.j = numbers.j;
    this.box.setAttribute("aria-label", `Step card, t = ${numbers.t} to ${numbers.t_prev}`);
  }

  toggle() {
    const box = element("div", "toggle");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Grouping of the step");
    for (const [key, label] of [
      ["meaning", "by meaning"],
      ["coefficient", "by k, m, sigma"],
    ]) {
      const button = Object.assign(element("button", "lv2", label), { type: "button" });
      button.setAttribute("aria-pressed", this.grouping === key && !this.isSplit);
      button.addEventListener("click", () => {
        this.grouping = key;
        this.isSplit = false;
        this.draw();
        this.onToggle();
      });
      box.append(button);
    }
    if (this.grouping === "coefficient") {
      const button = Object.assign(element("button", "lv2", "split m·x_t"), { type: "button" });
      button.setAttribute("aria-pressed", this.isSplit);
      button.addEventListener("click", () => {
        this.isSplit = !this.isSplit;
        this.draw();
        this.onToggle();
      });
      box.append(button);
    }
    return box;
  }

  terms() {
    const { terms } = this.numbers;
    if (this.grouping !== "coefficient" || !this.isSplit) return terms[this.grouping];
    const [k, , noise] = terms.coefficient;
    return [k, ...terms.split, noise];
  }

  tiles() {
    const row = element("div", "tiles");
    row.tabIndex = 0; // it scrolls on narrow screens
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "the terms of the step as pictures");
    row.append(this.tile("x_t", "x_t, before", "state", null), element("span", "operator arrow", "→"));
    this.terms().forEach((term, i) => {
      if (i) row.append(element("span", "operator", "+"));
      const tile = this.tile(term.key, WORDS[term.key.split(":")[1]], term.role, term.factor);
      if (this.isSplit && term.key.startsWith("split:")) tile.classList.add("splitting");
      row.append(tile);
    });
    row.append(element("span", "operator", "="), this.tile("x_prev", "x_prev, after", "state", null));
    return row;
  }

  tile(key, words, role, factor) {
    const box = element("figure", `tile ${role}`),
      canvas = picture(),
      index = this.numbers.tiles.indexOf(key);
    paint(canvas, this.bytes.subarray(index * PIXELS, (index + 1) * PIXELS));
    const caption = element("figcaption", "");
    const number =
      factor === null
        ? `RMS ${this.numbers.rms[key].toFixed(3)}`
        : `× ${factor.toFixed(4)} · RMS ${this.numbers.rms[key].toFixed(3)}`;
    caption.append(
      element("span", `letter ${role}`, LETTERS[role]),
      element("span", "", words),
      element("small", "", number),
    );
    box.append(canvas, caption);
    return box;
  }
}
