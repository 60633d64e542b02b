// The drawing pad: white on black, pen and eraser, undo. The server gets its picture and makes it like the data.
import { finder, pressed } from "../../static/dom.js";
import { grab, passed, pointOn } from "../../static/grab.js";
import { within } from "../../static/numbers.js";

/** @typedef {[x: number, y: number]} Point */
/** @typedef {{ picture: string, digit: number | null, share: number | null, inverted: boolean }} Prepared there */
/**
 * @typedef {object} Hears
 * @property {(prepared: Prepared, drawing: boolean, uploaded: boolean) => void} onPicture
 * @property {(text: string) => void} onRefused
 * @property {() => void} onEmpty
 * @property {() => void} onDrawn
 */

const SIDE = 280,
  PEN = 22,
  ERASER = 40,
  STEP = 8,
  UNDO_MAX = 40;
/** @type {Record<string, Point>} */
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

export class Pad {
  /**
   * @param {HTMLElement} root
   * @param {Hears} hears
   */
  constructor(root, hears) {
    this.$ = finder(root);
    this.hears = hears;
    this.canvas = this.$(".pad", HTMLCanvasElement);
    this.undoButton = this.$(".undo", HTMLButtonElement);
    this.tool = "pen";
    /** @type {ImageData[]} */
    this.past = [];
    /** @type {Point} */
    this.cursor = [SIDE / 2, SIDE / 2];
    /** @type {Point | null} */
    this.before = null; // where the pen was
    this.down = false;
    this.keyDown = false;
    this.order = 0; // counts what was sent: only the latest is on the pad
    this.sending = false;
    /** @type {{ drawing: boolean } | null} */
    this.again = null;
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.blank();
    this.listen();
    this.tools();
  }

  blank() {
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, SIDE, SIDE);
  }

  listen() {
    grab(this.canvas, {
      begin: event => {
        event.preventDefault();
        this.canvas.focus({ preventScroll: true });
        this.begin();
        this.to(pointOn(this.canvas, event, SIDE));
      },
      move: event => {
        for (const place of passed(event)) this.to(pointOn(this.canvas, place, SIDE));
        this.send(true);
      },
      end: () => this.end(),
    });
    this.canvas.addEventListener("keydown", event => this.key(event));
    this.canvas.addEventListener("blur", () => {
      if (this.keyDown) {
        this.keyDown = false;
        this.end();
      }
      this.mark();
    });
    this.canvas.addEventListener("focus", () => this.mark());
    for (const type of ["dragover", "drop"])
      this.canvas.addEventListener(type, event => {
        event.preventDefault();
        const file = /** @type {DragEvent} */ (event).dataTransfer?.files[0];
        if (type === "drop" && file) this.file(file);
      });
  }

  tools() {
    for (const tool of ["pen", "eraser"])
      this.$(`.${tool}`).addEventListener("click", () => {
        this.tool = tool;
        pressed([this.$(".pen"), this.$(".eraser")], node => node.classList.contains(tool));
      });
    this.undoButton.addEventListener("click", () => this.undo());
    this.$(".wipe").addEventListener("click", () => {
      this.remember();
      this.blank();
      this.canvas.dataset.empty = "true";
      this.forget();
      this.hears.onEmpty();
    });
    this.$(".upload").addEventListener("click", () => this.$(".file").click());
    const files = this.$(".file", HTMLInputElement);
    files.addEventListener("change", () => {
      const file = files.files?.[0];
      if (file) this.file(file);
      files.value = "";
    });
  }

  remember() {
    this.past.push(this.context.getImageData(0, 0, SIDE, SIDE));
    if (this.past.length > UNDO_MAX) this.past.shift();
    this.undoButton.disabled = false;
  }

  begin() {
    this.remember();
    this.down = true;
    this.before = null;
  }

  /** @param {Point} point */
  to([x, y]) {
    const { context } = this;
    Object.assign(context, {
      lineWidth: this.tool === "pen" ? PEN : ERASER,
      lineCap: "round",
      lineJoin: "round",
      strokeStyle: this.tool === "pen" ? "#fff" : "#000",
    });
    context.beginPath();
    context.moveTo(...(this.before ?? /** @type {Point} */ ([x, y])));
    context.lineTo(x, y + (this.before ? 0 : 0.01));
    context.stroke();
    this.before = [x, y];
    this.canvas.dataset.empty = "false";
  }

  end() {
    if (!this.down) return;
    this.down = false;
    this.send(false);
    this.hears.onDrawn();
  }

  undo() {
    const last = this.past.pop();
    this.undoButton.disabled = !this.past.length;
    if (!last) return;
    this.context.putImageData(last, 0, 0);
    this.send(false);
  }

  /**
   * Arrow keys move the pen, Space puts it down and up.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.key === " ") {
      event.preventDefault();
      this.keyDown = !this.keyDown;
      if (this.keyDown) {
        this.begin();
        this.to(this.cursor);
      } else this.end();
      this.mark();
      return;
    }
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    this.cursor = [within(this.cursor[0] + move[0], 0, SIDE), within(this.cursor[1] + move[1], 0, SIDE)];
    if (this.keyDown) {
      this.to(this.cursor);
      this.send(true);
    }
    this.mark();
  }

  /** Where the keyboard's pen is. */
  mark() {
    const on = this.canvas.matches(":focus-visible"),
      box = /** @type {HTMLElement} */ (this.canvas.parentElement);
    box.style.setProperty("--fx", `${this.cursor[0] / SIDE}`);
    box.style.setProperty("--fy", `${this.cursor[1] / SIDE}`);
    box.dataset.keys = on ? (this.keyDown ? "down" : "up") : "";
  }

  /**
   * Shows a finished 28 x 28 picture, as a ground to draw on.
   * @param {HTMLCanvasElement} picture
   */
  show(picture) {
    this.forget();
    if (this.canvas.dataset.empty) this.remember(); // there was something before
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(picture, 0, 0, SIDE, SIDE);
    this.canvas.dataset.empty = "false";
  }

  /** What is on its way is not on the pad any more. */
  forget() {
    this.order++;
    this.again = null;
  }

  /**
   * One picture under way at a time; while drawing the latest waits for it.
   * @param {boolean} drawing
   */
  send(drawing) {
    if (this.sending) {
      this.again = { drawing: drawing && (this.again?.drawing ?? true) };
      return;
    }
    this.sending = true;
    this.canvas.toBlob(blob =>
      this.post(blob, drawing).finally(() => {
        this.sending = false;
        const { again } = this;
        this.again = null;
        if (again) this.send(again.drawing);
      }),
    );
  }

  /** @param {File} file */
  file(file) {
    this.post(file, false, true);
  }

  /**
   * @param {Blob | null} blob
   * @param {boolean} drawing
   * @param {boolean} [uploaded]
   */
  async post(blob, drawing, uploaded = false) {
    this.order++;
    const { order } = this;
    let answer, refused;
    try {
      const reply = await fetch(new URL("ddim/picture", document.baseURI).href, { method: "POST", body: blob });
      answer = await reply.json();
      if (!reply.ok) refused = answer.message;
    } catch {
      refused = "The picture could not be sent to the server. Try again.";
    }
    if (refused !== undefined) {
      if (!drawing) this.hears.onRefused(refused);
    } else if (order === this.order) this.hears.onPicture(answer, drawing, uploaded);
  }
}
