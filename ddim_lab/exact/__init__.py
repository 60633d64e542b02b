"""Worlds whose denoiser is known in closed form: there, every error of a sample is the sampler's own.

    world = dl.exact.Gaussian(mean=0.3, std=0.5)
    dl.last(dl.sample(world.eps, x_T, schedule, tau)).x_prev   # the sampler, with no network between
    dl.exact.moments(world, schedule, tau)                     # what it must give, without sampling

Needs NumPy only; torch tensors that come in stay torch tensors.
"""

from ddim_lab.exact.recursion import Moments as Moments
from ddim_lab.exact.recursion import moments as moments
from ddim_lab.exact.recursion import propagate as propagate
from ddim_lab.exact.worlds import Gaussian as Gaussian
from ddim_lab.exact.worlds import GaussianMixture as GaussianMixture
from ddim_lab.exact.worlds import World as World
from ddim_lab.exact.worlds import empirical as empirical
