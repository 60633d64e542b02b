// The one throttle of what a hand drags: drafts while it moves, all of it when it rests or lets go.

export class Throttle {
  /**
   * @param {(draft: boolean) => void} send asks for what is wanted by now
   * @param {{ settle?: number, patience?: number, pace?: number }} [ms] in milliseconds, 0: not at all.
   *   settle: without a move, after which all is asked for though the hand still holds the control.
   *   patience: how long a draft that is under way may hold back the next one; who uses it calls `ended`.
   *   pace: how long after a draft the next one is sent at the earliest.
   */
  constructor(send, { settle = 0, patience = 0, pace = 0 } = {}) {
    this.send = send;
    this.ms = { settle, patience, pace };
    /** @type {{ draft: boolean } | null} */
    this.wanted = null;
    /** @type {{ draft: boolean, sent: number } | null} */
    this.flight = null;
    /** @type {number | undefined} */
    this.settling = undefined;
    /** @type {number | undefined} */
    this.waiting = undefined;
    this.free = 0; // when the pace allows the next draft
  }

  /**
   * Something was set. The latest word counts; all of it is sent at once, whatever is under way.
   * @param {boolean} draft
   */
  ask(draft) {
    clearTimeout(this.settling);
    if (draft && this.ms.settle) this.settling = setTimeout(() => this.ask(false), this.ms.settle);
    this.wanted = { draft };
    this.pump();
  }

  /** The request under way has ended, or was refused: what waited goes out. */
  ended() {
    this.flight = null;
    this.pump();
  }

  pump() {
    clearTimeout(this.waiting);
    if (!this.wanted) return;
    const wait = this.wanted.draft ? this.until - performance.now() : 0;
    if (wait > 0) {
      this.waiting = setTimeout(() => this.pump(), wait);
      return;
    }
    const { draft } = this.wanted,
      sent = performance.now();
    this.wanted = null;
    this.flight = { draft, sent };
    if (draft) this.free = sent + this.ms.pace;
    this.send(draft);
  }

  /** When the next draft may be sent. */
  get until() {
    return Math.max(this.free, this.flight?.draft ? this.flight.sent + this.ms.patience : 0);
  }

  /** What waits is not wanted any more, nor what is under way. */
  drop() {
    clearTimeout(this.settling);
    clearTimeout(this.waiting);
    this.wanted = null;
    this.flight = null;
  }
}

/** Calls what was wanted last, once nothing else was wanted for a while. */
export class Rest {
  constructor() {
    /** @type {number | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {number} ms
   * @param {() => void} action
   */
  after(ms, action) {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, ms);
  }

  drop() {
    clearTimeout(this.timer);
  }
}
