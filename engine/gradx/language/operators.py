"""The operators of the language, and how tight each binds: as it is written (see the table), so it is read."""

from __future__ import annotations

from gradx.numbers import Relation
from gradx.primitive import ATOM, Primitive
from gradx.table import OPERATORS, TABLE

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
