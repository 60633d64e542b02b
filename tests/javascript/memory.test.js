import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../../ddim_lab/lab/static/guide/csv.js";
import { Memory, tidied } from "../../ddim_lab/lab/static/guide/memory.js";
import { beginning } from "../../ddim_lab/lab/static/guide/place.js";
import { browserStore, visitStore } from "../../ddim_lab/lab/static/guide/store.js";

const ABOUT = { page: "digits", key: "few", prompt: 'What "comes"?' };
const now = () => new Date("2026-01-02T03:04:05Z");

/** A browser's storage; `full`: it takes nothing any more. */
function storage(kept = {}) {
  return {
    kept,
    full: false,
    getItem: key => kept[key] ?? null,
    setItem(key, value) {
      if (this.full) throw new Error("full");
      kept[key] = value;
    },
    removeItem: key => delete kept[key],
  };
}

test("what is kept is there at the next visit, of every tab", () => {
  const own = storage();
  const [here, there] = [0, 1].map(
    () =>
      new Memory(
        browserStore(() => own, "lab"),
        now,
      ),
  );
  assert.ok(here.lasts);
  here.reach(3);
  there.stay("exact", "swell");
  here.guessed(ABOUT, { choice: 0, text: "blur" });
  there.told("few", false, false);
  there.guessed(ABOUT, { choice: 1, text: "a digit" });
  here.told("few", true, true);
  const again = new Memory(browserStore(() => own, "lab"));
  assert.deepEqual([again.level, again.placeOn("exact"), again.placeOn("digits")], [3, "swell", undefined]);
  assert.deepEqual(again.answers, [
    {
      ...ABOUT,
      guesses: [
        { choice: 0, text: "blur" },
        { choice: 1, text: "a digit" },
      ],
      right: true,
      done: true,
      isTold: true,
      at: "2026-01-02T03:04:05.000Z",
    },
  ]);
  again.guessed(ABOUT, { choice: 0, text: "blur" });
  assert.equal(here.answers.length, 2, "asked again, it is another answer");
  here.forget();
  assert.deepEqual([again.level, again.answers, own.kept], [null, [], {}]);
});

test("without a storage it lasts for the visit, and a full one loses nothing of it", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const memory = new Memory(browserStore(denied, "lab"), now);
  assert.equal(memory.lasts, false);
  memory.reach(2);
  assert.equal(memory.level, 2);
  const own = storage();
  const other = new Memory(
    browserStore(() => own, "lab"),
    now,
  );
  other.reach(2);
  own.full = true;
  other.reach(3);
  assert.equal(other.level, 3);
});

test("junk in the storage is nothing, and takes nothing good with it", () => {
  for (const junk of ["", "{", "null", "7", '"x"', "[]", '{"version":2,"level":3}'])
    assert.equal(new Memory(browserStore(() => storage({ lab: junk }), "lab")).level, null, junk);
  const good = { ...ABOUT, guesses: [], right: false, done: true, at: "then" };
  const mixed = { version: 1, level: 9, places: { digits: "few", exact: 3 }, answers: [good, null, { key: "x" }] };
  assert.deepEqual(tidied(mixed), { version: 1, level: null, places: { digits: "few" }, answers: [good] });
  assert.deepEqual(tidied({ version: 1, level: 2, places: [], answers: {} }).answers, []);
});

test("the table of answers quotes what it must", () => {
  const memory = new Memory(visitStore(), now);
  memory.guessed(ABOUT, { choice: 0, text: "blur, or so" });
  memory.guessed(ABOUT, { choice: 1, text: "a digit" });
  const row = verdict =>
    `"digits","few","What ""comes""?","blur, or so | a digit","${verdict}","2026-01-02T03:04:05.000Z"`;
  const [head, open] = csv(memory.answers).split("\r\n");
  assert.equal(head, '"page","question","asked","guesses","right","time"');
  assert.equal(open, row("open"));
  memory.told("few", false, true);
  assert.equal(csv(memory.answers).split("\r\n")[1], row("no"));
});

test("the guide begins where a link says, else where the learner was, else where the page says", () => {
  const steps = [
    { key: "a", level: 1 },
    { key: "b", level: 2, question: "q" },
    { key: "c", level: 2 },
  ];
  const at = wanted => beginning(steps, wanted);
  assert.equal(at({}), 0);
  assert.equal(at({ first: 2 }), 2);
  assert.equal(at({ kept: "b", first: 2 }), 1);
  assert.equal(at({ kept: "" }), 3, "the end is a place, too");
  assert.equal(at({ kept: "gone" }), 0);
  assert.equal(at({ level: 2, kept: "a" }), 1);
  assert.equal(at({ level: 4, kept: "c" }), 2, "a level without a step of its own opens none");
  assert.equal(at({ step: "c", level: 2 }), 2);
  assert.equal(at({ step: "end" }), 3);
  assert.equal(at({ ask: "q", step: "c" }), 1);
  assert.equal(at({ ask: "of another page", kept: "c" }), 2);
});
