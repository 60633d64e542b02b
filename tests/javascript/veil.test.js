import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, Veil } from "../../ddim_lab/lab/static/veil.js";
import { install, tree } from "./dom.js";

install();

const questions = {
  first: { key: "first", holds: ["belief"] },
  last: { key: "last", hides: ["curve"], holds: ["arc-words"] },
  extra: { key: "extra", hides: ["formula"] },
};
const steps = [
  { question: "first" },
  { reveals: ["card"] },
  { question: "last", reveals: ["ruler", "tabs"] },
  { reveals: ["code"] },
];
const at = (index, open, isCovered = Boolean(open)) =>
  kept({ steps, index, question: questions[open], isCovered, questions });

test("a part comes with its step, and what a question holds is covered from the beginning until it is guessed", () => {
  const absent = ["card", "ruler", "tabs", "code"];
  assert.deepEqual(at(0), { absent, covered: ["belief", "arc-words"] }, "it waits to be begun");
  assert.deepEqual(at(0, "first"), { absent, covered: ["belief", "arc-words"] });
  assert.deepEqual(at(0, "first", false), { absent, covered: ["arc-words"] });
  assert.deepEqual(at(1).absent, ["ruler", "tabs", "code"]);
});

test("a question that a link opens before the guide began has every part, and tells nothing of the guide's", () => {
  assert.deepEqual(at(0, "extra"), { absent: [], covered: ["formula", "belief", "arc-words"] });
  assert.deepEqual(at(0, "extra", false), { absent: [], covered: ["belief", "arc-words"] });
});

test("what a question hides is covered until it is guessed alone", () => {
  assert.ok(!at(1).covered.includes("curve"));
  assert.ok(at(2, "last").covered.includes("curve"));
  assert.deepEqual(at(2, "last", false), { absent: ["code"], covered: [] });
});

test("at the guide's end all is there, but for what a question asked afterwards hides", () => {
  assert.deepEqual(at(4), { absent: [], covered: [] });
  assert.deepEqual(at(4, "extra").covered, ["formula"]);
});

test("the names become rules of style, which also hold for what is drawn later", () => {
  const root = tree("div", "lab"),
    veil = new Veil(root);
  veil.draw({ absent: ["card"], covered: ["belief"] });
  const rules = root.children[0].textContent;
  assert.match(rules, /\[data-part~="card"\] { display: none !important; }/);
  assert.match(rules, /\[data-tells~="belief"\] \* { visibility: hidden !important; }/);
  veil.draw({ absent: [], covered: [] });
  assert.equal(root.children[0].textContent, "");
});

test("a choice whose words would tell reads otherwise until they tell nothing any more", () => {
  const option = tree("option"),
    select = tree("select", "", option, tree("option")),
    veil = new Veil(tree("div", "lab", select));
  for (const [name, value] of Object.entries({ "data-tells": "dense spacing", "data-veil": "quadratic" }))
    option.setAttribute(name, value);
  veil.draw({ absent: [], covered: ["spacing"] });
  assert.equal(option.attributes.label, "quadratic");
  assert.equal(select.children[1].attributes.label, undefined);
  veil.draw({ absent: [], covered: ["belief"] });
  assert.equal(option.attributes.label, undefined);
});
