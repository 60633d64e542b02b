// In front of a class: larger type, and replies that wait until the one who shows the page reveals them.
import { all, button, finder } from "../dom.js";
import { WORDS } from "./words.js";

export const PROJECTOR = "projector";
const REVEALS = "r";

export class Projector {
  /**
   * @param {HTMLElement} root
   * @param {string | undefined} show as the link has it
   */
  constructor(root, show) {
    this.isOn = show === PROJECTOR;
    /** @param {KeyboardEvent} event */
    this.heard = event => {
      if (event.key.toLowerCase() !== REVEALS || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event)) return;
      all(root, ".reveal")
        .find(node => !node.hidden && node.offsetParent)
        ?.click();
    };
    if (!this.isOn) return;
    root.dataset.show = PROJECTOR;
    document.addEventListener("keydown", this.heard);
    finder(root)(".guide-tools").append(button("quiet leave-projector", WORDS.leave, leave));
  }

  close() {
    document.removeEventListener("keydown", this.heard);
  }
}

/** @param {Event} event the page is in a shadow tree: where it happened is told by its path */
function isTyping(event) {
  const [node] = event.composedPath();
  return node instanceof Element && node.matches("input:not([type='range'], [type='checkbox']), textarea, select");
}

/** The same page without it. */
function leave() {
  const url = new URL(document.baseURI);
  url.searchParams.delete("show");
  location.assign(url);
}
