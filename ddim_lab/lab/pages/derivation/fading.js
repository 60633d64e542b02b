// Fading: one derivation with fewer and fewer of its last steps. The learner types what is missing; the server reads
// it by a closed grammar and says which condition holds and what remains of the other.
import { button, chosen, element, tablist } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { Rest } from "../../static/throttle.js";
import { answered, example } from "./answered.js";
import { spelled } from "./proof.js";

/** @typedef {import("./answered.js").Verdict} Verdict */
/** @typedef {"k" | "m"} Name of an unknown */
/** @typedef {{ key: string, title: string, task: string, missing: Name[] }} Exercise */
/** @typedef {{ key: string, steps: import("./proof.js").Step[], all: boolean }} Shown the lines of an exercise */
/** @typedef {{ unknown: Name, refused?: string, formula: string }} Typed how an answer was read */

const PAUSE = 250; // ms after the last key before the server is asked what it understood
const MISSING = { k: "Solve the first condition for k", m: "Solve the second condition for m" };
const EXAMPLES = { k: "for example  b − m·a", m: "for example  sqrt(1 − b)/2" };

export class Fading {
  /**
   * @param {import("./derivation.js").Page} page
   * @param {Exercise[]} exercises
   */
  constructor(page, exercises) {
    this.page = page;
    this.exercises = exercises;
    /** @type {Record<string, string>} */
    this.texts = {};
    /** @type {Record<string, Verdict>} */
    this.verdicts = {};
    this.pauses = { k: new Rest(), m: new Rest() };
    this.index = 0;
    page.views.exercise = head => this.onExercise(/** @type {any} */ (head));
    page.views.typed = head => this.onTyped(/** @type {any} */ (head));
    page.views.finish = head => this.onVerdict(/** @type {any} */ (head));
    this.lines = element("div", "lines");
    this.side = element("div", "verdict-card");
    /** @type {HTMLElement[]} */
    this.tabs = exercises.map((exercise, i) => {
      const tab = Object.assign(button("", [element("b", "", `${i + 1} `), exercise.title]), { id: `der-tab-${i}` });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "der-lines");
      return tab;
    });
    this.build();
    this.open(0);
  }

  get exercise() {
    return this.exercises[this.index];
  }

  build() {
    const tabs = element("div", "fading-tabs");
    tabs.setAttribute("role", "tablist");
    tabs.setAttribute("aria-label", "Exercises");
    tablist(this.tabs, tab => this.open(this.tabs.indexOf(tab)));
    tabs.append(...this.tabs);
    this.lines.id = "der-lines";
    this.lines.setAttribute("role", "tabpanel");
    this.side.setAttribute("aria-live", "polite");
    this.page.$(".fading").replaceChildren(tabs, this.lines, this.side);
  }

  /** @param {number} index */
  open(index) {
    this.index = index;
    for (const pause of Object.values(this.pauses)) pause.drop();
    this.page.dismiss("typed");
    chosen(this.tabs, tab => tab === this.tabs[index]);
    this.lines.setAttribute("aria-labelledby", `der-tab-${index}`);
    this.page.event("exercise-opened");
    this.ask();
  }

  ask(all = false) {
    this.page.ask("exercise", { exercise: this.exercise.key, notation: this.page.notation, all });
  }

  /** Another transition: the remainders have other numbers. */
  follow() {
    if (this.verdicts[this.exercise.key]) this.check();
  }

  /** @param {Shown} shown */
  onExercise(shown) {
    if (shown.key === this.exercise.key) this.draw(shown);
  }

  /** @param {Shown} shown */
  draw(shown) {
    const { exercise } = this,
      list = element("ol", "");
    list.append(...shown.steps.map(step => this.line(step)));
    if (!shown.all) list.append(...exercise.missing.map(name => this.gap(name)));
    this.lines.replaceChildren(element("p", "task", spelled(exercise.task)), list);
    if (exercise.missing.length && !shown.all) this.lines.append(this.actions());
    else this.lines.append(this.onward());
    this.drawVerdict();
    for (const name of exercise.missing) if (this.text(name)) this.understand(name);
  }

  /** @param {import("./proof.js").Step} step */
  line(step) {
    const item = element("li", "line"),
      words = element("p", "line-name"),
      name = element("b", "", spelled(step.name)),
      why = element("span", "hint", spelled(step.why)),
      scroll = element("div", "scroll");
    words.append(name, " ", why);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", step.name);
    scroll.append(
      ...step.now.map(([left, right]) => {
        const row = element("div", "equation");
        row.append(formula(left), element("span", "equals", "="), formula(right));
        return row;
      }),
    );
    item.append(words, scroll);
    return item;
  }

  /**
   * A step that is left out: the learner's line.
   * @param {Name} name
   */
  gap(name) {
    const item = element("li", "line gap"),
      label = element("label", "line-name", MISSING[name]),
      row = element("div", "answer");
    const input = Object.assign(element("input", "typed"), {
      type: "text",
      id: `der-type-${name}`,
      value: this.text(name),
      placeholder: EXAMPLES[name],
      maxLength: 200,
      autocomplete: "off",
      spellcheck: false,
    });
    input.setAttribute("autocapitalize", "off");
    input.setAttribute("aria-describedby", `der-read-${name}`);
    label.htmlFor = input.id;
    input.setAttribute("aria-label", `${name} =`);
    input.addEventListener("input", () => this.typed(name, input.value));
    input.addEventListener("keydown", event => {
      if (event.key === "Enter") this.check();
    });
    row.append(element("span", "unknown", `${name} =`), input);
    const read = element("div", "read");
    read.id = `der-read-${name}`;
    item.append(label, row, read);
    item.dataset.name = name;
    return item;
  }

  actions() {
    const row = element("div", "actions"),
      check = button("primary check", "Check", () => this.check());
    row.append(
      check,
      button("quiet", "Show me the missing steps", () => this.ask(true)),
      element("span", "hint", "Signs: + − * / ^ sqrt( ). Names: a, b, sigma, eta, m, and those of the notation above."),
    );
    return row;
  }

  onward() {
    const row = element("div", "actions");
    if (this.exercise.missing.length) row.append(button("", "Try it again", () => this.ask()));
    if (this.index + 1 < this.exercises.length)
      row.append(button("primary", "Next exercise", () => this.open(this.index + 1)));
    return row;
  }

  /**
   * Verdict and reading are of what stood there before.
   * @param {Name} name
   * @param {string} value
   */
  typed(name, value) {
    this.texts[`${this.exercise.key} ${name}`] = value;
    delete this.verdicts[this.exercise.key];
    this.page.dismiss("finish", "typed");
    this.drawVerdict();
    this.reading(name)?.replaceChildren();
    this.pauses[name].after(PAUSE, () => this.understand(name));
  }

  /**
   * Where it is told how an answer was read.
   * @param {Name} name
   */
  reading(name) {
    return this.lines.querySelector(`[data-name="${name}"] .read`);
  }

  /** @param {Name} name */
  text(name) {
    return this.texts[`${this.exercise.key} ${name}`] ?? "";
  }

  /** @param {Name} name */
  understand(name) {
    if (!this.text(name).trim()) {
      this.reading(name)?.replaceChildren();
      return;
    }
    this.page.ask("typed", { unknown: name, text: this.text(name), notation: this.page.notation });
  }

  /** @param {Typed} head */
  onTyped(head) {
    const read = this.reading(head.unknown);
    if (!read) return;
    read.closest(".line")?.classList.toggle("refused", Boolean(head.refused));
    if (head.refused) read.replaceChildren(`✗ ${head.refused}`);
    else read.replaceChildren("read as ", formula(head.formula));
    for (const other of this.exercise.missing) {
      // one lane: the other answer is asked for after this one
      if (other !== head.unknown && this.text(other).trim() && !this.reading(other)?.hasChildNodes())
        this.understand(other);
    }
  }

  check() {
    const { page, exercise } = this;
    page.ask("finish", {
      exercise: exercise.key,
      notation: page.notation,
      k: this.text("k"),
      m: this.text("m"),
      settings: page.settings,
      j: page.j,
    });
    this.side.dataset.state = "waiting";
  }

  /** @param {Verdict} head */
  onVerdict(head) {
    this.verdicts[head.exercise] = head;
    if (head.exercise === this.exercise.key) this.drawVerdict();
    if (head.solved) this.page.event("answered-right");
  }

  drawVerdict() {
    const { side } = this,
      { key, missing } = this.exercise,
      verdict = /** @type {Verdict | undefined} */ (this.verdicts[key]);
    side.dataset.state = verdict ? (verdict.solved ? "solved" : "told") : "empty";
    this.page.root.dataset.solved = `${Boolean(verdict?.solved)}`;
    side.replaceChildren(...(missing.length ? answered(verdict) : example()));
    if (verdict?.solved && this.index + 1 < this.exercises.length)
      side.append(button("primary", "Next exercise", () => this.open(this.index + 1)));
  }
}
