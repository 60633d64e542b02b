// The film: grey levels as they arrive, kept for every image and step.
const PIXELS = 28 * 28;
let films = 0;

export class Film {
  constructor(images, S) {
    Object.assign(this, { images, S, frames: S + 1, id: ++films });
    this.x_t = new Uint8Array(images * this.frames * PIXELS);
    this.x0 = new Uint8Array(images * this.frames * PIXELS);
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
      this.x_t.set(pixels, at * PIXELS);
      this.x0.set(pixels, at * PIXELS);
      this.fresh[at] = 1;
    }
  }

  put({ j, first, n }, bytes) {
    for (let row = 0; row < n; row++) {
      const at = this.at(first + row, j);
      this.x_t.set(bytes.subarray(row * PIXELS, (row + 1) * PIXELS), at * PIXELS);
      this.x0.set(bytes.subarray((n + row) * PIXELS, (n + row + 1) * PIXELS), at * PIXELS);
      this.fresh[at] = 2;
      this.versions[at]++;
    }
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
    return this[kind].subarray(at, at + PIXELS);
  }
  get exact() {
    return this.fresh.every(value => value === 2);
  }
}
