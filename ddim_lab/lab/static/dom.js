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
