// A world in the plane: particles from noise to data. Every position comes from the server; frames are kept, so that
// scrubbing and playing draw nothing anew.
import { evenLate } from "../../static/page.js";
import { floats } from "../../static/plot.js";
import { Plane } from "./plane.js";
import { Pen, read, SPOTS_MAX, snapped, written } from "./spots.js";
import { WorldNumbers } from "./worldnumbers.js";

const PLAY = 2600; // ms a whole run plays
const CHOSEN = [0, 1, 4],
  CHOSEN_MAX = 12;
const APART = 0.22; // of the spots of one stroke
const thousands = n => n.toLocaleString("en");

export class Crowd {
  constructor(page) {
    const names = page.data.worlds.map(([name]) => name);
    const { world: wanted, spots } = page.data.query,
      centres = wanted === "drawn" && read(spots ?? "");
    if (wanted && !centres && !names.includes(wanted))
      page.notice(`This link names no world of this page (${wanted}): here is the first one.`);
    const world = centres ? { name: "drawn", centres } : { name: names.includes(wanted) ? wanted : names[0] };
    Object.assign(this, {
      page,
      $: selector => page.$(`.stage.crowd ${selector}`),
      world,
      before: { name: names[0] },
      place: 1,
      chosen: [...CHOSEN],
      n: 5000,
      run: null,
      draft: null,
      pin: null,
      fields: new Map(),
      show: "none",
    });
    this.plane = new Plane(this.$(".plane"), this);
    this.pen = new Pen(
      this.$(".plane"),
      () => this.draw(),
      (x, y) => {
        this.stroke(x, y, true);
        this.strokeEnds();
      },
    );
    this.numbers = new WorldNumbers(page, this);
    const select = page.$(".controls .world");
    select.append(
      ...page.data.worlds.map(([name, title]) => new Option(title, name)),
      Object.assign(new Option("drawn by hand", "drawn"), { disabled: true }),
    );
    select.value = world.name;
    this.wire(select);
    page.views.world = evenLate((head, bytes) => {
      this.target = { head, points: floats(bytes) };
      this.draw();
    });
    page.views.particles = evenLate((head, bytes) =>
      head.drag ? this.dragged(head, floats(bytes)) : this.arrived(head, floats(bytes)),
    );
    page.views.field = evenLate((head, bytes) => this.fielded(head, floats(bytes)));
  }

  wire(select) {
    const { page, $ } = this,
      control = name => page.$(`.controls .${name}`);
    select.addEventListener("change", () => {
      this.set({ world: { name: select.value } });
      this.ask(false);
      page.save();
      page.event("world-picked");
    });
    control("n").addEventListener("change", event => {
      this.n = +event.target.value;
      this.chosen = this.chosen.filter(one => one < this.n);
      this.ask(false);
    });
    control("field").addEventListener("change", event => {
      this.show = event.target.value;
      this.askField();
      this.draw();
      page.event("field-shown");
    });
    control("left").addEventListener("change", event => {
      this.left = event.target.checked;
      this.draw();
      if (this.left) page.event("left-marked");
    });
    control("draw").addEventListener("click", () => this.drawing(!this.isDrawing));
    control("wipe").addEventListener("click", () => {
      this.set({ world: { name: "drawn", centres: [] } });
      this.draw();
    });
    control("pin").addEventListener("click", () => this.togglePin());
    control("nobody").addEventListener("click", () => {
      this.chosen = this.chosen.length ? [] : [...CHOSEN];
      this.draw();
    });
    $(".play").addEventListener("click", () => (this.playing ? this.stop() : this.play()));
    $(".back").addEventListener("click", () => this.moveTo(this.cursor - 1));
    $(".forward").addEventListener("click", () => this.moveTo(this.cursor + 1));
    $(".scrub").addEventListener("input", event => {
      this.moveTo(+event.target.value);
      page.event("scrubbed");
    });
  }

  own() {
    const { name, centres } = this.world,
      empty = centres?.length === 0;
    return { world: name === this.page.data.worlds[0][0] || empty ? "" : name, spots: centres ? written(centres) : "" };
  }

  set({ world, place }) {
    if (world) {
      if (this.isDrawing && !world.centres) this.drawing(false);
      const follows = this.world.centres?.length && world.centres?.length; // a hand-drawn world follows the hand
      Object.assign(this, { world, draft: null, run: follows ? this.run : null });
      if (world.centres?.length === 0) this.numbers.forget();
      this.fields.clear();
      this.page.$(".controls .world").value = world.name;
    }
    if (place !== undefined) this.place = place;
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

  /** Asks for the particles; while dragging for the frame at the cursor alone, and for numbers where they cost nothing. */
  ask(dragging) {
    if (this.world.centres?.length === 0) return;
    const { page } = this;
    const key = JSON.stringify(this.world);
    page.ask("particles", { ...this.values, n: this.n, place: this.place, drag: dragging, chosen: this.chosen });
    if (this.targetOf !== key) {
      this.targetOf = key;
      page.ask("world", { world: this.world, n: 2000 });
    }
    this.askField();
    this.numbers.ask(dragging);
  }

  /** What is on screen: a draft while a slider is dragged, else the frame of the run at the cursor, or the last that has come. */
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
    return this.run.world !== JSON.stringify(this.world) ? "held" : shown.complete ? "exact" : "coming";
  }

  dragged(head, numbers) {
    this.page.taken(head);
    this.draft = { head, at: head.here, cloud: numbers.subarray(0, 2 * head.n), paths: numbers.subarray(2 * head.n) };
    this.page.$(".timing").textContent = `particles: ${head.ms.toFixed(0)} ms on the server`;
    this.draw();
  }

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
    if (this.coming?.id !== head.id) return;
    this.coming.heads[head.frame] = head;
    this.coming.frames[head.frame] = cloud;
    const complete = this.coming.frames.length === head.t.length,
      reached = head.frame >= Math.round(this.place * (head.t.length - 1));
    const fills = !this.draft && (!this.run || this.run === this.coming); // of a new world every frame is shown as it comes
    if (fills || reached) {
      this.run = this.coming;
      this.draft = null;
      this.later();
    }
    if (complete) {
      this.askField();
      this.event("particles-done");
    }
  }

  event(name) {
    this.page.event(name);
  }

  key(t) {
    const { settings } = this.page;
    return `${this.targetOf}|${settings.schedule}|${settings.T}|${t}|${this.show}`;
  }

  askField() {
    const t = this.times[this.cursor];
    if (this.world.centres?.length === 0 || this.fields.has(this.key(t))) return;
    this.fieldKeys = { ...this.fieldKeys, [t]: this.key(t) };
    this.page.ask("field", { ...this.values, t, show: this.show });
  }

  fielded(head, numbers) {
    let read = 0;
    const take = points => {
        read += 2 * points;
        return numbers.subarray(read - 2 * points, read);
      },
      contours = head.lines.map(lines => lines.map(take));
    this.fields.set(this.fieldKeys?.[head.t] ?? this.key(head.t), { head, contours, arrows: numbers.subarray(read) });
    this.later();
  }

  get field() {
    const { shown } = this;
    return shown ? this.fields.get(this.key(shown.head.t[shown.at])) : null;
  }

  moveTo(j) {
    const last = this.times.length - 1;
    this.place = last ? Math.max(0, Math.min(last, j)) / last : 1;
    this.askField();
    this.draw();
  }

  play() {
    this.playing = true;
    this.label("■ Stop", "Stop");
    const started = performance.now();
    const tick = now => {
      if (!this.playing) return;
      const share = Math.min(1, (now - started) / PLAY);
      this.moveTo(Math.round(share * (this.times.length - 1)));
      if (share < 1) requestAnimationFrame(tick);
      else {
        this.stop();
        this.event("played");
      }
    };
    requestAnimationFrame(tick);
  }

  stop() {
    if (this.playing) {
      this.playing = false;
      this.label("▶ Play", "Play");
    }
  }

  label(text, name) {
    const button = this.$(".play");
    button.textContent = text;
    button.setAttribute("aria-label", name);
  }

  togglePin() {
    const button = this.page.$(".controls .pin");
    if (this.pin) {
      this.pin = null;
      button.textContent = "Pin this";
      this.draw();
      return;
    }
    if (this.draft || !this.shown?.complete) {
      this.page.notice("Wait for all particles, then pin them.", true);
      return;
    }
    const { eta, S, seed, spacing, schedule } = this.run.head.settings;
    this.pin = {
      ...this.run,
      world: this.targetOf,
      seed,
      label: `pinned: eta ${+eta.toFixed(3)}, S ${S}`,
      more: `${spacing}, ${schedule}`,
      numbers: this.numbers.snapshot(),
    };
    button.textContent = "Unpin";
    this.event("pinned");
    this.draw();
  }

  /** The particle nearest to a point of the plane gets a path, or loses it. */
  pick(x, y) {
    const { cloud } = this.shown ?? {};
    if (!cloud) return;
    let best = 0,
      least = Infinity;
    for (let i = 0; 2 * i < cloud.length; i++) {
      const d = (cloud[2 * i] - x) ** 2 + (cloud[2 * i + 1] - y) ** 2;
      if (d < least) {
        least = d;
        best = i;
      }
    }
    this.chosen = this.chosen.includes(best)
      ? this.chosen.filter(one => one !== best)
      : [...this.chosen, best].slice(-CHOSEN_MAX);
    this.event("particle-chosen");
    this.draw();
  }

  drawing(on) {
    this.isDrawing = on;
    const button = this.page.$(".controls .draw");
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? "Done" : "Draw your own";
    this.page.$(".controls .wipe").hidden = !on;
    this.page.root.dataset.drawing = on;
    if (on && this.world.name !== "drawn") {
      this.before = this.world;
      this.set({ world: { name: "drawn", centres: [] }, place: 1 });
    } else if (!on && this.world.centres?.length === 0) {
      // nothing was drawn
      this.set({ world: this.before });
      this.ask(false);
    }
    this.pen.use(on);
    this.draw();
  }

  /** A stroke goes on: a new centre where it is far enough from the last one. */
  stroke(x, y, begins) {
    const { centres } = this.world,
      at = snapped([x, y]),
      last = centres.at(-1);
    if (!begins && last && Math.hypot(at[0] - last[0], at[1] - last[1]) < APART) return;
    if (centres.length >= SPOTS_MAX) {
      this.page.notice(`A drawn world has at most ${SPOTS_MAX} spots. Press “Done”, or “Wipe” to begin again.`, true);
      return;
    }
    this.set({ world: { name: "drawn", centres: [...centres, at] } });
    this.ask(true);
    this.draw();
  }

  strokeEnds() {
    this.ask(false);
    this.page.save();
    this.event("drawn");
  }

  later() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
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
      { settings } = head,
      t = head.t[at],
      scrub = this.$(".scrub");
    scrub.max = head.t.length - 1;
    scrub.value = at;
    scrub.setAttribute("aria-valuetext", `t = ${t}`);
    this.$(".where").textContent = `t = ${t}`;
    const draft = head.draft
      ? `draft: ${thousands(head.n)} of ${thousands(head.of)} particles`
      : `${thousands(head.n)} particles`;
    const thin = head.steps.length <= settings.S ? `, ${head.steps.length - 1} of its ${settings.S} steps kept` : "";
    this.$(".made").textContent =
      `eta ${settings.sigma_hat ? "1 with sigma-hat" : settings.eta.toFixed(3)} · S ${settings.S} · t = ${t} · ${draft}${thin} · variance ${head.seen.variance.toFixed(3)}, exact ${head.seen.exact.toFixed(3)}`;
    const warning = this.$(".warning");
    warning.hidden = !head.warning;
    warning.textContent = head.warning ?? "";
    Object.assign(page.root.dataset, {
      crowdEta: settings.eta,
      crowdSteps: settings.S,
      crowdT: t,
      crowdN: head.n,
      crowdWorld: this.world.name,
      seed: settings.seed,
    });
  }

  close() {
    this.playing = false;
  }
}
