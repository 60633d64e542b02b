// The one throttle of what a hand drags: drafts while it moves, all of it when it rests or lets go.

/**
 * @template [What=undefined]
 */
export class Throttle {
  /**
   * @param {(draft: boolean, what: What) => void} send asks for what is wanted by now
   * @param {{ settle?: number, patience?: number, isOpen?: () => boolean }} [how] in ms, 0: not at all.
   *   settle: without a move, after which all is asked for though the hand still holds the control.
   *   patience: how long a draft that is under way, and has no picture yet, may hold back the next one; who uses it
   *   calls `shown` and `landed`.
   *   isOpen(): whether anything can be sent now; who uses it calls `pump` when it can again.
   */
  constructor(send, { settle = 0, patience = 0, isOpen = () => true } = {}) {
    this.send = send;
    this.ms = { settle, patience };
    this.isOpen = isOpen;
    /** @type {{ draft: boolean, what: What } | null} */
    this.wanted = null;
    /** @type {{ draft: boolean, what: What, sent: number } | null} */
    this.flight = null;
    this.settling = new Rest();
    this.waiting = new Rest();
  }

  /**
   * Something was set. The latest word counts; all of it is sent at once, whatever is under way.
   * @param {boolean} draft
   * @param {What} [what]
   */
  ask(draft, what) {
    this.settling.drop();
    if (draft && this.ms.settle) this.settling.after(this.ms.settle, () => this.ask(false, what));
    this.wanted = { draft, what: /** @type {What} */ (what) };
    this.pump();
  }

  /** Sends what waits, if its time has come. */
  pump() {
    this.waiting.drop();
    if (!this.wanted || !this.isOpen()) return;
    const wait = this.wanted.draft && this.flight?.draft ? this.flight.sent + this.ms.patience - performance.now() : 0;
    if (wait > 0) this.waiting.after(wait, () => this.pump());
    else this.hurry();
  }

  /** Sends what waits, whatever holds it back. */
  hurry() {
    this.waiting.drop();
    if (!this.wanted || !this.isOpen()) return;
    const { draft, what } = this.wanted,
      sent = performance.now();
    this.wanted = null;
    this.flight = { draft, what, sent };
    this.send(draft, what);
  }

  /** There is a picture of the draft under way: it holds back nothing any more. */
  shown() {
    if (!this.flight?.draft) return;
    this.flight.sent = -Infinity;
    this.pump();
  }

  /** The request under way has ended; whether it was a draft. What waits goes out at the next `pump`. */
  landed() {
    const draft = this.flight?.draft ?? false;
    this.flight = null;
    return draft;
  }

  /** The request under way was lost: it is wanted again, unless another one is. */
  lost() {
    this.wanted ??= this.flight;
    this.flight = null;
  }

  /** Whether nothing is under way, and nothing waits. */
  get rests() {
    return !this.flight && !this.wanted;
  }

  /** What waits is not wanted any more, nor what is under way. */
  drop() {
    this.settling.drop();
    this.waiting.drop();
    this.wanted = null;
    this.flight = null;
  }
}

/** Calls what was wanted last, once nothing else was wanted for a while. */
export class Rest {
  constructor() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
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
