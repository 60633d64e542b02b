"""Markdown as a lesson writes it, turned to HTML: formulas as MathML, as the app typesets them; links between pages.

Parsed by nbconvert, whose rules are those of Jupyter.
"""

import re
from html import escape, unescape
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ddim_lab.symbolic.mathml import from_latex

NOTEBOOK, PAGE = ".ipynb", ".html"
TAG = re.compile(r"<[^>]*>")


def to_html(source: str) -> str:
    """`source` as HTML. Raises ValueError, with the formula in it, where a formula cannot be typeset."""
    return MarkdownWithMath(renderer=_Pages(escape=False, exclude_anchor_links=True)).render(source)


def formula(latex: str, block: bool = False) -> str:
    """`latex` as MathML; a `block` stands on a line of its own. Raises ValueError, with the formula in it."""
    try:
        typeset = from_latex(latex.strip().replace("{aligned}", "{split}"), block)  # the library knows the second
    except Exception as error:  # the library has a dozen, without a common base
        raise ValueError(f"the formula {latex!r} cannot be typeset: {type(error).__name__} {error}".strip()) from error
    if "\\" in typeset or "<mi>&</mi>" in typeset:  # what the library does not know it passes on
        raise ValueError(f"the formula {latex!r} holds what cannot be typeset")
    return f'<span class="formula">{typeset}</span>' if block else typeset


class _Pages(IPythonRenderer):
    """HTML as nbconvert's, but for what a page without a network must do itself."""

    def inline_math(self, body: str) -> str:
        return formula(body)

    def block_math(self, body: str) -> str:
        return formula(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A lesson's page stands beside this one, as its notebook did."""
        notebook, mark, part = url.partition("#")
        if notebook.endswith(NOTEBOOK) and "/" not in notebook:
            url = notebook.removesuffix(NOTEBOOK) + PAGE + mark + part
        return super().link(text, url, title)

    def table(self, text: str) -> str:
        """In a frame that scrolls where a screen is too narrow."""
        return f'<div class="wide"><table>{text}</table></div>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        return code_block(code) if (info or "").startswith("python") else f"<pre>{escape(code)}</pre>\n"

    def block_html(self, html: str) -> str:
        return html + "\n"

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """With the mark that Jupyter gives it, for links from other lessons."""
        words = unescape(TAG.sub("", text)).replace(" ", "-")
        return f'<h{level} id="{escape(words)}">{text}</h{level}>\n'


def code_block(source: str) -> str:
    """Python as HTML, in classes that the pages' style colours."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter())
