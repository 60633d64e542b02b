// As much of a page's elements as the tests need: a tree, classes, attributes, listeners, and simple selectors.

const PIECES = /\.([\w-]+)|\[([\w-]+)(?:="([^"]*)")?\]|^([a-z]\w*)/g;

export class Element {
  constructor(name = "div") {
    Object.assign(this, { name, childNodes: [], parent: null, className: "", dataset: {}, attributes: {}, heard: {} });
    this.style = { setProperty: (key, value) => Object.assign(this.style, { [key]: value }) };
  }

  get classList() {
    const names = () => this.className.split(" ").filter(Boolean);
    const set = list => {
      this.className = [...new Set(list)].join(" ");
    };
    return {
      contains: name => names().includes(name),
      add: name => set([...names(), name]),
      remove: name => set(names().filter(other => other !== name)),
      toggle: (name, on) => set(on ? [...names(), name] : names().filter(other => other !== name)),
    };
  }

  get children() {
    return this.childNodes.filter(node => node instanceof Element);
  }

  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }

  get textContent() {
    return this.childNodes.map(node => node.textContent ?? node).join("");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof Element) node.parent = this;
      this.childNodes.push(node);
    }
  }

  replaceChildren(...nodes) {
    this.childNodes = [];
    this.append(...nodes);
  }

  before(node) {
    node.parent = this.parent;
    this.parent.childNodes.splice(this.parent.childNodes.indexOf(this), 0, node);
  }

  remove() {
    this.parent.childNodes = this.parent.childNodes.filter(node => node !== this);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = value;
  }

  removeAttribute(name) {
    delete this.attributes[name];
  }

  matches(selector) {
    return [...selector.matchAll(PIECES)].every(([, name, attribute, value, tag]) => {
      if (name) return this.classList.contains(name);
      if (tag) return this.name === tag;
      const own = attribute.startsWith("data-") ? this.dataset[attribute.slice(5)] : this.attributes[attribute];
      return own !== undefined && (value === undefined || own === value);
    });
  }

  querySelectorAll(selector) {
    const below = this.children.flatMap(node => [node, ...node.querySelectorAll("*")]);
    return selector === "*" ? below : below.filter(node => node.matches(selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  addEventListener(type, listener) {
    this.heard[type] = [...(this.heard[type] ?? []), listener];
  }

  dispatch(type, event = {}) {
    for (const listener of this.heard[type] ?? []) listener({ target: this, preventDefault() {}, ...event });
  }

  click() {
    if (!this.disabled) this.dispatch("click");
  }

  focus() {}
  setPointerCapture() {}
}

/** Puts these elements in the place of a browser's. */
export function install() {
  Object.assign(globalThis, {
    getComputedStyle: () => ({}),
    addEventListener: () => {},
    removeEventListener: () => {},
    Element,
    HTMLElement: Element,
    document: { createElement: name => new Element(name), createElementNS: (_, name) => new Element(name) },
  });
}

/** An element with `children`, each [name, className] or an element. */
export function tree(name, className, ...children) {
  const node = Object.assign(new Element(name), { className });
  node.append(...children.map(child => (Array.isArray(child) ? tree(...child) : child)));
  return node;
}
