// The measured table and the paper's as heat maps. Shade, texts and marks come from the server; shade is never alone.
import { element } from "../../static/dom.js";

const STRONG = 7; // from this level on, words in a cell change colour
const MARKS = { best: ["★", "the best"], tied: ["≈", "cannot be told from the best"] };
const HINTS = { "eta 0": "DDIM", "eta 1": "DDPM" };

export class HeatMap {
  /** onChoose(place, byKey): a cell was chosen by click or arrow key. */
  constructor(table, onChoose) {
    Object.assign(this, { table, onChoose, cells: [] });
    table.addEventListener("click", event => {
      const at = this.where(event.target.closest("td"));
      if (at) this.choose(at, false);
    });
    table.addEventListener("keydown", event => this.walk(event));
  }

  where(node) {
    return this.cells.find(cell => cell.node === node);
  }

  walk(event) {
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key],
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

  choose(at, byKey) {
    if (byKey) at.node.focus();
    this.onChoose({ spacing: this.told.spacing, S: at.S, eta: at.about.eta, sigma_hat: at.about.sigma_hat });
  }

  /** `told`: the map; `yours`: where the shared setting stands; `chosen`: the cell that is open. */
  show(told, yours, chosen) {
    const focused = this.cells.some(cell => cell.node === cell.node.getRootNode().activeElement);
    const same = this.told && this.told.steps.join() === told.steps.join();
    this.told = told;
    if (!same) this.build(told);
    for (const cell of this.cells) this.fill(cell, told, yours, chosen);
    if (!this.cells.some(cell => cell.node.tabIndex === 0)) this.cells[0].node.tabIndex = 0;
    if (focused) this.cells.find(cell => cell.node.tabIndex === 0).node.focus();
  }

  build(told) {
    this.cells = [];
    const rows = told.rows.map((about, row) => {
      const line = element("tr", "");
      line.append(
        head(about.name, "row"),
        ...told.steps.map((S, column) => {
          const node = element("td", "");
          node.setAttribute("role", "gridcell");
          node.dataset.cell = `${about.name}|${S}`;
          this.cells.push({ node, row, column, S, about });
          return node;
        }),
      );
      return line;
    });
    this.table.replaceChildren(columns(told.steps), body(rows));
  }

  fill({ node, S, about }, told, yours, chosen) {
    const key = node.dataset.cell,
      found = told.cells[key],
      is = place =>
        place &&
        place.S === S &&
        place.eta === about.eta &&
        place.sigma_hat === about.sigma_hat &&
        place.spacing === told.spacing;
    const mine = is(yours.place),
      words = [`${about.name}, S ${S}`];
    shade(node, found);
    node.classList.toggle("best", found?.mark === "best");
    node.classList.toggle("yours", mine);
    node.setAttribute("aria-selected", !!is(chosen));
    node.tabIndex = is(chosen) ? 0 : -1;
    if (found) {
      const [sign, meaning] = MARKS[found.mark] ?? ["", ""];
      node.replaceChildren(element("b", "", found.text), element("small", "", found.range_text));
      if (sign) node.append(element("span", "mark", sign));
      if (found.mark === "other n") node.append(element("span", "of", `n = ${found.n}`));
      words.push(
        found.text,
        `interval ${found.range_text}`,
        meaning,
        found.mark === "other n" ? `of ${found.n} digits, not to be compared` : "",
      );
    } else {
      node.replaceChildren(element("b", "", "·"));
      words.push("not measured");
    }
    if (mine) words.push(yours.differs.length ? "nearest to your setting" : "your setting");
    node.setAttribute("aria-label", words.filter(Boolean).join(", "));
  }
}

/** The paper's table, in the columns of the measured one. */
export function paperTable(table, paper, rows) {
  const lines = rows.map(about => {
    const line = element("tr", "");
    line.append(
      head(about.name, "row"),
      ...paper.steps.map(S => {
        const node = element("td", ""),
          found = paper.cells[`${about.name}|${S}`];
        shade(node, found);
        node.classList.toggle("best", found?.mark === "best");
        node.append(element("b", "", found ? found.text : "–"));
        return node;
      }),
    );
    return line;
  });
  table.replaceChildren(columns(paper.steps), body(lines));
}

function shade(node, found) {
  node.classList.toggle("empty", !found);
  node.classList.toggle("strong", !!found && found.level >= STRONG);
  node.style.setProperty("--level", found?.level ?? 0);
}

function columns(steps) {
  const line = element("tr", ""),
    group = element("thead", "");
  const corner = element("td", "");
  corner.hidden = false;
  line.append(head("S", "col"), ...steps.map(S => head(S === 1000 ? "1000 = T" : `${S}`, "col")));
  group.append(line);
  return group;
}

function body(rows) {
  const group = element("tbody", "");
  group.append(...rows);
  return group;
}

function head(text, scope) {
  const node = element("th", "", text);
  node.scope = scope;
  if (HINTS[text]) node.append(element("span", "hint", HINTS[text]));
  return node;
}
