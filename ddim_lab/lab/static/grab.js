// A pointer that holds something.

/**
 * begin(event) at the press, false where there is nothing to hold; move(event) while it is held; end() at the release.
 * @param {Element} node
 * @param {{ begin: (event: PointerEvent) => unknown, move: (event: PointerEvent) => void, end?: () => void }} on
 */
export function grab(node, { begin, move, end }) {
  let held = false;
  /** @param {string} type @param {(event: PointerEvent) => void} hear */
  const hear = (type, hear) => node.addEventListener(type, event => hear(/** @type {PointerEvent} */ (event)));
  hear("pointerdown", event => {
    if (begin(event) === false) return;
    node.setPointerCapture(event.pointerId);
    held = true;
  });
  hear("pointermove", event => {
    if (held) move(event);
  });
  for (const type of ["pointerup", "pointercancel"])
    hear(type, () => {
      if (held) end?.();
      held = false;
    });
}

/**
 * Where a pointer is in the units of a drawing.
 * @param {SVGGraphicsElement} drawing
 * @param {PointerEvent} event
 */
export function pointIn(drawing, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM()?.inverse());
}

/**
 * Where a pointer is on a square, in units of which its side has `side`.
 * @param {Element} square
 * @param {PointerEvent} event
 * @param {number} side
 * @returns {[x: number, y: number]}
 */
export function pointOn(square, event, side) {
  const box = square.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
}

/**
 * All the places that a pointer passed since the last event.
 * @param {PointerEvent} event
 */
export const passed = event => event.getCoalescedEvents?.() ?? [event];
