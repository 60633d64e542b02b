// "Just switch the noise off": three lanes from one x_T, each with its exact spread and the one it should have.
import { element, svg } from "../../static/dom.js";
import { evenLate } from "../../static/page.js";
import { floats, line, room, time, vertical } from "../../static/plot.js";

const LANES = {
  ddpm: ["DDPM", "eta = 1: k and m make room for fresh noise, and it comes."],
  noise_off: ["DDPM, noise switched off", "k and m of eta = 1, but z := 0. The room stays empty."],
  ddim: ["DDIM", "eta = 0: k and m that need no fresh noise. m·x_t carries the spread."],
};
export const spread = value => (value < 0.01 ? value.toFixed(4) : value.toFixed(3));

export class Lanes {
  constructor(page) {
    Object.assign(this, { page, $: selector => page.$(`.stage.lanes ${selector}`) });
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
      who.append(element("h3", "", title), element("p", "hint", words));
      end.append(
        element("span", "hint", "std at the end"),
        element("span", "big", ""),
        element("span", "hint wanted-std", ""),
      );
      row.append(who, svg("svg", { role: "img", "aria-label": title }), end);
      return row;
    });
    this.$(".lane-rows").append(...this.rows);
  }

  ask() {
    this.page.ask("lanes", { settings: this.page.run });
  }

  draw() {
    const { head } = this;
    if (!head) return;
    this.rows.forEach((row, i) => this.drawLane(row, i));
    this.$(".made").textContent =
      `S ${head.settings.S} · ${head.drawn} of ${head.n} paths · data: mean ${head.data.mean}, std ${head.data.std}`;
    const end = name => head.lanes[name].std.at(-1),
      share = end("noise_off") / head.data.std;
    const words = `Switching the noise off leaves ${(100 * share).toFixed(share < 0.01 ? 2 : 1)} % of the spread, and one picture: the mean. DDIM keeps ${((100 * end("ddim")) / head.data.std).toFixed(0)} %, because its m is larger.`;
    const box = this.$(".verdict-line");
    if (box.textContent !== words) box.textContent = words;
    Object.assign(this.page.root.dataset, {
      lanesSteps: head.settings.S,
      lanesOff: end("noise_off"),
      lanesDdim: end("ddim"),
      lanesDdpm: end("ddpm"),
    });
  }

  drawLane(row, i) {
    const { head, numbers } = this,
      told = head.lanes[row.dataset.lane],
      chart = row.querySelector("svg"),
      size = room(chart);
    const std = told.std.at(-1);
    row.querySelector(".big").textContent = spread(std);
    row.querySelector(".wanted-std").textContent = `wanted ${head.data.std}`;
    chart.setAttribute(
      "aria-label",
      `${LANES[row.dataset.lane][0]}: standard deviation at the end ${spread(std)}, wanted ${head.data.std}`,
    );
    if (!size) return;
    const { width, height } = size,
      left = 26,
      right = width - 26,
      top = 4,
      bottom = height - 18,
      n = head.t.length,
      limit = 3;
    const [y, grid] = vertical([-2, 0, 2], [-limit, limit], left, right, top, bottom);
    const [x, ticks] = time(head.settings.T, left, right, bottom);
    const inside = value => y(Math.max(-limit, Math.min(limit, value)));
    const edge = (moments, side) => head.t.map((t, c) => [x(t), inside(moments.mean[c] + side * 2 * moments.std[c])]);
    const from = i * (head.drawn * n + head.n);
    const path = p => line(head.t.map((t, c) => [x(t), inside(numbers[from + p * n + c])]));
    const ends = numbers.subarray(from + head.drawn * n, from + head.drawn * n + head.n);
    chart.replaceChildren(
      ...grid,
      ...ticks,
      svg("path", { d: `${line(edge(told, 1))}${line(edge(told, -1).reverse()).replace("M", "L")}Z`, class: "band" }),
      ...Array.from({ length: head.drawn }, (_, p) => svg("path", { d: path(p), class: "walk" })),
      svg("path", { d: line(head.t.map((t, c) => [x(t), y(told.mean[c])])), class: "own-mean" }),
      svg("path", { d: line(edge(head.exact, 1)), class: "truth" }),
      svg("path", { d: line(edge(head.exact, -1)), class: "truth" }),
      ...Array.from(ends, (v, p) =>
        svg("circle", { cx: right + 8 + ((p * 7) % 16), cy: inside(v), r: 2, class: "end-dot" }),
      ),
    );
  }
}
