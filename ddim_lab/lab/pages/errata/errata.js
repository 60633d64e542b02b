// The errata page: a clinic of known errors, and a mystery sampler. The server computes; this draws what it sends.
import { all, chosen, tablist } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { Clinic } from "./clinic.js";
import { Mystery } from "./mystery.js";

/** @typedef {"clinic" | "mystery"} Mode */

const FILMS = { clinic: "digits", mystery: "patient_digits" }; // views

export class Page extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    this.draft = false;
    /** @type {Mode} */
    this.mode = data.query.patient !== undefined ? "mystery" : "clinic";
    this.clinic = new Clinic(this, data.catalogue, data.query);
    this.mystery = new Mystery(this, data.query.patient);
    this.$(".honesty").textContent = data.catalogue.honesty;
    this.tabs = all(this.root, '.modes [role="tab"]');
    this.tabs[0].textContent = `Clinic: ${this.clinic.list.cases.length} known errors`;
    tablist(this.tabs, tab => this.show(/** @type {Mode} */ (tab.dataset.mode)));
    this.observer = new ResizeObserver(() => {
      this.clinic.drawCurves();
      this.mystery.drawCurves();
    });
    this.observer.observe(this.root);
    this.show(this.mode);
    this.teaching.start({ brought: this.linked });
  }

  /** @param {Mode} mode */
  show(mode) {
    this.mode = mode;
    this.root.dataset.mode = mode;
    chosen(this.tabs, tab => tab.dataset.mode === mode);
    this.$(".clinic").hidden = mode !== "clinic";
    this.$(".mystery").hidden = mode !== "mystery";
    this[mode].enter();
    if (mode === "mystery") this.event("mystery-opened");
  }

  own() {
    return this.mode === "mystery" ? { patient: this.mystery.patient } : this.clinic.own();
  }

  /** @param {string} notation */
  notate(notation) {
    super.notate(notation);
    this.clinic.askCase();
  }

  /** What the guide asks for may be there already. */
  asked() {
    if (this.mode === "mystery") this.event("mystery-opened");
    this.clinic.tell();
    this.mystery.tell();
  }

  mine() {
    const { entry, at } = this.clinic;
    return { mode: this.mode, case: entry.key, at };
  }

  /** @param {import("../../static/page.js").Values} state */
  opened(state) {
    if (!state.case) return;
    if (this.mode !== "clinic") this.show("clinic");
    this.clinic.open(state.case);
  }

  /** @param {import("../../static/page.js").Values} mine */
  restored(mine) {
    this.opened(mine);
    if (mine.at) this.clinic.set(mine.at, false);
    if (mine.mode !== this.mode) this.show(mine.mode);
  }

  /** @param {import("../../static/page.js").Head} head */
  ended(head) {
    if (head.view !== FILMS[this.mode]) return;
    const alone = this.mode === "mystery" && !this.mystery.beside;
    this.$(".timing").textContent = `${alone ? "the film" : "both films"} in ${head.seconds.toFixed(1)} s`;
    this.$(".status .mode").textContent = this.draft ? "draft: one image" : "exact";
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} values
   * @param {boolean} [draft]
   */
  ask(name, values, draft) {
    super.ask(name, values, draft);
    if (name !== FILMS[this.mode]) return;
    this.draft = values.draft;
    this.$(".status .mode").textContent = values.draft ? "draft: one image" : "sampling";
  }

  close() {
    super.close();
    this.observer.disconnect();
  }
}
