"""Parentheses that are open while an expression is read, and what is called with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from gradx.language import diagnosis
from gradx.language.constants import CONSTANTS
from gradx.language.functions import Extent, Function, Scope
from gradx.language.tokens import NAME, Tokens, identifier, normal_name, sort
from gradx.numbers import Relation
from gradx.primitive import Primitive
from gradx.table import SHARED_NAMES

WHERE_NAME = "where"


class Parsed(NamedTuple):
    """An expression that was read: its node, its place in the text, and the token that ended it."""

    node: int
    start: int
    end: int
    rest: int


@dataclass(eq=False, repr=False)
class Frame:
    """An open parenthesis at `at`. `function` is None where it groups; `start` is where the function's name begins.

    `base_of_log`: what the name of a logarithm says, as in log_3(x), and where.
    """

    at: int
    start: int
    base: int
    function: Primitive | Function | str | None = None
    exponent: tuple[float, Extent] | None = None
    relation: Relation | None = None
    base_of_log: tuple[str, Extent] | None = None


def function_example(name: str, function: Primitive | Function | str | None) -> str:
    """A call of `function` as a message shows it."""
    return diagnosis.example_call(name, () if function is None or isinstance(function, str) else function.parameters)


def missing_operand(frame: Frame | None, name: str, text: str, symbol: str, start: int) -> diagnosis.Finding:
    """What is wrong where an operand is due and `symbol` stands, in a call of `name` ("" for none)."""
    before = text[:start].rstrip()
    if symbol == ")" and frame is None:
        return diagnosis.unopened(start)
    if symbol == ")" and frame is not None and frame.function is not None and frame.at + 1 == len(before):
        return diagnosis.no_arguments(name, frame.start, start + 1, function_example(name, frame.function))
    return diagnosis.missing_operand(before, symbol, start, len(text))


FUNCTION_LETTERS: Final = frozenset("fgh")
"""Letters that stand for a function wherever they stand before a parenthesis."""


def is_factor(name: str) -> bool:
    """Whether `name(…)` may be a product at all: a constant, or one letter, perhaps with a number, but not f, g, h."""
    if name in CONSTANTS:
        return True
    return (len(name) == 1 or name[1:].isdigit()) and name[0] not in FUNCTION_LETTERS


def log_base(name: str) -> str | None:
    """The base that the name of a logarithm says: `3` for log_3 and log₃, `b` for log_b."""
    found = re.fullmatch(r"log(?:_?([0-9]+)|_([^\W\d_][0-9]*))", name)
    return None if found is None else found[1] or found[2]


def base_of_log(scope: Scope, base: str, place: Extent) -> int:
    """The node of a base. It comes behind the argument, as in log(x, b)."""
    if base.isdigit():
        return scope.literal(float(base), place)
    node = scope.values.get(base)
    return scope.unknown(base, place, False) if node is None else node


def is_called(tokens: Tokens, k: int) -> bool:
    """Whether a parenthesis follows token k, a name. `gamma (x)` is a product: its parenthesis stands apart."""
    if tokens.texts[k + 1] != "(":
        return False
    apart = tokens.start(k + 1) > tokens.ends[k]
    return not (apart and tokens.texts[k] in SHARED_NAMES)


def calls_a_value(tokens: Tokens, k: int) -> bool:
    """Whether token k is a name that has a value and cannot be a factor, with a parenthesis behind it."""
    token = tokens.texts[k]
    return sort(token) == NAME and not is_factor(normal_name(token)) and is_called(tokens, k)


@lru_cache(1)
def written_values(text: str) -> frozenset[str]:
    """The names that stand somewhere in a program with no parenthesis behind them."""
    names = re.compile(rf"({identifier().pattern})(?![ \t]*+\()").findall(text)
    return frozenset(map(normal_name, names))
