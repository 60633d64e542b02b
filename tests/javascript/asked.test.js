import assert from "node:assert/strict";
import { test } from "node:test";
import { answerWhenAsked } from "../../ddim_lab/lab/static/asked.js";

const SAID = { tagName: "P", textContent: "waiting" };

/** A fold of the menu, as much of it as is asked of one. */
function fold(open) {
  const heard = {};
  return {
    dataset: { asked: "faster" },
    told: { ...SAID, replaceWith: body => Object.assign(SAID, { put: body.innerHTML }) },
    hasAttribute: name => open && name === "open",
    querySelector(selector) {
      return selector === "[role=status]" && !SAID.put ? this.told : null; // an answer has paragraphs of its own
    },
    addEventListener: (name, listener) => Object.assign(heard, { [name]: listener }),
    toggle: () => heard.toggle(),
  };
}

/** A page with these folds; `answer` stands for the server's. */
function page(folds, answer) {
  const asked = [];
  globalThis.document = { baseURI: "http://lab/x/derivation", createElement: () => ({ innerHTML: "" }) };
  globalThis.fetch = async address => {
    asked.push(address);
    return answer();
  };
  answerWhenAsked({ querySelectorAll: () => folds, querySelector: () => null, addEventListener: () => undefined });
  return asked;
}

test("an answer is fetched below the app's own root when its question is unfolded", async () => {
  const one = fold(true),
    asked = page([one], () => ({ ok: true, text: async () => "<p>fewer</p>" }));
  await one.toggle();
  await one.toggle(); // once more: it is there
  assert.deepEqual(asked, ["http://lab/x/ddim/asked/faster"]);
  assert.equal(SAID.put, "<p>fewer</p>");
  SAID.put = undefined;
});

test("folding asks for nothing", async () => {
  const one = fold(false),
    asked = page([one], () => ({ ok: true, text: async () => "" }));
  await one.toggle();
  assert.deepEqual(asked, []);
});

test("an answer that cannot be had is said in words", async () => {
  for (const answer of [() => ({ ok: false, statusText: "gone" }), () => Promise.reject(new Error("offline"))]) {
    const one = fold(true);
    page([one], answer);
    await one.toggle();
    assert.match(one.told.textContent, /could not be had/);
  }
});
