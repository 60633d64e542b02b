// What the server makes of the run on the screen, to take along.
import { element } from "../../static/dom.js";
import { linkTo } from "../../static/links.js";

const FILES = [
  ["film.png", "PNG"],
  ["film.gif", "GIF"],
  ["numbers.csv", "CSV"],
];

/**
 * @param {HTMLElement} box
 * @param {string} query
 * @param {number} focus
 */
export function drawDownloads(box, query, focus) {
  const links = FILES.map(([name, label]) => {
    const href = linkTo(`ddim/export/${name}`, `${query}&focus=${focus}`);
    return Object.assign(element("a", "", label), { href, download: `ddim-${name}` });
  });
  box.replaceChildren("Download: ", ...links);
}
