// Where the panels of the 2-D world stand: now in the middle, as large as there is room.

export const GAP = 18,
  TITLE = 20,
  NARROW = 560; // below this width the panels stand in two rows

/** @typedef {[x: number, y: number, side: number]} Square */
/** @typedef {{ start: Square, data: Square, now: Square, pinned: Square | null, height: number }} Places */

/**
 * @param {number} width
 * @param {number} height
 * @param {boolean} pinned
 * @returns {Places}
 */
export function panels(width, height, pinned) {
  if (width < NARROW) return twoRows(width, pinned);
  return pinned ? pinnedBeside(width, height) : oneRow(width, height);
}

/**
 * @param {number} width
 * @param {boolean} pinned
 * @returns {Places}
 */
function twoRows(width, pinned) {
  const small = (width - GAP) / 2,
    main = pinned ? small : width,
    below = 2 * TITLE + main + 8;
  return {
    start: [0, below, small],
    data: [small + GAP, below, small],
    now: [0, TITLE, main],
    pinned: pinned ? [main + GAP, TITLE, main] : null,
    height: below + small + 4,
  };
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {Places}
 */
function oneRow(width, height) {
  const most = height - TITLE - 4,
    small = Math.min(150, Math.max(96, (width - most - 2 * GAP) / 2)),
    main = Math.min(most, width - 2 * small - 2 * GAP),
    x = (width - main - 2 * small - 2 * GAP) / 2,
    middle = TITLE + (main - small) / 2;
  return {
    start: [x, middle, small],
    now: [x + small + GAP, TITLE, main],
    data: [x + small + main + 2 * GAP, middle, small],
    pinned: null,
    height,
  };
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {Places}
 */
function pinnedBeside(width, height) {
  const most = height - TITLE - 4,
    main = Math.min((width - GAP) / 2, most - 150 - TITLE - 8),
    small = Math.min(150, most - main - TITLE - 8),
    x = (width - 2 * main - GAP) / 2,
    below = 2 * TITLE + main + 8;
  return {
    pinned: [x, TITLE, main],
    now: [x + main + GAP, TITLE, main],
    start: [x, below, small],
    data: [x + 2 * main + GAP - small, below, small],
    height,
  };
}
