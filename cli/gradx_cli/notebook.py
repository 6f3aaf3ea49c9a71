"""The pages of results for a notebook: what the engine finds in the entry points `gradx.pages`."""

from __future__ import annotations

from gradx.lessons.checking import Solved
from gradx.point.exploration import Exploration
from gradx_cli.pages import check as check_page
from gradx_cli.pages import eval as eval_page
from gradx_cli.renderers.html import fragment

DIGITS = 10


def html(result: object) -> str | None:
    """The page of a result as a piece of HTML; None for what has none."""
    match result:
        case Exploration():
            return fragment(eval_page.answer(result, DIGITS))
        case Solved():
            return fragment(check_page.answer(result, DIGITS))
    return None
