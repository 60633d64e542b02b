// What all pages share: links that carry the setting along, the socket's views, guide and notices.
import { answerWhenAsked } from "./asked.js";
import { all, finder } from "./dom.js";
import { Lens } from "./formulas.js";
import { Taught } from "./guide/taught.js";
import { carryLinks, changedFrom, joined, linkTo, showHere, stringified } from "./links.js";
import { Live } from "./live.js";
import { busy, tellNetwork } from "./network.js";
import { AGAIN, AWAY, IMPOSSIBLE, Notice } from "./notice.js";
import { copy } from "./save.js";
import { givenSolver } from "./setting.js";
import { Rest } from "./throttle.js";

/** @typedef {import("./setting.js").Values} Values */
/** @typedef {import("./live.js").Head} Head */
/** @typedef {((head: Head, bytes: Uint8Array) => void) & { evenLate?: boolean }} Draw a view's */
/** @typedef {import("./guide/asking.js").Told} Answer the core's, to a guess */
/** @typedef {{ setStateValue: (name: string, value: any) => void }} Streamlit */

const USUAL = { level: 1, notation: "short" }; // not carried: where a page has no short notation, it opens with its own
const ALONG = ["level", "notation", "show"]; // what of a link is for all pages

/**
 * A view's `draw` that also shows answers to older requests: under a hand that moves on, the latest there is.
 * @param {Draw} draw
 */
export const evenLate = draw => Object.assign(draw, { evenLate: true });

/**
 * A page of live views. A subclass fills `this.views`, name -> (head, bytes) => draw, then calls
 * `this.teaching.start()`; `this.ask(name, values)` asks the server for a view. The latest request wins there, and what
 * still comes of an older one is dropped here, unless the view is drawn `evenLate`.
 */
export class LivePage extends Taught {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    const root = finder(host)(".lab");
    super(root, data);
    /** @type {Values} */
    this.settings = { ...data.settings };
    this.$ = finder(root);
    this.host = host;
    this.streamlit = streamlit;
    /** @type {number} */
    this.etaEnd = data.eta_end ?? 1;
    /** @type {Values} */
    this.changed = {}; // since a control was taken in hand
    /** @type {Set<string>} */
    this.shows = new Set();
    /** @type {string | undefined} */
    this.refusal = undefined; // the view that was refused last
    /** @type {string | undefined} */
    this.interrupted = undefined; // the status in which the connection was lost
    this.saving = new Rest();
    this.noticing = new Notice(this.$(".notice"));
    /** @type {Record<string, Draw>} */
    this.views = { answer: told => this.answered(/** @type {any} */ (told)) };
    this.live = new Live(linkTo("ddim/live").replace(/^http/, "ws"), {
      patience: this.patience,
      onOpen: () => this.found(),
      onLost: () => this.lost(),
      onAnswer: (head, bytes) => this.receive(head, bytes),
      onFail: () => this.failed(),
    });
    carryLinks(root, () => {
      this.address();
      return this.joined(this.everywhere(), this.teaching.held?.settings);
    });
    showHere(root);
    for (const node of all(root, "[data-note]")) node.textContent = data.notes[node.dataset.note ?? ""] ?? "";
    answerWhenAsked(root);
    /** @type {Values} */
    this.carried = { ...USUAL };
    for (const name of ALONG) if (name in data.everywhere) this.carried[name] = data.everywhere[name];
    this.notations = this.$(".notation", HTMLSelectElement);
    if (data.everywhere.notation) this.notations.value = data.everywhere.notation;
    this.lens = new Lens(root, data.formulas, this.notation);
    this.notations.addEventListener("change", () => {
      this.carried.notation = this.notation;
      this.notate(this.notation);
    });
    const share = this.$(".share");
    share.addEventListener("click", () => this.share(share));
    if (data.network) this.notice(tellNetwork(root, data.network));
    if (data.problems?.length)
      this.notice(`This link was not all right: ${data.problems.join("; ")}. The rest was taken.`);
  }

  // What a page may add

  connected() {}
  /** @param {Head} _head the end of a request */
  ended(_head) {}
  /** @param {Head} _head why a request was refused */
  refused(_head) {}

  /** ms a draft may hold back the newer one, until there is a picture of it. */
  get patience() {
    return 300;
  }

  /** The server went away: what the learner set stays, and is asked for again when it is back. */
  lost() {
    const { dataset } = this.root;
    this.interrupted ??= dataset.status;
    dataset.status = "offline";
    this.notice(AWAY);
  }

  found() {
    if (this.interrupted) {
      this.root.dataset.status = this.interrupted;
      this.interrupted = undefined;
      this.notice("");
    }
    this.connected();
  }

  failed(told = IMPOSSIBLE) {
    this.root.dataset.status = "offline";
    this.notice(told);
  }

  /**
   * The learner chose a notation; pages that have more than fixed formulas add to this.
   * @param {string} notation
   */
  notate(notation) {
    this.lens.use(notation);
    this.save();
  }

  get notation() {
    return this.notations.value;
  }

  /** The guide's level on the lab page; the others hand on what they were given. */
  get level() {
    return this.carried.level;
  }

  /** What the learner chose for all pages. The level this browser remembers itself, where it keeps anything. */
  everywhere() {
    const told = changedFrom(USUAL, { ...this.carried, level: this.level });
    if (this.teaching.memory.lasts) delete told.level;
    return told;
  }

  /** What is the learner's, also while a question has a setting of its own. */
  get lasting() {
    return this.teaching.held?.settings ?? this.settings;
  }

  /** What of the link is not a setting. */
  kept() {
    return { ...(this.teaching.held?.own ?? this.own()), ...this.everywhere() };
  }

  /**
   * Asks for a view; a draft may be held back by the one before.
   * @param {string} name
   * @param {import("./live.js").Values} values
   * @param {boolean} [draft]
   */
  ask(name, values, draft = false) {
    this.root.dataset.status = "running";
    this.shows.add(name);
    this.live.ask(name, values, draft);
  }

  /**
   * What is on its way for these views is not wanted any more.
   * @param {...string} views
   */
  dismiss(...views) {
    for (const view of views) this.live.dismiss(view);
  }

  /** @type {import("./live.js").OnAnswer} */
  receive(head, bytes) {
    const draw = this.views[head.view];
    if (head.view && !this.live.isLatest(head) && !(draw?.evenLate && head.type === "part")) return;
    if (head.kind === "busy") this.$(".timing").textContent = busy(head.ahead);
    else if (head.type === "part") {
      this.wentOn(head.view);
      draw?.(head, bytes);
    } else if (head.type === "end") {
      if (this.shows.has(head.view)) this.root.dataset.status = "ready";
      this.ended(head);
    } else {
      this.root.dataset.status = "error";
      this.refusal = head.view;
      this.refused(head);
      this.notice(head.message);
    }
  }

  /**
   * A view is answered: that it was refused before is no news any more.
   * @param {string} view
   */
  wentOn(view) {
    if (this.refusal !== view) return;
    this.refusal = undefined;
    this.notice("");
  }

  /**
   * The server took a setting: where its eta ends, and whether eta had to come down to that.
   * @param {Record<string, any>} head
   */
  taken({ eta_end, lowered }) {
    this.etaEnd = eta_end;
    if (!lowered) return;
    this.adopt({ eta: Math.min(this.settings.eta, eta_end) });
    this.notice(lowered, true);
  }

  /** @param {Values} changes to the setting */
  adopt(changes) {
    const { solver } = this.settings;
    this.settings = { ...this.settings, ...changes };
    if (this.root.querySelector(".solver")) return;
    this.settings.solver = givenSolver(solver, this.settings.eta);
    if (this.settings.solver !== solver) this.notice(AGAIN, true);
  }

  /**
   * All that was set since a control was taken in hand, once it is released; until then nothing.
   * @param {Values} changes
   * @param {boolean} dragging
   * @returns {Values}
   */
  collected(changes, dragging) {
    this.changed = { ...this.changed, ...changes };
    if (dragging) return {};
    const { changed } = this;
    this.changed = {};
    return changed;
  }

  query(settings = this.lasting) {
    return new URLSearchParams(stringified(changedFrom(this.data.defaults, settings))).toString();
  }

  link() {
    const url = new URL(document.baseURI);
    url.search = this.joined({ ...this.kept(), ...this.teaching.place() }, this.teaching.held?.settings);
    return url.href;
  }

  /**
   * The setting's query, and what else the link shall tell.
   * @param {Values} also
   * @param {Values} [settings]
   */
  joined(also, settings) {
    return joined(this.query(settings), also);
  }

  /** Puts the page's link in place of the browser's address: "back" leads to the page before, not to a setting. */
  address() {
    const url = new URL(document.baseURI);
    url.search = this.joined(this.kept(), this.lasting);
    if (url.href !== document.baseURI) history.replaceState(history.state, "", url);
  }

  /** @param {HTMLElement} button */
  share(button) {
    copy(button, this.link(), { back: "Copy link" });
  }

  /** Keeps the setting in the page's address, once the hand rests: browsers admit few changes a second. */
  save(wait = 600) {
    this.saving.after(wait, () => this.address());
  }

  /** @param {string} text */
  notice(text, brief = false) {
    this.noticing.say(text, brief);
  }

  close() {
    this.live.close();
    this.saving.drop();
    this.noticing.close();
    this.teaching.close();
  }
}
