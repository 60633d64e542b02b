// Words with symbols in them.
import { element } from "../../static/dom.js";

const INDEX = /(?<![\p{L}\p{N}_])([xtβακλσLzqx]|ᾱ|J|T)_(\(([^)]+)\)|[\p{L}0-9]+)/gu;

/** Words with names such as x_t or α_(t−1) in them, the index set lower. */
export function spelled(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(INDEX)) {
    parts.push(text.slice(from, found.index), element("i", "", found[1]), element("sub", "", found[3] ?? found[2]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

export const capital = text => text.replace(/^[a-z](?![\w]*_)/, letter => letter.toUpperCase()); // a symbol keeps its case
