// Elements of the page: HTML, SVG, buttons, and how they are found and marked.
const NS = "http://www.w3.org/2000/svg";

/** @typedef {<E extends Element = HTMLElement>(selector: string, kind?: new () => E) => E} Find */
/** @typedef {string | Node | (string | Node)[]} Content */

/**
 * $(selector): the first such element in `root`. The class that may follow says what it has to be.
 * @param {ParentNode} root
 * @param {string} [within] where in `root`: put before each selector
 * @returns {Find}
 */
export function finder(root, within = "") {
  return (selector, kind) => {
    const node = root.querySelector(within + selector);
    if (node instanceof (kind ?? Element)) return /** @type {any} */ (node);
    throw new TypeError(`${within}${selector} is ${node ? `no ${kind?.name}` : "nowhere on this page"}`);
  };
}

/**
 * All such elements in `root`.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export const all = (root, selector) => [...root.querySelectorAll(selector)].map(node => /** @type {any} */ (node));

/**
 * The nearest such element that an event happened in, or on.
 * @param {Event} event
 * @param {string} selector
 */
export function hit({ target }, selector) {
  const node = target instanceof Element ? target.closest(selector) : null;
  return node instanceof HTMLElement ? node : null;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number>} [attributes]
 * @param {string | number} [text]
 */
export function svg(name, attributes = {}, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, `${value}`);
  if (text !== undefined) node.textContent = `${text}`;
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} [className]
 * @param {Content} [content]
 * @param {Record<string, string>} [attributes]
 */
export function element(name, className = "", content = "", attributes = {}) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...[content].flat().filter(part => part !== ""));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

/**
 * @param {string} className
 * @param {Content} content
 * @param {(event: MouseEvent) => void} [onClick]
 */
export function button(className, content, onClick) {
  const node = Object.assign(element("button", className, content), { type: "button" });
  if (onClick) node.addEventListener("click", onClick);
  return node;
}

/**
 * Adds options to a choice: [value, what it is called].
 * @param {HTMLSelectElement} select
 * @param {[value: string, name: string][]} options
 */
export const offer = (select, options) => select.append(...options.map(([value, name]) => new Option(name, value)));

/**
 * Writes `text` if it is another one: what is read out is not read out again.
 * @param {Element} node
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Shows `value` in a control, unless the learner has it in hand.
 * @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string | number} value
 * @param {":active" | ":focus"} inHand
 */
export function put(control, value, inHand = ":active") {
  if (!control.matches(inHand)) control.value = `${value}`;
}

/**
 * Hears a slider: changed(value, dragging); dragging is true until it is released.
 * @param {HTMLInputElement} slider
 * @param {(value: number, dragging: boolean) => void} changed
 */
export function slid(slider, changed) {
  slider.addEventListener("input", () => changed(+slider.value, true));
  slider.addEventListener("change", () => changed(+slider.value, false));
}

/**
 * Marks those buttons as pressed for which `isPressed` holds.
 * @param {Iterable<Element>} buttons
 * @param {(button: HTMLElement) => boolean} isPressed
 */
export function pressed(buttons, isPressed) {
  for (const node of buttons) node.setAttribute("aria-pressed", `${isPressed(/** @type {HTMLElement} */ (node))}`);
}

/**
 * Tabs by mouse and by arrow keys, round and round: select(tab) gets the button, and marks it by `chosen`.
 * @param {HTMLElement[]} tabs
 * @param {(tab: HTMLElement) => void} select
 */
export function tablist(tabs, select) {
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", event => {
      const step = sideways(event);
      if (!step) return;
      const next = tabs[(i + step + tabs.length) % tabs.length];
      next.focus();
      select(next);
    });
  });
}

/**
 * 1 for the arrow to the right, -1 for the one to the left, else 0.
 * @param {KeyboardEvent} event
 */
export const sideways = event => (event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0);

/**
 * Marks the one tab for which `isOpen` holds.
 * @param {HTMLElement[]} tabs
 * @param {(tab: HTMLElement) => boolean} isOpen
 */
export function chosen(tabs, isOpen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", `${isOpen(tab)}`);
    tab.tabIndex = isOpen(tab) ? 0 : -1;
  }
}
