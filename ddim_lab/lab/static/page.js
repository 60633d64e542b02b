// What all pages share: links that carry the setting along, the socket's views, guide and notices.
import { Lens } from "./formulas.js";
import { Guide } from "./guide.js";
import { Live } from "./live.js";

export const stringified = values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${value}`]));
export const changedFrom = (defaults, settings) =>
  Object.fromEntries(Object.entries(settings).filter(([key, value]) => value !== defaults[key]));

const USUAL = { level: 1, notation: "short" }; // not carried: where a page has no short notation, it opens with its own

/** A view's `draw` that also shows answers to older requests: under a hand that moves on, the latest there is. */
export const evenLate = draw => Object.assign(draw, { evenLate: true });

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
 * `this.ask(name, values)` asks the server for a view. The latest request wins there, and what still comes of an older
 * one is dropped here, unless the view is drawn `evenLate`.
 */
export class LivePage {
  constructor(host, data, streamlit) {
    const root = host.querySelector(".lab");
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    Object.assign(this, {
      host,
      data,
      streamlit,
      settings: { ...data.settings },
      etaEnd: data.eta_end ?? 1,
      shows: new Set(),
    });
    this.views = { answer: told => this.answered(told) };
    this.live = new Live(new URL("ddim/live", document.baseURI).href.replace(/^http/, "ws"), {
      patience: this.patience,
      onOpen: () => this.connected?.(),
      onAnswer: (head, bytes) => this.receive(head, bytes),
      onFail: () => this.failed(),
    });
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

  /** The guide; `linked`: the setting that a link brought stays until the learner goes on. */
  start({ level = 1, linked = this.brought } = {}) {
    const { guide = [], questions = [], farewell } = this.data;
    this.guide = new Guide(
      this.root,
      { guide, questions, level, linked, farewell },
      {
        onState: state => this.opened(state),
        onAsk: (key, choice) => this.guess(key, choice),
        onLevel: reached => this.reached?.(reached),
        onGhost: ghost => this.ghosted?.(ghost),
        onStep: () => queueMicrotask(() => this.asked?.()), // what a step asks for may be done already
      },
    );
  }

  /** ms a draft may hold back the newer one. */
  get patience() {
    return 120;
  }

  /** Whether the link says anything beside the defaults. */
  get brought() {
    const { defaults, settings, query } = this.data;
    return Object.keys(changedFrom(defaults, settings)).length + Object.keys(query).length > 0;
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
  opened() {}

  /** `values`: an object, or what gives it when the request is sent; a draft may be held back by the one before. */
  ask(name, values, draft = false) {
    this.root.dataset.status = "running";
    this.shows.add(name);
    this.live.ask(name, values, draft);
  }

  /** Commits the learner's guess. */
  guess(key, choice) {
    this.live.ask("answer", { key, choice });
  }

  /** The core's answer to a guess. */
  answered(told) {
    this.guide?.revealed(told);
  }

  /** What is on its way for these views is not wanted any more. */
  dismiss(...views) {
    for (const view of views) this.live.dismiss(view);
  }

  receive(head, bytes) {
    const draw = this.views[head.view];
    if (head.view && !this.live.isLatest(head) && !(draw?.evenLate && head.type === "part")) return;
    if (head.type === "part") {
      this.wentOn(head.view);
      draw?.(head, bytes);
    } else if (head.type === "end") {
      if (this.shows.has(head.view)) this.root.dataset.status = "ready";
      this.ended?.(head);
    } else {
      this.root.dataset.status = "error";
      this.refusal = head.view;
      this.refused?.(head);
      this.notice(head.message);
    }
  }

  /** A view is answered: that it was refused before is no news any more. */
  wentOn(view) {
    if (this.refusal !== view) return;
    this.refusal = undefined;
    this.notice("");
  }

  /** The server took a setting: where its eta ends, and whether eta had to come down to that. */
  taken({ eta_end, lowered }) {
    this.etaEnd = eta_end;
    if (!lowered) return;
    this.settings = { ...this.settings, eta: Math.min(this.settings.eta, eta_end) };
    this.notice(lowered, true);
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
    this.live.close();
    clearTimeout(this.saveTimer);
    clearTimeout(this.noticeTimer);
  }
}
