// The page "Compare": lanes on one start. The server names and samples them; lanes.js keeps their pixels and draws.
import { button } from "../../static/dom.js";
import { onceAFrame, Player } from "../../static/frames.js";
import { within } from "../../static/numbers.js";
import { save } from "../../static/save.js";
import { NARROW } from "../../static/screen.js";
import { Setting } from "../../static/setting.js";
import { Throttle } from "../../static/throttle.js";
import { LanesPage } from "./lanes.js";
import { Ready } from "./ready.js";
import { snapshot } from "./snapshot.js";

const SETTLE = 180; // ms without a move after which a drag is drawn in full
const PLAY = 2400; // ms from noise to digit

export class Page extends LanesPage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    this.views.compare = (head, bytes) => this.part(head, bytes);
    this.views.compare_open = head => this.openLink(head);
    this.ready = new Ready(this.root, data.ready, {
      onOpen: one => this.openReady(one),
      onGuess: (key, choice) => this.guess(key, choice),
      onReveal: guessed => {
        this.draw();
        if (guessed) {
          this.event("guessed");
          if (++this.guesses > 1) this.event("guessed-another");
        }
      },
    });
    this.hand = new Throttle(draft => this.request(draft), { settle: SETTLE });
    this.later = onceAFrame(() => this.draw());
    this.player = new Player(this.$(".play"), {
      ms: PLAY,
      show: share => this.moveTo(share),
      ended: () => this.event("scrubbed"),
    });
    this.wire();
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.root);
    this.$(".fields").open = !NARROW.matches;
    const lanes = Object.keys(data.query).some(name => /^(l\d|off|one)/.test(name)) || this.query() !== "";
    this.start();
    if (lanes) this.guide.next(); // its first step is a guess at a ready-made comparison
    if (lanes)
      this.ask("compare_open", {
        settings: this.settings,
        link: Object.fromEntries(Object.entries(data.query).filter(([name]) => /^(l[2-6]|off|one)$/.test(name))),
      });
    else this.openReady(data.ready[0]);
  }

  wire() {
    const { $ } = this;
    $(".scrub").addEventListener("input", event => this.moveTo(event.target.value / 1000));
    $(".scrub").addEventListener("keydown", event => this.nudge(event));
    for (const node of this.root.querySelectorAll("[data-kind]"))
      node.addEventListener("click", () => {
        this.kind = node.dataset.kind;
        this.draw();
        this.save();
      });
    $(".clip").addEventListener("change", event => this.change({ clip: event.target.value }));
    $(".guidance").addEventListener("change", event => {
      const value = within(+event.target.value, 0, 8);
      if (event.target.value !== "" && Number.isFinite(value)) this.change({ guidance: value });
      else this.showSetting();
    });
    $(".noise-off").addEventListener("change", event => this.change({ noise: !event.target.checked }));
    $(".digit").addEventListener("change", event => this.changeAll({ digit: event.target.value }));
    $(".one-start").addEventListener("change", event => this.changeAll({ one_start: event.target.checked }));
    $(".duplicate").addEventListener("click", () => this.duplicate());
    $(".remove").addEventListener("click", () => this.remove());
    $(".downloads").append(button("quiet", "PNG", () => this.download()));
  }

  opened(state) {
    if (state.ready && this.ready.open?.key !== state.ready) {
      this.openReady(this.ready.find(state.ready));
      this.ready.reveal(false);
    }
  }

  // Changes, and what they ask of the server

  change(changes, dragging = false) {
    if ("seed" in changes) return this.changeAll(changes);
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

  changeAll(changes) {
    Object.assign(this.common, changes);
    for (const lane of this.lanes) lane.stale = true;
    this.leave();
    this.showSetting();
    this.request(false);
  }

  showSetting() {
    const { own, head } = this.lanes[this.selected],
      { $ } = this;
    this.setting.show(
      { ...this.common, ...own },
      head && head.own.S === own.S && head.own.spacing === own.spacing && head.own.schedule === own.schedule
        ? head.eta_end
        : Math.max(1, own.eta),
    );
    $(".clip").value = own.clip;
    if (!$(".guidance").matches(":focus")) $(".guidance").value = own.guidance;
    $(".noise-off").checked = !own.noise;
    $(".digit").value = this.common.digit;
    $(".one-start").checked = this.common.one_start;
    [...$(".lane-tabs").children].forEach((tab, i) => tab.setAttribute("aria-pressed", i === this.selected));
  }

  /** A draft draws the changed lane's followed picture alone; a full run every lane that is not exact. */
  request(draft) {
    this.ask("compare", () => this.asks(draft), draft);
  }

  /** The request as it is sent: what is exact by then is not drawn again. */
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

  part(head, bytes) {
    if (head.kind === "start") this.begin(head);
    else if (head.kind === "frame") {
      this.lanes[head.lane].frame(head, bytes);
      this.later();
    } else if (head.kind === "numbers") {
      head.lanes.forEach((numbers, i) => numbers && this.lanes[i].measured(numbers));
      this.later();
    }
  }

  begin(head) {
    Object.assign(this, { labels: head.labels, shared: head.shared });
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

  ended(head) {
    if (head.view !== "compare") return;
    const { draft } = head;
    this.$(".status .mode").textContent = draft ? "draft: one picture" : "exact";
    if (!draft) this.$(".timing").textContent = head.seconds > 0.05 ? `drawn in ${head.seconds.toFixed(1)} s` : "";
    this.draw();
  }

  refused() {
    this.$(".status .mode").textContent = "stopped";
  }

  answered(told) {
    if (!this.ready.answered(told)) super.answered(told);
  }

  /** Arrow keys go to the next moment that any lane visits. */
  nudge(event) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
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
