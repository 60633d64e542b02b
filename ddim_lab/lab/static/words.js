// Words with symbols in them.
import { element } from "./dom.js";

const LETTER = "[xtβακλσLzqx]|ᾱ|J|T";
const INDEXED = new RegExp(String.raw`(?<![\p{L}\p{N}_])(${LETTER})_(?:\(([^)]+)\)|([\p{L}0-9]+))`, "gu");

/**
 * A text cut at its symbols: words, and [letter, index] pairs.
 * @param {string} text
 * @param {RegExp} [pattern] a letter, and its index in one of the groups that follow
 * @returns {(string | [letter: string, index: string])[]}
 */
export function cut(text, pattern = INDEXED) {
  /** @type {ReturnType<typeof cut>} */
  const parts = [];
  let from = 0;
  for (const symbol of text.matchAll(pattern)) {
    const [whole, letter, ...indices] = symbol;
    parts.push(text.slice(from, symbol.index), [letter, indices.find(index => index !== undefined) ?? ""]);
    from = symbol.index + whole.length;
  }
  return [...parts, text.slice(from)];
}

/**
 * Words with names such as x_t or α_(t−1) in them, the index set lower.
 * @param {string} text
 * @param {RegExp} [pattern]
 * @returns {(string | Node)[]}
 */
export function spelled(text, pattern) {
  return cut(text, pattern).flatMap(
    /** @returns {(string | Node)[]} */ part =>
      typeof part === "string" ? [part] : [element("i", "", part[0]), element("sub", "", part[1])],
  );
}
