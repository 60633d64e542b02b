// What the guide says, whole sentences with names in braces for what is put in.

export const WORDS = {
  yes: "✓ Yes.",
  notYet: "✗ Not yet.",
  answer: "The answer: {option}.",
  missed: "✗ It is: {option}.",
  show: "Show the answer",
  reveal: "Reveal (R)",
  guessed: "Your guess: {option}.",
  held: "Guess made. Discuss it, then press Reveal.",
  without: "Tell me without it",
  skip: "Skip",
  goOn: "Go on",
  brought: "This setting came with a link. Begin with the guide when you like: yours is kept meanwhile.",
  begin: "Begin",
  goOnGuide: "Go on with the guide",
  own: "This question has a setting of its own; yours is kept.",
  back: "Back to mine",
  more: "Ask me something ({n})",
  again: "Guide from the start",
  mine: "My answers",
  noAnswers: "There are no answers yet. They are kept in this browser only.",
  answers: "{right} of {n} right. They are kept in this browser only.",
  answersHere: "{right} of {n} right. This browser keeps nothing: they go with this visit.",
  columns: ["Question", "Your guesses", "Right", "When"],
  verdicts: { yes: "✓ yes", no: "✗ no", open: "still open" },
  download: "Download CSV",
  forget: "Forget answers, place and level",
  forgotten: "Forgotten. The guide begins anew.",
  close: "Close",
  leave: "Leave projector mode",
  farewell: "The lab is yours: every control is open. Pin a setting, change one thing, and look what moves.",
};

/**
 * A sentence with its values put in.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => `${values[name]}`);
