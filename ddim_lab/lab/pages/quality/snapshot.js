// The map on screen as one picture: a light one, whatever the theme.
import { inkOf } from "../../static/sheet.js";

/** @typedef {{ measure: string, relative: boolean, floor: { text: string } | null }} Measure */
/** @typedef {import("./map.js").Told & Measure} HeatMap */

/** @type {Record<string, string>} */
const SIGNS = { best: "★ ", tied: "≈ " };
const CELL = { width: 104, height: 52 },
  LEFT = 96,
  TOP = 64,
  PAD = 16,
  HEAT = [74, 35, 119];

/** @param {number} level 0..10 */
const shadeOf = level => `rgb(${HEAT.map(v => Math.round(255 + ((v - 255) * level) / 10))})`;

/**
 * @param {{ map: HeatMap }} told
 * @param {{ key: string, name: string }[]} kinds
 */
export function snapshot({ map }, kinds) {
  const wide = LEFT + map.steps.length * CELL.width + 2 * PAD,
    tall = TOP + map.rows.length * CELL.height + 2 * PAD + 20;
  const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: tall }),
    context = inkOf(canvas);
  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} font
   * @param {string} [colour]
   * @param {CanvasTextAlign} [align]
   */
  const write = (text, x, y, font, colour = "#1b1f24", align = "left") => {
    Object.assign(context, { font: `${font} system-ui, sans-serif`, fillStyle: colour, textAlign: align });
    context.fillText(text, x, y);
  };
  context.fillStyle = "#fff";
  context.fillRect(0, 0, wide, tall);
  const measure = kinds.find(kind => kind.key === map.measure)?.name ?? map.measure;
  write(
    `${measure}, ${map.spacing} steps${map.relative ? ", in units of real digits" : ""}`,
    PAD,
    PAD + 14,
    "bold 16px",
  );
  map.steps.forEach((S, c) =>
    write(`S = ${S}`, PAD + LEFT + (c + 0.5) * CELL.width, PAD + TOP - 22, "13px", "#555b63", "center"),
  );
  map.rows.forEach((row, r) => {
    const y = PAD + TOP - 12 + r * CELL.height;
    write(row.name, PAD + LEFT - 10, y + 30, "bold 13px", "#1b1f24", "right");
    map.steps.forEach((S, c) => {
      const cell = map.cells[`${row.name}|${S}`],
        x = PAD + LEFT + c * CELL.width;
      if (!cell) {
        write("–", x + CELL.width / 2, y + 30, "14px", "#555b63", "center");
        return;
      }
      const level = cell.level ?? 0; // null: of another number of digits, on no scale
      const ink = level >= 7 ? "#fff" : "#000";
      context.fillStyle = shadeOf(level);
      context.fillRect(x + 1, y + 1, CELL.width - 2, CELL.height - 2);
      write(`${SIGNS[cell.mark] ?? ""}${cell.text}`, x + CELL.width / 2, y + 24, "bold 15px", ink, "center");
      write(cell.range_text, x + CELL.width / 2, y + 41, "11px", ink, "center");
    });
  });
  write(
    `${map.floor ? `real test digits: ${map.floor.text}. ` : ""}★ best, ≈ cannot be told from it (95 %, same starts).`,
    PAD,
    tall - PAD,
    "12px",
    "#555b63",
  );
  return canvas;
}
