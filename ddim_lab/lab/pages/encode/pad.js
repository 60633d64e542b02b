// The drawing pad: white on black, pen and eraser, undo. It sends its picture to the server, which makes it like the data.
const SIDE = 280,
  PEN = 22,
  ERASER = 40,
  STEP = 8,
  UNDO_MAX = 40;
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

export class Pad {
  /** onPicture(prepared, drawing), onRefused(text): what the server made of the drawing or the file. */
  constructor(root, { onPicture, onRefused, onEmpty, onDrawn }) {
    this.$ = selector => root.querySelector(selector);
    Object.assign(this, {
      onPicture,
      onRefused,
      onEmpty,
      onDrawn,
      canvas: this.$(".pad"),
      tool: "pen",
      past: [],
      cursor: [SIDE / 2, SIDE / 2],
      keyDown: false,
    });
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.blank();
    this.listen();
    this.tools();
  }

  blank() {
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, SIDE, SIDE);
  }

  listen() {
    this.canvas.addEventListener("pointerdown", event => {
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(event.pointerId);
      this.begin();
      this.to(this.at(event));
    });
    this.canvas.addEventListener("pointermove", event => {
      if (!this.down) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) this.to(this.at(one));
      this.send(true);
    });
    for (const type of ["pointerup", "pointercancel"]) this.canvas.addEventListener(type, () => this.end());
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
        if (type === "drop" && event.dataTransfer.files[0]) this.file(event.dataTransfer.files[0]);
      });
  }

  tools() {
    for (const tool of ["pen", "eraser"])
      this.$(`.${tool}`).addEventListener("click", () => {
        this.tool = tool;
        for (const other of ["pen", "eraser"]) this.$(`.${other}`).setAttribute("aria-pressed", other === tool);
      });
    this.$(".undo").addEventListener("click", () => this.undo());
    this.$(".wipe").addEventListener("click", () => {
      this.remember();
      this.blank();
      this.canvas.dataset.empty = "true";
      this.forget();
      this.onEmpty();
    });
    this.$(".upload").addEventListener("click", () => this.$(".file").click());
    this.$(".file").addEventListener("change", event => {
      const [file] = event.target.files;
      if (file) this.file(file);
      event.target.value = "";
    });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  remember() {
    this.past.push(this.context.getImageData(0, 0, SIDE, SIDE));
    if (this.past.length > UNDO_MAX) this.past.shift();
    this.$(".undo").disabled = false;
  }

  begin() {
    this.remember();
    this.down = true;
    this.before = null;
  }

  to([x, y]) {
    const { context } = this;
    Object.assign(context, {
      lineWidth: this.tool === "pen" ? PEN : ERASER,
      lineCap: "round",
      lineJoin: "round",
      strokeStyle: this.tool === "pen" ? "#fff" : "#000",
    });
    context.beginPath();
    context.moveTo(...(this.before ?? [x, y]));
    context.lineTo(x, y + (this.before ? 0 : 0.01));
    context.stroke();
    this.before = [x, y];
    this.canvas.dataset.empty = "false";
  }

  end() {
    if (!this.down) return;
    this.down = false;
    this.send(false);
    this.onDrawn();
  }

  undo() {
    const last = this.past.pop();
    this.$(".undo").disabled = !this.past.length;
    if (!last) return;
    this.context.putImageData(last, 0, 0);
    this.send(false);
  }

  /** Arrow keys move the pen, Space puts it down and up. */
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
    this.cursor = this.cursor.map((value, i) => Math.max(0, Math.min(SIDE, value + move[i])));
    if (this.keyDown) {
      this.to(this.cursor);
      this.send(true);
    }
    this.mark();
  }

  /** Where the keyboard's pen is. */
  mark() {
    const on = this.canvas.matches(":focus-visible");
    const box = this.canvas.parentElement;
    box.style.setProperty("--fx", this.cursor[0] / SIDE);
    box.style.setProperty("--fy", this.cursor[1] / SIDE);
    box.dataset.keys = on ? (this.keyDown ? "down" : "up") : "";
  }

  /** Shows a finished 28 x 28 picture, as a ground to draw on. */
  show(picture) {
    this.forget();
    if (this.canvas.dataset.empty) this.remember(); // there was something before
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(picture, 0, 0, SIDE, SIDE);
    this.canvas.dataset.empty = "false";
    this.last = null;
  }

  /** What is on its way is not on the pad any more. */
  forget() {
    this.order = (this.order ?? 0) + 1;
    this.again = null;
  }

  /** One picture under way at a time; while drawing the latest waits for it. */
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

  file(file) {
    this.post(file, false, true);
  }

  async post(blob, drawing, uploaded = false) {
    let answer;
    this.order = (this.order ?? 0) + 1;
    const { order } = this;
    try {
      const reply = await fetch(new URL("ddim/picture", document.baseURI).href, { method: "POST", body: blob });
      answer = await reply.json();
      if (!reply.ok) throw new Error(answer.message);
    } catch (error) {
      if (!drawing)
        this.onRefused(
          error instanceof SyntaxError || error instanceof TypeError
            ? "The picture could not be sent to the server. Try again."
            : error.message,
          uploaded,
        );
      return;
    }
    if (order === this.order) this.onPicture(answer, drawing, uploaded);
  }
}
