// The page "Compare": lanes on one start. The server names and samples them; this keeps their pixels and draws.
import { button } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { NARROW } from "../../static/screen.js";
import { Setting } from "../../static/setting.js";
import { LaneView } from "./lane.js";
import { Ready } from "./ready.js";
import { snapshot } from "./snapshot.js";

const SETTLE = 180; // ms without a move after which a drag is drawn in full
const PLAY = 2400; // ms from noise to digit
const COMMON = ["T", "seed", "images", "digit"];

export class Page extends LivePage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { at, show } = data.query,
      place = at === undefined ? 1 : +at;
    Object.assign(this, {
      lanes: [],
      selected: 0,
      focus: 0,
      place: place >= 0 && place <= 1 ? place : 1,
      kind: show === "x0" ? "x0" : "x_t",
      labels: null,
      guesses: 0,
    });
    this.common = {
      ...Object.fromEntries(COMMON.map(name => [name, this.settings[name]])),
      images: Math.min(this.settings.images, data.limits.images),
      one_start: false,
    };
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
    $(".play").addEventListener("click", () => this.play());
    for (const node of this.root.querySelectorAll("[data-kind]"))
      node.addEventListener("click", () => {
        this.kind = node.dataset.kind;
        this.draw();
        this.save();
      });
    $(".clip").addEventListener("change", event => this.change({ clip: event.target.value }));
    $(".guidance").addEventListener("change", event => {
      const value = Math.max(0, Math.min(8, +event.target.value));
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

  // Which lanes there are

  openReady(one) {
    this.common = { T: 1000, seed: 0, images: this.data.limits.images, digit: "each", one_start: false, ...one.common };
    this.guide.keeps = false;
    this.ready.show(one);
    this.setLanes(one.lanes);
  }

  openLink({ lanes, one_start, problems }) {
    this.common.one_start = one_start;
    if (problems.length) this.notice(`This link was not all right: ${problems.join("; ")}. The rest was taken.`);
    this.leave();
    this.setLanes(lanes);
  }

  /** From here on the lanes are the learner's own. */
  leave() {
    this.ready.leave();
    this.guide.keeps = true;
  }

  opened(state) {
    if (state.ready && this.ready.open?.key !== state.ready) {
      this.openReady(this.ready.find(state.ready));
      this.ready.reveal(false);
    }
  }

  setLanes(owns) {
    this.lanes = owns.map(own => this.newLane(own));
    Object.assign(this, {
      selected: Math.min(this.selected, owns.length - 1),
      focus: Math.min(this.focus, this.common.images - 1),
    });
    this.arrange();
    this.request(false);
  }

  newLane(own) {
    const lane = new LaneView(
      { ...own },
      {
        select: () => this.select(this.lanes.indexOf(lane)),
        follow: image => {
          this.focus = image;
          this.draw();
        },
        move: place => this.moveTo(place),
      },
    );
    return lane;
  }

  duplicate() {
    const lane = this.newLane(this.lanes[this.selected].own);
    this.lanes.splice(this.selected + 1, 0, lane);
    this.selected++;
    this.leave();
    this.arrange();
    this.request(false);
    this.event("lane-added");
  }

  remove() {
    this.lanes.splice(this.selected, 1);
    this.selected = Math.max(0, this.selected - 1);
    for (const lane of this.lanes) lane.numbersOld = true; // lane 1 may be another one
    this.leave();
    this.arrange();
    this.request(false);
  }

  /** The lanes changed in number: their places on the page, and the tabs of the editor. */
  arrange() {
    this.$(".lanes").replaceChildren(...this.lanes.map(lane => lane.node));
    this.$(".lane-tabs").replaceChildren(
      ...this.lanes.map((_, i) => {
        const tab = button("lane-tab", `${i + 1}`, () => this.select(i));
        tab.setAttribute("aria-label", `Edit lane ${i + 1}`);
        return tab;
      }),
    );
    const [least, most] = this.data.limits.lanes;
    this.$(".duplicate").disabled = this.lanes.length >= most;
    this.$(".remove").disabled = this.lanes.length <= least;
    this.root.dataset.lanes = this.lanes.length;
    this.showSetting();
    this.draw();
  }

  select(i) {
    this.selected = i;
    this.showSetting();
    this.draw();
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
    this.request(dragging);
    clearTimeout(this.settle);
    if (dragging) this.settle = setTimeout(() => this.request(false), SETTLE);
    else for (const name of Object.keys(changes)) this.event(`${name}-changed`);
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
      if (dragged || this.live.wanted.compare)
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

  // Drawing

  later() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
  }

  draw() {
    const few = this.lanes.length <= 3,
      rows = this.common.images > 4 && (NARROW.matches || few) ? 2 : 1,
      both = few && !NARROW.matches;
    Object.assign(this.root.dataset, { rows, both, labels: Boolean(this.labels) });
    this.lanes.forEach((lane, i) =>
      lane.draw({
        number: i + 1,
        selected: i === this.selected,
        covered: this.ready.covers(i),
        place: this.place,
        kind: this.kind,
        both,
        focus: this.focus,
        labels: this.labels,
        yardstickOld: this.lanes[0].stale || this.lanes[0].numbersOld,
        oneStart: this.common.one_start,
        rows,
      }),
    );
    const scrub = this.$(".scrub"),
      one = this.lanes[0]?.head;
    if (!one) return;
    scrub.value = Math.round(1000 * this.place);
    const noisy = Math.round(100 * one.noise[this.lanes[0].at(this.place) - 1]);
    this.$(".where").textContent = `${noisy} % noise`;
    scrub.setAttribute("aria-valuetext", `${noisy} % noise, lane 1 at t = ${one.t[this.lanes[0].at(this.place) - 1]}`);
    for (const node of this.root.querySelectorAll("[data-kind]"))
      node.setAttribute("aria-pressed", node.dataset.kind === this.kind);
  }

  moveTo(place) {
    this.place = Math.max(0, Math.min(1, place));
    this.draw();
    if (!this.playing) {
      this.event("scrubbed");
      this.save();
    }
  }

  /** Arrow keys go to the next moment that any lane visits. */
  nudge(event) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const places = [...new Set(this.lanes.flatMap(lane => lane.head?.place ?? []))].sort((a, b) => a - b);
    const next = by > 0 ? places.find(one => one > this.place + 1e-9) : places.findLast(one => one < this.place - 1e-9);
    if (next !== undefined) this.moveTo(next);
  }

  play() {
    if (this.playing) return this.stopPlaying();
    this.playing = true;
    this.$(".play").textContent = "■ Stop";
    this.$(".play").setAttribute("aria-label", "Stop");
    const started = performance.now();
    const tick = now => {
      if (!this.playing) return;
      this.moveTo((now - started) / PLAY);
      if (now - started >= PLAY) {
        this.stopPlaying();
        this.event("scrubbed");
      } else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stopPlaying() {
    this.playing = false;
    this.$(".play").textContent = "▶ Play";
    this.$(".play").setAttribute("aria-label", "Play");
  }

  // What stays and what is taken away

  /** Lane 1 and what all lanes share is the setting that goes to the other pages. */
  keep() {
    const { noise, ...own } = this.lanes[0].own,
      { one_start, images, ...common } = this.common,
      cut = Math.min(this.settings.images, this.data.limits.images);
    this.settings = { ...this.settings, ...common, ...own, ...(images !== cut && { images }) }; // more than this page shows stay the learner's
    this.save();
  }

  own() {
    const kept = Object.fromEntries(this.lanes.slice(1).map((lane, i) => [`l${i + 2}`, lane.head?.link ?? ""]));
    if (this.lanes.length && !this.lanes[0].own.noise) kept.off = "1";
    if (this.common.one_start) kept.one = "1";
    if (this.kind === "x0") kept.show = "x0";
    if (this.place < 1) kept.at = this.place.toFixed(3);
    return kept;
  }

  download() {
    if (!this.lanes.every(lane => lane.film && lane.shown)) return;
    snapshot(this.lanes, { kind: this.kind, focus: this.focus, place: this.place, shared: this.shared }).toBlob(
      blob => {
        const link = Object.assign(document.createElement("a"), {
          href: URL.createObjectURL(blob),
          download: "ddim-compare.png",
        });
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      },
    );
  }

  close() {
    super.close();
    this.observer.disconnect();
    clearTimeout(this.settle);
    this.playing = false;
  }
}
