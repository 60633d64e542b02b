"""The page "Encode and edit": a digit of one's own, its code, and what can be done with it."""
