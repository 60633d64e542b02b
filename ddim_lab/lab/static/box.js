// Where things are on the screen, in the pixels that an element itself counts in: a projector's page is zoomed.

/** How much larger an element is drawn than it says. @param {Element} node */
export const zoomOf = node => /** @type {{ currentCSSZoom?: number }} */ (node).currentCSSZoom ?? 1;

/**
 * Where an element is on the screen, in its own pixels.
 * @param {Element} node
 */
export function boxOf(node) {
  const { left, top, width, height } = node.getBoundingClientRect(),
    zoom = zoomOf(node);
  return { left: left / zoom, top: top / zoom, width: width / zoom, height: height / zoom };
}

/**
 * Where a pointer is on an element, in the element's own pixels.
 * @param {Element} node
 * @param {MouseEvent} event
 * @returns {[x: number, y: number]}
 */
export function pointerOn(node, { clientX, clientY }) {
  const { left, top } = boxOf(node),
    zoom = zoomOf(node);
  return [clientX / zoom - left, clientY / zoom - top];
}
