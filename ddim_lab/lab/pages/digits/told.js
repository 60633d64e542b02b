// What the page says of a run in passing.

const EXACT = "every picture was drawn with just the settings shown"; // what the word says

/**
 * @param {number} n
 * @param {string} what
 */
export const counted = (n, what) => `${n} ${what}${n > 1 ? "s" : ""}`;

/**
 * How quickly a run was drawn, and by what.
 * @param {Record<string, any>} end of the film
 * @param {string} solver
 */
export function timing({ engine, device, seconds, passes, n }, solver) {
  const of = solver === "dpmpp_2s" ? "call" : "step", // it calls the network twice a step
    pace = passes
      ? `${((1000 * seconds) / passes).toFixed(1)} ms a ${of} for ${counted(n, "image")}`
      : "no network pass, its answer was kept"; // of an S of 1
  return `${engine} on ${device} · ${pace}`;
}

/**
 * How often the network is called, and whose belief the lower row shows.
 * @param {import("../../static/page.js").LivePage["$"]} $
 * @param {Record<string, any>} curves
 * @param {Record<string, string>} beliefs of each solver
 */
export function tellSolver($, { calls, settings }, beliefs) {
  $(".calls").textContent = counted(calls, "network call");
  $(".belief-title").textContent = beliefs[settings.solver];
  $('[data-formula="x0"]').hidden = settings.solver !== "ddim"; // it is of the network's own
}

/**
 * How what is on screen came to be.
 * @param {import("../../static/page.js").LivePage["$"]} $
 * @param {string} text
 */
export function tellMode($, text) {
  $(".mode").textContent = text;
  $(".mode-told").textContent = text === "exact" ? EXACT : "";
  $(".stop").hidden = !text.startsWith("drawing");
}
