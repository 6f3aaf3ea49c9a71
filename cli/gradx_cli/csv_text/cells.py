"""What a cell says: a number, or why it says none."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from gradx.errors import GradxError
from gradx.language.bindings import read_binding

LABELS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}

PLAIN = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no parser of ours."""

_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"[0-9]{4}([-/.])[0-9]{1,2}(\1[0-9]{1,2})?([T ].*)?|[0-9]{1,2}([-/.])[0-9]{1,2}\4[0-9]{2,4}( .*)?"
    r"|[0-9]{1,2}-[0-9]{1,2}|0[0-9]/[0-9]{1,2}|[0-9]{1,2}/0[0-9]"
    rf"|([0-9]{{1,4}}[- .]+)?{_MONTH}([- .,]+[0-9]{{1,4}})+|[0-9]{{1,4}}[- .]+{_MONTH}",
    re.IGNORECASE,
)
_GROUPED = re.compile("[+-]?[0-9]+(?:[ ,.'\u00a0\u202f][0-9]+)+")
_PERCENT = re.compile(r"(.*[0-9.]) ?%")
_NUMBER = r"[+\-−]?[0-9.,]+(?:[eE][+-]?[0-9]+)?"

_OTHERWISE: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), f"is not a number: {what}", hint)
    for pattern, what, hint in (
        (r"#.*|[-–—.?]+|n/?a|null|none|nil|nan", "it says that there is no value", "leave the row out"),
        (r"[+\-−]?(?:inf|infinity|∞)", "it is not finite", "every input needs a finite value"),
        (r"\(([0-9.,]+)\)", "it is in parentheses (-{} in a spreadsheet?)", "write -{} or {}"),
        (r"[0-9]{1,2}:[0-9]{2}.*", "it is a time", "a column of numbers can hold the seconds"),
        (r"=.*", "it is a formula", "save the sheet with values in place of formulas"),
        (rf"([+\-−]?)[$€£¥₩₹] ?({_NUMBER})|({_NUMBER}) ?[$€£¥₩₹]", "it has a currency sign", "write {}"),
        (rf"({_NUMBER}) ?(?!(?:e|pi|π)$)[^\W\d_]+[²³]?(?:/.*)?|({_NUMBER}) ?[°µ].*", "it has a unit", "write {}"),
        (r".*#.*", "it has a # in it", "leave out what is none of the number"),
        (r"[+\-−]\s*[+\-−].*", "it has two signs", "write one of them"),
        (r".*(?<![eE])(?<=[0-9.)iπ ])[+\-−].*", "it is a sum or a difference", "write what it comes to"),
        (
            r"(?!(?:pi|π|e|[a-z]+[0-9]*\()(?![^\W\d_]))(?![¼-¾⅐-⅞])[^\W\d_].*",
            "it is text",
            "a cell is a number, or true, false, yes or no",
        ),
    )
)
"""What the language would read in another way than a table means it, or refuse in words that are none of a table's;
`{}` is the number in it."""


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
    for pattern, message, hint in _OTHERWISE:
        if found := pattern.fullmatch(text):
            digits = "".join(filter(None, found.groups())).replace(",", "").replace("−", "-")
            return Cell(None, text, message.replace("{}", digits), hint.replace("{}", digits))
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
