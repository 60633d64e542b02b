// The lanes on the screen: which there are, what they show, and what of them is in a link.
import { all, button, pressed } from "../../static/dom.js";
import { Player } from "../../static/frames.js";
import { within } from "../../static/numbers.js";
import { LivePage } from "../../static/page.js";
import { NARROW } from "../../static/screen.js";
import { LaneView } from "./lane.js";
import { Ready } from "./ready.js";

/** @typedef {import("../../static/page.js").Values} Values */

const COMMON = ["T", "seed", "images", "digit"];
const ANOTHER = "another"; // the guide's step beside which any ready-made comparison is asked about
const PLAY = 2400; // ms from noise to digit

export class LanesPage extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    const { at, row } = data.query,
      place = at === undefined ? 1 : +at;
    /** @type {LaneView[]} */
    this.lanes = [];
    this.selected = 0;
    this.focus = 0;
    this.place = place >= 0 && place <= 1 ? place : 1;
    this.kind = row === "x0" ? "x0" : "x_t";
    /** @type {number[] | null} */
    this.labels = null;
    this.guesses = 0;
    this.ready = new Ready(
      this.root,
      data.ready,
      {
        onOpen: comparison => this.openReady(comparison),
        onAsk: question => this.askFirst(question),
        onReveal: guessed => this.revealed(guessed),
      },
      data.network === null,
    );
    this.player = new Player(this.$(".play"), {
      ms: PLAY,
      show: share => this.moveTo(share),
      ended: () => this.event("scrubbed"),
    });
    /** @type {Values} */
    this.common = {
      ...Object.fromEntries(COMMON.map(name => [name, this.settings[name]])),
      images: Math.min(this.settings.images, data.limits.images),
      one_start: false,
    };
  }

  // What the page adds

  showSetting() {}
  /** @param {boolean} _draft */
  request(_draft) {}

  /**
   * @param {import("./ready.js").Comparison} comparison
   * @param {boolean} [asks] whether its question is asked first
   */
  openReady(comparison, asks) {
    const { images } = this.data.limits;
    this.common = { T: 1000, seed: 0, images, digit: "each", one_start: false, ...comparison.common };
    this.ready.show(comparison, asks);
    this.setLanes(comparison.lanes);
  }

  /** @param {import("./ready.js").Comparison["question"]} question */
  askFirst({ key, prompt, options }) {
    return this.teaching.guess(
      { key, prompt },
      options.map(({ text }) => text),
      {
        canGiveUp: true,
        ask: (choice, attempt) => this.live.ask("answer", { key, choice, attempt }),
      },
    );
  }

  /** @param {boolean} guessed what was covered is shown; whether after a guess */
  revealed(guessed) {
    this.draw();
    if (!guessed) return;
    this.event("guessed");
    if (++this.guesses > 1) this.event("guessed-another");
  }

  /** @param {Record<string, any>} link as the server read it */
  openLink({ lanes, one_start, problems }) {
    this.common.one_start = one_start;
    if (problems.length) this.notice(`This link was not all right: ${problems.join("; ")}. The rest was taken.`);
    this.leave();
    this.setLanes(lanes);
    this.teach(1); // the guide's first step is a guess at a ready-made comparison
  }

  /** @param {number} first the step at which the guide begins, if not where a link or the learner left it */
  teach(first) {
    const { ask } = this.data.everywhere,
      step = this.asksBeside(ask) ? ANOTHER : undefined;
    if (!this.guide) this.teaching.start({ first, step, brought: first > 0 });
  }

  /** @param {string} key */
  asksBeside(key) {
    return this.ready.list.some(({ question }) => question.key === key);
  }

  /** What the learner has in the lanes. */
  mine() {
    const { ready, common } = this;
    return { ready: ready.open?.key ?? null, asks: ready.pending, common, lanes: this.lanes.map(lane => lane.own) };
  }

  /** @param {Values} mine */
  restored({ ready, asks, common, lanes }) {
    const comparison = this.ready.find(ready);
    if (comparison) {
      this.openReady(comparison, asks);
      return;
    }
    this.leave();
    this.common = common;
    this.setLanes(lanes);
  }

  /** From here on the lanes are the learner's own. */
  leave() {
    this.ready.leave();
  }

  /** @param {Values[]} owns their settings */
  setLanes(owns) {
    this.lanes = owns.map(own => this.newLane(own));
    this.selected = Math.min(this.selected, owns.length - 1);
    this.focus = Math.min(this.focus, this.common.images - 1);
    this.arrange();
    this.request(false);
  }

  /**
   * @param {Values} own
   * @returns {LaneView}
   */
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
    this.$(".duplicate", HTMLButtonElement).disabled = this.lanes.length >= most;
    this.$(".remove", HTMLButtonElement).disabled = this.lanes.length <= least;
    this.root.dataset.lanes = `${this.lanes.length}`;
    this.showSetting();
    this.draw();
  }

  /** @param {number} i */
  select(i) {
    this.selected = i;
    this.showSetting();
    this.draw();
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
    const scrub = this.$(".scrub", HTMLInputElement),
      [first] = this.lanes;
    if (!first?.head) return;
    scrub.value = `${Math.round(1000 * this.place)}`;
    const i = first.at(this.place) - 1,
      noisy = Math.round(100 * first.head.noise[i]);
    this.$(".where").textContent = `${noisy} % noise`;
    scrub.setAttribute("aria-valuetext", `${noisy} % noise, lane 1 at t = ${first.head.t[i]}`);
    pressed(all(this.root, "[data-kind]"), node => node.dataset.kind === this.kind);
  }

  /** @param {number} place */
  moveTo(place) {
    this.place = within(place, 0, 1);
    this.draw();
    if (!this.player.playing) {
      this.event("scrubbed");
      this.save();
    }
  }

  /** Lane 1 and what all lanes share is the setting that goes to the other pages. */
  keep() {
    const { noise, ...own } = this.lanes[0].own,
      { one_start, images, ...common } = this.common,
      cut = Math.min(this.settings.images, this.data.limits.images);
    this.adopt({ ...common, ...own, ...(images !== cut && { images }) }); // more than are shown stay the learner's
    this.save();
  }

  own() {
    /** @type {Values} */
    const kept = Object.fromEntries(this.lanes.slice(1).map((lane, i) => [`l${i + 2}`, lane.head?.link ?? ""]));
    if (this.lanes.length && !this.lanes[0].own.noise) kept.off = "1";
    if (this.common.one_start) kept.one = "1";
    if (this.kind === "x0") kept.row = "x0";
    if (this.place < 1) kept.at = this.place.toFixed(3);
    return kept;
  }
}
