// The list of known errors: by document, searched by words and by kind.
import { button, element } from "../../static/dom.js";
import { spelled } from "../../static/words.js";

export const KINDS = { formula: ["ƒ", "formula"], code: ["{ }", "code"], claim: ["¶", "claim"] };

export class CaseList {
  /** onOpen(key): the learner chose an entry. */
  constructor(page, { documents }, onOpen) {
    Object.assign(this, {
      $: page.$,
      root: page.root,
      documents,
      onOpen,
      kinds: new Set(Object.keys(KINDS)),
      current: null,
    });
    this.cases = documents.flatMap(one => one.cases.map(entry => ({ ...entry, document: one.id })));
    this.$(".search").addEventListener("input", () => this.draw());
    this.drawFilters();
    this.draw();
  }

  find(key) {
    return this.cases.find(one => one.key === key);
  }

  drawFilters() {
    this.$(".kinds").replaceChildren(
      ...Object.entries(KINDS).map(([kind, [icon, word]]) => {
        const node = button("", [element("b", "icon", icon), ` ${word}`], () => {
          if (this.kinds.has(kind)) this.kinds.delete(kind);
          else this.kinds.add(kind);
          node.setAttribute("aria-pressed", this.kinds.has(kind));
          this.draw();
        });
        node.setAttribute("aria-pressed", true);
        return node;
      }),
    );
  }

  matches(entry) {
    const words = this.$(".search").value.trim().toLowerCase().split(/\s+/);
    const text = `${entry.title} ${entry.believed} ${entry.key}`.toLowerCase();
    return this.kinds.has(entry.kind) && words.every(word => text.includes(word));
  }

  draw() {
    const shown = this.documents
      .map(one => [one, one.cases.filter(entry => this.matches(entry))])
      .filter(([, entries]) => entries.length);
    this.$(".cases").replaceChildren(
      ...shown.flatMap(([one, entries]) => {
        const heading = element("h2", "document"),
          list = element("ul", "");
        heading.append(element("b", "letter", one.id), one.description);
        heading.title = `It covers: ${one.covers}.`;
        list.append(...entries.map(entry => this.item(entry)));
        return [heading, list];
      }),
    );
    this.$(".none").hidden = shown.length > 0;
    this.mark(this.current);
  }

  item(entry) {
    const item = element("li", ""),
      [icon, word] = KINDS[entry.kind],
      mark = element("span", "icon", icon),
      name = element("span", "name");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", word);
    name.append(...spelled(entry.title));
    const node = button("entry", [mark, name], () => this.onOpen(entry.key));
    node.dataset.key = entry.key;
    item.append(node);
    return item;
  }

  get entries() {
    return [...this.root.querySelectorAll(".entry")];
  }

  mark(key) {
    this.current = key;
    for (const node of this.entries) node.setAttribute("aria-current", node.dataset.key === key);
  }

  /** The key `by` places further on among those shown, round and round. */
  beside(key, by) {
    const shown = this.entries.map(node => node.dataset.key),
      keys = shown.length ? shown : this.cases.map(one => one.key);
    return keys[(keys.indexOf(key) + by + keys.length) % keys.length];
  }
}
