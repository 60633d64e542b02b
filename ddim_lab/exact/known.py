"""The world that errata, questions and claims measure in: one grey value, normally distributed."""

from ddim_lab.exact.worlds import Gaussian

MEAN, STD = 0.3, 0.5
KNOWN_WORLD = Gaussian(MEAN, STD)
