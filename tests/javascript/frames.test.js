import assert from "node:assert/strict";
import { test } from "node:test";
import { onceAFrame, Player } from "../../ddim_lab/lab/static/frames.js";
import { clock } from "./clock.js";
import { Element } from "./dom.js";

test("many changes are drawn once a frame", context => {
  const turn = clock(context);
  let drawn = 0;
  const later = onceAFrame(() => drawn++);
  later();
  later();
  assert.equal(drawn, 0);
  turn(16);
  assert.equal(drawn, 1);
  later();
  turn(16);
  assert.equal(drawn, 2);
});

/** A player of 160 ms, its button, and what it did. */
function started(context) {
  const turn = clock(context),
    button = new Element("button"),
    done = [];
  const player = new Player(button, {
    ms: 160,
    show: share => done.push(share),
    stopped: () => done.push("stopped"),
    ended: () => done.push("ended"),
  });
  return { player, button, done, turn };
}

test("it plays from the beginning to its end, exactly", context => {
  const { player, button, done, turn } = started(context);
  button.click();
  assert.ok(player.playing);
  assert.deepEqual([button.textContent, button.attributes["aria-label"]], ["■ Stop", "Stop"]);
  turn(1000);
  assert.deepEqual(done, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, "stopped", "ended"]);
  assert.deepEqual([button.textContent, button.attributes["aria-label"]], ["▶ Play", "Play"]);
});

test("stopped by hand it has not ended", context => {
  const { player, button, done, turn } = started(context);
  button.click();
  turn(32);
  button.click();
  turn(1000);
  assert.deepEqual(done, [0.1, 0.2, "stopped"]);
  assert.ok(!player.playing);
  player.stop();
  assert.equal(done.length, 3, "it stands already");
});

test("a page that is left draws nothing more", context => {
  const { player, button, done, turn } = started(context);
  button.click();
  turn(16);
  player.close();
  turn(1000);
  assert.deepEqual(done, [0.1]);
});
