import assert from "node:assert/strict";
import { test } from "node:test";
import { Guide } from "../../ddim_lab/lab/static/guide.js";
import { clock } from "./clock.js";
import { install, tree } from "./dom.js";

install();

const STEPS = [
  { sentence: "Drag eta.", level: 1, highlight: "eta", done_by: "eta-changed" },
  { sentence: "What comes?", level: 2, highlight: "S", question: "few" },
  { sentence: "Look.", level: 4, highlight: "S", done_by: "scrubbed" },
];
const QUESTIONS = [
  { key: "few", prompt: "Guess.", options: ["blur", { text: "a digit" }], state: { S: 5 } },
  { key: "extra", prompt: "And now?", options: ["yes", "no"], state: {} },
];

/** A guide, its page, what it told the page, and the clock. */
function started(context, lesson = {}) {
  const turn = clock(context),
    told = [];
  const control = name => Object.assign(tree("div", ""), { dataset: { control: name } });
  const root = tree("div", "lab", ["div", "guide-body"], ["div", "guide-actions"], control("eta"), control("S"));
  const guide = new Guide(
    root,
    { guide: STEPS, questions: QUESTIONS, level: 1, linked: false, ...lesson },
    {
      onState: state => told.push(["state", state]),
      onAsk: (key, choice) => told.push(["ask", key, choice]),
      onLevel: level => told.push(["level", level]),
      onGhost: ghost => told.push(["ghost", ghost]),
    },
  );
  const press = name =>
    root
      .querySelectorAll("button")
      .find(node => node.textContent === name)
      .click();
  return { guide, root, told, turn, press, words: () => root.querySelector(".guide-body").textContent };
}

test("it waits for what the step asks, shows that it is done, and goes on", context => {
  const { guide, root, turn, words } = started(context);
  assert.equal(words(), "1/3Drag eta.");
  assert.equal(root.querySelector(".highlight").dataset.control, "eta");
  guide.happened("S-changed");
  turn(1000);
  assert.equal(guide.index, 0);
});

test("a question does not take the learner's own setting away: they go on themselves", context => {
  const { guide, told, turn, press, words } = started(context);
  guide.happened("eta-changed");
  turn(5000);
  assert.equal(guide.index, 0, "the next step would replace what they made");
  press("Go on");
  assert.equal(words(), "2/3What comes? Guess.");
  assert.deepEqual(told, [
    ["ghost", null],
    ["level", 2],
    ["state", { S: 5 }],
  ]);
});

test("what a link brought stays too, until the learner goes on", context => {
  const { guide, told, press } = started(context, { linked: true, level: 2 });
  assert.equal(guide.current.key, "few");
  assert.deepEqual(told, []);
  press("Skip");
  assert.equal(guide.index, 2);
});

test("a guess is committed once, and the answer leaves the right option and the chosen one", context => {
  const { guide, root, told, press, words } = started(context, { level: 2 });
  press("blur");
  press("a digit");
  assert.deepEqual(
    told.filter(([what]) => what === "ask"),
    [["ask", "few", 0]],
  );
  guide.revealed({ key: "another", choice: 0, right: 0 });
  assert.ok(guide.current, "the answer to another question is none");
  guide.revealed({ key: "few", choice: 0, right: 1, reply: "Blur is the mean.", explanation: "So it is.", ghost: "g" });
  assert.equal(words(), "✗ Not quite. Blur is the mean. So it is.");
  const options = root.querySelectorAll(".option");
  assert.deepEqual(
    options.map(node => [node.textContent, node.classList.contains("right"), node.classList.contains("chosen")]),
    [
      ["blur", false, true],
      ["a digit", true, false],
    ],
  );
  assert.deepEqual(told.at(-1), ["ghost", "g"]);
});

test("a right guess is not told what it got wrong", context => {
  const { guide, press, words } = started(context, { level: 2 });
  press("a digit");
  guide.revealed({ key: "few", choice: 1, right: 1, reply: "never", explanation: "So it is." });
  assert.equal(words(), "✓ Yes. So it is.");
});

test("at its end every control is open, other questions can be asked, and it can begin again", context => {
  const { guide, told, press, words } = started(context);
  guide.skipAll();
  assert.ok(told.some(([what, level]) => what === "level" && level === 4));
  assert.match(words(), /^The lab is yours/);
  press("Ask me something (1)");
  assert.equal(guide.current.key, "extra");
  press("Skip");
  press("Guide from the start");
  assert.equal(words(), "1/3Drag eta.");
});

test("a level that was reached before begins at its first step", context => {
  assert.equal(started(context, { level: 4 }).guide.step, undefined);
  assert.equal(started(context, { level: 2 }).guide.index, 1);
});
