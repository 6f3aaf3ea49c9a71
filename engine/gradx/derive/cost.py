"""A formula as it is written, and what it costs a reader: operations first, then depth, then length."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, NamedTuple

from gradx.graph import GraphBuilder
from gradx.language.writing import number as number_text
from gradx.table import TABLE

OWN_NAME: Final = 0.9
"""What the output's own name costs where it stands in its derivative: `exp(x)` tells more than `J`."""

NEW_FUNCTION: Final = 0.6
"""What a function costs more that stands neither in the program nor in a rule that it needs."""

NESTED: Final = 1.1
"""What x*(x + 6) + 6 costs more than it has operations: a book has x^2 + 6*x + 6."""

STRANGE: Final = 4
"""What one costs that a reader of calculus may not know."""

_HALVES: Final = 64
"""Denominators up to this one are written, beyond it the decimal where it is short."""


class Tree(NamedTuple):
    """An operation (`row` is its name in the table), or a "name", a "number" or a "constant" as `text`."""

    row: str
    of: tuple[Tree, ...]
    text: str
    operations: float
    depth: int
    length: int

    @property
    def cost(self) -> tuple[float, int, int]:
        return self.operations, self.depth, self.length


def leaf(kind: str, text: str, price: float = 0) -> Tree:
    return Tree(kind, (), text, price, 0, 1)


def operation(row: str, *of: Tree, price: float = 0) -> Tree:
    depth = 1 + max((x.depth for x in of), default=0)
    return Tree(row, of, "", 1 + price + sum(x.operations for x in of), depth, 1 + sum(x.length for x in of))


def number_tree(x: Fraction, *, decimals: bool) -> Tree:
    """A number that is not negative: a whole number, a fraction or a decimal."""
    short = short_decimal(x)
    if short is not None and (x.denominator == 1 or decimals or x.denominator > _HALVES):
        return leaf("number", short)
    whole = [leaf("number", short_decimal(Fraction(n)) or str(n)) for n in (x.numerator, x.denominator)]
    return whole[0] if x.denominator == 1 else operation("/", *whole)


def short_decimal(x: Fraction) -> str | None:
    """The decimal that is exactly x, if float64's shortest one is."""
    try:
        text = number_text(float(x))
    except OverflowError:
        return None
    return text if Fraction(text) == x and len(text) <= 18 else None


def negated(tree: Tree) -> Tree:
    """A minus before the first factor."""
    if tree.row in ("*", "/"):
        return operation(tree.row, negated(tree.of[0]), tree.of[1])
    return operation("neg", tree)


def product_tree(factors: list[Tree]) -> Tree:
    made = factors[0]
    for factor in factors[1:]:
        made = operation("*", made, factor)
    return made


def fraction_tree(c: Fraction, above: list[Tree], below: list[Tree], *, decimals: bool) -> Tree:
    """c (above 0) times what stands above a fraction line, over what stands below it."""
    short = short_decimal(c) if c.denominator != 1 else None
    plain = _over(c.numerator, above, c.denominator, below)
    is_plain = c.denominator <= _HALVES or (c.numerator == 1 and above)
    if short is None or (is_plain and not (decimals and (c.numerator != 1 or not above))):
        return plain
    top = [leaf("number", short), *above]
    other = operation("/", product_tree(top), product_tree(below)) if below else product_tree(top)
    return other if other.operations <= plain.operations else plain


def _over(p: int, above: list[Tree], q: int, below: list[Tree]) -> Tree:
    top = above if p == 1 and above else [number_tree(Fraction(p), decimals=False), *above]
    bottom = below if q == 1 else [number_tree(Fraction(q), decimals=False), *below]
    return operation("/", product_tree(top), product_tree(bottom)) if bottom else product_tree(top)


def built(tree: Tree, builder: GraphBuilder) -> int:
    """The formula's nodes, in a builder; what stands twice is built twice."""
    made: list[int] = []
    stack: list[tuple[Tree, bool]] = [(tree, False)]
    inputs: dict[str, int] = {}
    while stack:
        item, ready = stack.pop()
        if not item.of:
            made.append(_leaf(item, builder, inputs))
        elif ready:
            arguments = made[-len(item.of) :]
            del made[-len(item.of) :]
            made.append(builder.operation(TABLE[item.row], arguments, (0, 0)))
        else:
            stack.append((item, True))
            stack += ((part, False) for part in reversed(item.of))
    return made[0]


def _leaf(item: Tree, builder: GraphBuilder, inputs: dict[str, int]) -> int:
    if item.row == "name":
        if item.text not in inputs:
            inputs[item.text] = builder.input(item.text, (0, 0))
        return inputs[item.text]
    if item.row == "constant":
        return builder.literal({"pi": math.pi, "π": math.pi, "e": math.e}[item.text], (0, 0), item.text)
    return builder.literal(float(item.text), (0, 0))
