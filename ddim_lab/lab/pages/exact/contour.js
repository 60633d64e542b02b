// Lines of equal height.

/**
 * Marching squares: calls put(x1, y1, x2, y2), in cells, for every piece of the line at `height`.
 * @param {ArrayLike<number>} values row by row
 * @param {number} side
 * @param {number} height
 * @param {(x1: number, y1: number, x2: number, y2: number) => void} put
 */
export function contour(values, side, height, put) {
  /** @param {number} a @param {number} b */
  const cut = (a, b) => (height - a) / (b - a);
  for (let r = 0; r + 1 < side; r++)
    for (let c = 0; c + 1 < side; c++) {
      const at = r * side + c,
        [a, b, d, e] = [values[at], values[at + 1], values[at + side], values[at + side + 1]];
      /** @type {[number, number][]} */
      const crossings = [];
      if (a > height !== b > height) crossings.push([c + cut(a, b), r]);
      if (a > height !== d > height) crossings.push([c, r + cut(a, d)]);
      if (b > height !== e > height) crossings.push([c + 1, r + cut(b, e)]);
      if (d > height !== e > height) crossings.push([c + cut(d, e), r + 1]);
      for (let i = 0; i + 1 < crossings.length; i += 2) put(...crossings[i], ...crossings[i + 1]);
    }
}
