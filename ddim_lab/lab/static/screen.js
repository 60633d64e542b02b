// The screen: its width, an element's size on it, and its next frame.

/**
 * {matches}: whether the screen is so, kept up to date; a MediaQueryList that is asked lays the page out first.
 * @param {string} query
 */
export function media(query) {
  const list = matchMedia(query),
    known = { matches: list.matches };
  list.addEventListener("change", () => {
    known.matches = list.matches;
  });
  return known;
}

export const NARROW = media("(max-width: 700px)");

/**
 * The element's size, kept up to date; asking for it after something was drawn would lay the page out.
 * @param {Element} node
 */
export function sized(node) {
  const size = { width: 0, height: 0 };
  new ResizeObserver(([{ contentRect }]) => {
    size.width = contentRect.width;
    size.height = contentRect.height;
  }).observe(node);
  return size;
}
