// Encode and edit: a digit of one's own and what can be done with its code. The server computes; this draws and sends.
import { chosen, tablist } from "../../static/dom.js";
import { LivePage } from "../../static/page.js";
import { Setting } from "../../static/setting.js";
import { choice, picture } from "../../static/sheet.js";
import { Throttle } from "../../static/throttle.js";
import { Blend } from "./blend.js";
import { Change } from "./change.js";
import { Code } from "./code.js";
import { Fill } from "./fill.js";
import { Pad } from "./pad.js";
import { Big, decoded, Row } from "./row.js";
import { Take } from "./take.js";

const SETTLE = 700; // ms without a move after which the whole is drawn

export class Page extends LivePage {
  constructor(host, data, streamlit) {
    super(host, data, streamlit);
    Object.assign(this.settings, { sigma_hat: false, clip: "none" }); // encoding knows neither
    this.subject = { picture: null, label: "none" };
    this.implicit = data.query.inverse !== "explicit";
    this.hand = new Throttle(draft => this.send(draft), { settle: SETTLE });
    this.seen = new Big(this.$(".prepared"));
    this.$(".inverse").value = this.implicit ? "implicit" : "explicit";
    this.stages = { code: new Code(this), blend: new Blend(this), change: new Change(this), fill: new Fill(this) };
    this.take = new Take(this);
    this.setting = new Setting(this.root, (changes, dragging) => this.change(changes, dragging));
    this.setting.show(this.settings, this.etaEnd);
    Object.assign(this.views, {
      encode: (head, bytes) => this.part(head, bytes),
      ready: (head, bytes) => this.shelved(head, bytes),
      take: (head, bytes) => this.take.receive(head, bytes),
    });
    this.listen();
    this.shelf(data.shelf);
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
    this.start();
    this.show(this.stages[query.do] ? query.do : "code", false);
    const wanted = Number.parseInt(query.ready ?? "3", 10),
      shelf = this.data.shelf.length;
    if (shelf && wanted >= 0 && wanted < shelf) this.pick(wanted, false);
    else {
      this.ask("ready", { page: Math.max(0, Math.floor((wanted || 0) / 8)) });
      this.pickLater = wanted || 0;
    }
  }

  listen() {
    this.pad = new Pad(this.root, {
      onPicture: (prepared, drawing, uploaded) => this.prepared(prepared, drawing, uploaded),
      onRefused: text => this.refuse(text),
      onEmpty: () => {
        this.named = false;
        this.refuse("The pad is empty. Draw a digit, or take a ready one.");
      },
      onDrawn: () => this.event("digit-taken"),
    });
    this.$(".label").addEventListener("change", event => {
      this.subject.label = event.target.value;
      this.named = true;
      this.event("label-changed");
      this.request(false);
    });
    this.$(".inverse").addEventListener("change", event => {
      this.implicit = event.target.value === "implicit";
      this.event("inverse-changed");
      this.save();
      this.request(false);
    });
    this.$(".others").addEventListener("click", () => this.ask("ready", { page: (this.shelfPage + 1) % 100 }));
    this.tabs = [...this.root.querySelectorAll('.modes [role="tab"]')];
    tablist(this.tabs, tab => this.show(tab.dataset.tab));
  }

  get stage() {
    return this.stages[this.tab];
  }

  show(tab, told = true) {
    this.tab = this.root.dataset.tab = tab;
    chosen(this.tabs, node => node.dataset.tab === tab);
    for (const name of Object.keys(this.stages)) this.$(`.stage-${name}`).hidden = name !== tab;
    this.stage.enter?.();
    this.stage.draw();
    this.request(false);
    if (told) {
      this.event(`${tab}-opened`);
      this.save();
    }
  }

  // The digit

  /** Ready digits: [{ picture (base64), digit }]. */
  shelf(digits, page = 0) {
    this.shelfPage = page;
    this.readyDigits = digits;
    const marked = i => this.readyIndex === 8 * page + i;
    this.readyRow ??= new Row(this.$(".ready"), choice);
    this.readyRow.resize(digits.length, 8);
    digits.forEach((one, i) => {
      this.readyRow.put(i, decoded(one.picture));
      this.readyRow.places[i].setAttribute("aria-label", `ready digit ${one.digit}`);
      this.readyRow.places[i].setAttribute("aria-pressed", marked(i));
      this.readyRow.places[i].onclick = () => {
        this.pick(i);
        this.event("digit-taken");
      };
    });
  }

  shelved(head, bytes) {
    if (head.kind !== "ready") return;
    this.shelf(
      head.digits.map((digit, i) => ({
        digit,
        picture: btoa(String.fromCharCode(...bytes.subarray(784 * i, 784 * (i + 1)))),
      })),
      head.page,
    );
    if (this.pickLater !== undefined) {
      this.pick(this.pickLater % 8, false);
      this.pickLater = undefined;
    }
  }

  pick(i, told = true) {
    const one = this.readyDigits[i];
    this.pickLater = undefined;
    this.named = false;
    this.readyIndex = 8 * this.shelfPage + i;
    this.receiveDigit(one.picture, `${one.digit}`, `The model was asked for a ${one.digit}.`);
    const drawn = picture();
    drawn.getContext("2d").drawImage(this.seen.canvas, 0, 0);
    this.pad.show(drawn);
    this.request(false);
    if (told) this.save();
  }

  /** The server made the learner's picture like the data. */
  prepared({ picture: text, digit, share, inverted }, drawing, uploaded) {
    this.readyIndex = this.pickLater = undefined;
    const sure = share > 0.995 ? "" : `, ${Math.round(100 * share)} % sure`;
    if (uploaded) this.named = false;
    this.receiveDigit(
      text,
      this.named ? this.subject.label : `${digit}`,
      `The judge reads a ${digit}${sure}.${inverted && uploaded ? " Dark on light: inverted." : ""}`,
    );
    if (uploaded) {
      const drawn = picture();
      drawn.getContext("2d").drawImage(this.seen.canvas, 0, 0);
      this.pad.show(drawn);
      this.event("digit-taken");
    }
    this.request(drawing);
    if (!drawing) this.save();
  }

  receiveDigit(text, label, words) {
    this.refuse("");
    this.subject = { picture: text, label };
    this.seen.put(decoded(text));
    this.$(".label").value = label;
    this.$(".reads").textContent = words;
    this.root.dataset.picture = this.readyIndex === undefined ? "own" : "ready";
    this.readyRow?.places.forEach((place, i) =>
      place.setAttribute("aria-pressed", this.readyIndex === 8 * this.shelfPage + i),
    );
    for (const stage of Object.values(this.stages)) stage.renewed?.();
  }

  refuse(text) {
    const box = this.$(".refusal");
    box.textContent = text;
    box.hidden = !text;
  }

  // Requests: one draft under way at a time, a full request at once

  request(draft) {
    this.hand.ask(draft);
  }

  send(draft) {
    const values = this.subject.picture ? this.stage.request(draft) : null;
    if (!values) return this.nothing();
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

  part(head, bytes) {
    if (head.kind === "start") {
      this.taken(head);
      this.setting.show(this.settings, this.etaEnd);
    }
    this.stage.receive(head, bytes);
  }

  ended(head) {
    if (head.view === "take") this.take.ended?.();
    if (head.view !== "encode") return;
    const { draft } = head;
    this.root.dataset.done = draft ? "draft" : this.tab;
    this.stage.done?.(draft);
    this.mode(draft ? "draft: only a part of it" : "exact");
    if (!draft) {
      this.$(".timing").textContent = `${head.seconds.toFixed(1)} s on the server`;
      this.event(`${this.tab}-done`);
    }
  }

  refused() {
    this.mode("refused");
  }

  mode(text) {
    this.$(".status .mode").textContent = text;
  }

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
    return {
      do: this.tab === "code" ? "" : this.tab,
      ready: this.readyIndex === undefined || this.readyIndex === 3 ? "" : this.readyIndex,
      inverse: this.implicit ? "" : "explicit",
    };
  }

  share(button_) {
    super.share(button_);
    if (this.readyIndex === undefined)
      this.notice("The link carries the setting, not your drawing: that stays here.", true);
  }

  opened(state) {
    const { do: tab, way, inverse, ...settings } = state;
    if (inverse) {
      this.implicit = inverse === "implicit";
      this.$(".inverse").value = inverse;
    }
    if (way) this.stages.change.set(way);
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
