// The exact world: same crowd and different walks, noise switched off, and a world in the plane. The server computes
// every position and every number; this draws what it sends.
import { all, chosen, tablist } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { Setting } from "../../static/setting.js";
import { Throttle } from "../../static/throttle.js";
import { Crowd } from "./crowd.js";
import { Lanes } from "./lanes.js";
import { Walks } from "./walks.js";

const SETTLE = 180; // ms without a move after which a drag is drawn in full

export class Page extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    this.hand = new Throttle(draft => this.stage.ask(draft), { settle: SETTLE });
    this.tab = "walks";
    /** @type {Record<string, any> & { walks: Walks, lanes: Lanes, crowd: Crowd }} */
    this.stages = { walks: new Walks(this), lanes: new Lanes(this), crowd: new Crowd(this) };
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.setting.show(this.settings, this.etaEnd);
    this.tabs = all(this.root, '.modes [role="tab"]');
    tablist(this.tabs, tab => this.show(tab.dataset.tab ?? ""));
    this.observer = new ResizeObserver(() => this.stage.draw());
    this.observer.observe(this.root);
    this.observer.observe(this.$(".world-grid"));
    this.show(this.stages[data.query.view] ? data.query.view : "walks", false);
    this.teaching.start({ first: this.viewed(`${data.query.view}-opened`) });
  }

  /**
   * Where the guide speaks of the view that a link opens.
   * @param {string} opened
   */
  viewed(opened) {
    return 1 + this.data.guide.findIndex((/** @type {{ done_by?: string }} */ step) => step.done_by === opened);
  }

  /** The setting as the server takes it: here no pictures are drawn. */
  get run() {
    return { ...this.settings, images: 1 };
  }

  get stage() {
    return this.stages[this.tab];
  }

  /** @param {string} tab */
  show(tab, told = true) {
    this.stages.crowd.player.stop();
    this.tab = tab;
    this.root.dataset.tab = tab;
    chosen(this.tabs, node => node.dataset.tab === tab);
    for (const name of Object.keys(this.stages)) this.$(`.stage.${name}`).hidden = name !== tab;
    this.stage.ask(false);
    this.stage.draw();
    if (told) {
      this.event(`${tab}-opened`);
      this.save();
    }
  }

  /**
   * The learner set something; while dragging drafts follow, and what takes long waits for the release.
   * @param {Record<string, any>} changes
   * @param {boolean} dragging
   */
  change(changes, dragging) {
    this.adopt(changes);
    if (this.settings.eta !== 1) this.adopt({ sigma_hat: false });
    this.setting.show(this.settings, this.etaEnd);
    this.hand.ask(dragging);
    const changed = this.collected(changes, dragging);
    if (dragging) return;
    this.save();
    for (const name of Object.keys(changed)) this.event(`${name}-changed`);
    if (changed.eta !== undefined && this.settings.eta >= 0.95) this.event("eta-high");
    if (changed.eta !== undefined && this.settings.eta < 0.05) this.event("eta-low");
  }

  /**
   * The server took a setting, perhaps with a smaller eta or S than was asked for.
   * @param {any} head
   */
  taken(head) {
    const isLatest = this.live.isLatest(head);
    super.taken({ ...head, lowered: isLatest && head.lowered });
    if (isLatest && head.view !== "lanes") {
      // two of whose lanes have an eta of their own
      const { eta, S } = head.settings;
      if (eta !== this.settings.eta || S !== this.settings.S) this.adopt({ eta, S });
    }
    this.setting.show(this.settings, this.etaEnd);
  }

  own() {
    return { view: this.tab === "walks" ? "" : this.tab, ...this.stages.crowd.own() };
  }

  mine() {
    const { walks, crowd } = this.stages,
      { world, place, left } = crowd;
    return { ...this.settings, view: this.tab, wrong: walks.wrong, world, place, left };
  }

  /** @param {Record<string, any>} state its world by name, or as the learner drew it */
  opened(state) {
    const { view, world, place, left, wrong, ...settings } = state,
      { walks, crowd } = this.stages;
    if (wrong !== undefined) walks.set({ wrong });
    if (world) crowd.set({ world: typeof world === "string" ? { name: world } : world, place, left });
    if (Object.keys(settings).length) {
      this.adopt({ sigma_hat: false, ...settings });
      this.setting.show(this.settings, this.etaEnd);
      this.save();
    }
    this.show(view ?? this.tab, false);
  }

  /** What the guide asks for may be there already. */
  asked() {
    const { walks, crowd } = this.stages;
    this.event(`${this.tab}-opened`);
    if (walks.wrong) this.event("wrong-tried");
    if (crowd.left) this.event("left-marked");
  }

  /** @param {import("../../static/page.js").Head} head */
  ended(head) {
    /** @type {Record<string, string>} */
    const names = { walks: "chains", lanes: "lanes", particles: "particles" },
      done = names[head.view];
    if (done) this.$(".timing").textContent = `${done}: ${(1000 * head.seconds).toFixed(0)} ms on the server`;
    this.tell();
  }

  refused() {
    this.$(".status .mode").textContent = "stopped";
  }

  /**
   * @param {string} name
   * @param {object} values
   */
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
    this.hand.drop();
    this.stages.crowd.close();
  }
}
