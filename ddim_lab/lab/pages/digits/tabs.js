// Curves (Plotly, drawn from the very figures the notebooks use), path, numbers and code of the current run.
import { chosen, element, tablist } from "../../static/dom.js";
import { Chords } from "./chords.js";

/** A cell of the table: four decimals, or three digits where four decimals would hide them. */
export const told = value =>
  Number.isInteger(value) ? `${value}` : Math.abs(value) < 0.01 ? value.toExponential(2) : value.toFixed(4);

const at = path => new URL(path, document.baseURI).href;

export class Tabs {
  /** onPath(): the tab of chords needs the path of the image in focus. */
  constructor(root, host, onPath) {
    this.panel = root.querySelector(".panel");
    this.onPath = onPath;
    this.path = new Chords();
    Object.assign(this, { root, host, tab: "curves", figure: null });
    this.buttons = [...root.querySelectorAll('[role="tab"]')];
    tablist(this.buttons, button => this.select(button.dataset.tab));
  }

  select(tab) {
    this.tab = tab;
    chosen(this.buttons, button => button.dataset.tab === tab);
    this.panel.setAttribute("aria-label", tab);
    this.root.querySelector(".coefficients").hidden = tab !== "curves";
    this.panel.replaceChildren();
    this.shown = null;
    this.draw(this.query, this.curves, this.cursor);
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

  async draw(query, curves, cursor) {
    Object.assign(this, { query, curves, cursor });
    if (!this.visible || !curves) return;
    if (this.tab === "numbers") return this.numbers();
    if (this.shown === `${this.tab}${query}`) return;
    this.shown = `${this.tab}${query}`;
    if (this.tab === "path") {
      this.panel.replaceChildren(this.path.box);
      this.path.wait();
      return this.onPath();
    }
    if (this.tab === "code") return this.code(query);
    await this.plot(query);
  }

  numbers() {
    const { curves, cursor } = this;
    const table = element("table", "numbers"),
      head = element("tr", "");
    const names = ["t", "t_prev", "sigma", "k", "m", "direction", "alpha_bar"],
      titles = ["t", "to", "σ", "k", "m", "put back", "alpha_bar"];
    head.append(...titles.map(title => Object.assign(element("th", "", title), { scope: "col" })));
    table.append(head);
    curves.t.forEach((_, i) => {
      if (curves.t.length > 200 && Math.abs(i + 1 - cursor) > 100) return;
      const row = element("tr", i + 1 === cursor ? "cursor" : "");
      row.append(...names.map(name => element("td", "", told(curves[name][i]))));
      table.append(row);
    });
    this.panel.replaceChildren(table);
  }

  async code(query) {
    const text = await (await fetch(at(`ddim/export/code.py?${query}`))).text();
    if (this.tab !== "code" || this.query !== query) return;
    const copy = Object.assign(element("button", "", "Copy"), { type: "button" });
    copy.addEventListener("click", () =>
      navigator.clipboard?.writeText(text).then(() => {
        copy.textContent = "Copied";
      }),
    );
    const pre = element("pre", "code", text);
    pre.tabIndex = 0;
    this.panel.replaceChildren(element("p", "hint", "These lines give the very pictures on screen:"), pre, copy);
  }

  async plot(query) {
    const reply = await fetch(at(`ddim/figures.json?${query}&dark=${+this.root.classList.contains("dark")}`));
    if (!reply.ok || this.tab !== "curves") return;
    const figures = await reply.json();
    await plotly(this.host);
    if (this.tab !== "curves" || this.query !== query) return;
    const css = name => getComputedStyle(this.root).getPropertyValue(name).trim();
    for (const [name, figure] of Object.entries(figures)) {
      let box = this.panel.querySelector(`[data-figure="${name}"]`);
      if (!box) {
        box = element("div", "plot", "");
        box.dataset.figure = name;
        this.panel.append(box);
      }
      const axes = Object.keys(figure.layout).filter(key => /^[xy]axis/.test(key));
      const layout = {
        ...figure.layout,
        font: { color: css("--ink"), size: 11 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        height: 210,
        autosize: true,
        margin: { l: 44, r: 8, t: 30, b: 36 },
        ...Object.fromEntries(
          axes.map(key => [key, { ...figure.layout[key], gridcolor: css("--line"), zerolinecolor: css("--line") }]),
        ),
      };
      await window.Plotly.react(box, figure.data, layout, {
        displaylogo: false,
        displayModeBar: false,
        responsive: true,
      });
    }
    this.moveCursor();
  }

  /** The shared cursor at time `t`, as an overlay: moving it redraws no figure. */
  moveCursor(cursor = this.cursor, t = this.t) {
    Object.assign(this, { cursor, t });
    for (const box of this.panel.querySelectorAll(".plot")) {
      if (!box._fullLayout) continue;
      const line = box.querySelector(":scope > .plot-cursor") ?? box.appendChild(element("div", "plot-cursor"));
      const { xaxis, _size: size } = box._fullLayout;
      Object.assign(line.style, {
        top: `${size.t}px`,
        height: `${size.h}px`,
        transform: `translateX(${xaxis._offset + xaxis.l2p(t)}px)`,
      });
    }
  }

  /** Plotly lays a figure out in tens of milliseconds: only where its width is another one. */
  resize() {
    for (const box of this.panel.querySelectorAll(".plot"))
      if (box._fullLayout && box._fullLayout.width !== box.clientWidth)
        window.Plotly.Plots.resize(box).then(() => this.moveCursor());
  }
}

/** Plotly of the installed package, loaded when first needed; its style rules are copied into the shadow root. */
async function plotly(host) {
  if (!window.Plotly) await import(at("ddim/plotly/plotly.min.js"));
  const rules = document.getElementById("plotly.js-style-global")?.sheet?.cssRules;
  if (!rules || !(host instanceof ShadowRoot) || host.plotlyStyled) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...rules].map(rule => rule.cssText).join(""));
  host.adoptedStyleSheets = [...host.adoptedStyleSheets, sheet];
  host.plotlyStyled = true;
}
