// Spots of a world drawn by hand: the fine grid they lie on, their text in a link, and the pen for the keyboard.

export const SPOTS_MAX = 60,
  REACH = 2.5;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"; // one for each of 63 places a side: 0 among them
const HALF = (LETTERS.length - 1) / 2,
  STEP = 3; // places that an arrow key moves the pen

const index = value => Math.round(HALF * (1 + Math.max(-REACH, Math.min(REACH, value)) / REACH));
const value = place => Math.round(1000 * REACH * (place / HALF - 1)) / 1000;

/** The place of the grid nearest to a point [x, y]. */
export const snapped = point => point.map(one => value(index(one)));

/** Two letters a spot. */
export const written = spots =>
  spots
    .flat()
    .map(one => LETTERS[index(one)])
    .join("");

/** The spots of a link's text, or null where it is none. */
export function read(text) {
  const places = [...text].map(letter => LETTERS.indexOf(letter));
  if (!places.length || places.length % 2 || places.length > 2 * SPOTS_MAX || places.includes(-1)) return null;
  return Array.from({ length: places.length / 2 }, (_, i) => [value(places[2 * i]), value(places[2 * i + 1])]);
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Draws by keyboard on `canvas`: arrows move the pen, Shift further, Space or Enter sets a spot by `put(x, y)`. */
export class Pen {
  constructor(canvas, moved, put) {
    Object.assign(this, { canvas, at: null });
    canvas.addEventListener("keydown", event => {
      if (!this.on) return;
      const arrow = ARROWS[event.key];
      if (arrow)
        this.at = snapped(
          (this.at ?? [0, 0]).map((one, i) => one + (arrow[i] * (event.shiftKey ? 3 : 1) * STEP * REACH) / HALF),
        );
      else if (event.key === " " || event.key === "Enter") {
        this.at ??= [0, 0];
        put(...this.at);
      } else return;
      event.preventDefault();
      moved();
    });
  }

  /** Takes the keyboard, or gives it back. */
  use(on) {
    this.on = on;
    this.at = null;
    if (!on) {
      this.canvas.removeAttribute("tabindex");
      this.canvas.setAttribute("role", "img");
      return;
    }
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
  }

  get words() {
    return `draw a world: arrow keys move the pen, space sets a spot${this.at ? `; pen at ${this.at.join(", ")}` : ""}`;
  }
}
