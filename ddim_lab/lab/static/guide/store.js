// Where a page keeps what shall last: this browser's storage, or only this visit where the browser allows none.

/**
 * @typedef {object} Store
 * @property {boolean} lasts whether what is written is still there tomorrow
 * @property {() => unknown} read what was written last; undefined: nothing, or nothing that can be read
 * @property {(value: any) => void} write
 * @property {() => void} clear
 */

/**
 * This visit's own.
 * @returns {Store}
 */
export function visitStore() {
  /** @type {string | undefined} */
  let kept;
  return {
    lasts: false,
    read: () => (kept === undefined ? undefined : JSON.parse(kept)),
    write: value => {
      kept = JSON.stringify(value);
    },
    clear: () => {
      kept = undefined;
    },
  };
}

/**
 * A place in a browser's storage. What another tab wrote is read too: nothing is held back here.
 * @param {() => Storage} storage asking for it may be refused already
 * @param {string} key
 * @returns {Store}
 */
export function browserStore(storage, key) {
  try {
    const probe = `${key}?`;
    storage().setItem(probe, "1");
    storage().removeItem(probe);
  } catch {
    return visitStore(); // private windows, blocked storage, a full disk
  }
  const visit = visitStore(); // for what the storage is too full to take
  return {
    lasts: true,
    read: () => visit.read() ?? parsed(storage().getItem(key)),
    write: value => {
      try {
        storage().setItem(key, JSON.stringify(value));
        visit.clear();
      } catch {
        visit.write(value);
      }
    },
    clear: () => {
      visit.clear();
      storage().removeItem(key);
    },
  };
}

/** @param {string | null} text */
function parsed(text) {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
