"""The words of mathematics: functions that are written into a run of letters, other names of functions, Greek."""

from __future__ import annotations

from typing import Final

from gradx.language.latex import GREEK_WORDS
from gradx.language.suggestions import same_function
from gradx.table import CALLABLE

GREEK: Final = frozenset(GREEK_WORDS) | {"varepsilon", "vartheta", "varphi", "lam", "eps"}

_ELEMENTARY: Final = (
    *("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "ln", "log", "exp", "sqrt", "cbrt"),
    *("asin", "acos", "atan", "arcsin", "arccos", "arctan", "tg", "ctg"),
)
GLUED: Final = tuple(sorted(_ELEMENTARY, key=len, reverse=True))
"""The functions that are written without a parenthesis, longest first: `sinx`, `xlnx`."""

_ENGLISH = (
    "cost costs cosy sing sink sins sine tank tang tans logo logs loge login expo expos sect secs seca cots using "
    "basing casing rising losing posing nosing dosing musing fusing hosing easing busing resins rosins stand "
    "stank titans butane blogs clogs slogs flogs scots"
)
ENGLISH: Final = frozenset(_ENGLISH.split())
"""English words that a function and a letter make."""

_PAIRS = "if in is it of or to no so we us do go be by he me my an as at am ok hi"
ENGLISH_PAIRS: Final = frozenset(_PAIRS.split())
"""Pairs of letters that are words."""
NAMES: Final = ENGLISH_PAIRS | {"lr", "id", "wd", "bs"}
"""Pairs of letters that are rather a word or one name."""

_OTHERS: Final = {
    "arcsen": "asin", "senh": "sinh", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "Γ": "gamma",
    "ψ": "digamma", "σ": "sigmoid", "sigma": "sigmoid", "lgam": "lgamma",
}  # fmt: skip
"""Other names of functions, beside those for which a hint says what to write."""


def function(word: str) -> str | None:
    """The function that `word` names, in whatever capitals, or in another language of mathematics."""
    if word in CALLABLE or word == "where":
        return word
    lower = word.lower()
    other = _OTHERS.get(word) or _OTHERS.get(lower)
    if other in CALLABLE:
        return other
    if len(word) < 2:
        return None
    if lower in CALLABLE:
        return lower
    if word.isupper() and word[0] == "D" and lower[1:] in CALLABLE:
        return lower[1:]  # Fortran's DEXP
    same = same_function(lower)
    return same if same in CALLABLE else None
