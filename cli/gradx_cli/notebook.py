"""The pages of results for a notebook: what the engine finds in the entry points `gradx.pages`."""

from __future__ import annotations

from html import escape

from gradx.errors import GradxError
from gradx.lessons.checking import Solved
from gradx.point.exploration import Exploration
from gradx_cli.explorer.page import page
from gradx_cli.pages import check as check_page
from gradx_cli.pages import eval as eval_page
from gradx_cli.renderers.html import fragment

DIGITS = 10


def html(result: object) -> str | None:
    """The page of a result as a piece of HTML; None for what has none."""
    match result:
        case Exploration():
            return _moving(result) or fragment(eval_page.answer(result, DIGITS))
        case Solved():
            return fragment(check_page.answer(result, DIGITS))
    return None


def _moving(exploration: Exploration) -> str | None:
    """The page that moves, in a frame which it makes as tall as it is; None for a program that it does not take."""
    try:
        document = escape(page(exploration))
    except GradxError:
        return None
    style = "width: 100%; height: 60rem; border: 0"
    return f'<iframe class="gradx" title="gradx" style="{style}" srcdoc="{document}"></iframe>'
