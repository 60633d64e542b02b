// Narrow screens: one control at a time at the bottom.
import { button, finder, pressed } from "../../static/dom.js";

/** @type {[key: string, label: string, level: number][]} */
const ENTRIES = [
  ["eta", "eta", 1],
  ["seed", "start", 1],
  ["S", "S", 2],
  ["spacing", "steps", 3],
  ["schedule", "schedule", 3],
  ["more", "more", 4],
];

/**
 * Buttons for the controls that the page has at its level.
 * @param {HTMLElement} root
 */
export function drawDock(root) {
  const $ = finder(root),
    entries = ENTRIES.filter(([, , level]) => level <= Number(root.dataset.level));
  if (!entries.some(([key]) => key === root.dataset.dock)) root.dataset.dock = "eta";
  const nodes = entries.map(([key, label]) => {
    const node = button("", label, () => {
      root.dataset.dock = key;
      if (key === "more") $(".more", HTMLDetailsElement).open = true;
      mark();
    });
    node.dataset.key = key;
    return node;
  });
  const mark = () => pressed(nodes, node => node.dataset.key === root.dataset.dock);
  mark();
  $(".dock").replaceChildren(...nodes);
}
