// A guess: the options, which of them was chosen, and the answer that the core computed.
import { button, element } from "./dom.js";

/** @typedef {{ choice: number, right: number, reply?: string, explanation?: string }} Told the answer to a guess */

/**
 * Buttons for the options. The first press counts: it disables them all and marks its own.
 * @param {import("./dom.js").Content[]} options
 * @param {(choice: number) => void} onChoose
 */
export function guesses(options, onChoose) {
  const nodes = options.map((option, choice) => {
    const node = button("option", option, () => {
      for (const other of nodes) {
        other.disabled = true;
        other.classList.toggle("chosen", other === node);
      }
      onChoose(choice);
    });
    node.dataset.choice = `${choice}`;
    return node;
  });
  return nodes;
}

/**
 * Marks the right option, and takes away those that are neither right nor chosen.
 * @param {Iterable<Element>} options whatever else is among them goes as well
 * @param {Told} told
 */
export function reveal(options, { right, choice }) {
  for (const node of [...options]) {
    const own = /** @type {HTMLElement} */ (node).dataset.choice;
    node.classList.toggle("right", own === `${right}`);
    if (own !== `${right}` && own !== `${choice}`) node.remove();
  }
}

/** @param {Told} told */
export const isRight = told => told.right === told.choice;

/**
 * The verdict, and after it why; what was missed is told first.
 * @param {Told} told
 */
export function verdict(told) {
  const right = isRight(told);
  return [
    element("strong", `verdict ${right ? "yes" : "no"}`, right ? "✓ Yes. " : "✗ Not quite. "),
    element("span", "", [right ? "" : told.reply, told.explanation].filter(Boolean).join(" ")),
  ];
}
