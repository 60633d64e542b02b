// Encode and edit: a digit of one's own and what can be done with its code. The server computes; this draws and sends.
import { all, chosen, tablist } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { Setting } from "../../static/setting.js";
import { inkOf, picture } from "../../static/sheet.js";
import { Throttle } from "../../static/throttle.js";
import { Blend } from "./blend.js";
import { Change } from "./change.js";
import { Code } from "./code.js";
import { Fill } from "./fill.js";
import { Pad } from "./pad.js";
import { Big, decoded } from "./row.js";
import { PAGE, Shelf } from "./shelf.js";
import { Take } from "./take.js";

/** @typedef {import("../../static/page.js").Values} Values */
/** @typedef {import("../../static/page.js").Head} Head */
/** @typedef {{ picture: string | null, label: string }} Subject the digit, in base64, and the label it is told with */
/**
 * @typedef {object} Stage what is done with the digit
 * @property {(draft: boolean) => Values | null} request what is asked for; null: nothing
 * @property {(head: Head, bytes: Uint8Array) => void} receive
 * @property {() => void} draw
 * @property {() => void} done all of it has come
 * @property {() => (Uint8Array | null)[][]} pictures what is on the screen, row by row
 * @property {() => void} [renewed] another digit is there
 */

const SETTLE = 700; // ms without a move after which the whole is drawn

export class Page extends LivePage {
  /**
   * @param {HTMLElement} host
   * @param {Record<string, any>} data
   * @param {import("../../static/page.js").Streamlit} streamlit
   */
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    Object.assign(this.settings, { sigma_hat: false, clip: "none" }); // encoding knows neither
    /** @type {Subject} */
    this.subject = { picture: null, label: "none" };
    this.implicit = data.query.inverse !== "explicit";
    this.hand = new Throttle(draft => this.send(draft), { settle: SETTLE });
    this.seen = new Big(this.$(".prepared", HTMLCanvasElement));
    this.inverses = this.$(".inverse", HTMLSelectElement);
    this.inverses.value = this.implicit ? "implicit" : "explicit";
    this.labels = this.$(".label", HTMLSelectElement);
    this.named = false; // whether the learner chose the label
    this.shelf = new Shelf(this.$(".ready"), i => {
      this.pick(i);
      this.event("digit-taken");
    });
    /** @type {number | undefined} */
    this.pickLater = undefined; // the ready digit to take once its page of the shelf has come
    /** @type {Values | undefined} */
    this.latest = undefined; // what was asked for last
    this.tab = "code";
    this.another = new Change(this);
    /** @type {Record<string, Stage>} */
    this.stages = { code: new Code(this), blend: new Blend(this), change: this.another, fill: new Fill(this) };
    this.take = new Take(this);
    this.tabs = all(this.root, '.modes [role="tab"]');
    this.pad = this.newPad();
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.setting.show(this.settings, this.etaEnd);
    this.views.encode = (head, bytes) => this.part(head, bytes);
    this.views.ready = (head, bytes) => this.shelved(head, bytes);
    this.views.take = (head, bytes) => this.take.receive(head, bytes);
    this.listen();
    this.shelf.show(data.shelf);
    this.observer = new ResizeObserver(() => this.stage.draw());
    this.observer.observe(this.root);
    this.begin();
  }

  /** A draft is a walk of many passes. */
  get patience() {
    return 500;
  }

  begin() {
    const { query } = this.data;
    this.show(this.stages[query.do] ? query.do : "code", false);
    const wanted = Number.parseInt(query.ready ?? "3", 10),
      shelf = this.data.shelf.length;
    if (shelf && wanted >= 0 && wanted < shelf) this.pick(wanted, false);
    else {
      this.ask("ready", { page: Math.max(0, Math.floor((wanted || 0) / PAGE)) });
      this.pickLater = wanted || 0;
    }
    this.teaching.start();
  }

  newPad() {
    return new Pad(this.root, {
      onPicture: (prepared, drawing, uploaded) => this.prepared(prepared, drawing, uploaded),
      onRefused: text => this.refuse(text),
      onEmpty: () => {
        this.named = false;
        this.refuse("The pad is empty. Draw a digit, or take a ready one.");
      },
      onDrawn: () => this.event("digit-taken"),
    });
  }

  listen() {
    this.labels.addEventListener("change", () => {
      this.subject.label = this.labels.value;
      this.named = true;
      this.event("label-changed");
      this.request(false);
    });
    this.inverses.addEventListener("change", () => {
      this.implicit = this.inverses.value === "implicit";
      this.event("inverse-changed");
      this.save();
      this.request(false);
    });
    this.$(".others").addEventListener("click", () => this.ask("ready", { page: (this.shelf.page + 1) % 100 }));
    tablist(this.tabs, tab => this.show(tab.dataset.tab ?? ""));
  }

  get stage() {
    return this.stages[this.tab];
  }

  /** @param {string} tab */
  show(tab, told = true) {
    this.tab = tab;
    this.root.dataset.tab = tab;
    chosen(this.tabs, node => node.dataset.tab === tab);
    for (const name of Object.keys(this.stages)) this.$(`.stage-${name}`).hidden = name !== tab;
    this.stage.draw();
    this.request(false);
    if (told) {
      this.event(`${tab}-opened`);
      this.save();
    }
  }

  // The digit

  /**
   * @param {Head} head
   * @param {Uint8Array} bytes
   */
  shelved(head, bytes) {
    if (head.kind !== "ready") return;
    this.shelf.receive(head, bytes);
    if (this.pickLater !== undefined) {
      this.pick(this.pickLater % PAGE, false);
      this.pickLater = undefined;
    }
  }

  /** @param {number} i */
  pick(i, told = true) {
    const { picture, digit } = this.shelf.take(i);
    this.pickLater = undefined;
    this.named = false;
    this.receiveDigit(picture, `${digit}`, `The ${this.data.network ? "shipped " : ""}model was asked for a ${digit}.`);
    this.showOnPad();
    this.request(false);
    if (told) this.save();
  }

  /** The digit as it was prepared. */
  showOnPad() {
    const drawn = picture();
    inkOf(drawn).drawImage(this.seen.canvas, 0, 0);
    this.pad.show(drawn);
  }

  /**
   * The server made the learner's picture like the data.
   * @param {import("./pad.js").Prepared} prepared
   * @param {boolean} drawing
   * @param {boolean} uploaded
   */
  prepared({ picture: text, digit, share, inverted }, drawing, uploaded) {
    this.shelf.taken = undefined;
    this.pickLater = undefined;
    const sure = share === null || share > 0.995 ? "" : `, ${Math.round(100 * share)} % sure`,
      read = digit === null ? "Nothing reads it: the judge's file is missing." : `The judge reads a ${digit}${sure}.`;
    if (uploaded) this.named = false;
    this.receiveDigit(
      text,
      this.named ? this.subject.label : `${digit ?? "none"}`,
      `${read}${inverted && uploaded ? " Dark on light: inverted." : ""}`,
    );
    if (uploaded) {
      this.showOnPad();
      this.event("digit-taken");
    }
    this.request(drawing);
    if (!drawing) this.save();
  }

  /**
   * @param {string} text the picture, in base64
   * @param {string} label
   * @param {string} words
   */
  receiveDigit(text, label, words) {
    this.refuse("");
    this.subject = { picture: text, label };
    this.seen.put(decoded(text));
    this.labels.value = label;
    this.$(".reads").textContent = words;
    this.root.dataset.picture = this.shelf.taken === undefined ? "own" : "ready";
    this.shelf.mark();
    for (const stage of Object.values(this.stages)) stage.renewed?.();
  }

  /** @param {string} text */
  refuse(text) {
    const box = this.$(".refusal");
    box.textContent = text;
    box.hidden = !text;
  }

  // Requests: one draft under way at a time, a full request at once

  /** @param {boolean} draft */
  request(draft) {
    this.hand.ask(draft);
  }

  /** @param {boolean} draft */
  send(draft) {
    const values = this.subject.picture ? this.stage.request(draft) : null;
    if (!values) {
      this.nothing();
      return;
    }
    this.latest = { do: this.tab, ...values, draft };
    this.ask("encode", this.latest, draft);
    this.mode(draft ? "draft: only a part of it" : "drawing");
    Object.assign(this.root.dataset, { asked: this.tab, draft });
    if (!draft) this.take.stale();
  }

  /** There is nothing to ask for; what is on its way is not wanted any more. */
  nothing() {
    this.dismiss("encode");
    this.mode("ready");
  }

  /** What every stage's request begins with. */
  common() {
    return { settings: this.settings, implicit: this.implicit };
  }

  /**
   * @param {Head} head
   * @param {Uint8Array} bytes
   */
  part(head, bytes) {
    if (head.kind === "start") {
      this.taken(head);
      this.setting.show(this.settings, this.etaEnd);
    }
    this.stage.receive(head, bytes);
  }

  /** @param {Head} head */
  ended(head) {
    if (head.view !== "encode") return;
    const { draft } = head;
    this.root.dataset.done = draft ? "draft" : this.tab;
    this.stage.done();
    this.mode(draft ? "draft: only a part of it" : "exact");
    if (!draft) {
      this.$(".timing").textContent = `${head.seconds.toFixed(1)} s on the server`;
      this.event(`${this.tab}-done`);
    }
  }

  refused() {
    this.mode("refused");
  }

  /** @param {string} text */
  mode(text) {
    this.$(".status .mode").textContent = text;
  }

  /**
   * @param {Values} changes
   * @param {boolean} dragging
   */
  change(changes, dragging) {
    this.adopt(changes);
    this.setting.show(this.settings, this.etaEnd);
    this.stage.draw();
    this.request(dragging);
    const changed = this.collected(changes, dragging);
    if (dragging) return;
    for (const name of Object.keys(changed)) this.event(`${name}-changed`);
    if (changed.eta >= 0.5) this.event("eta-high");
    this.save();
  }

  own() {
    const { taken } = this.shelf;
    return {
      do: this.tab === "code" ? "" : this.tab,
      ready: taken === undefined || taken === 3 ? "" : taken,
      inverse: this.implicit ? "" : "explicit",
    };
  }

  /** @param {HTMLElement} button */
  share(button) {
    super.share(button);
    if (this.shelf.taken === undefined)
      this.notice("The link carries the setting, not your drawing: that stays here.", true);
  }

  /** What the guide asks for may be open already. */
  asked() {
    this.event(`${this.tab}-opened`);
  }

  mine() {
    const inverse = this.implicit ? "implicit" : "explicit";
    return { ...this.settings, do: this.tab, way: this.another.way, inverse };
  }

  /** @param {Values} state */
  opened(state) {
    const { do: tab, way, inverse, ...settings } = state;
    if (inverse) {
      this.implicit = inverse === "implicit";
      this.inverses.value = inverse;
    }
    if (way) this.another.set(way);
    this.adopt(settings);
    this.setting.show(this.settings, this.etaEnd);
    if (tab && tab !== this.tab) this.show(tab, false);
    else this.request(false);
  }

  close() {
    super.close();
    this.observer.disconnect();
    this.hand.drop();
  }
}
