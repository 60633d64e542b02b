import assert from "node:assert/strict";
import { test } from "node:test";
import { Guide } from "../../ddim_lab/lab/static/guide/guide.js";
import { END, Memory } from "../../ddim_lab/lab/static/guide/memory.js";
import { visitStore } from "../../ddim_lab/lab/static/guide/store.js";
import { clock } from "./clock.js";
import { install, tree } from "./dom.js";

install();

const STEPS = [
  { key: "drag", sentence: "Drag eta.", level: 1, highlight: "eta", done_by: "eta-changed" },
  { key: "few", sentence: "What comes?", level: 2, highlight: "S", question: "few" },
  { key: "look", sentence: "Look.", level: 4, highlight: "S", done_by: "scrubbed" },
];
const FEW = {
  key: "few",
  level: 2,
  prompt: "Guess.",
  options: [{ text: "blur" }, { text: "a digit." }, { text: "noise" }],
  state: { S: 5 },
  hides: ["arc"],
};
const DO = { sentence: "Now drag S.", highlight: "S", done_by: "S-changed" };
const QUESTIONS = [
  FEW,
  { key: "extra", level: 1, prompt: "And now?", options: [{ text: "yes" }, { text: "no" }], state: {} },
];
const HINT = { key: "few", choice: 0, right: false, reply: "Blur is the mean.", answer: null };
const ANSWER = { option: 1, explanation: "So it is." };

/** A guide, its page, what it told the page, and the clock. */
function started(context, { wanted = {}, memory = new Memory(visitStore()), ...lesson } = {}) {
  const turn = clock(context),
    told = [];
  const control = name => Object.assign(tree("div", ""), { dataset: { control: name } });
  const root = tree(
    "div",
    "lab",
    ["section", "guide"],
    ["div", "guide-panel"],
    ["div", "guide-body"],
    ["div", "guide-actions"],
    control("eta"),
    control("S"),
  );
  const guide = new Guide(root, { page: "digits", guide: STEPS, questions: QUESTIONS, wanted, ...lesson }, memory, {
    onOpen: state => {
      told.push(["open", state]);
      return Object.keys(state).length > 0;
    },
    onOwn: () => told.push(["own"]),
    onAsk: (key, choice, attempt) => told.push(["ask", key, choice, attempt]),
    onLevel: level => told.push(["level", level]),
    onGhost: ghost => told.push(["ghost", ghost]),
    onVeil: () => told.push(["veil"]),
  });
  const find = name => root.querySelectorAll("button").find(node => node.textContent === name);
  return {
    guide,
    root,
    told,
    turn,
    memory,
    find,
    press: name => find(name).click(),
    words: () => root.querySelector(".guide-body").textContent,
    asked: () => told.filter(([what]) => what === "ask").map(([, ...rest]) => rest),
    lit: () => root.querySelector(".highlight")?.dataset.control,
  };
}

test("a step waits for what it asks, shows that it is done, and goes on by itself once the hand rests", context => {
  const { guide, root, turn, words, lit } = started(context);
  assert.equal(words(), "1/3Drag eta.");
  assert.equal(lit(), "eta");
  guide.happened("S-changed");
  turn(1000);
  assert.equal(guide.index, 0);
  guide.happened("eta-changed");
  assert.ok(root.querySelector(".guide-body").classList.contains("done"));
  turn(500);
  guide.happened("eta-changed");
  turn(500);
  assert.equal(guide.index, 0, "they are still at it");
  turn(300);
  assert.equal(guide.index, 1);
});

test("a question opens its own state, says so, and the learner's comes back after it", context => {
  const { guide, told, press, words, find } = started(context, { wanted: { level: 2 } });
  assert.deepEqual(told, [["open", { S: 5 }], ["veil"]]);
  assert.equal(words(), "2/3What comes?Guess.");
  press("Back to mine");
  assert.deepEqual(told.at(-1), ["own"]);
  assert.equal(find("Back to mine"), undefined);
  assert.equal(guide.question.key, "few", "the question stays");
  press("Skip");
  assert.deepEqual(
    told.slice(-3).map(([what]) => what),
    ["level", "own", "veil"],
  );
});

test("a wrong guess gets a hint and a second try, and only then the answer", context => {
  const { guide, told, press, words, find, asked } = started(context, { wanted: { step: "few" } });
  press("blur");
  press("noise");
  assert.deepEqual(asked(), [["few", 0, 1]], "one guess at a time");
  assert.ok(guide.isCovered);
  guide.revealed({ ...HINT, key: "another" });
  guide.revealed({ ...HINT, ghost: "g" });
  assert.equal(words(), "✗ Not yet. Blur is the mean.");
  assert.deepEqual(told.slice(-2), [["veil"], ["ghost", "g"]]);
  assert.equal(guide.isCovered, false, "a hint points at what was covered");
  assert.ok(find("blur").disabled && find("blur").classList.contains("wrong"));
  assert.equal(find("Go on"), undefined);
  press("noise");
  assert.deepEqual(asked().at(-1), ["few", 2, 2]);
  guide.revealed({ key: "few", choice: 2, right: false, reply: "never", answer: ANSWER });
  assert.equal(words(), "✗ It is: a digit. So it is.");
  assert.ok(find("a digit.").classList.contains("right"));
  assert.deepEqual(told.at(-1), ["veil"]);
  press("Go on");
  assert.equal(guide.index, 2);
  assert.equal(told.filter(([what, ghost]) => what === "ghost" && ghost === null).length, 1);
});

test("the ghost of a question asked afterwards goes with it", context => {
  const { guide, told, press } = started(context, { wanted: { ask: "extra" } });
  press("no");
  guide.revealed({ key: "extra", choice: 1, right: false, reply: "Look.", answer: null, ghost: "g" });
  press("Skip");
  assert.deepEqual(
    told.filter(([what]) => what === "ghost"),
    [
      ["ghost", "g"],
      ["ghost", null],
    ],
  );
});

test("who forgets begins as at a first visit", context => {
  const { guide, memory, told } = started(context, { wanted: { step: "look" } });
  memory.forget();
  guide.forget();
  assert.deepEqual([guide.level, memory.level, guide.index], [1, null, 0]);
  assert.ok(told.some(([what, level]) => what === "level" && level === 1));
});

test("after a reload what comes before a reply still comes before it, until there was one", context => {
  const lesson = { questions: [{ ...FEW, do: DO }], wanted: { step: "few" }, memory: new Memory(visitStore()) };
  started(context, lesson).press("blur");
  const { asked, words } = started(context, lesson);
  assert.equal(words(), "Your guess: blur. Now drag S.");
  assert.deepEqual(asked(), []);
  lesson.memory.told("few", false, false);
  assert.deepEqual(started(context, lesson).asked(), [["few", 0, 1]]);
});

test("the answer can be asked for after a wrong guess", context => {
  const { guide, press, words, find, asked } = started(context, { wanted: { step: "few" } });
  assert.ok(find("Show the answer").hidden);
  press("blur");
  guide.revealed(HINT);
  press("Show the answer");
  assert.deepEqual(asked().at(-1), ["few", null, 2]);
  guide.revealed({ key: "few", choice: null, right: false, reply: null, answer: ANSWER });
  assert.equal(words(), "The answer: a digit. So it is.");
});

test("a right guess is told why at once", context => {
  const { guide, press, words } = started(context, { wanted: { step: "few" } });
  press("a digit.");
  guide.revealed({ key: "few", choice: 1, right: true, reply: "never", answer: ANSWER });
  assert.equal(words(), "✓ Yes. So it is.");
});

test("between guess and reply the learner does what the question asks, or had done it already", context => {
  const questions = [{ ...FEW, do: DO }];
  const { guide, turn, press, words, lit, asked, find } = started(context, { questions, wanted: { step: "few" } });
  press("blur");
  assert.deepEqual(asked(), [], "not before they looked");
  assert.equal(words(), "Your guess: blur. Now drag S.");
  assert.equal(lit(), "S");
  guide.happened("eta-changed");
  guide.happened("S-changed");
  turn(800);
  assert.deepEqual(asked(), [["few", 0, 1]]);
  guide.revealed(HINT);
  press("noise");
  assert.deepEqual(asked().at(-1), ["few", 2, 2], "the second try asks for nothing more");
  assert.ok(find("Tell me without it").hidden);

  const other = started(context, { questions, wanted: { step: "few" } });
  other.guide.happened("S-changed");
  other.press("blur");
  assert.deepEqual(other.asked(), [["few", 0, 1]]);

  const hasty = started(context, { questions, wanted: { step: "few" } });
  hasty.press("blur");
  hasty.press("Tell me without it");
  assert.deepEqual(hasty.asked(), [["few", 0, 1]]);
});

test("in front of a class a reply waits until it is revealed", context => {
  const { press, find, asked, words } = started(context, { isShown: true, wanted: { step: "few" } });
  assert.ok(find("Reveal (R)").hidden);
  press("blur");
  assert.deepEqual(asked(), []);
  assert.match(words(), /press Reveal/);
  press("Reveal (R)");
  assert.deepEqual(asked(), [["few", 0, 1]]);
  assert.ok(!started(context, { isShown: true, wanted: { step: "few" } }).find("Show the answer").hidden);
});

test("place, level and a half-answered question survive", context => {
  const { memory, press, guide } = started(context, { wanted: { step: "few" } });
  press("blur");
  guide.revealed(HINT);
  const back = started(context, { memory });
  assert.equal(back.guide.index, 1);
  assert.equal(back.guide.level, 2);
  assert.deepEqual(back.asked(), [["few", 0, 1]], "what it was told is asked for again");
  back.guide.revealed(HINT);
  assert.ok(back.find("blur").disabled);
  back.press("a digit.");
  back.guide.revealed({ key: "few", choice: 1, right: true, answer: ANSWER });
  assert.equal(memory.placeOn("digits"), "look", "an answered question is not asked again");
  assert.deepEqual(
    memory.answers.map(({ guesses, right, done }) => [guesses.map(({ text }) => text), right, done]),
    [[["blur", "a digit."], true, true]],
  );
  const fresh = started(context, { memory, wanted: { level: 1 } });
  assert.equal(fresh.guide.index, 0, "a link goes before what was kept");
});

test("at its end every control is open, other questions can be asked, and it can begin again", context => {
  const { guide, told, press, words, memory } = started(context);
  guide.skipAll();
  assert.ok(told.some(([what, level]) => what === "level" && level === 4));
  assert.match(words(), /^The lab is yours/);
  assert.equal(memory.placeOn("digits"), END);
  press("Ask me something (1)");
  assert.equal(guide.question.key, "extra");
  press("Skip");
  assert.match(words(), /^The lab is yours/);
  press("Guide from the start");
  assert.equal(words(), "1/3Drag eta.");
});

test("a link opens a question that no step asks; the guide goes on where the learner was", context => {
  const { guide, press, words } = started(context, { wanted: { ask: "extra" } });
  assert.equal(guide.question.key, "extra");
  press("yes");
  guide.revealed({ key: "extra", choice: 0, right: true, answer: { option: 0, explanation: "Why." } });
  press("Go on");
  assert.equal(words(), "1/3Drag eta.");
});

test("symbols are set, and what was guessed is kept as it was written", context => {
  const question = { ...FEW, prompt: "Which weight has x_t?", options: [{ text: "that of x_prev" }, { text: "none" }] };
  const { root, press, memory } = started(context, { wanted: { level: 2 }, questions: [question] });
  const set = selector =>
    root
      .querySelector(selector)
      .querySelectorAll("sub")
      .map(node => node.textContent);
  assert.deepEqual(set(".prompt"), ["t"]);
  assert.deepEqual(set(".option"), ["prev"]);
  press("that of xprev");
  assert.equal(memory.open("few").guesses[0].text, "that of x_prev");
});
