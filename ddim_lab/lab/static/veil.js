// What is not on the screen yet: parts that a later step of the guide brings, and what would answer a question.
import { all, element } from "./dom.js";

/** @typedef {{ question?: string | null, reveals?: string[] }} Step of the guide */
/** @typedef {{ key: string, hides?: string[], holds?: string[] }} Question */
/**
 * @typedef {object} Guided
 * @property {Step[]} steps
 * @property {number} index
 * @property {Question | undefined} question that is open, or was just answered
 * @property {boolean} isCovered whether what would answer it is: until the learner is to look for themselves
 * @property {Record<string, Question>} questions
 */

/**
 * What the guide keeps back where it stands: `absent` parts, which later steps reveal, and `covered` ones, which answer
 * the open question (its hides) or one that is still to come (its holds). A question that no step asks has all parts.
 * @param {Guided} guide
 */
export function kept({ steps, index, question, isCovered, questions }) {
  const isOfStep = question !== undefined && question.key === steps[index]?.question,
    coming = steps.slice(isOfStep ? index + 1 : index).flatMap(step => questions[step.question ?? ""]?.holds ?? []),
    own = isCovered ? [...(question?.hides ?? []), ...(question?.holds ?? [])] : [];
  return {
    absent: question && !isOfStep ? [] : steps.slice(index + 1).flatMap(({ reveals = [] }) => reveals),
    covered: [...own, ...coming],
  };
}

/** Keeps back what carries such a name in data-part or data-tells, also where it is drawn anew. */
export class Veil {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.style = element("style");
    root.append(this.style);
  }

  /** @param {ReturnType<typeof kept>} names */
  draw({ absent, covered }) {
    const rules = [
      ...absent.map(name => `.lab [data-part~="${name}"] { display: none !important; }`),
      ...covered.flatMap(name => [
        `.lab [data-tells~="${name}"]:not(option), .lab [data-tells~="${name}"] * { visibility: hidden !important; }`,
        `.lab [data-tells~="${name}"][data-veil]::after { content: attr(data-veil); visibility: visible; }`,
      ]),
    ].join("\n");
    if (this.style.textContent !== rules) this.style.textContent = rules;
    this.relabel(covered);
  }

  /** A choice stays one to be made: while its words would tell, it reads as its data-veil. @param {string[]} covered */
  relabel(covered) {
    for (const option of all(this.root, "option[data-veil]")) {
      const { tells = "", veil = "" } = option.dataset;
      if (tells.split(" ").some(name => covered.includes(name))) option.setAttribute("label", veil);
      else option.removeAttribute("label");
    }
  }
}
