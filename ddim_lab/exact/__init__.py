"""Worlds whose denoiser is known in closed form: there, every error of a sample is the sampler's own.

    world = dl.exact.Gaussian(mean=0.3, std=0.5)
    dl.last(dl.sample(world.eps, x_T, schedule, tau)).x_prev   # the sampler, with no network between
    dl.exact.moments(world, schedule, tau)                     # what it must give, without sampling

Needs NumPy only; torch tensors that come in stay torch tensors.
"""

from ddim_lab.exact import chains as chains
from ddim_lab.exact import distances as distances
from ddim_lab.exact import gallery as gallery
from ddim_lab.exact import rules as rules
from ddim_lab.exact import solvers as solvers
from ddim_lab.exact.distances import Sliced as Sliced
from ddim_lab.exact.distances import Split as Split
from ddim_lab.exact.distances import error_split as error_split
from ddim_lab.exact.distances import kl as kl
from ddim_lab.exact.distances import sliced_w2 as sliced_w2
from ddim_lab.exact.distances import w2 as w2
from ddim_lab.exact.recursion import Moments as Moments
from ddim_lab.exact.recursion import levels_of as levels_of
from ddim_lab.exact.recursion import marginal as marginal
from ddim_lab.exact.recursion import moments as moments
from ddim_lab.exact.recursion import propagate as propagate
from ddim_lab.exact.recursion import solved as solved
from ddim_lab.exact.worlds import Gaussian as Gaussian
from ddim_lab.exact.worlds import GaussianMixture as GaussianMixture
from ddim_lab.exact.worlds import World as World
from ddim_lab.exact.worlds import empirical as empirical
