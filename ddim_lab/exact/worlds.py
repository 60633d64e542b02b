"""Data whose noisy versions are known: Gaussians, mixtures of them, and finite sets of points.

A component N(m, C) seen at level a = alpha_bar_t is N(sqrt(a) m, a C + (1 - a) I). With r_j the probability that x_t
came from component j,

    eps(x_t, a) = E[eps | x_t] = sqrt(1 - a) sum_j r_j (a C_j + (1 - a) I)^-1 (x_t - sqrt(a) m_j)
    score(x_t, a) = grad log q_t(x_t) = -eps(x_t, a) / sqrt(1 - a)        (Song et al. 2021, arXiv:2011.13456, Sec. 3)

All variances are sums of positive terms, all mixtures log-sum-exp: nothing cancels at either end of the levels.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ddim_lab import checks
from ddim_lab.exact import validation
from ddim_lab.exact.arrays import Columns

Floats = NDArray[np.float64]


class World:
    """Components N(means[j], C_j) with their weights. What every world can do; made by the names below.

    An item (one datum) has the shape `item`: () acts elementwise on any x_t, (d,) on the last axis, (1, 28, 28) on
    pictures. Methods take NumPy arrays or torch tensors (..., *item) and give the same kind, dtype and device;
    inside they count in float64 where the device has it. alpha_bar_t is a float or (B,), one for each entry of the
    first axis of x_t; 1 (no noise) is allowed where every component has a spread.
    """

    def __init__(
        self, weights: Floats, means: Floats, variances: Floats, axes: Floats | None, item: tuple[int, ...]
    ) -> None:
        """weights (k,), means (k, D), variances (k, D) along `axes` (k, D, D, columns), or (k, 1) in all directions."""
        self.weights, self.item = validation.frozen(weights), item
        with np.errstate(divide="ignore"):
            self._log_weights = np.log(weights)[:, None, None]  # (k, 1, 1)
        self._means, self._variances, self._axes = means[:, :, None], variances[:, :, None], axes
        self._alike = axes is None and variances.shape[1] == 1 and bool((variances == variances[0]).all())

    def eps(self, x_t: Any, alpha_bar_t: Any) -> Any:
        """The exact denoiser E[eps | x_t], of the shape of x_t: what a perfect network would say (DDPM, Eq. 14)."""
        columns = self._columns("x_t", x_t, alpha_bar_t)
        return columns.map(lambda x, a: (1 - a) ** 0.5 * self._pull(columns, x, a), self._pull_cost, self.item)

    def score(self, x_t: Any, alpha_bar_t: Any) -> Any:
        """The gradient of `log_density` in x_t, of the shape of x_t."""
        columns = self._columns("x_t", x_t, alpha_bar_t)
        return columns.map(lambda x, a: -self._pull(columns, x, a), self._pull_cost, self.item)

    def log_density(self, x: Any, alpha_bar_t: Any = 1.0) -> Any:
        """log q_t(x), one number for each item: the shape of x without `item`."""
        columns = self._columns("x", x, alpha_bar_t)
        return columns.map(lambda x, a: _log_sum_exp(columns.xp, self._look(columns, x, a)[2])[0], self._cost, ())

    def density(self, x: Any, alpha_bar_t: Any = 1.0) -> Any:
        """q_t(x), one number for each item: the shape of x without `item`."""
        columns = self._columns("x", x, alpha_bar_t)
        look = lambda x, a: columns.xp.exp(_log_sum_exp(columns.xp, self._look(columns, x, a)[2])[0])  # noqa: E731
        return columns.map(look, self._cost, ())

    def sample(self, n: int, seed: int = 0, alpha_bar_t: float = 1.0) -> Floats:
        """n exact draws of the data (at alpha_bar_t below 1: of x_t), float64 (n, *item); a function of the seed."""
        n, rng = checks.count("n", n), np.random.default_rng(checks.integer("seed", seed, 0))
        a = checks.level("alpha_bar_t", alpha_bar_t)
        chosen = rng.choice(len(self.weights), size=n, p=self.weights)
        D = self._means.shape[1]
        spread = (self._variances[chosen, :, 0] ** 0.5) * rng.standard_normal((n, D))
        if self._axes is not None:
            spread = np.einsum("nde,ne->nd", self._axes[chosen], spread)
        x_0 = self._means[chosen, :, 0] + spread
        if a < 1:
            x_0 = a**0.5 * x_0 + (1 - a) ** 0.5 * rng.standard_normal((n, D))
        return x_0.reshape(n, *self.item)

    def spread(self) -> tuple[Floats, Floats]:
        """Mean (D,) and covariance (D, D) of the data, items laid flat: within the components and between them."""
        means, D = self._means[:, :, 0], self._means.shape[1]
        axes = np.broadcast_to(np.eye(D), (len(means), D, D)) if self._axes is None else self._axes
        within = np.broadcast_to(self._variances[:, :, 0], means.shape)
        mean = self.weights @ means
        inside = np.einsum("k,kde,ke,kfe->df", self.weights, axes, within, axes)
        return mean, inside + np.einsum("k,kd,ke->de", self.weights, means - mean, means - mean)

    @property
    def _cost(self) -> int:
        return self._means.size

    @property
    def _pull_cost(self) -> int:
        return max(self._means.shape[:2]) if self._alike else self._cost

    def __setstate__(self, state: dict[str, Any]) -> None:
        for value in state.values():  # copied or unpickled, its arrays are read-only again
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        self.__dict__.update(state)

    def _columns(self, name: str, x: Any, alpha_bar_t: Any) -> Columns:
        columns = Columns.of(name, x, alpha_bar_t, self.item)
        if not self._variances.all() and columns.reaches_data:
            raise ValueError("alpha_bar_t is 1, but a point mass has no density without noise: take a level below 1")
        return columns

    def _look(self, columns: Columns, x: Any, a: Any) -> tuple[Any, Any, Any]:
        """Of every component: the miss x - sqrt(a) m along its axes (k, D, N), its variances there, log of its share.

        Variances are (k, 1 or D, 1 or N), log shares (k, 1, N).
        """
        miss = x - a**0.5 * columns.constant(self._means)
        if self._axes is not None:
            miss = columns.constant(self._axes.swapaxes(1, 2)) @ miss
        v = a * columns.constant(self._variances) + (1 - a)
        D = len(x)
        log_det = columns.xp.log(v).sum(1, keepdims=True) * (D // v.shape[1]) + D * math.log(2 * math.pi)
        square = (miss**2).sum(1, keepdims=True) / v if v.shape[1] == 1 else (miss**2 / v).sum(1, keepdims=True)
        return miss, v, columns.constant(self._log_weights) - (log_det + square) / 2

    def _pull(self, columns: Columns, x: Any, a: Any) -> Any:
        """sum_j r_j (a C_j + (1 - a) I)^-1 (x - sqrt(a) m_j), (D, N): minus the score."""
        if self._alike:
            return self._pull_alike(columns, x, a)
        miss, v, log_share = self._look(columns, x, a)
        pull = _log_sum_exp(columns.xp, log_share)[1] / v * miss
        if self._axes is not None:
            pull = columns.constant(self._axes) @ pull
        return pull.sum(0)

    def _pull_alike(self, columns: Columns, x: Any, a: Any) -> Any:
        """`_pull` where every C_j is v_0 I: |x|^2 then drops out of r, and two matrix products are all of the work.

        r is the softmax over j of log w_j + sqrt(a) m_j . (x - sqrt(a) m_j / 2) / v: attention from x to the means.
        """
        means = columns.constant(self._means[:, :, 0])  # (k, D)
        v = a * float(self._variances[0, 0, 0]) + (1 - a)
        offset = columns.constant(self._log_weights[:, 0]) - (a / v) * (means**2).sum(1)[:, None] / 2  # (k, 1 or N)
        logs = means @ (x * (a**0.5 / v)) + offset
        parts = columns.xp.exp(logs - columns.xp.amax(logs, 0))
        return (x - a**0.5 * (means.T @ parts) / parts.sum(0)) / v


def _log_sum_exp(xp: Any, logs: Any) -> tuple[Any, Any]:
    """log of the sum over the first axis of exp(logs), and what share of it each has."""
    top = xp.amax(logs, 0)
    parts = xp.exp(logs - top)
    total = parts.sum(0)
    return top + xp.log(total), parts / total


class Gaussian(World):
    """Data N(mean, std^2) elementwise; or, with a mean (d,), N(mean, cov) on the last axis (cov (d, d), or std^2 I).

    std = 0 is a point mass. `mean` and `cov` are float64: a number and its variance, or (d,) and (d, d).
    """

    def __init__(self, mean: ArrayLike, std: Any = None, cov: ArrayLike | None = None) -> None:
        middle = checks.numbers("mean", mean)
        if middle.ndim > 1 or middle.size == 0:
            raise ValueError(f"mean must be a number or of shape (d,) with d at least 1, got shape {middle.shape}")
        validation.one_of("std", std, "cov", cov)
        if cov is None:
            variances, axes = np.array([[validation.spread("std", std) ** 2]]), None
        elif middle.ndim == 0:
            raise ValueError("cov needs a mean of shape (d,); a world of numbers has a std")
        else:
            values, vectors = validation.covariances("cov", checks.numbers("cov", cov)[None], (1, *middle.shape))
            variances, axes = values, vectors
        super().__init__(np.ones(1), middle.reshape(1, -1), variances, axes, middle.shape)
        self.mean = np.float64(middle) if middle.ndim == 0 else validation.frozen(middle)
        self.variances = np.broadcast_to(variances[0], middle.size)  # (d,), along the columns of `directions`
        self.directions = np.eye(middle.size) if axes is None else axes[0]  # (d, d)

    @property
    def cov(self) -> Any:
        """The variance of a scalar world, else float64 (d, d)."""
        if not self.item:
            return np.float64(self.variances[0])
        return (self.directions * self.variances) @ self.directions.T


class GaussianMixture(World):
    """sum_j weights[j] N(means[j], C_j): means (k,) act elementwise, means (k, d) on the last axis.

    C_j is stds[j]^2 (stds (k,)) in every direction, or covs[j] (covs (k, d, d)).
    """

    def __init__(
        self, weights: ArrayLike, means: ArrayLike, stds: ArrayLike | None = None, covs: ArrayLike | None = None
    ) -> None:
        w, m = validation.weights(weights), checks.numbers("means", means)
        if m.ndim not in (1, 2) or len(m) != len(w) or m.size == 0:
            raise ValueError(f"means must be of shape ({len(w)},) or ({len(w)}, d), one a weight, got {m.shape}")
        validation.one_of("stds", stds, "covs", covs)
        if covs is None:
            s = checks.numbers("stds", stds)
            if s.shape != w.shape or not (s > 0).all():
                raise ValueError(f"stds must be {len(w)} numbers above 0 (point masses: `empirical`), got {s}")
            variances, axes = s[:, None] ** 2, None
        elif m.ndim == 1:
            raise ValueError("covs need means of shape (k, d); a world of numbers has stds")
        else:
            variances, axes = validation.covariances("covs", covs, m.shape)
        super().__init__(w, m.reshape(len(w), -1), variances, axes, m.shape[1:])
        self.means = validation.frozen(m)


class Empirical(World):
    """A finite set of equally likely points (n, *item): the ideal denoiser of a data set, which memorises it."""

    def __init__(self, points: Any) -> None:
        values = checks.numbers("points", points)
        if values.ndim == 0 or values.size == 0:
            raise ValueError(f"points must hold at least one point along the first axis, got shape {values.shape}")
        n = len(values)
        super().__init__(np.full(n, 1 / n), values.reshape(n, -1), np.zeros((n, 1)), None, values.shape[1:])
        self.points = validation.frozen(values)


def empirical(points: Any) -> Empirical:
    """The world whose data are exactly `points` (n, *item): numbers, vectors or pictures, NumPy or torch.

    Its denoiser is what a network trained for ever on these points would be: every run ends on one of them.
    """
    return Empirical(points)
