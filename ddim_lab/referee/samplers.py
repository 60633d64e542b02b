"""Who stands before the judge where no user names another: the lab's own sampler."""

from functools import partial
from importlib.util import find_spec
from operator import attrgetter
from typing import Any

from ddim_lab.referee.judging import Sampler
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, itself, last, path, walk


def missing() -> str:
    """Why our own sampler cannot be judged here; empty where it can."""
    return (
        "" if find_spec("torch") else "torch is not installed, so dl.step is not judged (pip install torch, or --alone)"
    )


def ours(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any, sigma_hat: bool = False) -> Any:
    """`dl.step` along tau, with the noise that the judge hands out."""
    import torch

    from ddim_lab import sampler

    def move(at: Transition, x: Any, _: Any) -> Any:
        eps, z = torch.from_numpy(denoiser(x.numpy(), at.t)), torch.from_numpy(noise(at.j))
        return sampler.step(x, eps, at.a, at.b, eta, sigma_hat, z=z).x_prev

    return last(walk(path(NoiseSchedule(alpha_bar), tau), torch.from_numpy(x_T), move, itself)).numpy()


ours_sigma_hat: Sampler = partial(ours, sigma_hat=True)


def ours_under(solver: str) -> Sampler:
    """What `dl.sample` does at each transition under `solver`, with the noise that the judge hands out."""

    def run(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any) -> Any:
        import torch

        from ddim_lab import sampler

        t_of = {level: t for t, level in enumerate(alpha_bar.tolist())}
        plan = Run(NoiseSchedule(alpha_bar), tau, eta, solver=solver)

        def eps(x: Any, level: float) -> Any:
            return torch.from_numpy(denoiser(x.numpy(), t_of[level]))

        def draw(at: Transition, x: Any) -> Any:
            return torch.from_numpy(noise(at.j))

        move = partial(sampler.move, eps, plan, draw)
        return last(walk(plan.transitions, torch.from_numpy(x_T), move, attrgetter("x_prev"))).x_prev.numpy()

    return run
