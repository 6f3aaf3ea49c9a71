"""Numbers as mathematics in LaTeX."""

from __future__ import annotations

from gradx.language.latex import latex_number
from gradx_cli.views.numbers import shown


def number(value: float | None, digits: int) -> str:
    """A number as mathematics: `1.5 \\cdot 10^{-7}`, `-\\infty`."""
    text = shown(value, digits)
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{undefined}"}.get(text) or latex_number(text)[0]
