// The lanes on the screen: which there are, what they show, and what of them is in a link.
import { button, pressed } from "../../static/dom.js";
import { within } from "../../static/numbers.js";
import { LivePage } from "../../static/page.js";
import { NARROW } from "../../static/screen.js";
import { LaneView } from "./lane.js";

const COMMON = ["T", "seed", "images", "digit"];

export class LanesPage extends LivePage {
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
  }

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
    pressed(this.root.querySelectorAll("[data-kind]"), node => node.dataset.kind === this.kind);
  }

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
    const kept = Object.fromEntries(this.lanes.slice(1).map((lane, i) => [`l${i + 2}`, lane.head?.link ?? ""]));
    if (this.lanes.length && !this.lanes[0].own.noise) kept.off = "1";
    if (this.common.one_start) kept.one = "1";
    if (this.kind === "x0") kept.show = "x0";
    if (this.place < 1) kept.at = this.place.toFixed(3);
    return kept;
  }
}
