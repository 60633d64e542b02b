// What is on screen as one picture: each lane's heading, its strip and its pictures at the cursor.
import { inkOf, paint, picture } from "../../static/sheet.js";

const SIDE = 56,
  GAP = 4,
  PAD = 16,
  HEAD = 26,
  FOOT = 18;

/**
 * @param {any[]} lanes
 * @param {{ kind: string, focus: number, place: number, shared: string }} view
 */
export function snapshot(lanes, { kind, focus, place, shared }) {
  const count = Math.max(...lanes.map(lane => lane.shown.length)),
    images = Math.max(...lanes.map(lane => lane.film.images));
  const strip = count * (SIDE + GAP),
    width = 2 * PAD + strip + PAD + images * (SIDE + GAP),
    pitch = HEAD + SIDE + FOOT + 10;
  const canvas = Object.assign(document.createElement("canvas"), {
    width,
    height: 2 * PAD + lanes.length * pitch + 20,
  });
  const context = inkOf(canvas);
  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} font
   */
  const write = (text, x, y, font, colour = "#1b1f24") => {
    context.font = `${font} system-ui, sans-serif`;
    context.fillStyle = colour;
    context.fillText(text, x, y);
  };
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  lanes.forEach((lane, i) => {
    const top = PAD + i * pitch,
      cursor = lane.at(place);
    write(`${i + 1}  ${lane.head.name}`, PAD, top + 16, "bold 15px");
    write(
      [`t = ${lane.head.t[cursor - 1]}`, lane.told.textContent].filter(Boolean).join(" · "),
      PAD + strip + PAD,
      top + 16,
      "12px",
      "#555b63",
    );
    lane.shown.forEach((/** @type {number | null} */ j, /** @type {number} */ c) => {
      if (j === null) return;
      draw(context, lane.film.pixels(kind, focus, j), PAD + c * (SIDE + GAP), top + HEAD);
      write(`${lane.head.t[j - 1]}`, PAD + c * (SIDE + GAP), top + HEAD + SIDE + 13, "11px", "#555b63");
    });
    for (let image = 0; image < lane.film.images; image++)
      draw(context, lane.film.pixels(kind, image, cursor), PAD + strip + PAD + image * (SIDE + GAP), top + HEAD);
  });
  write(`In all lanes: ${shared}`, PAD, canvas.height - 12, "11px", "#555b63");
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} pixels
 * @param {number} x
 * @param {number} y
 */
function draw(context, pixels, x, y) {
  context.drawImage(paint(picture(), pixels), x, y, SIDE, SIDE);
}
