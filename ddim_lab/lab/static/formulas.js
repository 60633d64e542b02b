// The notation lens: formulas arrive as MathML parts in three notations; hovering or focusing a symbol tells its value
// at the cursor, its meaning, its other names and the code that holds it.
import { element } from "./dom.js";

export class Lens {
  constructor(root, formulas, notation) {
    Object.assign(this, { root, formulas, notation, values: {} });
    this.tip = root.appendChild(element("div", "tip"));
    this.tip.setAttribute("role", "tooltip");
    this.tip.hidden = true;
    const show = event => {
      const node = event.target.closest?.(".symbol[data-symbol]");
      if (node) this.tell(node);
    };
    const hide = event => {
      if (event.target.closest?.(".symbol[data-symbol]")) this.tip.hidden = true;
    };
    root.addEventListener("pointerover", show);
    root.addEventListener("focusin", show);
    root.addEventListener("pointerout", hide);
    root.addEventListener("focusout", hide);
    root.addEventListener("keydown", event => {
      if (event.key === "Escape") this.tip.hidden = true;
    });
    this.drawAll();
  }

  use(notation) {
    this.notation = notation;
    this.drawAll();
  }

  /** Every element with data-formula; several keys stand in one element, separated by blanks. */
  drawAll() {
    for (const box of this.root.querySelectorAll("[data-formula]")) this.draw(box, box.dataset.formula.split(" "));
  }

  draw(box, keys) {
    box.replaceChildren(
      ...keys
        .filter(key => this.formulas[key])
        .map(key => {
          const formula = this.formulas[key],
            row = element("span", "formula-row");
          row.title = `${formula.name} (${formula.source})`;
          row.append(...formula.notations[this.notation].map(part => this.part(part)));
          return row;
        }),
    );
  }

  part({ mathml, symbol, role }) {
    const node = element("span", role ? `symbol ${role}` : "symbol");
    node.innerHTML = mathml; // made by the server from the project's own formulas
    if (symbol) {
      node.dataset.symbol = symbol;
      node.tabIndex = 0;
    }
    return node;
  }

  tell(node) {
    const name = node.dataset.symbol,
      known = this.formulas.symbols[name],
      value = this.values[name];
    const lines = [
      value === undefined || value === null
        ? null
        : `${known.code} = ${Number.isInteger(value) ? value : (+value).toPrecision(5)}`,
      known.meaning,
      known.aliases.length ? `also called: ${known.aliases.join(", ")}` : null,
      `in the code: ${known.code}`,
    ];
    this.tip.replaceChildren(...lines.filter(Boolean).map(line => element("div", "", line)));
    this.tip.hidden = false;
    const box = node.getBoundingClientRect(),
      { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${Math.max(4, Math.min(innerWidth - width - 4, box.left))}px`;
    this.tip.style.top = `${box.top > height + 8 ? box.top - height - 6 : box.bottom + 6}px`;
  }

  /** The numbers of the cursor's transition, as the server sent them. */
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

/** A formula that the server typeset from the project's own derivations. */
export function formula(mathml, className = "") {
  const node = element("span", `maths ${className}`);
  node.innerHTML = mathml;
  return node;
}
