import assert from "node:assert/strict";
import { test } from "node:test";
import { Film, pictures } from "../../ddim_lab/lab/static/film.js";
import { unpacked } from "../../ddim_lab/lab/static/live.js";

const PIXELS = 784;
/** Pictures of one grey level each. */
const greys = (...levels) => new Uint8Array(levels.flatMap(level => Array(PIXELS).fill(level)));
const frame = (j, first, kinds) => ({ j, first, kinds });

/** A message as the server packs it. */
function packed(...answers) {
  const parts = answers.flatMap(([head, bytes]) => {
    const text = new TextEncoder().encode(JSON.stringify(head));
    return [new Uint8Array(new Uint32Array([text.length, bytes.length]).buffer), text, bytes];
  });
  return new Uint8Array(parts.flatMap(part => [...part])).buffer;
}

test("a message of several answers is taken apart, whatever their lengths", () => {
  const answers = unpacked(
    packed(
      [{ id: 1, view: "film", name: "ᾱ" }, greys(7)],
      [{ id: 2, view: "step" }, new Uint8Array()],
      [{ id: 3 }, Uint8Array.of(1, 2, 3)],
    ),
  );
  assert.deepEqual(
    answers.map(({ head, bytes }) => [head.id, head.name, bytes.length]),
    [
      [1, "ᾱ", 784],
      [2, undefined, 0],
      [3, undefined, 3],
    ],
  );
  assert.deepEqual([...answers[2].bytes], [1, 2, 3]);
  assert.deepEqual(unpacked(new ArrayBuffer(0)), []);
});

test("a part's pictures are cut by kind, in the order it names them", () => {
  const cut = pictures({ kinds: { x_t: 2, x0: 1, x0_std: 0 } }, greys(1, 2, 3));
  assert.deepEqual(
    Object.entries(cut).map(([kind, rows]) => [kind, rows.map(pixels => pixels[783])]),
    [
      ["x_t", [1, 2]],
      ["x0", [3]],
      ["x0_std", []],
    ],
  );
});

test("a film keeps every picture at its image and step, and is exact when all are there", () => {
  const film = new Film(2, 1);
  film.put(frame(1, 0, { x_t: 2, x0: 2 }), greys(1, 2, 3, 4));
  film.put(frame(2, 1, { x_t: 1, x0: 1 }), greys(5, 6));
  assert.equal(film.pixels("x_t", 1, 1)[0], 2);
  assert.equal(film.pixels("x0", 0, 1)[0], 3);
  assert.equal(film.pixels("x0", 1, 2)[783], 6);
  assert.ok(!film.exact);
  film.put(frame(2, 0, { x_t: 1, x0: 1 }), greys(7, 8));
  assert.ok(film.exact);
});

test("of an older setting it is held, and each new picture is fresh again", () => {
  const film = new Film(1, 1);
  film.put(frame(1, 0, { x_t: 1, x0: 1 }), greys(1, 2));
  film.hold();
  assert.deepEqual([film.state(0, 1), film.state(0, 2)], [1, 0], "what was not there is not held");
  film.put(frame(1, 0, { x_t: 1, x0: 1 }), greys(3, 4));
  assert.ok(film.isFresh(0, 1));
});

test("a film of another length takes over the results, held, of the images that it has", () => {
  const old = new Film(2, 1),
    film = new Film(1, 3);
  old.put(frame(2, 0, { x_t: 2, x0: 2 }), greys(9, 8, 7, 6));
  film.inherit(old);
  assert.equal(film.state(0, 4), 1);
  assert.equal(film.pixels("x_t", 0, 4)[0], 9);
  assert.equal(film.pixels("x0", 0, 4)[0], 9, "the result stands in both strips");
  assert.equal(film.state(0, 1), 0);
});

test("a picture is drawn again only when another one arrived", () => {
  const film = new Film(1, 1),
    put = () => film.put(frame(1, 0, { x_t: 1, x0: 1 }), greys(1, 2)),
    drawn = [];
  const sheet = { put: (i, key, pixels, held) => drawn.push([i, key, pixels[0], held]), clear: i => drawn.push(i) };
  film.draw(sheet, 4, "x_t", 0, 1);
  put();
  film.draw(sheet, 4, "x_t", 0, 1);
  film.draw(sheet, 4, "x_t", 0, 1);
  put();
  film.draw(sheet, 4, "x_t", 0, 1);
  const [nothing, first, same, next] = drawn;
  assert.equal(nothing, 4);
  assert.deepEqual(first, same);
  assert.notEqual(first[1], next[1]);
  assert.notEqual(new Film(1, 1).key("x_t", 0, 1), film.key("x_t", 0, 1), "nor is another film's picture the same");
});
