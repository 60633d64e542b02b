// The mystery sampler: an unnamed fault runs; open instruments, name the cause, repair the line. The browser never
// holds the answer before the guess.
import { all, button, element, svg } from "../../static/dom.js";
import { drawMoments, drawSteps } from "./moments.js";
import { Twins } from "./twins.js";
import { scored } from "./words.js";

/** @typedef {import("./moments.js").Kind} Kind */
/** @typedef {import("./moments.js").Side} Side */
/** @typedef {import("./moments.js").Data} Data */
/** @typedef {{ key: string, name: string, shows: string }} Instrument */
/**
 * @typedef {object} Patient
 * @property {number} patient
 * @property {{ S: number, T: number, eta: number }} asked
 * @property {string[]} candidates the causes to choose from
 * @property {Instrument[]} instruments
 */
/** @typedef {{ patient: number, name: string } & Record<string, any>} Reading of an instrument */
/** @typedef {import("../../static/guide/guess.js").Told & { patient: number }} Verdict */
/** @typedef {Verdict & { case: string, line: string, repairs: string[] }} Cause its answer brings the rest */
/** @typedef {{ patient: number, choice: number, right: boolean, reply: string, curves: Data }} Repair */

/** @type {Kind[]} */
const KINDS = ["variance", "mean"];
const CAUSE = "What is wrong with this sampler?";
const NAMES = { wrong: "✗ patient", right: "✓ right", repaired: "○ now" };

export class Mystery {
  /**
   * @param {import("./errata.js").Page} page
   * @param {string | undefined} patient as the link has it
   */
  constructor(page, patient) {
    this.page = page;
    this.$ = page.$;
    this.patient = 1;
    /** @type {Patient | null} */
    this.head = null;
    /** @type {Record<string, Reading>} */
    this.readings = {};
    /** @type {string[]} */
    this.waiting = []; // instruments that are to be read
    /** @type {Data | null} */
    this.curves = null; // once a line was put in
    this.beside = false; // whether the healthy twin is shown
    this.line = -1; // the repair that was chosen
    /** @type {import("../../static/guide/guess.js").Guess | null} */
    this.guess = null; // at the cause
    this.case = ""; // what the patient has, once it was named
    this.isCured = false;
    this.solved = 0;
    this.seen = 0;
    this.number = this.$(".patient-number", HTMLInputElement);
    if (patient) this.patient = this.numbered(patient);
    this.twins = new Twins(
      this.$(".mystery .twins"),
      [
        { side: "wrong", icon: "?", title: "the patient" },
        { side: "right", icon: "✓", title: "healthy twin" },
      ],
      image => {
        this.twins.focus = image;
        this.twins.draw();
      },
    );
    this.number.addEventListener("change", () => {
      const next = this.numbered(this.number.value);
      if (next === this.patient) this.number.value = `${next}`;
      else this.call(next);
    });
    this.$(".next-patient").addEventListener("click", () => this.call(this.patient + 1));
    page.views.patient = head => this.onPatient(/** @type {any} */ (head));
    page.views.instrument = head => this.onReading(/** @type {any} */ (head));
    page.views.accuse = head => this.onVerdict(/** @type {any} */ (head));
    page.views.repair = head => this.onRepair(/** @type {any} */ (head));
    page.views.patient_digits = (head, bytes) => this.onDigits(head, bytes);
  }

  /**
   * A patient's number out of a link or a field; what is none is said, and the one before stays.
   * @param {string} text
   * @returns {number}
   */
  numbered(text) {
    if (/^[1-9][0-9]{0,8}$/.test(text)) return +text;
    this.page.notice(
      `There is no patient “${text}”: a whole number from 1 names one. This is patient ${this.patient}.`,
    );
    return this.patient;
  }

  enter() {
    if (!this.head) this.call(this.patient);
    this.drawCurves();
    this.page.save();
  }

  /** @param {number} patient */
  call(patient) {
    this.patient = patient;
    this.head = null;
    this.readings = {};
    this.waiting = [];
    this.curves = null;
    this.beside = false;
    this.line = -1;
    this.case = "";
    this.isCured = false;
    this.twins.clear();
    this.twins.name("wrong", "?", "the patient");
    this.$(".mystery .together").textContent = "";
    this.page.ask("patient", { patient });
    this.askDigits();
    this.page.save();
  }

  askDigits() {
    this.page.ask("patient_digits", {
      patient: this.patient,
      beside: this.beside,
      line: this.line,
      seed: this.page.settings.seed,
      draft: false,
      focus: this.twins.focus,
    });
  }

  /** @param {Patient} head */
  onPatient(head) {
    if (head.patient !== this.patient) return;
    this.head = head;
    const { asked } = head,
      { $ } = this;
    this.number.value = `${head.patient}`;
    $(".asked-for").textContent =
      `Asked for: ${asked.S} even steps of T = ${asked.T}, linear noise schedule, eta = ${asked.eta}. ` +
      "Something in the sampler is wrong.";
    $(".reply").textContent = "";
    $(".repair").hidden = true;
    $(".healed").hidden = true;
    $(".repaired-reply").textContent = "";
    this.drawInstruments(head.instruments);
    this.guess = this.page.teaching.guess(
      { key: `patient:${head.patient}`, prompt: `${CAUSE} (patient ${head.patient})` },
      head.candidates,
      { ask: choice => this.page.ask("accuse", { patient: this.patient, choice }) },
    );
    $(".causes").replaceChildren(this.guess.box);
    this.drawScore();
  }

  // Instruments

  /** @param {Instrument[]} instruments */
  drawInstruments(instruments) {
    this.$(".instruments").replaceChildren(
      ...instruments.map(({ key, name, shows }) => {
        const box = element("section", "instrument"),
          body = element("div", "reading");
        box.dataset.name = key;
        box.setAttribute("aria-label", name);
        const open = button("open", [element("b", "", name), element("span", "hint", shows)], () => this.read(key));
        box.append(open, body);
        return box;
      }),
    );
  }

  /**
   * One reading at a time: a newer request would take the place of an older one.
   * @param {string} name
   */
  read(name) {
    const box = `.instrument[data-name="${name}"]`;
    this.$(`${box} .open`, HTMLButtonElement).disabled = true;
    this.$(`${box} .reading`).textContent = "reading …";
    this.waiting.push(name);
    if (this.waiting.length === 1) this.askNext();
  }

  askNext() {
    if (this.waiting.length) this.page.ask("instrument", { patient: this.patient, name: this.waiting[0] });
  }

  /** @param {Reading} head */
  onReading(head) {
    if (head.patient !== this.patient) return;
    this.waiting.shift();
    this.askNext();
    this.readings[head.name] = head;
    const box = this.$(`.instrument[data-name="${head.name}"]`),
      body = this.$(`.instrument[data-name="${head.name}"] .reading`);
    box.classList.add("opened");
    if (head.name === "moments") body.replaceChildren(...KINDS.map(kind => this.chart(kind, `patient-${kind}`)));
    else if (head.name === "ruler") {
      const chart = this.chart("steps", "patient-steps");
      body.replaceChildren(chart, element("p", "", head.told));
    } else if (head.name === "repeat") body.replaceChildren(element("p", "", head.told));
    else if (head.name === "calls")
      body.replaceChildren(
        element("p", "big", `${head.calls}`),
        element("p", "", `network calls for a picture; asked for were ${head.asked} steps.`),
      );
    else {
      body.replaceChildren(element("p", "", "It stands beside the patient above."));
      this.beside = true;
      this.askDigits();
    }
    this.drawCurves();
    this.drawScore();
    this.page.event("instrument-opened");
  }

  /**
   * @param {Kind | "steps"} kind
   * @param {string} name
   */
  chart(kind, name) {
    const figure = element("figure", kind),
      chart = svg("svg", { role: "img", "data-name": name });
    if (kind === "steps") {
      chart.classList.add("steps");
      return chart;
    }
    figure.append(element("figcaption", "", kind === "variance" ? "Variance at every t" : "Mean at every t"), chart);
    return figure;
  }

  drawCurves() {
    if (this.page.mode !== "mystery") return;
    const { moments, ruler } = this.readings;
    /** @type {(name: string, kind: Kind, data: Data, sides: Side[]) => void} */
    const drawn = (name, kind, data, sides) => {
      const chart = this.page.root.querySelector(`svg[data-name="${name}"]`);
      if (chart instanceof SVGSVGElement) drawMoments(chart, kind, data, { sides, names: NAMES });
    };
    if (moments)
      for (const kind of KINDS) drawn(`patient-${kind}`, kind, /** @type {any} */ (moments), ["right", "wrong"]);
    if (ruler)
      drawSteps(this.$('svg[data-name="patient-steps"]', SVGSVGElement), [
        { side: "wrong", t: ruler.visited, name: "?", end: `ends at ${ruler.visited.at(-1)}` },
        { side: "right", t: ruler.asked, name: "✓", end: "asked for" },
      ]);
    if (this.curves) drawn("healed-variance", "variance", this.curves, ["right", "wrong", "repaired"]);
  }

  // The diagnosis

  /** @param {Cause} head */
  onVerdict(head) {
    if (head.patient !== this.patient || !this.guess) return;
    this.guess.tell(head);
    this.page.teaching.told(`patient:${head.patient}`, head);
    this.$(".reply").replaceChildren(...this.guess.verdict(head));
    if (!head.answer) return;
    this.case = head.case;
    this.$(".at-fault").textContent = head.line;
    this.$(".lines").replaceChildren(
      ...head.repairs.map((line, choice) => {
        const node = button("line", element("code", "", line), () =>
          this.page.ask("repair", { patient: this.patient, choice }),
        );
        node.dataset.choice = `${choice}`;
        return node;
      }),
    );
    this.$(".repair").hidden = false;
    this.page.event("cause-named");
  }

  /** @param {Repair} head */
  onRepair(head) {
    if (head.patient !== this.patient) return;
    const chosen = this.$(`.lines [data-choice="${head.choice}"]`, HTMLButtonElement);
    chosen.disabled = true;
    chosen.prepend(element("b", "", head.right ? "✓ " : "✗ "));
    this.$(".repaired-reply").replaceChildren(element("b", "", head.right ? "✓ " : "✗ "), head.reply);
    this.curves = head.curves;
    this.$(".healed").replaceChildren(this.chart("variance", "healed-variance"));
    this.$(".healed").hidden = false;
    this.beside = true;
    this.line = head.choice;
    this.twins.name(
      "wrong",
      head.right ? "○" : "✗",
      head.right ? "the patient, repaired" : "the patient with your line",
    );
    this.askDigits();
    if (head.right) this.cured(chosen);
    this.drawCurves();
  }

  /**
   * None of these can be chosen any more.
   * @param {string} box
   */
  close(box) {
    for (const node of all(this.$(box), "button")) /** @type {HTMLButtonElement} */ (node).disabled = true;
  }

  /** @param {HTMLElement} chosen the line that repaired it */
  cured(chosen) {
    this.close(".lines");
    chosen.classList.add("right");
    this.isCured = true;
    this.solved++;
    this.seen += Object.keys(this.readings).length;
    this.$(".healed").append(
      button("quiet", "Read about this error in the clinic ▶", () => {
        this.page.show("clinic");
        this.page.clinic.open(this.case, true);
      }),
    );
    this.drawScore();
    this.page.event("repaired");
  }

  /** The guide hears what is so already. */
  tell() {
    if (Object.keys(this.readings).length) this.page.event("instrument-opened");
    if (this.case) this.page.event("cause-named");
    if (this.isCured) this.page.event("repaired");
  }

  drawScore() {
    const open = Object.keys(this.readings).length,
      all = this.head?.instruments.length ?? 0;
    this.$(".score").textContent = scored(open, all, this);
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  onDigits(head, bytes) {
    if (head.kind === "verdict") this.drawTogether(head);
    else this.twins.receive(head, bytes);
  }

  /** @param {import("./twins.js").Apart} head */
  drawTogether(head) {
    this.$(".mystery .together").textContent =
      head.n < 2 || head.differ === null
        ? ""
        : `Same start, same noise: ${head.differ} of ${head.n} results differ visibly.`;
  }
}
