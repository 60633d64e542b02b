// One lane: its film along the shared scale of noise levels, its eight pictures at the cursor, and what is measured.
import { nearest, placed } from "../../static/columns.js";
import { button, element, hit, say, svg } from "../../static/dom.js";
import { drawStrip, Film, STATES } from "../../static/film.js";
import { NARROW } from "../../static/screen.js";
import { cell, large, Sheet } from "../../static/sheet.js";

/** @typedef {import("../../static/page.js").Values} Values */
/**
 * @typedef {object} Head the server's word on a lane
 * @property {string} name
 * @property {string} link
 * @property {Values} own its setting
 * @property {number} eta_end
 * @property {number} calls of the network
 * @property {string | null} lowered
 * @property {string | null} warning
 * @property {number[]} t of the kept moments
 * @property {number[]} noise their share of it
 * @property {number[]} place where they are on the shared scale, 0..1
 * @property {number[]} visited
 */
/** @typedef {{ read: number[] | null, rms: number[] | null, differ: number | null }} Numbers of a lane's results */
/**
 * @typedef {object} View how a lane is shown
 * @property {number} number
 * @property {boolean} selected
 * @property {boolean} covered
 * @property {number} place of the cursor
 * @property {string} kind
 * @property {boolean} both both strips
 * @property {number} focus the picture that is followed
 * @property {number[] | null} labels the digits asked for
 * @property {boolean} oneStart
 * @property {number} rows
 * @property {boolean} yardstickOld lane 1 is not the one that was measured against
 */
/** @typedef {View & { head: Head, film: Film, cursor: number }} Drawn a view of a lane that has pictures */
/** @typedef {{ select: () => void, follow: (image: number) => void, move: (place: number) => void }} Hears */

const COLUMNS = { wide: 11, narrow: 6 };

export class LaneView {
  /**
   * @param {Values} own
   * @param {Hears} on
   */
  constructor(own, on) {
    this.own = own;
    this.on = on;
    /** @type {Film | null} */
    this.film = null;
    /** @type {Head | null} */
    this.head = null;
    /** @type {Numbers | null} */
    this.numbers = null;
    this.numbersOld = true;
    this.stale = true;
    /** @type {Record<string, Record<number, number>>} */
    this.vary = {}; // how much the pictures of a kind differ, at each step
    /** @type {(number | null)[]} */
    this.shown = []; // the frame of each column
    this.node = element("article", "lane");
    this.title = button("lane-name", "", () => on.select());
    this.where = element("span", "where-lane hint");
    this.told = element("span", "told");
    const head = element("header", "lane-head");
    head.append(this.title, this.where, element("span", "spring"), this.told);
    this.ruler = svg("svg", { class: "ruler", role: "img" });
    this.strips = { x_t: this.strip("x_t"), x0: this.strip("x0") };
    const film = element("div", "lane-film", undefined, {
      "data-tells": "films",
      "data-veil": "covered until your guess",
    });
    film.append(this.strips.x_t.box, this.ruler, this.strips.x0.box);
    this.grid = element("div", "pictures");
    this.grid.setAttribute("role", "group");
    this.map = element("figure", "map");
    this.mapBox = element("div", "map-sheet");
    this.mapWords = element("figcaption", "");
    this.map.append(this.mapBox, this.mapWords);
    this.mapSheet = new Sheet(this.mapBox);
    const cover = element("div", "cover", "?");
    cover.setAttribute("role", "img");
    cover.setAttribute("aria-label", "guess first");
    const side = element("div", "lane-side"),
      body = element("div", "lane-body");
    side.append(this.grid, this.map);
    body.append(film, side, cover);
    this.warning = element("p", "warning");
    this.node.append(head, body, this.warning);
    /** @type {Sheet[]} */
    this.sheets = [];
  }

  /** @param {string} kind */
  strip(kind) {
    const row = element("div", `strip ${kind}`);
    row.setAttribute("role", "img");
    row.addEventListener("click", event => {
      const j = hit(event, "[data-j]")?.dataset.j;
      if (j && this.head) this.on.move(this.head.place[+j - 1]);
    });
    return new Sheet(row);
  }

  /**
   * The server's word on this lane; `drawn`: its pictures come now.
   * @param {Head} head
   * @param {{ images: number, drawn: boolean }} pictures
   */
  start(head, { images, drawn }) {
    this.head = head;
    this.own = { ...head.own };
    if (!drawn) return;
    this.numbersOld = true;
    const old = this.film;
    if (old && old.images === images && old.frames === head.t.length) old.hold();
    else {
      this.film = new Film(images, head.t.length - 1);
      this.vary = { x_t: {}, x0: {} };
      if (old) this.film.inherit(old);
    }
  }

  /**
   * @param {import("../../static/film.js").Frame & { vary?: Record<string, number>, share: number }} head
   * @param {Uint8Array} bytes
   */
  frame(head, bytes) {
    if (!this.film) return;
    this.film.put(head, bytes);
    for (const [kind, spread] of Object.entries(head.vary ?? {})) this.vary[kind][head.j] = spread;
    if (head.share === 1 && head.kinds.x_t === this.film.images) this.stale = false;
  }

  /**
   * What was measured of the lane's results, and of their distance to lane 1.
   * @param {Numbers} numbers
   */
  measured(numbers) {
    this.numbers = numbers;
    this.numbersOld = false;
  }

  /**
   * The kept moment nearest to `place` on the shared scale.
   * @param {number} place
   */
  at(place) {
    return 1 + nearest(this.head?.place ?? [], place);
  }

  /** @param {View} view */
  draw(view) {
    const { head, film } = this,
      exact = !this.stale && film?.exact;
    this.node.dataset.state = exact ? "exact" : film ? "held" : "empty";
    this.node.dataset.lane = `${view.number}`;
    this.node.classList.toggle("selected", view.selected);
    this.node.dataset.covered = `${view.covered}`;
    this.title.setAttribute("aria-pressed", `${view.selected}`);
    this.title.replaceChildren(element("b", "number", `${view.number}`), ` ${head?.name ?? "…"}`);
    this.title.setAttribute("aria-label", `Edit lane ${view.number}: ${head?.name ?? ""}`);
    if (!head || !film) return;
    this.node.dataset.eta = head.own.eta;
    const cursor = this.at(view.place),
      drawn = { ...view, head, film, cursor };
    this.node.dataset.t = `${head.t[cursor - 1]}`;
    this.where.textContent = `t = ${head.t[cursor - 1]}`;
    this.warning.hidden = !head.warning;
    this.warning.textContent = head.warning ?? "";
    this.drawStrip(drawn);
    this.drawRuler(drawn);
    this.drawPictures(drawn);
    this.drawNumbers(drawn);
  }

  /** @param {Drawn} drawn */
  drawStrip({ number, kind, focus, both, head, film, cursor }) {
    const shown = placed(head.place, this.count, cursor);
    this.shown = shown;
    for (const [name, sheet] of Object.entries(this.strips)) {
      sheet.box.hidden = !both && name !== kind;
      if (sheet.box.hidden) continue;
      const what = name === "x_t" ? "x_t" : "predicted x_0";
      sheet.box.setAttribute("aria-label", `lane ${number}, picture ${focus + 1}: ${what} from noise to digit`);
      sheet.resize(shown.length, shown.length, cell);
      drawStrip(sheet, film, {
        kind: name,
        image: focus,
        shown,
        isUnused: j => both && name === "x0" && j === film.frames,
        label: j => (both && name === "x0" ? "" : `${head.t[j - 1]}`),
        mark: (box, j, isUnused) => {
          box.classList.toggle("cursor", j === cursor);
          box.classList.toggle("skipped", j === null);
          box.classList.toggle("unused", isUnused);
        },
      });
    }
  }

  /** How many columns the strips have. */
  get count() {
    return NARROW.matches ? COLUMNS.narrow : COLUMNS.wide;
  }

  /** @param {Drawn} drawn */
  drawRuler({ number, head, cursor }) {
    const { place, visited } = head,
      width = this.ruler.clientWidth || 600,
      { count } = this;
    /** @type {import("../../static/plot.js").Scale} */
    const x = at => ((0.5 + at * (count - 1)) / count) * width;
    this.ruler.setAttribute("viewBox", `0 0 ${width} 14`);
    this.ruler.setAttribute("aria-label", `lane ${number} stops ${visited.length} times`);
    const path = place
      .slice(0, -1)
      .map(at => `M${x(at).toFixed(1)},3V11`)
      .join("");
    this.ruler.replaceChildren(
      svg("line", { x1: x(0), x2: x(1), y1: 7, y2: 7, class: "gridline" }),
      svg("path", { d: path, class: "visited" }),
      svg("circle", { cx: x(place[cursor - 1]), cy: 7, r: 4, class: "ruler-dot" }),
    );
  }

  /** @param {Drawn} drawn */
  drawPictures(drawn) {
    const { number, film, rows } = drawn,
      per = Math.ceil(film.images / rows);
    while (this.sheets.length > rows) this.sheets.pop()?.box.remove();
    while (this.sheets.length < rows) {
      const box = element("div", "pictures-row");
      box.addEventListener("click", event => {
        const image = hit(event, "button")?.dataset.image;
        if (image) this.on.follow(+image);
      });
      this.grid.append(box);
      this.sheets.push(new Sheet(box));
    }
    this.grid.setAttribute("aria-label", `lane ${number}: its pictures, choose the one to follow`);
    this.sheets.forEach((sheet, row) => {
      const n = Math.max(0, Math.min(per, film.images - row * per));
      sheet.resize(n, per, large);
      for (let c = 0; c < n; c++) this.drawPicture(sheet, c, row * per + c, drawn);
    });
    this.drawMap(drawn);
  }

  /**
   * @param {Sheet} sheet
   * @param {number} c its place there
   * @param {number} image
   * @param {Drawn} drawn
   */
  drawPicture(sheet, c, image, { number, kind, focus, labels, film, cursor, yardstickOld }) {
    const box = sheet.places[c],
      caption = /** @type {Element} */ (box.lastElementChild),
      results = cursor === film.frames && !this.numbersOld ? this.numbers : null,
      read = results?.read?.[image],
      asked = labels?.[image],
      odd = read !== undefined && asked !== undefined && read !== asked;
    const gap = yardstickOld ? undefined : results?.rms?.[image],
      said = [
        number > 1 && gap !== undefined ? gap.toFixed(2) : "",
        odd ? `reads ${read}` : labels || read === undefined ? "" : `reads ${read}`,
      ]
        .filter(Boolean)
        .join(" · ");
    box.dataset.image = `${image}`;
    box.dataset.state = STATES[film.state(image, cursor)];
    const wanted = asked === undefined ? "" : `, digit ${asked} asked`;
    box.setAttribute("aria-pressed", `${image === focus}`);
    box.setAttribute("aria-label", `lane ${number}, picture ${image + 1}${wanted}${said ? `: ${said}` : ""}`);
    box.classList.toggle("odd", odd);
    say(caption, said);
    film.draw(sheet, c, kind, image, cursor);
  }

  /** @param {Drawn} drawn */
  drawMap({ kind, oneStart, film, cursor }) {
    this.map.hidden = !oneStart;
    if (!oneStart) return;
    this.mapSheet.resize(1, 1, () => {
      const box = element("div", "map-cell");
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", "standard deviation of each pixel over the eight pictures: black 0, white 1");
      return box;
    });
    const vary = this.vary[kind][cursor],
      map = `${kind}_std`,
      held = !film.isFresh(0, cursor);
    if (vary !== undefined) this.mapSheet.put(0, film.key(map, 0, cursor), film.pixels(map, 0, cursor), held);
    else this.mapSheet.clear(0);
    this.mapWords.textContent = vary === undefined ? "std over the eight" : `std over the eight: ${vary.toFixed(2)}`;
  }

  /** @param {Drawn} drawn */
  drawNumbers({ number, labels, covered, yardstickOld, film, cursor }) {
    const { numbers } = this,
      /** @type {string[]} */
      words = [],
      old = this.stale || this.numbersOld || (number > 1 && yardstickOld);
    this.told.classList.toggle("old", old);
    if (old && numbers && !covered) return; // as they were, of the labels they were measured with
    if (numbers && !covered) {
      if (number > 1 && numbers.rms)
        words.push(
          `${(numbers.rms.reduce((a, b) => a + b, 0) / numbers.rms.length).toFixed(2)} from lane 1`,
          `${numbers.differ} of ${numbers.rms.length} differ visibly`,
        );
      if (numbers.read && labels)
        words.push(
          `${numbers.read.filter((digit, i) => digit === labels[i]).length} of ${labels.length} read as asked`,
        );
      else if (numbers.read) {
        const kinds = new Set(numbers.read).size;
        words.push(kinds === 1 ? "one digit read" : `${kinds} different digits read`);
      }
    }
    const text = `${words.length && cursor < film.frames ? "at the end: " : ""}${words.join(" · ")}`;
    if (this.told.textContent !== text) this.told.textContent = text;
  }
}
