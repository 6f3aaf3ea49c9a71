"""The small functions that a `machine` is made of: a few equal operations over closure cells, one after the other.

Each is only a pattern: its code is bound to the cells of a machine (outputs `o1` …, operands `a1`, `b1`, …, and `f`
for what is called), and calls the function that follows it, `then`: that is cheaper than to go through a list. What
stands here is Python's own arithmetic, no rule of any primitive.
"""

# ruff: noqa: E702

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import cast


def end() -> None:
    """What the last of the functions that follow each other calls."""


# fmt: off
def _patterns() -> dict[str, tuple[Callable[[], object], ...]]:
    o1 = o2 = o3 = o4 = o5 = o6 = o7 = o8 = 0.0
    a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = 0.0
    b1 = b2 = b3 = b4 = b5 = b6 = b7 = b8 = 0.0
    c1 = c2 = d1 = d2 = 0.0
    f: Callable[..., float] = float
    then: Callable[[], None] = end

    def add1() -> None:
        nonlocal o1
        o1 = a1 + b1
        then()

    def add2() -> None:
        nonlocal o1, o2
        o1 = a1 + b1; o2 = a2 + b2
        then()

    def add4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = a1 + b1; o2 = a2 + b2; o3 = a3 + b3; o4 = a4 + b4
        then()

    def add8() -> None:
        nonlocal o1, o2, o3, o4, o5, o6, o7, o8
        o1 = a1 + b1; o2 = a2 + b2; o3 = a3 + b3; o4 = a4 + b4
        o5 = a5 + b5; o6 = a6 + b6; o7 = a7 + b7; o8 = a8 + b8
        then()

    def subtract1() -> None:
        nonlocal o1
        o1 = a1 - b1
        then()

    def subtract2() -> None:
        nonlocal o1, o2
        o1 = a1 - b1; o2 = a2 - b2
        then()

    def subtract4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = a1 - b1; o2 = a2 - b2; o3 = a3 - b3; o4 = a4 - b4
        then()

    def multiply1() -> None:
        nonlocal o1
        o1 = a1 * b1
        then()

    def multiply2() -> None:
        nonlocal o1, o2
        o1 = a1 * b1; o2 = a2 * b2
        then()

    def multiply4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = a1 * b1; o2 = a2 * b2; o3 = a3 * b3; o4 = a4 * b4
        then()

    def multiply8() -> None:
        nonlocal o1, o2, o3, o4, o5, o6, o7, o8
        o1 = a1 * b1; o2 = a2 * b2; o3 = a3 * b3; o4 = a4 * b4
        o5 = a5 * b5; o6 = a6 * b6; o7 = a7 * b7; o8 = a8 * b8
        then()

    def divide1() -> None:
        nonlocal o1
        o1 = a1 / b1
        then()

    def divide2() -> None:
        nonlocal o1, o2
        o1 = a1 / b1; o2 = a2 / b2
        then()

    def divide4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = a1 / b1; o2 = a2 / b2; o3 = a3 / b3; o4 = a4 / b4
        then()

    def move1() -> None:
        nonlocal o1
        o1 = a1
        then()

    def move2() -> None:
        nonlocal o1, o2
        o1 = a1; o2 = a2
        then()

    def move4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = a1; o2 = a2; o3 = a3; o4 = a4
        then()

    def call1() -> None:
        nonlocal o1
        o1 = f(a1)
        then()

    def call2() -> None:
        nonlocal o1, o2
        o1 = f(a1); o2 = f(a2)
        then()

    def call4() -> None:
        nonlocal o1, o2, o3, o4
        o1 = f(a1); o2 = f(a2); o3 = f(a3); o4 = f(a4)
        then()

    def call_with_two1() -> None:
        nonlocal o1
        o1 = f(a1, b1)
        then()

    def call_with_two2() -> None:
        nonlocal o1, o2
        o1 = f(a1, b1); o2 = f(a2, b2)
        then()

    def less1() -> None:
        nonlocal o1
        o1 = c1 if a1 < b1 else d1
        then()

    def less2() -> None:
        nonlocal o1, o2
        o1 = c1 if a1 < b1 else d1; o2 = c2 if a2 < b2 else d2
        then()

    def greater1() -> None:
        nonlocal o1
        o1 = c1 if a1 > b1 else d1
        then()

    def greater2() -> None:
        nonlocal o1, o2
        o1 = c1 if a1 > b1 else d1; o2 = c2 if a2 > b2 else d2
        then()

    def equal1() -> None:
        nonlocal o1
        o1 = c1 if a1 == b1 else d1
        then()

    def equal2() -> None:
        nonlocal o1, o2
        o1 = c1 if a1 == b1 else d1; o2 = c2 if a2 == b2 else d2
        then()

    def take4() -> tuple[float, ...]:
        return a1, a2, a3, a4

    def take6() -> tuple[float, ...]:
        return a1, a2, a3, a4, a5, a6

    def take8() -> tuple[float, ...]:
        return a1, a2, a3, a4, a5, a6, a7, a8

    return {
        "+": (add1, add2, add4, add8),
        "-": (subtract1, subtract2, subtract4),
        "*": (multiply1, multiply2, multiply4, multiply8),
        "divide": (divide1, divide2, divide4),
        "move": (move1, move2, move4),
        "call": (call1, call2, call4),
        "call with two": (call_with_two1, call_with_two2),
        "where<": (less1, less2),
        "where>": (greater1, greater2),
        "where==": (equal1, equal2),
        "take": (take4, take6, take8),
    }
# fmt: on


def _by_length(functions: tuple[Callable[[], object], ...]) -> dict[int, CodeType]:
    """The functions' code, by the number that their names end in."""
    return {int(function.__name__[-1]): cast(FunctionType, function).__code__ for function in functions}


PATTERNS: dict[str, dict[int, CodeType]] = {name: _by_length(functions) for name, functions in _patterns().items()}
"""For each operation the code of its patterns, by how many operations they do."""
