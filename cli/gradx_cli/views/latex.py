"""Numbers as mathematics in LaTeX."""

from __future__ import annotations

from gradx.language.latex import latex_number
from gradx_cli.views.numbers import NONE, shown

_WORDS = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{undefined}", NONE: r"\text{not taken}"}


def number(value: float | None, digits: int) -> str:
    """A number as mathematics: `1.5 \\cdot 10^{-7}`, `-\\infty`."""
    return mathematics(shown(value, digits))


def mathematics(text: str) -> str:
    """The same of a number as `gradx_cli.views.numbers` writes it."""
    return _WORDS.get(text) or latex_number(text)[0]
