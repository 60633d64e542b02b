"""Noise schedules: alpha_bar[0..T], how much of the data's variance is left at each time.

Time counts as in the paper (Song et al., DDIM, arXiv:2010.02502): t = 0 is data, alpha_bar[0] == 1 exactly.
The DDIM paper writes alpha_t for what is called alpha_bar here (and in Ho et al., DDPM, arXiv:2006.11239).
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ddim_lab import checks

LOG_SNR_MIN, LOG_SNR_MAX = -20.0, 12.0  # the noise levels that the network's training covers
FORGIVEN = 1e-9  # in log-SNR: what rounding makes of a level at the end of a range


@dataclass(frozen=True, eq=False)
class NoiseSchedule:
    """alpha_bar as float64 (T + 1,): alpha_bar[0] == 1.0, strictly decreasing, positive. Immutable; equal and hashed
    by value.

    q(x_t | x_0) = N(sqrt(alpha_bar[t]) x_0, (1 - alpha_bar[t]) I)  (DDPM, Eq. 4; DDIM, Eq. 4).
    Raises ValueError if the values are no such sequence.
    """

    alpha_bar: NDArray[np.float64]
    KINDS: ClassVar[tuple[str, ...]] = ("linear", "scaled_linear", "sigmoid", "cosine", "flow", "zero_snr")

    def __post_init__(self) -> None:
        values = checks.numbers("alpha_bar", self.alpha_bar)
        if values.ndim != 1 or len(values) < 2:
            raise ValueError(f"alpha_bar must hold T + 1 values with T at least 1, got shape {values.shape}")
        if values[0] != 1.0:
            raise ValueError(
                f"alpha_bar[0] must be exactly 1, got {values[0]}; a table of T values, such as the alphas_cumprod of "
                "diffusers, begins at t = 1: prepend 1, NoiseSchedule(numpy.concatenate([[1.0], table]))"
            )
        if not (values[-1] > 0 and (np.diff(values) < 0).all()):
            raise ValueError(
                "alpha_bar must decrease strictly and stay above 0 in float64; "
                f"it falls to {values[-1]} at T = {len(values) - 1}: use betas further from 0 and 1, or fewer steps"
            )
        values.setflags(write=False)
        object.__setattr__(self, "alpha_bar", values)

    @property
    def T(self) -> int:
        """Number of steps of the full chain."""
        return len(self.alpha_bar) - 1

    def __eq__(self, other: object) -> bool:
        return np.array_equal(self.alpha_bar, other.alpha_bar) if isinstance(other, NoiseSchedule) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.alpha_bar.tobytes())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.alpha_bar,)  # copied or unpickled, it is made anew: read-only again

    @classmethod
    def from_betas(cls, betas: ArrayLike) -> "NoiseSchedule":
        """The schedule with forward variances `betas` (T,), beta_t at index t - 1 (DDPM, Eq. 2)."""
        values = checks.numbers("betas", betas)
        if values.ndim != 1 or values.size == 0:
            raise ValueError(f"betas must be a sequence of at least one number, got shape {values.shape}")
        outside = (values <= 0) | (values >= 1)
        if outside.any():
            t = int(np.argmax(outside)) + 1
            raise ValueError(f"betas must lie in (0, 1), got beta_{t} = {values[t - 1]}")
        return cls(np.concatenate([[1.0], np.cumprod(1.0 - values)]))

    @classmethod
    def linear(cls, T: int = 1000, beta_start: float = 1e-4, beta_end: float = 0.02) -> "NoiseSchedule":
        """betas equally spaced (DDPM, Section 4), taken as given whatever T is."""
        T = checks.count("T", T)
        start, end = checks.fraction("beta_start", beta_start), checks.fraction("beta_end", beta_end)
        return cls.from_betas(np.linspace(start, end, T))

    @classmethod
    def scaled_linear(cls, T: int = 1000, beta_start: float = 0.00085, beta_end: float = 0.012) -> "NoiseSchedule":
        """Square roots of the betas equally spaced (latent diffusion's choice)."""
        T = checks.count("T", T)
        start, end = checks.fraction("beta_start", beta_start), checks.fraction("beta_end", beta_end)
        return cls.from_betas(np.linspace(start**0.5, end**0.5, T) ** 2)

    @classmethod
    def sigmoid(
        cls,
        T: int = 1000,
        beta_start: float = 1e-4,
        beta_end: float = 0.02,
        span: float = 6,
    ) -> "NoiseSchedule":
        """betas along a logistic curve from -span to span."""
        T = checks.count("T", T)
        start, end = checks.fraction("beta_start", beta_start), checks.fraction("beta_end", beta_end)
        span = checks.real("span", span)
        with np.errstate(over="ignore"):  # a span of hundreds is a jump from one beta to the other
            betas = start + (end - start) / (1 + np.exp(-np.linspace(-span, span, T)))
        return cls.from_betas(betas)

    @classmethod
    def cosine(cls, T: int = 1000, s: float = 0.008, beta_max: float = 0.999) -> "NoiseSchedule":
        """alpha_bar along cos^2 (Nichol & Dhariwal 2021, arXiv:2102.09672, Eq. 17), betas at most `beta_max`."""
        T = checks.count("T", T)
        s, beta_max = checks.real("s", s), checks.fraction("beta_max", beta_max)
        if s < 0:
            raise ValueError(f"s must be at least 0, got {s}")
        f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
        return cls.from_betas(np.minimum(1 - f[1:] / f[:-1], beta_max))

    @classmethod
    def flow(cls, T: int = 1000) -> "NoiseSchedule":
        """The line (1 - s) x_0 + s eps of flow matching (Lipman et al. 2023, arXiv:2210.02747) as a noise schedule.

        Scaled to variance 1 it has alpha_bar = (1 - s)^2 / ((1 - s)^2 + s^2). s is evenly spaced from log-SNR 12 at
        t = 1 to -20 at t = T; T = 1 is the noisy end alone.
        """
        clear, noisy = (1 / (1 + math.exp(level / 2)) for level in (LOG_SNR_MAX, LOG_SNR_MIN))
        s = np.linspace(noisy, clear, checks.count("T", T))[::-1]
        return cls(np.concatenate([[1.0], (1 - s) ** 2 / ((1 - s) ** 2 + s**2)]))

    @classmethod
    def zero_snr(cls, T: int = 1000, beta_start: float = 1e-4, beta_end: float = 0.02) -> "NoiseSchedule":
        """Linear betas, then sqrt(alpha_bar) shifted and scaled (Lin et al. 2024, arXiv:2305.08891, Algorithm 1).

        alpha_bar[1] stays; alpha_bar[T] is that of log-SNR -20 instead of their 0. T = 1 is the noisy end alone.
        """
        root = cls.linear(T, beta_start, beta_end).alpha_bar[1:] ** 0.5
        end = (1 + math.exp(-LOG_SNR_MIN)) ** -0.5
        stretch = (root[0] - end) / (root[0] - root[-1]) if len(root) > 1 else 1.0
        root = end + (root - root[-1]) * stretch
        return cls(np.concatenate([[1.0], root**2]))

    @classmethod
    def named(cls, kind: str, T: int = 1000) -> "NoiseSchedule":
        """The shipped schedule called `kind` (one of `NoiseSchedule.KINDS`) with its default parameters."""
        return getattr(cls, checks.choice("noise schedule", kind, cls.KINDS))(T)


def log_snr(alpha_bar: ArrayLike) -> NDArray[np.float64]:
    """log(alpha_bar / (1 - alpha_bar)), the log signal-to-noise ratio; inf where alpha_bar is 1."""
    a = np.asarray(alpha_bar, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.log(a) - np.log1p(-a)


def within(level: Any, log_snr_range: tuple[float, float]) -> Any:
    """Whether a log-SNR, or each of an array or tensor, lies in the range; a rounding at its ends is forgiven."""
    lowest, highest = log_snr_range
    return (level >= lowest - FORGIVEN) & (level <= highest + FORGIVEN)
