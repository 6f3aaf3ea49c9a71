"""What a cell says: a number, or why it says none."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from gradx.errors import GradxError
from gradx.language.bindings import read_binding

LABELS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no parser of ours."""

_DATE = re.compile(r"[0-9]{4}([-/.])[0-9]{1,2}(\1[0-9]{1,2})?([T ].*)?|[0-9]{1,2}([-/.])[0-9]{1,2}\4[0-9]{2,4}( .*)?")
_GROUPED = re.compile("[+-]?[0-9]+(?:[ ,.'\u00a0\u202f][0-9]+)+")
_PERCENT = re.compile(r"(.*[0-9.]) ?%")


class Cell(NamedTuple):
    """`number` is None where the cell says none, and `message` and `hint` are then why; `text` is what `name=text`
    would say."""

    number: float | None
    text: str = ""
    message: str = ""
    hint: str | None = None


@lru_cache(maxsize=4096)
def read_cell(cell: str) -> Cell:
    """A number, a constant expression such as 1/3, or a label: true, false, yes, no."""
    text = cell.strip()
    if PLAIN.fullmatch(text) and math.isfinite(number := float(text)):
        return Cell(number, text)
    if not text:
        return Cell(None, "", "is empty", "every point has a number for every input")
    label = LABELS.get(text.lower())
    if label is not None:
        return Cell(label, f"{label:g}")
    if _DATE.fullmatch(text):
        return Cell(None, text, "is not a number: it is a date", "a column of numbers can hold the days since one")
    if _GROUPED.fullmatch(text):
        message = "is not a number: its digits are in groups, or its decimal has a comma"
        return Cell(None, text, message, f"write {' or '.join(_meant(text))}")
    percent = _PERCENT.fullmatch(text)
    if percent and PLAIN.fullmatch(percent[1]):
        return Cell(None, text, "is not a number: it is a percentage", f"write {float(percent[1]) / 100:.12g}")
    try:
        return Cell(read_binding(f"x={text}").value, text)
    except GradxError as error:
        return Cell(None, text, f"is not a number: {error.problem.message}", error.problem.hint)


def _meant(text: str) -> list[str]:
    """The numbers that one in groups of digits, or with a decimal comma, may be."""
    plain = re.sub("[ '\u00a0\u202f]", "", text)
    signs = plain.count(","), plain.count(".")
    whole, decimal = plain.replace(",", "").replace(".", ""), plain.replace(",", ".")
    if all(signs):
        head, _, tail = plain.rpartition("," if plain.rfind(",") > plain.rfind(".") else ".")
        return [f"{head.replace(',', '').replace('.', '')}.{tail}"]
    if sum(signs) != 1:
        return [whole]
    return [whole, decimal] if re.fullmatch("[+-]?[0-9]{1,3},[0-9]{3}", plain) else [decimal]
