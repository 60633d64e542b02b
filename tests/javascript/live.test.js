import assert from "node:assert/strict";
import { test } from "node:test";
import { Live } from "../../ddim_lab/lab/static/live.js";
import { clock } from "./clock.js";

/** Live over a socket that the test holds: what was sent, what was told, and the clock. */
function started(context) {
  const turn = clock(context),
    sockets = [],
    told = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    sent = [];
    constructor() {
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    open() {
      this.readyState = 1;
      this.onopen();
    }
    lose(code = 1006) {
      this.readyState = 3;
      this.onclose({ code });
    }
    close() {
      this.lose();
    }
  };
  const live = new Live("ws://lab", {
    patience: 120,
    onAnswer: head => told.push(head),
    onOpen: () => told.push("open"),
    onLost: () => told.push("lost"),
    onFail: () => told.push("failed"),
  });
  return { live, told, turn, sockets };
}

const end = (view, id) => ({ type: "end", view, id });

test("what is asked before the socket is open is sent when it is, the latest of each view", context => {
  const { live, sockets } = started(context);
  live.ask("film", { eta: 0 });
  live.ask("film", { eta: 1 });
  live.ask("step", () => ({ j: 3 }));
  sockets[0].open();
  assert.deepEqual(sockets[0].sent, [
    { id: 1, view: "film", values: { eta: 1 } },
    { id: 2, view: "step", values: { j: 3 } },
  ]);
});

test("views do not wait for each other; drafts of one view do", context => {
  const { live, sockets, turn } = started(context);
  sockets[0].open();
  live.ask("film", { eta: 0.1 }, true);
  live.ask("film", { eta: 0.2 }, true);
  live.ask("step", {});
  assert.equal(sockets[0].sent.length, 2);
  assert.ok(live.isWanted("film"));
  turn(120);
  assert.deepEqual(sockets[0].sent[2], { id: 3, view: "film", values: { eta: 0.2 } });
});

test("an end tells whether it was a draft, and sends what waited", context => {
  const { live, sockets, told } = started(context);
  sockets[0].open();
  live.ask("film", {}, true);
  live.ask("film", {}, true);
  live.answer(end("film", 1), new Uint8Array());
  assert.deepEqual(told.at(-1), { draft: true, ...end("film", 1) });
  assert.equal(sockets[0].sent.length, 2);
  assert.ok(!live.isSettled("film"));
  live.answer(end("film", 2), new Uint8Array());
  assert.ok(live.isSettled("film"));
});

test("a late answer is none of the latest request, and ends nothing", context => {
  const { live, sockets } = started(context);
  sockets[0].open();
  live.ask("film", { eta: 0 });
  live.ask("film", { eta: 1 });
  assert.ok(!live.isLatest(end("film", 1)));
  live.answer(end("film", 1), new Uint8Array());
  assert.ok(!live.isSettled("film"));
  live.dismiss("film");
  assert.ok(!live.isLatest(end("film", 2)));
});

test("a lost connection is opened again, and what was under way is asked for again", context => {
  const { live, sockets, turn } = started(context);
  sockets[0].open();
  live.ask("film", { eta: 0.5 });
  sockets[0].lose();
  turn(300);
  sockets[1].open();
  assert.deepEqual(sockets[1].sent, [{ id: 2, view: "film", values: { eta: 0.5 } }]);
});

test("a page that had to make room for another does not take its place back at once", context => {
  const { sockets, turn } = started(context);
  sockets[0].open();
  sockets[0].lose(1013);
  turn(19000);
  assert.equal(sockets.length, 1);
  turn(1000);
  assert.equal(sockets.length, 2);
});

test("where nothing was ever heard, sockets are impossible after a few tries", context => {
  const { sockets, turn, told } = started(context);
  for (let i = 0; i < 4; i++) {
    sockets[i].lose();
    turn(300 * 2 ** i);
  }
  assert.deepEqual(told, ["failed"]);
  assert.equal(sockets.length, 4, "three more times");
});

test("where something was heard once, it is tried for as long as it takes, every few seconds", context => {
  const { live, sockets, turn, told } = started(context);
  sockets[0].open();
  live.ask("film", { eta: 0.5 });
  sockets[0].onmessage({ data: new ArrayBuffer(0) });
  for (let i = 0; i < 40; i++) {
    sockets[i].lose();
    turn(3000);
  }
  assert.ok(!told.includes("failed"));
  assert.equal(told.at(-1), "lost");
  sockets[40].open();
  assert.deepEqual(sockets[40].sent, [{ id: 2, view: "film", values: { eta: 0.5 } }]);
});

test("a page that is left opens nothing again and sends nothing more", context => {
  const { live, sockets, turn } = started(context);
  sockets[0].open();
  live.ask("film", {}, true);
  live.ask("film", {}, true);
  live.close();
  turn(5000);
  assert.equal(sockets.length, 1);
  assert.equal(sockets[0].sent.length, 1);
});

test("stop ends the film that runs, and one that still waited begins first", context => {
  const { live, sockets } = started(context);
  sockets[0].open();
  live.ask("film", {}, true);
  live.ask("film", { eta: 1 }, true);
  live.stop();
  assert.deepEqual(
    sockets[0].sent.map(({ view, stop }) => view ?? stop),
    ["film", "film", true],
  );
});
