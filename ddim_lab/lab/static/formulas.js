// The notation lens: formulas arrive as MathML parts in three notations; hovering or focusing a symbol tells its value
// at the cursor, its meaning, its other names and the code that holds it.

import { boxOf, zoomOf } from "./box.js";
import { all, element, hit } from "./dom.js";
import { within } from "./numbers.js";

/** @typedef {{ mathml: string, symbol?: string, role?: string }} Part of a formula: a symbol, or what is between */
/** @typedef {{ name: string, source: string, notations: Record<string, Part[]> }} Formula */
/** @typedef {{ code: string, meaning: string, aliases: string[] }} Known */
/** @typedef {Record<string, any> & { symbols: Record<string, Known> }} Formulas formulas by key, and their symbols */

/**
 * What the lens tells of a symbol, line by line.
 * @param {Known} known
 * @param {number | null | undefined} value
 */
export function about({ code, meaning, aliases }, value) {
  const told = value === undefined || value === null ? null : Number.isInteger(value) ? value : value.toPrecision(5);
  return [
    told === null ? "" : `${code} = ${told}`,
    meaning,
    aliases.length ? `also called: ${aliases.join(", ")}` : "",
    `in the code: ${code}`,
  ].filter(Boolean);
}

/** @param {Event} event */
const symbolOf = event => hit(event, ".symbol[data-symbol]");

export class Lens {
  /**
   * @param {HTMLElement} root
   * @param {Formulas} formulas
   * @param {string} notation
   */
  constructor(root, formulas, notation) {
    this.root = root;
    this.formulas = formulas;
    this.notation = notation;
    /** @type {Record<string, number | null>} */
    this.values = {};
    this.tip = root.appendChild(element("div", "tip", "", { role: "tooltip", "data-tells": "aliases" }));
    this.tip.hidden = true;
    for (const type of ["pointerover", "focusin"])
      root.addEventListener(type, event => {
        const node = symbolOf(event);
        if (node) this.tell(node);
      });
    for (const type of ["pointerout", "focusout"])
      root.addEventListener(type, event => {
        if (symbolOf(event)) this.tip.hidden = true;
      });
    root.addEventListener("keydown", event => {
      if (event.key === "Escape") this.tip.hidden = true;
    });
    this.drawAll();
  }

  /** @param {string} notation */
  use(notation) {
    this.notation = notation;
    this.drawAll();
  }

  /** Every element with data-formula; several keys stand in one element, separated by blanks. */
  drawAll() {
    for (const box of all(this.root, "[data-formula]")) this.draw(box, (box.dataset.formula ?? "").split(" "));
  }

  /**
   * @param {Element} box
   * @param {string[]} keys
   */
  draw(box, keys) {
    box.replaceChildren(...keys.filter(key => this.formulas[key]).map(key => this.row(this.formulas[key])));
  }

  /** @param {Formula} formula */
  row(formula) {
    const row = element("span", "formula-row");
    row.title = `${formula.name} (${formula.source})`;
    row.append(...formula.notations[this.notation].map(part => this.part(part)));
    return row;
  }

  /** @param {Part} part */
  part({ mathml, symbol, role }) {
    const node = element("span", role ? `symbol ${role}` : "symbol");
    node.innerHTML = mathml; // made by the server from the project's own formulas
    if (symbol) {
      node.dataset.symbol = symbol;
      node.tabIndex = 0;
    }
    return node;
  }

  /** @param {HTMLElement} node */
  tell(node) {
    const name = node.dataset.symbol ?? "";
    const lines = about(this.formulas.symbols[name], this.values[name]);
    this.tip.replaceChildren(...lines.map(line => element("div", "", line)));
    this.tip.hidden = false;
    const { left, top, height: own } = boxOf(node),
      { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${within(left, 4, innerWidth / zoomOf(node) - width - 4)}px`;
    this.tip.style.top = `${top > height + 8 ? top - height - 6 : top + own + 6}px`;
  }

  /**
   * The numbers of the cursor's transition, as the server sent them.
   * @param {Record<string, number[]>} curves
   * @param {import("./setting.js").Values} settings
   * @param {number} cursor
   */
  at(curves, settings, cursor) {
    const i = Math.min(cursor, curves.t.length) - 1;
    this.values = {
      t: curves.t[i],
      t_prev: curves.t_prev[i],
      alpha_bar_t: curves.alpha_bar[i],
      alpha_bar_prev: curves.alpha_bar_prev[i],
      k: curves.k[i],
      m: curves.m[i],
      sigma: curves.sigma[i],
      put_back: curves.direction[i],
      eta: settings.eta,
      eta_max: curves.eta_bound[i],
      T: settings.T,
      S: settings.S,
      tau: null,
    };
  }
}

/**
 * A formula that the server typeset from the project's own derivations.
 * @param {string} mathml
 * @param {string} [className]
 */
export function formula(mathml, className = "") {
  const node = element("span", `maths ${className}`);
  node.innerHTML = mathml;
  return node;
}
