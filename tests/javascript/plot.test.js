import assert from "node:assert/strict";
import { test } from "node:test";
import { minus, within } from "../../ddim_lab/lab/static/numbers.js";
import { apart, band, floats, line, time, vertical } from "../../ddim_lab/lab/static/plot.js";
import { install } from "./dom.js";

install();

test("a vertical scale has its range at its ends, upwards, and a line and a word at each tick", () => {
  const [y, nodes] = vertical([-1, 0, 1], [-2, 2], 30, 300, 10, 110);
  assert.deepEqual([y(-2), y(2), y(0)], [110, 10, 60]);
  assert.equal(nodes.length, 6);
  assert.deepEqual(
    nodes.filter(node => node.name === "text").map(node => node.textContent),
    ["−1", "0", "1"],
  );
});

test("time runs from T on the left to 0 on the right", () => {
  const [x, nodes] = time(1000, 20, 220, 100);
  assert.deepEqual([x(1000), x(500), x(0)], [20, 120, 220]);
  assert.deepEqual(
    nodes.map(node => node.textContent),
    ["t = 1000", "750", "500", "250", "0"],
  );
});

test("a path moves once and then draws; a band comes back along its lower edge", () => {
  const above = [
      [0, 1],
      [2, 1.26],
    ],
    under = [
      [0, 5],
      [2, 6],
    ];
  assert.equal(line(above), "M0.0,1.0L2.0,1.3");
  assert.equal(band(above, under), "M0.0,1.0L2.0,1.3L2.0,6.0L0.0,5.0Z");
  assert.deepEqual(under[0], [0, 5], "what was given stays as it was");
});

test("words keep their distance, go no lower than allowed, and stay where they fit", () => {
  const at = (ys, limit) =>
    apart(
      ys.map(y => ({ y })),
      limit,
    ).map(word => word.y);
  assert.deepEqual(at([10, 50], 100), [10, 50]);
  assert.deepEqual(at([50, 10, 12], 100), [10, 24, 50]);
  assert.deepEqual(at([95, 99], 100), [86, 100]);
});

test("numbers that do not begin at a multiple of four bytes are read all the same", () => {
  const sent = new Uint8Array(9);
  sent.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 1);
  assert.deepEqual([...floats(sent.subarray(1))], [1.5, -2]);
});

test("a minus sign is a true one, and a number is held within its range", () => {
  assert.equal(minus(-0.5), "−0.5");
  assert.equal(within(7, 0, 5), 5);
});
