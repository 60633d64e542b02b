// What all pages share: links that carry the setting along, the socket's views, guide and notices.
import { Lens } from "./formulas.js";
import { Guide } from "./guide.js";
import { Live } from "./live.js";

export const stringified = values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${value}`]));
export const changedFrom = (defaults, settings) =>
  Object.fromEntries(Object.entries(settings).filter(([key, value]) => value !== defaults[key]));

const USUAL = { level: 1, notation: "short" }; // not carried: where a page has no short notation, it opens with its own

/** Four decimals that are never above `value`: a bound that is told has to be admitted. */
export const roundedDown = value => (Math.floor(value * 1e4) / 1e4).toFixed(4);

/** On a narrow screen the bar scrolls: this page's own link is brought into sight. */
export function showHere(root) {
  const bar = root.querySelector(".pages"),
    here = bar?.querySelector("[aria-current]");
  if (here) bar.scrollLeft += here.getBoundingClientRect().right - bar.getBoundingClientRect().right + 16;
}

/** The links of the bar take `query()` to the next page. */
export function carryLinks(root, query) {
  for (const link of root.querySelectorAll(".pages a")) {
    const carry = () => {
      link.href = new URL(`${link.dataset.page}${query() ? `?${query()}` : ""}`, document.baseURI).href;
    };
    for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, carry);
  }
}

/**
 * A page of live views. A subclass fills `this.views`, name -> (head, bytes) => draw, then calls `this.start()`;
 * `this.ask(name, values)` asks the server for a view, and the latest request wins there.
 */
export class LivePage {
  constructor(host, data, streamlit) {
    const root = (this.root = host.querySelector(".lab"));
    this.$ = selector => root.querySelector(selector);
    Object.assign(this, { host, data, streamlit, settings: { ...data.settings }, views: {}, answered: {}, wanted: {} });
    carryLinks(root, () => {
      this.address();
      return this.joined(this.everywhere());
    });
    showHere(root);
    this.carried = { ...USUAL, ...data.everywhere };
    if (data.everywhere.notation) this.$(".notation").value = data.everywhere.notation;
    this.lens = new Lens(root, data.formulas, this.notation);
    this.$(".notation").addEventListener("change", () => {
      this.carried.notation = this.notation;
      this.notate(this.notation);
    });
    this.$(".share").addEventListener("click", event => this.share(event.target));
    if (data.problems?.length)
      this.notice(`This link was not all right: ${data.problems.join("; ")}. The rest was taken.`);
  }

  /** Guide and socket; `linked`: the setting that a link brought stays until the learner goes on. */
  start({ level = 1, linked = this.brought } = {}) {
    const { guide = [], questions = [], farewell } = this.data;
    this.guide = new Guide(
      this.root,
      { guide, questions, level, linked, farewell },
      {
        onState: state => this.opened(state),
        onAsk: (key, choice) => this.live.ask({ type: "answer", key, choice }),
        onLevel: reached => this.reached?.(reached),
        onGhost: ghost => this.ghosted?.(ghost),
        onStep: () => queueMicrotask(() => this.asked?.()), // what a step asks for may be done already
      },
    );
    this.live = new Live(new URL("ddim/live", document.baseURI).href.replace(/^http/, "ws"), {
      onOpen: () => this.connected(),
      onMessage: (head, bytes) => this.receive(head, bytes),
      onFail: () => this.failed(),
    });
  }

  /** Whether the link says anything beside the defaults. */
  get brought() {
    const { defaults, settings, query } = this.data;
    return Object.keys(changedFrom(defaults, settings)).length + Object.keys(query).length > 0;
  }

  connected() {
    const waiting = this.wanted;
    this.wanted = {};
    for (const [name, values] of Object.entries(waiting)) this.ask(name, values);
  }

  failed(advice = "Reload the page to try again; the lab page has plain controls.") {
    this.root.dataset.status = "offline";
    this.notice(`The live connection failed. ${advice}`);
  }

  /** The learner chose a notation; pages that have more than fixed formulas add to this. */
  notate(notation) {
    this.lens.use(notation);
    this.save();
  }

  get notation() {
    return this.$(".notation").value;
  }

  /** The guide's level on the lab page; the others hand on what they were given. */
  get level() {
    return this.carried.level;
  }

  /** What the learner chose for all pages. */
  everywhere() {
    return changedFrom(USUAL, { ...this.carried, level: this.level });
  }

  /** What of the link is not a setting. */
  kept() {
    return { ...this.own?.(), ...this.everywhere() };
  }

  /** A question opens a state of the page; pages that have one override this. */
  opened(state) {}

  ask(name, values) {
    if (!this.live?.ready) {
      this.wanted[name] = values;
      return;
    }
    this.root.dataset.status = "running";
    this.answered[name] = this.live.ask({ type: "view", view: name, values });
  }

  /** Whether an answer is of the latest request for its view. */
  isLatest(head) {
    return head.id === this.answered[head.view];
  }

  /** What is on its way for these views is not wanted any more. */
  dismiss(...views) {
    for (const view of views) this.answered[view] = null;
  }

  receive(head, bytes) {
    if (head.type === "part") {
      this.wentOn(head.view);
      this.views[head.view]?.(head, bytes);
    } else if (head.type === "ended") {
      if (this.isLatest(head)) this.root.dataset.status = "ready";
      this.ended?.(head);
    } else if (head.type === "answer") this.guide?.revealed(head);
    else if (head.type === "error") {
      this.root.dataset.status = "error";
      this.refusal = Object.keys(this.answered).find(view => this.answered[view] === head.id) ?? "run";
      this.refused?.(head);
      this.notice(head.message);
    }
  }

  /** `what`, a view or "run", is answered: that it was refused before is no news any more. */
  wentOn(what) {
    if (this.refusal !== what) return;
    this.refusal = null;
    this.notice("");
  }

  event(name) {
    this.guide?.happened(name);
  }

  query(settings = this.settings) {
    return new URLSearchParams(stringified(changedFrom(this.data.defaults, settings))).toString();
  }

  link() {
    const url = new URL(document.baseURI);
    url.search = this.joined(this.kept());
    return url.href;
  }

  /** The setting's query, and what else the link shall tell. */
  joined(also, settings) {
    const told = Object.entries(also).filter(([, value]) => value !== "" && value !== undefined);
    return new URLSearchParams([...new URLSearchParams(this.query(settings)), ...told]).toString();
  }

  /** Puts the page's link in place of the browser's address: "back" leads to the page before, not to a setting. */
  address() {
    const url = new URL(document.baseURI);
    url.search = this.joined(this.kept(), this.settings);
    if (url.href !== document.baseURI) history.replaceState(history.state, "", url);
  }

  share(button) {
    navigator.clipboard?.writeText(this.link()).then(() => {
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy link";
      }, 1500);
    });
  }

  /** Keeps the setting with Streamlit (the URL, the other pages). */
  save(wait = 600) {
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => {
      this.address();
      this.streamlit.setStateValue("own", stringified(this.kept()));
      this.streamlit.setStateValue("settings", { ...this.settings });
    }, wait);
  }

  notice(text, brief = false) {
    const box = this.$(".notice");
    box.textContent = text;
    box.hidden = !text;
    clearTimeout(this.noticeTimer);
    if (brief)
      this.noticeTimer = setTimeout(() => {
        box.hidden = true;
      }, 5000);
  }

  close() {
    this.live?.close();
    clearTimeout(this.saveTimer);
    clearTimeout(this.noticeTimer);
  }
}
