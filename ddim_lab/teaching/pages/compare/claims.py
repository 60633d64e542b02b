"""The sentences of the page "Compare", checked on the very lanes that are on screen and in the world that is known."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ddim_lab.latents import comparing
from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.guidance import GUIDANCE
from ddim_lab.teaching.pages.compare import measure as lanes
from ddim_lab.teaching.pages.compare.comparisons import find
from ddim_lab.teaching.pages.compare.measure import FIRST, FOUR

MANY = 1000
STEPS, NOISY = "compare-steps", "compare-noisy-steps"
CLIPPED = 30.0  # a state so far out that the belief is clipped


def varieties() -> dict[str, float]:
    """How the pixels vary over the eight results: DDPM, without its noise, DDIM."""
    return {name: lanes.variety("compare-off", lane) for lane, name in enumerate(("ddpm", "off", "ddim"))}


def _off_is_uniform() -> bool:
    vary = varieties()
    return vary["off"] < 0.3 * min(vary["ddpm"], vary["ddim"])


def _off_is_one_three() -> bool:
    """All but one of the eight are read as the digit that was asked, and DDPM's step has room for fresh noise."""
    run = Run.named(eta=1.0)
    room = 1 - run.levels[:-1, 1] - run.m[:-1] ** 2 * (1 - run.levels[:-1, 0])
    return bool((room > 0).all()) and _off_is_uniform() and lanes.wrongly_read("compare-off", 1) <= 1


def _ddim_puts_back() -> bool:
    """More than DDPM, down to the last step, which leaves no noise."""
    ddim, ddpm = Run.named(), Run.named(eta=1.0)
    differ = (ddim.k != ddpm.k) & (ddim.m != ddpm.m) & (ddim.put_back > ddpm.put_back)
    return bool(differ[:-1].all())


def moved(key: str) -> dict[str, float]:
    """How far the pictures move from 10 to 100 steps."""
    return {"moved": float(lanes.apart(key, 3, FIRST).mean())}


def _start_decides() -> bool:
    nearer = [float(lanes.apart(STEPS, lane, FIRST, of=3).mean()) for lane in range(3)]
    return nearer == sorted(nearer, reverse=True) and moved(STEPS)["moved"] < 0.2 * lanes.between(STEPS, 0)


def _noises_decide() -> bool:
    """The pictures are others, and in every lane most are read as the digits that were asked."""
    right = all(lanes.wrongly_read(NOISY, lane, FIRST) <= FIRST / 2 for lane in range(4))
    return right and moved(NOISY)["moved"] > 0.5 * lanes.between(STEPS, 0)


CALLS, MORE = "compare-calls", 39  # network calls at which 2S has come nearer than DDIM
SOLVED: tuple[str, ...] = ("ddim", "extrapolated", "averaged")  # lanes 2 to 4


def at_few_calls() -> dict[str, float]:
    """How far five calls end from the fifty steps: DDIM, 2M, 2S."""
    return {name: float(lanes.apart(CALLS, lane).mean()) for lane, name in enumerate(SOLVED, start=1)}


@cache
def at_more_calls() -> Mapping[str, float]:
    """The same of DDIM and 2S at 39 calls, of which 2S makes twenty steps."""
    yardstick = lanes.pictures(CALLS, 0)[:FOUR]
    steps = {"ddim": (1, MORE), "averaged": (3, (MORE + 1) // 2)}
    drawn = {name: lanes.with_steps(CALLS, lane, S, FOUR) for name, (lane, S) in steps.items()}
    return MappingProxyType({name: float(comparing.gaps(made, yardstick).mean()) for name, made in drawn.items()})


def _better_order_is_farther() -> bool:
    """2S is of second order, takes three steps of five calls, and ends farthest; every digit is read as asked."""
    far, calls = at_few_calls(), {Run.named(**lane).calls for lane in find(CALLS).lanes[1:]}
    read = all(lanes.wrongly_read(CALLS, lane) == 0 for lane in range(4))
    return calls == {5} and far["extrapolated"] < far["ddim"] < far["averaged"] and read


def _order_tells_of_more_calls() -> bool:
    few, more = at_few_calls(), at_more_calls()
    return few["averaged"] > few["ddim"] and more["averaged"] < more["ddim"]


def spacings() -> dict[str, float]:
    """How far ten steps of each kind end from fifty even ones."""
    kinds = ("trailing", "leading", "quadratic")
    return {name: float(lanes.apart("compare-spacing", lane, FOUR).mean()) for lane, name in enumerate(kinds, start=1)}


def misread() -> dict[str, int]:
    """Of eight clipped digits, how many are read wrongly: the noise kept, the noise derived again."""
    return {"kept": lanes.wrongly_read("compare-clip", 2), "derived": lanes.wrongly_read("compare-clip", 1)}


def _keeping_breaks_digits() -> bool:
    wrong = misread()
    return wrong["derived"] < wrong["kept"] > 4


def _parts_must_add_up() -> bool:
    """At a level in the middle belief and noise make x_t again, in every way of clipping but the one that keeps eps."""
    import torch

    from ddim_lab import sampler

    middle = Run.named().transitions[5]
    x_t = torch.full((1, 1), CLIPPED, dtype=torch.float64)
    gaps = {}
    for clip in ("none", "rederive_eps", "keep_eps"):
        step = sampler.step(x_t, measure.KNOWN_WORLD.eps(x_t, middle.a), middle.a, middle.b, clip=clip)
        gaps[clip] = float((middle.a**0.5 * step.x0 + (1 - middle.a) ** 0.5 * step.eps - x_t).abs().max())
    return max(gaps["none"], gaps["rederive_eps"]) < 1e-12 < 1e-2 < gaps["keep_eps"]


def out_of_range() -> dict[str, float]:
    """The percentage of pixels outside the range of a picture: with sigma-hat, at eta 1."""
    return {name: 100 * lanes.beyond("compare-hat", lane) for lane, name in ((2, "larger"), (1, "plain"))}


def _hat_has_no_room() -> bool:
    run, out = Run.named(eta=1.0, sigma_hat=True), out_of_range()
    too_much = run.sigma**2 + run.put_back**2 > run.sigma_max**2
    return bool(too_much[:-1].all()) and out["larger"] > out["plain"] + 5


def digits_read() -> dict[str, int]:
    """How many different digits are read where all eight have one start: at eta 0, 0.5 and 1."""
    return {name: len(set(lanes.read("compare-noises", lane))) for lane, name in enumerate(("quiet", "half", "noisy"))}


def _noise_decides_the_digit() -> bool:
    read = digits_read()
    return read["quiet"] == 1 < read["half"] and read["noisy"] > 2


def first_steps() -> dict[str, Any]:
    """The first record of DDPM, of DDPM without its noise, and of DDIM, in the known world."""
    run = Run.named()
    off = next(comparing.noise_off(measure.KNOWN_WORLD.eps, measure.start(), run.schedule, run.tau))
    return {"ddpm": measure.film(Run.named(eta=1.0))[0], "off": off, "ddim": measure.film(run)[0]}


def _part_after_the_belief() -> bool:
    ddpm, off, ddim = first_steps().values()
    together = all(bool((step.x_t == ddpm.x_t).all() and (step.x0 == ddpm.x0).all()) for step in (off, ddim))
    pairs = ((ddpm, off), (off, ddim), (ddim, ddpm))
    return together and all(bool((step.x_prev != other.x_prev).all()) for step, other in pairs)


@cache
def far_apart() -> Mapping[str, float]:
    """In the known world with many steps: how far DDPM's pictures are from DDIM's, and how both crowds spread."""
    ddim, ddpm = (Run.named(eta=eta, S=MANY) for eta in (0.0, 1.0))
    return MappingProxyType(
        {
            "gap": measure.gap(measure.pictures(ddim), measure.pictures(ddpm)),
            "ddim": measure.exact_spread(ddim),
            "ddpm": measure.exact_spread(ddpm),
            "right": measure.STD,
        }
    )


def _far_and_both_right() -> bool:
    far = far_apart()
    close = [abs(far[name] / far["right"] - 1) < 0.05 for name in ("ddim", "ddpm")]
    return all(close) and far["gap"] > 0.1 * far["right"]


NOTES: dict[str, Claim] = {"guidance": GUIDANCE}

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "off-varies-less",
        "The pixels vary by {off:.2f} over the eight results; with the noise by {ddpm:.2f}, in DDIM by {ddim:.2f}.",
        {"S": 10},
        _off_is_uniform,
        numbers=varieties,
    ),
    Claim(
        "off-shrinks",
        "DDPM's k and m leave room for fresh noise. If none comes, all starts shrink towards one typical 3.",
        {"eta": 1.0},
        _off_is_one_three,
    ),
    Claim(
        "ddim-puts-back",
        "DDIM has another k and m: it puts the predicted noise back instead.",
        {"eta": 0.0},
        _ddim_puts_back,
    ),
    Claim(
        "steps-move-little",
        "Between 10 and 100 steps the pictures move by {moved:.2f} only. At eta 0 the start decides everything; more "
        "steps follow the same path more closely.",
        {"eta": 0.0},
        _start_decides,
        numbers=lambda: moved(STEPS),
    ),
    Claim(
        "noisy-steps-move-far",
        "Between 10 and 100 steps they move by {moved:.2f}, as far as one picture is from another. A hundred steps "
        "draw a hundred fresh noises, and these decide too. None of the lanes is wrong.",
        {"eta": 1.0},
        _noises_decide,
        numbers=lambda: moved(NOISY),
    ),
    Claim(
        "calls-few",
        "From the fifty steps they are {ddim:.2f} (DDIM), {extrapolated:.2f} (2M) and {averaged:.2f} (2S) away: three "
        "long strides of a second-order solver lose to five of DDIM. This gap is to the end of the path, and no "
        "verdict on the digits: the judge reads all of them as asked.",
        {"S": 5},
        _better_order_is_farther,
        numbers=at_few_calls,
    ),
    Claim(
        "calls-more",
        "With 39 calls 2S is nearer than DDIM, {averaged:.3f} against {ddim:.3f}. An order says how fast the gap falls "
        "as calls are added, not how large it is.",
        {"S": MORE},
        _order_tells_of_more_calls,
        numbers=at_more_calls,
    ),
    Claim(
        "spacings-close",
        "From the fifty steps they are {trailing:.3f} (ending at T), {leading:.3f} (starting at 1) and "
        "{quadratic:.3f} (quadratic) away. All three are close. The paper took quadratic steps for CIFAR10 and even "
        "ones for CelebA: which is best must be measured.",
        {"S": 10},
        lambda: max(spacings().values()) < comparing.VISIBLE,
        numbers=spacings,
    ),
    Claim(
        "clip-misread",
        "The judge reads {kept} of 8 wrongly; with the noise re-derived {derived}.",
        {"guidance": 5.0},
        _keeping_breaks_digits,
        numbers=misread,
    ),
    Claim(
        "clip-adds-up",
        "Predicted x0 and predicted noise must add up to x_t. Clip one and keep the other, and each step builds a "
        "picture that fits neither.",
        {"clip": "keep_eps"},
        _parts_must_add_up,
    ),
    Claim(
        "hat-out-of-range",
        "{larger:.0f} % of its pixels lie more than a tenth outside the range of a picture, against {plain:.0f} % at "
        "eta 1. sigma-hat adds more noise than the step has room for, and with ten steps there is no time to take it "
        "away again.",
        {"eta": 1.0, "sigma_hat": True},
        _hat_has_no_room,
        numbers=out_of_range,
    ),
    Claim(
        "noise-decides-digit",
        "The judge reads {quiet} digit at eta 0, {half} different ones at 0.5 and {noisy} at 1. At eta 0 the start "
        "decides alone. Even half of eta lets the fresh noise decide which digit it becomes.",
        {"digit": "any"},
        _noise_decides_the_digit,
        numbers=digits_read,
    ),
    Claim(
        "lanes-part-late",
        "All lanes begin with the same x_T, and the network's first belief is made from it alone: scrub to the left "
        "and switch to “predicted x0”. Only then each lane makes its own next picture of it.",
        {},
        _part_after_the_belief,
    ),
    Claim(
        "far-and-both-right",
        "Take pictures of a single pixel, its grey values on a bell curve: everything can be computed. DDPM's and "
        "DDIM's are {gap:.2f} apart, and yet both vary as the data do, with a standard deviation of {ddim:.3f} and "
        "{ddpm:.3f} for {right:g}. A distance says that two pictures differ, not which one is better.",
        {"S": MANY},
        _far_and_both_right,
        numbers=far_apart,
    ),
)
