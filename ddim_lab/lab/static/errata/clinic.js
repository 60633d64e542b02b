// One error at a time: what a text says, form against form, a guess, and what it does to numbers and to digits.
import { button, element } from "../dom.js";
import { formula } from "../formulas.js";
import { drawMoments, drawSteps, four } from "./moments.js";
import { Twins } from "./twins.js";

export const KINDS = { formula: ["ƒ", "formula"], code: ["{ }", "code"], claim: ["¶", "claim"] };
const NAMES = { wrong: "✗ wrong", right: "✓ right" };
const PAUSE = 150; // ms between two drafts while a slider moves
const KEYS = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1 };
const INDEX = /(?<![\p{L}\p{N}_])([xtβακλσLzqx]|ᾱ|J|T)_(\(([^)]+)\)|[\p{L}0-9]+)/gu;

/** Words with names such as x_t or α_(t−1) in them, the index set lower. */
export function spelled(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(INDEX)) {
    parts.push(text.slice(from, found.index), element("i", "", found[1]), element("sub", "", found[3] ?? found[2]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

export class Clinic {
  constructor(page, catalogue, query) {
    Object.assign(this, { page, $: page.$, catalogue, guesses: {}, told: {}, kinds: new Set(Object.keys(KINDS)) });
    this.cases = catalogue.documents.flatMap(one => one.cases.map(entry => ({ ...entry, document: one.id })));
    this.twins = new Twins(this.$(".clinic .twins"), [{ side: "wrong", icon: "✗", title: "with the error" }, { side: "right", icon: "✓", title: "right" }], image => this.follow(image));
    this.wire();
    this.drawFilters();
    this.drawList();
    Object.assign(page.views, {
      erratum: head => (head.kind === "outline" ? this.onOutline(head) : this.onFinding(head)),
      effect: head => this.onEffect(head), guess: head => this.onGuess(head), digits: (head, bytes) => this.onDigits(head, bytes),
    });
    const known = this.find(query.case);
    if (query.case !== undefined && !known) page.notice(`There is no error called ${query.case}. The list shows all of them.`);
    this.pick(known ?? this.cases[0], known && this.parsed(query.at));
  }

  find(key) { return this.cases.find(one => one.key === key); }

  parsed(at) {
    const [eta, S] = (at ?? "").split(",").map(Number);
    return Number.isFinite(eta) && eta >= 0 && eta <= 1 && Number.isInteger(S) && S >= 1 && S <= 1000 ? { eta, S } : null;
  }

  wire() {
    const { $ } = this, eta = $(".clinic .eta"), S = $(".clinic .S");
    $(".search").addEventListener("input", () => this.drawList());
    $(".before").addEventListener("click", () => this.step(-1));
    $(".after").addEventListener("click", () => this.step(1));
    $(".home").addEventListener("click", () => this.set({ ...this.entry.setting }, false));
    $(".guess-first").addEventListener("change", () => this.drawGuess());
    const rounded = () => Math.round(+eta.value * 1000) / 1000;
    eta.addEventListener("input", () => this.set({ eta: rounded() }, true));
    eta.addEventListener("change", () => this.set({ eta: rounded() }, false));
    eta.addEventListener("keydown", event => {
      const by = KEYS[event.key];
      if (!by) return;
      event.preventDefault();
      this.set({ eta: Math.max(0, Math.min(1, Math.round((this.at.eta + by) * 100) / 100)) }, false);
    });
    const steps = () => Math.max(1, Math.round(1000 ** (+S.value / 1000)));
    S.addEventListener("input", () => this.set({ S: steps() }, true));
    S.addEventListener("change", () => this.set({ S: steps() }, false));
    S.addEventListener("keydown", event => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.set({ S: Math.max(1, Math.min(1000, this.at.S + by)) }, false);
    });
  }

  // The list

  drawFilters() {
    this.$(".kinds").replaceChildren(...Object.entries(KINDS).map(([kind, [icon, word]]) => {
      const node = button("", [element("b", "icon", icon), ` ${word}`], () => {
        if (this.kinds.has(kind)) this.kinds.delete(kind); else this.kinds.add(kind);
        node.setAttribute("aria-pressed", this.kinds.has(kind));
        this.drawList();
      });
      node.setAttribute("aria-pressed", true);
      return node;
    }));
  }

  drawList() {
    const words = this.$(".search").value.trim().toLowerCase().split(/\s+/);
    const matches = entry => this.kinds.has(entry.kind) && words.every(word => `${entry.title} ${entry.believed} ${entry.key}`.toLowerCase().includes(word));
    let any = false;
    this.$(".cases").replaceChildren(...this.catalogue.documents.flatMap(one => {
      const entries = one.cases.filter(matches);
      if (!entries.length) return [];
      any = true;
      const heading = element("h2", "document"), list = element("ul", "");
      heading.append(element("b", "letter", one.id), one.description);
      heading.title = `It covers: ${one.covers}.`;
      list.append(...entries.map(entry => {
        const item = element("li", ""), [icon, word] = KINDS[entry.kind];
        const mark = element("span", "icon", icon);
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", word);
        const node = button("entry", [mark, element("span", "name", "")], () => this.open(entry.key, true));
        node.querySelector(".name").append(...spelled(entry.title));
        node.dataset.key = entry.key;
        item.append(node);
        return item;
      }));
      return [heading, list];
    }));
    this.$(".none").hidden = any;
    this.markEntry();
  }

  markEntry() {
    for (const node of this.page.root.querySelectorAll(".entry")) node.setAttribute("aria-current", node.dataset.key === this.entry?.key);
  }

  step(by) {
    const shown = [...this.page.root.querySelectorAll(".entry")].map(node => node.dataset.key);
    const keys = shown.length ? shown : this.cases.map(one => one.key), i = keys.indexOf(this.entry.key);
    this.open(keys[(i + by + keys.length) % keys.length], true);
  }

  // Opening a case

  open(key, byHand = false) {
    if (this.entry.key !== key) {
      this.pick(this.find(key));
      this.ask();
      this.page.save();
    }
    if (!byHand) return;
    if (matchMedia("(max-width: 1000px)").matches) { this.$(".chooser").open = false; this.$(".case").scrollIntoView({ block: "start" }); }
    else if (this.$(".case").getBoundingClientRect().top < 0) this.$(".modes").scrollIntoView({ block: "start" });
    this.page.event("case-opened");
    if (this.entry.kind === "claim") this.page.event("claim-opened");
  }

  pick(entry, at) {
    Object.assign(this, { entry, outline: null, curves: null, at: at ?? (entry.setting && { ...entry.setting }) });
    if (at) this.guesses[entry.key] ??= null; // a link to one setting shows it
    this.markEntry();
    this.$(".case").dataset.state = "waiting";
    this.$(".chosen").textContent = entry.title;
    this.$(".effect").hidden = !entry.setting;
    this.$(".measured").hidden = true;
    this.twins.clear();
    this.showSetting();
    this.drawGuess();
  }

  enter() {
    if (matchMedia("(max-width: 1000px)").matches && !this.entered) this.$(".chooser").open = false;
    if (!this.entered) this.ask();
    this.entered = true;
    this.drawCurves();
  }

  own() {
    const { entry, at } = this, moved = at && (at.eta !== entry.setting.eta || at.S !== entry.setting.S);
    return { case: entry.key, ...(moved && { at: `${at.eta},${at.S}` }) };
  }

  ask() {
    this.askCase();
    if (this.entry.setting) { this.askEffect(); this.askDigits(false); }
  }

  askCase() { this.page.ask("erratum", { case: this.entry.key, notation: this.page.notation }); }

  askEffect() { this.page.ask("effect", { case: this.entry.key, ...this.at }); }

  askDigits(draft) {
    this.page.ask("digits", { case: this.entry.key, ...this.at, seed: this.page.settings.seed, draft, focus: this.twins.focus });
  }

  // Forms

  onOutline(head) {
    if (head.case.key !== this.entry.key) return;
    this.outline = head;
    const { case: told } = head, [icon, word] = KINDS[told.kind], { $ } = this;
    $(".case").dataset.state = "fresh";
    $(".case .kind").replaceChildren(element("b", "icon", icon), ` ${word}`);
    $(".case .of").replaceChildren(element("b", "letter", told.document), head.about);
    $(".case .title").replaceChildren(...spelled(told.title));
    $(".case .title").hidden = false; // empty until the first case is there
    $(".case .claim").replaceChildren(element("b", "", "It says: "), ...spelled(told.claim));
    $(".believed p").replaceChildren(...spelled(capital(head.believed)));
    $(".why p").replaceChildren(...spelled(told.why));
    $(".source").textContent = told.source ? `Source: ${told.source}` : "";
    this.drawForms(head);
  }

  drawForms(head) {
    const sides = [["wrong", "✗", "as written"], ["right", "✓", "right"]];
    const heads = sides.map(([side, icon, word]) => { const node = element("div", `form-head ${side}`); node.append(element("b", "mark", icon), ` ${word}`); return node; });
    const cells = [...heads, ...(head.lines.length ? [element("div", "form-head rest", "✗ minus ✓")] : [])];
    if (head.words) cells.push(...sides.map(([side]) => {
      const isCode = head.case.kind === "code", node = element(isCode ? "pre" : "p", isCode ? "form code" : "form words", isCode ? head.words[side] : "");
      if (isCode) node.tabIndex = 0; else node.append(...spelled(head.words[side]));
      return node;
    }));
    for (const line of head.lines) {
      const name = element("div", "form-name");
      name.append(...spelled(line.name));
      cells.push(name, ...sides.map(([side]) => {
        const node = element("div", "form maths-form"), equation = element("div", "equation");
        equation.tabIndex = 0;
        equation.append(formula(line.symbol), " = ", formula(line[side]));
        node.append(equation, element("span", "at-p", `at P: ${four(line.at[side])}`));
        return node;
      }));
      const rest = element("div", "residual"), left = element("span", "equation");
      left.append(formula(line.residual), element("b", "", " ≠ 0"));
      left.tabIndex = 0;
      rest.append(left, element("span", "at-p", `at P: ${four(line.at.residual)}`));
      cells.push(rest);
    }
    this.$(".forms").classList.toggle("three", head.lines.length > 0);
    this.$(".forms").replaceChildren(...cells);
    const point = Object.entries(head.point).map(([name, value]) => `${{ a: "a (ᾱ at t)", b: "b (ᾱ at t_prev)", sigma: "σ", beta_1: "β₁", beta_2: "β₂" }[name] ?? name} = ${value}`);
    this.$(".point").textContent = point.length ? `P: ${point.join(", ")}.` : "";
  }

  onFinding(head) {
    if (head.key !== this.entry.key) return;
    this.finding = head;
    this.drawFinding();
  }

  drawFinding() {
    const { finding } = this, shown = finding?.key === this.entry.key && finding.statement && !this.veiled;
    this.$(".measured").hidden = !shown;
    if (!shown) return;
    this.$(".statement").replaceChildren(element("b", "", finding.holds ? "✓ " : "✗ "), ...spelled(finding.statement));
    const { columns, rows, caption } = finding.table, table = this.$(".measured table"), head = element("tr", "");
    head.append(...columns.map(name => Object.assign(element("th", "", name), { scope: "col" })));
    table.replaceChildren(element("caption", "", caption), head, ...rows.map(cells => {
      const row = element("tr", "");
      row.append(...cells.map(({ text, marked }, i) => {
        const cell = element(i ? "td" : "th", marked ? "marked" : "", text);
        if (!i) cell.scope = "row";
        return cell;
      }));
      return row;
    }));
  }

  // The guess

  get veiled() { return Boolean(this.entry.setting) && this.$(".guess-first").checked && !(this.entry.key in this.guesses); }

  drawGuess() {
    const { veiled, entry } = this, box = this.$(".guess"), told = this.told[entry.key];
    box.hidden = !veiled;
    if (veiled) {
      const prompt = element("b", "", `Guess first. At eta = ${entry.setting.eta} with S = ${entry.setting.S}, the variance of the results is …`);
      box.replaceChildren(prompt, ...this.catalogue.guesses.map((text, choice) => {
        const node = button("option", text, () => this.guess(choice));
        node.dataset.choice = choice;
        return node;
      }), button("quiet", "Just show me", () => { this.guesses[entry.key] = null; this.drawGuess(); }));
    }
    const line = this.$(".verdict-line");
    line.hidden = veiled || !told;
    if (told) line.replaceChildren(element("b", "", told.right === told.choice ? "✓ Yes. " : `✗ Not quite: it is ${this.catalogue.guesses[told.right]}. `), told.told);
    this.twins.veil(veiled);
    this.$(".effect").dataset.veiled = veiled;
    this.$(".because").hidden = veiled;
    for (const name of [".clinic .eta", ".clinic .S", ".home"]) this.$(name).disabled = veiled;
    this.drawFinding();
    this.drawTogether();
    this.drawCurves();
  }

  guess(choice) {
    this.guesses[this.entry.key] = choice;
    this.page.ask("guess", { case: this.entry.key, choice });
    this.drawGuess();
    this.page.event("guessed");
  }

  onGuess(head) {
    this.told[head.key] = head;
    if (head.key === this.entry.key) this.drawGuess();
  }

  // What it does

  set(changes, dragging) {
    if (this.veiled) return;
    const before = this.at;
    this.at = { ...before, ...changes };
    const same = before.eta === this.at.eta && before.S === this.at.S;
    this.showSetting();
    if (!same) {
      this.$(".curves").dataset.state = "held";
      this.twins.hold();
      this.differ = null;
      this.drawTogether();
      this.askEffect();
    }
    clearTimeout(this.timer);
    if (!dragging) this.askDigits(false);
    else if (!same) {
      const wait = Math.max(0, (this.asked ?? 0) + PAUSE - performance.now());
      this.timer = setTimeout(() => { this.asked = performance.now(); this.askDigits(true); }, wait);
    }
    if (!dragging) { this.page.save(); if (this.at.eta === 0) this.page.event("eta-zero"); }
  }

  showSetting() {
    const { $, at } = this, eta = $(".clinic .eta"), S = $(".clinic .S");
    if (!at) return;
    if (!eta.matches(":active")) eta.value = at.eta;
    if (!S.matches(":active")) S.value = Math.round(1000 * Math.log(at.S) / Math.log(1000));
    eta.setAttribute("aria-valuetext", at.eta.toFixed(3));
    S.setAttribute("aria-valuetext", `${at.S} steps`);
    $(".clinic .eta-value").textContent = at.eta.toFixed(3);
    $(".clinic .S-value").textContent = at.S;
    Object.assign(this.page.root.dataset, { case: this.entry.key, eta: at.eta, steps: at.S });
  }

  onEffect(head) {
    if (head.id !== this.page.answered.effect || head.key !== this.entry.key) return;
    this.curves = head;
    this.$(".curves").dataset.state = "fresh";
    this.$(".trap").textContent = head.trap;
    this.drawCurves();
  }

  drawCurves() {
    const { curves, entry } = this;
    if (!curves || !entry.setting || this.page.mode !== "clinic") return;
    const sides = this.veiled ? [] : ["right", "wrong"], at = this.at;
    const home = at.eta === entry.setting.eta && at.S === entry.setting.S, guess = home && !this.veiled ? this.guesses[entry.key] ?? null : null;
    for (const kind of ["variance", "mean"]) {
      const chart = this.$(`.clinic .${kind} svg`);
      chart.dataset.name = kind;
      drawMoments(chart, kind, curves, { sides, names: NAMES, guess });
    }
    const runs = ["wrong", "right"].filter(side => side === "right" || !this.veiled).map(side => ({ side, t: curves[side].t, name: side === "wrong" ? "✗" : "✓", end: `${curves[side].t.length - 1} steps` }));
    drawSteps(this.$(".clinic .steps"), runs);
    this.$(".trap").hidden = this.veiled;
  }

  follow(image) {
    this.twins.focus = image;
    this.twins.draw();
  }

  onDigits(head, bytes) {
    if (head.id !== this.page.answered.digits) return;
    if (head.kind === "verdict") { if (head.n > 1) { this.differ = head; this.drawTogether(); } }
    else this.twins.receive(head, bytes);
    this.page.root.dataset.digits = head.kind === "verdict" && head.n > 1 ? "done" : "running";
  }

  drawTogether() {
    const { differ } = this, line = this.$(".clinic .together");
    const text = !differ || this.veiled || !this.entry.setting ? "" : `Same start, same noise (seed ${this.page.settings.seed}): ${differ.differ} of ${differ.n} results differ visibly` +
      `${differ.rms.every(gap => gap !== null) ? ` (root mean square difference ${Math.min(...differ.rms).toFixed(3)} to ${Math.max(...differ.rms).toFixed(3)}, of a range of 2).` : "; some are not numbers."}`;
    if (line.textContent !== text) line.textContent = text;
  }
}

const capital = text => text.replace(/^[a-z](?![\w]*_)/, letter => letter.toUpperCase()); // a symbol keeps its case
