// The lab page: its controls, its guide, and what they ask of the server. What comes is drawn in run.js.
import { offer } from "../../static/dom.js";
import { changedFrom, linkTo, stringified } from "../../static/links.js";
import { Throttle } from "../../static/throttle.js";
import { Arc } from "./arc.js";
import { Controls } from "./controls.js";
import { drawDock } from "./dock.js";
import { middle, RunPage } from "./run.js";

/** @typedef {import("../../static/page.js").Values} Values */

const SETTLE = 180; // ms without a move after which a drag is drawn in full

export class Page extends RunPage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { root, $ } = this;
    this.hand = new Throttle(draft => this.request(draft), { settle: SETTLE });
    this.arc = new Arc(
      root,
      eta => this.change({ eta: this.controls.rounded(eta) }, true),
      () => this.change({}, false),
    );
    this.controls = new Controls(root, (changes, dragging) => this.change(changes, dragging));
    this.showSetting();
    offer(
      this.libraries,
      data.libraries.map((/** @type {{ key: string, name: string }} */ { key, name }) => [key, name]),
    );
    this.libraries.value = data.looked_at.library;
    root.dataset.level = `${this.teaching.start({ level: data.everywhere.level }).level}`;
    this.wire();
    drawDock(root);
    this.observer = new ResizeObserver(() => {
      this.refresh();
      this.tabs.resize();
    });
    for (const node of [root, $(".chart"), $(".ruler-box")]) this.observer.observe(node);
  }

  wire() {
    const { $ } = this,
      more = $(".more", HTMLDetailsElement);
    $(".back").addEventListener("click", () => this.moveTo(this.cursor - 1));
    $(".forward").addEventListener("click", () => this.moveTo(this.cursor + 1));
    this.scrub.addEventListener("input", () => this.moveTo(+this.scrub.value));
    $(".stop").addEventListener("click", () => this.live.stop());
    $(".all").addEventListener("click", () => this.guide?.skipAll());
    $(".reset").addEventListener("click", () => this.reset());
    more.addEventListener("toggle", () => more.open && this.event("more-opened"));
    $(".step").addEventListener("click", () => this.event("step-opened"));
    this.libraries.addEventListener("change", () => {
      this.askLibrary();
      this.save();
    });
  }

  /** A step of the guide may have brought a part that was not there; what it asks for may be there already. */
  asked() {
    this.redraw();
    if (this.$(".more", HTMLDetailsElement).open) this.event("more-opened");
    if (this.notation === "paper") this.event("notation-changed");
  }

  connected() {
    this.libraryWanted = null;
    this.askLibrary();
    this.request(false);
  }

  reset() {
    this.pins.drop();
    this.focus = 0;
    this.cursor = middle(this.film.S);
    this.libraries.value = "";
    this.askLibrary();
    this.refresh();
    this.change({ ...this.data.defaults, ...this.data.network?.start }, false, true);
  }

  failed() {
    super.failed("There can be no live connection here. Plain controls take over below.");
    this.streamlit.setStateValue("offline", true);
  }

  /** @param {string} notation */
  notate(notation) {
    super.notate(notation);
    this.event("notation-changed");
  }

  /**
   * A question asks about the default setting, but for what it names itself; start and images stay the learner's.
   * @param {Values} state
   */
  opened(state) {
    this.change(
      { ...this.data.defaults, seed: this.settings.seed, images: this.settings.images, ...state },
      false,
      true,
    );
  }

  /**
   * The guide came to a level, which has more controls.
   * @param {number} level
   */
  reached(level) {
    this.root.dataset.level = `${level}`;
    this.save();
    drawDock(this.root);
    this.redraw();
  }

  redraw() {
    requestAnimationFrame(() => {
      this.refresh();
      this.drawTabs();
      this.tabs.resize();
    });
  }

  /**
   * The learner (or a question) set something. While dragging, drafts follow; on release, the full run.
   * @param {Values} changes
   * @param {boolean} dragging
   */
  change(changes, dragging, quiet = false) {
    const { sigma_hat, images } = this.settings;
    this.adopt(changes);
    if (sigma_hat && changes.eta !== undefined && changes.eta !== 1) this.adopt({ sigma_hat: false });
    this.showSetting();
    if (this.settings.images !== images) this.focus = Math.min(this.focus, this.settings.images - 1);
    if (!dragging && this.shown && this.query() !== this.query(this.settings)) this.mode("waiting");
    this.hand.ask(dragging);
    const changed = Object.keys(this.collected(changes, dragging));
    if (dragging) return;
    this.save();
    if (!quiet) for (const name of changed) this.event(name === "seed" ? "new-start" : `${name}-changed`);
  }

  /** @param {boolean} draft */
  request(draft) {
    this.live.ask("film", { settings: this.settings, draft, focus: this.focus }, draft);
  }

  /**
   * The curve that a guess stood for, or none; a late one is of a question already left.
   * @param {Values | null} ghost
   */
  async ghosted(ghost) {
    this.ghost = null;
    this.guessed = ghost;
    if (ghost) {
      const asked = stringified({ ...changedFrom(this.data.defaults, this.settings), ...ghost }),
        reply = await fetch(linkTo("ddim/curves.json", `${new URLSearchParams(asked)}`));
      const curves = reply.ok ? await reply.json() : null;
      if (this.guessed !== ghost) return;
      this.ghost = curves?.sigma;
    }
    this.drawCharts();
  }

  showSetting() {
    this.controls.show(this.settings, this.etaEnd);
  }

  drawCharts() {
    super.drawCharts();
    if (this.curves) this.arc.draw(this.curves, this.cursor);
  }

  /** The image followed and the step at the cursor, where they are not the default. */
  own() {
    const { S, images } = this.settings,
      usual = { image: 0, step: middle(S), library: "" };
    return changedFrom(usual, {
      library: this.libraries.value,
      image: Math.min(this.focus, images - 1),
      step: Math.min(this.cursor, S + 1),
    });
  }

  /** Once the hand is off the slider. */
  save(wait = 1500) {
    super.save(wait);
  }

  close() {
    super.close();
    this.observer.disconnect();
    this.hand.drop();
  }
}
