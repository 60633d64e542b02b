// The film: grey levels as they arrive, kept for every image and step.
const PIXELS = 28 * 28;
let films = 0;

/** The pictures of a part, by kind: { x_t: [Uint8Array(784), ...], x0: [...] }. */
export function pictures(head, bytes) {
  let at = 0;
  const next = () => bytes.subarray(PIXELS * at, PIXELS * ++at);
  return Object.fromEntries(
    Object.entries(head.kinds).map(([kind, count]) => [kind, Array.from({ length: count }, next)]),
  );
}

export class Film {
  constructor(images, S) {
    Object.assign(this, { images, S, frames: S + 1, id: ++films });
    this.kinds = {}; // kind -> the pictures of every image and step
    this.versions = new Uint32Array(images * this.frames); // counts what arrived, so that unchanged pictures are not redrawn
    this.fresh = new Uint8Array(images * this.frames); // 0 nothing yet, 1 held from an older setting, 2 of this setting
  }

  hold() {
    this.fresh.forEach((value, i) => {
      if (value) this.fresh[i] = 1;
    });
  }

  /** Keeps the results of another run on screen, marked as held, until there are new ones. */
  inherit(old) {
    for (let image = 0; image < Math.min(this.images, old.images); image++) {
      if (!old.state(image, old.frames)) continue;
      const at = this.at(image, this.frames),
        pixels = old.pixels("x_t", image, old.frames);
      for (const kind of ["x_t", "x0"]) this.room(kind).set(pixels, at * PIXELS);
      this.fresh[at] = 1;
    }
  }

  /** Takes a frame in: the pictures of some images at step `j`. */
  put(head, bytes) {
    for (const [kind, rows] of Object.entries(pictures(head, bytes)))
      rows.forEach((pixels, row) => {
        const at = this.at(head.first + row, head.j);
        this.room(kind).set(pixels, at * PIXELS);
        this.fresh[at] = 2;
        this.versions[at]++;
      });
  }

  room(kind) {
    this.kinds[kind] ??= new Uint8Array(this.images * this.frames * PIXELS);
    return this.kinds[kind];
  }

  /** Draws a picture at place `i` of a sheet. */
  draw(sheet, i, kind, image, j) {
    const state = this.state(image, j);
    if (!state) return sheet.clear(i);
    sheet.put(
      i,
      [this.id, kind, image, j, this.versions[this.at(image, j)]].join(),
      this.pixels(kind, image, j),
      state === 1,
    );
  }

  at(image, j) {
    return image * this.frames + j - 1;
  }
  state(image, j) {
    return this.fresh[this.at(image, j)];
  }
  pixels(kind, image, j) {
    const at = this.at(image, j) * PIXELS;
    return this.room(kind).subarray(at, at + PIXELS);
  }
  get exact() {
    return this.fresh.every(value => value === 2);
  }
}
