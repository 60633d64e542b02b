// The mystery sampler: an unnamed fault runs; open instruments, name the cause, repair the line. The browser never
// holds the answer before the guess.
import { button, element } from "../../static/dom.js";
import { spelled } from "../../static/words.js";
import { drawMoments, drawSteps } from "./moments.js";
import { Twins } from "./twins.js";

const NAMES = { wrong: "✗ patient", right: "✓ right", repaired: "○ now" };

export class Mystery {
  constructor(page, patient) {
    Object.assign(this, { page, $: page.$, patient: 1, readings: {}, solved: 0, seen: 0 });
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
    this.$(".patient-number").addEventListener("change", event => {
      const next = this.numbered(event.target.value);
      if (next === this.patient) event.target.value = next;
      else this.call(next);
    });
    this.$(".next-patient").addEventListener("click", () => this.call(this.patient + 1));
    Object.assign(page.views, {
      patient: head => this.onPatient(head),
      instrument: head => this.onReading(head),
      accuse: head => this.onVerdict(head),
      repair: head => this.onRepair(head),
      patient_digits: (head, bytes) => this.onDigits(head, bytes),
    });
  }

  // A patient's number out of a link or a field; what is none is said, and the one before stays.
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

  call(patient) {
    Object.assign(this, { patient, head: null, readings: {}, waiting: [], curves: null, beside: false, line: -1 });
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

  onPatient(head) {
    if (head.patient !== this.patient) return;
    this.head = head;
    const { asked } = head,
      { $ } = this;
    $(".patient-number").value = head.patient;
    $(".asked-for").textContent =
      `Asked for: ${asked.S} even steps of T = ${asked.T}, linear noise schedule, eta = ${asked.eta}. ` +
      "Something in the sampler is wrong.";
    $(".reply").textContent = "";
    $(".repair").hidden = true;
    $(".healed").hidden = true;
    $(".repaired-reply").textContent = "";
    this.drawInstruments();
    $(".causes").replaceChildren(
      ...head.candidates.map((cause, choice) => {
        const node = button("option", spelled(cause), () => this.page.ask("accuse", { patient: this.patient, choice }));
        node.dataset.choice = choice;
        return node;
      }),
    );
    this.drawScore();
  }

  // Instruments

  drawInstruments() {
    this.$(".instruments").replaceChildren(
      ...this.head.instruments.map(({ key, name, shows }) => {
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

  /** One reading at a time: a newer request would take the place of an older one. */
  read(name) {
    const box = this.$(`.instrument[data-name="${name}"]`);
    box.querySelector(".open").disabled = true;
    box.querySelector(".reading").textContent = "reading …";
    this.waiting.push(name);
    if (this.waiting.length === 1) this.askNext();
  }

  askNext() {
    if (this.waiting.length) this.page.ask("instrument", { patient: this.patient, name: this.waiting[0] });
  }

  onReading(head) {
    if (head.patient !== this.patient) return;
    this.waiting.shift();
    this.askNext();
    this.readings[head.name] = head;
    const box = this.$(`.instrument[data-name="${head.name}"]`),
      body = box.querySelector(".reading");
    box.classList.add("opened");
    if (head.name === "moments")
      body.replaceChildren(...["variance", "mean"].map(kind => this.chart(kind, `patient-${kind}`)));
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

  chart(kind, name) {
    const figure = element("figure", kind),
      chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    chart.setAttribute("role", "img");
    chart.dataset.name = name;
    if (kind === "steps") {
      chart.classList.add("steps");
      return chart;
    }
    figure.append(element("figcaption", "", kind === "variance" ? "Variance at every t" : "Mean at every t"), chart);
    return figure;
  }

  drawCurves() {
    if (this.page.mode !== "mystery") return;
    const { moments, ruler } = this.readings,
      drawn = (name, kind, data, sides) => {
        const chart = this.page.root.querySelector(`svg[data-name="${name}"]`);
        if (chart) drawMoments(chart, kind, data, { sides, names: NAMES });
      };
    if (moments) for (const kind of ["variance", "mean"]) drawn(`patient-${kind}`, kind, moments, ["right", "wrong"]);
    if (ruler)
      drawSteps(this.$('svg[data-name="patient-steps"]'), [
        { side: "wrong", t: ruler.visited, name: "?", end: `ends at ${ruler.visited.at(-1)}` },
        { side: "right", t: ruler.asked, name: "✓", end: "asked for" },
      ]);
    if (this.curves) drawn("healed-variance", "variance", this.curves, ["right", "wrong", "repaired"]);
  }

  // The diagnosis

  onVerdict(head) {
    if (head.patient !== this.patient) return;
    const chosen = this.$(`.causes [data-choice="${head.choice}"]`);
    chosen.disabled = true;
    chosen.classList.add("chosen");
    chosen.prepend(element("b", "", head.right ? "✓ " : "✗ "));
    this.$(".reply").replaceChildren(
      element("b", "", head.right ? "✓ Yes. " : "✗ Not this one. "),
      ...spelled(head.reply),
    );
    if (!head.right) return;
    for (const other of this.$(".causes").children) other.disabled = true;
    chosen.classList.add("right");
    this.solution = head;
    this.$(".at-fault").textContent = head.line;
    this.$(".lines").replaceChildren(
      ...head.repairs.map((line, choice) => {
        const node = button("line", element("code", "", line), () =>
          this.page.ask("repair", { patient: this.patient, choice }),
        );
        node.dataset.choice = choice;
        return node;
      }),
    );
    this.$(".repair").hidden = false;
    this.page.event("cause-named");
  }

  onRepair(head) {
    if (head.patient !== this.patient) return;
    const chosen = this.$(`.lines [data-choice="${head.choice}"]`);
    chosen.disabled = true;
    chosen.prepend(element("b", "", head.right ? "✓ " : "✗ "));
    this.$(".repaired-reply").replaceChildren(element("b", "", head.right ? "✓ " : "✗ "), head.reply);
    this.curves = head.curves;
    this.$(".healed").replaceChildren(this.chart("variance", "healed-variance"));
    this.$(".healed").hidden = false;
    Object.assign(this, { beside: true, line: head.choice });
    this.twins.name(
      "wrong",
      head.right ? "○" : "✗",
      head.right ? "the patient, repaired" : "the patient with your line",
    );
    this.askDigits();
    if (head.right) this.cured(chosen);
    this.drawCurves();
  }

  cured(chosen) {
    for (const other of this.$(".lines").children) other.disabled = true;
    chosen.classList.add("right");
    this.solved++;
    this.seen += Object.keys(this.readings).length;
    this.$(".healed").append(
      button("quiet", "Read about this error in the clinic ▶", () => {
        this.page.show("clinic");
        this.page.clinic.open(this.solution.case, true);
      }),
    );
    this.drawScore();
    this.page.event("repaired");
  }

  drawScore() {
    const open = Object.keys(this.readings).length,
      all = this.head?.instruments.length ?? 0;
    const { solved, seen } = this,
      patients = `${solved} ${solved === 1 ? "patient" : "patients"}`,
      cured = solved ? `; ${patients} cured, with ${(seen / solved).toFixed(1)} instruments each` : "";
    this.$(".score").textContent = `${open} of ${all} instruments open${cured}.`;
  }

  onDigits(head, bytes) {
    if (head.kind === "verdict") this.drawTogether(head);
    else this.twins.receive(head, bytes);
  }

  drawTogether(head) {
    this.$(".mystery .together").textContent =
      head.n < 2 || head.differ === null
        ? ""
        : `Same start, same noise: ${head.differ} of ${head.n} results differ visibly.`;
  }
}
