"""Operations of bundles that are those of numbers under another name, and the functions that work on whole bundles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gradx.language.operators import INFIX, Operator
from gradx.primitive import POWER, PRODUCT, SIGN, Primitive, Writing
from gradx.table import TABLE

_TIMES, _OVER, _POWER = TABLE["*"], TABLE["/"], TABLE["^"]


def _product(name: str, template: str) -> Primitive:
    return replace(_TIMES, name=name, text=Writing(template, PRODUCT, (PRODUCT, SIGN)))


BESIDE: Final = _product("beside", "{} {}")
MATRIX: Final = _product("@", "{} @ {}")
DOT: Final = _product("·", "{}·{}")
CROSS: Final = _product("×", "{} × {}")
ENTRYWISE: Final = _product("⊙", "{} ⊙ {}")
TRANSPOSED: Final = replace(TABLE["identity"], name="'", text=Writing("{}^T", POWER, (POWER + 1,)))

PRIMED: Final = replace(TRANSPOSED, text=Writing("{}'", POWER, (POWER + 1,)))
"""How the transpose is written where T is a name."""

PRODUCTS: Final = frozenset((BESIDE, MATRIX, DOT))
"""Products of matrices where both sides are bundles."""

SCALAR_OF: Final[Mapping[Primitive, Primitive]] = dict.fromkeys((BESIDE, MATRIX, DOT, CROSS, ENTRYWISE), _TIMES)
"""What each of them is of numbers."""

_LIKE_TIMES = INFIX["*"]


def _as_times(row: Primitive) -> tuple[int, Operator]:
    return _LIKE_TIMES[0], (PRODUCT, row, None)


BUNDLE_INFIX: Final[dict[str, tuple[int, Operator]]] = {
    **INFIX,
    "@": _as_times(MATRIX),
    "·": _as_times(DOT),
    "×": _as_times(CROSS),
    "⊙": _as_times(ENTRYWISE),
    ".*": INFIX["*"],
    "./": INFIX["/"],
    ".^": INFIX["^"],
}

SUMS: Final = ("sum", "mean", "prod", "max", "min")
"""What runs over an index, over all entries, or along an axis."""

FUNCTIONS: Final = (*SUMS, "norm", "dot", "softmax", "logsumexp", "trace", "zeros", "ones", "eye")
"""Functions of whole bundles: functions only directly before a parenthesis."""

SPELLINGS: Final = {"Σ": "sum", "Π": "prod", "tr": "trace", "Tr": "trace"}
"""Other names of them."""

EACH: Final = "each"
"""What a statement for every value of an index is read as: `y[i=1..3] = E` is `y = each(i=1..3, E)`."""
