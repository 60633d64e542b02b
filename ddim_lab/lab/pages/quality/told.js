// What the server tells of the whole table, in words beside the map.
import { element } from "../../static/dom.js";
import { thousands } from "../../static/numbers.js";
import { drawStatements } from "./findings.js";
import { paperTable } from "./map.js";

/** @typedef {import("./curves.js").Error & { rounds: number, digits: number }} Error of encoding and decoding */
/** @typedef {{ rows: Error[], paper: Error[], source: string }} Reconstruction */
/** @typedef {{ text: string, value: number, n: number, same_n: boolean } | null} Floor what real digits have */
/** @typedef {import("./map.js").Told & import("./curves.js").HeatMap & { told: string, floor: Floor }} HeatMap */
/**
 * @typedef {object} Table
 * @property {HeatMap} map
 * @property {import("./map.js").Yours} yours
 * @property {Parameters<typeof paperTable>[1] & { source: string }} paper
 * @property {{ sentence: string, rows: import("./findings.js").Statement[] }} findings
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
  const { floor } = map,
    { differs } = yours;
  $(".trouble").hidden = !problems.length;
  $(".trouble").textContent = problems.join(" ");
  $(".map-told").textContent = map.told;
  const among = floor?.same_n && !map.relative ? ` (${thousands(floor.n)} of them)` : "";
  $(".floor").textContent = floor ? `real test digits: ${floor.text}${among}` : "";
  $(".you-words").textContent = differs.length ? `nearest to your setting (${differs.join("; ")})` : "your setting";
  paperTable($(".theirs .map"), paper, map.rows);
  $(".source").textContent = `${paper.source}. Other pictures and another judge: compare the order, not the numbers.`;
  $(".said").textContent = findings.sentence;
  drawStatements($(".statements"), findings.rows);
  $(".made").replaceChildren(...made.flatMap(([name, text]) => [element("dt", "", name), element("dd", "", text)]));
  $(".back-told").textContent = backOf(reconstruction);
}

/**
 * What was measured of encoding and decoding.
 * @param {Reconstruction} reconstruction
 */
function backOf({ rows, source }) {
  const implicit = rows.filter(row => row.implicit).at(-1);
  if (!rows.length) return `Not measured yet. ${source}: CIFAR10.`;
  const digits = `${thousands(rows[0].digits)} test digits, eta 0.`;
  if (!implicit) return `${digits} ${source}: CIFAR10.`;
  const calls = `${implicit.rounds.toFixed(1)} network calls a step at S = ${implicit.S}`;
  return `${digits} Implicit: ${calls}. ${source}: CIFAR10.`;
}
