// Two films side by side, of the faulty and of the right sampler, from the same start and the same noise.
import { element, hit, say } from "../../static/dom.js";
import { drawStrip, Film, STATES } from "../../static/film.js";
import { NARROW } from "../../static/screen.js";
import { cell, result, Sheet } from "../../static/sheet.js";

/** @typedef {{ n: number, differ: number | null, rms: (number | null)[] }} Apart how far the results are apart */
/** @typedef {"x_t" | "x0"} Kind */
/** @typedef {{ side: string, icon: string, title: string }} Side */
/** @typedef {{ columns: number, t?: number[], calls?: number }} Told the server's word on a side */
/** @typedef {{ images: number, sides: Record<string, Told> }} Start */
/**
 * @typedef {import("../../static/film.js").Frame & { kind: string, side: string, share: number }} Part
 * @typedef {Part & { nan: boolean[], reach: number }} Frame whether a picture has a NaN; how far its values go
 */
/**
 * @typedef {object} Figure
 * @property {HTMLElement} node
 * @property {HTMLElement} mark
 * @property {HTMLElement} name
 * @property {HTMLElement} progress
 * @property {HTMLElement} words
 * @property {string} title
 * @property {Record<Kind, Sheet>} rows
 * @property {Sheet} results
 */

/** @type {Kind[]} */
const KINDS = ["x_t", "x0"];
const IMAGES = 8;

export class Twins {
  /**
   * @param {HTMLElement} box
   * @param {Side[]} sides
   * @param {(image: number) => void} onFocus a result was chosen
   */
  constructor(box, sides, onFocus) {
    this.box = box;
    this.onFocus = onFocus;
    this.focus = 0;
    this.veiled = false;
    /** @type {Record<string, Film>} */
    this.films = {};
    /** @type {Record<string, Record<string, boolean>>} */
    this.nan = {}; // by side, and by image and step
    /** @type {Record<string, number>} */
    this.reach = {};
    /** @type {Record<string, Told> | null} */
    this.heads = null;
    /** @type {Record<string, Figure>} */
    this.figures = Object.fromEntries(sides.map(side => [side.side, this.figure(side)]));
    box.replaceChildren(...Object.values(this.figures).map(figure => figure.node));
  }

  /**
   * @param {Side} side
   * @returns {Figure}
   */
  figure({ side, icon, title }) {
    const node = element("figure", "twin"),
      caption = element("figcaption", ""),
      mark = element("b", "mark", icon),
      name = element("span", "", ` ${title}`),
      progress = element("span", "progress hint"),
      words = element("p", "words hint");
    node.dataset.side = side;
    caption.append(mark, name, progress);
    /** @param {Kind} kind @param {string} label */
    const strip = (kind, label) => element("div", `strip ${kind}`, "", { role: "img", "aria-label": label });
    const rows = {
      x_t: strip("x_t", `${title}: x_t, what the sampler holds`),
      x0: strip("x0", `${title}: what it takes for x_0`),
    };
    /** @param {string} kind @param {(string | Node)[]} text */
    const heading = (kind, text) => {
      const line = element("div", "strip-name");
      line.append(element("span", `swatch ${kind}`), ...text);
      return line;
    };
    const choose = `${title}: results, choose the one to follow`,
      results = element("div", "results", "", { role: "group", "aria-label": choose }),
      cover = element("div", "cover", "?", { role: "img", "aria-label": "guess first" });
    results.addEventListener("click", event => {
      const image = hit(event, "button")?.dataset.image;
      if (image) this.onFocus(+image);
    });
    const body = element("div", "twin-body");
    body.append(
      heading("state", ["x", element("sub", "", "t"), ", what it holds"]),
      rows.x_t,
      heading("x0", ["x", element("sub", "", "0"), ", what it believes"]),
      rows.x0,
      element("div", "strip-name", "results"),
      results,
      cover,
    );
    node.append(caption, body, words);
    const sheets = { x_t: new Sheet(rows.x_t), x0: new Sheet(rows.x0) };
    return { node, mark, name, progress, words, title, rows: sheets, results: new Sheet(results) };
  }

  /**
   * Other words over a side.
   * @param {string} side
   * @param {string} icon
   * @param {string} title
   */
  name(side, icon, title) {
    const figure = this.figures[side];
    figure.mark.textContent = icon;
    figure.name.textContent = ` ${title}`;
    figure.title = title;
    this.draw();
  }

  /** Nothing of these pictures belongs to the present setting any more. */
  hold() {
    for (const film of Object.values(this.films)) film.hold();
    this.draw();
  }

  /** Pictures of another case must not stay. */
  clear() {
    this.films = {};
    this.nan = {};
    this.reach = {};
    this.heads = null;
    this.box.dataset.state = "empty";
    this.draw();
  }

  /** @param {boolean} on */
  veil(on) {
    this.veiled = on;
    for (const [side, { node }] of Object.entries(this.figures)) node.dataset.veiled = `${on && side === "wrong"}`;
    this.tell();
  }

  /**
   * @param {any} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "start") this.start(head);
    else if (head.kind === "frame" || head.kind === "progress") this.frame(head, bytes);
    else return;
    this.draw();
  }

  /** @param {Start} head */
  start(head) {
    this.heads = head.sides;
    for (const [side, told] of Object.entries(head.sides)) {
      const old = this.films[side];
      if (old && old.frames === told.columns) old.hold();
      else {
        this.films[side] = new Film(head.images, told.columns - 1);
        if (old) this.films[side].inherit(old);
      }
      this.nan[side] = {};
      this.reach[side] = 0;
    }
    for (const side of Object.keys(this.films)) if (!(side in head.sides)) delete this.films[side];
  }

  /**
   * @param {Frame} head
   * @param {Uint8Array} bytes
   */
  frame(head, bytes) {
    const { side } = head;
    if (!this.figures[side]) return;
    this.figures[side].progress.textContent = head.share < 1 ? `${Math.round(100 * head.share)} %` : "";
    if (head.kind === "progress") return;
    this.films[side].put(head, bytes);
    head.nan.forEach((bad, row) => {
      this.nan[side][`${head.first + row} ${head.j}`] = bad;
    });
    if (head.share === 1) this.reach[side] = head.reach;
  }

  draw() {
    for (const [side, figure] of Object.entries(this.figures)) {
      const film = this.films[side];
      figure.node.hidden = this.heads ? !(side in this.heads) : false;
      if (film) this.drawSide(side, figure, film);
      else this.drawEmpty(figure);
    }
    this.tell();
  }

  /** @param {Figure} figure */
  drawEmpty({ progress, rows, results }) {
    progress.textContent = "";
    for (const sheet of [rows.x_t, rows.x0]) sheet.resize(11, 11, cell);
    results.resize(IMAGES, IMAGES, result);
    for (const sheet of [rows.x_t, rows.x0, results])
      sheet.places.forEach((box, i) => {
        sheet.clear(i);
        box.dataset.state = "empty";
        this.mark(box, false);
        if (sheet !== results && box.lastChild) box.lastChild.textContent = "";
      });
  }

  /**
   * @param {string} side
   * @param {Figure} figure
   * @param {Film} film
   */
  drawSide(side, figure, film) {
    const all = Array.from({ length: film.frames }, (_, c) => c + 1),
      shown = NARROW.matches && all.length > 6 ? all.filter((j, c) => c % 2 === 0 || j === film.frames) : all;
    for (const kind of KINDS) {
      const sheet = figure.rows[kind];
      sheet.resize(shown.length, shown.length, cell);
      drawStrip(sheet, film, {
        kind,
        image: this.focus,
        shown,
        isUnused: j => kind === "x0" && j === film.frames,
        label: j => (kind === "x0" ? "" : this.timeOf(side, j, film.frames)),
        mark: (box, j, isUnused) => {
          box.dataset.state = isUnused || j === null ? "unused" : STATES[film.state(this.focus, j)];
          this.mark(box, !isUnused && this.nan[side]?.[`${this.focus} ${j}`]);
        },
      });
    }
    figure.results.resize(film.images, film.images, result);
    figure.results.places.forEach((button, image) => {
      button.dataset.state = STATES[film.state(image, film.frames)];
      button.setAttribute("aria-pressed", `${image === this.focus}`);
      button.setAttribute("aria-label", `${figure.title}, result ${image + 1}`);
      film.draw(figure.results, image, "x_t", image, film.frames);
      this.mark(button, this.nan[side]?.[`${image} ${film.frames}`]);
    });
  }

  /**
   * What stands under a frame: its time, or which end it is.
   * @param {string} side
   * @param {number} j
   * @param {number} last
   */
  timeOf(side, j, last) {
    const t = this.heads?.[side].t?.[j - 1];
    if (t !== undefined) return `${t}`;
    return j === 1 ? "start" : j === last ? "end" : "";
  }

  /**
   * @param {HTMLElement} box
   * @param {boolean} [bad]
   */
  mark(box, bad) {
    box.classList.toggle("nan", Boolean(bad));
  }

  tell() {
    for (const [side, figure] of Object.entries(this.figures)) {
      const film = this.films[side],
        head = this.heads?.[side];
      if (!film || !head) {
        figure.words.textContent = "";
        continue;
      }
      const old = !film.isFresh(this.focus, film.frames);
      figure.words.classList.toggle("old", old);
      if (old) continue;
      const bad = Object.entries(this.nan[side]).some(([key, value]) => value && key.endsWith(` ${film.frames}`)),
        reach = this.reach[side];
      const words = [];
      if (head.calls !== undefined) words.push(`${head.calls} network calls for each picture.`);
      if (bad)
        words.push(
          "Hatched: NaN, “not a number”. A root of a negative number was asked for, and everything after it is lost.",
        );
      else if (reach > 1.6)
        words.push(
          `Values reach ±${reach.toFixed(1)}; pictures live within ±1, and what is beyond is shown black or white.`,
        );
      const text = this.veiled && side === "wrong" ? "" : words.join(" ");
      say(figure.words, text);
    }
  }
}

/**
 * How many results differ, and by how much.
 * @param {Apart} verdict
 * @param {number} seed
 */
export function toldApart({ differ, n, rms }, seed) {
  const visibly = `Same start, same noise (seed ${seed}): ${differ} of ${n} results differ visibly`,
    gaps = rms.filter(gap => gap !== null);
  if (gaps.length < rms.length) return `${visibly}; some are not numbers.`;
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)].map(gap => gap.toFixed(3));
  return `${visibly} (root mean square difference ${least} to ${most}, of a range of 2).`;
}
