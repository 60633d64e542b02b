// One error at a time: what a text says, form against form, a guess, and what it does to numbers and to digits.
import { all, say } from "../../static/dom.js";
import { hold } from "../../static/guide/room.js";
import { evenLate } from "../../static/page.js";
import { media } from "../../static/screen.js";
import { CaseList } from "./caselist.js";
import { drawCase, drawFinding } from "./forms.js";
import { askGuess, hintGuess, prompted } from "./guess.js";
import { Handles } from "./handles.js";
import { drawMoments, drawSteps } from "./moments.js";
import { Twins, toldApart } from "./twins.js";

/** @typedef {import("./caselist.js").Entry} Entry */
/** @typedef {import("./caselist.js").Place} Place */
/** @typedef {import("./guess.js").Told} Told */
/** @typedef {import("./moments.js").Data & { key: string, trap: string }} Effect what the error does to the moments */
/** @typedef {Parameters<typeof drawFinding>[1] & { key: string }} Finding what was measured */

/** @type {import("./moments.js").Kind[]} */
const KINDS = ["variance", "mean"];
const NAMES = { wrong: "✗ wrong", right: "✓ right" };
const STACKED = media("(max-width: 1000px)"); // the list stands above the case instead of beside it

export class Clinic {
  /**
   * @param {import("./errata.js").Page} page
   * @param {{ documents: import("./caselist.js").Document[], guesses: string[], room: number }} catalogue
   * @param {Record<string, string | undefined>} query
   */
  constructor(page, catalogue, query) {
    this.page = page;
    this.$ = page.$;
    this.options = catalogue.guesses;
    this.room = catalogue.room;
    /** @type {Record<string, number | null>} */
    this.guesses = {}; // by case that is shown: the last guess; null: shown without one
    /** @type {Record<string, Node[]>} */
    this.told = {}; // what the guess at a case was told at its end
    /** @type {{ key: string, guess: import("../../static/guide/guess.js").Guess } | null} */
    this.asking = null;
    this.entered = false;
    /** @type {Place | null} */
    this.at = null;
    /** @type {Effect | null} */
    this.curves = null;
    /** @type {import("./twins.js").Apart | null} */
    this.differ = null;
    /** @type {Finding | undefined} */
    this.finding = undefined;
    this.guessFirst = this.$(".guess-first", HTMLInputElement);
    this.handles = new Handles(this.$, (changes, dragging) => this.set(changes, dragging));
    this.list = new CaseList(page, catalogue, key => this.open(key, true));
    this.twins = new Twins(
      this.$(".clinic .twins"),
      [
        { side: "wrong", icon: "✗", title: "with the error" },
        { side: "right", icon: "✓", title: "right" },
      ],
      image => this.follow(image),
    );
    this.entry = this.list.cases[0];
    this.wire();
    page.views.erratum = (/** @type {any} */ head) => {
      if (head.kind === "outline") this.onOutline(head);
      else this.onFinding(head);
    };
    page.views.effect = head => this.onEffect(/** @type {any} */ (head));
    page.views.guess = evenLate(head => this.onGuess(/** @type {any} */ (head)));
    page.views.digits = (head, bytes) => this.onDigits(head, bytes);
    const known = this.list.find(query.case);
    if (query.case !== undefined && !known)
      page.notice(`There is no error called ${query.case}. The list shows all of them.`);
    this.pick(known ?? this.entry, known && this.parsed(query.at));
  }

  /**
   * A setting in a link, "0.5,20"; null if it is none.
   * @param {string | undefined} at
   */
  parsed(at) {
    const [eta, S] = (at ?? "").split(",").map(Number);
    return Number.isFinite(eta) && eta >= 0 && eta <= 1 && Number.isInteger(S) && S >= 1 && S <= 1000
      ? { eta, S }
      : null;
  }

  wire() {
    const { $ } = this;
    $(".before").addEventListener("click", () => this.open(this.list.beside(this.entry.key, -1), true));
    $(".after").addEventListener("click", () => this.open(this.list.beside(this.entry.key, 1), true));
    $(".home").addEventListener("click", () => this.set({ ...this.entry.setting }, false));
    this.guessFirst.addEventListener("change", () => this.drawGuess());
  }

  // Opening a case

  /** @param {string} key */
  open(key, byHand = false) {
    const entry = this.list.find(key);
    if (entry && this.entry.key !== key) {
      this.pick(entry);
      this.ask();
      this.page.save();
    }
    if (!byHand) return;
    if (STACKED.matches) {
      this.$(".chooser", HTMLDetailsElement).open = false;
      this.$(".case").scrollIntoView({ block: "start" });
    } else if (this.$(".case").getBoundingClientRect().top < 0) this.$(".modes").scrollIntoView({ block: "start" });
    this.page.event("case-changed");
    this.page.event("case-opened");
    if (this.entry.kind === "claim") this.page.event("claim-opened");
  }

  /**
   * @param {Entry & { document: string }} entry
   * @param {Place | null} [at] where a link has it
   */
  pick(entry, at) {
    this.entry = entry;
    this.curves = null;
    this.differ = null;
    this.at = at ?? (entry.setting && { ...entry.setting });
    if (at) this.guesses[entry.key] ??= null; // a link to one setting shows it
    this.list.mark(entry.key);
    this.page.dismiss("digits", "effect");
    this.$(".case").dataset.state = "waiting";
    this.$(".curves").dataset.state = "held";
    for (const chart of all(this.page.root, ".clinic .curves svg")) chart.replaceChildren();
    this.$(".chosen").textContent = entry.title;
    this.$(".effect").hidden = !entry.setting;
    this.$(".measured").hidden = true;
    this.twins.clear();
    this.showSetting();
    this.drawGuess();
  }

  enter() {
    if (STACKED.matches && !this.entered) this.$(".chooser", HTMLDetailsElement).open = false;
    if (!this.entered) this.ask();
    this.entered = true;
    this.drawCurves();
  }

  own() {
    const { entry, at } = this,
      moved = at && (at.eta !== entry.setting?.eta || at.S !== entry.setting?.S);
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

  /** @param {boolean} draft */
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

  /** @param {any} head */
  onOutline(head) {
    if (head.case.key !== this.entry.key) return;
    this.$(".case").dataset.state = "fresh";
    drawCase(this.$, head);
  }

  /** @param {Finding} head */
  onFinding(head) {
    if (head.key !== this.entry.key) return;
    this.finding = head;
    this.drawFinding();
  }

  drawFinding() {
    const { finding } = this,
      shown = finding?.key === this.entry.key && finding.statement && !this.veiled;
    this.$(".measured").hidden = !shown;
    if (finding && shown) drawFinding(this.$, finding);
  }

  // The guess

  get veiled() {
    return Boolean(this.entry.setting) && this.guessFirst.checked && !(this.entry.key in this.guesses);
  }

  drawGuess() {
    const { veiled, entry } = this,
      told = /** @type {Node[] | undefined} */ (this.told[entry.key]);
    this.$(".asked-first").hidden = !veiled && !told;
    if (veiled && this.asking?.key !== entry.key) this.askFirst();
    this.$(".verdict-line").replaceChildren(...(told ?? []));
    this.twins.veil(veiled);
    this.$(".effect").dataset.veiled = `${veiled}`;
    this.$(".because").hidden = veiled;
    this.handles.lock(veiled);
    this.drawFinding();
    this.drawTogether();
    this.drawCurves();
  }

  askFirst() {
    const { key, title, setting } = this.entry;
    if (!setting) return;
    const prompt = prompted(setting),
      guess = this.page.teaching.guess({ key: `errata:${key}`, prompt: `${title}. ${prompt}` }, this.options, {
        canGiveUp: true,
        ask: (choice, attempt) => this.page.ask("guess", { case: key, choice, attempt }),
      });
    this.asking = { key, guess };
    askGuess(this.$(".asked-first"), prompt, guess, { options: this.options.map(text => ({ text })), room: this.room });
  }

  /** @param {Told} head */
  onGuess(head) {
    const { key, choice, answer } = head,
      { asking } = this;
    this.page.teaching.told(`errata:${key}`, head);
    if (asking?.key !== key) return;
    hold(this.$(".asked-first"), "minHeight");
    asking.guess.tell(head);
    const words = asking.guess.verdict(head);
    if (!answer) {
      hintGuess(this.$(".asked-first"), words);
      return;
    }
    this.guesses[key] = choice;
    this.told[key] = words;
    this.asking = null;
    this.drawGuess();
    this.page.event("guessed");
  }

  /** The guide hears what is so already. */
  tell() {
    const { entry, at } = this;
    if (entry.kind === "claim") this.page.event("claim-opened");
    if (at?.eta === 0 && !this.veiled) this.page.event("eta-zero");
  }

  // What it does

  /**
   * @param {Partial<Place>} changes
   * @param {boolean} dragging
   */
  set(changes, dragging) {
    const before = this.at;
    if (this.veiled || !before) return;
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
    const { at } = this;
    this.page.root.dataset.case = this.entry.key;
    if (!at) return;
    this.handles.show(at);
    Object.assign(this.page.root.dataset, { eta: at.eta, steps: at.S });
  }

  /** @param {Effect} head */
  onEffect(head) {
    if (head.key !== this.entry.key) return;
    this.curves = head;
    this.$(".curves").dataset.state = "fresh";
    this.$(".trap").textContent = head.trap;
    this.drawCurves();
  }

  drawCurves() {
    const { curves, entry, at } = this;
    if (!curves || !entry.setting || !at || this.page.mode !== "clinic") return;
    /** @type {import("./moments.js").Side[]} */
    const sides = this.veiled ? [] : ["right", "wrong"];
    const home = at.eta === entry.setting.eta && at.S === entry.setting.S,
      guess = home && !this.veiled ? (this.guesses[entry.key] ?? null) : null;
    for (const kind of KINDS) {
      const chart = this.$(`.clinic .${kind} svg`, SVGSVGElement);
      chart.dataset.name = kind;
      drawMoments(chart, kind, curves, { sides, names: NAMES, guess });
    }
    /** @param {"wrong" | "right"} side @param {string} name */
    const run = (side, name) => ({ side, t: curves[side].t, name, end: `${curves[side].t.length - 1} steps` });
    drawSteps(this.$(".clinic .steps", SVGSVGElement), [
      ...(this.veiled ? [] : [run("wrong", "✗")]),
      run("right", "✓"),
    ]);
  }

  /** @param {number} image */
  follow(image) {
    this.twins.focus = image;
    this.twins.draw();
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
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
    say(line, !differ || this.veiled || !this.entry.setting ? "" : toldApart(differ, this.page.settings.seed));
  }
}
