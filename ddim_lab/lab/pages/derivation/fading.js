// Fading: one derivation with fewer and fewer of its last steps. The learner types what is missing; the server reads
// it by a closed grammar and says which condition holds and what remains of the other.
import { button, chosen, element, tablist } from "../../static/dom.js";
import { formula } from "../../static/formulas.js";
import { six, spelled } from "./proof.js";

const PAUSE = 250; // ms after the last key before the server is asked what it understood
const NAMES = { mean: "mean condition", variance: "variance condition" };
const MISSING = { k: "Solve the first condition for k", m: "Solve the second condition for m" };
const EXAMPLES = { k: "for example  b − m·a", m: "for example  sqrt(1 − b)/2" };

export class Fading {
  constructor(page, exercises) {
    Object.assign(this, {
      page,
      exercises,
      box: page.$(".fading"),
      shown: {},
      texts: {},
      verdicts: {},
      timers: {},
      index: 0,
    });
    page.views.exercise = head => this.onExercise(head);
    page.views.typed = head => this.onTyped(head);
    page.views.finish = head => this.onVerdict(head);
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
    this.tabs = this.exercises.map((exercise, i) => {
      const tab = Object.assign(element("button", ""), { type: "button", id: `der-tab-${i}` });
      tab.append(element("b", "", `${i + 1} `), exercise.title);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "der-lines");
      return tab;
    });
    tablist(this.tabs, tab => this.open(this.tabs.indexOf(tab)));
    tabs.append(...this.tabs);
    this.lines = element("div", "lines");
    this.lines.id = "der-lines";
    this.lines.setAttribute("role", "tabpanel");
    this.side = element("div", "verdict-card");
    this.side.setAttribute("aria-live", "polite");
    this.box.replaceChildren(tabs, this.lines, this.side);
  }

  open(index) {
    this.index = index;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
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

  onExercise(head) {
    if (head.key !== this.exercise.key) return;
    this.shown = head;
    this.draw();
  }

  draw() {
    const { exercise, shown } = this,
      list = element("ol", "");
    list.append(...shown.steps.map(step => this.line(step)));
    if (!shown.all) list.append(...exercise.missing.map(name => this.gap(name)));
    const task = element("p", "task");
    task.append(...spelled(exercise.task));
    this.lines.replaceChildren(task, list);
    if (exercise.missing.length && !shown.all) this.lines.append(this.actions());
    else this.lines.append(this.onward());
    this.drawVerdict();
    for (const name of exercise.missing) if (this.text(name)) this.understand(name);
  }

  line(step) {
    const item = element("li", "line"),
      words = element("p", "line-name"),
      scroll = element("div", "scroll");
    words.append(element("b", ""), " ", element("span", "hint", ""));
    words.firstChild.append(...spelled(step.name));
    words.lastChild.append(...spelled(step.why));
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

  /** A step that is left out: the learner's line. */
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

  /** Verdict and reading are of what stood there before. */
  typed(name, value) {
    this.texts[`${this.exercise.key} ${name}`] = value;
    delete this.verdicts[this.exercise.key];
    this.page.dismiss("finish", "typed");
    this.drawVerdict();
    this.lines.querySelector(`[data-name="${name}"] .read`).replaceChildren();
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(() => this.understand(name), PAUSE);
  }

  text(name) {
    return this.texts[`${this.exercise.key} ${name}`] ?? "";
  }

  understand(name) {
    const read = this.lines.querySelector(`[data-name="${name}"] .read`);
    if (!this.text(name).trim()) {
      read?.replaceChildren();
      return;
    }
    this.page.ask("typed", { unknown: name, text: this.text(name), notation: this.page.notation });
  }

  onTyped(head) {
    const line = this.lines.querySelector(`[data-name="${head.unknown}"]`),
      read = line?.querySelector(".read");
    if (!read) return;
    line.classList.toggle("refused", Boolean(head.refused));
    if (head.refused) read.replaceChildren(`✗ ${head.refused}`);
    else read.replaceChildren("read as ", formula(head.formula));
    for (const other of this.exercise.missing) {
      // one lane: the other answer is asked for after this one
      const box = this.lines.querySelector(`[data-name="${other}"] .read`);
      if (other !== head.unknown && this.text(other).trim() && !box.hasChildNodes()) this.understand(other);
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

  onVerdict(head) {
    this.verdicts[head.exercise] = head;
    if (head.exercise === this.exercise.key) this.drawVerdict();
    if (head.solved) this.page.event("answered-right");
  }

  drawVerdict() {
    const verdict = this.verdicts[this.exercise.key],
      { side } = this;
    side.dataset.state = verdict ? (verdict.solved ? "solved" : "told") : "empty";
    this.page.root.dataset.solved = Boolean(verdict?.solved);
    if (!this.exercise.missing.length) {
      side.replaceChildren(
        element("h3", "", "A worked example"),
        element(
          "p",
          "hint",
          "Cover the lines, and uncover one after the other: say what comes next before you look. " +
            "The next exercise leaves the last line to you.",
        ),
      );
    } else if (!verdict) {
      side.replaceChildren(
        element("h3", "", "What your answer does"),
        element(
          "p",
          "hint",
          "Type a formula and press Check. " +
            "You will be told which of the two conditions holds, and what remains of the other.",
        ),
      );
    } else if (verdict.refused) {
      side.replaceChildren(element("h3", "", "Not read yet"), element("p", "", `✗ ${verdict.refused}`));
    } else {
      side.replaceChildren(
        element("h3", "", verdict.solved ? "✓ Solved" : "What your answer does"),
        ...verdict.conditions.map(one => this.condition(one)),
        ...verdict.reply.map(words => {
          const p = element("p", "reply");
          p.append(...spelled(words));
          return p;
        }),
      );
      if (verdict.solved && this.index + 1 < this.exercises.length)
        side.append(button("primary", "Next exercise", () => this.open(this.index + 1)));
    }
  }

  condition({ condition, holds, proved, needs, formula: left, number }) {
    const row = element("div", `condition ${holds ? "holds" : needs.length ? "waits" : "fails"}`),
      word = holds ? "✓ holds" : needs.length ? "… waits" : "✗ does not hold";
    row.append(element("b", "", NAMES[condition]), element("span", "state", word));
    const told = element("div", "remains scroll");
    told.tabIndex = 0;
    told.setAttribute("role", "group");
    told.setAttribute("aria-label", `what remains of the ${condition} condition`);
    if (needs.length) told.append(`needs your ${needs.join(" and ")}`);
    else
      told.append(
        "left over: ",
        ...(left ? [formula(left)] : ["a formula too long to show"]),
        ...(holds
          ? [proved ? "" : " (compared to 40 digits)"]
          : [number === null ? ", no real number here" : `, here ${six(number)}`]),
      );
    row.append(told);
    return row;
  }
}
