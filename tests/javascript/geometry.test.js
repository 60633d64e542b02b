import assert from "node:assert/strict";
import { test } from "node:test";
import { placeAt } from "../../ddim_lab/lab/pages/derivation/finds.js";
import { angle, at, signed } from "../../ddim_lab/lab/pages/derivation/needle.js";
import { onArc, shareAt } from "../../ddim_lab/lab/pages/digits/arc.js";
import { fitted } from "../../ddim_lab/lab/pages/digits/chords.js";
import { ticks } from "../../ddim_lab/lab/pages/errata/moments.js";
import { panels } from "../../ddim_lab/lab/pages/exact/panels.js";
import { read, SPOTS_MAX, snapped, written } from "../../ddim_lab/lab/pages/exact/spots.js";
import { bend } from "../../ddim_lab/lab/pages/quality/curves.js";

const near = (value, wanted, within = 1e-9) => assert.ok(Math.abs(value - wanted) < within, `${value}, not ${wanted}`);

test("a needle stands upright at no gap, leans as far to either side, and stops at its ends", () => {
  near(angle(0), 0);
  for (const gap of [0.001, 0.01, 0.3, 5]) near(angle(-gap), -angle(gap));
  near(angle(2), 1.31);
  near(angle(1000), 1.31);
  assert.ok(angle(0.01) > angle(2) * 0.1, "within .01 it is finer than even");
  const [x, y] = at(0, 80);
  near(x, 120);
  near(y, 26);
});

test("a gap is told with its sign", () => {
  assert.equal(signed(-0.12345), "−0.1235");
  assert.equal(signed(0), "+0.0000");
});

test("the variance arc: a point on it stands for the share that it shows", () => {
  for (const share of [0.01, 0.3, 0.5, 0.99]) {
    const [x, y] = onArc(share);
    near(shareAt({ x, y }), share);
  }
  near(shareAt({ x: 500, y: 900 }), 0, 1e-9); // below the arc: no fresh noise
  near(shareAt({ x: -500, y: 0 }), 1, 1e-9); // left of it: all of it
});

test("the plane of m and sigma: its origin is where both are 0, sigma upwards", () => {
  assert.deepEqual(placeAt({ x: 194, y: 190 }), { m: 0, sigma: 0 });
  const { m, sigma } = placeAt({ x: 334, y: 50 });
  assert.deepEqual([m, sigma], [1, 1]);
});

test("paths are fitted whole, upright and undistorted", () => {
  const at = fitted([
    [-3, 0],
    [5, 1],
  ]);
  const [[x1, y1], [x2, y2]] = [at([-3, 0]), at([5, 1])];
  assert.ok(x1 >= 26 && x2 <= 270 - 26 && y2 < y1);
  near((x2 - x1) / (y1 - y2), 8);
});

test("moments: few round ticks, the ends of the range among them where they are round", () => {
  assert.deepEqual(ticks(0, 1.5), [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]);
  assert.deepEqual(ticks(0, 0.3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(-1.2, 1.2), [-1, -0.5, 0, 0.5, 1]);
});

test("panels: inside the canvas, apart from each other, at every width", () => {
  for (const [width, height] of [
    [320, 700],
    [559, 700],
    [560, 420],
    [900, 500],
    [1400, 600],
  ])
    for (const pinned of [false, true]) {
      const { height: tall, ...squares } = panels(width, height, pinned),
        shown = Object.entries(squares).filter(([, square]) => square);
      assert.equal(shown.length, pinned ? 4 : 3);
      for (const [name, [x, y, side]] of shown) {
        assert.ok(x >= -1e-9 && y >= 0 && x + side <= width + 1e-9 && y + side <= tall + 1e-9, `${name} at ${width}`);
        for (const [other, [x2, y2, side2]] of shown)
          if (name < other)
            assert.ok(
              x + side <= x2 + 1e-9 || x2 + side2 <= x + 1e-9 || y + side <= y2 + 1e-9 || y2 + side2 <= y + 1e-9,
              `${name} lies on ${other} at ${width}`,
            );
      }
    }
});

test("spots of a drawn world come back from their link, on the grid; what is none is none", () => {
  const spots = [
    [0, 0],
    [2.5, -2.5],
    [1.234, -0.777],
  ].map(snapped);
  assert.deepEqual(spots[0], [0, 0]);
  assert.deepEqual(read(written(spots)), spots);
  assert.deepEqual(snapped([9, -9]), [2.5, -2.5]);
  for (const text of ["", "A", "A!", "AA".repeat(SPOTS_MAX + 1)]) assert.equal(read(text), null);
});

test("axes bend: logarithms stop at their floor, roots keep the sign", () => {
  assert.equal(bend("log", 0.01)(0), -2);
  assert.equal(bend("root", 0)(-4), -2);
  assert.equal(bend("linear", 0)(-4), -4);
});
