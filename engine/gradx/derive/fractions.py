"""Sums as fractions of polynomials: over one line, cancelled, factored, and reduced by what is known of the atoms.

The variables of the polynomials are the atoms that are left when powers are taken apart: a root of a sum, exp of each
term of an exponent, 2^x. FLINT works with the polynomials.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import copy
from fractions import Fraction
from typing import Final, NamedTuple

from flint import Ordering, fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from gradx.derive.expression import ONE, Base, Exponent, Powers, Sum, added, atom, multiplied, number, power
from gradx.derive.rules import raised

MOST_VARIABLES: Final = 14
MOST_TERMS: Final = 70
MOST_DEGREE: Final = 60


class TooLargeError(Exception):
    """The polynomials would take too long."""


class Quotient(NamedTuple):
    """A numerator and a denominator, without a common factor."""

    over: fmpz_mpoly
    under: fmpz_mpoly


class Polynomials:
    """The polynomials in the variables that some sums need; a sum of others is `TooLargeError`."""

    def __init__(self, *sums: Sum) -> None:
        units: dict[str, tuple[Base, Sum, list[Fraction]]] = {}
        self._bases: dict[str, Sum] = {}
        waiting = list(sums)
        while waiting:
            for powers, _ in waiting.pop().terms:
                for base, exponent in powers:
                    if isinstance(base, Sum) and base.key not in self._bases:
                        self._bases[base.key] = base
                        waiting.append(base)
                    for unit, c in _parts(exponent):
                        key = _unit_key(base, unit)
                        units.setdefault(key, (base, unit, []))[2].append(c)
        self._units: dict[str, tuple[int, Fraction]] = {}
        self.variables: list[Sum] = []
        self._keys: list[str] = []
        for key in sorted(units):
            base, unit, coefficients = units[key]
            step = _common(coefficients)
            if isinstance(base, Sum) and step.denominator == 1 and unit == ONE:
                continue
            if isinstance(base, Sum) or unit == ONE:
                step = Fraction(1, step.denominator)
            self._units[key] = (len(self.variables), step)
            self._keys.append(base.key)
            self.variables.append(raised(atom(base), unit.scaled(step)))
        if len(self.variables) > MOST_VARIABLES:
            raise TooLargeError
        self._context = fmpz_mpoly_ctx.get([f"t{k}" for k in range(max(1, len(self.variables)))], Ordering.degrevlex)
        self.one = self._context.constant(1)
        self._read: dict[str, Quotient] = {}
        self._powers: dict[tuple[int, int], Sum] = {}
        self._sums: dict[str, Sum] = {}

    def key(self, x: Quotient) -> str:
        """A fraction as text, in whatever polynomials it stands."""
        degrees = [a + b for a, b in zip(x.over.degrees(), x.under.degrees(), strict=True)]
        used = [v.key for v, degree in zip(self.variables, degrees, strict=False) if degree]
        return f"{x.over}/{x.under} {used}"

    def variable(self, k: int) -> fmpz_mpoly:
        return self._context.gens()[k]

    def polynomial(self, terms: Mapping[tuple[int, ...], int | fmpz]) -> fmpz_mpoly:
        return self._context.from_dict(dict(terms))

    def roots(self) -> list[tuple[int, int, Sum]]:
        """The variables that are roots of sums: the place, the order of the root, the sum."""
        found = []
        for base in self._bases.values():
            unit = self._units.get(_unit_key(base, ONE))
            if unit is not None and unit[1].denominator > 1:
                found.append((unit[0], unit[1].denominator, base))
        return found

    def quotient(self, x: Sum) -> Quotient:
        """x over one line, cancelled."""
        if x.key not in self._read:
            total = Quotient(self.one * 0, self.one)
            for powers, c in x.terms:
                total = self._plus(total, self._term(powers, c))
            self._read[x.key] = total
        return self._read[x.key]

    def _term(self, powers: Powers, c: Fraction) -> Quotient:
        over, under = self.one * c.numerator, self.one * c.denominator
        parts = ((base, unit, e) for base, exponent in powers for unit, e in _parts(exponent))
        for base, unit, e in parts:
            if isinstance(base, Sum) and unit == ONE and e.denominator == 1:
                inner = self.quotient(base)
                up, down = (inner.over, inner.under) if e > 0 else (inner.under, inner.over)
                times = self._degree(abs(e))
                over, under = over * up**times, under * down**times
                self._bounded(over, under)
                continue
            key = _unit_key(base, unit)
            if key not in self._units:
                raise TooLargeError
            place, step = self._units[key]
            n = e / step
            if n > 0:
                over = over * self.variable(place) ** self._degree(n)
            else:
                under = under * self.variable(place) ** self._degree(-n)
        return self.cancelled(over, under)

    @staticmethod
    def _degree(n: Fraction) -> int:
        if n.denominator != 1 or n > MOST_DEGREE:
            raise TooLargeError
        return n.numerator

    @staticmethod
    def _bounded(*polynomials: fmpz_mpoly) -> None:
        if any(len(p) > MOST_TERMS for p in polynomials):
            raise TooLargeError

    def _plus(self, x: Quotient, y: Quotient) -> Quotient:
        if x.under == y.under:
            return self.cancelled(x.over + y.over, x.under)
        return self.cancelled(x.over * y.under + y.over * x.under, x.under * y.under)

    def cancelled(self, over: fmpz_mpoly, under: fmpz_mpoly) -> Quotient:
        self._bounded(over, under)
        if not under:
            raise TooLargeError
        common = over.gcd(under)
        if common.leading_coefficient() * under.leading_coefficient() < 0:
            common = -common
        return Quotient(over / common, under / common)

    def reduced(self, x: Quotient, place: int, order: int, by: Quotient, *, above: bool = False) -> Quotient:
        """x with `by` for every whole power of variable `place` to the `order`; only `above` the line, or below too."""
        over = self._reduced(x.over, place, order, by)
        if above:
            return self.cancelled(over.over, over.under * x.under)
        under = self._reduced(x.under, place, order, by)
        return self.cancelled(over.over * under.under, over.under * under.over)

    def _reduced(self, p: fmpz_mpoly, place: int, order: int, by: Quotient) -> Quotient:
        parts: dict[int, dict[tuple[int, ...], int | fmpz]] = {}
        for exponents, c in p.to_dict().items():
            times, left = divmod(exponents[place], order)
            parts.setdefault(times, {})[(*exponents[:place], left, *exponents[place + 1 :])] = c
        most = max(parts, default=0)
        if most == 0:
            return Quotient(p, self.one)
        total = self.one * 0
        for times, terms in parts.items():
            total += self._context.from_dict(terms) * by.over**times * by.under ** (most - times)
            self._bounded(total)
        return self.cancelled(total, by.under**most)

    def inverted(self, x: Quotient, place: int) -> tuple[Polynomials, Quotient]:
        """The same in the inverse of one variable: exp(u) in the place of exp(-u)."""
        most = max(x.over.degrees()[place], x.under.degrees()[place])

        def turned(p: fmpz_mpoly) -> fmpz_mpoly:
            terms = {(*e[:place], most - e[place], *e[place + 1 :]): c for e, c in p.to_dict().items()}
            return self._context.from_dict(terms)

        other = copy(self)
        other._powers, other._sums = {}, {}
        other.variables = [power(v, Fraction(-1)) if k == place else v for k, v in enumerate(self.variables)]
        return other, self.cancelled(turned(x.over), turned(x.under))

    def forms(self, x: Quotient) -> Iterator[Sum]:
        """x as a product of powers of what cannot be factored; with the numerator as one sum, or each of its terms over
        the denominator; with equal powers below the line multiplied out, or all that stands there."""
        if not x.over:
            yield Sum(())
            return
        over, under = self._factors(x.over, 1), self._factors(x.under, -1)
        yield multiplied((over, under))
        whole = self.read_back(x.over)
        if len(x.over) > 1:
            front = x.over.term_content()
            yield multiplied((self.read_back(front), self.read_back(x.over / front), under))
            yield added(multiplied((Sum((term,)), under)) for term in whole.terms)
        if len(x.under) > 1:
            yield multiplied((over, self._factors(x.under, -1, squarefree=True)))
            yield multiplied((whole, power(self.read_back(x.under), Fraction(-1))))

    def _factors(self, p: fmpz_mpoly, sign: int, *, squarefree: bool = False) -> Sum:
        try:
            front, factors = p.factor_squarefree() if squarefree else p.factor()
        except OverflowError:  # coefficients that the library cannot put in order
            raise TooLargeError from None
        parts = [number(Fraction(int(front)) ** sign)]
        parts += (power(self.read_back(f), Fraction(sign * int(e))) for f, e in factors)
        return multiplied(parts)

    def _power(self, k: int, e: int) -> Sum:
        if (k, e) not in self._powers:
            self._powers[k, e] = power(self.variables[k], Fraction(int(e)))
        return self._powers[k, e]

    def read_back(self, p: fmpz_mpoly) -> Sum:
        key = str(p)
        if key not in self._sums:
            terms = []
            for exponents, c in p.to_dict().items():
                powers = [self._power(k, e) for k, e in enumerate(exponents) if e]
                terms.append(multiplied((number(int(c)), *powers)))
            self._sums[key] = added(terms)
        return self._sums[key]


def _parts(exponent: Exponent) -> list[tuple[Sum, Fraction]]:
    """An exponent as multiples of units."""
    if isinstance(exponent, Fraction):
        return [(ONE, exponent)]
    return [(Sum(((powers, Fraction(1)),)), c) for powers, c in exponent.terms]


def _unit_key(base: Base, unit: Sum) -> str:
    return f"{base.key}^{unit.key}"


def _common(coefficients: list[Fraction]) -> Fraction:
    """The largest number of which all are whole multiples; below 0 if they all are, and there are several: where e^-x
    stands alone, the fraction is one of e^x."""
    top = math.gcd(*(c.numerator for c in coefficients))
    bottom = math.lcm(*(c.denominator for c in coefficients))
    return Fraction(top, bottom) * (-1 if len(coefficients) > 1 and max(coefficients) < 0 else 1)
