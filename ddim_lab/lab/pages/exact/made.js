// How particles were made, in words.
import { thousands } from "../../static/numbers.js";

/**
 * @param {Record<string, any>} head of the particles on screen
 * @param {number} t
 */
export function madeOf(head, t) {
  const { settings, seen } = head,
    eta = settings.sigma_hat ? "1 with sigma-hat" : settings.eta.toFixed(3),
    kept = head.steps.length - 1,
    particles = head.draft
      ? `draft: ${thousands(head.n)} of ${thousands(head.of)} particles`
      : `${thousands(head.n)} particles`,
    thin = kept < settings.S ? `, ${kept} of its ${settings.S} steps kept` : "";
  return (
    `eta ${eta} · S ${settings.S} · t = ${t} · ${particles}${thin} · ` +
    `variance ${seen.variance.toFixed(3)}, exact ${seen.exact.toFixed(3)}`
  );
}

/**
 * What a pinned run is called, and what it is of.
 * @param {{ head: Record<string, any> }} run
 * @param {string} world
 */
export function pinned({ head }, world) {
  const { eta, S, seed, spacing, schedule } = head.settings;
  return { world, seed, label: `pinned: eta ${+eta.toFixed(3)}, S ${S}`, more: `${spacing}, ${schedule}` };
}

/**
 * What the page calls the particles on screen.
 * @param {Record<string, any>} head
 * @param {number} t
 */
export const labelled = ({ settings, n }, t) => ({
  crowdEta: settings.eta,
  crowdSteps: settings.S,
  crowdT: t,
  crowdN: n,
  seed: settings.seed,
});
