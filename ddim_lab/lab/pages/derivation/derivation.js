// The derivation page: one setting for its three parts. The server computes; this draws what it sends.
import { button, element, put } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { nudged, roundedEta } from "../../static/setting.js";
import { Fading } from "./fading.js";
import { Knobs } from "./knobs.js";
import { Proof } from "./proof.js";

/** @typedef {import("../../static/page.js").Values} Values */
/** @typedef {{ settings: Values, eta_end: number, t: number[], t_prev: number[] }} Run its transitions, top first */

const WANTED = ["k", "m"]; // what the knobs are to find: a "?" until they have, or until it is pressed
const NAMES = { alpha_bar_t: "a", alpha_bar_prev: "b", k: "k", m: "m" }; // sigma has one place: its knob

export class Page extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    /** @type {Run | undefined} */
    this.run = undefined;
    /** @type {number | undefined} */
    this.share01 = undefined; // where in the run the transition shall stay when S changes
    this.known = false; // whether k and m may be shown
    this.j = Math.trunc(+data.query.j) || Math.min(this.settings.S, 1 + Math.floor(this.settings.S / 2));
    this.knobs = new Knobs(this);
    this.proof = new Proof(this, data.catalogue, data.query.proof);
    this.fading = new Fading(this, data.exercises);
    this.views.setting = head => this.onSetting(/** @type {any} */ (head));
    this.wire();
    this.observer = new ResizeObserver(() => this.knobs.draw());
    this.observer.observe(this.$(".bell-svg"));
    this.teaching.start();
    this.ask("setting", { settings: this.settings });
  }

  wire() {
    const j = this.$(".j", HTMLInputElement),
      slider = this.$(".eta", HTMLInputElement),
      steps = this.$(".S", HTMLInputElement);
    j.addEventListener("input", () => this.turn(+j.value));
    slider.addEventListener("input", () => this.change({ eta: roundedEta(+slider.value, +slider.max) }));
    slider.addEventListener("keydown", event => {
      const eta = nudged(event, this.settings.eta, 0, +slider.max);
      if (eta !== null) this.change({ eta });
    });
    steps.addEventListener("change", () => {
      const S = Math.max(1, Math.min(this.settings.T, Math.trunc(+steps.value) || this.settings.S));
      this.share01 = (this.j - 1) / Math.max(1, this.settings.S - 1);
      this.change({ S });
    });
    for (const name of ["spacing", "schedule"]) {
      const choice = this.$(`.${name}`, HTMLSelectElement);
      choice.addEventListener("change", () => this.change({ [name]: choice.value }));
    }
  }

  own() {
    return { j: this.j, proof: this.proof.key };
  }

  /** @param {string} notation */
  notate(notation) {
    super.notate(notation);
    this.proof.ask();
    this.fading.ask();
    this.drawValues();
    this.event("notation-changed");
  }

  /** @param {Values} changes */
  change(changes) {
    this.adopt(changes);
    if (this.settings.eta !== 1) this.settings.sigma_hat = false;
    this.showSetting();
    this.ask("setting", { settings: this.settings });
    this.save();
  }

  /** @param {number} j */
  turn(j) {
    this.j = j;
    this.showSetting();
    this.follow();
  }

  /**
   * The server took the setting, perhaps with a smaller eta or S.
   * @param {Run} head
   */
  onSetting(head) {
    this.run = head;
    this.adopt(head.settings);
    if (this.share01 !== undefined) {
      this.j = 1 + Math.round(this.share01 * (head.settings.S - 1));
      this.share01 = undefined;
    }
    this.j = Math.max(1, Math.min(head.t.length, this.j));
    this.showSetting();
    this.follow();
  }

  /** All three parts speak of the present transition. */
  follow() {
    this.knobs.ask();
    this.proof.askNumbers();
    this.fading.follow();
  }

  showSetting() {
    const { $, settings, run } = this,
      j = $(".j", HTMLInputElement),
      eta = $(".eta", HTMLInputElement),
      S = $(".S", HTMLInputElement);
    j.max = settings.S;
    j.value = `${this.j}`;
    j.disabled = settings.S === 1;
    if (run) {
      const i = Math.min(this.j, run.t.length) - 1,
        words = `t = ${run.t[i]} → ${run.t_prev[i]}`;
      $(".where").textContent = words;
      j.setAttribute("aria-valuetext", words);
      eta.max = `${run.eta_end}`;
    }
    put(eta, settings.eta);
    eta.setAttribute("aria-valuetext", settings.eta.toFixed(3));
    $(".eta-value").textContent = settings.eta.toFixed(3);
    put(S, settings.S, ":focus");
    S.max = settings.T;
    for (const name of ["spacing", "schedule"]) $(`.${name}`, HTMLSelectElement).value = settings[name];
    Object.assign(this.root.dataset, { eta: settings.eta, steps: settings.S, j: this.j });
  }

  /** a, b and the run's own k and m at this transition, in the chosen notation. */
  drawValues() {
    const head = this.knobs.head;
    if (!head) return;
    this.known ||= this.knobs.finds.length > 0 || this.knobs.all !== null;
    /** @type {Record<string, number>} */
    const values = {
      alpha_bar_t: head.a,
      alpha_bar_prev: head.b,
      sigma: head.run.sigma,
      k: head.run.k,
      m: head.run.m,
      eta: head.eta,
    };
    if (!this.known) for (const name of WANTED) delete values[name];
    this.lens.values = values;
    this.$(".values").replaceChildren(
      ...Object.entries(NAMES).map(([name, key]) => {
        const box = element("div", "value"),
          symbol = element("dt", "formula");
        symbol.dataset.formula = key;
        this.lens.draw(symbol, [key]);
        box.append(symbol, name in values ? element("dd", "", values[name].toFixed(4)) : this.unknown(name));
        return box;
      }),
    );
  }

  /** @param {string} name */
  unknown(name) {
    const box = element("dd"),
      open = button("reveal", "?", () => {
        this.known = true;
        this.drawValues();
      });
    open.setAttribute("aria-label", `show ${name}`);
    open.title = "find it with the knobs, or press to see it";
    box.append(open);
    return box;
  }

  /** What the guide asks for may have been reached already. */
  asked() {
    this.knobs.tell();
    this.proof.tell();
  }

  /** @param {Values} state */
  opened(state) {
    if (Object.keys(state).length) this.change(state);
  }

  /** @param {import("./finds.js").Place | null} ghost */
  ghosted(ghost) {
    this.knobs.ghost = ghost;
    this.knobs.draw();
  }

  /** @param {import("../../static/page.js").Head} head */
  ended(head) {
    if (head.view === "knobs")
      this.$(".timing").textContent = `a knob is answered in ${(1000 * head.seconds).toFixed(1)} ms`;
    this.$(".mode").textContent = "exact";
  }

  close() {
    super.close();
    this.observer.disconnect();
  }
}
