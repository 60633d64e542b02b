// Numbers as words.

/**
 * A true minus sign.
 * @param {string | number} value
 */
export const minus = value => `${value}`.replace("-", "−");

/** @param {number} n */
export const thousands = n => n.toLocaleString("en");

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const within = (value, low, high) => Math.max(low, Math.min(high, value));
