"""Parentheses that are open while an expression is read, and what is called with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gradx.language import diagnosis
from gradx.language.functions import Extent, Function
from gradx.numbers import Relation
from gradx.primitive import Primitive

WHERE_NAME = "where"


class Parsed(NamedTuple):
    """An expression that was read: its node, its place in the text, and the token that ended it."""

    node: int
    start: int
    end: int
    rest: int


@dataclass(slots=True)
class Frame:
    """An open parenthesis at `at`. `function` is None where it groups; `start` is where the function's name begins.

    `base_of_log`: the node that the name of a logarithm says, as in log_3(x).
    """

    at: int
    start: int
    base: int
    function: Primitive | Function | str | None = None
    exponent: tuple[float, Extent] | None = None
    relation: Relation | None = None
    base_of_log: int | None = None


def function_example(name: str, function: Primitive | Function | str | None) -> str:
    """A call of `function` as a message shows it."""
    return diagnosis.example_call(name, () if function is None or isinstance(function, str) else function.parameters)
