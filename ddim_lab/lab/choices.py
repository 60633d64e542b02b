"""What the pages' selects offer: the core's kinds in the core's order, and the words for them.

A page's file says where: `<!-- spacings -->` within a select. A kind without words is offered by its name.
"""

from collections.abc import Callable, Iterable, Mapping

from ddim_lab import solvers as kinds_of_solver
from ddim_lab import spacing
from ddim_lab.lab.settings import DIGITS
from ddim_lab.quality import cell
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.transition import CLIPS

SPACINGS = {
    "trailing": "even, ends at T",
    "leading": "even, starts at 1",
    "linspace": "even, 1 to T",
    "quadratic": "dense near the data",
}
# While a question asks what a kind's words say: the question's name for them, and another text.
VEILED = {"quadratic": ("dense", "quadratic")}
SCHEDULES = {"scaled_linear": "scaled linear", "flow": "flow matching", "zero_snr": "zero SNR"}
CLIPPING = {"none": "no", "keep_eps": "yes, keep the noise", "rederive_eps": "yes, re-derive the noise"}
SOLVERS = {"ddim": "DDIM", "dpmpp_2m": "2M", "dpmpp_2s": "2S"}
BELIEFS = {  # what the row of predicted x_0 shows
    "ddim": "what the network believes",
    "dpmpp_2m": "the network's beliefs, extrapolated",
    "dpmpp_2s": "two beliefs of the network, averaged",
}
INVERSES = ("implicit", "explicit")  # the ways up to a code, as links and questions call them
ASKED = {"each": "each in turn", "any": "any (no label)"}


def options(kinds: Iterable[str], text: Callable[[str], str], veiled: Mapping[str, tuple[str, str]] = {}) -> str:
    """The options of a select; `veiled`, by kind: what its text tells (data-tells), and how it reads meanwhile."""

    def veil(kind: str) -> str:
        tells, meanwhile = veiled[kind]
        return f' data-tells="{tells}" data-veil="{meanwhile}"'

    return "".join(
        f'<option value="{kind}"{veil(kind) if kind in veiled else ""}>{text(kind)}</option>' for kind in kinds
    )


def spacings() -> str:
    """The rules for the steps visited."""
    return options(spacing.KINDS, lambda kind: SPACINGS.get(kind, kind))


def measured_spacings() -> str:
    """Those of the measured table."""
    return options(cell.SPACINGS, lambda kind: SPACINGS.get(kind, kind))


def named_spacings() -> str:
    """The same with the name that the library gives each rule."""
    return options(spacing.KINDS, lambda kind: f"{SPACINGS[kind]} ({kind})" if kind in SPACINGS else kind, VEILED)


def schedules() -> str:
    """The noise schedules."""
    return options(NoiseSchedule.KINDS, lambda kind: SCHEDULES.get(kind, kind))


def clips() -> str:
    """Whether and how the predicted x_0 is clipped."""
    return options(CLIPS, lambda clip: CLIPPING.get(clip, clip))


def solver(kind: str) -> str:
    """A solver in a word, and what the library calls it."""
    name = SOLVERS.get(kind, kind)
    return name if name.lower() == kind else f"{name} ({kind})"


def solvers() -> str:
    """Whose belief a step uses: the network's own, extrapolated, averaged."""
    return options(kinds_of_solver.SOLVERS, solver)


def digits() -> str:
    """The digit asked for, or none."""
    return options(DIGITS, lambda digit: ASKED.get(digit, digit))


def inverses() -> str:
    """How the step up is solved."""
    return options(INVERSES, str)


def labels() -> str:
    """The label of a picture, or none."""
    return options(("none", *(digit for digit in DIGITS if digit.isdecimal())), str)


OFFERS = {
    offer.__name__: offer
    for offer in (spacings, measured_spacings, named_spacings, schedules, solvers, clips, digits, inverses, labels)
}
