import assert from "node:assert/strict";
import { test } from "node:test";
import { columns, nearest, placed, thinned } from "../../ddim_lab/lab/static/columns.js";

test("thinned: both ends, evenly between them, never more than there are", () => {
  assert.deepEqual(thinned(21, 11), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21]);
  assert.deepEqual(thinned(3, 11), [1, 2, 3]);
  assert.deepEqual(thinned(1, 11), [1]);
  for (let n = 2; n <= 1001; n++) {
    const shown = thinned(n, 11),
      gaps = shown.slice(1).map((j, i) => j - shown[i]);
    assert.equal(shown[0], 1);
    assert.equal(shown.at(-1), n);
    assert.ok(Math.min(...gaps) >= 1 && Math.max(...gaps) - Math.min(...gaps) <= 1, `n = ${n}: ${shown}`);
  }
});

test("columns: the cursor is among them, and the ends stay", () => {
  for (let cursor = 1; cursor <= 101; cursor++) {
    const shown = columns(101, 11, cursor);
    assert.ok(shown.includes(cursor));
    assert.deepEqual([shown[0], shown.at(-1), shown.length], [1, 101, 11]);
    assert.deepEqual(
      shown,
      [...shown].sort((a, b) => a - b),
      "in order",
    );
  }
});

test("placed: each frame in its nearest column, the nearer of two, and a gap where there is none", () => {
  assert.deepEqual(placed([0, 1], 5, 1), [1, null, null, null, 2]);
  assert.deepEqual(placed([0, 0.02, 0.26, 1], 5, 1), [1, 3, null, null, 4]);
  assert.deepEqual(placed([0, 0.02, 0.26, 1], 5, 2), [2, 3, null, null, 4], "the cursor's is always shown");
});

test("nearest: the first of equals", () => {
  assert.equal(nearest([0, 4, 10], 7), 1);
  assert.equal(nearest([0, 4, 10], 8), 2);
  assert.equal(nearest([5], 100), 0);
});
