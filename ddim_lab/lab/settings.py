"""The one state every page shares: names and numbers for its link, checked where they enter; they build a `Run`."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from ddim_lab import checks, solvers, spacing
from ddim_lab.lab import fields
from ddim_lab.lab.live import network
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.transition import CLIPS

ETA_END = 1.5  # where the eta slider ends if the run's bound lies beyond it
T_MAX, IMAGES_MAX, WORK_MAX = 1000, 64, 16_000  # WORK_MAX: images x network calls of one request
GUIDANCE_MAX, SEED_MAX = 8.0, 2**31 - 1
DIGITS = ("each", "any", *"0123456789")  # "each": image i shows digit i mod 10; "any": no label
FIELDS: dict[str, fields.Rule] = {  # S and eta depend on the others
    "T": fields.whole(1, T_MAX),
    "seed": fields.whole(0, SEED_MAX),
    "images": fields.whole(1, IMAGES_MAX),
    "digit": fields.one_of(DIGITS),
    "clip": fields.one_of(CLIPS),
    "sigma_hat": checks.flag,
    "guidance": fields.within(0, GUIDANCE_MAX),
    "schedule": lambda _, value: checks.choice("noise schedule", value, NoiseSchedule.KINDS),
    "spacing": fields.one_of(spacing.KINDS),
    "solver": fields.one_of(solvers.SOLVERS),
}
OTHERS_NEED = ("schedule", "spacing", "solver", "S")  # what decides whether the rest of a link can be taken


@dataclass(frozen=True)
class Settings:
    """A run of the lab. Raises TypeError or ValueError, naming value and remedy, if it is none."""

    eta: float = 0.0
    S: int = 10
    spacing: str = "trailing"
    schedule: str = "linear"
    T: int = 1000
    seed: int = 0
    images: int = 8
    digit: str = "each"
    guidance: float = 1.0
    clip: str = "none"
    sigma_hat: bool = False
    solver: str = "ddim"

    def __post_init__(self) -> None:
        for name, rule in FIELDS.items():
            rule(name, getattr(self, name))
        fields.whole(1, self.T)("S", self.S)
        if self.images * self.calls > WORK_MAX:
            raise ValueError(
                f"images x network calls must be at most {WORK_MAX}, got {self.images} x {self.calls}: "
                "take fewer images or fewer steps"
            )
        eta = checks.real("eta", self.eta)
        solvers.check(self.solver, eta, self.sigma_hat, self.clip)
        if not 0 <= eta <= self.eta_end:
            raise ValueError(
                f"eta must lie within 0..{rounded_down(self.eta_end)} for S = {self.S}, {self.spacing} steps, "
                f"{self.schedule} noise schedule and T = {self.T}; got {self.eta}"
            )
        if self.sigma_hat and self.eta != 1:
            raise ValueError(f"sigma_hat is a second variance for eta = 1 alone, got eta = {self.eta}")

    @cached_property
    def run(self) -> Run:
        """What the core knows of it: noise schedule, steps visited, and how a step is taken."""
        return replace(self._path, eta=self.eta, sigma_hat=self.sigma_hat, clip=self.clip)

    @property
    def _path(self) -> Run:
        """The same at eta 0, without clipping."""
        return _path(self.schedule, self.T, self.spacing, self.S, self.solver)

    @property
    def calls(self) -> int:
        """How often the network is called for each image."""
        return solvers.calls(self.solver, self.S)

    @property
    def eta_end(self) -> float:
        """Where the eta slider ends: the run's bound, at most `ETA_END`."""
        return min(self._path.eta_bound, ETA_END)

    @cached_property
    def asked(self) -> float:
        """The eta that was asked for; `fit` may have lowered it."""
        return self.eta

    @property
    def lowered(self) -> str | None:
        """In words, that eta had to be lowered; None if it had not."""
        return lowered("eta", self)

    def head(self) -> dict[str, Any]:
        """What a page must know of the run that was taken: its settings, where eta ends, that it was lowered."""
        return {"settings": self.to_dict(), "eta_end": self.eta_end, "lowered": self.lowered}

    @property
    def levels_told(self) -> str:
        """Its noise schedule, as a page calls it."""
        return f"{self.schedule}, T = {self.T}"

    @property
    def sampling(self) -> dict[str, Any]:
        """The keyword arguments of `dl.sample` that these settings fix."""
        return {name: getattr(self, name) for name in ("eta", "sigma_hat", "clip", "seed", "solver")}

    def labels(self, n: int, first: int = 0) -> list[int] | None:
        """The digit asked of each of the images first .. first + n - 1; None for "any"."""
        if self.digit == "any":
            return None
        return [(first + row) % 10 if self.digit == "each" else int(self.digit) for row in range(n)]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def _kinds(cls) -> dict[str, type]:
        return {field.name: type(field.default) for field in dataclasses.fields(cls)}

    @classmethod
    def parse(cls, values: Any) -> "Settings":
        """From a decoded JSON object. Unknown names and wrong types are errors; missing names take their defaults."""
        if not isinstance(values, Mapping):
            raise TypeError(f"settings must be an object of names and values, got {type(values).__name__}")
        kinds = cls._kinds()
        unknown = sorted(set(values) - set(kinds))
        if unknown:
            raise ValueError(f"unknown setting {unknown[0]!r}; known are {', '.join(kinds)}")
        taken = {}
        for name, value in values.items():
            whole = isinstance(value, int) and not isinstance(value, bool)
            taken[name] = checks.real(name, value) if kinds[name] is float and whole else value
        return heard(cls(**taken))

    @classmethod
    def fit(cls, values: Any) -> "Settings":
        """As `parse`, but S is lowered to T and eta to the run's bound: what a slider's end would have done."""
        if not isinstance(values, Mapping):
            return cls.parse(values)
        S = _lowered(values.get("S", cls.S), values.get("T", cls.T))
        parsed = cls.parse({**values, "S": S, "eta": 0.0, "sigma_hat": False})
        eta = checks.real("eta", values.get("eta", cls.eta))
        if checks.flag("sigma_hat", values.get("sigma_hat", False)):
            return replace(parsed, eta=1.0, sigma_hat=True)
        fitted = replace(parsed, eta=min(eta, parsed.eta_end))
        fitted.__dict__["asked"] = eta
        return fitted

    def changed(self, **changes: Any) -> "Settings":
        """The same run but for `changes`, fitted as `fit` does from the eta that was asked for."""
        return Settings.fit(self.to_dict() | {"eta": self.asked} | changes)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple["Settings", list[str]]:
        """From a link's query: what is right is taken, what is not is left at its default and said in words."""
        rules = {name: fields.as_written(kind) for name, kind in cls._kinds().items()}
        wanted, problems = fields.read(query, rules)
        settings = _of_length(wanted, problems)
        try:  # all together first: a large eta may need the link's S
            return heard(replace(settings, **wanted)), problems
        except (TypeError, ValueError):
            for name, value in sorted(wanted.items(), key=lambda item: item[0] not in OTHERS_NEED):
                try:
                    settings = replace(settings, **{name: value})
                except (TypeError, ValueError) as error:
                    problems.append(str(error))
        return heard(settings), problems

    def to_query(self) -> dict[str, str]:
        """What differs from the defaults, as a link's query."""
        default = Settings()
        changed = {name: value for name, value in asdict(self).items() if value != getattr(default, name)}
        return {name: str(value).lower() if isinstance(value, bool) else f"{value}" for name, value in changed.items()}


@cached(LRUCache(256), lock=Lock())
def _path(schedule: str, T: int, visited: str, S: int, solver: str) -> Run:
    return Run.named(S=S, spacing=visited, schedule=schedule, T=T, solver=solver)


def heard(settings: Settings) -> Settings:
    """What of `settings` the network shown can hear: no digit, and no guidance, where it takes none."""
    deaf = {"label": {"digit": "any", "guidance": 1.0}, "guidance": {"guidance": 1.0}}
    taken = network.takes()
    changes = {name: value for word, own in deaf.items() if word not in taken for name, value in own.items()}
    return replace(settings, **changes) if changes else settings


def lowered(name: str, settings: Settings) -> str | None:
    """In words, that the eta which a page calls `name` had to be lowered; None if it had not."""
    if settings.asked <= settings.eta_end:
        return None
    if settings.eta_end == 0:
        return f"{name} was lowered to 0: the solver {settings.solver} walks a path without fresh noise."
    return f"{name} was lowered to {rounded_down(settings.eta)}, the largest this run admits."


def rounded_down(eta: float) -> str:
    """Four decimals that are never above `eta`: a bound that is told has to be admitted."""
    return f"{math.floor(eta * 1e4) / 1e4:.4f}"


def _of_length(wanted: dict[str, Any], problems: list[str]) -> Settings:
    """The defaults at the T that a link wants, if it is one, S lowered to it; an S above it leaves `wanted`, told."""
    T, S = wanted.get("T", 0), wanted.get("S", 0)
    if not 1 <= T <= T_MAX:
        return Settings()
    if T < S:
        problems.append(f"S must be at most T, got S = {S} and T = {T}")
        del wanted["S"]
    return Settings(T=T, S=min(Settings.S, T))


def _lowered(value: Any, limit: Any) -> Any:
    both_whole = all(isinstance(v, int) and not isinstance(v, bool) for v in (value, limit))
    return min(value, limit) if both_whole else value


def fitted(name: str, value: Any) -> Settings:
    """The rule of a view's settings: what a slider's end would do is done."""
    return Settings.fit(value)


def fitted_plain(name: str, value: Any) -> Settings:
    """The rule of a view that knows DDIM's own step alone: the same setting under that solver."""
    if not isinstance(value, Mapping):
        return Settings.fit(value)
    FIELDS["solver"]("solver", value.get("solver", Settings.solver))
    return Settings.fit({**value, "solver": Settings.solver})


def parsed(name: str, value: Any) -> Settings:
    """The rule of the settings of a run that exists."""
    return Settings.parse(value)
