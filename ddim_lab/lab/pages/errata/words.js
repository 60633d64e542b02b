// A sentence's beginning.

/**
 * The first letter as a capital, unless it is a symbol, which keeps its case.
 * @param {string} text
 */
export const capital = text => text.replace(/^[a-z](?![\w]*_)/, letter => letter.toUpperCase());
