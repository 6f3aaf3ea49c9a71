"""Exact forms of constants, as far as they decide what a learner meets: sums of rational multiples of products.

A form without terms is zero, whatever its atoms are; one with terms may be zero too, unless it is a plain rational.
Atoms are primes, π, powers of e, logarithms, sums that stand under a power, and any other function of a form. What
grows beyond the limits has no form: None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import floor, lcm
from typing import cast

from flint import fmpq, fmpz

Exponent = int | Fraction
Atom = int | tuple[str, object, int]
"""A prime, or what is not seen to be none, or (function, its argument, how deep functions are nested in it)."""

Monomial = frozenset[tuple[Atom, Exponent]]
Form = Mapping[Monomial, fmpq]

ONE: Monomial = frozenset()
ZERO: Form = {}

LARGEST = 4_096
"""The most bits of a numerator or denominator."""

LONGEST, DEEPEST, HIGHEST, CLEARED = 60, 24, 32, 8
"""The most terms of a form, functions nested in it, and the highest powers that are multiplied out, above a fraction
bar and to clear one."""

_PI: Atom = ("pi", None, 0)
PI: Form = {frozenset({(_PI, 1)}): fmpq(1)}


def rational(q: fmpq) -> Form:
    """The form of a rational number."""
    return {ONE: q} if q else ZERO


def as_rational(form: Form) -> fmpq | None:
    """The rational number that a form is, if it is one."""
    if not form:
        return fmpq(0)
    return form.get(ONE) if len(form) == 1 else None


def too_large(q: fmpq) -> bool:
    return bool(q.p.bit_length() > LARGEST or q.q.bit_length() > LARGEST)


def scaled(form: Form, by: fmpq) -> Form:
    return {m: q * by for m, q in form.items()} if by else ZERO


def added(a: Form, b: Form) -> Form | None:
    total = dict(a)
    for m, q in b.items():
        both = total[m] + q if m in total else q
        if both:
            total[m] = both
        else:
            del total[m]
    return _guarded(total)


def multiplied(a: Form, b: Form) -> Form | None:
    if len(a) * len(b) > LONGEST * 4:
        return None
    total: dict[Monomial, fmpq] = {}
    for m, p in a.items():
        for n, q in b.items():
            joined = {m or n: fmpq(1)} if not m or not n else _joined(m, n)
            if joined is None:
                return None
            for k, r in joined.items():
                total[k] = total.get(k, fmpq(0)) + p * q * r
    return _guarded({m: q for m, q in total.items() if q})


def power(form: Form, e: Exponent, sign: int) -> Form | None:
    """`form`, whose `sign` is known and not 0, to a rational power; below zero to a whole one only."""
    whole = e if isinstance(e, int) else e.numerator if e.denominator == 1 else None
    if whole is not None and len(form) > 1 and 0 <= whole <= HIGHEST:
        return _multiplied_out(form, whole)
    parts = _parts(form, sign)
    raised = _settled({atom: n * e for atom, n in parts.items()})
    return raised if raised is None or sign > 0 or whole is None or whole % 2 == 0 else scaled(raised, fmpq(-1))


def sign_of(form: Form) -> int | None:
    """The sign of a form that is one product of numbers above zero; None for any other."""
    if len(form) != 1:
        return None
    ((monomial, factor),) = form.items()
    return (1 if factor > 0 else -1) if all(_is_positive(atom) for atom, _ in monomial) else None


def is_zero(form: Form) -> bool:
    """Whether a form is known to be zero: nothing is left of it once nothing is divided by a sum."""
    lowest: dict[Atom, Exponent] = {}
    for m in form:
        for atom, e in m:
            if not isinstance(atom, int) and atom[0] == "sum" and e < 0:
                lowest[atom] = min(e, lowest.get(atom, 0))
    if not form or not lowest or len(lowest) > 3 or any(-e > CLEARED for e in lowest.values()):
        return not form
    total: Form | None = ZERO
    for m, q in form.items():
        exponents = dict(m)
        for atom, e in lowest.items():
            exponents[atom] = exponents.get(atom, 0) - e
        term = _settled(exponents)
        if total is None or term is None:
            return False
        total = added(total, scaled(term, q))
    return total is not None and not total


def exponential(form: Form) -> Form | None:
    exponents: dict[Atom, Exponent] = {}
    for m, q in form.items():
        c = to_exponent(q)
        log = _alone(m, "log")
        atom: Atom | None = ("exp", m, _depth(m)) if log is None else _under_the_log(log)
        if atom is None:
            return None
        exponents[atom] = exponents.get(atom, 0) + c
    return _settled(exponents)


def logarithm(form: Form) -> Form | None:
    """The logarithm of a form above zero."""
    total: Form | None = ZERO
    for atom, e in _parts(form, 1).items():
        if total is None or (not isinstance(atom, int) and atom[2] >= DEEPEST):
            return None
        total = added(total, scaled(_log_of(atom), fmpq(e.numerator, e.denominator)))
    return total


def sine(form: Form, sign: int | None) -> Form | None:
    """The sine, `sign` that of the form, if known."""
    halves = form.get(frozenset({(_PI, 1)}))
    if halves is not None and len(form) == 1:
        return _sine_of_pi(halves)
    if halves is not None and (halves * 2).q == 1:
        turned = added(form, scaled(PI, -halves))
        quarter = int((halves * 2).p) % 4
        if turned is None:
            return None
        found = cosine(turned) if quarter % 2 else sine(turned, None)
        return found if found is None or quarter < 2 else scaled(found, fmpq(-1))
    legs = _legs(form)
    return odd("sin", form, sign) if legs is None else legs[0]


def cosine(form: Form) -> Form | None:
    """The cosine; its argument's sign does not count."""
    if any(m == frozenset({(_PI, 1)}) for m in form):
        turned = added(form, scaled(PI, fmpq(1, 2)))
        return None if turned is None else sine(turned, None)
    legs = _legs(form)
    return legs[1] if legs is not None else opaque("cos", form) if form else rational(fmpq(1))


def arc_sine(form: Form, sign: int | None) -> Form | None:
    angle = _angle(form, {fmpq(1, 4): 6, fmpq(1, 2): 4, fmpq(3, 4): 3, fmpq(1): 2}, sign)
    return odd("asin", form, sign) if angle is None else angle


def arc_tangent(form: Form, sign: int | None) -> Form | None:
    angle = _angle(form, {fmpq(1, 3): 6, fmpq(1): 4, fmpq(3): 3}, sign)
    return odd("atan", form, sign) if angle is None else angle


def odd(name: str, form: Form, sign: int | None) -> Form | None:
    """An odd function of a form, as one of what is above zero."""
    if not form:
        return ZERO
    if sign is None or sign >= 0:
        return opaque(name, form)
    found = opaque(name, scaled(form, fmpq(-1)))
    return None if found is None else scaled(found, fmpq(-1))


def opaque(name: str, form: Form) -> Form | None:
    """A function of a form, of which no more is known."""
    depth = max(map(_depth, form), default=1)
    return None if depth > DEEPEST else _single((name, frozenset(form.items()), depth))


def to_exponent(q: fmpq) -> Exponent:
    return int(q.p) if q.q == 1 else Fraction(int(q.p), int(q.q))


def _single(atom: Atom) -> Form:
    return {frozenset({(atom, 1)}): fmpq(1)}


def _guarded(total: Form) -> Form | None:
    return None if len(total) > LONGEST or any(map(too_large, total.values())) else total


def _depth(m: Monomial) -> int:
    """How deep functions are nested in a function of `m`."""
    return 1 + max((0 if isinstance(atom, int) else atom[2] for atom, _ in m), default=0)


@lru_cache(8192)
def _joined(m: Monomial, n: Monomial) -> Form | None:
    """The product of two monomials."""
    exponents = dict(m)
    for atom, e in n:
        exponents[atom] = exponents.get(atom, 0) + e
    return _settled(exponents)


def _settled(exponents: Mapping[Atom, Exponent]) -> Form | None:
    """A product of powers as a form: whole powers of primes become numbers, whole powers of sums are multiplied out."""
    factor = fmpq(1)
    rest: dict[Atom, Exponent] = {}
    sums: list[tuple[Form, int]] = []
    for atom, e in exponents.items():
        whole = floor(e)
        if isinstance(atom, int):
            if abs(whole) * atom.bit_length() > LARGEST:
                return None
            factor *= fmpq(atom) ** whole
            e -= whole
        elif atom[0] == "sum" and 1 <= whole <= HIGHEST:
            sums.append((dict(cast("Iterable[tuple[Monomial, fmpq]]", atom[1])), whole))
            e -= whole
        elif atom[0] == "sin" and 2 <= whole <= HIGHEST:
            cosine_squared = frozenset({(("cos", *atom[1:]), 2)})
            sums.append(({ONE: fmpq(1), cosine_squared: fmpq(-1)}, whole // 2))
            e -= whole - whole % 2
        if e:
            rest[atom] = e
    if any(not isinstance(atom, int) and atom[2] > DEEPEST for atom in rest):
        return None
    form: Form | None = {frozenset(rest.items()): factor}
    for base, n in sums:
        raised = _multiplied_out(base, n)
        form = None if form is None or raised is None else multiplied(form, raised)
    return form


def _multiplied_out(form: Form, n: int) -> Form | None:
    result: Form | None = rational(fmpq(1))
    for _ in range(n):
        result = None if result is None else multiplied(result, form)
    return result


def _parts(form: Form, sign: int) -> dict[Atom, Exponent]:
    """|form| as a product of powers of atoms above zero, where its sign is `sign`."""
    content, shared = _content(form), _shared(form)
    parts = dict(_factors(int(content.p)))
    for atom, e in (*((atom, -e) for atom, e in _factors(int(content.q))), *shared.items()):
        parts[atom] = parts.get(atom, 0) + e
    rest: dict[Monomial, fmpq] = {}
    for m, q in form.items():
        exponents = dict(m)
        for atom, e in shared.items():
            exponents[atom] = exponents.get(atom, 0) - e
        rest[frozenset((atom, e) for atom, e in exponents.items() if e)] = q / content * sign
    if as_rational(rest) != 1:
        parts["sum", frozenset(rest.items()), max(map(_depth, rest))] = 1
    return parts


def _content(form: Form) -> fmpq:
    """The largest positive rational by which every factor is a whole number."""
    bottom = lcm(*(int(q.q) for q in form.values()))
    top = fmpz(0)
    for q in form.values():
        top = top.gcd((q * bottom).p)
    return fmpq(top, bottom)


def _shared(form: Form) -> dict[Atom, Exponent]:
    """The powers of atoms above zero that every term of a form has."""
    shared: dict[Atom, Exponent] = {}
    for atom in {atom for m in form for atom, _ in m}:
        fits = len(form) == 1 if isinstance(atom, int) else _is_positive(atom)
        least: Exponent = min(dict(m).get(atom, 0) for m in form) if fits else 0
        if least:
            shared[atom] = least
    return shared


def _is_positive(atom: Atom) -> bool:
    """Whether an atom is known to be above zero: sums are written so that they are."""
    if isinstance(atom, int) or atom[0] in ("pi", "exp", "sum"):
        return True
    return atom[0] == "log" and isinstance(atom[1], int)


@lru_cache(4096)
def _factors(n: int) -> tuple[tuple[Atom, Exponent], ...]:
    """n as a product of powers: of primes, as far as they are small, and of what is left."""
    return tuple((int(p), int(e)) for p, e in fmpz(n).factor_smooth()) if n > 1 else ()


def _log_of(atom: Atom) -> Form:
    """The logarithm of an atom above zero."""
    if isinstance(atom, int):
        return _single(("log", atom, 1))
    if atom[0] == "exp":
        return {cast(Monomial, atom[1]): fmpq(1)}
    argument = atom[1] if atom[0] == "sum" else frozenset({(frozenset({(atom, 1)}), fmpq(1))})
    return _single(("log", argument, atom[2] + 1))


def _alone(m: Monomial, name: str) -> tuple[str, object, int] | None:
    """The atom that a monomial is, if it is a function of this name."""
    (pair,) = m if len(m) == 1 else (None,)
    if pair is None or isinstance(pair[0], int):
        return None
    return pair[0] if pair[0][0] == name and pair[1] == 1 else None


def _under_the_log(log: tuple[str, object, int]) -> Atom | None:
    """What stands under a logarithm, as an atom."""
    if isinstance(log[1], int):
        return log[1]
    argument = cast("frozenset[tuple[Monomial, fmpq]]", log[1])
    ((monomial, factor), *more) = argument
    ((atom, e), *others) = monomial or ((None, 0),)
    return atom if not more and not others and factor == 1 and e == 1 else ("sum", argument, log[2])


def _legs(form: Form) -> tuple[Form, Form] | None:
    """Sine and cosine of ±asin(u), where u^2 is rational, and of ±atan(u)."""
    ((m, sign), *more) = form.items() or ((ONE, fmpq(0)),)
    atom = _alone(m, "asin") or _alone(m, "atan")
    if more or atom is None or abs(sign) != 1:
        return None
    u = dict(cast("Iterable[tuple[Monomial, fmpq]]", atom[1]))
    square, tangent = multiplied(u, u), atom[0] == "atan"
    if square is None or (not tangent and as_rational(square) is None):
        return None
    rest = added(rational(fmpq(1)), square if tangent else scaled(square, fmpq(-1)))
    cosine_of = power(rest, Fraction(-1 if tangent else 1, 2), 1) if rest else rest
    sine_of = u if not tangent or cosine_of is None else multiplied(u, cosine_of)
    return None if sine_of is None or cosine_of is None else (scaled(sine_of, sign), cosine_of)


def _sine_of_pi(q: fmpq) -> Form | None:
    """The sine of q·π."""
    turn = q - (q / 2).floor() * 2
    sign = fmpq(-1) if turn >= 1 else fmpq(1)
    turn = turn - 1 if turn >= 1 else turn
    turn = 1 - turn if turn > fmpq(1, 2) else turn
    square = {fmpq(0): fmpq(0), fmpq(1, 6): fmpq(1, 4), fmpq(1, 4): fmpq(1, 2), fmpq(1, 3): fmpq(3, 4)}
    square[fmpq(1, 2)] = fmpq(1)
    if turn not in square:
        angle = opaque("sin", scaled(PI, turn))
        return None if angle is None else scaled(angle, sign)
    root = power(rational(square[turn]), Fraction(1, 2), 1) if square[turn] else ZERO
    return None if root is None else scaled(root, sign)


def _angle(form: Form, squares: Mapping[fmpq, int], sign: int | None) -> Form | None:
    """The angle π/n whose sine (or tangent) has one of these squares, with its sign."""
    square = multiplied(form, form) if len(form) == 1 else None
    n = squares.get(as_rational(square) or fmpq(0)) if square else None
    return None if n is None or sign is None else scaled(PI, fmpq(sign, n))
