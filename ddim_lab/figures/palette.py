"""One meaning, one colour, everywhere, and never colour alone: each term has a letter, a fill, a dash and a marker too.

The colours are those of Okabe & Ito (2008), which stay apart for colour-blind readers. Data only, no imports.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One of the things a step is made of, and how it is drawn wherever it appears."""

    name: str  # key
    words: str  # what a learner reads
    letter: str  # drawn on or beside every area of this colour
    latex: str
    fill: str  # "solid", "hatched", "dotted" or "none"
    colour: str  # lines and areas, on light and dark ground
    text_light: str  # text on a light ground, contrast above 4.5
    text_dark: str  # text on a dark ground
    hatch: str  # the fill in Matplotlib
    pattern: str  # the fill in Plotly
    dash: str  # lines in Plotly
    marker: str  # points in Plotly

    def text(self, dark: bool) -> str:
        """The colour for words about this term."""
        return self.text_dark if dark else self.text_light


X0 = Term(
    "x0", "predicted x0", "x₀", r"\hat x_0", "solid",
    "#0072B2", "#0072B2", "#56B4E9", hatch="", pattern="", dash="solid", marker="square",
)  # fmt: skip
EPS = Term(
    "eps", "predicted noise, put back", "ε", r"\hat\epsilon", "hatched",
    "#009E73", "#00734F", "#3DDBA8", hatch="////", pattern="/", dash="dash", marker="diamond",
)  # fmt: skip
FRESH = Term(
    "fresh", "fresh noise", "z", "z", "dotted",
    "#D55E00", "#B34700", "#FF8A3D", hatch="..", pattern=".", dash="solid", marker="circle",
)  # fmt: skip
NEUTRAL = Term(
    "neutral", "x_t, k, m, alpha_bar", "x_t", "x_t", "none",
    "#7A8794", "#55606B", "#A9B4C0", hatch="", pattern="", dash="dot", marker="triangle-up",
)  # fmt: skip
GUESS = Term(
    "guess", "your guess", "?", "?", "none",
    "#E69F00", "#8F6000", "#FFC74D", hatch="", pattern="", dash="longdash", marker="star",
)  # fmt: skip

TERMS = (X0, EPS, FRESH)  # the three summands of x_prev, in their order
ALL = (*TERMS, NEUTRAL, GUESS)


@dataclass(frozen=True)
class Ground:
    """What lies behind the terms."""

    background: str
    text: str
    muted: str  # axes, captions
    grid: str


LIGHT = Ground(background="#FFFFFF", text="#1F2933", muted="#55606B", grid="#E4E8EC")
DARK = Ground(background="#0E1117", text="#F2F5F8", muted="#A9B4C0", grid="#2A323C")


def ground(dark: bool) -> Ground:
    """The ground of the dark or the light theme."""
    return DARK if dark else LIGHT
