import assert from "node:assert/strict";
import { test } from "node:test";
import { Rest, Throttle } from "../../ddim_lab/lab/static/throttle.js";
import { clock } from "./clock.js";

/** A throttle, what it sent, and a clock that is turned. */
function started(context, ms) {
  const turn = clock(context),
    sent = [];
  const throttle = new Throttle(draft => sent.push(draft ? "draft" : "all"), ms);
  return { throttle, sent, turn };
}

test("a draft under way holds the next one back, for a while only, and the latest takes its place", context => {
  const { throttle, sent, turn } = started(context, { patience: 120 });
  throttle.ask(true);
  throttle.ask(true);
  throttle.ask(true);
  assert.deepEqual(sent, ["draft"]);
  turn(119);
  assert.deepEqual(sent, ["draft"]);
  turn(1);
  assert.deepEqual(sent, ["draft", "draft"], "two waited, one was sent");
  turn(1000);
  assert.equal(sent.length, 2);
});

test("what waits goes out when the draft has ended", context => {
  const { throttle, sent, turn } = started(context, { patience: 120 });
  throttle.ask(true);
  turn(10);
  throttle.ask(true);
  assert.ok(throttle.landed(), "it was a draft");
  throttle.pump();
  assert.deepEqual(sent, ["draft", "draft"]);
  throttle.landed();
  throttle.pump();
  assert.equal(sent.length, 2, "nothing else was wanted");
});

test("once there is a picture of the draft under way, it holds back nothing", context => {
  const { throttle, sent } = started(context, { patience: 120 });
  throttle.shown();
  throttle.ask(true);
  throttle.ask(true);
  assert.deepEqual(sent, ["draft"]);
  throttle.shown();
  assert.deepEqual(sent, ["draft", "draft"]);
});

test("all of it is sent at once, whatever is under way", context => {
  const { throttle, sent } = started(context, { patience: 120 });
  throttle.ask(true);
  throttle.ask(true);
  throttle.ask(false);
  assert.deepEqual(sent, ["draft", "all"]);
  throttle.ask(true);
  assert.deepEqual(sent, ["draft", "all", "draft"], "all of it holds nothing back");
});

test("a hand that rests gets all of it, and one that moves on does not", context => {
  const { throttle, sent, turn } = started(context, { settle: 180 });
  for (let i = 0; i < 3; i++) {
    throttle.ask(true);
    turn(100);
  }
  assert.deepEqual(sent, ["draft", "draft", "draft"]);
  turn(80);
  assert.deepEqual(sent, ["draft", "draft", "draft", "all"]);
  turn(1000);
  assert.equal(sent.length, 4);
});

test("letting go ends the drag: nothing settles after it", context => {
  const { throttle, sent, turn } = started(context, { settle: 180 });
  throttle.ask(true);
  throttle.ask(false);
  turn(1000);
  assert.deepEqual(sent, ["draft", "all"]);
});

test("what is dropped is not sent", context => {
  const { throttle, sent, turn } = started(context, { patience: 120, settle: 180 });
  throttle.ask(true);
  throttle.ask(true);
  throttle.drop();
  turn(1000);
  assert.deepEqual(sent, ["draft"]);
  throttle.ask(true);
  assert.equal(sent.length, 2, "and nothing is under way any more");
});

test("Rest: the last one, once there was quiet", context => {
  const turn = clock(context),
    done = [],
    rest = new Rest();
  rest.after(60, () => done.push("first"));
  turn(50);
  rest.after(60, () => done.push("second"));
  turn(50);
  assert.deepEqual(done, []);
  turn(10);
  assert.deepEqual(done, ["second"]);
  rest.after(60, () => done.push("third"));
  rest.drop();
  turn(100);
  assert.deepEqual(done, ["second"]);
});
