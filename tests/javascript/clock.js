// A clock that the test turns: timers, the display's frames and performance.now stand on it.

export function clock(test) {
  let now = 0,
    count = 0,
    due = [];
  const later = (action, ms) => {
    due.push({ id: ++count, at: now + ms, action });
    return count;
  };
  const replaced = {
    setTimeout: later,
    clearTimeout: id => {
      due = due.filter(timer => timer.id !== id);
    },
    requestAnimationFrame: draw => later(() => draw(now), 16),
  };
  for (const [name, stand_in] of Object.entries(replaced)) {
    globalThis[name] ??= () => {};
    test.mock.method(globalThis, name, stand_in);
  }
  test.mock.method(performance, "now", () => now);
  return ms => {
    for (const end = now + ms; ; ) {
      const next = due.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        now = end;
        return;
      }
      due = due.filter(timer => timer !== next);
      now = next.at;
      next.action();
    }
  };
}
