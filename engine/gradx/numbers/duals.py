"""The table read in dual numbers: over any other arithmetic, a number and how it moves.

A dual number a + b·ε with ε² = 0 carries a tangent b, a number or a NumPy array of many directions; None is one that
does not move. A function moves by its local partials, which are those of the table's row for it: no rule is written
here. A forward pass over duals is forward accumulation, and backprop over them gives, in the tangents of its adjoints,
second derivatives: forward over reverse.
Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., section 5.1 (second-order adjoints).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol

from gradx.numbers import Arithmetic, Bounded, ByName, Ordered, Relation, S, Scalar


class Rule(Protocol):
    """A row of the table, as far as it says how a function moves."""

    def value(self, m: Arithmetic[S], /, *xs: S) -> S: ...
    def local_partials(self, m: Arithmetic[S], v: S, xs: Sequence[S], wanted: Sequence[bool]) -> list[S | None]: ...


class Dual(Scalar, Generic[S]):
    """`value` + `tangent`·ε. A tangent is whatever can be added, and multiplied by a value."""

    __slots__ = ("tangent", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: S, tangent: Any = None) -> None:
        self.value = value
        self.tangent = tangent

    def __add__(self, other: Dual[S] | float) -> Dual[S]:
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.tangent)
        a, b = self.tangent, other.tangent
        return Dual(self.value + other.value, b if a is None else a if b is None else a + b)

    def __neg__(self) -> Dual[S]:
        return Dual(-self.value, None if self.tangent is None else -self.tangent)

    def __mul__(self, other: Dual[S] | float) -> Dual[S]:
        a = self.tangent
        if not isinstance(other, Dual):
            return Dual(self.value * other, None if a is None else a * other)
        b, x, y = other.tangent, self.value, other.value
        if a is None:
            return Dual(x * y, None if b is None else b * x)
        return Dual(x * y, a * y if b is None else a * y + b * x)

    def __eq__(self, other: object) -> bool:
        """Whether the values are equal."""
        return bool(self.value == other.value) if isinstance(other, Dual) else NotImplemented


class Duals(ByName[Dual[S]], Generic[S]):
    """Dual numbers over the arithmetic `base`; `rules` is the row of each of its functions, by the function's name."""

    def __init__(self, base: Ordered[S], rules: Mapping[str, Rule]) -> None:
        self.base = base
        self._rules = rules

    def number(self, x: float, /) -> Dual[S]:
        return Dual(self.base.number(x))

    def pi(self) -> Dual[S]:
        return Dual(self.base.pi())

    def is_finite(self, x: Dual[S], /) -> bool:
        return self.base.is_finite(x.value)

    def inside(self, row: Bounded, xs: tuple[Dual[S], ...], /) -> bool | None:
        return self.base.inside(row, tuple(x.value for x in xs))

    def where(self, relation: Relation, left: Dual[S], right: Dual[S], then: Dual[S], otherwise: Dual[S], /) -> Dual[S]:
        base, one, other = self.base, then.tangent, otherwise.tangent
        value = base.where(relation, left.value, right.value, then.value, otherwise.value)
        if one is None and other is None:
            return Dual(value)
        zero = base.number(0.0)
        pair = (zero if one is None else one), (zero if other is None else other)
        return Dual(value, base.where(relation, left.value, right.value, *pair))

    def named(self, name: str, *xs: Dual[S]) -> Dual[S]:
        """A function of the base, which moves as the table says; one that has no row moves by what is not a number."""
        base, values = self.base, [x.value for x in xs]
        value, rule = getattr(base, name)(*values), self._rules.get(name)
        wanted = [x.tangent is not None for x in xs]
        tangent = None
        if True in wanted:
            unknown = base.divide(base.number(0.0), base.number(0.0))
            partials = rule.local_partials(base, value, values, wanted) if rule else [unknown] * len(xs)
            for x, local in zip(xs, partials, strict=True):
                if x.tangent is not None and local is not None:
                    part = x.tangent * local
                    tangent = part if tangent is None else tangent + part
        return Dual(value, tangent)
