"""The table read in numbers whose equality is known: is this exactly 0, and is that exactly what it is compared with?

No number of digits tells that √36 is 6, that (y/z)·z is y, or that the cosine of arctan2(1, 0) is 0. A number here has
a value in mpmath and a form: a sum of rational multiples of products of atoms, an atom being π or a function of a form
that nothing better is known of. Equal forms are equal numbers; of different ones this reading says no more than mpmath.
Every rule of simplification is an identity over the reals wherever both of its sides have a value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING, NamedTuple

from gradx.numbers import Bounded, Relation, holds
from gradx.numbers.exact_functions import BOUNDS, DEGREES, EVEN, ODD
from gradx.numbers.exact_number import Exact
from gradx.numbers.exponentials import of_logarithms, power_of
from gradx.numbers.forms import (
    LARGEST,
    LONGEST,
    PI,
    Form,
    Monomial,
    added,
    multiplied,
    raised,
    root_of,
    size,
)
from gradx.numbers.inverse_pairs import undone
from gradx.numbers.special_values import special

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision


class _Atom(NamedTuple):
    """A function of forms; of π the name alone."""

    name: str
    forms: tuple[Form, ...] = ()


class ExactNumbers:
    """Arithmetic over `Exact`, its values in `m`."""

    def __init__(self, m: Multiprecision) -> None:
        self.m = m
        self._atoms: list[_Atom] = [_Atom("π")]
        self._values: list[mpf] = [m.pi()]
        self._places: dict[_Atom, int] = {self._atoms[0]: 0}
        self._moving: set[int] = set()

    def made(self, value: mpf, form: Form) -> Exact:
        """A number. A form too long becomes an atom; the value of a rational is that of its form."""
        form = self._without_roots(form)
        if len(form) > LONGEST or any(size(factor) > LARGEST for _, factor in form):
            form = self._atom("form", value, form)
        number = Exact(self, value, form)
        ratio = number.ratio
        if ratio is not None and value == value:
            number.value = self.m.context.mpf(ratio.numerator) / ratio.denominator
        return number

    def bounds(self, monomial: Monomial) -> tuple[int, int | None] | None:
        """Whole numbers between which, and not on which, a function lies that is all of a monomial; None: no bound."""
        (atom, exponent), *rest = monomial
        return BOUNDS.get(self._atoms[atom].name) if exponent == 1 and not rest else None

    def of(self, x: Exact | float) -> Exact:
        return x if isinstance(x, Exact) else self.number(x)

    def is_finite(self, x: Exact) -> bool:
        return bool(x - x == self.number(0.0))

    def inside(self, row: Bounded, xs: tuple[Exact, ...]) -> bool | None:
        if row.domain is None:
            return True
        return row.domain.holds(self, *xs) if all(x == x for x in xs) else None

    def number(self, x: float) -> Exact:
        return self.rational(Fraction(x))

    def rational(self, ratio: Fraction) -> Exact:
        return self.made(self.m.number(0.0), ((((), ratio),)) if ratio else ())

    def pi(self) -> Exact:
        return self.of_pi(Fraction(1))

    def product(self, x: Exact, y: Exact) -> Exact:
        if len(x.form) * len(y.form) > LONGEST:
            x, y = self._single(x), self._single(y)
        total: Form = ()
        for left, p in x.form:
            for right, q in y.form:
                total = added(total, ((multiplied(left, right), p * q),))
        value = x.value * y.value
        if any(len(monomial) > LONGEST for monomial, _ in total):
            total = self._atom("form", value, total)
        return self.made(value, total)

    def divide(self, x: Exact, y: Exact) -> Exact:
        if not y.form or not y.value:
            return self.unknown(self.m.nan, x, y)
        value = self.m.divide(x.value, y.value)
        return self.made(value, self.product(x, self._inverse(y)).form)

    def modulo(self, x: Exact, y: Exact) -> Exact:
        return x - self.floor(self.divide(x, y)) * y if y.form else self.unknown(self.m.nan, x, y)

    def power(self, x: Exact, y: Exact) -> Exact:
        exponent = y.ratio
        if exponent == 0 or x.ratio == 1:
            return self.number(1.0)
        value = self.m.power(x.value, y.value)
        if not x.form and y.value > 0:
            return x
        longest = LONGEST if x.ratio is None else LARGEST // size(x.ratio)
        if exponent is not None and exponent.denominator == 1 and abs(exponent) <= longest and x.form:
            whole = Exact(self, value, raised(self._single(x).form, abs(int(exponent))))
            return self.made(value, whole.form if exponent > 0 else self._inverse(whole).form)
        if exponent is not None and exponent.denominator == 2 and 0 < exponent < LONGEST:
            return self.power(self.sqrt(x), self.rational(2 * exponent))
        return power_of(self, value, x, y) or self.named("power", value, x, y)

    def where(self, relation: Relation, left: Exact, right: Exact, then: Exact, otherwise: Exact) -> Exact:
        order = left.order(right)
        if order is None:
            return self.unknown(self.m.nan, left, right, then, otherwise)
        return then if holds(relation, order, 0) else otherwise

    def maximum(self, *xs: Exact) -> Exact:
        best = xs[0]
        for x in xs[1:]:
            order = x.order(best)
            if order is None:
                return self.unknown(self.m.maximum(*(x.value for x in xs)), *xs)
            best = x if order > 0 else best
        return best

    def minimum(self, *xs: Exact) -> Exact:
        return -self.maximum(*(-x for x in xs))

    def absolute(self, x: Exact) -> Exact:
        order = x.order(0.0)
        return self.unknown(self.m.absolute(x.value), x) if order is None else -x if order < 0 else x

    def sign(self, x: Exact) -> Exact:
        order = x.order(0.0)
        return self.unknown(self.m.nan, x) if order is None else self.number(float(order))

    def floor(self, x: Exact) -> Exact:
        if x.ratio is not None:
            return self.rational(Fraction(x.ratio.__floor__()))
        value = self.m.floor(x.value)
        if value != value:
            return self.unknown(self.m.nan, x)
        below = self.rational(Fraction(int(value)))
        return below if x >= below else below - 1.0

    def ceil(self, x: Exact) -> Exact:
        return -self.floor(-x)

    def sqrt(self, x: Exact) -> Exact:
        return self._root("sqrt", self.m.sqrt(x.value), x, 2)

    def cbrt(self, x: Exact) -> Exact:
        return self._root("cbrt", self.m.cbrt(x.value), x, 3)

    def hypot(self, x: Exact, y: Exact) -> Exact:
        return self.sqrt(x * x + y * y)

    def exp(self, x: Exact) -> Exact:
        return self._called("exp", self.m.exp, x)

    def expm1(self, x: Exact) -> Exact:
        return self.made(self.m.expm1(x.value), (self.exp(x) - 1.0).form)

    def log(self, x: Exact) -> Exact:
        return self._called("log", self.m.log, x)

    def log1p(self, x: Exact) -> Exact:
        return self.made(self.m.log1p(x.value), self.log(x + 1.0).form)

    def log2(self, x: Exact) -> Exact:
        return self._logarithm("log2", self.m.log2(x.value), x, 2)

    def log10(self, x: Exact) -> Exact:
        return self._logarithm("log10", self.m.log10(x.value), x, 10)

    def sin(self, x: Exact) -> Exact:
        if x.is_mirrored:
            return -self.sin(-x)
        tangent = self.argument(x.form, "atan")
        if tangent is None:
            return self._called("sin", self.m.sin, x)
        value = self.m.sin(x.value)
        return self.made(value, (Exact(self, self.m.tan(x.value), tangent) * self.cos(x)).form)

    def cos(self, x: Exact) -> Exact:
        return self._called("cos", self.m.cos, x)

    def tan(self, x: Exact) -> Exact:
        return self.divide(self.sin(x), self.cos(x))

    def asin(self, x: Exact) -> Exact:
        return self._called("asin", self.m.asin, x)

    def acos(self, x: Exact) -> Exact:
        return self._called("acos", self.m.acos, x)

    def atan(self, x: Exact) -> Exact:
        return self._called("atan", self.m.atan, x)

    def atan2(self, y: Exact, x: Exact) -> Exact:
        if not x.form and y.form:
            return self.of_pi(Fraction(1 if y.value > 0 else -1, 2))
        if not y.form and x.form:
            return self.of_pi(Fraction(int(x.value < 0)))
        value = self.m.atan2(y.value, x.value)
        slope = self.divide(y, x)
        if slope.ratio is None or x.value != x.value:
            return self.named("atan2", value, y, x)
        turn = self.of_pi(Fraction(0 if x.value > 0 else 1 if y.value >= 0 else -1))
        return self.made(value, (self.atan(slope) + turn).form)

    def sinh(self, x: Exact) -> Exact:
        return self._called("sinh", self.m.sinh, x)

    def cosh(self, x: Exact) -> Exact:
        return self._called("cosh", self.m.cosh, x)

    def tanh(self, x: Exact) -> Exact:
        return self._called("tanh", self.m.tanh, x)

    def asinh(self, x: Exact) -> Exact:
        return self._called("asinh", self.m.asinh, x)

    def acosh(self, x: Exact) -> Exact:
        return self._called("acosh", self.m.acosh, x)

    def atanh(self, x: Exact) -> Exact:
        return self._called("atanh", self.m.atanh, x)

    def sigmoid(self, x: Exact) -> Exact:
        return self._called("sigmoid", self.m.sigmoid, x) if x.form else self.number(0.5)

    def softplus(self, x: Exact) -> Exact:
        return self._called("softplus", self.m.softplus, x)

    def erf(self, x: Exact) -> Exact:
        return self._called("erf", self.m.erf, x)

    def erfc(self, x: Exact) -> Exact:
        return self.made(self.m.erfc(x.value), (1.0 - self.erf(x)).form)

    def gamma(self, x: Exact) -> Exact:
        ratio = x.ratio
        if ratio is not None and ratio.denominator == 1 and 0 < ratio <= 2 * LONGEST:
            return self.rational(Fraction(factorial(int(ratio) - 1)))
        return self._called("gamma", self.m.gamma, x)

    def lgamma(self, x: Exact) -> Exact:
        ratio = x.ratio
        if ratio is not None and ratio.denominator == 1 and 0 < ratio <= 2 * LONGEST:
            return self.made(self.m.lgamma(x.value), self.log(self.gamma(x)).form)
        return self._called("lgamma", self.m.lgamma, x)

    def digamma(self, x: Exact) -> Exact:
        return self._called("digamma", self.m.digamma, x)

    def trigamma(self, x: Exact) -> Exact:
        return self._called("trigamma", self.m.trigamma, x)

    def _called(self, name: str, function: Callable[[mpf], mpf], x: Exact) -> Exact:
        value = function(x.value)
        if (name in ODD or name in EVEN) and x.is_mirrored:
            mirrored = self._called(name, function, -x)
            return mirrored if name in EVEN else -mirrored
        return (
            undone(self, name, value, x)
            or special(self, name, x)
            or of_logarithms(self, name, value, x)
            or self.named(name, value, x)
        )

    def value_of(self, form: Form) -> mpf:
        """The value of a form, from those of its atoms."""
        c = self.m.context
        return c.fsum(self.m.ratio(by) * c.fprod(self._values[atom] ** n for atom, n in term) for term, by in form)

    def names(self, monomial: Monomial) -> dict[str, tuple[int, tuple[Form, ...]]]:
        """The functions that a monomial is a product of: their exponents and arguments."""
        return {self._atoms[atom].name: (n, self._atoms[atom].forms) for atom, n in monomial}

    def argument(self, form: Form, name: str) -> Form | None:
        """The u of a form that is name(u) and nothing else."""
        if len(form) == 1 and form[0][1] == 1 and len(form[0][0]) == 1 and form[0][0][0][1] == 1:
            atom = self._atoms[form[0][0][0][0]]
            if atom.name == name:
                return atom.forms[0]
        return None

    def _root(self, name: str, value: mpf, x: Exact, degree: int) -> Exact:
        if not x.form:
            return x
        if len(x.form) == 1 and (degree % 2 or x.value > 0):
            monomial, factor = x.form[0]
            root = root_of(abs(factor), degree)
            if root is not None and all(n % degree == 0 for _, n in monomial):
                powers = tuple((atom, n // degree) for atom, n in monomial)
                negative = sum(self._values[atom] < 0 for atom, n in powers if n % 2) % 2
                return self.made(value, ((powers, -root if negative != (value < 0) else root),))
        return self.named(name, value, self._single(x))

    def _without_roots(self, form: Form) -> Form:
        """A form of one term in which the square of a square root is what the root is of, and so on."""
        while len(form) == 1:
            monomial, factor = form[0]
            roots = ((atom, n, DEGREES.get(self._atoms[atom].name, 0)) for atom, n in monomial)
            found = ((atom, self._times(atom, n, d), d) for atom, n, d in roots if d)
            atom, times, degree = next(((atom, times, d) for atom, times, d in found if times), (0, 0, 0))
            if not times:
                break
            (inside, by), *_ = raised(self._atoms[atom].forms[0], times)
            form = ((multiplied(multiplied(monomial, ((atom, -degree * times),)), inside), factor * by),)
        whole = self.argument(form, "form")
        return form if whole is None or len(whole) > LONGEST else whole

    def _times(self, atom: int, exponent: int, degree: int) -> int:
        """How often what a root is of can be taken out of a power of it: of 1/√2 too, which is √2/2."""
        is_rational = not self._atoms[atom].forms[0][0][0]
        return exponent // degree if is_rational else (exponent > 0 or -1) * (abs(exponent) // degree)

    def _logarithm(self, name: str, value: mpf, x: Exact, base: int) -> Exact:
        ratio = x.ratio
        if ratio is not None and ratio > 0:
            exponent = int(self.m.context.nint(value))
            if abs(exponent) <= LARGEST and ratio == Fraction(base) ** exponent:
                return self.rational(Fraction(exponent))
        return of_logarithms(self, name, value, x) or self.named(name, value, x)

    def named(self, name: str, value: mpf, *xs: Exact) -> Exact:
        """A function of `xs` of which nothing better is known."""
        return self.made(value, self._atom(name, value, *(x.form for x in xs)))

    def _atom(self, name: str, value: mpf, *forms: Form) -> Form:
        atom = _Atom(name, forms)
        place = self._places.setdefault(atom, len(self._atoms))
        if place == len(self._atoms):
            self._atoms.append(atom)
            self._values.append(value)
            if any(map(self._moves, forms)):
                self._moving.add(place)
        return ((((place, 1),), Fraction(1)),)

    def _single(self, x: Exact) -> Exact:
        """The number with a form of one term."""
        return x if len(x.form) <= 1 else Exact(self, x.value, self._atom("form", x.value, x.form))

    def _inverse(self, x: Exact) -> Exact:
        monomial, factor = self._single(x).form[0]
        inverse = ((tuple((atom, -n) for atom, n in monomial), 1 / factor),)
        return Exact(self, self.m.divide(self.m.number(1.0), x.value), inverse)

    def unknown(self, value: mpf, *xs: Exact) -> Exact:
        """A number of which nothing is known but its value at this precision, and what it was made of."""
        return self.made(value, self._atom(f"number {len(self._atoms)}", value, *(x.form for x in xs)))

    def free(self, value: mpf) -> Exact:
        """A number that may become any other near it."""
        self._moving.add(len(self._atoms))
        return self.unknown(value)

    def moves(self, x: Exact) -> bool:
        """Whether a number may become another one when those that are `free` do: x - x does not."""
        return self._moves(x.form)

    def _moves(self, form: Form) -> bool:
        return any(atom in self._moving for monomial, _ in form for atom, _ in monomial)

    def of_pi(self, factor: Fraction) -> Exact:
        value = self.m.pi() * factor.numerator / factor.denominator
        return self.made(value, ((PI, factor),) if factor else ())
