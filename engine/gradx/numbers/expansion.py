"""One-sided expansions: what a number does as t → 0 from above, Σ c·t^e·L^k with L = log(1/t), and a rest O(t^R).

The terms stand in order, the one that leads as t → 0 first. The rest is up to powers of L; without one (None) the
terms are all there is. A constant is one term with e = k = 0, and no rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from typing import NamedTuple, Self, cast

from gradx.numbers import Scalar
from gradx.numbers.known import CLOSE, ONE, ZERO, Known, TooFewTerms, Undecided, known
from gradx.numbers.normal_form import Exponent


class Term(NamedTuple):
    """c·t^e·L^k."""

    e: Exponent
    k: Exponent
    c: Known


MOST, AT_ALL = 24, 120
"""So many terms are always kept; beyond, up to the order; and never more than this."""


@total_ordering
@dataclass(slots=True, eq=False)
class Expansion(Scalar):
    """A number that moves. `missing` says why there is none: "value" where no number is, "unknown" where it is not
    known which. `of` (a, u, b) says that it is exactly a·u + b."""

    terms: tuple[Term, ...]
    rest: Exponent | None
    order: int
    missing: str | None = None
    of: tuple[Known, Expansion, Known] | None = None

    @property
    def line(self) -> tuple[Known, Expansion, Known]:
        return self.of or (ONE, self, ZERO)

    @property
    def fixed(self) -> Known | None:
        """The constant that this is, None where it may move."""
        if self.rest is not None or self.missing:
            return None
        if not self.terms:
            return ZERO
        first = self.terms[0]
        return first.c if len(self.terms) == 1 and not first.e and not first.k else None

    def lead(self) -> Term | None:
        """The term that leads, None for an exact zero."""
        if self.missing:
            raise Undecided("an operand")
        for term in self.terms:
            if term.c.sign():
                return term
        if self.rest is not None:
            raise TooFewTerms("a term of higher order")
        return None

    def sign(self) -> int:
        """The sign for small t > 0."""
        lead = self.lead()
        return 0 if lead is None else lead.c.sign()

    def is_all_rest(self) -> bool:
        """Whether no term is left, and no more is known than how fast it vanishes."""
        return self.rest is not None and not any(term.c.sign() for term in self.terms)

    def is_infinite(self) -> bool:
        """Whether it grows beyond all bounds."""
        lead = self.lead() if self.terms and (self.terms[0].e, -self.terms[0].k) < (0, 0) else None
        return lead is not None and (lead.e, -lead.k) < (0, 0)

    def limit(self) -> Known:
        """What it tends to; it is not infinite."""
        if self.missing or (self.rest is not None and self.rest <= 0):
            raise Undecided("a limit")
        return next((c for e, k, c in self.terms if not e and not k), ZERO)

    def moving(self) -> Expansion:
        """What is left beside the limit."""
        return Expansion(tuple(term for term in self.terms if term.e or term.k), self.rest, self.order)

    def with_limit(self, c: Known) -> Expansion:
        """The same number, which is known to tend to `c`."""
        terms = (*constant(c, self.order).terms, *(t for t in self.terms if (t.e, -t.k) > (0, 0)))
        return Expansion(terms, self.rest, self.order, None, self.line)

    def shifted(self, e: Exponent, k: Exponent, c: Known) -> Expansion:
        """Times c·t^e·L^k."""
        terms = tuple(Term(a + e, b + k, d * c) for a, b, d in self.terms)
        return Expansion(terms, None if self.rest is None else self.rest + e, self.order)

    def derivative(self) -> Expansion:
        """With respect to t, term by term: right of what does not oscillate (Hardy, Orders of Infinity, 2nd ed.)."""
        total: dict[tuple[Exponent, Exponent], Known] = {}
        for e, k, c in self.terms:
            for power, factor in ((k, e), (k - 1, -k)):
                if factor:
                    total[e - 1, power] = total.get((e - 1, power), ZERO) + c * known(factor)
        return collected(total, None if self.rest is None else self.rest - 1, self.order)

    def up_to(self, rest: Exponent) -> Expansion:
        """A number of which no more is known than that it has these terms before t^rest."""
        terms = tuple(term for term in self.terms if term.e < rest)
        return Expansion(terms, rest if self.rest is None else min(rest, self.rest), self.order)

    def _read(self, other: Self | float) -> Expansion:
        return other if isinstance(other, Expansion) else constant(known(other), self.order)

    def __add__(self, other: Self | float) -> Expansion:
        y = self._read(other)
        if self.missing or y.missing:
            return self if self.missing else y
        a, b = self.fixed, y.fixed
        if a is not None and b is not None:
            return constant(a + b, self.order)
        total: dict[tuple[Exponent, Exponent], Known] = {(e, k): c for e, k, c in self.terms}
        for e, k, c in y.terms:
            total[e, k] = total[e, k] + c if (e, k) in total else c
        found = collected(total, least(self.rest, y.rest), self.order)
        (f, u, p), (g, v, q) = self.line, y.line
        if a is not None or b is not None:
            found.of = (g, v, q + a) if a is not None else (f, u, p + cast(Known, b))
        elif u is v:
            found.of = (f + g, u, p + q)
            if (f + g).seen_sign() == 0:
                return constant(p + q, self.order)
        return found

    def __neg__(self) -> Expansion:
        return self if self.missing else self.times(known(-1))

    def __mul__(self, other: Self | float) -> Expansion:
        y = self._read(other)
        if self.missing or y.missing:
            return self if self.missing else y
        a, b = self.fixed, y.fixed
        if a is not None:
            return constant(a * b, self.order) if b is not None else y.times(a)
        return self.times(b) if b is not None else product(self, y, None)

    def times(self, c: Known) -> Expansion:
        if c.ratio is not None and not c.ratio:
            return Expansion((), None, self.order)
        if c.ratio == 1:
            return self
        a, u, b = self.line
        terms = tuple(Term(e, k, -d if c.ratio == -1 else d * c) for e, k, d in self.terms)
        return Expansion(terms, self.rest, self.order, None, (a * c, u, b * c))

    def __eq__(self, other: object) -> bool:
        return (self - other).sign() == 0 if isinstance(other, Expansion | int | float) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: Self | float) -> bool:
        return (self - other).sign() < 0


def constant(c: Known, order: int) -> Expansion:
    return Expansion(() if c.ratio is not None and not c.ratio else (Term(0, 0, c),), None, order)


def least(a: Exponent | None, b: Exponent | None) -> Exponent | None:
    return b if a is None else a if b is None else min(a, b)


def collected(total: Mapping[tuple[Exponent, Exponent], Known], rest: Exponent | None, order: int) -> Expansion:
    """An expansion of these terms, in order, as many as are kept."""
    found = [
        Term(e, k, c) for (e, k), c in total.items() if (c.ratio is None or c.ratio) and (rest is None or e < rest)
    ]
    found.sort(key=lambda term: (term.e, -term.k))
    if any(isinstance(term.e, Fraction) or isinstance(term.k, Fraction) for term in found):
        found = [term for term in found if rest is None or rest - term.e >= CLOSE]
        for a, b in pairwise(found):
            if 0 < b.e - a.e < CLOSE or (a.e == b.e and a.k - b.k < CLOSE):
                raise Undecided("which of two exponents is the larger")
    if len(found) > MOST:
        rest = least(rest, found[0].e + order + 1)
        if len(found) > AT_ALL:
            rest = least(rest, found[AT_ALL].e)
        found = [term for term in found if rest is None or term.e < rest]
    return Expansion(tuple(found), rest, order)


def product(x: Expansion, y: Expansion, cap: Exponent | None) -> Expansion:
    """The product, the terms from t^cap on in the rest."""
    if not (x.terms or x.rest is not None) or not (y.terms or y.rest is not None):
        return Expansion((), None, x.order)
    rest = cap
    if x.rest is not None:
        rest = least(rest, x.rest + (y.terms[0].e if y.terms else y.rest or 0))
    if y.rest is not None:
        rest = least(rest, y.rest + (x.terms[0].e if x.terms else x.rest or 0))
    total: dict[tuple[Exponent, Exponent], Known] = {}
    for e, k, c in x.terms:
        for f, n, d in y.terms:
            if rest is not None and e + f >= rest:
                break
            key = (e + f, k + n)
            total[key] = total[key] + c * d if key in total else c * d
    return collected(total, rest, x.order)


def composed(coefficients: list[Known], u: Expansion, ends: bool) -> Expansion:
    """Σ a_n·u^n for an u that vanishes like a power of t; the series `ends` with these, or goes on."""
    if u.fixed is not None:
        return constant(coefficients[0], u.order)
    first = u.terms[0].e if u.terms else u.rest
    assert first is not None
    if first <= 0:
        raise Undecided("an expansion in 1/log")
    cap = None if ends else first * len(coefficients)
    result = constant(coefficients[-1], u.order)
    for a in reversed(coefficients[:-1]):
        result = product(result, u, cap) + constant(a, u.order)
    return result if cap is None else result.up_to(cap)


def length(u: Expansion) -> int:
    """How many coefficients a series in `u` is worked out to."""
    first = u.terms[0].e if u.terms else u.rest
    return (
        min(max(2, min(4, u.order), 1 + int(u.order // first)), 4 * u.order) if first is not None and first > 0 else 2
    )


def monic(x: Expansion, lead: Term) -> Expansion:
    """x = c·t^e·L^k·(1 + w), `lead` being its first term that is not 0: w."""
    inverse = lead.c.power(-1)
    others = x.terms[x.terms.index(lead) + 1 :]
    terms = tuple(Term(e - lead.e, k - lead.k, c * inverse) for e, k, c in others)
    return Expansion(terms, None if x.rest is None else x.rest - lead.e, x.order)
