"""Settings for the tests of the lab."""

from hypothesis import settings

settings.register_profile("lab", deadline=None, max_examples=60)  # the first example may load torch
settings.load_profile("lab")
