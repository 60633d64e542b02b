// One error at a time: what a text says, form against form, a guess, and what it does to numbers and to digits.
import { button, element, say } from "../../static/dom.js";
import { evenLate } from "../../static/page.js";
import { media } from "../../static/screen.js";
import { nudged } from "../../static/setting.js";
import { CaseList } from "./caselist.js";
import { drawCase, drawFinding } from "./forms.js";
import { drawMoments, drawSteps } from "./moments.js";
import { Twins } from "./twins.js";

const NAMES = { wrong: "✗ wrong", right: "✓ right" };
const STACKED = media("(max-width: 1000px)"); // the list stands above the case instead of beside it

export class Clinic {
  constructor(page, catalogue, query) {
    Object.assign(this, { page, $: page.$, catalogue, guesses: {}, told: {} });
    this.list = new CaseList(page, catalogue, key => this.open(key, true));
    this.twins = new Twins(
      this.$(".clinic .twins"),
      [
        { side: "wrong", icon: "✗", title: "with the error" },
        { side: "right", icon: "✓", title: "right" },
      ],
      image => this.follow(image),
    );
    this.wire();
    Object.assign(page.views, {
      erratum: head => (head.kind === "outline" ? this.onOutline(head) : this.onFinding(head)),
      effect: head => this.onEffect(head),
      guess: evenLate(head => this.onGuess(head)),
      digits: (head, bytes) => this.onDigits(head, bytes),
    });
    const known = this.list.find(query.case);
    if (query.case !== undefined && !known)
      page.notice(`There is no error called ${query.case}. The list shows all of them.`);
    this.pick(known ?? this.list.cases[0], known && this.parsed(query.at));
  }

  parsed(at) {
    const [eta, S] = (at ?? "").split(",").map(Number);
    return Number.isFinite(eta) && eta >= 0 && eta <= 1 && Number.isInteger(S) && S >= 1 && S <= 1000
      ? { eta, S }
      : null;
  }

  wire() {
    const { $ } = this,
      eta = $(".clinic .eta"),
      S = $(".clinic .S");
    $(".before").addEventListener("click", () => this.open(this.list.beside(this.entry.key, -1), true));
    $(".after").addEventListener("click", () => this.open(this.list.beside(this.entry.key, 1), true));
    $(".home").addEventListener("click", () => this.set({ ...this.entry.setting }, false));
    $(".guess-first").addEventListener("change", () => this.drawGuess());
    const rounded = () => Math.round(+eta.value * 1000) / 1000;
    eta.addEventListener("input", () => this.set({ eta: rounded() }, true));
    eta.addEventListener("change", () => this.set({ eta: rounded() }, false));
    eta.addEventListener("keydown", event => {
      const next = nudged(event, this.at.eta, 0, 1);
      if (next !== null) this.set({ eta: next }, false);
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

  // Opening a case

  open(key, byHand = false) {
    if (this.entry.key !== key) {
      this.pick(this.list.find(key));
      this.ask();
      this.page.save();
    }
    if (!byHand) return;
    if (STACKED.matches) {
      this.$(".chooser").open = false;
      this.$(".case").scrollIntoView({ block: "start" });
    } else if (this.$(".case").getBoundingClientRect().top < 0) this.$(".modes").scrollIntoView({ block: "start" });
    this.page.event("case-changed");
    this.page.event("case-opened");
    if (this.entry.kind === "claim") this.page.event("claim-opened");
  }

  pick(entry, at) {
    Object.assign(this, { entry, curves: null, differ: null, at: at ?? (entry.setting && { ...entry.setting }) });
    if (at) this.guesses[entry.key] ??= null; // a link to one setting shows it
    this.list.mark(entry.key);
    this.page.dismiss("digits", "effect");
    this.$(".case").dataset.state = "waiting";
    this.$(".curves").dataset.state = "held";
    for (const chart of this.page.root.querySelectorAll(".clinic .curves svg")) chart.replaceChildren();
    this.$(".chosen").textContent = entry.title;
    this.$(".effect").hidden = !entry.setting;
    this.$(".measured").hidden = true;
    this.twins.clear();
    this.showSetting();
    this.drawGuess();
  }

  enter() {
    if (STACKED.matches && !this.entered) this.$(".chooser").open = false;
    if (!this.entered) this.ask();
    this.entered = true;
    this.drawCurves();
  }

  own() {
    const { entry, at } = this,
      moved = at && (at.eta !== entry.setting.eta || at.S !== entry.setting.S);
    return { case: entry.key, ...(moved && { at: `${at.eta},${at.S}` }) };
  }

  ask() {
    this.askCase();
    if (this.entry.setting) {
      this.askEffect();
      this.askDigits(false);
    }
  }

  askCase() {
    this.page.ask("erratum", { case: this.entry.key, notation: this.page.notation });
  }

  askEffect() {
    this.page.ask("effect", { case: this.entry.key, ...this.at });
  }

  askDigits(draft) {
    const values = {
      case: this.entry.key,
      ...this.at,
      seed: this.page.settings.seed,
      draft,
      focus: this.twins.focus,
    };
    this.page.ask("digits", values, draft);
  }

  onOutline(head) {
    if (head.case.key !== this.entry.key) return;
    this.$(".case").dataset.state = "fresh";
    drawCase(this.$, head);
  }

  onFinding(head) {
    if (head.key !== this.entry.key) return;
    this.finding = head;
    this.drawFinding();
  }

  drawFinding() {
    const { finding } = this,
      shown = finding?.key === this.entry.key && finding.statement && !this.veiled;
    this.$(".measured").hidden = !shown;
    if (shown) drawFinding(this.$, finding);
  }

  // The guess

  get veiled() {
    return Boolean(this.entry.setting) && this.$(".guess-first").checked && !(this.entry.key in this.guesses);
  }

  drawGuess() {
    const { veiled, entry } = this,
      box = this.$(".guess"),
      told = this.told[entry.key];
    box.hidden = !veiled;
    if (veiled) {
      const prompt = element(
        "b",
        "",
        `Guess first. At eta = ${entry.setting.eta} with S = ${entry.setting.S}, the variance of the results is …`,
      );
      box.replaceChildren(
        prompt,
        ...this.catalogue.guesses.map((text, choice) => {
          const node = button("option", text, () => this.guess(choice));
          node.dataset.choice = choice;
          return node;
        }),
        button("quiet", "Just show me", () => {
          this.guesses[entry.key] = null;
          this.drawGuess();
        }),
      );
    }
    const line = this.$(".verdict-line");
    line.hidden = veiled || !told;
    if (told)
      line.replaceChildren(
        element(
          "b",
          "",
          told.right === told.choice ? "✓ Yes. " : `✗ Not quite: it is ${this.catalogue.guesses[told.right]}. `,
        ),
        told.told,
      );
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
    if (!dragging || !same) this.askDigits(dragging);
    if (dragging) return;
    this.page.save();
    for (const name of Object.keys(changes)) this.page.event(`${name}-changed`);
    if (this.at.eta === 0) this.page.event("eta-zero");
  }

  showSetting() {
    const { $, at } = this,
      eta = $(".clinic .eta"),
      S = $(".clinic .S");
    this.page.root.dataset.case = this.entry.key;
    if (!at) return;
    if (!eta.matches(":active")) eta.value = at.eta;
    if (!S.matches(":active")) S.value = Math.round((1000 * Math.log(at.S)) / Math.log(1000));
    eta.setAttribute("aria-valuetext", at.eta.toFixed(3));
    S.setAttribute("aria-valuetext", `${at.S} steps`);
    $(".clinic .eta-value").textContent = at.eta.toFixed(3);
    $(".clinic .S-value").textContent = at.S;
    Object.assign(this.page.root.dataset, { eta: at.eta, steps: at.S });
  }

  onEffect(head) {
    if (head.key !== this.entry.key) return;
    this.curves = head;
    this.$(".curves").dataset.state = "fresh";
    this.$(".trap").textContent = head.trap;
    this.drawCurves();
  }

  drawCurves() {
    const { curves, entry } = this;
    if (!curves || !entry.setting || this.page.mode !== "clinic") return;
    const sides = this.veiled ? [] : ["right", "wrong"],
      at = this.at;
    const home = at.eta === entry.setting.eta && at.S === entry.setting.S,
      guess = home && !this.veiled ? (this.guesses[entry.key] ?? null) : null;
    for (const kind of ["variance", "mean"]) {
      const chart = this.$(`.clinic .${kind} svg`);
      chart.dataset.name = kind;
      drawMoments(chart, kind, curves, { sides, names: NAMES, guess });
    }
    const runs = ["wrong", "right"]
      .filter(side => side === "right" || !this.veiled)
      .map(side => ({
        side,
        t: curves[side].t,
        name: side === "wrong" ? "✗" : "✓",
        end: `${curves[side].t.length - 1} steps`,
      }));
    drawSteps(this.$(".clinic .steps"), runs);
    this.$(".trap").hidden = this.veiled;
  }

  follow(image) {
    this.twins.focus = image;
    this.twins.draw();
  }

  onDigits(head, bytes) {
    if (head.kind === "verdict") {
      if (head.n > 1) {
        this.differ = head;
        this.drawTogether();
      }
    } else this.twins.receive(head, bytes);
    this.page.root.dataset.digits = head.kind === "verdict" && head.n > 1 ? "done" : "running";
  }

  drawTogether() {
    const { differ } = this,
      line = this.$(".clinic .together");
    say(line, !differ || this.veiled || !this.entry.setting ? "" : apart(differ, this.page.settings.seed));
  }
}

/** How many results differ, and by how much. */
function apart({ differ, n, rms }, seed) {
  const visibly = `Same start, same noise (seed ${seed}): ${differ} of ${n} results differ visibly`;
  if (rms.includes(null)) return `${visibly}; some are not numbers.`;
  const [least, most] = [Math.min(...rms), Math.max(...rms)].map(gap => gap.toFixed(3));
  return `${visibly} (root mean square difference ${least} to ${most}, of a range of 2).`;
}
