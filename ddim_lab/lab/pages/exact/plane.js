// The canvas of the 2-D world: start, now (and the pinned run) and data side by side, on one scale.

import { boxOf, pointerOn } from "../../static/box.js";
import { nearest } from "../../static/columns.js";
import { grab } from "../../static/grab.js";
import { Ink, REACH } from "./ink.js";
import { NARROW, panels } from "./panels.js";

/** @typedef {import("./spots.js").Spot} Spot */
/** @typedef {Record<string, any>} Head what the server told with some particles */
/** @typedef {{ head: Head, cloud: Float32Array, at: number }} Shown the particles on screen, at frame `at` */
/** @typedef {{ head: Head, contours: Float32Array[][], arrows: Float32Array }} Field lines of x, y, x, y ... */
/** @typedef {{ head: Head, frames: Float32Array[] }} Run */
/** @typedef {Run & { world: string, seed: number, label: string }} Pin */
/**
 * @typedef {object} World the crowd, as the canvas needs it
 * @property {Shown | null} shown
 * @property {{ head: Head, points: Float32Array } | undefined} target the data
 * @property {Pin | null} pin
 * @property {Field | null | undefined} field
 * @property {Float32Array | undefined} x_T
 * @property {boolean} isDrawing
 * @property {boolean} left whether those who started on the left are marked
 * @property {{ name: string, centres?: Spot[] }} world
 * @property {import("./spots.js").Pen} pen
 * @property {string | null | undefined} targetOf
 * @property {number[]} chosen
 * @property {{ at: number, paths: Float32Array } | null} draft
 * @property {Run | null} run
 * @property {(x: number, y: number) => void} pick
 * @property {(x: number, y: number, begins: boolean) => void} stroke
 * @property {() => void} strokeEnds
 */

const TURN = 200; // numbers of one side drawn before those of the other
const WIDTHS = [1, 1.6, 2.4]; // of the contours

export class Plane {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {World} crowd
   */
  constructor(canvas, crowd) {
    this.canvas = canvas;
    this.crowd = crowd;
    this.box = /** @type {HTMLElement} */ (canvas.parentElement);
    this.ink = new Ink(canvas);
    /** @type {import("./panels.js").Places | undefined} */
    this.places = undefined;
    grab(canvas, {
      begin: event => this.down(event),
      move: event => this.crowd.stroke(...this.there(event), false),
      end: () => this.crowd.strokeEnds(),
    });
  }

  draw() {
    const { width, height } = boxOf(this.box);
    if (!width || !height) return;
    const { crowd, ink } = this,
      { shown, target, pin, x_T } = crowd,
      { colour } = ink,
      places = panels(width, height, Boolean(pin));
    if (width < NARROW) this.box.style.minHeight = `${places.height}px`;
    ink.clear(width, places.height);
    this.places = places;
    ink.panel(places.start, "x_T, pure noise", () => {
      if (x_T) this.cloud(x_T, Math.min(2000, x_T.length / 2), 1.2, colour.state, 0.5, true);
    });
    ink.panel(places.data, "the data, x₀", () => {
      if (target && !crowd.isDrawing) this.cloud(target.points, target.head.n, 1.2, colour.x0, 0.55);
    });
    const title = shown ? `now, t = ${shown.head.t[shown.at]}` : "now";
    ink.panel(places.now, title, () => this.now(shown), crowd.isDrawing);
    if (places.pinned && pin) ink.panel(places.pinned, pin.label, () => this.drawPinned(pin, shown));
    Object.assign(this.canvas, { shown: shown?.cloud ?? null, places }); // for whoever wants to check
    this.canvas.setAttribute("aria-label", crowd.isDrawing ? crowd.pen.words : this.words(shown));
  }

  /** @param {Shown | null} shown */
  words(shown) {
    if (!shown) return "particles";
    const { head, at } = shown,
      { eta, S } = head.settings,
      world = this.crowd.target?.head.title ?? "data",
      pinned = this.crowd.pin ? `; beside it ${this.crowd.pin.label}` : "";
    return (
      `${head.n} particles on their way from noise to ${world}, now at t = ${head.t[at]}, ` +
      `eta ${eta.toFixed(3)}, S ${S}${pinned}`
    );
  }

  /** @param {Shown | null} shown */
  now(shown) {
    const { crowd, ink } = this,
      centres = crowd.world.centres ?? [];
    if (crowd.field?.head.arrows)
      ink.arrows(crowd.field.arrows, { arrows: crowd.field.head.arrows, longest: crowd.field.head.longest });
    if (crowd.isDrawing) {
      for (const centre of centres) ink.dot(centre, 6, ink.colour.x0, ink.colour.paper);
      if (crowd.pen.at) ink.cross(crowd.pen.at);
      if (!centres.length) this.invite();
    }
    if (!shown || (crowd.isDrawing && !centres.length)) return;
    this.cloud(shown.cloud, shown.head.n, this.grain, ink.colour.ink, 0.5, true);
    if (crowd.field) this.contours(crowd.field);
    if (!crowd.isDrawing) this.trajectories(shown);
  }

  /** The size of a particle. */
  get grain() {
    return this.ink.at.scale > 50 ? 2 : 1.5;
  }

  invite() {
    const { ink } = this;
    ink.middle("Draw here where the data should be", -8, "600 15px", ink.colour.ink);
    ink.middle("or use the arrow keys and the space bar", 14, "12px", ink.colour.muted);
  }

  /**
   * Small squares; those who started on the left dark, the others light and larger, if that is asked for.
   * @param {Float32Array} points
   * @param {number} n
   * @param {number} size
   * @param {string} colour
   * @param {number} alpha
   * @param {boolean} [marks]
   */
  cloud(points, n, size, colour, alpha, marks = false) {
    const { crowd, ink } = this,
      { context } = ink,
      { x_T } = crowd;
    const start = marks && crowd.left && x_T && x_T.length >= 2 * n ? x_T : null;
    Object.assign(context, { fillStyle: colour, globalAlpha: alpha });
    if (!start) ink.squares(points, size, () => true, 0, 2 * n);
    else
      for (let from = 0; from < 2 * n; from += TURN) {
        // in turns, so that neither lies on top of the other
        const to = Math.min(2 * n, from + TURN);
        context.fillStyle = ink.colour.line;
        context.globalAlpha = 1;
        ink.squares(points, size * 1.5, i => start[i] >= 0, from, to);
        context.fillStyle = colour;
        ink.squares(points, size, i => start[i] < 0, from, to);
      }
    context.globalAlpha = 1;
  }

  /**
   * The chosen particles: their way so far, and faintly what follows.
   * @param {Shown} shown
   */
  trajectories(shown) {
    const { chosen, draft, run } = this.crowd;
    chosen.forEach((particle, row) => {
      if (draft) {
        const { paths } = draft,
          length = paths.length / 2 / Math.max(1, chosen.length);
        if (draft.at + 1 !== length) return; // the choice changed meanwhile
        this.path(i => [paths[2 * (row * length + i)], paths[2 * (row * length + i) + 1]], shown.at, length - 1);
      } else if (run && particle < shown.head.n) this.path(this.wayOf(run, particle), shown.at, run.frames.length - 1);
    });
  }

  /**
   * @param {Run} run
   * @param {number} particle
   * @returns {(i: number) => Spot}
   */
  wayOf({ frames }, particle) {
    return i => [frames[i][2 * particle], frames[i][2 * particle + 1]];
  }

  /**
   * @param {(i: number) => Spot} at
   * @param {number} now
   * @param {number} last
   */
  path(at, now, last) {
    const { ink } = this,
      { colour } = ink;
    ink.way(at, now, last, 0.35, 1);
    ink.way(at, 0, now, 0.9, 1.6);
    ink.dot(at(0), 3, colour.paper, colour.ink);
    ink.dot(at(now), 4.5, colour.ink, colour.paper);
  }

  /**
   * @param {Pin} pin
   * @param {Shown | null} shown
   */
  drawPinned(pin, shown) {
    const { crowd, ink } = this;
    if (pin.world !== crowd.targetOf) {
      ink.say("another world is pinned");
      return;
    }
    const t = shown ? shown.head.t[shown.at] : 0,
      at = nearest(pin.head.t, t); // the pinned run's time nearest to this one
    const other = shown && shown.head.settings.seed !== pin.seed ? ", another start" : "";
    this.cloud(pin.frames[at], pin.head.n, this.grain, ink.colour.ink, 0.5, !other);
    if (crowd.field && pin.head.t[at] === t) this.contours(crowd.field);
    for (const particle of crowd.chosen) if (particle < pin.head.n) this.path(this.wayOf(pin, particle), at, at);
    ink.say(`t = ${pin.head.t[at]}${other}`);
  }

  /**
   * Contours of the exact density, the thicker the more of it is denser there.
   * @param {Field} field
   */
  contours({ contours }) {
    const { ink } = this,
      { context } = ink;
    context.strokeStyle = ink.colour.x0;
    contours.forEach((lines, i) => {
      context.lineWidth = WIDTHS[i];
      context.beginPath();
      for (const line of lines)
        for (let p = 0; p < line.length; p += 2) {
          const [x, y] = [ink.px(line[p]), ink.py(line[p + 1])];
          if (p) context.lineTo(x, y);
          else context.moveTo(x, y);
        }
      context.stroke();
    });
  }

  /**
   * A press chooses a particle, or begins a stroke.
   * @param {PointerEvent} event
   */
  down(event) {
    const [x, y] = this.places ? this.there(event) : [Infinity, Infinity];
    if (Math.max(Math.abs(x), Math.abs(y)) > REACH) return false;
    if (!this.crowd.isDrawing) {
      this.crowd.pick(x, y);
      return false;
    }
    return this.crowd.stroke(x, y, true);
  }

  /**
   * Where a pointer is in the panel of now.
   * @param {PointerEvent} event
   * @returns {Spot}
   */
  there(event) {
    const [x, y, side] = this.places?.now ?? [0, 0, 1],
      [left, top] = pointerOn(this.canvas, event),
      scale = side / (2 * REACH);
    return [(left - x - side / 2) / scale, -(top - y - side / 2) / scale];
  }
}
