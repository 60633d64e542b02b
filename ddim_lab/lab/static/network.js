// What a page says of the network: whose it is, and how much is ahead in it.
import { element, finder } from "./dom.js";

/** @param {number} ahead pictures that go through the network before the page's own */
export const busy = ahead => (ahead === 1 ? "busy: 1 picture is ahead" : `busy: ${ahead} pictures are ahead`);

/**
 * A learner's network is shown: its name and range in the footer, and no control that it does not take.
 * @param {HTMLElement} root
 * @param {{ words: string, takes: string[], problem?: string }} network
 * @returns what is wrong with it, in words
 */
export function tellNetwork(root, { words, takes, problem = "" }) {
  root.classList.add("own-network");
  for (const word of ["label", "guidance"]) root.classList.toggle(`no-${word}`, !takes.includes(word));
  finder(root)(".status .mode").after(element("span", "network", words));
  return problem;
}
