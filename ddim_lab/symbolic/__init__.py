"""The derivations of DDIM in SymPy, one theorem a module; each step is checked against the one before.

from ddim_lab.symbolic import undetermined
undetermined.derivation()            # renders as numbered steps in a notebook
undetermined.derivation().residuals  # all the literal 0
"""
