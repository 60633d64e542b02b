// Numbers as words.

/**
 * A true minus sign.
 * @param {string | number} value
 */
export const minus = value => `${value}`.replace("-", "−");

/** @param {number} n */
export const thousands = n => n.toLocaleString("en");

/**
 * Four decimals that are never above `value`: a bound that is told has to be admitted.
 * @param {number} value
 */
export const roundedDown = value => (Math.floor(value * 1e4) / 1e4).toFixed(4);

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const within = (value, low, high) => Math.max(low, Math.min(high, value));
