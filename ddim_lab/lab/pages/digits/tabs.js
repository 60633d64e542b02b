// Curves (Plotly, drawn from the very figures the notebooks use), path, numbers and code of the current run.
import { all, button, chosen, element, finder, tablist } from "../../static/dom.js";
import { copy } from "../../static/save.js";
import { Chords } from "./chords.js";

/** @typedef {Record<string, any>} Curves */

const NAMES = ["t", "t_prev", "sigma", "k", "m", "direction", "alpha_bar"],
  TITLES = ["t", "to", "σ", "k", "m", "put back", "alpha_bar"];
const MANY = 200; // rows; of more only those near the cursor are written
const BARE = { displaylogo: false, displayModeBar: false, responsive: true };

/**
 * A cell of the table: four decimals, or three digits where four decimals would hide them.
 * @param {number} value
 */
export const told = value =>
  Number.isInteger(value) ? `${value}` : Math.abs(value) < 0.01 ? value.toExponential(2) : value.toFixed(4);

/** @param {string} path */
const at = path => new URL(path, document.baseURI).href;

export class Tabs {
  /**
   * @param {HTMLElement} root
   * @param {Node} host
   * @param {Record<string, string>} solvers a word for each
   * @param {{ onPath: () => void, onSelect: (tab: string) => void }} hears the tab of chords needs the path of the
   *   image in focus; a tab was chosen
   */
  constructor(root, host, solvers, { onPath, onSelect }) {
    const $ = finder(root);
    this.panel = $(".panel");
    this.coefficients = $(".coefficients");
    this.root = root;
    this.host = host;
    this.onPath = onPath;
    this.onSelect = onSelect;
    this.path = new Chords(solvers);
    this.tab = "curves";
    this.query = "";
    this.cursor = 1;
    this.t = 0;
    /** @type {Curves | undefined} */
    this.curves = undefined;
    /** @type {string | null} */
    this.shown = null; // tab and query
    this.buttons = all(root, '[role="tab"]');
    tablist(this.buttons, tab => this.select(tab.dataset.tab ?? ""));
  }

  /** @param {string} tab */
  select(tab) {
    this.tab = tab;
    chosen(this.buttons, node => node.dataset.tab === tab);
    this.panel.setAttribute("aria-label", tab);
    this.coefficients.hidden = tab !== "curves";
    this.panel.replaceChildren();
    this.shown = null;
    this.draw(this.query, this.curves, this.cursor);
    this.onSelect(tab);
  }

  /** Another image came into focus. */
  focus() {
    if (this.tab === "path" && this.visible) {
      this.path.wait();
      this.onPath();
    }
  }

  get visible() {
    return this.panel.offsetParent !== null;
  }

  /**
   * @param {string} query
   * @param {Curves | undefined} curves
   * @param {number} cursor
   */
  async draw(query, curves, cursor) {
    this.query = query;
    this.curves = curves;
    this.cursor = cursor;
    if (!this.visible || !curves) return;
    if (this.tab === "numbers") {
      this.numbers(curves, cursor);
      return;
    }
    if (this.shown === `${this.tab}${query}`) return;
    this.shown = `${this.tab}${query}`;
    if (this.tab === "path") {
      this.panel.replaceChildren(this.path.box);
      this.path.wait();
      this.onPath();
    } else if (this.tab === "code") await this.code(query);
    else await this.plot(query);
  }

  /**
   * @param {Curves} curves
   * @param {number} cursor
   */
  numbers(curves, cursor) {
    const table = element("table", "numbers"),
      head = element("tr"),
      steps = curves.t.length;
    head.append(...TITLES.map(title => element("th", "", title, { scope: "col" })));
    table.append(head);
    for (let j = 1; j <= steps; j++) {
      if (steps > MANY && Math.abs(j - cursor) > MANY / 2) continue;
      const row = element("tr", j === cursor ? "cursor" : "");
      row.append(...NAMES.map(name => element("td", "", told(curves[name][j - 1]))));
      table.append(row);
    }
    this.panel.replaceChildren(table);
  }

  /** @param {string} query */
  async code(query) {
    const text = await (await fetch(at(`ddim/export/code.py?${query}`))).text();
    if (this.tab !== "code" || this.query !== query) return;
    const lines = element("pre", "code", text, { tabindex: "0" }),
      take = button("", "Copy", () => copy(take, text));
    this.panel.replaceChildren(element("p", "hint", "These lines give the very pictures on screen:"), lines, take);
  }

  /** @param {string} query */
  async plot(query) {
    const reply = await fetch(at(`ddim/figures.json?${query}&dark=${+this.root.classList.contains("dark")}`));
    if (!reply.ok || this.tab !== "curves") return;
    const figures = await reply.json(),
      plotly = await loaded(this.host);
    if (this.tab !== "curves" || this.query !== query) return;
    for (const [name, figure] of Object.entries(figures))
      await plotly.react(this.place(name), figure.data, this.layout(figure.layout), BARE);
    this.moveCursor();
  }

  /**
   * Where a figure stands.
   * @param {string} name
   */
  place(name) {
    const there = this.panel.querySelector(`[data-figure="${name}"]`);
    return (
      there ??
      this.panel.appendChild(
        element("div", "plot", undefined, { "data-figure": name, "data-part": `figure-${name.replaceAll(" ", "-")}` }),
      )
    );
  }

  /**
   * The figure's layout in the colours of the page.
   * @param {Record<string, any>} layout
   */
  layout(layout) {
    const style = getComputedStyle(this.root),
      [ink, line] = ["--ink", "--line"].map(name => style.getPropertyValue(name).trim()),
      axes = Object.keys(layout).filter(key => /^[xy]axis/.test(key));
    return {
      ...layout,
      font: { color: ink, size: 11 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      height: 210,
      autosize: true,
      margin: { l: 44, r: 8, t: 30, b: 36 },
      ...Object.fromEntries(axes.map(key => [key, { ...layout[key], gridcolor: line, zerolinecolor: line }])),
    };
  }

  /**
   * The shared cursor at time `t`, as an overlay: moving it redraws no figure.
   * @param {number} [cursor]
   * @param {number} [t]
   */
  moveCursor(cursor = this.cursor, t = this.t) {
    this.cursor = cursor;
    this.t = t;
    for (const box of all(this.panel, ".plot")) {
      const drawn = /** @type {any} */ (box)._fullLayout;
      if (!drawn) continue;
      const line = box.querySelector(":scope > .plot-cursor") ?? box.appendChild(element("div", "plot-cursor")),
        { xaxis, _size: size } = drawn;
      Object.assign(/** @type {HTMLElement} */ (line).style, {
        top: `${size.t}px`,
        height: `${size.h}px`,
        transform: `translateX(${xaxis._offset + xaxis.l2p(t)}px)`,
      });
    }
  }

  /** Plotly lays a figure out in tens of milliseconds: only where its width is another one. */
  resize() {
    for (const box of all(this.panel, ".plot")) {
      const drawn = /** @type {any} */ (box)._fullLayout;
      if (drawn && drawn.width !== box.clientWidth)
        /** @type {any} */ (window).Plotly.Plots.resize(box).then(() => this.moveCursor());
    }
  }
}

/** @type {WeakSet<Node>} */
const styled = new WeakSet();

/**
 * Plotly of the installed package, loaded when first needed; its style rules are copied into the shadow root.
 * @param {Node} host
 */
async function loaded(host) {
  const page = /** @type {any} */ (window);
  if (!page.Plotly) await import(at("ddim/plotly/plotly.min.js"));
  const style = document.getElementById("plotly.js-style-global");
  const rules = style instanceof HTMLStyleElement ? style.sheet?.cssRules : undefined;
  if (rules && host instanceof ShadowRoot && !styled.has(host)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync([...rules].map(rule => rule.cssText).join(""));
    host.adoptedStyleSheets = [...host.adoptedStyleSheets, sheet];
    styled.add(host);
  }
  return page.Plotly;
}
