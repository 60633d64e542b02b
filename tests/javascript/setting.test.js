import assert from "node:assert/strict";
import { test } from "node:test";
import { nudged, placeOf, roundedEta, stepped, stepsAt, typedNumber } from "../../ddim_lab/lab/static/setting.js";

const MARKS = [1, 2, 5, 10, 20, 50];
const press = key => ({ key, preventDefault() {} });

test("eta by keys: hundredths and tenths, never past an end", () => {
  assert.equal(nudged(press("ArrowRight"), 0.5, 0, 1), 0.51);
  assert.equal(nudged(press("PageDown"), 0.5, 0, 1), 0.4);
  assert.equal(nudged(press("ArrowUp"), 0.12345, 0, 1), 0.13, "onto the grid of hundredths");
  assert.equal(nudged(press("PageUp"), 1.17, 0, 1.2041), 1.2041, "the end itself");
  assert.equal(nudged(press("ArrowLeft"), 0, 0, 1), 0);
  assert.equal(nudged(press("Home"), 0.5, 0, 1), null);
});

test("a key that counts is taken from the slider, another one is left to it", () => {
  let taken = 0;
  const event = key => ({ key, preventDefault: () => taken++ });
  nudged(event("ArrowLeft"), 0.5);
  nudged(event("Tab"), 0.5);
  assert.equal(taken, 1);
});

test("S by keys: one step, or the next mark, within 1..T", () => {
  assert.equal(stepped("ArrowUp", 20, 1000, MARKS), 21);
  assert.equal(stepped("PageUp", 20, 1000, MARKS), 50);
  assert.equal(stepped("PageDown", 20, 1000, MARKS), 10);
  assert.equal(stepped("ArrowDown", 1, 1000, MARKS), 1);
  assert.equal(stepped("PageUp", 20, 30, MARKS), 30);
  assert.equal(stepped("PageUp", 50, 1000, MARKS), null, "no mark is left");
  assert.equal(stepped("x", 20, 1000, MARKS), null);
});

test("the slider of S: every place gives an S in 1..T, its ends the ends, and S comes back from its place", () => {
  for (const T of [1, 2, 10, 250, 1000]) {
    assert.equal(stepsAt(0, T), 1);
    assert.equal(stepsAt(1000, T), T);
    for (let S = 1; S <= Math.min(T, 100); S++) assert.equal(stepsAt(placeOf(S, T), T), S, `S = ${S} of ${T}`);
  }
});

test("eta from its slider: three decimals, but at the end the bound itself", () => {
  assert.equal(roundedEta(0.12345, 1.2041), 0.123);
  assert.equal(roundedEta(1.2041, 1.2041), 1.2041);
  assert.equal(roundedEta(1.20409, 1.2041), 1.204);
  assert.equal(roundedEta(1.2039, 1.2036), 1.2036);
  assert.equal(roundedEta(0.9996, 0.9997), 0.9997, "rounding never passes the bound");
});

test("typed numbers: none is none, a fraction is cut, and the field's ends hold", () => {
  const field = { min: "1", max: "1000" };
  assert.equal(typedNumber({ ...field, value: "12.9" }), 12);
  assert.equal(typedNumber({ ...field, value: "4000" }), 1000);
  assert.equal(typedNumber({ ...field, value: "-3" }), 1);
  assert.equal(typedNumber({ ...field, value: "" }), null);
  assert.equal(typedNumber({ ...field, value: "1e999" }), null);
  assert.equal(typedNumber({ min: "0", max: "", value: "2.5" }, false), 2.5);
});
