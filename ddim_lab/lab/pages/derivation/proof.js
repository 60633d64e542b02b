// The derivations, one step at a time: what changed is framed, what is left over is shown, numbers stand beside.
import { all, button, element, hit, sideways } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { evenLate } from "../../static/page.js";
import { spelled as shared } from "../../static/words.js";

/** @typedef {[left: string, right: string]} Equation in MathML */
/** @typedef {{ name: string, why: string, now: Equation[], before: Equation[] }} Step */
/** @typedef {{ key: string, title: string, assumes: string, steps: Step[] }} Outline */
/** @typedef {{ key: string, step: number, holds: boolean, left: string[] }} Check what is left over of a step */
/** @typedef {{ left: number | null, right: number | null, agree: boolean | null } | null} Sides of an equation */
/** @typedef {{ key: string, j: number, only: string, rows: Sides[][], values: Record<string, number> }} Numbers */
/** @typedef {{ theme: string, entries: { key: string, title: string }[] }} Theme */

/** @type {Record<string, string>} */
const SPOKEN = { before: "the step before", now: "this step", given: "what is given" };
const OTHER_ROOT = "other-root"; // the derivation with the negative root of m
const SUBSCRIPT = /\b([xtα])_(0|t|prev|T)\b/g;

/**
 * Words with names such as x_t in them, the index set lower.
 * @param {string} text
 */
export const spelled = text => shared(text, SUBSCRIPT);

/** @param {number | null} value */
export const six = value => {
  if (value === null) return "";
  const text =
    value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)
      ? `${+value.toPrecision(6)}`
      : value.toExponential(5);
  return text.replace("-", "−");
};

export class Proof {
  /**
   * @param {import("./derivation.js").Page} page
   * @param {Theme[]} catalogue
   * @param {string} key of the derivation that is open
   */
  constructor(page, catalogue, key) {
    this.page = page;
    this.$ = page.$;
    this.step = 0;
    /** @type {Record<string, Outline>} */
    this.seen = {};
    /** @type {Outline | undefined} */
    this.outline = undefined;
    /** @type {Record<string, Check>} */
    this.checks = {};
    /** @type {Numbers | undefined} */
    this.numbers = undefined;
    this.left = element("div", "left-over");
    this.keys = catalogue.flatMap(theme => theme.entries.map(entry => entry.key));
    this.key = this.keys.includes(key) ? key : this.keys[0];
    this.drawThemes(catalogue);
    this.$(".prove .back").addEventListener("click", () => this.go(this.step - 1));
    this.$(".prove .next").addEventListener("click", () => this.go(this.step + 1));
    this.$(".sheet").addEventListener("keydown", event => {
      const by = sideways(event);
      if (!by || hit(event, "input, select")) return;
      event.preventDefault();
      this.go(this.step + by);
    });
    page.views.steps = (/** @type {any} */ head) => {
      if (head.kind === "outline") this.onOutline(head);
      else this.onCheck(head);
    };
    page.views.numbers = evenLate((/** @type {any} */ head) => {
      if (head.key !== this.key) return;
      this.numbers = head;
      this.drawNumbers();
    });
    this.ask();
  }

  /** @param {Theme[]} catalogue */
  drawThemes(catalogue) {
    this.$(".themes").replaceChildren(
      ...catalogue.map(({ theme, entries }) => {
        const box = element("details", "theme"),
          list = element("ul", ""),
          summary = element("summary", "", theme);
        summary.append(element("span", "hint", ` ${entries.length}`));
        list.append(
          ...entries.map(({ key, title }) => {
            const item = element("li", ""),
              entry = button("entry", spelled(title), () => this.open(key));
            entry.dataset.key = key;
            if (key === OTHER_ROOT) {
              entry.setAttribute("data-tells", "two-roots"); // its title does
              entry.setAttribute("data-veil", "? guess first");
            }
            item.append(entry);
            return item;
          }),
        );
        box.append(summary, list);
        box.open = entries.some(entry => entry.key === this.key);
        return box;
      }),
    );
  }

  /** @param {string} key */
  open(key) {
    this.key = key;
    this.step = 0;
    this.page.event("derivation-opened");
    this.ask();
  }

  ask() {
    for (const entry of all(this.page.root, ".entry"))
      entry.setAttribute("aria-current", `${entry.dataset.key === this.key}`);
    const known = this.seen[`${this.key} ${this.page.notation}`];
    if (known) this.onOutline(known);
    else this.$(".sheet").dataset.state = "waiting";
    this.page.ask("steps", { derivation: this.key, notation: this.page.notation });
    this.askNumbers();
  }

  askNumbers() {
    this.page.ask("numbers", { derivation: this.key, settings: this.page.settings, j: this.page.j });
  }

  /** @param {Outline} head */
  onOutline(head) {
    this.seen[`${head.key} ${this.page.notation}`] = head;
    if (head.key !== this.key) return;
    this.outline = head;
    this.step = Math.min(this.step, head.steps.length - 1);
    this.$(".sheet").dataset.state = "shown";
    this.$(".proof-title").replaceChildren(...spelled(head.title));
    this.$(".assumes").replaceChildren(element("b", "", "Given: "), ...spelled(head.assumes), ".");
    this.draw();
  }

  /** @param {Check} head */
  onCheck(head) {
    this.checks[`${head.key} ${head.step}`] = head;
    if (head.key !== this.key || !this.outline || this.outline.key !== head.key) return;
    this.drawRail(this.outline.steps);
    if (head.step === this.step) this.drawCheck();
  }

  /** @param {number} step */
  go(step) {
    if (!this.outline || step < 0 || step >= this.outline.steps.length || step === this.step) return;
    this.step = step;
    this.draw();
    this.page.event("stepped");
    this.tell();
  }

  /** The guide hears that the last step was reached. */
  tell() {
    if (this.outline && this.step === this.outline.steps.length - 1) this.page.event("proved");
  }

  /**
   * @param {number} step
   * @returns {Check | undefined}
   */
  checkOf(step) {
    return this.checks[`${this.key} ${step}`];
  }

  draw() {
    const { outline, step } = this;
    if (!outline) return;
    const shown = outline.steps[step],
      sheet = this.$(".step-sheet");
    const count = element("span", "count", `${step + 1}/${outline.steps.length}`),
      title = element("h4", "", [count, ...spelled(shown.name)]),
      why = element("p", "why", spelled(shown.why));
    const now = this.block(shown.now, "now", step === 0 ? "given" : "now");
    const blocks = shown.before.length ? [this.block(shown.before, "before", "before"), now] : [now];
    this.left = element("div", "left-over");
    sheet.replaceChildren(title, why, ...blocks, this.left);
    sheet.setAttribute("aria-label", `Step ${step + 1} of ${outline.steps.length}: ${shown.name}`);
    this.$(".prove .back", HTMLButtonElement).disabled = step === 0;
    this.$(".prove .next", HTMLButtonElement).disabled = step === outline.steps.length - 1;
    this.drawRail(outline.steps);
    this.drawCheck();
    this.drawNumbers();
    Object.assign(this.page.root.dataset, { proof: this.key, step });
  }

  /**
   * @param {Equation[]} equations
   * @param {string} className
   * @param {string} label
   */
  block(equations, className, label) {
    const box = element("div", `equations ${className}`),
      scroll = element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", SPOKEN[label]);
    scroll.append(
      ...equations.map(([left, right]) => {
        const row = element("div", "equation");
        row.append(
          formula(left, "left"),
          element("span", "equals", "="),
          formula(right, "right"),
          element("span", "put-in"),
        );
        return row;
      }),
    );
    box.append(element("span", "label", label), scroll);
    return box;
  }

  /** @param {Step[]} steps */
  drawRail(steps) {
    const last = steps.length,
      done = steps.filter((_, i) => this.checkOf(i)).length;
    this.$(".rail").replaceChildren(
      ...steps.map(({ name }, i) => {
        const item = element("li", ""),
          check = this.checkOf(i),
          text = check ? (check.holds ? `${i + 1} ✓` : `${i + 1} ✗`) : `${i + 1}`,
          stop = button("", text, () => this.go(i));
        stop.title = name;
        stop.setAttribute(
          "aria-label",
          `step ${i + 1}: ${name}${check ? (check.holds ? ", checked" : ", does not hold") : ""}`,
        );
        if (i === this.step) stop.setAttribute("aria-current", "step");
        item.append(stop);
        return item;
      }),
    );
    const bad = steps.filter((_, i) => this.checkOf(i)?.holds === false).length;
    this.$(".checked").textContent =
      done < last
        ? `checking: ${done} of ${last} steps`
        : bad
          ? `✗ ${bad} of ${last} steps do not hold`
          : `✓ all ${last} steps checked`;
  }

  drawCheck() {
    const check = this.checkOf(this.step),
      box = this.left;
    box.className = "left-over";
    if (!check) {
      box.replaceChildren(element("span", "", "… checking this step against the one before"));
      return;
    }
    if (!check.left.length) {
      box.replaceChildren(element("span", "", "Given: there is nothing to check."));
      return;
    }
    box.classList.add(check.holds ? "holds" : "fails");
    const values = check.left.flatMap((value, i) => [...(i ? [", "] : []), formula(value)]);
    box.replaceChildren(
      element("b", "", check.holds ? "✓ " : "✗ "),
      "left over when held against the step before: ",
      ...values,
    );
  }

  drawNumbers() {
    const { numbers, outline } = this,
      sheet = this.$(".step-sheet");
    if (!outline || numbers?.key !== outline.key) return;
    /** @type {[block: string, step: number][]} */
    const rows = [
      [".before", this.step - 1],
      [".now", this.step],
    ];
    for (const [block, step] of rows) {
      sheet.querySelectorAll(`${block} .put-in`).forEach((box, i) => {
        const row = numbers.rows[step]?.[i];
        box.textContent = !row
          ? ""
          : row.agree === null
            ? `${row.left === null ? "" : "left "}= ${six(row.left ?? row.right)}`
            : `${six(row.left)} = ${six(row.right)} ${row.agree ? "✓" : "✗"}`;
      });
    }
    const { a, b, sigma, eta } = numbers.values,
      { run } = this.page,
      at = `t = ${run?.t[numbers.j - 1] ?? ""} → ${run?.t_prev[numbers.j - 1] ?? ""}`;
    const letters =
      this.page.notation === "short" ? "" : " In the words, a and b are the two alpha_bar: of t, and of t_prev.";
    const any = numbers.rows.some(row => row.some(sides => sides));
    this.$(".proof-at").textContent = any
      ? `Numbers: ${numbers.only || at}, a = ${six(a)}, b = ${six(b)}, σ = ${six(sigma)}, eta = ${six(eta)}. ` +
        `A symbol without a number stands for any value.${letters}`
      : "No numbers here: these equations hold for any value of their symbols.";
  }
}
