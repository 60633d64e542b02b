// The exact world: same crowd and different walks, noise switched off, and a world in the plane. The server computes
// every position and every number; this draws what it sends.
import { chosen, tablist } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { Setting } from "../../static/setting.js";
import { Crowd } from "./crowd.js";
import { Lanes } from "./lanes.js";
import { Walks } from "./walks.js";

const SETTLE = 180; // ms without a move after which a drag is drawn in full

export class Page extends LivePage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    this.stages = { walks: new Walks(this), lanes: new Lanes(this), crowd: new Crowd(this) };
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.setting.show(this.settings, this.etaEnd);
    this.tabs = [...this.root.querySelectorAll('.modes [role="tab"]')];
    tablist(this.tabs, tab => this.show(tab.dataset.tab));
    this.observer = new ResizeObserver(() => this.stage.draw());
    this.observer.observe(this.root);
    this.observer.observe(this.$(".world-grid"));
    this.begin();
    this.show(this.stages[data.query.view] ? data.query.view : "walks", false);
  }

  /** The guide begins at the view that the link opens, and leaves the setting that the link brought alone. */
  begin() {
    const { query, guide } = this.data,
      at = guide.findIndex(step => step.done_by === `${query.view}-opened`);
    this.data = { ...this.data, guide: guide.slice(at + 1) };
    this.start();
  }

  /** The setting as the server takes it: here no pictures are drawn. */
  get run() {
    return { ...this.settings, images: 1 };
  }

  get stage() {
    return this.stages[this.tab];
  }

  show(tab, told = true) {
    this.stages.crowd.stop();
    this.tab = this.root.dataset.tab = tab;
    chosen(this.tabs, one => one.dataset.tab === tab);
    for (const name of Object.keys(this.stages)) this.$(`.stage.${name}`).hidden = name !== tab;
    this.stage.ask(false);
    this.stage.draw();
    if (told) {
      this.event(`${tab}-opened`);
      this.save();
    }
  }

  /** The learner set something; while dragging drafts follow, and what takes long waits for the release. */
  change(changes, dragging) {
    const before = this.settings;
    this.settings = { ...before, ...changes };
    if (this.settings.eta !== 1) this.settings.sigma_hat = false;
    this.changed = { ...this.changed, ...changes };
    this.setting.show(this.settings, this.etaEnd);
    this.stage.ask(dragging);
    clearTimeout(this.settle);
    if (dragging) {
      this.settle = setTimeout(() => this.stage.ask(false), SETTLE);
      return;
    }
    this.save();
    for (const name of Object.keys(this.changed)) this.event(`${name}-changed`);
    if (this.changed.eta !== undefined && this.settings.eta >= 0.95) this.event("eta-high");
    if (this.changed.eta !== undefined && this.settings.eta < 0.05) this.event("eta-low");
    this.changed = {};
  }

  /** The server took a setting, perhaps with a smaller eta or S than was asked for. */
  taken(head) {
    const isLatest = this.live.isLatest(head);
    super.taken({ ...head, lowered: isLatest && head.lowered });
    if (isLatest && head.view !== "lanes") {
      // two of whose lanes have an eta of their own
      const { eta, S } = head.settings;
      if (eta !== this.settings.eta || S !== this.settings.S) this.settings = { ...this.settings, eta, S };
    }
    this.setting.show(this.settings, this.etaEnd);
  }

  own() {
    return { view: this.tab === "walks" ? "" : this.tab, ...this.stages.crowd.own() };
  }

  opened(state) {
    const { hide, view, world, place, wrong, ...settings } = state;
    if (wrong !== undefined) this.stages.walks.set({ wrong });
    if (world) this.stages.crowd.set({ world: { name: world }, place });
    if (Object.keys(settings).length) {
      this.settings = { ...this.settings, sigma_hat: false, ...settings };
      this.setting.show(this.settings, this.etaEnd);
      this.save();
    }
    this.show(view ?? this.tab, false);
  }

  /** What would give the answer away is hidden until the learner has guessed. */
  cover(what) {
    this.root.dataset.hide = what ?? "";
  }

  asked() {
    this.cover(this.guide.current?.state.hide);
  }

  answered(told) {
    this.cover();
    super.answered(told);
  }

  ended(head) {
    const done = { walks: "chains", lanes: "lanes", particles: "particles" }[head.view];
    if (done) this.$(".timing").textContent = `${done}: ${(1000 * head.seconds).toFixed(0)} ms on the server`;
    this.tell();
  }

  refused() {
    this.$(".status .mode").textContent = "stopped";
  }

  ask(name, values) {
    super.ask(name, values);
    this.tell();
  }

  /** What the pictures of the open view are. */
  tell() {
    const { crowd } = this.stages,
      told = { empty: "", held: "drawing", coming: "drawing", draft: "draft", exact: "exact" };
    const line = this.$(".status .mode"),
      mode = this.tab === "crowd" ? told[crowd.mode] : this.live.isSettled(this.tab) ? "exact" : "drawing";
    if (line.textContent !== mode) line.textContent = mode;
  }

  close() {
    super.close();
    this.observer.disconnect();
    clearTimeout(this.settle);
    this.stages.crowd.close();
  }
}
