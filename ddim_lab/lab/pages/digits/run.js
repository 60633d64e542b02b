// The run on the screen: its film, its curves, and the views that draw them. Numbers and pictures come from the server.
import { hit } from "../../static/dom.js";
import { Film } from "../../static/film.js";
import { onceAFrame, Player } from "../../static/frames.js";
import { within } from "../../static/numbers.js";
import { LivePage } from "../../static/page.js";
import { Rest } from "../../static/throttle.js";
import { Ruler, SigmaChart } from "./charts.js";
import { drawDownloads } from "./downloads.js";
import { Pins } from "./pins.js";
import { StepCard } from "./stepcard.js";
import { Results, Strips } from "./strips.js";
import { Tabs } from "./tabs.js";
import { tellMode, tellSolver, timing } from "./told.js";

/** @typedef {import("../../static/page.js").Values} Values */
/** @typedef {import("../../static/page.js").Head} Head */

const PLAY = 1600; // ms a whole film plays
const REST = 60; // ms the cursor rests before its step card is asked for

/**
 * The step whose card is open at first.
 * @param {number} S
 */
export const middle = S => 1 + Math.floor(S / 2);

export class RunPage extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { root, $ } = this;
    /** @type {number} */
    this.focus = data.looked_at.image;
    /** @type {number} */
    this.cursor = data.looked_at.step ?? middle(data.settings.S);
    /** @type {number[] | null} */
    this.ghost = null; // sigma that a guess stood for
    /** @type {Values | null} */
    this.guessed = null;
    /** @type {import("./charts.js").Library | null} */
    this.library = null;
    /** @type {string | null} */
    this.libraryWanted = null;
    this.stale = true; // whether the charts are to be drawn anew
    this.cardOld = false;
    /** @type {any} */
    this.curves = undefined; // of the run on the screen
    /** @type {Values | null} */
    this.label = null; // what the page calls itself at its next drawing
    this.resting = new Rest();
    this.later = onceAFrame(() => this.drawLater());
    this.libraries = $(".library", HTMLSelectElement);
    this.scrub = $(".scrub", HTMLInputElement);
    this.film = new Film(this.settings.images, this.settings.S);
    this.strips = new Strips(root, j => this.pick(j));
    this.results = new Results(root, image => this.follow(image));
    this.sigma = new SigmaChart(root, j => this.pick(j));
    this.ruler = new Ruler(root);
    this.pins = new Pins(root, { take: () => this.pinNow(), changed: () => this.refresh() });
    this.card = new StepCard(root, this.lens, { onToggle: () => this.event("grouping-toggled") });
    this.tabs = new Tabs(root, host, data.solvers, {
      onPath: () => this.live.ask("path", { settings: this.shown, image: this.image }),
      onSelect: tab => this.event(`${tab}-opened`),
    });
    for (const type of ["pointerover", "focusin"])
      root.addEventListener(type, event => hit(event, ".symbol[data-symbol]") && this.event("symbol-read"));
    this.player = this.plays();
    Object.assign(this.views, {
      film: this.onFilm.bind(this),
      step: this.onStep.bind(this),
      path: this.tabs.path.draw.bind(this.tabs.path),
      library: this.showLibrary.bind(this),
    });
  }

  plays() {
    return new Player(this.$(".play"), {
      ms: PLAY,
      show: share => this.moveTo(Math.min(this.film.frames, 1 + Math.floor(share * this.film.frames))),
      stopped: () => {
        this.save();
        this.askStep();
      },
      ended: () => this.event("played"),
    });
  }

  /** The controls show the setting that the server took. */
  showSetting() {}

  /** @param {number} image */
  follow(image) {
    this.focus = image;
    this.save();
    this.event("focus-changed");
    this.refresh();
    this.drawExports();
    this.askStep();
    this.tabs.focus();
  }

  /** The setting of the run on the screen. */
  get shown() {
    return this.curves?.settings;
  }

  /** The image followed, where the run on the screen has it. */
  get image() {
    return Math.min(this.focus, this.shown.images - 1);
  }

  get level() {
    return this.guide?.level ?? this.carried.level;
  }

  /** The run on the screen. */
  query(settings = this.shown ?? this.settings) {
    return super.query(settings);
  }

  /** @param {Head} head */
  ended(head) {
    if (head.view !== "film") return;
    if (head.cancelled) this.onCancelled(head);
    else this.onDone(head);
  }

  /**
   * @param {Head} head
   * @param {Uint8Array} bytes
   */
  onFilm(head, bytes) {
    if (head.kind === "curves") this.onCurves(head);
    else this.onFrame(head, bytes);
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  onStep(head, bytes) {
    this.cardOld = false;
    this.card.show(head, bytes);
  }

  /** @param {any} curves */
  onCurves(curves) {
    const same = JSON.stringify(curves.settings) === JSON.stringify(this.shown);
    this.curves = curves;
    this.dismiss("step"); // a card still on its way is of the older setting
    this.cardOld = true;
    const { eta, images, S, seed, schedule, spacing, solver } = this.shown;
    this.label = { eta, steps: S, seed, schedule, spacing, solver, draft: curves.draft, status: "running" };
    this.taken(curves);
    if (same && !curves.lowered) return; // the hand let go: what is there is right, and only frames will be new
    if (S !== this.settings.S && S === this.settings.T) this.adopt({ S });
    if (this.film.images !== images || this.film.S !== S) this.renewFilm(images, S);
    if (!same) this.film.hold();
    this.showSetting();
    this.mode(curves.draft ? "draft: one image" : "drawing");
    tellSolver(this.$, curves, this.data.beliefs);
    const warning = this.$(".warning");
    warning.hidden = !curves.warning;
    warning.textContent = curves.warning ?? "";
    this.$(".sigma-title").textContent =
      this.level > 1 ? "sigma_t: fresh noise added at each step" : "fresh noise added at each step";
    this.askLibrary();
    this.stale = true;
    this.later(); // label, curves and held pictures together
  }

  /**
   * A film of another size: the old results stay until there are new ones, and the cursor keeps its place.
   * @param {number} images
   * @param {number} S
   */
  renewFilm(images, S) {
    const old = this.film,
      share = (this.cursor - 1) / old.S;
    this.film = new Film(images, S);
    this.film.inherit(old);
    this.cursor = this.cursor === middle(old.S) ? middle(S) : within(1 + Math.round(share * S), 1, S + 1);
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  onFrame(head, bytes) {
    this.film.put(head, bytes);
    this.label = { ...this.label, frames: head.j };
    if (!head.draft) this.mode(`drawing ${Math.min(head.j, this.film.S)} of ${this.film.S}`);
    this.later();
  }

  /** @param {Head} head */
  onDone(head) {
    this.label = { ...this.label, status: head.draft ? "draft" : "exact", done: head.id, doneEta: this.shown.eta };
    this.mode(head.draft ? "draft: one image" : "exact");
    this.$(".timing").textContent = timing(head, this.shown.solver);
    if (head.draft) {
      this.askStep();
      this.later();
      return;
    }
    this.save(0); // the script's rerun comes after the pictures
    this.settled();
  }

  /** @param {Head} head */
  onCancelled(head) {
    this.label = { ...this.label, status: "cancelled" };
    this.mode(`cancelled at step ${Math.min(head.j, this.film.S)}`);
    this.settled();
  }

  /** A full run has ended: what is made of the run on the screen, beside its pictures. */
  settled() {
    this.drawExports();
    this.drawTabs();
    this.askStep();
    this.later();
  }

  refused() {
    this.mode("stopped");
  }

  /** @param {string} text */
  mode(text) {
    tellMode(this.$, text);
  }

  askStep() {
    if (!this.curves) return;
    this.live.ask("step", { settings: this.shown, image: this.image, j: Math.min(this.cursor, this.curves.t.length) });
  }

  /** Asks for the steps that the chosen library would visit in place of those on the screen. */
  askLibrary() {
    if (!this.shown) return;
    const library = this.libraries.value,
      { T, S, spacing } = this.shown,
      wanted = `${library} ${T} ${S} ${spacing}`;
    if (wanted === this.libraryWanted) return;
    this.libraryWanted = wanted;
    this.showLibrary(null); // what is there was made for other settings
    if (library) this.live.ask("library", { settings: this.shown, library });
    else this.dismiss("library");
  }

  /** @param {any} library */
  showLibrary(library) {
    this.library = library;
    this.$(".library-told").textContent = library?.told ?? "";
    this.stale = true;
    this.later();
  }

  /** @param {number} j */
  moveTo(j) {
    const next = within(j, 1, this.film.frames);
    if (next === this.cursor) return;
    this.cursor = next;
    this.refresh();
    this.resting.after(REST, () => this.askStep());
    if (this.player.playing) return;
    this.save();
    this.event("scrubbed");
    this.event("step-opened");
  }

  /**
   * A picture of the film, or a place of its chart, was pressed: its step is opened, also where it was open before.
   * @param {number} j
   */
  pick(j) {
    this.moveTo(j);
    this.event("step-opened");
  }

  pinNow() {
    if (!this.film.exact) {
      this.notice("Wait for the exact pictures, then pin them.", true);
      return;
    }
    this.pins.put(this.film, this.curves, this.data.solvers);
    this.event("pinned");
  }

  /** What many changes left to be drawn; what the page calls itself comes with it. */
  drawLater() {
    if (this.label && "eta" in this.label) this.card.hold(this.cardOld);
    this.refresh(this.stale);
    this.stale = false;
    Object.assign(this.root.dataset, this.label);
    this.label = null;
  }

  refresh(charts = true) {
    if (!this.curves) return;
    if (charts) this.drawCharts();
    const { film, focus, cursor, shown, curves } = this;
    this.card.follow(this.image, Math.min(cursor, curves.t.length));
    this.strips.draw(film, focus, cursor, [...curves.t, 0]);
    const asked = Array.from({ length: film.images }, (_, i) => (shown.digit === "each" ? i % 10 : shown.digit));
    this.results.draw(film, focus, shown.digit === "any" ? null : asked);
    this.results.drawPinned(this.pins.pin, film, shown.seed);
  }

  drawCharts() {
    if (!this.curves) return;
    this.sigma.draw(this.curves, this.cursor, {
      pinned: this.pins.pin?.sigma,
      ghost: this.ghost,
      symbols: this.level > 3, // eta_max is told there
    });
    this.ruler.draw(this.curves, this.shown.T, this.cursor, this.library);
    this.lens.at(this.curves, this.shown, this.cursor);
    const { scrub } = this,
      t = this.curves.t[this.cursor - 1] ?? 0;
    this.tabs.moveCursor(this.cursor, t);
    scrub.max = `${this.film.frames}`;
    scrub.value = `${this.cursor}`;
    scrub.setAttribute("aria-valuetext", `t = ${t}`);
    this.$(".where").textContent = `t = ${t}`;
    if (this.tabs.tab === "numbers") this.drawTabs();
  }

  drawTabs() {
    this.tabs.draw(this.query(), this.curves, this.cursor);
  }

  drawExports() {
    drawDownloads(this.$(".downloads"), `${this.query()}&token=${this.curves?.token ?? ""}`, this.focus);
  }

  close() {
    super.close();
    this.resting.drop();
    this.player.close();
  }
}
