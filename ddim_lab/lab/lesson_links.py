"""From a page to the lessons: the bar's menu, where a lesson's notebook is, and answers to what is asked there."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from ddim_lab.lab import clients
from ddim_lab.lab.live import bounds
from ddim_lab.lab.refusals import STATUS, in_words
from ddim_lab.teaching import asked, lessons
from ddim_lab.teaching.lessons import LESSONS, Lesson, Place

MENU = '<details class="lessons"><summary>Lessons</summary><div class="lessons-list">{}</div></details>'
TITLE = '<p class="menu-title">{}</p>'
SECTION = '<a href="{address}" target="_blank"><u>{lesson}</u><span class="hint">{section}</span></a>'
QUESTION = (
    '<details class="asked" data-asked="{key}"><summary>{question}</summary><p role="status">{waiting}</p></details>'
)
WAITING = "Its numbers are computed now …"
ELSEWHERE = """<!doctype html><meta charset="utf-8"><title>{told}</title>
<h1>{told}</h1><p>This lesson is a notebook of the lab: <code>{path}</code></p><p>In the lab's folder, run</p>
<pre>jupyter lab {path}</pre>"""


def menu(page: str) -> str:
    """The lessons that derive what the page called `page` shows, and what is asked there, as HTML."""
    from ddim_lab.teaching import pages

    derived = "".join(
        SECTION.format(address=address(place), lesson=escape(place.lesson.told), section=escape(place.section))
        for place in pages.pages()[page].DERIVED_IN
    )
    questions = "".join(
        QUESTION.format(key=one.key, waiting=WAITING, question=escape(one.question)) for one in asked.of_page(page)
    )
    parts = [TITLE.format("Derived in"), derived] + ([TITLE.format("Often asked"), questions] if questions else [])
    return MENU.format("".join(parts))


def address(place: Place) -> str:
    """Where the app shows a lesson, from any of its pages."""
    return f"./ddim/lessons/{place.lesson.name}.html{place.anchor}"


async def lesson(request: Request) -> Response:
    """Where the notebook of a lesson is, and what opens it."""
    name = request.path_params["name"]
    found = {each.name: each for each in LESSONS}.get(name)
    if found is None:
        return PlainTextResponse(
            f"there is no lesson {name!r}; there are {', '.join(each.name for each in LESSONS)}", 404
        )
    return HTMLResponse(_elsewhere(found))


async def answer(request: Request) -> Response:
    """The answer to what is asked, as HTML; its numbers are computed now."""
    try:
        found = asked.find(request.path_params["key"])
    except ValueError as error:
        return PlainTextResponse(str(error), 404)
    try:
        return HTMLResponse(await bounds.cores.run(clients.account(request), _answer, found))
    except Exception as error:
        code, text = in_words(error)
        return PlainTextResponse(text, STATUS[code])


def _answer(found: asked.Asked) -> str:
    paragraph = lessons.as_html(found.answer, address)
    more = SECTION.format(address=address(found.place), lesson=escape(found.place.lesson.told), section="")
    return f"<p>{paragraph}</p><p>✓ {escape(found.sentences, quote=False)}</p><p>More: {more}</p>"


def _elsewhere(found: Lesson) -> str:
    return ELSEWHERE.format(told=escape(found.told), path=f"{lessons.FOLDER}/{found.file}")
