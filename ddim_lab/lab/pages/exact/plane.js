// The canvas of the 2-D world: start, now (and the pinned run) and data side by side, on one scale.

const REACH = 3,
  GAP = 18,
  TITLE = 20; // the plane shown is -3 .. 3 both ways

export class Plane {
  constructor(canvas, crowd) {
    Object.assign(this, { canvas, crowd, context: canvas.getContext("2d"), box: canvas.parentElement });
    canvas.addEventListener("pointerdown", event => this.down(event));
    canvas.addEventListener("pointermove", event => this.stroking && this.to(event, false));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => {
        if (this.stroking) {
          this.stroking = false;
          this.crowd.strokeEnds();
        }
      });
    this.colours();
  }

  /** Of the theme, read again at each drawing of the whole canvas. */
  colours() {
    const style = getComputedStyle(this.canvas);
    for (const name of ["ink", "state", "muted", "line", "x0", "eps", "noise", "paper", "soft", "guess-line"])
      this[name] = style.getPropertyValue(`--${name}`).trim();
    this.font = style.fontFamily;
  }

  /** Where the panels stand: now in the middle, as large as there is room. */
  panels(width, height) {
    const pinned = !!this.crowd.pin,
      narrow = width < 560;
    if (narrow) {
      const main = pinned ? (width - GAP) / 2 : width,
        small = (width - GAP) / 2,
        below = 2 * TITLE + main + 8;
      return {
        start: [0, below, small],
        data: [small + GAP, below, small],
        now: [0, TITLE, main],
        pinned: pinned ? [main + GAP, TITLE, main] : null,
        height: below + small + 4,
      };
    }
    const most = height - TITLE - 4;
    if (!pinned) {
      const small = Math.min(150, Math.max(96, (width - most - 2 * GAP) / 2)),
        main = Math.min(most, width - 2 * small - 2 * GAP),
        x = (width - main - 2 * small - 2 * GAP) / 2,
        middle = TITLE + (main - small) / 2;
      return {
        start: [x, middle, small],
        now: [x + small + GAP, TITLE, main],
        data: [x + small + main + 2 * GAP, middle, small],
        pinned: null,
        height,
      };
    }
    const main = Math.min((width - GAP) / 2, most - 150 - TITLE - 8),
      small = Math.min(150, most - main - TITLE - 8),
      x = (width - 2 * main - GAP) / 2,
      below = 2 * TITLE + main + 8;
    return {
      pinned: [x, TITLE, main],
      now: [x + main + GAP, TITLE, main],
      start: [x, below, small],
      data: [x + 2 * main + GAP - small, below, small],
      height,
    };
  }

  draw() {
    const { width, height } = this.box.getBoundingClientRect();
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1,
      places = this.panels(width, height),
      { crowd, context } = this;
    const tall = width < 560 ? places.height : height;
    if (width < 560) this.box.style.minHeight = `${tall}px`;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(tall * ratio)) {
      Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(tall * ratio) });
      this.canvas.style.height = `${tall}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, tall);
    this.colours();
    this.places = places;
    const { shown, target, pin } = crowd;
    this.panel(
      places.start,
      "x_T, pure noise",
      () => crowd.x_T && this.cloud(crowd.x_T, Math.min(2000, crowd.x_T.length / 2), 1.2, this.state, 0.5, true),
    );
    this.panel(
      places.data,
      "the data, x₀",
      () => target && !crowd.isDrawing && this.cloud(target.points, target.head.n, 1.2, this.x0, 0.55),
    );
    this.panel(
      places.now,
      shown ? `now, t = ${shown.head.t[shown.at]}` : "now",
      () => this.now(shown),
      crowd.isDrawing,
    );
    if (places.pinned) this.panel(places.pinned, pin.label, () => this.drawPinned(pin, shown));
    Object.assign(this.canvas, { shown: shown?.cloud ?? null, places }); // for whoever wants to check
    this.canvas.setAttribute("aria-label", crowd.isDrawing ? crowd.pen.words : this.words(shown));
  }

  words(shown) {
    if (!shown) return "particles";
    const { head, at } = shown,
      pinned = this.crowd.pin ? `; beside it ${this.crowd.pin.label}` : "";
    return `${head.n} particles on their way from noise to ${this.crowd.target?.head.title ?? "data"}, now at t = ${head.t[at]}, eta ${head.settings.eta.toFixed(3)}, S ${head.settings.S}${pinned}`;
  }

  /** A square with its title; `inside` draws in units of the plane. */
  panel([x, y, side], title, inside, active = false) {
    const { context } = this;
    Object.assign(context, { fillStyle: this.muted, font: `600 12px ${this.font}`, textAlign: "left" });
    context.fillText(title, x, y - 6);
    context.save();
    context.beginPath();
    context.rect(x, y, side, side);
    context.clip();
    this.at = { x: x + side / 2, y: y + side / 2, scale: side / (2 * REACH) };
    Object.assign(context, { strokeStyle: this.line, lineWidth: 1 });
    context.beginPath();
    for (const v of [-2, 0, 2]) {
      context.moveTo(this.px(v), y);
      context.lineTo(this.px(v), y + side);
      context.moveTo(x, this.py(v));
      context.lineTo(x + side, this.py(v));
    }
    context.stroke();
    inside();
    context.restore();
    Object.assign(context, { strokeStyle: active ? this["guess-line"] : this.line, lineWidth: active ? 3 : 1 });
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  }

  px(v) {
    return this.at.x + v * this.at.scale;
  }
  py(v) {
    return this.at.y - v * this.at.scale;
  }

  now(shown) {
    const { crowd } = this;
    if (crowd.field?.head.arrows) this.drawArrows(crowd.field.head, crowd.field.arrows);
    if (crowd.isDrawing) this.centres(crowd.world.centres ?? []);
    if (crowd.isDrawing && crowd.pen.at) this.cross(crowd.pen.at);
    if (!shown || (crowd.isDrawing && !crowd.world.centres.length)) return this.invite();
    this.cloud(shown.cloud, shown.head.n, this.at.scale > 50 ? 2 : 1.5, this.ink, 0.5, true);
    if (crowd.field) this.contours(crowd.field);
    if (!crowd.isDrawing) this.trajectories(shown);
  }

  invite() {
    if (!this.crowd.isDrawing || this.crowd.world.centres.length) return;
    Object.assign(this.context, { fillStyle: this.ink, font: `600 15px ${this.font}`, textAlign: "center" });
    this.context.fillText("Draw here where the data should be", this.at.x, this.at.y - 8);
    Object.assign(this.context, { fillStyle: this.muted, font: `12px ${this.font}` });
    this.context.fillText("or use the arrow keys and the space bar", this.at.x, this.at.y + 14);
  }

  /** The keyboard's pen. */
  cross([x, y]) {
    const { context } = this,
      [px, py] = [this.px(x), this.py(y)];
    Object.assign(context, { strokeStyle: this["guess-line"], lineWidth: 2 });
    context.beginPath();
    for (const [dx, dy] of [
      [10, 0],
      [0, 10],
    ]) {
      context.moveTo(px - dx, py - dy);
      context.lineTo(px + dx, py + dy);
    }
    context.stroke();
  }

  /** Small squares; those who started on the left dark, the others light and larger, if that is asked for. */
  cloud(points, n, size, colour, alpha, marks = false) {
    const { context, crowd } = this,
      { x, y, scale } = this.at;
    const start = marks && crowd.left && crowd.x_T?.length >= 2 * n ? crowd.x_T : null;
    const put = (chosen, wide, from = 0, to = 2 * n) => {
      for (let i = from; i < to; i += 2)
        if (chosen(i))
          context.fillRect(x + points[i] * scale - wide / 2, y - points[i + 1] * scale - wide / 2, wide, wide);
    };
    Object.assign(context, { fillStyle: colour, globalAlpha: alpha });
    if (!start) put(() => true, size);
    else
      for (let from = 0; from < 2 * n; from += 200) {
        // in turns, so that neither lies on top of the other
        const to = Math.min(2 * n, from + 200);
        context.fillStyle = this.line;
        context.globalAlpha = 1;
        put(i => start[i] >= 0, size * 1.5, from, to);
        context.fillStyle = colour;
        put(i => start[i] < 0, size, from, to);
      }
    context.globalAlpha = 1;
  }

  /** The chosen particles: their way so far, and faintly what follows. */
  trajectories(shown) {
    const { crowd } = this,
      { draft, run } = crowd;
    crowd.chosen.forEach((one, row) => {
      const length = draft ? draft.paths.length / 2 / Math.max(1, crowd.chosen.length) : run.frames.length;
      if (draft && draft.at + 1 !== length) return; // the choice changed meanwhile
      const at = draft
        ? i => [draft.paths[2 * (row * length + i)], draft.paths[2 * (row * length + i) + 1]]
        : i => [run.frames[i][2 * one], run.frames[i][2 * one + 1]];
      if (!draft && one >= shown.head.n) return;
      this.way(at, shown.at, length - 1, 0.35, 1);
      this.way(at, 0, shown.at, 0.9, 1.6);
      this.dot(at(0), 3, this.paper, this.ink);
      this.dot(at(shown.at), 4.5, this.ink, this.paper);
    });
  }

  way(at, from, to, alpha, width) {
    const { context } = this;
    if (to <= from) return;
    Object.assign(context, { strokeStyle: this.ink, globalAlpha: alpha, lineWidth: width, lineJoin: "round" });
    context.beginPath();
    for (let i = from; i <= to; i++) {
      const [x, y] = at(i);
      context[i === from ? "moveTo" : "lineTo"](this.px(x), this.py(y));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  dot([x, y], r, fill, edge) {
    const { context } = this;
    Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth: 1.5 });
    context.beginPath();
    context.arc(this.px(x), this.py(y), r, 0, 7);
    context.fill();
    context.stroke();
  }

  centres(centres) {
    for (const centre of centres) this.dot(centre, 6, this.x0, this.paper);
  }

  drawPinned(pin, shown) {
    if (pin.world !== this.crowd.targetOf) return this.say("another world is pinned");
    const t = shown ? shown.head.t[shown.at] : 0; // the pinned run's time nearest to this one
    const at = pin.head.t.reduce((best, one, i) => (Math.abs(one - t) < Math.abs(pin.head.t[best] - t) ? i : best), 0);
    const other = shown && shown.head.settings.seed !== pin.seed ? ", another start" : "";
    this.cloud(pin.frames[at], pin.head.n, this.at.scale > 50 ? 2 : 1.5, this.ink, 0.5, !other);
    if (this.crowd.field && pin.head.t[at] === t) this.contours(this.crowd.field);
    this.crowd.chosen
      .filter(one => one < pin.head.n)
      .forEach(one => {
        const path = i => [pin.frames[i][2 * one], pin.frames[i][2 * one + 1]];
        this.way(path, 0, at, 0.9, 1.6);
        this.dot(path(0), 3, this.paper, this.ink);
        this.dot(path(at), 4.5, this.ink, this.paper);
      });
    this.say(`t = ${pin.head.t[at]}${other}`);
  }

  say(text) {
    Object.assign(this.context, { fillStyle: this.ink, font: `12px ${this.font}`, textAlign: "right" });
    this.context.fillText(text, this.at.x + REACH * this.at.scale - 6, this.at.y + REACH * this.at.scale - 8);
  }

  /** Contours of the exact density, the thicker the more of it is denser there. */
  contours({ head, density }) {
    const { context } = this,
      side = head.side,
      step = (2 * REACH) / (side - 1);
    context.strokeStyle = this.x0;
    head.heights.forEach((height, i) => {
      context.lineWidth = [1, 1.6, 2.4][i];
      context.beginPath();
      contour(density, side, height, (x1, y1, x2, y2) => {
        context.moveTo(this.px(-REACH + x1 * step), this.py(-REACH + y1 * step));
        context.lineTo(this.px(-REACH + x2 * step), this.py(-REACH + y2 * step));
      });
      context.stroke();
    });
  }

  drawArrows(head, arrows) {
    const { context } = this,
      n = head.arrows,
      step = (2 * REACH) / (n - 1),
      longest = (0.9 * step * this.at.scale) / Math.max(head.longest, 1e-9);
    Object.assign(context, { strokeStyle: this.eps, lineWidth: 1.3 });
    context.beginPath();
    for (let r = 0; r < n; r++)
      for (let c = 0; c < n; c++) {
        let [dx, dy] = [arrows[2 * (r * n + c)] * longest, -arrows[2 * (r * n + c) + 1] * longest];
        const length = Math.hypot(dx, dy),
          most = 1.1 * step * this.at.scale;
        if (length > most) {
          dx *= most / length;
          dy *= most / length;
        }
        const x = this.px(-REACH + c * step),
          y = this.py(-REACH + r * step),
          [ex, ey] = [x + dx, y + dy];
        context.moveTo(x, y);
        context.lineTo(ex, ey);
        const angle = Math.atan2(dy, dx),
          tip = Math.min(4, length / 2);
        for (const turn of [2.6, -2.6]) {
          context.moveTo(ex, ey);
          context.lineTo(ex + tip * Math.cos(angle + turn), ey + tip * Math.sin(angle + turn));
        }
      }
    context.stroke();
  }

  down(event) {
    const [x, y, side] = this.places?.now ?? [],
      box = this.canvas.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    if (side === undefined || left < x || left > x + side || top < y || top > y + side) return;
    if (!this.crowd.isDrawing) return this.crowd.pick(...this.there(event));
    this.canvas.setPointerCapture(event.pointerId);
    this.stroking = true;
    this.to(event, true);
  }

  there(event) {
    const [x, y, side] = this.places.now,
      box = this.canvas.getBoundingClientRect(),
      scale = side / (2 * REACH);
    return [(event.clientX - box.left - x - side / 2) / scale, -(event.clientY - box.top - y - side / 2) / scale];
  }

  to(event, begins) {
    this.crowd.stroke(...this.there(event), begins);
  }
}

/** Marching squares: calls put(x1, y1, x2, y2), in cells, for every piece of the line at `height`. */
function contour(values, side, height, put) {
  const cut = (a, b) => (height - a) / (b - a);
  for (let r = 0; r + 1 < side; r++)
    for (let c = 0; c + 1 < side; c++) {
      const [a, b, d, e] = [
        values[r * side + c],
        values[r * side + c + 1],
        values[(r + 1) * side + c],
        values[(r + 1) * side + c + 1],
      ];
      const found = [];
      if (a > height !== b > height) found.push([c + cut(a, b), r]);
      if (a > height !== d > height) found.push([c, r + cut(a, d)]);
      if (b > height !== e > height) found.push([c + 1, r + cut(b, e)]);
      if (d > height !== e > height) found.push([c + cut(d, e), r + 1]);
      for (let i = 0; i + 1 < found.length; i += 2) put(...found[i], ...found[i + 1]);
    }
}
