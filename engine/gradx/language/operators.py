"""How tight each operator binds, and by which of its names a function is written: `ln` where no `log` stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

from gradx.numbers import Relation
from gradx.primitive import ATOM, Primitive, Writing
from gradx.table import CALLABLE, OPERATORS, TABLE

Operator = tuple[int, Primitive | None, int | None]
"""How tight it binds, its row, and where it stands if it is a prefix."""

ROOT = ATOM
"""What binds tighter than a power: √."""

_SPELLINGS = {"×": "*", "**": "^"}


def _infix(name: str) -> tuple[int, Operator]:
    """What to finish first, as tight as the left operand must bind, and what to put on the stack."""
    row = TABLE[name]
    return row.text.needs[0], (row.text.binds, row, None)


INFIX: dict[str, tuple[int, Operator]] = {
    **{row.name: _infix(row.name) for row in OPERATORS if row.arity == 2},
    **{spelling: _infix(name) for spelling, name in _SPELLINGS.items()},
}

TIMES = INFIX["*"][1]
RAISED = INFIX["^"][1]
NEGATIVE = TABLE["neg"]
SQUARE_ROOT = TABLE["sqrt"]
FLOOR: Operator = (0, None, None)

RELATIONS: dict[str, Relation] = {
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "==": "==", "!=": "!=", "≠": "!=",
}  # fmt: skip


Names = frozenset[tuple[str, str]]
"""A row's own name, and the other one that is written in its place."""

_OTHERS: Final = tuple(name for name, row in CALLABLE.items() if name != row.name)


@lru_cache(maxsize=64)
def names_in(text: str, rows: frozenset[Primitive] | None = None) -> Names:
    """The functions, of `rows` (None: all), that a text calls by one name alone, and that not the row's own, each with
    that name."""
    found: dict[str, set[str]] = {}
    wanted = (name for name in _OTHERS if rows is None or CALLABLE[name] in rows)
    for name in (name for name in wanted if name in text and _stands_in(text, name)):
        found.setdefault(CALLABLE[name].name, set()).add(name)
    alone = ((own, names.pop()) for own, names in found.items() if len(names) == 1)
    return frozenset(pair for pair in alone if not _stands_in(text, pair[0]))


def _stands_in(text: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z_]){name}(?![A-Za-z0-9_])", text) is not None


def in_words(text: str) -> str:
    """The shortest text in which the same names stand."""
    return " ".join(sorted(other for _, other in names_in(text)))


@cache
def writing_with(names: Names) -> Callable[[Primitive], Writing]:
    """How an operation is written in text under these names."""
    others = dict(names)

    def writing(row: Primitive) -> Writing:
        other = others.get(row.name)
        return row.text._replace(template=other + row.text.template.removeprefix(row.name)) if other else row.text

    return writing


def called(row: Primitive, text: str) -> str:
    """The name that a function is called by in a program with this text."""
    return writing_with(names_in(text))(row).template.partition("(")[0]
