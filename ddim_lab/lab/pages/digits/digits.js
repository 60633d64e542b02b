// The lab page: one state, one film, and the views that draw them. Numbers and pictures come from the server.
import { element, offer } from "../../static/dom.js";
import { Film } from "../../static/film.js";
import { changedFrom, LivePage, stringified } from "../../static/page.js";
import { Arc, Ruler, SigmaChart } from "./charts.js";
import { Controls } from "./controls.js";
import { StepCard } from "./stepcard.js";
import { Results, Strips } from "./strips.js";
import { Tabs } from "./tabs.js";

const SETTLE = 180; // ms without a move after which a drag is drawn in full
const PLAY = 1600; // ms a whole film plays
const middle = S => 1 + Math.floor(S / 2); // the step whose card is open at first

export class Page extends LivePage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { root, $ } = this;
    Object.assign(this, {
      focus: data.looked_at.image,
      cursor: data.looked_at.step ?? middle(data.settings.S),
      pin: null,
      ghost: null,
      library: null,
      stale: true,
    });
    this.film = new Film(this.settings.images, this.settings.S);
    this.strips = new Strips(root, j => this.moveTo(j));
    this.results = new Results(root, image => {
      this.focus = image;
      this.save();
      this.event("focus-changed");
      this.refresh();
      this.drawExports();
      this.askStep();
      this.tabs.focus();
    });
    this.sigma = new SigmaChart(root, j => this.moveTo(j));
    this.ruler = new Ruler(root);
    this.arc = new Arc(
      root,
      eta => this.change({ eta: this.controls.rounded(eta) }, true),
      () => this.change({}, false),
    );
    this.controls = new Controls(root, (changes, dragging) => this.change(changes, dragging));
    this.card = new StepCard(root, this.lens, { onToggle: () => this.event("grouping-toggled") });
    this.tabs = new Tabs(root, host, () => this.live.ask("path", { settings: this.shown, image: this.image }));
    this.controls.show(this.settings, this.etaEnd);
    Object.assign(this.views, {
      film: (head, bytes) => (head.kind === "curves" ? this.onCurves(head) : this.onFrame(head, bytes)),
      step: (head, bytes) => {
        this.cardOld = false;
        this.card.show(head, bytes);
      },
      path: head => this.tabs.path.draw(head),
      library: head => this.showLibrary(head),
    });
    offer(
      $(".library"),
      data.libraries.map(({ key, name }) => [key, name]),
    );
    $(".library").value = data.looked_at.library;
    this.start({ level: this.carried.level });
    root.dataset.level = this.guide.level;
    this.wire($);
    this.dock();
    this.observer = new ResizeObserver(() => {
      this.refresh();
      this.tabs.resize();
    });
    for (const node of [root, $(".chart"), $(".ruler-box")]) this.observer.observe(node);
  }

  wire($) {
    $(".play").addEventListener("click", () => this.play());
    $(".back").addEventListener("click", () => this.moveTo(this.cursor - 1));
    $(".forward").addEventListener("click", () => this.moveTo(this.cursor + 1));
    $(".scrub").addEventListener("input", event => this.moveTo(+event.target.value));
    $(".stop").addEventListener("click", () => this.live.stop());
    $(".pin").addEventListener("click", () => this.togglePin());
    $(".all").addEventListener("click", () => this.guide.skipAll());
    $(".reset").addEventListener("click", () => this.reset());
    $(".more").addEventListener("toggle", event => event.target.open && this.event("more-opened"));
    $(".step").addEventListener("click", () => this.event("step-opened"));
    $(".library").addEventListener("change", () => {
      this.askLibrary();
      this.save();
    });
  }

  connected() {
    this.libraryWanted = null;
    this.askLibrary();
    this.request(false);
  }

  reset() {
    this.unpin();
    this.focus = 0;
    this.cursor = middle(this.film.S);
    this.$(".library").value = "";
    this.askLibrary();
    this.refresh();
    this.change({ ...this.data.defaults }, false, true);
  }

  failed() {
    super.failed("Plain controls take over below.");
    this.streamlit.setStateValue("offline", true);
  }

  notate(notation) {
    super.notate(notation);
    this.event("notation-changed");
  }

  /** A question asks about the default setting, but for what it names itself; start and images stay the learner's. */
  opened(state) {
    this.change(
      { ...this.data.defaults, seed: this.settings.seed, images: this.settings.images, ...state },
      false,
      true,
    );
  }

  /** The guide came to a level, which has more controls. */
  reached(level) {
    this.root.dataset.level = level;
    this.save();
    this.dock();
    requestAnimationFrame(() => {
      this.refresh();
      this.drawTabs();
    });
  }

  /** The learner (or a question) set something. While dragging, drafts follow; on release, the full run. */
  change(changes, dragging, quiet = false) {
    const before = this.settings;
    this.settings = { ...before, ...changes };
    if (before.sigma_hat && changes.eta !== undefined && changes.eta !== 1) this.settings.sigma_hat = false;
    this.changed = { ...this.changed, ...changes };
    this.controls.show(this.settings, this.etaEnd);
    if (this.settings.images !== before.images) this.focus = Math.min(this.focus, this.settings.images - 1);
    if (!dragging && this.shown && this.query() !== this.query(this.settings)) this.mode("waiting");
    this.request(dragging);
    clearTimeout(this.settle);
    if (dragging) this.settle = setTimeout(() => this.request(false), SETTLE);
    else {
      this.save();
      if (!quiet)
        for (const name of Object.keys(this.changed ?? {}))
          this.event(name === "seed" ? "new-start" : `${name}-changed`);
      this.changed = {};
    }
  }

  request(draft) {
    this.live.ask("film", { settings: this.settings, draft, focus: this.focus }, draft);
  }

  /** The setting of the run on the screen. */
  get shown() {
    return this.curves?.settings;
  }

  /** The image followed, where the run on the screen has it. */
  get image() {
    return Math.min(this.focus, this.shown.images - 1);
  }

  ended(head) {
    if (head.view !== "film") return;
    if (head.cancelled) this.onCancelled(head);
    else this.onDone(head);
  }

  onCurves(curves) {
    const same = JSON.stringify(curves.settings) === JSON.stringify(this.shown);
    this.curves = curves;
    this.dismiss("step"); // a card still on its way is of the older setting
    this.cardOld = true;
    const { eta, images, S, seed, schedule, spacing } = this.shown;
    this.label = { eta, steps: S, seed, schedule, spacing, draft: curves.draft, status: "running" };
    this.taken(curves);
    if (same && !curves.lowered) return; // as when the hand lets go: what is there is right, and only frames will be new
    if (S !== this.settings.S && S === this.settings.T) this.settings = { ...this.settings, S };
    if (this.film.images !== images || this.film.S !== S) {
      const old = this.film,
        share = (this.cursor - 1) / old.S;
      this.film = new Film(images, S);
      this.film.inherit(old);
      this.cursor = this.cursor === middle(old.S) ? middle(S) : Math.max(1, Math.min(S + 1, 1 + Math.round(share * S)));
    }
    if (!same) this.film.hold();
    this.controls.show(this.settings, this.etaEnd);
    this.mode(curves.draft ? "draft: one image" : "drawing");
    const warning = this.$(".warning");
    warning.hidden = !curves.warning;
    warning.textContent = curves.warning ?? "";
    this.$(".sigma-title").textContent =
      this.guide.level > 1 ? "sigma_t: fresh noise added at each step" : "fresh noise added at each step";
    this.askLibrary();
    this.stale = true;
    this.later(); // label, curves and held pictures together
  }

  onFrame(head, bytes) {
    this.film.put(head, bytes);
    this.label = { ...this.label, frames: head.j };
    if (!head.draft) this.mode(`drawing ${Math.min(head.j, this.film.S)} of ${this.film.S}`);
    this.later();
  }

  onDone(head) {
    this.label = { ...this.label, status: head.draft ? "draft" : "exact", done: head.id, doneEta: this.shown.eta };
    this.mode(head.draft ? "draft: one image" : "exact");
    const pace = head.passes
      ? `${((1000 * head.seconds) / head.passes).toFixed(1)} ms a step for ${head.n} image${head.n > 1 ? "s" : ""}`
      : "no network pass, its answer was kept"; // of an S of 1
    this.$(".timing").textContent = `${head.engine} on ${head.device} · ${pace}`;
    if (head.draft) {
      this.askStep();
      return this.later();
    }
    this.save(0); // the script's rerun comes after the pictures
    this.settled();
  }

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

  askStep() {
    if (!this.curves) return;
    this.live.ask("step", { settings: this.shown, image: this.image, j: Math.min(this.cursor, this.curves.t.length) });
  }

  /** Asks for the steps that the chosen library would visit in place of those on the screen. */
  askLibrary() {
    if (!this.shown) return;
    const library = this.$(".library").value,
      { T, S, spacing } = this.shown,
      wanted = `${library} ${T} ${S} ${spacing}`;
    if (wanted === this.libraryWanted) return;
    this.libraryWanted = wanted;
    this.showLibrary(null); // what is there was made for other settings
    if (library) this.live.ask("library", { settings: this.shown, library });
    else this.dismiss("library");
  }

  showLibrary(library) {
    this.library = library;
    this.$(".library-told").textContent = library?.told ?? "";
    this.stale = true;
    this.later();
  }

  moveTo(j) {
    const next = Math.max(1, Math.min(this.film.frames, j));
    if (next === this.cursor) return;
    this.cursor = next;
    this.refresh();
    clearTimeout(this.stepTimer);
    this.stepTimer = setTimeout(() => this.askStep(), 60);
    if (this.playing) return;
    this.save();
    this.event("scrubbed");
  }

  play() {
    if (this.playing) return this.stopPlaying();
    this.playing = true;
    this.$(".play").textContent = "■ Stop";
    this.$(".play").setAttribute("aria-label", "Stop");
    this.moveTo(1);
    const started = performance.now(),
      frames = this.film.frames;
    const tick = now => {
      if (!this.playing) return;
      const j = 1 + Math.floor(((now - started) / PLAY) * frames);
      this.moveTo(Math.min(j, frames));
      if (j > frames) {
        this.stopPlaying();
        this.event("played");
      } else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stopPlaying() {
    this.playing = false;
    this.$(".play").textContent = "▶ Play";
    this.$(".play").setAttribute("aria-label", "Play");
    this.save();
    this.askStep();
  }

  togglePin() {
    if (this.pin) {
      this.unpin();
      return this.refresh();
    }
    if (!this.film.exact) return this.notice("Wait for the exact pictures, then pin them.", true);
    const pictures = Array.from({ length: this.film.images }, (_, i) =>
      this.film.pixels("x_t", i, this.film.frames).slice(),
    );
    const { eta, S, schedule, spacing, seed } = this.shown;
    this.pin = {
      pictures,
      seed,
      sigma: this.curves.sigma,
      label: `eta ${+eta.toFixed(3)}, S ${S}, ${spacing}, ${schedule}`,
    };
    this.$(".pin").textContent = "Unpin";
    this.event("pinned");
    this.refresh();
  }

  unpin() {
    this.pin = null;
    this.$(".pin").textContent = "Pin this";
  }

  /** The curve that a guess stood for, or none; a late one is of a question already left. */
  async ghosted(ghost) {
    this.ghost = null;
    this.guessed = ghost;
    if (ghost) {
      const reply = await fetch(
        new URL(
          `ddim/curves.json?${new URLSearchParams(stringified({ ...changedFrom(this.data.defaults, this.settings), ...ghost }))}`,
          document.baseURI,
        ),
      );
      const curves = reply.ok ? await reply.json() : null;
      if (this.guessed !== ghost) return;
      this.ghost = curves?.sigma;
    }
    this.drawCharts();
  }

  /** Draws at the next frame of the display, once however many changes came; what the page calls itself comes with it. */
  later() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      if (this.label && "eta" in this.label) this.card.hold(this.cardOld);
      this.refresh(this.stale);
      this.stale = false;
      Object.assign(this.root.dataset, this.label);
      this.label = null;
    });
  }

  refresh(charts = true) {
    if (!this.curves) return;
    if (charts) this.drawCharts();
    const times = [...this.curves.t, 0];
    this.card.follow(this.image, Math.min(this.cursor, this.curves.t.length));
    this.strips.draw(this.film, this.focus, this.cursor, times);
    const labels =
      this.shown.digit === "any"
        ? null
        : Array.from({ length: this.film.images }, (_, i) => (this.shown.digit === "each" ? i % 10 : this.shown.digit));
    this.results.draw(this.film, this.focus, labels);
    if (this.pin) this.pin.sameStart = this.pin.seed === this.shown.seed;
    this.results.drawPinned(this.pin, this.film);
  }

  drawCharts() {
    if (!this.curves) return;
    this.sigma.draw(this.curves, this.cursor, {
      pinned: this.pin?.sigma,
      ghost: this.ghost,
      symbols: this.guide.level > 1,
    });
    this.ruler.draw(this.curves, this.shown.T, this.cursor, this.library);
    this.arc.draw(this.curves, this.cursor);
    this.lens.at(this.curves, this.shown, this.cursor);
    const scrub = this.$(".scrub"),
      t = this.curves.t[this.cursor - 1] ?? 0;
    this.tabs.moveCursor(this.cursor, t);
    scrub.max = this.film.frames;
    scrub.value = this.cursor;
    scrub.setAttribute("aria-valuetext", `t = ${t}`);
    this.$(".where").textContent = `t = ${t}`;
    if (this.tabs.tab === "numbers") this.drawTabs();
  }

  drawTabs() {
    this.tabs.draw(this.query(), this.curves, this.cursor);
  }

  drawExports() {
    const box = this.$(".downloads"),
      query = this.query();
    box.replaceChildren(
      "Download: ",
      ...[
        ["film.png", "PNG"],
        ["film.gif", "GIF"],
        ["numbers.csv", "CSV"],
      ].map(([name, label]) => {
        const link = Object.assign(element("a", "", label), {
          href: new URL(`ddim/export/${name}?${query}&focus=${this.focus}`, document.baseURI).href,
          download: `ddim-${name}`,
        });
        return link;
      }),
    );
  }

  /** The run on the screen. */
  query(settings = this.shown ?? this.settings) {
    return super.query(settings);
  }

  /** The image followed and the step at the cursor, where they are not the default. */
  own() {
    const { S, images } = this.settings,
      usual = { image: 0, step: middle(S), library: "" };
    return changedFrom(usual, {
      library: this.$(".library").value,
      image: Math.min(this.focus, images - 1),
      step: Math.min(this.cursor, S + 1),
    });
  }

  get level() {
    return this.guide.level;
  }

  /** Once the hand is off the slider. */
  save(wait = 1500) {
    super.save(wait);
  }

  mode(text) {
    this.$(".mode").textContent = text;
    this.$(".stop").hidden = !text.startsWith("drawing");
  }

  /** Narrow screens: one control at a time at the bottom. */
  dock() {
    const dock = this.$(".dock"),
      level = +this.root.dataset.level;
    const entries = [
      ["eta", "eta", 1],
      ["seed", "start", 1],
      ["S", "S", 2],
      ["spacing", "steps", 3],
      ["schedule", "schedule", 3],
      ["more", "more", 4],
    ].filter(entry => entry[2] <= level);
    if (!entries.some(([key]) => key === this.root.dataset.dock)) this.root.dataset.dock = "eta";
    dock.replaceChildren(
      ...entries.map(([key, label]) => {
        const button = Object.assign(element("button", "", label), { type: "button" });
        button.setAttribute("aria-pressed", this.root.dataset.dock === key);
        button.addEventListener("click", () => {
          this.root.dataset.dock = key;
          if (key === "more") this.$(".more").open = true;
          this.dock();
        });
        return button;
      }),
    );
  }

  close() {
    super.close();
    this.observer.disconnect();
    clearTimeout(this.settle);
    clearTimeout(this.stepTimer);
    this.playing = false;
  }
}
