"""Parentheses that are open while an expression is read, and what is called with them."""

from __future__ import annotations

from dataclasses import dataclass

from gradx.language import diagnosis
from gradx.language.functions import Extent, Function
from gradx.numbers import Relation
from gradx.primitive import Primitive

WHERE_NAME = "where"


@dataclass(slots=True)
class Frame:
    """An open parenthesis at `at`. `function` is None where it groups; `start` is where the function's name begins.

    `doubtful`: a name before it that is no function.
    """

    at: int
    start: int
    base: int
    function: Primitive | Function | str | None = None
    exponent: tuple[float, Extent] | None = None
    relation: Relation | None = None
    doubtful: Extent | None = None


def function_example(name: str, function: Primitive | Function | str | None) -> str:
    """A call of `function` as a message shows it."""
    return diagnosis.example_call(name, function.parameters if isinstance(function, Function) else ())
