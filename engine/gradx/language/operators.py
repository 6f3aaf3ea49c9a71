"""The operators of the language, and how tight each binds."""

from __future__ import annotations

from gradx.arithmetic import Relation
from gradx.primitive import Primitive
from gradx.primitives import TABLE

Operator = tuple[int, Primitive | None, int | None]
"""How tight it binds, its row, and where it stands if it is a prefix."""

SUM, PRODUCT, SIGN, POWER, ROOT = range(1, 6)

INFIX: dict[str, tuple[int, Operator]] = {
    "+": (SUM, (SUM, TABLE["+"], None)),
    "-": (SUM, (SUM, TABLE["-"], None)),
    "*": (PRODUCT, (PRODUCT, TABLE["*"], None)),
    "×": (PRODUCT, (PRODUCT, TABLE["*"], None)),
    "/": (PRODUCT, (PRODUCT, TABLE["/"], None)),
    "%": (PRODUCT, (PRODUCT, TABLE["%"], None)),
    "^": (ROOT, (POWER, TABLE["^"], None)),
    "**": (ROOT, (POWER, TABLE["^"], None)),
}
"""What to finish first, and what to put on the stack."""

TIMES = INFIX["*"][1]
RAISED = INFIX["^"][1]
NEGATIVE = TABLE["neg"]
SQUARE_ROOT = TABLE["sqrt"]
FLOOR: Operator = (0, None, None)

RELATIONS: dict[str, Relation] = {
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "==": "==", "!=": "!=", "≠": "!=",
}  # fmt: skip
