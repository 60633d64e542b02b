// The field of a world at a time, density and arrows: asked for once, kept while the world is the same.

/** @typedef {import("./plane.js").Field} Field */
/** @typedef {import("./crowd.js").Crowd} Crowd */

export class Fields {
  /** @param {Crowd} crowd */
  constructor(crowd) {
    this.crowd = crowd;
    this.show = "none"; // which arrows
    /** @type {Map<string, Field>} */
    this.known = new Map();
    /** @type {Record<number, string>} */
    this.asked = {}; // time -> what it was asked for
  }

  /** @param {number} t */
  key(t) {
    const { schedule, T } = this.crowd.page.settings;
    return `${this.crowd.targetOf}|${schedule}|${T}|${t}|${this.show}`;
  }

  /** The field at the cursor. */
  ask() {
    const { crowd, show } = this,
      t = crowd.times[crowd.cursor];
    if (crowd.isEmpty || this.known.has(this.key(t))) return;
    this.asked[t] = this.key(t);
    crowd.page.ask("field", { ...crowd.values, t, show });
  }

  /**
   * @param {Record<string, any>} head
   * @param {Float32Array} numbers
   */
  keep(head, numbers) {
    let read = 0;
    /** @param {number} points */
    const take = points => {
      read += 2 * points;
      return numbers.subarray(read - 2 * points, read);
    };
    /** @type {Float32Array[][]} */
    const contours = head.lines.map((/** @type {number[]} */ lines) => lines.map(take));
    this.known.set(this.asked[head.t] ?? this.key(head.t), { head, contours, arrows: numbers.subarray(read) });
    this.crowd.later();
  }

  /** @param {number} t */
  at(t) {
    return this.known.get(this.key(t));
  }

  /** Another world. */
  forget() {
    this.known.clear();
  }
}
