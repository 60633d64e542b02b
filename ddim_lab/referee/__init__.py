"""Judging samplers in an exact world: what they give is compared with the closed form of what they must give."""
