import assert from "node:assert/strict";
import { test } from "node:test";
import { about } from "../../ddim_lab/lab/static/formulas.js";
import { cut } from "../../ddim_lab/lab/static/words.js";

test("symbols with an index are cut out, the index without its brackets", () => {
  assert.deepEqual(cut("from x_t to α_(t−1)."), ["from ", ["x", "t"], " to ", ["α", "t−1"], "."]);
  assert.deepEqual(cut("ᾱ_prev and x_0"), ["", ["ᾱ", "prev"], " and ", ["x", "0"], ""]);
});

test("names of code stay whole", () => {
  for (const text of ["alpha_bar_prev", "max_t", "eta_max", "no symbol"]) assert.deepEqual(cut(text), [text]);
});

test("another pattern for another page", () => {
  assert.deepEqual(cut("x_t, z_t", /\b([xt])_(0|t)\b/g), ["", ["x", "t"], ", z_t"]);
});

test("the lens tells value, meaning, other names and the code", () => {
  const known = { code: "alpha_bar_t", meaning: "signal", aliases: ["a", "ᾱ"] };
  assert.deepEqual(about(known, 0.123456789), [
    "alpha_bar_t = 0.12346",
    "signal",
    "also called: a, ᾱ",
    "in the code: alpha_bar_t",
  ]);
  assert.deepEqual(about({ ...known, aliases: [] }, null), ["signal", "in the code: alpha_bar_t"]);
  assert.equal(about(known, 50)[0], "alpha_bar_t = 50");
});
