// What the learner takes along: files and text.

/**
 * Saves a file.
 * @param {Blob | null} blob null: the browser could not make it
 * @param {string} name
 */
export function save(blob, name) {
  if (!blob) return;
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 5000);
}

/**
 * Puts `text` on the clipboard; the button says so, for a while or for good.
 * @param {HTMLElement} button
 * @param {string} text
 * @param {{ back?: string }} [then] what the button is called again
 */
export function copy(button, text, { back } = {}) {
  navigator.clipboard?.writeText(text).then(() => {
    button.textContent = "Copied";
    if (back === undefined) return;
    setTimeout(() => {
      button.textContent = back;
    }, 1500);
  });
}
