"""What the lab must show, straight from the public contract (`dl.sample`) and not from anything in `ddim_lab.lab`."""

from functools import lru_cache, partial

import numpy as np
import torch

import ddim_lab as dl

DEFAULTS = {
    "eta": 0.0, "S": 10, "spacing": "trailing", "schedule": "linear", "T": 1000, "seed": 0,
    "images": 8, "digit": "each", "guidance": 1.0, "clip": "none", "sigma_hat": False,
    "solver": "ddim",
}  # fmt: skip


@lru_cache
def denoiser():
    return dl.load_denoiser()


def steps(settings: dict, n: int | None = None, first: int = 0):
    """dl.sample at `settings` (what differs from the defaults), for the images first .. first + n - 1."""
    s = DEFAULTS | settings
    n = s["images"] if n is None else n
    labels = [(first + i) % 10 if s["digit"] == "each" else int(s["digit"]) for i in range(n) if s["digit"] != "any"]
    model = partial(denoiser(), label=torch.tensor(labels) if labels else None, guidance=s["guidance"])
    schedule = getattr(dl.NoiseSchedule, s["schedule"])(s["T"])
    tau = getattr(dl.spacing, s["spacing"])(s["T"], s["S"])
    x_T = dl.initial_noise(n, (1, 28, 28), seed=s["seed"], first=first)
    return dl.sample(model, x_T, schedule, tau, s["eta"], s["sigma_hat"], s["clip"], s["seed"], first, s["solver"])


def grey(values: torch.Tensor, limit: float = 1.0) -> np.ndarray:
    """-limit..limit as 0..255: (B, 1, 28, 28) -> int (B, 28, 28)."""
    scaled = (values.double().numpy()[:, 0] / limit + 1) * 127.5
    return np.rint(np.clip(scaled, 0, 255)).astype(int)


def film(settings: dict, n: int | None = None, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(x_t, predicted x_0), each int (S + 1, n, 28, 28); the results stand in both at the end."""
    walked = list(steps(settings, n, first))
    end = grey(walked[-1].x_prev)
    return np.stack([*(grey(s.x_t) for s in walked), end]), np.stack([*(grey(s.x0) for s in walked), end])


def assert_same_picture(shown, true, what: str = "picture") -> None:
    """Equal to one grey level, everywhere."""
    apart = int(np.abs(np.asarray(shown).astype(int) - true).max())
    assert apart <= 1, f"{what} is {apart} grey levels away from dl.sample"
