// "My answers": what this browser keeps of the learner, to be looked at, taken away, and forgotten.
import { button, element, finder } from "../dom.js";
import { save } from "../save.js";
import { csv, verdictOf } from "./csv.js";
import { filled, WORDS } from "./words.js";

/** @typedef {import("./memory.js").Answer} Answer */

export class MyAnswers {
  /**
   * @param {HTMLElement} root
   * @param {import("./memory.js").Memory} memory
   * @param {() => void} onForget
   */
  constructor(root, memory, onForget) {
    this.memory = memory;
    this.said = element("p", "said");
    this.table = element("table", "numbers");
    this.download = button("", WORDS.download, () =>
      save(new Blob(["\ufeff", csv(memory.answers)], { type: "text/csv" }), "ddim-lab-answers.csv"),
    );
    this.dialog = /** @type {HTMLDialogElement} */ (
      element("dialog", "my-answers", undefined, { "aria-label": WORDS.mine })
    );
    const scroll = element("div", "scroll", undefined, { tabindex: "0", role: "group", "aria-label": WORDS.mine }),
      row = element("div", "answer-buttons");
    scroll.append(this.table);
    row.append(
      this.download,
      button("forget", WORDS.forget, () => {
        memory.forget();
        this.draw();
        this.said.textContent = WORDS.forgotten;
        onForget();
      }),
      element("span", "spring"),
      button("primary close", WORDS.close, () => this.dialog.close()),
    );
    this.dialog.append(element("h2", "", WORDS.mine), this.said, scroll, row);
    root.append(this.dialog);
    finder(root)(".guide-tools").append(
      button("quiet mine", WORDS.mine, () => {
        this.draw();
        this.dialog.showModal();
      }),
    );
  }

  draw() {
    const { answers, lasts } = this.memory,
      right = answers.filter(answer => answer.done && answer.right).length,
      told = answers.length ? (lasts ? WORDS.answers : WORDS.answersHere) : WORDS.noAnswers;
    this.said.textContent = filled(told, { right, n: answers.length });
    this.download.disabled = answers.length === 0;
    this.table.hidden = answers.length === 0;
    const head = element("tr");
    head.append(...WORDS.columns.map(name => element("th", "", name)));
    this.table.replaceChildren(head, ...answers.toReversed().map(row));
  }
}

/** @param {Answer} answer */
function row(answer) {
  const line = element("tr"),
    words = [
      answer.prompt,
      answer.guesses.map(guess => guess.text).join(", then "),
      WORDS.verdicts[verdictOf(answer)],
      new Date(answer.at).toLocaleString(),
    ];
  line.append(...words.map(text => element("td", "", text)));
  return line;
}
