"""What a constant is worth in float64: a default, the value of a binding; what an operation without a value lacks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from gradx.errors import GradxError
from gradx.graph import Graph, GraphBuilder
from gradx.language.operators import called
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
LABELS = {"pi": "pi", "π": "pi", "e": "e"}
"""What each of them is printed as."""


def constant_value(graph: Graph | GraphBuilder, i: int) -> float:
    """The value of node `i` of `graph`, an expression of constants.

    A branch that a `where` does not take does not count. Raises `GradxError` of kind "domain" where there is no finite
    value.
    """
    literal = graph.node(i).literal
    if literal is not None:
        return literal
    values: dict[int, float] = {}
    culprits: dict[int, int] = {}
    for j in graph.upstream(i):
        node = graph.node(j)
        if node.primitive is None:
            assert node.literal is not None
            values[j] = node.literal
            continue
        xs = [values[k] for k in node.inputs]
        branches = node.primitive.branches(FLOAT64, xs)
        taken = node.inputs if branches is None else (*node.inputs[:2], node.inputs[2 if branches[0] else 3])
        faulty = [culprits[k] for k in taken if k in culprits]
        domain = node.primitive.domain
        if faulty:
            culprits[j] = faulty[0]
        elif domain is not None and not domain.holds(FLOAT64, *xs):
            culprits[j] = j
        values[j] = math.nan if j in culprits else node.primitive.value(FLOAT64, *xs)
    if i in culprits:
        raise _outside(graph, culprits[i], values)
    if not math.isfinite(values[i]):
        message, hint = "this constant is too large for a float64", "the largest is about 1.8e308"
        raise GradxError("domain", message, hint=hint, span=graph.span(i))
    return values[i]


def _outside(graph: Graph | GraphBuilder, i: int, values: dict[int, float]) -> GradxError:
    node = graph.node(i)
    assert node.primitive is not None
    xs = [values[k] for k in node.inputs]
    span = graph.span(i)
    message, hint = outside(node.primitive, xs, [f"{x:.10g}" for x in xs], span.source.text)
    return GradxError("domain", message, hint=hint, span=span)


def outside(row: Primitive, values: Sequence[float], operands: Sequence[str], program: str = "") -> tuple[str, str]:
    """The message and the hint for the operation `row` on float64 `values` that are outside its domain.

    `operands` are the texts that have these values; one that is a number itself is not told to be another one.
    `program` is the text in which it stands: a function is called as it is there.
    """
    assert row.domain is not None
    numbers = [f"{value:.10g}" for value in values]
    inside = row.name != "^" and row.domain.holds(FLOAT64, *values)
    said = [
        _is(operand, number, rounded=inside and float(number) == value)
        for operand, number, value in zip(operands, numbers, values, strict=True)
    ]
    changeable = [operand if operand != number else None for operand, number in zip(operands, numbers, strict=True)]
    wish = _wish(_wishes(row, values), changeable)
    if row.name in ("/", "%"):
        return f"division by zero: {said[1] if changeable[1] else 'the divisor is 0'}", wish
    if row.name == "^":
        return _power(values, numbers, said, wish, operands[0])
    if len(values) > 1:
        return f"{called(row, program)} needs {row.domain.words}: {', '.join(said)}", wish
    return f"{called(row, program)} needs {row.domain.words}, and {said[0]}", wish


def _wishes(row: Primitive, values: Sequence[float]) -> Sequence[str]:
    """What each argument would have to be, "" for one that may stay."""
    assert row.domain is not None
    if row.domain.wishes is not None:
        return row.domain.wishes(*values)
    return (row.domain.words.partition(" ")[2].removeprefix("argument ").removeprefix("of "),)


def _power(
    values: Sequence[float], numbers: Sequence[str], said: Sequence[str], wish: str, base: str
) -> tuple[str, str]:
    if values[0] == 0:
        below = f"{numbers[1]} is below 0" if values[1] else "is next to 0 and below it"
        return f"division by zero: {said[0]}, and the exponent {below}", wish
    root = _odd_root(values[1])
    exponent = numbers[1] if math.isfinite(values[1]) else "is beyond float64's range"
    message = f"a negative base needs a whole exponent: {said[0]}, the exponent {exponent}"
    return message, root.format(base) if root else wish


MOST_ROOT = 99
"""Fractions with a larger denominator are not taken for one that was typed."""


def _odd_root(exponent: float) -> str | None:
    """What to write, with a place for the base, for a power whose exponent is a fraction with an odd denominator."""
    if not math.isfinite(exponent):
        return None
    fraction = Fraction(exponent).limit_denominator(MOST_ROOT)
    power, root = fraction.numerator, fraction.denominator
    if abs(exponent - fraction) > 1e-12 or root % 2 == 0:
        return None
    if (power, root) == (1, 3):
        return "the real cube root is cbrt({})"
    return f"the real root is root({{}}, {root})" + ("" if power == 1 else f"^{power}" if power > 0 else f"^({power})")


def _wish(wishes: Sequence[str], operands: Sequence[str | None]) -> str:
    pairs = [(operand, what) for operand, what in zip(operands, wishes, strict=True) if operand and what]
    if not pairs:
        return "change these numbers"
    if len({what for _, what in pairs}) == 1:
        return f"choose values that make {' or '.join(operand for operand, _ in pairs)} {pairs[0][1]}"
    return "choose values that make " + ", or ".join(" ".join(pair) for pair in pairs)


def _is(text: str, number: str, *, rounded: bool) -> str:
    """`rounded`: the number would do, and so is not quite what the text is."""
    return f"{text} is {'next to ' if rounded else ''}{number} here" if text != number else f"it is {number}"
