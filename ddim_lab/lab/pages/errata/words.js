// Sentences of the errata pages, and how one begins.

/**
 * The first letter as a capital, unless it is a symbol, which keeps its case.
 * @param {string} text
 */
export const capital = text => text.replace(/^[a-z](?![\w]*_)/, letter => letter.toUpperCase());

/**
 * How a diagnosis stands.
 * @param {number} open instruments, of `all`
 * @param {number} all
 * @param {{ solved: number, seen: number }} before patients cured, and the instruments they took
 */
export function scored(open, all, { solved, seen }) {
  const patients = `${solved} ${solved === 1 ? "patient" : "patients"}`,
    cured = solved ? `; ${patients} cured, with ${(seen / solved).toFixed(1)} instruments each` : "";
  return `${open} of ${all} instruments open${cured}.`;
}
