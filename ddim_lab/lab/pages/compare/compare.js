// The page "Compare": lanes on one start. The server names and samples them; lanes.js keeps their pixels and draws.
import { all, button, put } from "../../static/dom.js";
import { onceAFrame } from "../../static/frames.js";
import { within } from "../../static/numbers.js";
import { save } from "../../static/save.js";
import { NARROW } from "../../static/screen.js";
import { Setting } from "../../static/setting.js";
import { Throttle } from "../../static/throttle.js";
import { LanesPage } from "./lanes.js";
import { snapshot } from "./snapshot.js";

/** @typedef {import("../../static/page.js").Values} Values */
/** @typedef {import("../../static/page.js").Head} Head */
/** @typedef {import("./lane.js").Numbers} Numbers */
/**
 * @typedef {object} Start the server's word on all lanes, before their pictures come
 * @property {import("./lane.js").Head[]} lanes
 * @property {number[]} drawn the lanes whose pictures come now
 * @property {number} images
 * @property {number[] | null} labels
 * @property {string} shared
 * @property {string} code
 * @property {boolean} draft
 */

const BOUNDING = ["S", "spacing", "schedule", "solver"]; // what the end of eta depends on, and the calls
const SETTLE = 180; // ms without a move after which a drag is drawn in full
/** @type {Record<string, number>} */
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export class Page extends LanesPage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    this.views.compare = (head, bytes) => this.part(head, bytes);
    this.views.compare_open = head => this.openLink(head);
    this.shared = ""; // what all lanes have in common, in words
    this.hand = new Throttle(draft => this.request(draft), { settle: SETTLE });
    this.later = onceAFrame(() => this.draw());
    this.wire();
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.setting.choice("solver");
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.root);
    this.$(".fields", HTMLDetailsElement).open = !NARROW.matches;
    const lanes = Object.keys(data.query).some(name => /^(l\d|off|one)/.test(name)) || this.query() !== "",
      asked = this.ready.list.find(({ question }) => question.key === data.everywhere.ask);
    if (lanes && !asked)
      this.ask("compare_open", {
        settings: this.settings,
        link: Object.fromEntries(Object.entries(data.query).filter(([name]) => /^(l[2-6]|off|one)$/.test(name))),
      });
    else {
      this.openReady(asked ?? data.ready[0]);
      this.teach(0);
    }
  }

  wire() {
    const { $ } = this,
      scrub = $(".scrub", HTMLInputElement),
      clip = $(".clip", HTMLSelectElement),
      guidance = $(".guidance", HTMLInputElement),
      noiseOff = $(".noise-off", HTMLInputElement),
      digit = $(".digit", HTMLSelectElement),
      oneStart = $(".one-start", HTMLInputElement);
    scrub.addEventListener("input", () => this.moveTo(+scrub.value / 1000));
    scrub.addEventListener("keydown", event => this.nudge(event));
    for (const node of all(this.root, "[data-kind]"))
      node.addEventListener("click", () => {
        this.kind = node.dataset.kind ?? "";
        this.draw();
        this.save();
      });
    clip.addEventListener("change", () => this.change({ clip: clip.value }));
    guidance.addEventListener("change", () => {
      const value = within(+guidance.value, 0, 8);
      if (guidance.value !== "" && Number.isFinite(value)) this.change({ guidance: value });
      else this.showSetting();
    });
    noiseOff.addEventListener("change", () => this.change({ noise: !noiseOff.checked }));
    digit.addEventListener("change", () => this.changeAll({ digit: digit.value }));
    oneStart.addEventListener("change", () => this.changeAll({ one_start: oneStart.checked }));
    $(".duplicate").addEventListener("click", () => this.duplicate());
    $(".remove").addEventListener("click", () => this.remove());
    $(".downloads").append(button("quiet", "PNG", () => this.download()));
  }

  /** @param {Values} state */
  opened(state) {
    const isThere = this.ready.open?.key === state.ready && !this.ready.pending,
      comparison = isThere ? undefined : this.ready.find(state.ready);
    if (comparison) this.openReady(comparison, false);
  }

  // Changes, and what they ask of the server

  /** @param {Values} changes */
  change(changes, dragging = false) {
    if ("seed" in changes) {
      this.changeAll(changes);
      return;
    }
    const lane = this.lanes[this.selected];
    if (lane.own.sigma_hat && changes.eta !== undefined && changes.eta !== 1)
      changes = { ...changes, sigma_hat: false };
    if (!dragging && !Object.entries(changes).some(([name, value]) => lane.own[name] !== value) && !lane.stale) return;
    lane.own = { ...lane.own, ...changes };
    lane.stale = true;
    if (this.ready.pending) this.leave();
    else this.ready.changed();
    this.showSetting();
    this.hand.ask(dragging);
    if (!dragging) for (const name of Object.keys(changes)) this.event(`${name}-changed`);
  }

  /** @param {Values} changes */
  changeAll(changes) {
    Object.assign(this.common, changes);
    for (const lane of this.lanes) lane.stale = true;
    this.leave();
    this.showSetting();
    this.request(false);
  }

  showSetting() {
    const { own, head } = this.lanes[this.selected],
      { $ } = this,
      guidance = $(".guidance", HTMLInputElement),
      known = head && BOUNDING.every(name => head.own[name] === own[name]) ? head : null;
    this.setting.show({ ...this.common, ...own }, known?.eta_end ?? Math.max(1, own.eta));
    $(".calls").textContent = known ? `${known.calls} network call${known.calls > 1 ? "s" : ""}` : "";
    $(".clip", HTMLSelectElement).value = own.clip;
    put(guidance, own.guidance, ":focus");
    $(".noise-off", HTMLInputElement).checked = !own.noise;
    $(".digit", HTMLSelectElement).value = this.common.digit;
    $(".one-start", HTMLInputElement).checked = this.common.one_start;
    [...$(".lane-tabs").children].forEach((tab, i) => tab.setAttribute("aria-pressed", `${i === this.selected}`));
  }

  /**
   * A draft draws the changed lane's followed picture alone; a full run every lane that is not exact.
   * @param {boolean} draft
   */
  request(draft) {
    this.ask("compare", () => this.asks(draft), draft);
  }

  /**
   * The request as it is sent: what is exact by then is not drawn again.
   * @param {boolean} draft
   */
  asks(draft) {
    const stale = this.lanes.flatMap((lane, i) => (lane.stale ? [i] : []));
    this.$(".status .mode").textContent = draft ? "draft: one picture" : "drawing";
    return {
      common: this.common,
      lanes: this.lanes.map(lane => lane.own),
      draw: draft ? [this.selected] : stale,
      draft,
      focus: this.focus,
    };
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  part(head, bytes) {
    if (head.kind === "start") this.begin(head);
    else if (head.kind === "frame") {
      this.lanes[head.lane].frame(head, bytes);
      this.later();
    } else if (head.kind === "numbers") {
      /** @type {(Numbers | null)[]} */
      const lanes = head.lanes;
      lanes.forEach((numbers, i) => {
        if (numbers) this.lanes[i].measured(numbers);
      });
      this.later();
    }
  }

  /** @param {Start} head */
  begin(head) {
    this.labels = head.labels;
    this.shared = head.shared;
    const dragged = this.setting.eta.matches(":active") || this.setting.S.matches(":active");
    head.lanes.forEach((told, i) => {
      const wanted = this.lanes[i].own;
      this.lanes[i].start(told, { images: head.images, drawn: head.drawn.includes(i) });
      if (dragged || this.live.isWanted("compare"))
        this.lanes[i].own = wanted; // the hand is further on
      else if (told.lowered) this.notice(told.lowered, true);
    });
    this.$(".shared").textContent = `In all lanes: ${head.shared} · start ${this.common.seed}`;
    this.$(".code").textContent = head.code;
    this.showSetting();
    this.draw();
    if (!head.draft) this.keep();
  }

  /** @param {Head} head */
  ended(head) {
    if (head.view !== "compare") return;
    const { draft } = head;
    this.$(".status .mode").textContent = draft ? "draft: one picture" : "exact";
    if (!draft) this.$(".timing").textContent = head.seconds > 0.05 ? `drawn in ${head.seconds.toFixed(1)} s` : "";
    this.draw();
  }

  /** @param {Head} head */
  refused({ view }) {
    this.$(".status .mode").textContent = "stopped";
    if (view === "compare_open") this.teach(1);
  }

  /** @param {import("../../static/page.js").Answer} told */
  answered(told) {
    if (this.ready.answered(told)) this.teaching.told(told.key, told);
    else super.answered(told);
  }

  /**
   * Arrow keys go to the next moment that any lane visits.
   * @param {KeyboardEvent} event
   */
  nudge(event) {
    const by = ARROWS[event.key];
    if (!by) return;
    event.preventDefault();
    const places = [...new Set(this.lanes.flatMap(lane => lane.head?.place ?? []))].sort((a, b) => a - b),
      after = places.find(place => place > this.place + 1e-9),
      before = places.findLast(place => place < this.place - 1e-9),
      next = by > 0 ? after : before;
    if (next !== undefined) this.moveTo(next);
  }

  download() {
    const { lanes, kind, focus, place, shared } = this;
    if (!lanes.every(lane => lane.film && lane.shown)) return;
    snapshot(lanes, { kind, focus, place, shared }).toBlob(blob => save(blob, "ddim-compare.png"));
  }

  close() {
    super.close();
    this.observer.disconnect();
    this.hand.drop();
    this.player.close();
  }
}
