// The socket: a request, its parts, its end. For each view the latest request wins; a draft that takes long is
// superseded, not awaited.
const RETRIES = 3;

export class Live {
  /** `patience`: ms a draft may hold back the newer one; onAnswer(head, bytes) gets every part, end and error. */
  constructor(url, { patience, onAnswer, onFail, onOpen }) {
    Object.assign(this, { url, patience, onAnswer, onFail, onOpen, id: 0, tries: 0, closed: false });
    this.latest = {}; // view -> the id of the latest request that was sent
    this.flights = {}; // view -> { values, draft, sent }, until it has ended
    this.wanted = {}; // view -> { values, draft }, not sent yet
    this.timers = {};
    this.open();
  }

  open() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.tries = 0;
      const lost = this.flights;
      this.flights = {};
      this.wanted = { ...lost, ...this.wanted };
      this.onOpen();
      for (const view of Object.keys(this.wanted)) this.pump(view);
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
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.socket.close();
  }

  /** Asks for a view, in place of what waits for it. `values`: an object, or what gives it when it is sent. */
  ask(view, values, draft = false) {
    this.wanted[view] = { values, draft };
    this.pump(view);
  }

  /** Sends what is wanted of a view; a draft waits a little for the draft that is under way. */
  pump(view) {
    const wanted = this.wanted[view],
      flight = this.flights[view];
    if (!wanted || !this.ready) return;
    const wait = flight?.draft && wanted.draft ? flight.sent + this.patience - performance.now() : 0;
    clearTimeout(this.timers[view]);
    if (wait > 0) this.timers[view] = setTimeout(() => this.pump(view), wait);
    else this.send(view);
  }

  send(view) {
    const { values, draft } = this.wanted[view],
      id = ++this.id;
    delete this.wanted[view];
    this.latest[view] = id;
    this.flights[view] = { values, draft, sent: performance.now() };
    this.socket.send(JSON.stringify({ id, view, values: typeof values === "function" ? values() : values }));
  }

  /** Ends the film in flight; one that still waits begins, and ends at once: the page shows the setting it was for. */
  stop() {
    clearTimeout(this.timers.film);
    if (!this.ready) return;
    if (this.wanted.film) this.send("film");
    this.socket.send(JSON.stringify({ id: ++this.id, stop: true }));
  }

  /** Whether all that was asked of a view has come. */
  isSettled(view) {
    return view in this.latest && !this.flights[view] && !this.wanted[view];
  }

  /** Whether an answer is of the latest request for its view. */
  isLatest({ view, id }) {
    return id === this.latest[view];
  }

  /** What is on its way for a view, or waits to be asked for, is not wanted any more. */
  dismiss(view) {
    for (const known of [this.latest, this.flights, this.wanted]) delete known[view];
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
    const ended = head.type !== "part" && this.isLatest(head),
      draft = this.flights[head.view]?.draft;
    if (ended) delete this.flights[head.view];
    this.onAnswer(ended ? { draft, ...head } : head, bytes);
    if (ended) this.pump(head.view);
  }
}
