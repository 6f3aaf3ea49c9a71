"""Exponentials and logarithms, exactly: exp(2·log(3)) is 9, log(9)/log(3) is 2, exp(softplus(u)) is 1 + exp(u) (see
`gradx.numbers.exact`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from gradx.numbers.exact_number import Exact, Numbers
from gradx.numbers.forms import LONGEST, Form, Monomial, added

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision

FACTORED = 1 << 20
"""Whole numbers up to this one are taken apart into primes: then equal sums of logarithms have equal forms."""

RATIONAL_IN_EXP = frozenset({"sinh", "cosh", "tanh", "sigmoid"})
LOGARITHMS: dict[str, Fraction | None] = {"log": None, "log2": Fraction(2), "log10": Fraction(10)}
"""And their bases, where those are rational."""


class Functions(Numbers, Protocol):
    """What is asked here of the arithmetic."""

    @property
    def m(self) -> Multiprecision: ...
    def argument(self, form: Form, name: str) -> Form | None: ...
    def value_of(self, form: Form) -> mpf: ...
    def rational(self, ratio: Fraction) -> Exact: ...
    def divide(self, x: Exact, y: Exact) -> Exact: ...
    def power(self, x: Exact, y: Exact) -> Exact: ...
    def exp(self, x: Exact) -> Exact: ...
    def log(self, x: Exact) -> Exact: ...
    def sqrt(self, x: Exact) -> Exact: ...
    def named(self, name: str, value: mpf, *xs: Exact) -> Exact: ...


def of_logarithms(numbers: Functions, name: str, value: mpf, x: Exact) -> Exact | None:
    """The function `name` of `x`, `value`, where logarithms and exponentials say more of it than a name."""
    if value != value:
        return None
    if name in LOGARITHMS:
        return _log(numbers, name, value, x)
    if name == "exp":
        return _exp(numbers, value, x)
    if name == "softplus":
        return numbers.made(value, numbers.log(numbers.exp(x) + 1.0).form)
    if name in RATIONAL_IN_EXP and x.form and len(list(_logarithms(numbers, x.form))) == len(x.form):
        return numbers.made(value, _rational(numbers, name, numbers.exp(x)).form)
    return None


def power_of(numbers: Functions, value: mpf, base: Exact, exponent: Exact) -> Exact | None:
    """base^exponent, `value`, of a base above 0 where the exponent is made of its logarithm: 10^log10(u) is u."""
    if not base.value > 0 or value != value:
        return None
    for name, known in LOGARITHMS.items():
        inner = numbers.argument(exponent.form, name)
        if known is not None and inner is not None and base.ratio == known:
            return numbers.made(value, inner)
    return _exp(numbers, value, exponent * numbers.log(base))


def _exp(numbers: Functions, value: mpf, x: Exact) -> Exact | None:
    """exp(Σ c·log(u) + rest), which is Π u^c · exp(rest)."""
    found = list(_logarithms(numbers, x.form))
    if not found:
        return None
    rest: Form = x.form
    product = numbers.rational(Fraction(1))
    for monomial, factor, inner in found:
        rest = added(rest, ((monomial, -factor),))
        inside = Exact(numbers, numbers.value_of(inner), inner)
        root = inside if factor.denominator == 1 else numbers.sqrt(inside)
        product = product * numbers.power(root, numbers.rational(factor * factor.denominator))
    if rest:
        product = product * numbers.exp(Exact(numbers, numbers.value_of(rest), rest))
    return numbers.made(value, product.form)


def _logarithms(numbers: Functions, form: Form) -> Iterator[tuple[Monomial, Fraction, Form]]:
    """The terms of a form that are c·log(u), with c whole or half: log(u), c and u."""
    for monomial, factor in form:
        inner = numbers.argument(((monomial, Fraction(1)),), "log")
        if inner is not None and factor.denominator <= 2 and abs(factor) <= LONGEST:
            yield monomial, factor, inner


def _log(numbers: Functions, name: str, value: mpf, x: Exact) -> Exact | None:
    """The logarithm of a rational number of small primes, as the sum of theirs."""
    ratio = x.ratio
    if ratio is None or ratio <= 0 or max(ratio.numerator, ratio.denominator) > FACTORED:
        return None
    exponents = Counter(_primes(ratio.numerator))
    exponents.subtract(_primes(ratio.denominator))
    if len(exponents) < 2 and sum(exponents.values()) == 1:
        return None
    function: Callable[[mpf], mpf] = getattr(numbers.m, name)
    total = numbers.rational(Fraction(0))
    for prime, exponent in sorted(exponents.items()):
        whole = numbers.rational(Fraction(prime))
        total = total + numbers.named(name, function(whole.value), whole) * float(exponent)
    return numbers.made(value, total.form)


def _primes(whole: int) -> Iterator[int]:
    """The prime factors of a number, as often as they are in it."""
    divisor = 2
    while divisor * divisor <= whole:
        if whole % divisor:
            divisor += 1
        else:
            whole //= divisor
            yield divisor
    if whole > 1:
        yield whole


def _rational(numbers: Functions, name: str, e: Exact) -> Exact:
    """A function of u as the rational function of e = exp(u) that it is."""
    if name == "sigmoid":
        return numbers.divide(e, e + 1.0)
    if name == "tanh":
        return numbers.divide(e * e - 1.0, e * e + 1.0)
    inverse = numbers.divide(numbers.rational(Fraction(1)), e)
    return (e + inverse if name == "cosh" else e - inverse) * 0.5
