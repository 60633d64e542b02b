// The measured table and the paper's as heat maps. Shade, texts and marks come from the server; shade is never alone.
import { element } from "../../static/dom.js";
import { isOf } from "./curves.js";

/** @typedef {import("./curves.js").Place} Place */
/** @typedef {import("./curves.js").Row} Row */
/** @typedef {{ text: string, range_text: string, level: number | null, mark: string, n: number }} Found measured */
/** @typedef {{ spacing: string, steps: number[], rows: Row[], cells: Record<string, Found> }} Told the map */
/** @typedef {{ place: Place, differs: string[] }} Yours where the shared setting stands */
/** @typedef {{ node: HTMLElement, row: number, column: number, S: number, about: Row }} Cell */

const STRONG = 7; // from this level on, words in a cell change colour
/** @type {Record<string, [sign: string, meaning: string]>} */
const MARKS = { best: ["★", "the best"], tied: ["≈", "cannot be told from the best"] };
/** @type {Record<string, string>} */
const HINTS = { "eta 0": "DDIM", "eta 1": "DDPM" };

/** @type {Record<string, [down: number, right: number]>} */
const ARROWS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

export class HeatMap {
  /**
   * @param {HTMLElement} table
   * @param {(place: Place) => void} onChoose a cell was chosen by click or arrow key
   */
  constructor(table, onChoose) {
    this.table = table;
    this.onChoose = onChoose;
    /** @type {Cell[]} */
    this.cells = [];
    /** @type {Told | undefined} */
    this.told = undefined;
    table.addEventListener("click", event => {
      const at = this.where(event.target);
      if (at) this.choose(at, false);
    });
    table.addEventListener("keydown", event => this.walk(event));
  }

  /** @param {EventTarget | null} target */
  where(target) {
    const node = target instanceof Element ? target.closest("td") : null;
    return this.cells.find(cell => cell.node === node);
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const by = ARROWS[event.key],
      at = this.where(event.target);
    if (!at) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(at, true);
      return;
    }
    const next = by && this.cells.find(cell => cell.row === at.row + by[0] && cell.column === at.column + by[1]);
    if (!by) return;
    event.preventDefault();
    if (next) this.choose(next, true);
  }

  /**
   * @param {Cell} at
   * @param {boolean} byKey
   */
  choose(at, byKey) {
    if (byKey) at.node.focus();
    const { name, ...run } = at.about;
    this.onChoose({ spacing: this.told?.spacing ?? "", S: at.S, ...run });
  }

  /**
   * @param {Told} told
   * @param {Yours} yours
   * @param {Place | null} chosen the cell that is open
   */
  show(told, yours, chosen) {
    const { activeElement } = /** @type {ShadowRoot | Document} */ (this.table.getRootNode()),
      focused = this.cells.some(cell => cell.node === activeElement);
    const same = this.told && this.told.steps.join() === told.steps.join();
    this.told = told;
    if (!same) this.build(told);
    for (const cell of this.cells) this.fill(cell, told, yours, chosen);
    if (!this.cells.some(cell => cell.node.tabIndex === 0)) this.cells[0].node.tabIndex = 0;
    if (focused) this.cells.find(cell => cell.node.tabIndex === 0)?.node.focus();
  }

  /** @param {Told} told */
  build(told) {
    this.cells = [];
    const rows = told.rows.map((about, row) => {
      const line = element("tr");
      line.append(
        head(about.name, "row"),
        ...told.steps.map((S, column) => {
          const node = element("td", "", undefined, { role: "gridcell" });
          node.dataset.cell = `${about.name}|${S}`;
          this.cells.push({ node, row, column, S, about });
          return node;
        }),
      );
      return line;
    });
    this.table.replaceChildren(columns(told.steps), body(rows));
  }

  /**
   * @param {Cell} cell
   * @param {Told} told
   * @param {Yours} yours
   * @param {Place | null} chosen
   */
  fill({ node, S, about }, told, yours, chosen) {
    const cell = told.cells[`${about.name}|${S}`];
    /** @param {Place | null} place */
    const is = place => place !== null && place.S === S && isOf(place, about) && place.spacing === told.spacing;
    const mine = is(yours.place),
      words = [`${about.name}, S ${S}`];
    shade(node, cell);
    node.classList.toggle("best", cell?.mark === "best");
    node.classList.toggle("yours", mine);
    node.setAttribute("aria-selected", `${is(chosen)}`);
    node.tabIndex = is(chosen) ? 0 : -1;
    if (cell) {
      const [sign, meaning] = MARKS[cell.mark] ?? ["", ""];
      node.replaceChildren(element("b", "", cell.text), element("small", "", cell.range_text));
      if (sign) node.append(element("span", "mark", sign, cell.mark === "tied" ? { "data-tells": "tied" } : {}));
      if (cell.mark === "other n") node.append(element("span", "of", `n = ${cell.n}`));
      words.push(
        cell.text,
        `interval ${cell.range_text}`,
        meaning,
        cell.mark === "other n" ? `of ${cell.n} digits, not to be compared` : "",
      );
    } else {
      node.replaceChildren(element("b", "", "·"));
      words.push("not measured");
    }
    if (mine) words.push(yours.differs.length ? "nearest to your setting" : "your setting");
    node.setAttribute("aria-label", words.filter(Boolean).join(", "));
  }
}

/**
 * The paper's table, in the columns of the measured one.
 * @param {HTMLElement} table
 * @param {{ steps: number[], cells: Record<string, Found> }} paper
 * @param {Row[]} rows
 */
export function paperTable(table, paper, rows) {
  const lines = rows
    .filter(about => !about.solver)
    .map(about => {
      const line = element("tr");
      line.append(
        head(about.name, "row"),
        ...paper.steps.map(S => {
          const node = element("td"),
            cell = paper.cells[`${about.name}|${S}`];
          shade(node, cell);
          node.classList.toggle("best", cell?.mark === "best");
          node.append(element("b", "", cell ? cell.text : "–"));
          return node;
        }),
      );
      return line;
    });
  table.replaceChildren(columns(paper.steps), body(lines));
}

/**
 * @param {HTMLElement} node
 * @param {Found | undefined} cell
 */
function shade(node, cell) {
  node.classList.toggle("empty", !cell);
  const level = cell?.level ?? 0;
  node.classList.toggle("apart", cell?.level === null);
  node.classList.toggle("strong", level >= STRONG);
  node.style.setProperty("--level", `${level}`);
}

/** @param {number[]} steps */
function columns(steps) {
  const line = element("tr"),
    group = element("thead");
  line.append(head("S", "col"), ...steps.map(S => head(S === 1000 ? "1000 = T" : `${S}`, "col")));
  group.append(line);
  return group;
}

/** @param {Node[]} rows */
function body(rows) {
  const group = element("tbody");
  group.append(...rows);
  return group;
}

/**
 * @param {string} text
 * @param {string} scope
 */
function head(text, scope) {
  const node = element("th", "", text, { scope });
  if (HINTS[text]) node.append(element("span", "hint", HINTS[text]));
  return node;
}
