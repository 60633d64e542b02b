"""What a typed answer is told: every sentence stands whole in SAID; page and lesson choose by the same verdict."""

from ddim_lab.symbolic.answers import Point, Remainder
from ddim_lab.symbolic.verdicts import Verdict

SAID = {
    "slip": "{unknown}: {reply}",
    # on the page, beside the numbers of a transition
    "mean-high": "The new mean would be too high. Put your k into k + m·√a: √b should come out.",
    "mean-low": "The new mean would be too low. Put your k into k + m·√a: √b should come out.",
    "mean-unreal": "At this transition the mean condition gets no real number: a root of something negative.",
    "variance-high": "The new picture would have too much noise. Put your m into m²·(1 − a) + σ²: 1 − b should come "
    "out.",
    "variance-low": "The new picture would have too little noise. Put your m into m²·(1 − a) + σ²: 1 − b should come "
    "out.",
    "variance-unreal": "At this transition the variance condition gets no real number: a root of something negative.",
    "only-here": "Its number is 0 only because sigma is 0 here. Move eta, and it shows.",
    "only-at-the-end": "Its number is 0 only because b = 1 in the last transition. Choose another one, and it shows.",
    "mean-waits": "Now k: the mean condition waits for it.",
    "variance-waits": "Now m: the variance condition waits for it.",
    "hold": "Both conditions hold, and what remains of each is the number 0.",
    "compared": "This form was too long to simplify: it was compared at three points, to 40 digits.",
    # in a lesson
    "nothing": "✎ Nothing typed yet. {hint}",
    "refused": "✎ {refusal}.",
    "read-one": "Read as ${first}$.",
    "read-two": "Read as ${first}$, ${second}$.",
    "waits-for-one": "… **{condition} condition:** waits for {first}.",
    "waits-for-two": "… **{condition} condition:** waits for {first} and {second}.",
    "holds": "✓ **{condition} condition:** holds; what remains is $0$.",
    "remains": "✗ **{condition} condition:** what remains is ${formula}$, and it should be $0$.",
    "remains-much": "✗ **{condition} condition:** too much remains to be shown, and it should be $0$.",
    "lesson-slip": "✎ {unknown}: {reply}",
    "now": "✎ Now {unknown}. {hint}",
    "lesson-hold": "**Both conditions hold.** That is the missing part of the derivation.",
    "by-hand": "✎ Put your formula into the {condition} condition by hand, and see where the rest comes from.",
    "by-hand-both": "✎ Put your formula into the mean and the variance condition by hand, and see where the rest comes "
    "from.",
}


def on_page(verdict: Verdict, point: Point) -> list[str]:
    """What the page says at a transition, `point` = (a, b, sigma, m): slips; else what is wrong; what comes next."""
    told = [SAID["slip"].format(unknown=name, reply=slip.reply) for name, slip in verdict.slips.items()]
    for condition, unknown in zip(verdict.conditions, ("k", "m"), strict=True):
        told += _of_condition(verdict, condition, unknown, point)
    if not told:
        told.append(SAID["hold"])
        if not all(condition.proved for condition in verdict.conditions):
            told.append(SAID["compared"])
    return told


def _of_condition(verdict: Verdict, condition: Remainder, unknown: str, point: Point) -> list[str]:
    if condition.needs:
        waits = unknown in [name.name for name in verdict.empty]
        return [SAID[f"{condition.condition}-waits"]] if waits else []
    if condition.holds:
        return []
    told, (_, b, sigma, _) = [], point
    number = verdict.number(condition, point)
    if not verdict.slips:
        kind = "unreal" if number is None else "high" if number > 0 else "low"
        told.append(SAID[f"{condition.condition}-{kind}"])
    if sigma == 0 and number is not None and abs(number) < 1e-9:
        told.append(SAID["only-here" if float(b) < 1 else "only-at-the-end"])
    return told
