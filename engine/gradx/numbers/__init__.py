"""What a rule of the table may ask of a number system.

A row of `gradx.table` is written once, over an arithmetic `m` and numbers that know `+ - * -x`. Each module of
this package is one reading of it: `float64` (the passes), `balls` (numbers with a proved radius), `one_sided_series`
(either side of a point), `duals` (second derivatives), `sympy` and `arrays` (NumPy, many points at once). Two more live
where their results belong: `gradx.derive.formulas` (formulas) and `gradx.sweeps.recording` (a tape to run many times).

No function of an arithmetic raises for a number it has no value for: it answers its own not-a-number. Whether a
point lies in a primitive's domain is the row's to say.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, Literal, Protocol, Self, TypeVar, cast

Relation = Literal["<", "<=", ">", ">=", "==", "!="]


class Scalar(Protocol):
    """What every number of every arithmetic can do by itself; who inherits from it gets what follows from `+ * -x`."""

    __slots__ = ()

    def __add__(self, other: Self | float, /) -> Self: ...
    def __mul__(self, other: Self | float, /) -> Self: ...
    def __neg__(self) -> Self: ...
    def __radd__(self, other: float, /) -> Self:
        return self + other

    def __sub__(self, other: Self | float, /) -> Self:
        return self + -other

    def __rsub__(self, other: float, /) -> Self:
        return -self + other

    def __rmul__(self, other: float, /) -> Self:
        return self * other


S = TypeVar("S", bound=Scalar)
T = TypeVar("T")


class Arithmetic(Protocol[S]):
    """The functions of one number system over its own numbers `S`, some made of others where it has no better."""

    def number(self, x: float, /) -> S:
        """The exact value of the binary64 number `x`."""

    def pi(self) -> S:
        """The circle constant, as exact as this arithmetic is (`pi` in a program is a literal, and not this)."""

    def where(self, relation: Relation, left: S, right: S, then: S, otherwise: S, /) -> S:
        """`then` where `left relation right` holds, else `otherwise`."""

    def divide(self, x: S, y: S, /) -> S: ...
    def modulo(self, x: S, y: S, /) -> S:
        """The remainder with the sign of `y`."""
        return x - self.floor(self.divide(x, y)) * y

    def power(self, x: S, y: S, /) -> S:
        """The real power; 0^0 is 1."""

    def maximum(self, *xs: S) -> S: ...
    def minimum(self, *xs: S) -> S:
        turned = {id(x): -x for x in xs}  # a number that stands twice stays one number: max tells by that
        return -self.maximum(*(turned[id(x)] for x in xs))

    def absolute(self, x: S, /) -> S:
        return self.where(">=", x, self.number(0.0), x, -x)

    def sign(self, x: S, /) -> S: ...
    def floor(self, x: S, /) -> S: ...
    def ceil(self, x: S, /) -> S:
        return -self.floor(-x)

    def exp(self, x: S, /) -> S: ...
    def expm1(self, x: S, /) -> S:
        return self.exp(x) - 1.0

    def log(self, x: S, /) -> S: ...
    def log2(self, x: S, /) -> S:
        return self.divide(self.log(x), self.log(self.number(2.0)))

    def log10(self, x: S, /) -> S:
        return self.divide(self.log(x), self.log(self.number(10.0)))

    def log1p(self, x: S, /) -> S:
        return self.log(x + 1.0)

    def sqrt(self, x: S, /) -> S: ...
    def cbrt(self, x: S, /) -> S:
        """The real cube root, also of a negative number."""

    def sin(self, x: S, /) -> S: ...
    def cos(self, x: S, /) -> S: ...
    def tan(self, x: S, /) -> S:
        return self.divide(self.sin(x), self.cos(x))

    def asin(self, x: S, /) -> S: ...
    def acos(self, x: S, /) -> S: ...
    def atan(self, x: S, /) -> S: ...
    def atan2(self, y: S, x: S, /) -> S: ...
    def sinh(self, x: S, /) -> S: ...
    def cosh(self, x: S, /) -> S: ...
    def tanh(self, x: S, /) -> S: ...
    def asinh(self, x: S, /) -> S: ...
    def acosh(self, x: S, /) -> S: ...
    def atanh(self, x: S, /) -> S: ...
    def hypot(self, *xs: S) -> S: ...
    def sigmoid(self, x: S, /) -> S:
        """1/(1 + exp(-x)), without overflow on either side."""

    def softplus(self, x: S, /) -> S:
        """log(1 + exp(x)), without overflow on either side."""

    def logaddexp(self, x: S, y: S, /) -> S:
        """log(exp(x) + exp(y)), without overflow."""
        return x + self.softplus(y - x)

    def sinc_slope(self, x: S, /) -> S:
        """The slope of sin(x)/x, 0 at 0."""
        return self.divide(self.cos(x) - self.divide(self.sin(x), x), x)

    def erf(self, x: S, /) -> S: ...
    def erfc(self, x: S, /) -> S:
        return 1.0 - self.erf(x)

    def gamma(self, x: S, /) -> S: ...
    def lgamma(self, x: S, /) -> S:
        """log|gamma(x)|."""

    def digamma(self, x: S, /) -> S: ...
    def trigamma(self, x: S, /) -> S: ...


def borrowing(
    library: object, renamed: Mapping[str, str] | None = None, made: Callable[[Any], Any] = lambda f: f
) -> Callable[[type[T]], type[T]]:
    """Of the functions of an arithmetic, a class takes those that it lacks and `library` has under the same name, or
    another (`renamed`); `made` of each is what it takes."""

    def filled(cls: type[T]) -> type[T]:
        for name, function in vars(Arithmetic).items():
            if callable(function) and not name.startswith("_") and getattr(cls, name) is function:
                wanted = (renamed or {}).get(name, name)
                if hasattr(library, wanted):
                    setattr(cls, name, staticmethod(made(getattr(library, wanted))))
        return cls

    return filled


class Test(Protocol):
    """Whether arguments lie in a domain: `holds(m, *xs)`, for numbers that are ordered."""

    @property
    def holds(self) -> Callable[..., bool]: ...


class Bounded(Protocol):
    """What a row of the table says of its domain and its boundaries."""

    @property
    def domain(self) -> Test | None: ...
    @property
    def boundaries(self) -> Callable[..., tuple[object, ...]] | None: ...


class Ordered(Arithmetic[S], Protocol[S]):
    """Numbers of which it can be said whether they lie in a domain: what a forward pass asks."""

    def is_finite(self, x: S, /) -> bool:
        """Whether `x` is a number: neither infinite nor unknown."""

    def inside(self, row: Bounded, xs: tuple[S, ...], /) -> bool | None:
        """Whether `xs` lie in the domain of `row`; None where that is not known."""


class ByName(ABC, Generic[S]):
    """An arithmetic of which most functions do the same with their names, and few are written out."""

    @abstractmethod
    def named(self, name: str, *xs: S) -> S:
        """The function `name` of these numbers."""

    def __getattr__(self, name: str) -> Callable[..., S]:
        if name.startswith("_") or not hasattr(Arithmetic, name):
            raise AttributeError(name)
        function = self.__dict__[name] = partial(self.named, name)
        return function

    @property
    def arithmetic(self) -> Ordered[S]:
        """Itself, as the arithmetic that it is: its functions are found by name, which a type cannot say."""
        return cast("Ordered[S]", self)


OPPOSITE: dict[Relation, Relation] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Made(ABC):
    """A number that only remembers what it is made of: every operator goes to `made`, by its name in the table."""

    __slots__ = ()

    @abstractmethod
    def made(self, name: str, *xs: Self | float) -> Self: ...

    def __add__(self, other: Self | float, /) -> Self:
        return self.made("+", self, other)

    def __radd__(self, other: float, /) -> Self:
        return self.made("+", other, self)

    def __sub__(self, other: Self | float, /) -> Self:
        return self.made("-", self, other)

    def __rsub__(self, other: float, /) -> Self:
        return self.made("-", other, self)

    def __mul__(self, other: Self | float, /) -> Self:
        return self.made("*", self, other)

    def __rmul__(self, other: float, /) -> Self:
        return self.made("*", other, self)

    def __neg__(self) -> Self:
        return self.made("neg", self)


_OPERATORS: dict[str, Callable[..., object]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "neg": operator.neg, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def operation(m: Arithmetic[S], name: str) -> Callable[..., S]:
    """What `name` stands for in the arithmetic `m`: "+", "-", "*", "neg", one of its functions, or "where" and a
    relation ("where<=")."""
    if name.startswith("where"):
        return partial(m.where, cast(Relation, name.removeprefix("where")))
    return cast("Callable[..., S]", _OPERATORS.get(name) or getattr(m, name))


def holds(relation: Relation, left: T, right: T) -> bool:
    """Whether `left relation right`; for any ordered numbers (`float`, `mpf`), for balls whether that is certain."""
    return bool(_OPERATORS[relation](left, right))
