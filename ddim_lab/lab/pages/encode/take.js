// To take away: the pictures on screen as PNG, the code as a NumPy file, and the Python that gives them.
const ZOOM = 4,
  SIDE = 28,
  GAP = 2;

export class Take {
  constructor(page) {
    this.page = page;
    this.$ = selector => page.root.querySelector(`.take ${selector}`);
    this.box = page.root.querySelector(".take");
    this.box.addEventListener("toggle", () => {
      if (this.box.open) this.python();
    });
    this.$(".png").addEventListener("click", () => this.png());
    this.$(".npy").addEventListener("click", () => this.ask("npy"));
    this.$(".copy").addEventListener("click", event =>
      navigator.clipboard?.writeText(this.$(".python").textContent).then(() => {
        event.target.textContent = "Copied";
        setTimeout(() => {
          event.target.textContent = "Copy Python";
        }, 1500);
      }),
    );
  }

  /** Another request is on screen: the lines must be its own. */
  stale() {
    this.$(".npy").hidden = this.page.tab !== "code";
    this.$(".copy").disabled = true;
    if (this.box.open) this.python();
  }

  ask(what) {
    if (this.page.latest) this.page.ask("take", { what, of: { ...this.page.latest, draft: false } });
  }

  python() {
    this.ask("python");
  }

  receive(head, bytes) {
    if (head.kind === "python") {
      this.$(".python").textContent = head.text;
      this.$(".copy").disabled = false;
      this.page.event("code-seen");
    } else if (head.kind === "npy") save(new Blob([bytes]), head.name);
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
      context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    rows.forEach((row, r) =>
      row.forEach((pixels, c) => {
        if (!pixels) return;
        pixels.forEach((grey, i) => {
          context.fillStyle = `rgb(${grey},${grey},${grey})`;
          context.fillRect(ZOOM * (c * pitch + (i % SIDE)), ZOOM * (r * pitch + Math.floor(i / SIDE)), ZOOM, ZOOM);
        });
      }),
    );
    canvas.toBlob(blob => save(blob, `ddim-${this.page.tab}.png`));
  }
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}
