// The derivations, one step at a time: what changed is framed, what is left over is shown, numbers stand beside.
import { element } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { evenLate } from "../../static/page.js";
import { spelled as shared } from "../../static/words.js";

const SUBSCRIPT = /\b([xtα])_(0|t|prev|T)\b/g;

/**
 * Words with names such as x_t in them, the index set lower.
 * @param {string} text
 */
export const spelled = text => shared(text, SUBSCRIPT);

export const six = value => {
  if (value === null) return "";
  const text =
    value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)
      ? `${+value.toPrecision(6)}`
      : value.toExponential(5);
  return text.replace("-", "−");
};

export class Proof {
  constructor(page, catalogue, key) {
    Object.assign(this, { page, $: page.$, step: 0, seen: {}, checks: {}, numbers: {} });
    this.keys = catalogue.flatMap(theme => theme.entries.map(entry => entry.key));
    this.key = this.keys.includes(key) ? key : this.keys[0];
    this.drawThemes(catalogue);
    this.$(".prove .back").addEventListener("click", () => this.go(this.step - 1));
    this.$(".prove .next").addEventListener("click", () => this.go(this.step + 1));
    this.$(".sheet").addEventListener("keydown", event => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by || event.target.matches("input, select")) return;
      event.preventDefault();
      this.go(this.step + by);
    });
    page.views.steps = head => (head.kind === "outline" ? this.onOutline(head) : this.onCheck(head));
    page.views.numbers = evenLate(head => {
      if (head.key === this.key) {
        this.numbers = head;
        this.drawNumbers();
      }
    });
    this.ask();
  }

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
              button = Object.assign(element("button", "entry"), { type: "button" });
            button.append(...spelled(title));
            button.dataset.key = key;
            button.addEventListener("click", () => this.open(key));
            item.append(button);
            return item;
          }),
        );
        box.append(summary, list);
        box.open = entries.some(entry => entry.key === this.key);
        return box;
      }),
    );
  }

  open(key) {
    this.key = key;
    this.step = 0;
    this.page.event("derivation-opened");
    this.ask();
  }

  ask() {
    for (const button of this.page.root.querySelectorAll(".entry"))
      button.setAttribute("aria-current", button.dataset.key === this.key);
    const known = this.seen[`${this.key} ${this.page.notation}`];
    if (known) this.onOutline(known);
    else this.$(".sheet").dataset.state = "waiting";
    this.page.ask("steps", { derivation: this.key, notation: this.page.notation });
    this.askNumbers();
  }

  askNumbers() {
    this.page.ask("numbers", { derivation: this.key, settings: this.page.settings, j: this.page.j });
  }

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

  onCheck(head) {
    this.checks[`${head.key} ${head.step}`] = head;
    if (head.key !== this.key || !this.outline || this.outline.key !== head.key) return;
    this.drawRail();
    if (head.step === this.step) this.drawCheck();
  }

  go(step) {
    if (!this.outline || step < 0 || step >= this.outline.steps.length || step === this.step) return;
    this.step = step;
    this.draw();
    this.page.event("stepped");
    if (step === this.outline.steps.length - 1) this.page.event("proved");
  }

  checkOf(step) {
    return this.checks[`${this.key} ${step}`];
  }

  draw() {
    const { outline, step } = this,
      shown = outline.steps[step],
      sheet = this.$(".step-sheet");
    const title = element("h4", ""),
      why = element("p", "why");
    title.append(element("span", "count", `${step + 1}/${outline.steps.length}`), ...spelled(shown.name));
    why.append(...spelled(shown.why));
    const now = this.block(shown.now, "now", step === 0 ? "given" : "now");
    const blocks = shown.before.length ? [this.block(shown.before, "before", "before"), now] : [now];
    this.left = element("div", "left-over");
    sheet.replaceChildren(title, why, ...blocks, this.left);
    sheet.setAttribute("aria-label", `Step ${step + 1} of ${outline.steps.length}: ${shown.name}`);
    this.$(".prove .back").disabled = step === 0;
    this.$(".prove .next").disabled = step === outline.steps.length - 1;
    this.drawRail();
    this.drawCheck();
    this.drawNumbers();
    Object.assign(this.page.root.dataset, { proof: this.key, step });
  }

  block(equations, className, label) {
    const box = element("div", `equations ${className}`),
      scroll = element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", { before: "the step before", now: "this step", given: "what is given" }[label]);
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
    box.append(element("span", "label", { before: "before", now: "now", given: "given" }[label]), scroll);
    return box;
  }

  drawRail() {
    const last = this.outline.steps.length,
      done = this.outline.steps.filter((_, i) => this.checkOf(i)).length;
    this.$(".rail").replaceChildren(
      ...this.outline.steps.map(({ name }, i) => {
        const item = element("li", ""),
          check = this.checkOf(i),
          button = Object.assign(
            element("button", "", check ? (check.holds ? `${i + 1} ✓` : `${i + 1} ✗`) : `${i + 1}`),
            { type: "button", title: name },
          );
        button.setAttribute(
          "aria-label",
          `step ${i + 1}: ${name}${check ? (check.holds ? ", checked" : ", does not hold") : ""}`,
        );
        if (i === this.step) button.setAttribute("aria-current", "step");
        button.addEventListener("click", () => this.go(i));
        item.append(button);
        return item;
      }),
    );
    const bad = this.outline.steps.filter((_, i) => this.checkOf(i)?.holds === false).length;
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
    if (!outline || numbers.key !== outline.key) return;
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
      at = `t = ${this.page.run?.t[numbers.j - 1] ?? ""} → ${this.page.run?.t_prev[numbers.j - 1] ?? ""}`;
    const letters =
      this.page.notation === "short" ? "" : " In the words, a and b are the two alpha_bar: of t, and of t_prev.";
    const any = numbers.rows.some(row => row.some(one => one));
    this.$(".proof-at").textContent = any
      ? `Numbers: ${numbers.only || at}, a = ${six(a)}, b = ${six(b)}, σ = ${six(sigma)}, eta = ${six(eta)}. ` +
        `A symbol without a number stands for any value.${letters}`
      : "No numbers here: these equations hold for any value of their symbols.";
  }
}
