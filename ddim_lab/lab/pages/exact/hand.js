// A world drawn by hand: strokes become spots, by pointer or by keyboard.
import { Pen, SPOTS_MAX, snapped } from "./spots.js";

/** @typedef {import("./crowd.js").Crowd} Crowd */

const APART = 0.22; // of the spots of one stroke

export class Hand {
  /**
   * @param {Crowd} crowd
   * @param {HTMLElement} canvas
   * @param {string} first the page's first world
   */
  constructor(crowd, canvas, first) {
    this.crowd = crowd;
    this.isOn = false;
    /** @type {import("./crowd.js").WorldOf} */
    this.before = { name: first }; // what was there before the hand began
    this.pen = new Pen(
      canvas,
      () => crowd.draw(),
      (x, y) => {
        this.stroke(x, y, true);
        this.strokeEnds();
      },
    );
    const control = crowd.control("wipe");
    crowd.control("draw").addEventListener("click", () => this.turn(!this.isOn));
    control.addEventListener("click", () => {
      crowd.set({ world: { name: "drawn", centres: [] } });
      crowd.draw();
    });
  }

  /** @param {boolean} on */
  turn(on) {
    const { crowd } = this,
      button = crowd.control("draw");
    this.isOn = on;
    button.setAttribute("aria-pressed", `${on}`);
    button.textContent = on ? "Done" : "Draw your own";
    crowd.control("wipe").hidden = !on;
    crowd.page.root.dataset.drawing = `${on}`;
    if (on && crowd.world.name !== "drawn") {
      this.before = crowd.world;
      crowd.set({ world: { name: "drawn", centres: [] }, place: 1 });
    } else if (!on && crowd.isEmpty) {
      crowd.set({ world: this.before }); // nothing was drawn
      crowd.ask(false);
    }
    this.pen.use(on);
    crowd.draw();
  }

  /**
   * A stroke goes on: a new centre where it is far enough from the last one.
   * @param {number} x
   * @param {number} y
   * @param {boolean} begins
   */
  stroke(x, y, begins) {
    const { crowd } = this,
      centres = crowd.world.centres ?? [],
      at = snapped([x, y]),
      last = centres.at(-1);
    if (!begins && last && Math.hypot(at[0] - last[0], at[1] - last[1]) < APART) return;
    if (centres.length >= SPOTS_MAX) {
      const full = `A drawn world has at most ${SPOTS_MAX} spots. Press “Done”, or “Wipe” to begin again.`;
      crowd.page.notice(full, true);
      return;
    }
    crowd.set({ world: { name: "drawn", centres: [...centres, at] } });
    crowd.ask(true);
    crowd.draw();
  }

  strokeEnds() {
    this.crowd.ask(false);
    this.crowd.page.save();
    this.crowd.page.event("drawn");
  }
}
