// Where the guide begins: what a link asks for, else where the learner was, else what the page says.
import { END } from "./memory.js";

export const LAST = "end"; // in a link: behind the last step

/** @typedef {{ key: string, level: number, question?: string | null }} Step */
/**
 * @typedef {object} Wanted
 * @property {string} [ask] a question that a link opens
 * @property {string} [step] a step that a link opens
 * @property {number} [level] whose first step a link opens
 * @property {string} [kept] where the learner was
 * @property {number} [first] where the page begins else
 */

/**
 * The index of the step; past the last one: the guide is at its end.
 * @param {Step[]} steps
 * @param {Wanted} wanted
 */
export function beginning(steps, { ask, step, level, kept, first = 0 }) {
  /** @param {(step: Step) => boolean} is */
  const where = is => {
    const index = steps.findIndex(is);
    return index < 0 ? undefined : index;
  };
  return (
    (ask ? where(({ question }) => question === ask) : undefined) ??
    (step ? (step === LAST ? steps.length : where(({ key }) => key === step)) : undefined) ??
    (level ? where(one => one.level === level) : undefined) ??
    (kept === END ? steps.length : where(({ key }) => key === kept)) ??
    Math.min(first, steps.length)
  );
}
