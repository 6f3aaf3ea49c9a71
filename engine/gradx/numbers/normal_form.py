"""Exact forms of constants, as far as they decide what a learner meets: sums of rational multiples of products.

A form without terms is zero, whatever its atoms are; one with terms may be zero too, unless it is a plain rational.
Atoms are primes, π, powers of e, logarithms, sums that stand under a power, and any other function of a form. What
grows beyond the limits has no form: `NoForm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from math import floor, lcm
from typing import cast

from flint import fmpq, fmpz

Exponent = int | Fraction
Atom = int | tuple[str, object, int]
"""A prime, or what is not seen to be none, or (function, its argument, how deep functions are nested in it)."""

Monomial = frozenset[tuple[Atom, Exponent]]
Form = Mapping[Monomial, fmpq]

LARGEST = 16_384
"""The most bits of a numerator or denominator."""

LONGEST, DEEPEST, HIGHEST, CLEARED = 60, 24, 32, 8
"""The most terms of a form, functions nested in it, and the highest powers that are multiplied out, above a fraction
bar and to clear one."""

ONE: Monomial = frozenset()
ZERO: Form = {}
UNIT: Form = {ONE: fmpq(1)}
_PI: Monomial = frozenset({(("pi", None, 0), 1)})
PI: Form = {_PI: fmpq(1)}


class NoForm(Exception):  # noqa: N818
    """A number whose form is not known, or is too large."""


def rational(q: fmpq) -> Form:
    """The form of a rational number."""
    return {ONE: q} if q else ZERO


def as_rational(form: Form) -> fmpq | None:
    """The rational number that a form is, if it is one."""
    if not form:
        return fmpq(0)
    return form.get(ONE) if len(form) == 1 else None


def scaled(form: Form, by: fmpq) -> Form:
    return {m: q * by for m, q in form.items()} if by else ZERO


def negated(form: Form) -> Form:
    return scaled(form, fmpq(-1))


def added(*forms: Form) -> Form:
    return _collected(pair for form in forms for pair in form.items())


def multiplied(a: Form, b: Form) -> Form:
    if len(a) * len(b) > LONGEST * 4:
        raise NoForm
    return _collected((k, p * q * r) for m, p in a.items() for n, q in b.items() for k, r in _joined(m, n).items())


def power(form: Form, e: Exponent, sign: int) -> Form:
    """`form`, whose `sign` is known and not 0, to a rational power; below zero to a whole one only."""
    if len(form) > 1 and e.denominator == 1 and 0 <= e <= HIGHEST:
        return reduce(multiplied, [form] * int(e), UNIT)
    raised = _settled({atom: n * e for atom, n in _parts(form, sign).items()})
    return negated(raised) if sign < 0 and e.numerator % 2 else raised


def sign_of(form: Form) -> int | None:
    """0 of a form that is known to be zero, the sign of one product of numbers above zero, where nothing is divided by
    a sum any more; None for any other."""
    try:
        cleared = _cleared(form)
    except NoForm:
        return None
    if len(cleared) != 1:
        return None if cleared else 0
    ((monomial, factor),) = cleared.items()
    return (1 if factor > 0 else -1) if all(_is_positive(atom) for atom, _ in monomial) else None


def _cleared(form: Form) -> Form:
    """A form times sums, which are above zero, so that nothing is divided by one."""
    below: dict[Atom, Exponent] = {}
    for m in form:
        for atom, e in m:
            if e < 0 and not isinstance(atom, int) and atom[0] == "sum":
                below[atom] = max(-e, below.get(atom, 0))
    if not below or len(below) > 3 or max(below.values()) > CLEARED:
        return form
    return added(*(scaled(_settled(_times(m, below.items())), q) for m, q in form.items()))


def exponential(form: Form) -> Form:
    exponents: dict[Atom, Exponent] = {}
    for m, q in form.items():
        log = _alone(m, "log")
        atom = ("exp", m, _depth(m)) if log is None else _under_the_log(log)
        exponents[atom] = exponents.get(atom, 0) + to_exponent(q)
    return _settled(exponents)


def raised(form: Form, exponent: Form) -> Form:
    """A power of a form above zero."""
    return exponential(multiplied(exponent, logarithm(form)))


def logarithm(form: Form) -> Form:
    """The logarithm of a form above zero."""
    parts = _parts(form, 1).items()
    return added(*(scaled(_log_of(atom), fmpq(e.numerator, e.denominator)) for atom, e in parts))


def sine(form: Form, sign: int | None) -> Form:
    """The sine, `sign` that of the form, if known."""
    halves = form.get(_PI, fmpq(0)) * 2
    if halves and halves.q == 1:
        turned = added(form, scaled(PI, -halves / 2))
        quarter = int(halves.p) % 4
        found = cosine(turned, None) if quarter % 2 else sine(turned, None)
        return found if quarter < 2 else negated(found)
    legs = _legs(form)
    return odd("sin", form, sign) if legs is None else legs[0]


def cosine(form: Form, sign: int | None) -> Form:
    if _PI in form:
        return sine(added(form, scaled(PI, fmpq(1, 2))), None)
    legs = _legs(form)
    if legs is not None or not form:
        return UNIT if legs is None else legs[1]
    return opaque("cos", negated(form) if sign == -1 else form)


def odd(name: str, form: Form, sign: int | None) -> Form:
    """An odd function of a form, as one of what is above zero."""
    if sign == -1:
        return negated(opaque(name, negated(form)))
    return opaque(name, form) if form else ZERO


def opaque(name: str, form: Form) -> Form:
    """A function of a form, of which no more is known."""
    return _single((name, frozenset(form.items()), max(map(_depth, form), default=1)))


def to_exponent(q: fmpq) -> Exponent:
    return int(q.p) if q.q == 1 else Fraction(int(q.p), int(q.q))


def _single(atom: Atom) -> Form:
    return _settled({atom: 1})


def _collected(terms: Iterable[tuple[Monomial, fmpq]]) -> Form:
    """The sum of terms."""
    total: dict[Monomial, fmpq] = {}
    for m, q in terms:
        total[m] = total[m] + q if m in total else q
    found = {m: q for m, q in total.items() if q}
    if len(found) > LONGEST or any(q.height_bits() > LARGEST for q in found.values()):
        raise NoForm
    return found


def _depth(m: Monomial) -> int:
    """How deep functions are nested in a function of `m`."""
    return 1 + max((0 if isinstance(atom, int) else atom[2] for atom, _ in m), default=0)


def _times(m: Iterable[tuple[Atom, Exponent]], n: Iterable[tuple[Atom, Exponent]]) -> dict[Atom, Exponent]:
    """The exponents of a product."""
    exponents = dict(m)
    for atom, e in n:
        exponents[atom] = exponents.get(atom, 0) + e
    return exponents


@lru_cache(8192)
def _joined(m: Monomial, n: Monomial) -> Form:
    """The product of two monomials."""
    return _settled(_times(m, n)) if m and n else {m or n: fmpq(1)}


def _settled(exponents: Mapping[Atom, Exponent]) -> Form:
    """A product of powers as a form: whole powers of primes become numbers, whole powers of sums are multiplied out."""
    factor = fmpq(1)
    rest: dict[Atom, Exponent] = {}
    sums: list[Form] = []
    for atom, e in exponents.items():
        whole = floor(e)
        if isinstance(atom, int):
            if abs(whole) * atom.bit_length() > LARGEST:
                raise NoForm
            factor *= fmpq(atom) ** whole
            e -= whole
        elif atom[0] == "sum" and 1 <= whole <= HIGHEST:
            sums += [_read(atom[1])] * whole
            e -= whole
        elif atom[0] == "sin" and 2 <= whole <= HIGHEST:
            cosine_squared = frozenset({(("cos", *atom[1:]), 2)})
            sums += [{ONE: fmpq(1), cosine_squared: fmpq(-1)}] * (whole // 2)
            e -= whole - whole % 2
        if e:
            rest[atom] = e
    if any(not isinstance(atom, int) and atom[2] > DEEPEST for atom in rest):
        raise NoForm
    return reduce(multiplied, sums, {frozenset(rest.items()): factor})


def _read(argument: object) -> Form:
    """The form that an atom is a function of."""
    return dict(cast("Iterable[tuple[Monomial, fmpq]]", argument))


def _parts(form: Form, sign: int) -> dict[Atom, Exponent]:
    """|form| as a product of powers of atoms above zero, where its sign is `sign`."""
    content, shared = _content(form), dict(_shared(form))
    parts = _times(_factors(int(content.p)), ((atom, -e) for atom, e in _factors(int(content.q))))
    parts = _times(parts.items(), shared.items())
    rest = ZERO
    for m, q in form.items():
        left = _times(m, ((atom, -e) for atom, e in shared.items()))
        rest = added(rest, scaled(_settled(left), q / content * sign))
    if len(rest) != len(form):  # sums that were below a bar are multiplied out
        return _times(parts.items(), _parts(rest, 1).items())
    if as_rational(rest) != 1:
        parts["sum", frozenset(rest.items()), max(map(_depth, rest))] = 1
    return parts


def _content(form: Form) -> fmpq:
    """The largest positive rational by which every factor is a whole number."""
    bottom = lcm(*(int(q.q) for q in form.values()))
    top = reduce(lambda found, q: found.gcd((q * bottom).p), form.values(), fmpz(0))
    return fmpq(top, bottom)


def _shared(form: Form) -> Iterator[tuple[Atom, Exponent]]:
    """The powers of atoms above zero that every term of a form has."""
    for atom in {atom for m in form for atom, _ in m}:
        fits = len(form) == 1 if isinstance(atom, int) else _is_positive(atom)
        least: Exponent = min(dict(m).get(atom, 0) for m in form) if fits else 0
        if least:
            yield atom, least


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
    (atom, e), *more = m or ((0, 0),)
    return atom if not isinstance(atom, int) and atom[0] == name and e == 1 and not more else None


def _under_the_log(log: tuple[str, object, int]) -> Atom:
    """What stands under a logarithm, as an atom."""
    if isinstance(log[1], int):
        return log[1]
    ((monomial, factor), *more) = _read(log[1]).items()
    ((atom, e), *others) = monomial or ((0, 0),)
    return atom if not more and not others and factor == 1 and e == 1 else ("sum", log[1], log[2])


def _legs(form: Form) -> tuple[Form, Form] | None:
    """Sine and cosine of ±asin(u), where u^2 is rational, and of ±atan(u)."""
    ((m, sign), *more) = form.items() or ((ONE, fmpq(0)),)
    atom = _alone(m, "asin") or _alone(m, "atan")
    if more or atom is None or abs(sign) != 1:
        return None
    u, tangent = _read(atom[1]), atom[0] == "atan"
    square = multiplied(u, u)
    if not tangent and as_rational(square) is None:
        return None
    rest = added(UNIT, square if tangent else negated(square))
    cosine_of = power(rest, Fraction(-1 if tangent else 1, 2), 1) if rest else rest
    return scaled(multiplied(u, cosine_of) if tangent else u, sign), cosine_of
