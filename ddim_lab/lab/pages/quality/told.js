// What the server tells of the whole table, in words beside the map.
import { element } from "../../static/dom.js";
import { drawStatements } from "./findings.js";
import { paperTable } from "./map.js";

/** @typedef {import("./curves.js").Error & { rounds: number, digits: number }} Error of encoding and decoding */
/** @typedef {{ rows: Error[], paper: Error[], source: string, told: string }} Reconstruction */
/** @typedef {{ text: string, value: number, n: number, same_n: boolean, told: string } | null} Floor of real digits */
/** @typedef {import("./map.js").Told & import("./curves.js").HeatMap & { told: string, floor: Floor }} HeatMap */
/**
 * @typedef {object} Table
 * @property {HeatMap} map
 * @property {import("./map.js").Yours} yours
 * @property {Parameters<typeof paperTable>[1] & { source: string, told: string }} paper
 * @property {import("./findings.js").Findings} findings
 * @property {Reconstruction} reconstruction
 * @property {[name: string, text: string][]} made how it was measured
 * @property {string[]} problems
 * @property {string} csv
 */

/**
 * @param {import("../../static/dom.js").Find} $
 * @param {Table} table
 */
export function tellTable($, { map, yours, paper, findings, reconstruction, made, problems }) {
  const { differs } = yours;
  $(".trouble").hidden = !problems.length;
  $(".trouble").textContent = problems.join(" ");
  $(".map-told").textContent = map.told;
  $(".floor").textContent = map.floor?.told ?? "";
  $(".you-words").textContent = differs.length ? `nearest to your setting (${differs.join("; ")})` : "your setting";
  paperTable($(".theirs .map"), paper, map.rows);
  $(".source").textContent = paper.told;
  $(".said").textContent = findings.sentence;
  drawStatements($(".statements"), findings.rows);
  $(".statements-legend").textContent = findings.legend;
  $(".made").replaceChildren(...made.flatMap(([name, text]) => [element("dt", "", name), element("dd", "", text)]));
  $(".back-told").textContent = reconstruction.told;
}
