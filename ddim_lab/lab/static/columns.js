// Which of many frames stand in a few columns.

/**
 * `count` of 1..n, evenly spread, both ends among them; all of them where there are no more.
 * @param {number} n
 * @param {number} count
 */
export function thinned(n, count) {
  const columns = Math.min(count, n);
  return Array.from({ length: columns }, (_, c) => (columns === 1 ? 1 : 1 + Math.round((c * (n - 1)) / (columns - 1))));
}

/**
 * The same, the cursor always among them: it takes the place of the inner one nearest to it.
 * @param {number} n
 * @param {number} count
 * @param {number} cursor
 */
export function columns(n, count, cursor) {
  const shown = thinned(n, count);
  if (!shown.includes(cursor)) shown[1 + nearest(shown.slice(1, -1), cursor)] = cursor;
  return shown;
}

/**
 * Frames on a scale: each in the nearest of `count` evenly placed columns (null: none is near), the cursor's always.
 * @param {number[]} places of the frames 1.., each 0..1
 * @param {number} count
 * @param {number} cursor
 */
export function placed(places, count, cursor) {
  /** @type {(number | null)[]} */
  const shown = Array(count).fill(null);
  /**
   * @param {number} j
   * @param {number} c
   */
  const distance = (j, c) => Math.abs(places[j - 1] - c / (count - 1));
  places.forEach((place, i) => {
    const c = Math.round(place * (count - 1)),
      there = shown[c];
    if (there === null || distance(i + 1, c) < distance(there, c)) shown[c] = i + 1;
  });
  shown[Math.round(places[cursor - 1] * (count - 1))] = cursor;
  return shown;
}

/**
 * The index of the value nearest to `wanted`, the first of several.
 * @param {number[]} values
 * @param {number} wanted
 */
export function nearest(values, wanted) {
  return values.reduce((best, value, i) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);
}
