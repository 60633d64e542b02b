// What waits for the display: drawing once however many changes came, and playing a film.

/**
 * A function that calls `draw` at the display's next frame, once however often it was called until then.
 * @param {() => void} draw
 */
export function onceAFrame(draw) {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  };
}

/** A button that plays: show(share) for every frame of the display, share from 0 to 1. */
export class Player {
  /**
   * @param {HTMLElement} button
   * @param {{ ms: number, show: (share: number) => void, stopped?: () => void, ended: () => void }} what
   *   ms: how long all of it takes; stopped(): it stands again, by hand or at its end; ended(): it came to its end
   */
  constructor(button, { ms, show, stopped, ended }) {
    this.playing = false;
    this.button = button;
    this.ms = ms;
    this.show = show;
    this.stopped = stopped;
    this.ended = ended;
    button.addEventListener("click", () => (this.playing ? this.stop() : this.play()));
  }

  play() {
    this.playing = true;
    this.label("■ Stop", "Stop");
    const started = performance.now();
    /** @param {number} now */
    const tick = now => {
      if (!this.playing) return;
      const share = Math.min(1, (now - started) / this.ms);
      this.show(share);
      if (share < 1) {
        requestAnimationFrame(tick);
        return;
      }
      this.stop();
      this.ended();
    };
    requestAnimationFrame(tick);
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    this.label("▶ Play", "Play");
    this.stopped?.();
  }

  /** The page is left: nothing is drawn any more, and nobody told. */
  close() {
    this.playing = false;
  }

  /**
   * @param {string} text
   * @param {string} name
   */
  label(text, name) {
    this.button.textContent = text;
    this.button.setAttribute("aria-label", name);
  }
}
