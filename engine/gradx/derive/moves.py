"""Ways to write a sum otherwise: common factors, one fraction, cancelled and factored, what is known of its atoms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from typing import Final

from gradx.derive.expression import (
    EULER,
    HALF,
    ONE,
    Atom,
    Base,
    Exponent,
    Powers,
    Sum,
    added,
    atom,
    content,
    multiplied,
    number,
    power,
    product,
)
from gradx.derive.fractions import Polynomials, Quotient, TooLargeError
from gradx.derive.functions import atoms, called, exponential, mapped, replaced, spread
from gradx.derive.rules import CANONICAL

_MOST_RELATIONS: Final = 8


def moves(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """Sums that equal x; `relations` are sums that are 0, `known` what was found for factors and
    fractions before."""
    yield from _as_sums(x)
    yield from one_line(x, relations, known)
    if len(x.terms) > 1:
        parts = [Sum((term,)) for term in x.terms]
        yield added(next(one_line(part, (), known), part) for part in parts)
    yield from _doubled(x)
    yield from _logarithms(x)
    yield _without_bars(x)
    circular = _circular(x)
    if circular is not x:
        yield circular
        yield from one_line(circular, relations, known)
    yield _in_other_functions(x)
    yield from _inside(x, relations, known)


def _as_sums(x: Sum) -> Iterator[Sum]:
    yield spread(x)
    if len(x.terms) > 1:
        yield shared(x, everywhere=True)
        yield shared(x, everywhere=False)
        for other in grouped(x):
            yield other
            yield from _doubled(other)


def shared(x: Sum, *, everywhere: bool) -> Sum:
    """What all terms share, in front; where it is not `everywhere`, what any of them has below its line too."""
    common: dict[str, tuple[Base, Exponent]] = {}
    for base, exponent in (p for powers, _ in x.terms for p in powers):
        found = [{b.key: e for b, e in powers}.get(base.key) for powers, _ in x.terms]
        if not isinstance(exponent, Fraction):
            rest, _ = _without_number(exponent)
            if all(isinstance(e, Sum) and _without_number(e)[0] == rest for e in found):
                common[base.key] = (base, rest)
            continue
        plain = [e for e in found if isinstance(e, Fraction)]
        if len(plain) == len(found):
            least = min(plain)
        elif not everywhere and None in found and len(plain) + found.count(None) == len(found):
            least = min(Fraction(0), *plain)
        else:
            continue
        if least:
            common[base.key] = (base, least)
    c, _ = content(x)
    front = product(c, list(common.values()))
    return multiplied((front, _divided(x, front)))


def _without_number(exponent: Sum) -> tuple[Sum, Fraction]:
    """x of x + 2, and the 2."""
    constant = next((c for powers, c in exponent.terms if not powers), Fraction(0))
    return Sum(tuple(term for term in exponent.terms if term[0])), constant


def _divided(x: Sum, by: Sum) -> Sum:
    inverse = power(by, Fraction(-1))
    return added(multiplied((Sum((term,)), inverse)) for term in x.terms)


def grouped(x: Sum) -> Iterator[Sum]:
    """Some terms, but not all, with what they share in front."""
    seen: dict[str, list[int]] = {}
    for k, (powers, _) in enumerate(x.terms):
        for base, exponent in powers:
            if isinstance(exponent, Fraction):
                seen.setdefault(f"{base.key}{exponent > 0}", []).append(k)
    for places in sorted({tuple(v) for v in seen.values() if 1 < len(v) < len(x.terms)}, key=lambda v: (-len(v), v)):
        together = Sum(tuple(x.terms[k] for k in places))
        apart = Sum(tuple(t for k, t in enumerate(x.terms) if k not in places))
        yield added((shared(together, everywhere=True), apart))


def one_line(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """Over one line, cancelled and factored; then with each relation used, for each atom that it gives."""
    zeros = [*relations, *_identities(x)]
    try:
        polynomials = Polynomials(x, *zeros)
        start = _rootless(polynomials, polynomials.quotient(x))
    except TooLargeError:
        return
    yield from _written(polynomials, start, known)
    for place, variable in enumerate(polynomials.variables):
        if variable.terms[0][0][0][0] == EULER and start.over.degrees()[place] + start.under.degrees()[place]:
            yield from _written(*polynomials.inverted(start, place), known)
    for relation in zeros:
        for used in _uses(polynomials, start, relation):
            yield from _written(polynomials, used, known)


def are_equal(x: Sum, y: Sum) -> bool:
    """Whether two sums are one fraction, as far as that is seen."""
    difference = x - y
    try:
        return not Polynomials(difference).quotient(difference).over
    except TooLargeError:
        return False


def _written(polynomials: Polynomials, x: Quotient, known: dict[str, list[Sum]]) -> Iterator[Sum]:
    key = polynomials.key(x)
    if key in known:
        yield from known[key]
        return
    found = []
    with suppress(TooLargeError):
        for form in polynomials.forms(x):
            found.append(form)
            yield form
    known[key] = found


def _rootless(polynomials: Polynomials, x: Quotient) -> Quotient:
    """No power of a root of a sum above the line that is that sum."""
    roots = polynomials.roots()
    for _ in roots[:3]:
        for place, order, base in roots:
            x = polynomials.reduced(x, place, order, polynomials.quotient(base), above=True)
    return x


def _uses(polynomials: Polynomials, x: Quotient, relation: Sum) -> Iterator[Quotient]:
    """x with the relation solved for each variable that it has in one power only, above the line and everywhere."""
    try:
        zero = polynomials.quotient(relation).over
    except TooLargeError:
        return
    table = zero.to_dict()
    degrees = [a + b for a, b in zip(x.over.degrees(), x.under.degrees(), strict=True)]
    for place, degree in enumerate(zero.degrees()):
        orders = {exponents[place] for exponents in table} - {0}
        if degree == 0 or len(orders) != 1 or degrees[place] < degree:
            continue
        front = {(*e[:place], 0, *e[place + 1 :]): c for e, c in table.items() if e[place]}
        rest = {e: -c for e, c in table.items() if not e[place]}
        for above in (False, True):
            try:
                by = polynomials.cancelled(polynomials.polynomial(rest), polynomials.polynomial(front))
                found = _rootless(polynomials, polynomials.reduced(x, place, degree, by, above=above))
            except TooLargeError:
                continue
            if found != x:
                yield found


def _identities(x: Sum) -> list[Sum]:
    """sin^2 + cos^2 = 1, and its like, for the arguments that x has them of."""
    found: dict[str, Sum] = {}
    two = Fraction(2)
    for base in _own_atoms(x):
        of = base.of
        if base.kind in ("sin", "cos"):
            found[f"s{base.of[0].key}"] = _square("sin", of) + _square("cos", of) - 1.0
        elif base.kind in ("tan", "sec"):
            found[f"t{base.of[0].key}"] = _square("tan", of) + 1.0 - _square("sec", of)
        if base.kind in ("tan", "cot", "csc"):
            found[f"i{base.of[0].key}"] = atom(Atom("tan", of)) * atom(Atom("cot", of)) - 1.0
        if base.kind in ("cot", "csc"):
            found[f"c{base.of[0].key}"] = _square("cot", of) + 1.0 - _square("csc", of)
        elif base.kind in ("sinh", "cosh"):
            found[f"h{base.of[0].key}"] = _square("sinh", of) + 1.0 - _square("cosh", of)
        elif base.kind == "hypot":
            found[base.key] = power(atom(base), two) - power(of[0], two) - power(of[1], two)
        elif base.kind == "silu":
            found[base.key] = atom(base) - of[0] * atom(Atom("sigmoid", of))
    found.update((f"e{u.key}", _logistic(u)) for u in _below_a_line(x))
    return list(islice(found.values(), _MOST_RELATIONS))


def _logistic(u: Sum) -> Sum:
    """exp(u) is sigmoid(u)/(1 - sigmoid(u))."""
    s = called("sigmoid", u)
    return exponential(u) * (1.0 - s) - s


def _below_a_line(x: Sum) -> Iterator[Sum]:
    """The exponents of sums like 1 + exp(u) that something is divided by."""
    for powers, _ in x.terms:
        for base, exponent in powers:
            if isinstance(base, Sum) and len(base.terms) == 2 and isinstance(exponent, Fraction) and exponent < 0:
                yield from (e for each, _ in base.terms for b, e in each if b == EULER and isinstance(e, Sum))


def _square(row: str, of: tuple[Sum, ...]) -> Sum:
    return atom(Atom(row, of), Fraction(2))


def _own_atoms(x: Sum) -> Iterator[Atom]:
    """The atoms of x, but not those in functions and exponents."""
    waiting = [x]
    while waiting:
        for powers, _ in waiting.pop().terms:
            for base, _ in powers:
                if isinstance(base, Sum):
                    waiting.append(base)
                else:
                    yield base


def _circular(x: Sum) -> Sum:
    """In sines and cosines alone, and hyperbolic ones."""

    def instead(base: Atom) -> Sum | None:
        if base.kind in _QUOTIENTS:
            over, under = _QUOTIENTS[base.kind]
            return CANONICAL.divide(atom(Atom(over, base.of)) if over else ONE, atom(Atom(under, base.of)))
        return None

    return mapped(x, instead) if any(base.kind in _QUOTIENTS for base in atoms(x).values()) else x


def _in_other_functions(x: Sum) -> Sum:
    """erf as the normal distribution; hyperbolic functions beside exp as what they are of it."""
    has_exp = any(base == EULER for base in _own_atoms(x))

    def instead(base: Atom) -> Sum | None:
        if base.kind == "erf":
            return called("normcdf", base.of[0] * power(number(2), HALF)).scaled(Fraction(2)) - ONE
        if has_exp and base.kind in ("sinh", "cosh"):
            grown, faded = exponential(base.of[0]), exponential(-base.of[0])
            return (grown + faded if base.kind == "cosh" else grown - faded).scaled(HALF)
        return None

    return mapped(x, instead) if any(base.kind in ("erf", "sinh", "cosh") for base in _own_atoms(x)) else x


_QUOTIENTS: Final = {
    "tan": ("sin", "cos"), "sec": ("", "cos"), "csc": ("", "sin"), "cot": ("cos", "sin"), "tanh": ("sinh", "cosh"),
}  # fmt: skip


def _doubled(x: Sum) -> Iterator[Sum]:
    """2 sin cos and cos^2 - sin^2 as functions of the double angle, and their hyperbolic like."""
    for odd, even in (("sin", "cos"), ("sinh", "cosh")):
        angles = {base.of[0].key: base.of[0] for base in _own_atoms(x) if base.kind in (odd, even)}
        for angle in angles.values():
            front, whole = content(x) if len(x.terms) > 1 else (Fraction(1), x)
            lone = len(x.terms) > 1 and whole.key in _differences(even, angle)
            terms = ((((whole, Fraction(1)),), front),) if lone else x.terms
            yield added(_term_doubled(powers, c, odd, even, angle) for powers, c in terms)


def _differences(even: str, angle: Sum) -> dict[str, Fraction]:
    """The sums that are the cosine of the double angle, as factors are kept, and what stands before it then."""
    sign = Fraction(-1 if even == "cos" else 1)
    sine, cosine = (_square(row, (angle,)) for row in (("sin", "cos") if even == "cos" else ("sinh", "cosh")))
    found = (content(d) for d in (cosine + sine.scaled(sign), 1.0 + sine.scaled(2 * sign), 2.0 * cosine - 1.0))
    return {primitive.key: 1 / front for front, primitive in found}


def _term_doubled(powers: Powers, c: Fraction, odd: str, even: str, angle: Sum) -> Sum:
    sine, cosine, twice = Atom(odd, (angle,)), Atom(even, (angle,)), angle.scaled(Fraction(2))
    factors = dict(powers)
    made = [number(c)]
    a, b = factors.get(sine), factors.get(cosine)
    if isinstance(a, Fraction) and isinstance(b, Fraction) and min(a, b) >= 1:
        least = Fraction(int(min(a, b)))
        made.append(power(called(odd, twice).scaled(HALF), least))
        factors[sine], factors[cosine] = a - least, b - least
    differences = _differences(even, angle)
    for base, e in factors.items():
        if isinstance(base, Sum) and base.key in differences and isinstance(e, Fraction):
            made.append(power(called(even, twice).scaled(differences[base.key]), e))
        else:
            made.append(product(Fraction(1), [(base, e)]))
    return multiplied(made)


def _logarithms(x: Sum) -> Iterator[Sum]:
    """A difference of logarithms as that of a quotient: where both have a value, it has the same."""
    logs = [(k, powers[0][0], c) for k, (powers, c) in enumerate(x.terms) if len(powers) == 1 and powers[0][1] == 1]
    for k, base, c in logs:
        for j, other, d in logs:
            if isinstance(base, Atom) and isinstance(other, Atom) and base.kind == other.kind == "log" and c == -d > 0:
                joined = CANONICAL.log(CANONICAL.divide(base.of[0], other.of[0])).scaled(c)
                yield added((*(Sum((t,)) for i, t in enumerate(x.terms) if i not in (j, k)), joined))


def _without_bars(x: Sum) -> Sum:
    """|x + 1| is x + 1 where sqrt(x) stands beside it: x has a root or a logarithm, and so is not below 0."""
    bars = [a for a in atoms(x).values() if a.kind == "abs"]
    if not bars:
        return x
    above: set[str] = set()
    waiting = [x]
    while waiting:
        for powers, _ in waiting.pop().terms:
            for base, exponent in powers:
                waiting += [base] if isinstance(base, Sum) else base.of
                if isinstance(base, Atom) and isinstance(exponent, Fraction) and exponent.denominator > 1:
                    above.add(base.key)
    return replaced(x, {a.key: a.of[0] for a in bars if _is_made_of(a.of[0], above)})


def _is_made_of(x: Sum, above: set[str]) -> bool:
    """Whether a sum is not below 0 if these atoms are not."""
    return all(
        c > 0 and all(isinstance(b, Atom) and b.key in above and isinstance(e, Fraction) for b, e in powers)
        for powers, c in x.terms
    )


def _inside(x: Sum, relations: Sequence[Sum], known: dict[str, list[Sum]]) -> Iterator[Sum]:
    """The sums that are factors, each written otherwise."""
    for k, (powers, c) in enumerate(x.terms[:6]):
        for j, (base, exponent) in enumerate(powers):
            if not isinstance(base, Sum) or not isinstance(exponent, Fraction):
                continue
            rest = product(c, [*powers[:j], *powers[j + 1 :]])
            if base.key not in known:
                others = islice(chain(_as_sums(base), one_line(base, relations, known)), 12)
                known[base.key] = list({other.key: other for other in others}.values())
            for other in known[base.key]:
                if other != base:
                    term = multiplied((rest, power(other, exponent)))
                    yield added((*(Sum((t,)) for i, t in enumerate(x.terms) if i != k), term))
