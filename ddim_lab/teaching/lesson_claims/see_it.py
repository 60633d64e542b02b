"""Sentences of lesson 0, See it."""

from ddim_lab.teaching.claims import Claim

CLAIMS: tuple[Claim, ...] = ()
