"""The derivations of DDIM in SymPy, one theorem a module; each step is checked against the one before.

from ddim_lab.symbolic import undetermined
undetermined.derivation()            # renders as numbered steps in a notebook
undetermined.derivation().residuals  # all the literal 0

In reading order: forward and posterior (DDPM), undetermined, predictions, marginals, chains, nonmarkov, admissible,
then divergence, objective_weights and objective, subsequences and composition, ode, score. Under them lie derivation
(steps and their rules), symbols (names, special cases, residuals), vanishing (is this 0?), moments and rendering.
"""
