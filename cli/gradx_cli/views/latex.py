"""Numbers as mathematics in LaTeX."""

from __future__ import annotations

from gradx_cli.views.numbers import shown


def number(value: float | None, digits: int) -> str:
    """A number as mathematics: `1.5 \\cdot 10^{-7}`, `-\\infty`."""
    text = shown(value, digits)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        power = f"10^{{{exponent}}}"
        return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa} \cdot {power}")
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{undefined}"}.get(text, text)
