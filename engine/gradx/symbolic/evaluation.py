"""The exact value of a SymPy expression at exact numbers, by mpmath at growing precision.

SymPy's own `evalf` falls back to floats inside `erf`, `Piecewise` and their like, and takes a side on a kink without
saying so. Here every value carries the size of its error, so that cancellation is seen; a result counts when two
precisions agree on 30 digits and its error leaves that many. Nothing recurses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from sympy import (
    ITE,
    Abs,
    Add,
    And,
    Basic,
    E,
    EulerGamma,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    Symbol,
    atan2,
    ceiling,
    floor,
    pi,
    polygamma,
    sign,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from gradx.numbers.multiprecision import MAX_EXPONENT, PLAIN_DECIMAL, Multiprecision
from gradx.numbers.sympy import exact

if TYPE_CHECKING:
    from mpmath import mpf

PRECISIONS = (50, 110, 250, 600, 1300, 2600)
"""Decimal digits, tried in this order."""

DIGITS = 30
"""How many digits two precisions must share."""

PATIENCE_S = 0.3
"""From the third precision on, one at which a value takes longer is the last."""

SHOWN = 25
"""How many digits are handed on."""

_BITS_PER_DIGIT = 3.33
_SPARE = 24  # a rounded result that ends in so many zeros by chance is one in 16 million
_ZERO_BELOW = -1100
"""A number that may be zero, and is below 2^-1100 if it is not, is called zero: binary64 ends at 2^-1074."""

EXACT = -MAX_EXPONENT
"""The exponent of an error that is none."""

_EXACT = (Symbol, Add, Piecewise, Max, Min, floor, ceiling, sign, Abs, Heaviside)
_ON_CORNER = "the point lies on a kink, a jump or an edge"
_CORNERS = (Abs, sign, Heaviside, floor, ceiling, Max, Min)
_METHODS = {"Abs": "absolute", "RealAbs": "absolute", "ceiling": "ceil", "Ceiling": "ceil", "Floor": "floor",
            "loggamma": "lgamma"}  # fmt: skip


class NoValueError(Exception):
    """There is no real number here; the message says why."""


class Reading:
    """Expressions read at one precision. which holds on to every value.

    `corners` are the symbols on which a kink or jump depends that was met here, `sure` those of them where no error
    could have made it look so.
    """

    def __init__(self, digits: int, values: Mapping[Symbol, float], definitions: Mapping[Symbol, Expr]) -> None:
        self.m = Multiprecision(digits)
        self.corners: set[Symbol] = set()
        self.sure: set[Symbol] = set()
        self._bits = self.m.context.prec
        self._given = values
        self._definitions = definitions
        self._values: dict[Basic, mpf | bool] = {}
        self._errors: dict[Basic, int] = {}

    def value(self, expression: Expr) -> tuple[mpf, int]:
        """The value, and the binary exponent of its error. Raises NoValueError."""
        stack: list[Basic] = [expression]
        values = self._values
        while stack:
            e = stack[-1]
            if e in values:
                stack.pop()
                continue
            missing = [part for part in self._parts(e) if part not in values]
            if missing:
                stack.extend(reversed(missing))
                continue
            values[e] = self._evaluated(e)
            stack.pop()
        number = values[expression]
        return number, self._errors.get(expression, EXACT)

    def _parts(self, e: Basic) -> Sequence[Basic]:
        """What has to be known before e is; of a Piecewise only the branch taken, of a product the gates first."""
        values = self._values
        if isinstance(e, Symbol):
            return [self._definitions[e]] if e in self._definitions and e not in self._given else []
        if isinstance(e, Piecewise):
            return self._branch(e)
        if isinstance(e, Mul):
            gates = [f for f in e.args if isinstance(f, (Heaviside, Piecewise))]
            if any(gate not in values for gate in gates):
                return gates
            if any(not values[gate] for gate in gates):
                return []
        if isinstance(e, Heaviside):
            return [e.args[0]]
        if isinstance(e, polygamma):
            return [e.args[1]]
        return [] if isinstance(e, Rational) else list(e.args)

    def _branch(self, e: Piecewise) -> Sequence[Basic]:
        for branch, condition in e.args:
            if condition not in self._values:
                return [condition]
            if self._values[condition]:
                return [branch]
        raise NoValueError("no branch of the formula holds here")

    def _evaluated(self, e: Basic) -> mpf | bool:
        if isinstance(e, (BooleanAtom, Relational, And, Or, Not, ITE)):
            return self._truth(e)
        number = self._number(e)
        if number != number or not self.m.is_finite(number):
            raise NoValueError("SymPy's formula has no real number here")
        error = self._error(e, number)
        if error > EXACT:
            self._errors[e] = error
        return number

    def _error(self, e: Basic, number: mpf) -> int:
        """The binary exponent of the error in `number`, to first order; how a function magnifies one is left to the
        comparison of two precisions."""
        errors = self._errors
        parts = [part for part in self._parts(e) if part in errors]
        size = magnitude(number)
        rounded = size - self._bits
        fits = not number or number._mpf_[3] < self._bits - _SPARE
        if isinstance(e, Rational):
            return EXACT if fits and e.q & (e.q - 1) == 0 else rounded
        if isinstance(e, Mul):
            inherited = max((self._share(e, part) for part in parts), default=EXACT) if number or parts else EXACT
        elif isinstance(e, _EXACT):
            inherited = max((errors[part] for part in parts), default=EXACT)
        else:
            fits = fits and not parts and isinstance(e, Pow) and e.exp.is_Integer
            relative = max((errors[part] - magnitude(self._values[part]) for part in parts), default=EXACT)
            inherited = max(EXACT, size + relative)
        return inherited if fits else max(inherited, rounded)

    def _share(self, product: Mul, part: Basic) -> int:
        """What the error of one factor is worth in the product."""
        worth = self._errors[part] + sum(self._size(factor) for factor in product.args if factor is not part)
        return worth if worth > EXACT // 2 else EXACT  # a factor that is exactly zero leaves nothing of it

    def _size(self, e: Basic) -> int:
        number = self._values.get(e)
        return magnitude(number) if number else self._errors.get(e, EXACT)

    def _number(self, e: Basic) -> mpf:
        m = self.m
        values = self._values
        if isinstance(e, Symbol):
            return _ratio(m, exact(self._given[e])) if e in self._given else values[self._defined(e)]
        if isinstance(e, Rational):
            return _ratio(m, e)
        if e is pi:
            return m.pi()
        if e is EulerGamma:
            return -m.digamma(m.number(1.0))
        if e is E:
            return m.exp(m.number(1.0))
        if isinstance(e, Piecewise):
            return values[self._branch(e)[0]]
        if isinstance(e, Add):
            return m.context.fsum(values[a] for a in e.args)
        if isinstance(e, Mul):
            return m.context.fprod(values[a] for a in e.args) if self._parts(e) else m.number(0.0)
        if isinstance(e, Pow):
            base, exponent = (values[a] for a in e.args)
            if not base and not e.exp.is_integer:
                self._meet(e.base, e.args[:1])
            return m.divide(m.number(1.0), base) if e.exp == -1 else m.power(base, exponent)
        if isinstance(e, _CORNERS):
            return self._at_corner(e)
        return self._called(e)

    def _defined(self, symbol: Symbol) -> Expr:
        if symbol not in self._definitions:
            raise NoValueError("SymPy's formula has a symbol without a value")
        return self._definitions[symbol]

    def _called(self, e: Basic) -> mpf:
        name = type(e).__name__
        values = self._values
        if isinstance(e, polygamma):
            name = {0: "digamma", 1: "trigamma"}.get(e.args[0], "")
        elif isinstance(e, atan2) and not values[e.args[0]] and values[e.args[1]] < 0:
            self._meet(e.args[0], e.args[:1])
        function: Callable[..., mpf] | None = getattr(self.m, _METHODS.get(name, name), None)
        if function is None or not e.is_Function:
            raise NoValueError(f"SymPy's formula has a {name or 'function'} in it")
        return function(*(values[a] for a in self._parts(e)))

    def _at_corner(self, e: Basic) -> mpf:
        """A function with a kink or jump. On it, or too near to tell, the value is the one exactly on it."""
        m = self.m
        if isinstance(e, (Max, Min)):
            return self._extremum(e)
        x = self._values[e.args[0]]
        if isinstance(e, (floor, ceiling)):
            whole = m.floor(x + 0.5)
            if self._same(x, whole, e.args):
                self._meet(e.args[0], e.args)
                return whole
            return m.floor(x) if isinstance(e, floor) else m.ceil(x)
        on = not x or self._is_zero(e.args[0])
        if on:
            self._meet(e.args[0], e.args[:1])
        if isinstance(e, Heaviside):
            return m.number(1.0 if x > 0 and not on else 0.0)
        return abs(x) if isinstance(e, Abs) else m.number(0.0) if on else m.sign(x)

    def _extremum(self, e: Basic) -> mpf:
        values = self._values
        ordered = sorted(e.args, key=values.__getitem__, reverse=isinstance(e, Max))
        first = ordered[0]
        for other in ordered[1:]:
            if not self._same(values[first], values[other], (first, other)):
                break
            self._meet(first - other, (first, other))
        return values[first]

    def _truth(self, e: Basic) -> bool:
        values = self._values
        if isinstance(e, BooleanAtom):
            return bool(e)
        if isinstance(e, Relational):
            left, right = (values[a] for a in e.args)
            if self._same(left, right, e.args):
                self._meet(e.lhs - e.rhs, e.args)
                return e.rel_op in ("<=", ">=", "==")
            return _COMPARE[str(e.rel_op)](left, right)
        truths = [bool(values[a]) for a in e.args]
        if isinstance(e, ITE):
            return truths[1] if truths[0] else truths[2]
        if isinstance(e, Not):
            return not truths[0]
        return all(truths) if isinstance(e, And) else any(truths)

    def _same(self, left: mpf, right: mpf, sides: Sequence[Basic]) -> bool:
        """Whether two numbers cannot be told apart here; `sides` are the expressions they come from."""
        if left == right:
            return True
        error = max(self._errors.get(side, EXACT) for side in sides)
        return bool(magnitude(left - right) < error + self._bits // 2)

    def _is_zero(self, e: Basic) -> bool:
        """Whether e cannot be told from zero here."""
        return bool(magnitude(self._values[e]) < self._errors.get(e, EXACT) + self._bits // 2)

    def _meet(self, gap: Expr, sides: Sequence[Basic]) -> None:
        self.corners |= gap.free_symbols
        if self._errors.keys().isdisjoint(sides):
            self.sure |= gap.free_symbols


_COMPARE: dict[str, Callable[[mpf, mpf], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


class Evaluation:
    """Slopes at one point: readings at growing precision, each made once and shared by all of them."""

    def __init__(self, point: Mapping[Symbol, float], definitions: Mapping[Symbol, Expr]) -> None:
        self._point = point
        self._definitions = definitions
        self._readings: list[Reading] = []

    def value(self, derivative: Expr, function: Expr, moves: Callable[[Set[Symbol]], bool]) -> str:
        """The value as a decimal of 25 digits, unless `function` has a kink or jump here along what `moves`.

        Raises NoValueError.
        """
        last: mpf | None = None
        for reading in self._each():
            began = time.perf_counter()
            reading.value(function)
            number, error = reading.value(derivative)
            if moves(reading.sure):
                raise NoValueError(_ON_CORNER)
            met = moves(reading.corners)
            if error == EXACT and not met:
                return decimal(reading.m, number)
            if not met and last is not None and number and error < magnitude(number) - DIGITS * _BITS_PER_DIGIT:
                context = reading.m.context
                if abs(number - last) <= abs(number) * context.mpf(10) ** -DIGITS:
                    return decimal(reading.m, number)
            last = number
            if reading.m.digits > PRECISIONS[1] and time.perf_counter() - began > PATIENCE_S:
                raise NoValueError("SymPy's formula needs more digits than there is time for")
        if met:
            raise NoValueError(_ON_CORNER)
        if not number or magnitude(number) < _ZERO_BELOW:
            return "0.0"
        raise NoValueError("too many digits cancel in SymPy's formula")

    def _each(self) -> Iterator[Reading]:
        for k, digits in enumerate(PRECISIONS):
            if k == len(self._readings):
                self._readings.append(Reading(digits, self._point, self._definitions))
            yield self._readings[k]


def decimal(m: Multiprecision, number: mpf) -> str:
    """A number as decimal text of at most 25 digits."""
    from mpmath import libmp

    if abs(magnitude(number)) > PLAIN_DECIMAL and number:
        return m.decimal(number, SHOWN)
    text: str = libmp.to_str(number._mpf_, SHOWN, strip_zeros=True, min_fixed=-5, max_fixed=SHOWN)
    return text


def _ratio(m: Multiprecision, ratio: Rational) -> mpf:
    numerator = m.context.mpf(int(ratio.p))
    return numerator if isinstance(ratio, Integer) else numerator / int(ratio.q)


def magnitude(x: mpf) -> int:
    """The binary exponent; far below everything for zero."""
    _, man, exponent, bits = x._mpf_
    return int(exponent + bits) if man else EXACT
