// To take away: the pictures on screen as PNG, the code as a NumPy file, and the Python that gives them.
import { finder } from "../../static/dom.js";
import { copy, save } from "../../static/save.js";
import { inkOf, paint, picture } from "../../static/sheet.js";

/** @typedef {import("./encode.js").Page} Page */

const ZOOM = 4,
  SIDE = 28,
  GAP = 2;

export class Take {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.$ = finder(page.root, ".take ");
    this.box = page.$(".take", HTMLDetailsElement);
    this.copies = this.$(".copy", HTMLButtonElement);
    this.box.addEventListener("toggle", () => {
      if (this.box.open) this.python();
    });
    this.$(".png").addEventListener("click", () => this.png());
    this.$(".npy").addEventListener("click", () => this.ask("npy"));
    const python = this.$(".python");
    this.copies.addEventListener("click", () => copy(this.copies, python.textContent ?? "", { back: "Copy Python" }));
  }

  /** Another request is on screen: the lines must be its own. */
  stale() {
    this.$(".npy").hidden = this.page.tab !== "code";
    this.copies.disabled = true;
    if (this.box.open) this.python();
  }

  /** @param {"npy" | "python"} what */
  ask(what) {
    if (this.page.latest) this.page.ask("take", { what, of: { ...this.page.latest, draft: false } });
  }

  python() {
    this.ask("python");
  }

  /**
   * @param {Record<string, any>} head
   * @param {Uint8Array} bytes
   */
  receive(head, bytes) {
    if (head.kind === "python") {
      this.$(".python").textContent = head.text;
      this.copies.disabled = false;
      this.page.event("code-seen");
    } else if (head.kind === "npy") save(new Blob([bytes.slice()]), head.name);
  }

  /** What is shown, four times as large, a gap between. */
  png() {
    const rows = this.page.stage.pictures(),
      columns = Math.max(...rows.map(row => row.length)),
      pitch = SIDE + GAP;
    const canvas = Object.assign(document.createElement("canvas"), {
        width: ZOOM * (columns * pitch - GAP),
        height: ZOOM * (rows.length * pitch - GAP),
      }),
      ink = inkOf(canvas);
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.imageSmoothingEnabled = false;
    rows.forEach((row, r) =>
      row.forEach((pixels, c) => {
        if (!pixels) return;
        const [x, y, side] = [c * pitch, r * pitch, SIDE].map(length => ZOOM * length);
        ink.drawImage(paint(picture(), pixels), x, y, side, side);
      }),
    );
    canvas.toBlob(blob => save(blob, `ddim-${this.page.tab}.png`));
  }
}
