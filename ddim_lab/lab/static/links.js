// The setting in links: what is not as usual, and the bar that carries it to the next page.
import { all } from "./dom.js";

/** @typedef {Record<string, any>} Values */

/**
 * Everything as a link has it.
 * @param {Values} values
 * @returns {Record<string, string>}
 */
export const stringified = values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${value}`]));

/**
 * What is not as in `defaults`.
 * @param {Values} defaults
 * @param {Values} settings
 * @returns {Values}
 */
export const changedFrom = (defaults, settings) =>
  Object.fromEntries(Object.entries(settings).filter(([key, value]) => value !== defaults[key]));

/**
 * A query, and what else a link shall tell; what is empty is not told.
 * @param {string} query
 * @param {Values} also
 */
export function joined(query, also) {
  const told = Object.entries(also).filter(([, value]) => value !== "" && value !== undefined);
  return new URLSearchParams([
    ...new URLSearchParams(query),
    ...Object.entries(stringified(Object.fromEntries(told))),
  ]).toString();
}

/**
 * A path of the app with a query.
 * @param {string} path
 * @param {string} [query]
 */
export const linkTo = (path, query) => new URL(`${path}${query ? `?${query}` : ""}`, document.baseURI).href;

/**
 * On a narrow screen the bar scrolls: this page's own link is brought into sight.
 * @param {HTMLElement} root
 */
export function showHere(root) {
  const bar = root.querySelector(".pages"),
    here = bar?.querySelector("[aria-current]");
  if (bar && here) bar.scrollLeft += here.getBoundingClientRect().right - bar.getBoundingClientRect().right + 16;
}

/**
 * The links of the bar take `query()` to the next page.
 * @param {HTMLElement} root
 * @param {() => string} query
 */
export function carryLinks(root, query) {
  for (const link of all(root, ".pages a")) {
    const carry = () => {
      /** @type {HTMLAnchorElement} */ (link).href = linkTo(link.dataset.page ?? "", query());
    };
    for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, carry);
  }
}
