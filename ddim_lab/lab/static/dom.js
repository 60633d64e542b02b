// Elements of the page: HTML, SVG and buttons.
const NS = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export function element(name, className, text) {
  const node = Object.assign(document.createElement(name), { className });
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(className, content, onClick) {
  const node = Object.assign(element("button", className), { type: "button" });
  node.append(...[content].flat());
  node.addEventListener("click", onClick);
  return node;
}

/** {matches}: whether the screen is so, kept up to date; a MediaQueryList that is asked lays the page out first. */
export function media(query) {
  const list = matchMedia(query),
    known = { matches: list.matches };
  list.addEventListener("change", () => {
    known.matches = list.matches;
  });
  return known;
}

export const NARROW = media("(max-width: 700px)");

/** The element's size on the screen, kept up to date; asking for it after something was drawn would lay the page out. */
export function sized(node) {
  const size = { width: 0, height: 0 };
  new ResizeObserver(
    ([
      {
        contentRect: { width, height },
      },
    ]) => Object.assign(size, { width, height }),
  ).observe(node);
  return size;
}

/** Tabs by mouse and by arrow keys, round and round: select(tab) gets the button, and marks it by `chosen`. */
export function tablist(tabs, select) {
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(i + step + tabs.length) % tabs.length];
      next.focus();
      select(next);
    });
  });
}

/** Marks the one tab for which `isOpen` holds. */
export function chosen(tabs, isOpen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", isOpen(tab));
    tab.tabIndex = isOpen(tab) ? 0 : -1;
  }
}
