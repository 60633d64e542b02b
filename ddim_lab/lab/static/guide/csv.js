// The learner's answers as a table that any spreadsheet opens.

/** @typedef {import("./memory.js").Answer} Answer */

const COLUMNS = ["page", "question", "asked", "guesses", "right", "time"];

/** @param {string} text */
const quoted = text => `"${text.replaceAll('"', '""')}"`;

/**
 * "yes" or "no" once the answer was told, "open" until then.
 * @param {Answer} answer
 */
export const verdictOf = ({ right, done }) => (done ? (right ? "yes" : "no") : "open");

/** @param {Answer[]} answers */
export function csv(answers) {
  const rows = answers.map(answer => [
    answer.page,
    answer.key,
    answer.prompt,
    answer.guesses.map(guess => guess.text).join(" | "),
    verdictOf(answer),
    answer.at,
  ]);
  return [COLUMNS, ...rows].map(row => `${row.map(quoted).join(",")}\r\n`).join("");
}
