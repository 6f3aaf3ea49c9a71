"""Functions of angles in other words: sines and cosines alone, double and half angles, and their hyperbolic like."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Final, TypeGuard

from gradx.derive.expression import (
    EULER,
    HALF,
    ONE,
    ZERO,
    Atom,
    Base,
    Exponent,
    Powers,
    Sum,
    added,
    atom,
    content,
    exponent_sum,
    multiplied,
    number,
    power,
    product,
)
from gradx.derive.rules import CANONICAL, atoms, called, exponential, factors_mapped, mapped, raised


def square(row: str, of: tuple[Sum, ...]) -> Sum:
    return atom(Atom(row, of), Fraction(2))


def own_atoms(x: Sum) -> Iterator[Atom]:
    """The atoms of x, but not those in functions and exponents."""
    waiting = [x]
    while waiting:
        for powers, _ in waiting.pop().terms:
            for base, _ in powers:
                if isinstance(base, Sum):
                    waiting.append(base)
                else:
                    yield base


def circular(x: Sum) -> Sum:
    """In sines and cosines alone, and hyperbolic ones."""

    def instead(base: Atom) -> Sum | None:
        if base.kind in _QUOTIENTS:
            over, under = _QUOTIENTS[base.kind]
            return CANONICAL.divide(atom(Atom(over, base.of)) if over else ONE, atom(Atom(under, base.of)))
        return None

    return mapped(x, instead) if any(base.kind in _QUOTIENTS for base in atoms(x).values()) else x


def in_other_functions(x: Sum) -> Sum:
    """erf as the normal distribution; hyperbolic functions beside exp as what they are of it."""
    has_exp = any(base == EULER for base in own_atoms(x))

    def instead(base: Atom) -> Sum | None:
        if base.kind == "erf":
            return called("normcdf", base.of[0] * power(number(2), HALF)).scaled(Fraction(2)) - ONE
        if has_exp and base.kind in ("sinh", "cosh"):
            grown, faded = exponential(base.of[0]), exponential(-base.of[0])
            return (grown + faded if base.kind == "cosh" else grown - faded).scaled(HALF)
        return None

    return mapped(x, instead) if any(base.kind in ("erf", "sinh", "cosh") for base in own_atoms(x)) else x


_SINES: Final = {"sin": 0, "cos": 1, "sinh": 0, "cosh": 1}
_UNDONE: Final = {
    "asin": (-1, (1, 0), (0, 1)), "acos": (-1, (0, 1), (1, 0)), "atan": (1, (1, -1), (0, -1)),
    "asinh": (1, (1, 0), (0, 1)), "atanh": (-1, (1, -1), (0, -1)),
}  # fmt: skip
"""Of the sine and cosine of an inverse function the sign in sqrt(1 - u^2), and the powers of u and of that root."""


def undone(x: Sum) -> Sum:
    """The sine and cosine of an inverse function: those of asin(u) are u and sqrt(1 - u^2)."""

    def instead(base: Atom) -> Sum | None:
        of = next((a for a in atoms(base.of[0]).values() if atom(a) == base.of[0]), None) if base.of else None
        row = _SINES.get(base.kind)
        if of is None or row is None or of.kind not in _UNDONE or of.kind.endswith("h") != base.kind.endswith("h"):
            return None
        sign, *powers = _UNDONE[of.kind]
        (u,), (a, b) = of.of, powers[row]
        root = ONE + power(u, Fraction(2)).scaled(Fraction(sign))
        return multiplied((power(u, Fraction(a)), power(root, Fraction(b, 2))))

    return mapped(circular(x), instead) if any(base.kind in _UNDONE for base in atoms(x).values()) else x


_QUOTIENTS: Final = {
    "tan": ("sin", "cos"), "sec": ("", "cos"), "csc": ("", "sin"), "cot": ("cos", "sin"), "tanh": ("sinh", "cosh"),
}  # fmt: skip


def doubled(x: Sum) -> Iterator[Sum]:
    """2 sin cos and cos^2 - sin^2 as functions of the double angle, and their hyperbolic like."""
    for odd, even in (("sin", "cos"), ("sinh", "cosh")):
        angles = {base.of[0].key: base.of[0] for base in own_atoms(x) if base.kind in (odd, even)}
        for angle in angles.values():
            front, whole = content(x) if len(x.terms) > 1 else (Fraction(1), x)
            lone = len(x.terms) > 1 and whole.key in _differences(even, angle)
            terms = ((((whole, Fraction(1)),), front),) if lone else x.terms
            yield added(_term_doubled(powers, c, odd, even, angle) for powers, c in terms)


def _differences(even: str, angle: Sum) -> dict[str, Fraction]:
    """The sums that are the cosine of the double angle, as factors are kept, and what stands before it then."""
    sign = Fraction(-1 if even == "cos" else 1)
    sine, cosine = (square(row, (angle,)) for row in (("sin", "cos") if even == "cos" else ("sinh", "cosh")))
    found = (content(d) for d in (cosine + sine.scaled(sign), 1.0 + sine.scaled(2 * sign), 2.0 * cosine - 1.0))
    return {primitive.key: 1 / front for front, primitive in found}


def _term_doubled(powers: Powers, c: Fraction, odd: str, even: str, angle: Sum) -> Sum:
    sine, cosine, twice = Atom(odd, (angle,)), Atom(even, (angle,)), angle.scaled(Fraction(2))
    factors = dict(powers)
    made = [number(c)]
    a, b = factors.get(sine), factors.get(cosine)
    if isinstance(a, Fraction) and isinstance(b, Fraction) and a * b > 0 and min(abs(a), abs(b)) >= 1:
        least = Fraction(int(min(a, b) if a > 0 else max(a, b)))
        made.append(power(called(odd, twice).scaled(HALF), least))
        factors[sine], factors[cosine] = a - least, b - least
    differences = _differences(even, angle)
    for base, e in factors.items():
        if isinstance(base, Sum) and base.key in differences and isinstance(e, Fraction):
            made.append(power(called(even, twice).scaled(differences[base.key]), e))
        else:
            made.append(product(Fraction(1), [(base, e)]))
    return multiplied(made)


def turned(x: Sum) -> Iterator[Sum]:
    """cos(a) cos(b) - sin(a) sin(b) as cos(a + b), and its like."""
    for first, second in combinations(x.terms[:6], 2):
        joined = _of_both_angles(*first, *second)
        if joined is not None:
            yield added((joined, *(Sum((term,)) for term in x.terms if term not in (first, second))))


def _of_both_angles(one: Powers, c: Fraction, other: Powers, d: Fraction) -> Sum | None:
    same = tuple(p for p in one if p in other)
    mine, theirs = ({b.of[0]: b.kind for b, e in each if _turns(b, e) and (b, e) not in same} for each in (one, other))
    if not len(mine) == len(theirs) == len(one) - len(same) == len(other) - len(same) == 2 or abs(c) != abs(d):
        return None
    a, b = sorted(mine, key=lambda angle: mine[angle], reverse=True)
    if set(theirs) != {a, b}:
        return None
    if mine[a] != mine[b]:
        return multiplied((Sum(((same, c),)), called("sin", a + b.scaled(d / c))))
    c, d = (c, d) if mine[a] == "cos" else (d, c)
    return multiplied((Sum(((same, c),)), called("cos", a - b.scaled(d / c))))


def _turns(base: Base, exponent: Exponent) -> TypeGuard[Atom]:
    return isinstance(base, Atom) and base.kind in ("sin", "cos") and exponent == 1


def halved(x: Sum) -> Sum:
    """1 - cos(2 u) as 2 sin(u)^2, 1 + cos(2 u) as 2 cos(u)^2; factors like exp(u) + exp(-u) as 2 cosh(u)."""
    front, whole = content(x) if len(x.terms) > 1 else (Fraction(1), x)
    lone = _half_angle(whole)
    if lone is not None:
        return lone.scaled(front)

    def instead(base: Base, exponent: Exponent) -> Sum:
        other = _half_angle(base) or _hyperbolic(base)
        return product(Fraction(1), [(base, exponent)]) if other is None else raised(other, exponent_sum(exponent))

    return factors_mapped(x, instead)


def _half_angle(base: Base) -> Sum | None:
    if isinstance(base, Atom) or len(base.terms) != 2 or base.terms[0] != ONE.terms[0]:
        return None
    powers, c = base.terms[1]
    (cosine, e), *others = powers
    if others or e != 1 or abs(c) != 1 or not isinstance(cosine, Atom) or cosine.kind != "cos":
        return None
    return square("sin" if c < 0 else "cos", (cosine.of[0].scaled(HALF),)).scaled(Fraction(2))


def _hyperbolic(base: Base) -> Sum | None:
    """exp(2 u) + 1 is 2 exp(u) cosh(u)."""
    if isinstance(base, Atom) or len(base.terms) != 2:
        return None
    (one, c), (other, d) = base.terms
    up, down = _exponent(one), _exponent(other)
    if up is None or down is None or abs(c) != abs(d):
        return None
    half, middle = (up - down).scaled(HALF), (up + down).scaled(HALF)
    whole = all(n.denominator == 1 for _, n in half.terms)
    return called("cosh" if c == d else "sinh", half).scaled(2 * c) * exponential(middle) if whole else None


def _exponent(powers: Powers) -> Sum | None:
    """u of exp(u), 0 of 1."""
    if not powers:
        return ZERO
    return exponent_sum(powers[0][1]) if len(powers) == 1 and powers[0][0] == EULER else None
