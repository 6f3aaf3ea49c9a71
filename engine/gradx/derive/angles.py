"""Functions of angles in other words: sines and cosines alone, double and half angles, and their hyperbolic like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
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
    content,
    exponent_sum,
    lone_atom,
    multiplied,
    name,
    number,
    power,
    product,
)
from gradx.derive.rules import called, exponential, factors_mapped, mapped, node_sum, raised, replaced
from gradx.language.program import read_plainly


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


_CIRCULAR: Final = {
    "tan": "sin(u)/cos(u)", "sec": "1/cos(u)", "csc": "1/sin(u)", "cot": "cos(u)/sin(u)", "tanh": "sinh(u)/cosh(u)",
}  # fmt: skip
_NORMAL: Final = {"erf": "2*normcdf(sqrt(2)*u) - 1"}
_EXPONENTIAL: Final = {"sinh": "exp(u)/2 - exp(-u)/2", "cosh": "exp(u)/2 + exp(-u)/2"}
_UNDONE: Final = {
    "sin asin": "u", "sin acos": "sqrt(1 - u^2)", "sin atan": "u/sqrt(1 + u^2)",
    "cos asin": "sqrt(1 - u^2)", "cos acos": "u", "cos atan": "1/sqrt(1 + u^2)",
    "sinh asinh": "u", "sinh atanh": "u/sqrt(1 - u^2)", "cosh asinh": "sqrt(1 + u^2)", "cosh atanh": "1/sqrt(1 - u^2)",
}  # fmt: skip
"""What functions of u are in other words, and functions of inverse functions of u."""


@cache
def _row(text: str) -> Sum:
    graph, values = read_plainly(text).graph, list[Sum]()
    for i, node in enumerate(graph.nodes):
        is_name = node.primitive is None and node.literal is None
        values.append(name(graph.names[i]) if is_name else node_sum(node, [values[j] for j in node.inputs]))
    return values[graph.output]


@lru_cache(4096)
def in_words(text: str, u: Sum) -> Sum:
    """What a text of the language says of u."""
    return replaced(_row(text), {"name:u": u})


def _by_rows(x: Sum, rows: Mapping[str, str]) -> Sum:
    """x with its functions as the rows say them; the same sum where it has none of them."""

    def instead(base: Atom) -> Sum | None:
        if base.kind in rows:
            return in_words(rows[base.kind], base.of[0])
        inner = lone_atom(base.of[0]) if base.of else None
        text = rows.get(f"{base.kind} {inner.kind}") if inner else None
        return in_words(text, inner.of[0]) if inner and text else None

    return mapped(x, instead)


def circular(x: Sum) -> Sum:
    """In sines and cosines alone, and hyperbolic ones."""
    return _by_rows(x, _CIRCULAR)


def undone(x: Sum) -> Sum:
    """The sine and cosine of an inverse function: those of asin(u) are u and sqrt(1 - u^2)."""
    return _by_rows(circular(x), _UNDONE)


def in_other_functions(x: Sum) -> Sum:
    """erf as the normal distribution; hyperbolic functions beside exp as what they are of it."""
    own = list(own_atoms(x))
    rows = _NORMAL | (_EXPONENTIAL if EULER in own else {})
    return _by_rows(x, rows) if any(base.kind in rows for base in own) else x


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
    odd = "sin" if even == "cos" else "sinh"
    sine, cosine = (in_words(f"{row}(u)^2", angle) for row in (odd, even))
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
    return in_words("2*sin(u)^2" if c < 0 else "2*cos(u)^2", cosine.of[0].scaled(HALF))


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
