// "Just switch the noise off": three lanes from one x_T, each with its exact spread and the one it should have.
import { element, finder, say, svg } from "../../static/dom.js";
import { within } from "../../static/numbers.js";
import { evenLate } from "../../static/page.js";
import { band, floats, line, room, time, vertical } from "../../static/plot.js";

/** @typedef {Record<string, any>} Head moments of every lane, and how many paths were drawn */
/** @typedef {{ mean: number[], std: number[] }} Moments */

/** @type {Record<string, [title: string, words: string]>} */
const LANES = {
  ddpm: ["DDPM", "eta = 1: k and m make room for fresh noise, and it comes."],
  noise_off: ["DDPM, noise switched off", "k and m of eta = 1, but z := 0. The room stays empty."],
  ddim: ["DDIM", "eta = 0: k and m that need no fresh noise. m·x_t carries the spread."],
};
const ASKED = "noise_off"; // the lane that a question is about
const LIMIT = 3; // of the values drawn
/** @param {number} value */
export const spread = value => (value < 0.01 ? value.toFixed(4) : value.toFixed(3));

export class Lanes {
  /** @param {import("./crowd.js").Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".stage.lanes ");
    /** @type {Head | undefined} */
    this.head = undefined;
    this.numbers = new Float32Array();
    page.views.lanes = evenLate((head, bytes) => {
      this.head = head;
      this.numbers = floats(bytes);
      page.taken(head);
      this.draw();
    });
    this.rows = Object.entries(LANES).map(([name, [title, words]]) => {
      const row = element("div", "lane"),
        who = element("div", "who"),
        end = element("div", "end");
      row.dataset.lane = name;
      const chart = svg("svg", { role: "img", "aria-label": title });
      if (name === ASKED) for (const node of [end, chart]) node.setAttribute("data-tells", "noise_off");
      if (name === ASKED) end.dataset.veil = "? guess first";
      who.append(element("h3", "", title), element("p", "hint", words));
      end.append(element("span", "hint", "std at the end"), element("span", "big"), element("span", "hint wanted-std"));
      row.append(who, chart, end);
      return row;
    });
    this.$(".lane-rows").append(...this.rows);
    this.$(".verdict-line").dataset.tells = ASKED;
  }

  ask() {
    this.page.ask("lanes", { settings: this.page.run });
  }

  draw() {
    const { head } = this;
    if (!head) return;
    this.rows.forEach((row, i) => this.drawLane(row, i, head));
    const { settings, lanes, data, drawn, n } = head,
      [off, ddim, ddpm] = ["noise_off", "ddim", "ddpm"].map(name => lanes[name].std.at(-1)),
      left = (100 * off) / data.std;
    this.$(".made").textContent = `S ${settings.S} · ${drawn} of ${n} paths · data: mean ${data.mean}, std ${data.std}`;
    say(
      this.$(".verdict-line"),
      `Switching the noise off leaves ${left.toFixed(left < 1 ? 2 : 1)} % of the spread, and one picture: the mean. ` +
        `DDIM keeps ${((100 * ddim) / data.std).toFixed(0)} %, because its m is larger.`,
    );
    const told = { lanesSteps: settings.S, lanesOff: off, lanesDdim: ddim, lanesDdpm: ddpm };
    Object.assign(this.page.root.dataset, told);
  }

  /**
   * @param {HTMLElement} row
   * @param {number} i
   * @param {Head} head
   */
  drawLane(row, i, head) {
    const $ = finder(row),
      name = row.dataset.lane ?? "",
      told = head.lanes[name],
      chart = $("svg", SVGSVGElement),
      std = spread(told.std.at(-1));
    $(".big").textContent = std;
    $(".wanted-std").textContent = `wanted ${head.data.std}`;
    chart.setAttribute(
      "aria-label",
      `${LANES[name][0]}: standard deviation at the end ${std}, wanted ${head.data.std}`,
    );
    const size = room(chart);
    if (size) this.drawPaths(chart, size, i, head, told);
  }

  /**
   * @param {SVGSVGElement} chart
   * @param {{ width: number, height: number }} size
   * @param {number} i
   * @param {Head} head
   * @param {Moments} told of this lane
   */
  drawPaths(chart, { width, height }, i, head, told) {
    const { numbers } = this,
      [left, right, top, bottom] = [26, width - 26, 4, height - 18],
      /** @type {number[]} */ times = head.t,
      n = times.length;
    const [y, grid] = vertical([-2, 0, 2], [-LIMIT, LIMIT], left, right, top, bottom);
    const [x, ticks] = time(head.settings.T, left, right, bottom);
    /** @param {number} value */
    const inside = value => y(within(value, -LIMIT, LIMIT));
    /** @param {(c: number) => number} of @returns {[number, number][]} */
    const points = of => times.map((t, c) => [x(t), of(c)]);
    /** @param {Moments} moments @param {number} side */
    const edge = ({ mean, std }, side) => points(c => inside(mean[c] + side * 2 * std[c]));
    const from = i * (head.drawn * n + head.n),
      ends = numbers.subarray(from + head.drawn * n, from + head.drawn * n + head.n);
    chart.replaceChildren(
      ...grid,
      ...ticks,
      svg("path", { d: band(edge(told, 1), edge(told, -1)), class: "band" }),
      ...Array.from({ length: head.drawn }, (_, p) =>
        svg("path", { d: line(points(c => inside(numbers[from + p * n + c]))), class: "walk" }),
      ),
      svg("path", { d: line(points(c => y(told.mean[c]))), class: "own-mean" }),
      svg("path", { d: line(edge(head.exact, 1)), class: "truth" }),
      svg("path", { d: line(edge(head.exact, -1)), class: "truth" }),
      ...Array.from(ends, (v, p) =>
        svg("circle", { cx: right + 8 + ((p * 7) % 16), cy: inside(v), r: 2, class: "end-dot" }),
      ),
    );
  }
}
