// The bar's menu of lessons: an answer to what is often asked is fetched when it is unfolded, for its numbers are
// computed then; the menu folds when the learner goes on elsewhere.
import { all } from "./dom.js";
import { linkTo } from "./links.js";

const FAILED = "The answer could not be had: the server did not send it. Fold and unfold to ask again.";

/** @param {HTMLElement} root the page */
export function answerWhenAsked(root) {
  for (const fold of all(root, ".asked")) fold.addEventListener("toggle", () => answer(fold));
  const menu = root.querySelector(".lessons");
  root.addEventListener("pointerdown", event => {
    if (menu && !event.composedPath().includes(menu)) menu.removeAttribute("open");
  });
}

/** @param {HTMLElement} fold of one question */
async function answer(fold) {
  const told = fold.querySelector("[role=status]");
  if (!fold.hasAttribute("open") || !told) return; // or it is answered already
  try {
    const response = await fetch(linkTo(`ddim/asked/${fold.dataset.asked}`));
    if (!response.ok) throw new Error(response.statusText);
    const body = document.createElement("div");
    body.innerHTML = await response.text();
    told.replaceWith(body);
  } catch {
    told.textContent = FAILED;
  }
}
