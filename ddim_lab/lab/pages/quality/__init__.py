"""The page "Quality map": the measured table beside the paper's, and any cell of it drawn anew."""
