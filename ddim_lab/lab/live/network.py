"""The network whose pictures the pages show: the one that the lab ships, or a learner's own.

`ddim-lab app --denoiser package.module:function` names a function that returns a denoiser of 28 x 28 grey pictures
(`dl.adapt` makes one of a network of another convention). It is called once, when a page first needs it.
"""

import argparse
import functools
import logging
import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ddim_lab import address
from ddim_lab.lab.live import passes
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule, log_snr, within

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: spinning threads stall a busy machine tenfold
OPTION = "--denoiser"
KEYWORDS = ("label", "guidance")  # what the pages may tell a network
INDEXED = (
    "{name} counts its time in the steps of its own noise schedule ({own}), and t = {t} of {asked} is none of them"
)
BEYOND = "{name} was trained on log-SNR {low:.4g} to {high:.4g} ({own}), and t = {t} of {asked} is at {level:.4g}"
CHOOSE = {
    True: "{what}: choose noise schedule {own}",
    False: "{what}: choose another noise schedule or length of chain",
}
log = logging.getLogger(__name__)
_loading = threading.Lock()
_chosen: str | None = None


class ModelUnavailableError(Exception):
    """The network cannot be used; the text says why and what to do."""


class NetworkError(Exception):
    """A learner's network failed when it was asked; the text says how."""


def choose(arguments: Sequence[str]) -> None:
    """Takes the learner's network that the command line `arguments` of app.py name, if they name one."""
    parser = argparse.ArgumentParser(prog="app.py", add_help=False)
    parser.add_argument(OPTION)
    show(parser.parse_known_args(arguments)[0].denoiser)


def show(named: str | None) -> None:
    """From now on the pages show the network at the address `named`; None: the shipped one."""
    global _chosen
    _chosen = named
    _own.cache_clear()


@dataclass(frozen=True)
class Engine:
    """What a page tells of where a network computes."""

    name: str
    device: Any


class Own:
    """A learner's denoiser in the place of the shipped one: it hears only what it takes, and fails in words.

    Its passes are not shared (it may know one noise level at a time), they take turns.
    """

    is_busy = False  # a full run is drawn as a whole
    pictures = 0  # that went through it

    def __init__(self, name: str, denoiser: Any):
        from ddim_lab.model.adapters import home_of, keywords_of

        self.name, self.denoiser, self._turns = name, denoiser, threading.Lock()
        self.takes = tuple(word for word in KEYWORDS if word in keywords_of(denoiser))
        self.schedule: NoiseSchedule | None = getattr(denoiser, "schedule", None)
        self.log_snr_range: tuple[float, float] = getattr(denoiser, "log_snr_range", (-math.inf, math.inf))
        self.engine = Engine("your network", home_of(denoiser))

    def __call__(self, x_t: Any, alpha_bar_t: Any, label: Any = None, guidance: float = 1.0) -> Any:
        """eps (B, 1, 28, 28). Raises NetworkError where the network fails, or gives something else."""
        told = {"label": label, "guidance": guidance}
        try:
            with self._turns:
                passes.wanted()
                self.pictures += len(x_t)
                eps = self.denoiser(x_t, alpha_bar_t, **{word: told[word] for word in self.takes})
        except passes.DroppedError:
            raise
        except Exception as error:  # a stranger's network may raise anything
            log.warning("%s failed", self.name, exc_info=error)
            raise NetworkError(f"{self.name} raised {type(error).__name__}: {error}") from error
        fault = self._fault(x_t, eps)
        if fault:
            raise NetworkError(f"{self.name} at alpha_bar = {float(np.max(np.asarray(alpha_bar_t))):.4g}: {fault}")
        return eps

    def _fault(self, x_t: Any, eps: Any) -> str:
        import torch

        if not isinstance(eps, torch.Tensor):
            return f"it must give the noise as a tensor, got {type(eps).__name__}"
        if eps.shape != x_t.shape:
            return f"it must give the noise in the shape of x_t, {tuple(x_t.shape)}, got {tuple(eps.shape)}"
        if torch.isfinite(x_t).all() and not torch.isfinite(eps).all():
            return f"its noise holds {int((~torch.isfinite(eps)).sum())} NaN or infinite values"
        return ""

    @functools.cached_property
    def at_home(self) -> dict[str, Any]:
        """Its own noise schedule as a setting of the lab; empty where it has none that the lab offers."""
        if self.schedule is None:
            return {}
        T = self.schedule.T
        named = ((kind, NoiseSchedule.named(kind, T).alpha_bar) for kind in NoiseSchedule.KINDS)
        kinds = [kind for kind, alpha_bar in named if np.allclose(alpha_bar, self.schedule.alpha_bar, 1e-6, 0)]
        return {"schedule": kinds[0], "T": T} if kinds else {}

    @property
    def own(self) -> str:
        """Its noise schedule in words."""
        if self.at_home:
            return "{schedule}, T = {T}".format(**self.at_home)
        return "unknown" if self.schedule is None else f"T = {self.schedule.T}, none that the lab offers"

    def admit(self, run: Run, asked: str) -> None:
        """Raises ValueError, in words, if `run`, which the page calls `asked`, visits a level that it does not know."""
        knows = getattr(self.denoiser, "knows", None)
        (low, high), told = self.log_snr_range, {"name": self.name, "own": self.own, "asked": asked}
        for t in run.tau[::-1].tolist():
            a = float(run.schedule.alpha_bar[t])
            level = float(log_snr(a))
            if not within(level, self.log_snr_range):
                what = BEYOND.format(**told, t=t, low=low, high=high, level=level)
            elif knows is not None and not knows(a):
                what = INDEXED.format(**told, t=t)
            else:
                continue
            raise ValueError(CHOOSE[bool(self.at_home)].format(what=what, own=self.own))


@functools.cache
def _shipped() -> Any:
    import torch

    from ddim_lab.model.denoiser import OnnxEngine, load_denoiser

    wide = load_denoiser()
    if not isinstance(wide.engine, OnnxEngine):
        return passes.Passes(wide)
    return passes.Passes(wide, load_denoiser("cpu", "onnx", threads=1), torch.get_num_threads())


@functools.cache
def _own(named: str) -> Own | ModelUnavailableError:
    """The learner's network, or why it cannot be had: it is not tried again, its module would stay as it is."""
    try:
        denoiser = address.load(named, OPTION)()
    except Exception as error:  # a stranger's function may raise anything
        log.warning("%s failed", named, exc_info=error)
        return ModelUnavailableError(f"{named} cannot be had: {type(error).__name__}: {error}")
    if not callable(denoiser):
        got = type(denoiser).__name__
        return ModelUnavailableError(f"{named}() must return a denoiser (x_t, alpha_bar_t) -> eps, got {got}")
    return Own(named, denoiser)


def denoiser() -> Any:
    """The denoiser shown, loaded once. Raises ModelUnavailableError if it cannot be had."""
    with _loading:
        try:
            made = _own(_chosen) if _chosen else _shipped()
        except (OSError, ValueError, ImportError) as error:
            raise ModelUnavailableError(str(error)) from error
    if isinstance(made, ModelUnavailableError):
        raise made
    return made


def own() -> Own | None:
    """The learner's network where one is shown and could be loaded; None for the shipped one."""
    try:
        return denoiser() if _chosen else None
    except ModelUnavailableError:
        return None


def is_shipped() -> bool:
    """Whether the pages show the lab's own network."""
    return _chosen is None


def takes() -> tuple[str, ...]:
    """The keywords that the network shown takes; all of them where that is not known."""
    mine = own()
    return KEYWORDS if mine is None else mine.takes


def admit(run: Run, asked: str) -> None:
    """Raises ValueError, in words, if a learner's network does not know the levels of `run`, called `asked`."""
    mine = own()
    if mine is not None:
        mine.admit(run, asked)


def told() -> dict[str, Any] | None:
    """What a page tells of a learner's network; None where the shipped one is shown."""
    if _chosen is None:
        return None
    try:
        mine: Own = denoiser()
    except ModelUnavailableError as error:
        return {"name": _chosen, "takes": KEYWORDS, "start": {}, "range": "not there", "problem": str(error)}
    low, high = mine.log_snr_range
    known = f"log-SNR {low:.4g} to {high:.4g}" if math.isfinite(low) or math.isfinite(high) else "of any noise level"
    own = f"{known}, noise schedule {mine.own}"
    return {"name": mine.name, "takes": mine.takes, "start": mine.at_home, "range": own}


def lines() -> tuple[str, str]:
    """The import that Python needs for the denoiser shown, and the expression that makes it."""
    if _chosen is None:
        return "", "dl.load_denoiser()"
    place, name = address.parted(_chosen, OPTION)
    if address.is_file(place):
        return "from runpy import run_path", f'run_path("{place}")["{name}"]()'
    return f"from {place} import {name.partition('.')[0]}", f"{name}()"
