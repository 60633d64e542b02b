"""The derivation page: knobs and needles, proofs step by step, and proofs to finish."""
