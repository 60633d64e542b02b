// The list of known errors: by document, searched by words and by kind.
import { all, button, element, finder } from "../../static/dom.js";
import { spelled } from "../../static/words.js";

/** @typedef {{ eta: number, S: number }} Place */
/**
 * @typedef {{ key: string, title: string, kind: string, believed: string, setting: Place | null }} Entry
 * @typedef {{ id: string, description: string, covers: string, cases: Entry[] }} Document
 */

/** @type {Record<string, [icon: string, word: string]>} */
export const KINDS = { formula: ["ƒ", "formula"], code: ["{ }", "code"], claim: ["¶", "claim"] };

export class CaseList {
  /**
   * @param {{ root: HTMLElement }} page
   * @param {{ documents: Document[] }} catalogue
   * @param {(key: string) => void} onOpen the learner chose an entry
   */
  constructor({ root }, { documents }, onOpen) {
    this.$ = finder(root);
    this.root = root;
    this.documents = documents;
    this.onOpen = onOpen;
    this.kinds = new Set(Object.keys(KINDS));
    this.search = this.$(".search", HTMLInputElement);
    /** @type {string | null} */
    this.current = null;
    this.cases = documents.flatMap(({ id, cases }) => cases.map(entry => ({ ...entry, document: id })));
    this.search.addEventListener("input", () => this.draw());
    this.drawFilters();
    this.draw();
  }

  /** @param {string | undefined} key */
  find(key) {
    return this.cases.find(entry => entry.key === key);
  }

  drawFilters() {
    this.$(".kinds").replaceChildren(
      ...Object.entries(KINDS).map(([kind, [icon, word]]) => {
        const node = button("", [element("b", "icon", icon), ` ${word}`], () => {
          if (this.kinds.has(kind)) this.kinds.delete(kind);
          else this.kinds.add(kind);
          node.setAttribute("aria-pressed", `${this.kinds.has(kind)}`);
          this.draw();
        });
        node.setAttribute("aria-pressed", "true");
        return node;
      }),
    );
  }

  /** @param {Entry} entry */
  matches(entry) {
    const words = this.search.value.trim().toLowerCase().split(/\s+/);
    const text = `${entry.title} ${entry.believed} ${entry.key}`.toLowerCase();
    return this.kinds.has(entry.kind) && words.every(word => text.includes(word));
  }

  draw() {
    const shown = this.documents
      .map(document => ({ ...document, entries: document.cases.filter(entry => this.matches(entry)) }))
      .filter(({ entries }) => entries.length);
    this.$(".cases").replaceChildren(
      ...shown.flatMap(({ id, description, covers, entries }) => {
        const heading = element("h2", "document"),
          list = element("ul");
        heading.append(element("b", "letter", id), description);
        heading.title = `It covers: ${covers}.`;
        list.append(...entries.map(entry => this.item(entry)));
        return [heading, list];
      }),
    );
    this.$(".none").hidden = shown.length > 0;
    this.mark(this.current);
  }

  /** @param {Entry} entry */
  item(entry) {
    const item = element("li"),
      [icon, word] = KINDS[entry.kind],
      mark = element("span", "icon", icon, { role: "img", "aria-label": word }),
      name = element("span", "name", spelled(entry.title));
    const node = button("entry", [mark, name], () => this.onOpen(entry.key));
    node.dataset.key = entry.key;
    item.append(node);
    return item;
  }

  get entries() {
    return all(this.root, ".entry");
  }

  /** @param {string | null} key */
  mark(key) {
    this.current = key;
    for (const node of this.entries) node.setAttribute("aria-current", `${node.dataset.key === key}`);
  }

  /**
   * The key `by` places further on among those shown, round and round.
   * @param {string} key
   * @param {number} by
   */
  beside(key, by) {
    const shown = this.entries.map(node => node.dataset.key ?? ""),
      keys = shown.length ? shown : this.cases.map(entry => entry.key);
    return keys[(keys.indexOf(key) + by + keys.length) % keys.length];
  }
}
