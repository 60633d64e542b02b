"""Every question of the app with its answer, for who teaches: the right option and the numbers are computed now."""

import warnings
from collections.abc import Iterator
from html import escape

from ddim_lab.errata.misconceptions import MISCONCEPTIONS
from ddim_lab.handouts.page import Page
from ddim_lab.teaching.pages import TITLES, pages
from ddim_lab.teaching.pages import questions as all_questions
from ddim_lab.teaching.questions import Option, Question

FILE, TITLE = "answers.html", "The app's questions, with answers"
OPENING = (
    "Right options (✓) and numbers were computed by the shipped network and the core when this page was written. "
    "Under each wrong option stands what its learner is told and, in brackets, what they believe. "
    "An address opens the question in the lab: put the lab's own before it, as in http://localhost:8501{address}."
)
COMPUTING = "computing answers {first} to {last} of {count} ({page})"
ASK = "/{path}?ask={key}"
DO = "<p>Between guess and reply: {}</p>\n"


def page() -> Iterator[str | Page]:
    """What is computed next, in words with counts, a page of the app at a time; then answers.html.

    About a minute of one core.
    """
    parts, before, count = [f"<h1>{TITLE}</h1>"], 0, len(all_questions())
    for name, title in TITLES.items():
        questions = pages()[name].QUESTIONS
        yield COMPUTING.format(first=before + 1, last=before + len(questions), count=count, page=title)
        before += len(questions)
        parts.append(f"<h2>{escape(title)}</h2>")
        parts += [_question(question, address(name, question)) for question in questions]
    example = address(next(iter(TITLES)), pages()[next(iter(TITLES))].QUESTIONS[0])
    parts.insert(1, f"<p>{escape(OPENING.format(address=example))}</p>")
    yield Page(FILE, TITLE, "\n".join(parts))


def address(page: str, question: Question) -> str:
    """Where the lab opens `question`, behind its own address."""
    return ASK.format(path="" if page == next(iter(TITLES)) else page, key=question.key)


def _question(question: Question, at: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # some ask about just what the core warns of
        right, why = question.answer(), question.explanation
    options = "\n".join(_option(option, i == right) for i, option in enumerate(question.options))
    do = DO.format(escape(question.do.sentence)) if question.do else ""
    return (
        f'<section class="question">\n<p><strong>{escape(question.prompt)}</strong><br><code>{escape(at)}</code></p>\n'
        f"<ul>\n{options}\n</ul>\n{do}<p>{escape(why)}</p>\n</section>"
    )


def _option(option: Option, right: bool) -> str:
    """The right one needs no reply: what explains it follows the options."""
    if right:
        return f"<li class=right>{escape(option.text)}</li>"
    believed = f" ({escape(MISCONCEPTIONS[option.misconception])})" if option.misconception else ""
    return f'<li>{escape(option.text)}<span class="reply">{escape(option.reply)}{believed}</span></li>'
