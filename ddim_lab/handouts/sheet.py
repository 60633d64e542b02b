"""The formulas on one page of paper, and under them every symbol in the notations that learners meet."""

from html import escape

from ddim_lab.handouts.markdown import formula, to_html
from ddim_lab.handouts.page import Page
from ddim_lab.symbolic import notation
from ddim_lab.teaching.formulas import FORMULAS, Formula, Part

TITLE = "DDIM on one page"
OPENING = "{colours}: the three summands of a step. $\\eta = 0$ is DDIM, $\\eta = 1$ the DDPM on the same steps."
COLOURS = (("x0", "predicted x0"), ("eps", "predicted noise, put back"), ("noise", "fresh noise"))


def page() -> Page:
    """The sheet, sheet.html."""
    colours = ", ".join(f'<b class="{role}">{words}</b>' for role, words in COLOURS)
    shown = "\n".join(map(_shown, FORMULAS))
    body = (
        f"<h1>{TITLE}</h1>\n{to_html(OPENING.format(colours=colours))}"
        f'<dl class="formulas">\n{shown}\n</dl>\n'
        f"<h2>The same symbols elsewhere</h2>\n{to_html(notation.with_meanings())}"
        f"{to_html(notation.ENDING_WORDS + ' ' + notation.EDM_WORDS)}"
    )
    return Page("sheet.html", TITLE, body, kind="sheet")


def _shown(one: Formula) -> str:
    latex = " ".join(map(_coloured, one.parts))
    source = f'<span class="source">{escape(one.source)}</span>'
    return f"<div><dt>{escape(one.name)} · {source}</dt>\n<dd>{formula(latex, block=True)}</dd></div>"


def _coloured(part: Part) -> str:
    latex = part.latex["ours"]
    return rf"\class{{{part.role}}}{{{latex}}}" if part.role else latex
