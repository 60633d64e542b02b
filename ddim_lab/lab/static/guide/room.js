// The room that is kept for what will be said: a reply moves nothing on the page.
import { filled, WORDS } from "./words.js";

const LETTERS = "xxxxx "; // as wide as words of as many letters

/** @param {number} length of a text that will stand there, in characters */
const unseen = length => LETTERS.repeat(Math.ceil(length / LETTERS.length));

/**
 * What is written in a box while its question is open: its style puts that, unseen, where the reply will stand.
 * What held the box for another question is gone.
 * @param {HTMLElement} box
 * @param {Pick<import("./asking.js").Question, "options" | "room" | "do"> | null} question
 */
export function keepRoom(box, question) {
  delete box.dataset.room;
  box.style.minHeight = "";
  if (!question) return;
  const texts = question.options.map(({ text }) => text),
    option = texts.toSorted((one, other) => other.length - one.length)[0],
    answer = filled(WORDS.missed, { option }).length + (question.room ?? 0),
    action = question.do ? filled(WORDS.guessed, { option }).length + question.do.sentence.length : 0;
  box.dataset.room = unseen(Math.max(answer, action));
}

/**
 * A box stays as high as it is now, though less will stand in it.
 * @param {HTMLElement} box
 * @param {"height" | "minHeight"} how whether what is longer lies over the page, or moves it
 */
export function hold(box, how) {
  box.style[how] = "";
  box.style[how] = getComputedStyle(box).height;
}
