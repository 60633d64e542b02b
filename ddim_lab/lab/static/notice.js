// The one line at the top in which a page says what went otherwise than the learner set it.
import { Rest } from "./throttle.js";

export const AWAY = "The server does not answer. The page keeps trying, and goes on where you are.";
export const IMPOSSIBLE =
  "There can be no live connection here. Reload the page to try again; the lab page has plain controls.";
export const AGAIN = "The solver is DDIM again: the one before walks a path without fresh noise.";
const BRIEF = 5000; // ms that a brief notice stays

export class Notice {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.resting = new Rest();
  }

  /** @param {string} text @param {boolean} brief whether it goes by itself */
  say(text, brief) {
    this.box.textContent = text;
    this.box.hidden = !text;
    this.resting.drop();
    if (brief)
      this.resting.after(BRIEF, () => {
        this.box.hidden = true;
      });
  }

  close() {
    this.resting.drop();
  }
}
