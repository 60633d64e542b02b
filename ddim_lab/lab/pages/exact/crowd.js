// A world in the plane: particles from noise to data. Every position comes from the server; frames are kept, so that
// scrubbing and playing draw nothing anew.
import { finder, offer } from "../../static/dom.js";
import { onceAFrame, Player } from "../../static/frames.js";
import { within } from "../../static/numbers.js";
import { evenLate } from "../../static/page.js";
import { floats } from "../../static/plot.js";
import { Fields } from "./fields.js";
import { Hand } from "./hand.js";
import { labelled, madeOf, pinned } from "./made.js";
import { Plane } from "./plane.js";
import { nearestTo, read, written } from "./spots.js";
import { WorldNumbers } from "./worldnumbers.js";

/** @typedef {import("./spots.js").Spot} Spot */
/** @typedef {{ name: string, centres?: Spot[] }} WorldOf */
/** @typedef {{ id: number, world: string | null, head: any, heads: any[], frames: Float32Array[] }} Run */
/** @typedef {Run & { label: string, more: string, seed: number, numbers: any, world: string }} Pin */
/** @typedef {import("../../static/page.js").LivePage & Record<string, any>} Page */

const PLAY = 2600; // ms a whole run plays
const CHOSEN = [0, 1, 4],
  CHOSEN_MAX = 12;

export class Crowd {
  /** @param {Page} page */
  constructor(page) {
    /** @type {string[]} */
    const names = page.data.worlds.map((/** @type {[string, string]} */ [name]) => name);
    const { world: wanted, spots = "" } = page.data.query,
      centres = wanted === "drawn" ? read(spots) : null;
    if (wanted && !centres && !names.includes(wanted))
      page.notice(`This link names no world of this page (${wanted}): here is the first one.`);
    this.page = page;
    this.$ = finder(page.root, ".stage.crowd ");
    this.control = finder(page.root, ".controls .");
    /** @type {WorldOf} */
    this.world = centres ? { name: "drawn", centres } : { name: names.includes(wanted) ? wanted : names[0] };
    this.place = 1; // of the cursor, 0..1
    this.chosen = [...CHOSEN];
    this.n = 5000;
    this.left = false; // whether those who started on the left are marked
    /** @type {Run | null} */
    this.run = null;
    /** @type {Run | null} */
    this.coming = null;
    /** @type {{ head: any, at: number, cloud: Float32Array, paths: Float32Array, complete?: boolean } | null} */
    this.draft = null;
    /** @type {Pin | null} */
    this.pin = null;
    /** @type {Float32Array | undefined} */
    this.x_T = undefined;
    /** @type {{ head: any, points: Float32Array } | undefined} */
    this.target = undefined;
    /** @type {string | null} */
    this.targetOf = null; // the world that it is of
    this.later = onceAFrame(() => this.draw());
    this.fields = new Fields(this);
    this.hand = new Hand(this, this.$(".plane", HTMLCanvasElement), names[0]);
    this.plane = new Plane(this.$(".plane", HTMLCanvasElement), this);
    this.numbers = new WorldNumbers(page, this);
    this.player = new Player(this.$(".play"), {
      ms: PLAY,
      show: share => this.moveTo(Math.round(share * (this.times.length - 1))),
      ended: () => page.event("played"),
    });
    this.worlds = this.control("world", HTMLSelectElement);
    offer(
      this.worlds,
      page.data.worlds.map((/** @type {[string, string]} */ [name, title]) => [name, title]),
    );
    this.worlds.append(Object.assign(new Option("drawn by hand", "drawn"), { disabled: true }));
    this.worlds.value = this.world.name;
    this.wire();
    this.receive();
  }

  receive() {
    const { views } = this.page;
    views.world = evenLate((head, bytes) => {
      this.target = { head, points: floats(bytes) };
      this.draw();
    });
    views.particles = evenLate((head, bytes) =>
      head.drag ? this.dragged(head, floats(bytes)) : this.arrived(head, floats(bytes)),
    );
    views.field = evenLate((head, bytes) => this.fields.keep(head, floats(bytes)));
  }

  wire() {
    const { page, $, control, worlds } = this,
      count = control("n", HTMLSelectElement),
      field = control("field", HTMLSelectElement),
      left = control("left", HTMLInputElement),
      scrub = $(".scrub", HTMLInputElement);
    worlds.addEventListener("change", () => {
      this.set({ world: { name: worlds.value } });
      this.ask(false);
      page.save();
      page.event("world-picked");
    });
    count.addEventListener("change", () => {
      this.n = +count.value;
      this.chosen = this.chosen.filter(particle => particle < this.n);
      this.ask(false);
    });
    field.addEventListener("change", () => {
      this.fields.show = field.value;
      this.fields.ask();
      this.draw();
      page.event("field-shown");
    });
    left.addEventListener("change", () => {
      this.left = left.checked;
      this.draw();
      if (this.left) page.event("left-marked");
    });
    control("pin").addEventListener("click", () => this.pinNow());
    control("unpin").addEventListener("click", () => this.unpin());
    control("nobody").addEventListener("click", () => {
      this.chosen = this.chosen.length ? [] : [...CHOSEN];
      this.draw();
    });
    $(".back").addEventListener("click", () => this.scrubTo(this.cursor - 1));
    $(".forward").addEventListener("click", () => this.scrubTo(this.cursor + 1));
    scrub.addEventListener("input", () => this.scrubTo(+scrub.value));
  }

  /** Whether the world is a drawn one without a spot yet. */
  get isEmpty() {
    return this.world.centres?.length === 0;
  }

  // As the canvas needs it

  get isDrawing() {
    return this.hand.isOn;
  }

  get pen() {
    return this.hand.pen;
  }

  get field() {
    const { shown } = this;
    return shown ? this.fields.at(shown.head.t[shown.at]) : null;
  }

  /** @param {number} x @param {number} y @param {boolean} begins */
  stroke(x, y, begins) {
    this.hand.stroke(x, y, begins);
  }

  strokeEnds() {
    this.hand.strokeEnds();
  }

  own() {
    const { name, centres } = this.world;
    return {
      world: name === this.page.data.worlds[0][0] || this.isEmpty ? "" : name,
      spots: centres ? written(centres) : "",
    };
  }

  /** @param {{ world?: WorldOf, place?: number, left?: boolean }} changes */
  set({ world, place, left }) {
    if (world) {
      if (this.isDrawing && !world.centres) this.hand.turn(false);
      const follows = this.world.centres?.length && world.centres?.length; // a hand-drawn world follows the hand
      this.world = world;
      this.draft = null;
      if (!follows) this.run = null;
      if (this.isEmpty) this.numbers.forget();
      this.fields.forget();
      this.worlds.value = world.name;
    }
    if (place !== undefined) this.place = place;
    if (left !== undefined) this.left = this.control("left", HTMLInputElement).checked = left;
  }

  get times() {
    return this.shown?.head.t ?? [this.page.settings.T, 0];
  }
  get cursor() {
    return Math.round(this.place * (this.times.length - 1));
  }
  get values() {
    return { settings: this.page.run, world: this.world };
  }

  /**
   * Asks for the particles; while dragging for the frame at the cursor alone, and for numbers where they cost nothing.
   * @param {boolean} dragging
   */
  ask(dragging) {
    if (this.isEmpty) return;
    const { page } = this,
      key = JSON.stringify(this.world);
    page.ask("particles", { ...this.values, n: this.n, place: this.place, drag: dragging, chosen: this.chosen });
    if (this.targetOf !== key) {
      this.targetOf = key;
      page.ask("world", { world: this.world, n: 2000 });
    }
    this.fields.ask();
    this.numbers.ask(dragging);
  }

  /** What is on screen: a draft while a slider is dragged, else the run's frame at the cursor, or its last so far. */
  get shown() {
    const { run, draft } = this;
    if (draft) return draft;
    if (!run) return null;
    const at = Math.min(Math.round(this.place * (run.head.t.length - 1)), run.frames.length - 1);
    return { head: run.heads[at], cloud: run.frames[at], at, complete: run.frames.length === run.head.t.length };
  }

  /** What the particles on screen are. */
  get mode() {
    const { shown } = this;
    if (!shown) return "empty";
    if (this.draft) return "draft";
    return this.run?.world !== JSON.stringify(this.world) ? "held" : shown.complete ? "exact" : "coming";
  }

  /**
   * @param {any} head
   * @param {Float32Array} numbers
   */
  dragged(head, numbers) {
    this.page.taken(head);
    this.draft = { head, at: head.here, cloud: numbers.subarray(0, 2 * head.n), paths: numbers.subarray(2 * head.n) };
    this.page.$(".timing").textContent = `particles: ${head.ms.toFixed(0)} ms on the server`;
    this.draw();
  }

  /**
   * @param {any} head
   * @param {Float32Array} cloud
   */
  arrived(head, cloud) {
    const { page } = this;
    if (head.frame === 0) {
      page.taken(head);
      this.coming = {
        id: head.id,
        world: page.live.isLatest(head) ? this.targetOf : null,
        head,
        heads: [],
        frames: [],
      };
      this.x_T = cloud;
    }
    const { coming } = this;
    if (!coming || coming.id !== head.id) return;
    coming.heads[head.frame] = head;
    coming.frames[head.frame] = cloud;
    const complete = coming.frames.length === head.t.length,
      reached = head.frame >= Math.round(this.place * (head.t.length - 1));
    const fills = !this.draft && (!this.run || this.run === coming); // a new world's frames are shown as they come
    if (fills || reached) {
      this.run = coming;
      this.draft = null;
      this.later();
    }
    if (complete) {
      this.fields.ask();
      this.page.event("particles-done");
    }
  }

  /** @param {number} j where the learner goes */
  scrubTo(j) {
    this.moveTo(j);
    this.page.event("scrubbed");
  }

  /** @param {number} j */
  moveTo(j) {
    const last = this.times.length - 1;
    this.place = last ? within(j, 0, last) / last : 1;
    this.fields.ask();
    this.draw();
  }

  /** What is pinned already makes way. */
  pinNow() {
    if (this.draft || !this.run || !this.targetOf || !this.shown?.complete) {
      this.page.notice("Wait for all particles, then pin them.", true);
      return;
    }
    this.pin = { ...this.run, ...pinned(this.run, this.targetOf), numbers: this.numbers.snapshot() };
    this.control("unpin").hidden = false;
    this.page.event("pinned");
    this.draw();
  }

  unpin() {
    this.pin = null;
    this.control("unpin").hidden = true;
    this.draw();
  }

  /**
   * The particle nearest to a point of the plane gets a path, or loses it.
   * @param {number} x
   * @param {number} y
   */
  pick(x, y) {
    const { cloud } = this.shown ?? {};
    if (!cloud) return;
    const best = nearestTo(cloud, x, y);
    this.chosen = this.chosen.includes(best)
      ? this.chosen.filter(particle => particle !== best)
      : [...this.chosen, best].slice(-CHOSEN_MAX);
    this.page.event("particle-chosen");
    this.draw();
  }

  draw() {
    const { shown, page } = this;
    if (page.tab !== "crowd") return;
    this.plane.draw();
    this.numbers.draw();
    page.root.dataset.crowdMode = this.mode;
    page.tell();
    if (!shown) {
      this.$(".made").textContent = "";
      return;
    }
    const { head, at } = shown,
      t = head.t[at],
      scrub = this.$(".scrub", HTMLInputElement);
    scrub.max = `${head.t.length - 1}`;
    scrub.value = `${at}`;
    scrub.setAttribute("aria-valuetext", `t = ${t}`);
    this.$(".where").textContent = `t = ${t}`;
    this.$(".made").textContent = madeOf(head, t);
    const warning = this.$(".warning");
    warning.hidden = !head.warning;
    warning.textContent = head.warning ?? "";
    Object.assign(page.root.dataset, labelled(head, t), { crowdWorld: this.world.name });
  }

  close() {
    this.player.close();
  }
}
