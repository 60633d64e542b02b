// The socket: one request in flight, the latest setting wins. A draft that takes long is superseded, not awaited.
const PATIENCE = 120; // ms a draft may hold back the newer one
const RETRIES = 3;

export class Live {
  constructor(url, { onMessage, onFail, onOpen }) {
    Object.assign(this, {
      url,
      onMessage,
      onFail,
      onOpen,
      id: 0,
      tries: 0,
      inFlight: null,
      wanted: null,
      closed: false,
    });
    this.open();
  }

  open() {
    const socket = (this.socket = new WebSocket(this.url));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.tries = 0;
      this.inFlight = null;
      this.onOpen();
    };
    socket.onmessage = event => this.receive(event.data);
    socket.onclose = () => {
      if (this.closed) return;
      if (++this.tries > RETRIES) this.onFail();
      else setTimeout(() => this.closed || this.open(), 300 * this.tries);
    };
  }

  get ready() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }

  /** Asks for a film; replaces any that waits. */
  run(settings, draft, focus) {
    this.wanted = { settings, draft, focus };
    this.pump();
  }

  pump() {
    if (!this.wanted || !this.ready) return;
    const busy = this.inFlight && this.inFlight.draft && this.wanted.draft;
    const wait = busy ? this.inFlight.sent + PATIENCE - performance.now() : 0;
    clearTimeout(this.timer);
    if (wait > 0) {
      this.timer = setTimeout(() => this.pump(), wait);
      return;
    }
    this.send();
  }

  send() {
    const id = ++this.id;
    this.inFlight = { id, draft: this.wanted.draft, sent: performance.now() };
    this.socket.send(JSON.stringify({ type: "run", id, ...this.wanted }));
    this.wanted = null;
  }

  /** Step cards and answers: answered beside a run. */
  ask(message) {
    if (this.ready) this.socket.send(JSON.stringify({ id: ++this.id, ...message }));
    return this.id;
  }

  /** A run that still waits begins, and ends at once: the page shows the setting it was asked for. */
  stop() {
    clearTimeout(this.timer);
    if (this.wanted && this.ready) this.send();
    this.ask({ type: "stop" });
  }

  /** A message holds one or more answers, each of them two lengths, a head and what goes with it. */
  receive(data) {
    for (let at = 0; at < data.byteLength; ) {
      const lengths = new DataView(data, at, 8),
        head = lengths.getUint32(0, true),
        rest = lengths.getUint32(4, true);
      this.answer(
        JSON.parse(new TextDecoder().decode(new Uint8Array(data, at + 8, head))),
        new Uint8Array(data, at + 8 + head, rest),
      );
      at += 8 + head + rest;
    }
  }

  answer(head, bytes) {
    const current = this.inFlight && head.id === this.inFlight.id;
    const ofRun = ["curves", "frame", "done", "cancelled"].includes(head.type);
    if (ofRun && !current) return; // of a run already superseded
    const ended = current && ["done", "cancelled", "error"].includes(head.type);
    if (ended) this.inFlight = null;
    this.onMessage(head, bytes);
    if (ended) this.pump();
  }
}
