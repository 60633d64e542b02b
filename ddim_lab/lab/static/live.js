// The socket: a request, its parts, its end. For each view the latest request wins; a draft that takes long is
// superseded, not awaited.
import { Throttle } from "./throttle.js";

/** @typedef {{ view: string, id: number, type: "part" | "end" | "error", draft?: boolean }} Told */
/** @typedef {Record<string, any> & Told} Head of an answer */
/** @typedef {object | (() => object)} Values what is asked, or what gives it when it is sent */
/** @typedef {(head: Head, bytes: Uint8Array) => void} OnAnswer */
/**
 * @typedef {object} Hears
 * @property {number} patience ms a draft without a picture may hold back the newer one
 * @property {OnAnswer} onAnswer every part, end and error
 * @property {() => void} onOpen
 * @property {() => void} onLost there was a connection, and it is tried for again
 * @property {() => void} onFail there cannot be one
 */

const RETRIES = 3, // of a page that never heard anything, then sockets are impossible here; others try for ever
  PAUSE = 300,
  LONGEST = 3000, // ms before the first try, twice as long before the next, and at most
  FULL = 1013, // the close code of a page for which the server has no room: others were used since
  ROOM = 20000; // ms until such a page asks for its place again, which another page then loses

/**
 * A message holds one or more answers, each of them two lengths, a head and what goes with it.
 * @param {ArrayBuffer} data
 * @returns {{ head: Head, bytes: Uint8Array }[]}
 */
export function unpacked(data) {
  const answers = [];
  for (let at = 0; at < data.byteLength; ) {
    const lengths = new DataView(data, at, 8),
      head = lengths.getUint32(0, true),
      rest = lengths.getUint32(4, true);
    answers.push({
      head: JSON.parse(new TextDecoder().decode(new Uint8Array(data, at + 8, head))),
      bytes: new Uint8Array(data, at + 8 + head, rest),
    });
    at += 8 + head + rest;
  }
  return answers;
}

export class Live {
  /**
   * @param {string} url
   * @param {Hears} hears
   */
  constructor(url, hears) {
    this.url = url;
    this.hears = hears;
    this.id = 0;
    this.tries = 0;
    this.isPossible = false;
    this.closed = false;
    /** @type {Record<string, number>} */
    this.latest = {}; // view -> the id of the latest request that was sent
    /** @type {Record<string, Throttle<Values>>} */
    this.lines = {}; // view -> what is wanted of it and under way
    this.socket = this.open();
  }

  open() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      for (const line of Object.values(this.lines)) line.lost();
      this.hears.onOpen();
      for (const line of Object.values(this.lines)) line.pump();
    };
    socket.onmessage = event => {
      this.tries = 0;
      this.isPossible = true;
      for (const { head, bytes } of unpacked(event.data)) this.answer(head, bytes);
    };
    socket.onclose = ({ code }) => {
      if (this.closed) return;
      if (!this.isPossible && this.tries === RETRIES) {
        this.hears.onFail();
        return;
      }
      if (this.isPossible) this.hears.onLost();
      const pause = Math.min(LONGEST, PAUSE * 2 ** this.tries++);
      setTimeout(() => this.closed || this.open(), code === FULL ? ROOM : pause);
    };
    return socket;
  }

  get ready() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  close() {
    this.closed = true;
    for (const line of Object.values(this.lines)) line.drop();
    this.socket.close();
  }

  /**
   * What is wanted of a view, and under way.
   * @param {string} view
   */
  line(view) {
    const { patience } = this.hears;
    this.lines[view] ??= new Throttle((_, values) => this.send(view, values), { patience, isOpen: () => this.ready });
    return this.lines[view];
  }

  /**
   * Asks for a view, in place of what waits for it; a draft waits a little for the draft that is under way.
   * @param {string} view
   * @param {Values} values
   * @param {boolean} [draft]
   */
  ask(view, values, draft = false) {
    this.line(view).ask(draft, values);
  }

  /**
   * @param {string} view
   * @param {Values} values
   */
  send(view, values) {
    const id = ++this.id;
    this.latest[view] = id;
    this.socket.send(JSON.stringify({ id, view, values: typeof values === "function" ? values() : values }));
  }

  /** Ends the film in flight; one that still waits begins, and ends at once: the page shows the setting it was for. */
  stop() {
    if (!this.ready) return;
    this.line("film").hurry();
    this.socket.send(JSON.stringify({ id: ++this.id, stop: true }));
  }

  /**
   * Whether something else is already wanted of a view.
   * @param {string} view
   */
  isWanted(view) {
    return this.line(view).wanted !== null;
  }

  /**
   * Whether all that was asked of a view has come.
   * @param {string} view
   */
  isSettled(view) {
    return view in this.latest && this.line(view).rests;
  }

  /**
   * Whether an answer is of the latest request for its view.
   * @param {{ view: string, id: number }} head
   */
  isLatest({ view, id }) {
    return id === this.latest[view];
  }

  /**
   * What is on its way for a view, or waits to be asked for, is not wanted any more.
   * @param {string} view
   */
  dismiss(view) {
    delete this.latest[view];
    this.line(view).drop();
  }

  /** @type {OnAnswer} */
  answer(head, bytes) {
    if (head.type === "part" || !this.isLatest(head)) {
      this.hears.onAnswer(head, bytes);
      if (bytes.length && this.isLatest(head)) this.line(head.view).shown();
      return;
    }
    const line = this.line(head.view),
      draft = line.landed();
    this.hears.onAnswer({ draft, ...head }, bytes);
    line.pump();
  }
}
