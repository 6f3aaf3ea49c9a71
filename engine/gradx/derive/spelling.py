"""A canonical sum as a person writes it: on one fraction line, roots and tangents by their names, no minus to spare."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from gradx.derive.cost import (
    NESTED,
    NEW_FUNCTION,
    OWN_NAME,
    STRANGE,
    Tree,
    fraction_tree,
    leaf,
    negated,
    number_tree,
    operation,
)
from gradx.derive.expression import (
    Atom,
    Base,
    Exponent,
    Powers,
    Sum,
    atom,
    exponent_sum,
    multiplied,
    power,
    product_key,
)
from gradx.derive.rules import RELATIONS, spread

_TRIGONOMETRIC: Final[Mapping[str, tuple[int, int]]] = {
    "sin": (1, 0), "cos": (0, 1), "tan": (1, -1), "sec": (0, -1), "csc": (-1, 0), "cot": (-1, 1),
}  # fmt: skip
"""The powers of sine and cosine that each of them is."""

_HYPERBOLIC: Final[Mapping[str, tuple[int, int]]] = {
    "sinh": (1, 0), "cosh": (0, 1), "tanh": (1, -1), "coth": (-1, 1),
}  # fmt: skip
_NAMED: Final[Sequence[tuple[Mapping[str, tuple[int, int]], Sequence[str]]]] = (
    (_TRIGONOMETRIC, ("sin", "csc", "cos", "sec", "tan", "cot")),
    (_HYPERBOLIC, ("sinh", "", "cosh", "", "tanh", "coth")),
)


_OF_COURSES: Final = frozenset(("max", "relu", "softplus", "silu", "logsigmoid", "sigmoid"))
"""Whoever writes one of these knows the sigmoid; who writes exp alone need not."""


class Speller:
    """Writes sums. Functions that are not `known` cost more, and so does `own`, the output's name.

    `decimals` says that the program writes 0.5 and not 1/2, `joined` that it writes (x/y)^2.
    """

    def __init__(self, known: Collection[str], own: str = "", *, decimals: bool = False, joined: bool = False) -> None:
        self._known = known
        self._logistic = NEW_FUNCTION if _OF_COURSES.intersection(known) else STRANGE
        self._own = own
        self._decimals = decimals
        self._joined = joined
        self._sums: dict[str, Tree] = {}
        self._products: dict[str, Tree] = {}
        self._powers: dict[str, Tree] = {}

    def tree(self, x: Sum) -> Tree:
        if x.key not in self._sums:
            self._sums[x.key] = self._written(x)
        return self._sums[x.key]

    def _written(self, x: Sum) -> Tree:
        if not x.terms:
            return leaf("number", "0")
        parts = [(*self._term(powers, c), powers, c) for powers, c in x.terms]
        parts.sort(key=lambda part: (part[0], -_degree(part[2]), part[2] == ()))
        if len(parts) > 2 and _degree(parts[0][2]) >= max(_degree(part[2]) for part in parts) and _variable(x):
            parts.sort(key=lambda part: -_degree(part[2]))
        (negative, made, *_), *others = parts
        if negative:
            made = negated(made)
        for negative, tree, *_ in others:
            made = operation("-" if negative else "+", made, tree)
        nested = sum(_is_nested(powers) for powers, _ in x.terms) if others else 0
        return made._replace(operations=made.operations + NESTED * nested) if nested else made

    def _term(self, powers: Powers, c: Fraction) -> tuple[bool, Tree]:
        """Whether a minus stands before it, and the rest. A minus goes into a difference, where that saves it."""
        options = [(0, c < 0, self._product(powers, abs(c)))]
        for k, (base, exponent) in enumerate(powers):
            if not isinstance(base, Sum) or not isinstance(exponent, Fraction):
                continue
            rest = (*powers[:k], *powers[k + 1 :])
            if c < 0 and exponent.denominator == 1 and exponent % 2 and any(d < 0 for _, d in base.terms):
                options.append((0, False, self._product((*rest, (-base, exponent)), -c)))
            if abs(c) != 1 and exponent in (1, -1):
                multiple = base.scaled(c**exponent.numerator)
                options.append((1, False, self._product((*rest, (multiple, exponent)), Fraction(1))))
                options.append((1, True, self._product((*rest, (-multiple, exponent)), Fraction(1))))
        _, negative, tree = min(
            options, key=lambda each: (each[2].operations + each[1], each[0], each[1], each[2].cost)
        )
        return negative, tree

    def _product(self, powers: Powers, c: Fraction) -> Tree:
        key = f"{c}{product_key(powers)}"
        if key not in self._products:
            ways = (
                (each, number)
                for named in _circular_named(powers)
                for apart in _wholes_apart(named)
                for each, number in _roots_moved(apart, c)
            )
            self._products[key] = min((self._spelled(each, n) for each, n in ways), key=lambda tree: tree.cost)
        return self._products[key]

    def _spelled(self, powers: Powers, c: Fraction) -> Tree:
        above: list[tuple[tuple[int, str], Tree]] = []
        below: list[tuple[tuple[int, str], Tree]] = []
        alone = c == len(powers) == 1
        for base, exponent in _squares_joined(_roots_joined(_signs_named(powers)), everywhere=self._joined):
            over = exponent > 0 if isinstance(exponent, Fraction) else not _falls(base, exponent, alone=alone)
            factor = self._power(base, exponent if over else -exponent)
            (above if over else below).append((_rank(base, exponent), factor))
        first, last = ([tree for _, tree in sorted(part, key=lambda f: f[0])] for part in (above, below))
        return fraction_tree(c, first, last, decimals=self._decimals)

    def _power(self, base: Base, exponent: Exponent) -> Tree:
        key = product_key(((base, exponent),))
        if key not in self._powers:
            self._powers[key] = self._raised(base, exponent)
        return self._powers[key]

    def _raised(self, base: Base, exponent: Exponent) -> Tree:
        if isinstance(base, Atom) and base.kind == "exp":
            return operation("exp", self.tree(exponent_sum(exponent)))
        tree = self.tree(base) if isinstance(base, Sum) else self._atom(base)
        if exponent == 1:
            return tree
        if isinstance(base, Sum) and len(base.terms) == 1:
            tree = min(tree, self.tree(spread(base)), key=lambda each: each.cost)
        if exponent == Fraction(1, 2):
            return operation("sqrt", tree)
        if isinstance(exponent, Fraction):
            return operation("^", tree, number_tree(exponent, decimals=False))
        return operation("^", tree, self.tree(exponent))

    def _atom(self, base: Atom) -> Tree:
        if base.kind == "name":
            return leaf("name", base.name, OWN_NAME if base.name == self._own else 0)
        if base.kind == "number":
            return number_tree(Fraction(base.name), decimals=self._decimals)
        if base.kind == "constant":
            return leaf("constant", base.name)
        if base.kind in RELATIONS:
            return self.choice(base, leaf("number", "1"), leaf("number", "0"))
        price = 0 if base.kind in self._known else NEW_FUNCTION if base.kind != "sigmoid" else self._logistic
        return operation(base.kind, *(self.tree(x) for x in base.of), price=price)

    def choice(self, condition: Atom, then: Tree, otherwise: Tree) -> Tree:
        """`where` of a condition: what is subtracted stands on the other side, and 0 in the second place."""
        relation = condition.kind.removeprefix("if")
        (compared,) = condition.of
        left = Sum(tuple((p, c) for p, c in compared.terms if c > 0 and p))
        right = Sum(tuple((p, -c) for p, c in compared.terms if c < 0 or not p))
        if not left.terms:
            constant = Sum(tuple((p, c) for p, c in compared.terms if not p))
            left, right = constant - compared, constant
            relation = {">": "<", ">=": "<=", "==": "=="}[relation]
        if then.text == "0" and otherwise.text != "0":
            then, otherwise = otherwise, then
            relation = {">": "<=", ">=": "<", "==": "!=", "<": ">=", "<=": ">"}[relation]
        return operation(f"where{relation}", self.tree(left), self.tree(right), then, otherwise)


def _falls(base: Base, exponent: Sum, *, alone: bool) -> bool:
    """Whether x^(-a - 2) is rather 1/x^(a + 2), and c*x^(-a) rather c/x^a; exp(-x) stays as it is."""
    is_exp = isinstance(base, Atom) and base.kind == "exp"
    return not is_exp and all(c < 0 for _, c in exponent.terms) and (not alone or len(exponent.terms) > 1)


def _is_nested(powers: Powers) -> bool:
    """Whether a term is x*(x + 6): beside another one nobody writes that for x^2 + 6*x."""
    names = {base.key for base, e in powers if isinstance(base, Atom) and base.kind == "name" and e == 1}
    return any(isinstance(base, Sum) and e == 1 and _variable(base) in names for base, e in powers)


def _variable(x: Sum) -> str | None:
    """The name that a sum is a polynomial in."""
    bases = {(base.key, isinstance(base, Atom) and base.kind == "name") for powers, _ in x.terms for base, _ in powers}
    return next(key for key, _ in bases) if len(bases) == 1 and all(is_name for _, is_name in bases) else None


def _degree(powers: Powers) -> Fraction:
    return sum(
        (e for b, e in powers if isinstance(e, Fraction) and isinstance(b, Atom) and b.kind == "name"), Fraction(0)
    )


def _rank(base: Base, exponent: Exponent) -> tuple[int, str]:
    """The order of factors: names, x^n, sums, functions, powers of e."""
    if isinstance(base, Sum):
        return 1, base.key
    if base.kind == "name" and isinstance(exponent, Sum):
        return 1, f" {base.key}"
    kinds = {"number": 0, "constant": 0, "name": 0, "exp": 4}
    return kinds.get(base.kind, 2 if base.size <= 2 else 3), base.key


def _circular_named(powers: Powers) -> list[Powers]:
    """sin^a cos^b in each way to say it: with a tangent, a secant, or as they are."""
    ways = [powers]
    for family, words in _NAMED:
        grouped: dict[tuple[Sum, ...], list[tuple[Base, Exponent]]] = {}
        for base, exponent in powers:
            if isinstance(base, Atom) and base.kind in family and _is_whole(exponent):
                grouped.setdefault(base.of, []).append((base, exponent))
        for of, found in list(grouped.items())[:2]:
            a, b = (
                sum(e * family[x.kind][k] for x, e in found if isinstance(x, Atom) and isinstance(e, Fraction))
                for k in (0, 1)
            )
            others = _spellings(Fraction(a), Fraction(b), of, words)
            ways += [(*(p for p in way if p not in found), *other) for way in ways for other in others]
    return ways


def _roots_moved(powers: Powers, c: Fraction) -> list[tuple[Powers, Fraction]]:
    """sqrt(2)/2 as it is, and as 1/sqrt(2)."""
    found = [(powers, c)]
    for base, exponent in powers:
        if isinstance(base, Atom) and base.kind == "number" and isinstance(exponent, Fraction):
            n = Fraction(base.name)
            if n.denominator == 1 and c.denominator % n == 0:
                found.append((tuple((b, e - 1) if b == base else (b, e) for b, e in powers), c * n))
    return found


def _wholes_apart(powers: Powers) -> list[Powers]:
    """Powers as they are; and u^(-3/2)*v^(-1/2) as u^-1*u^(-1/2)*v^(-1/2), whose roots are one."""
    roots = [e for b, e in powers if isinstance(b, Sum) and isinstance(e, Fraction) and e.denominator == 2]
    if len(roots) < 2 or len({abs(e) for e in roots}) == 1:
        return [powers]
    half = Fraction(1 if sum(roots) > 0 else -1, 2)
    apart: list[tuple[Base, Exponent]] = []
    for base, e in powers:
        if isinstance(base, Sum) and isinstance(e, Fraction) and e.denominator == 2:
            apart += [(base, half), *([(base, e - half)] if e != half else [])]
        else:
            apart.append((base, e))
    return [powers, tuple(apart)]


def _is_whole(exponent: Exponent) -> bool:
    return isinstance(exponent, Fraction) and exponent.denominator == 1


def _spellings(
    a: Fraction, b: Fraction, of: tuple[Sum, ...], words: Sequence[str]
) -> list[list[tuple[Base, Exponent]]]:
    found = []
    for k in dict.fromkeys((Fraction(0), a, -b)):
        made: list[tuple[Base, Exponent]] = []
        for j, e in enumerate((a - k, b + k, k)):
            word, inverse = words[2 * j], words[2 * j + 1]
            if e:
                kind, exponent = (inverse, -e) if e < 0 and inverse else (word, e)
                made.append((Atom(kind, of), exponent))
        found.append(made)
    return found


def _signs_named(powers: Powers) -> Powers:
    """u/|u| is the sign of u, and u^2/|u| is |u|."""
    for base, exponent in powers:
        if isinstance(base, Atom) and base.kind == "abs" and isinstance(exponent, Fraction) and exponent % 2:
            (of,) = base.of
            inside = of.terms[0][0] if len(of.terms) == 1 and of.terms[0][1] == 1 else ((of, Fraction(1)),)
            if len(inside) == 1 and inside[0][1] == 1:
                for other, e in powers:
                    if other == inside[0][0] and _is_whole(e) and isinstance(e, Fraction):
                        rest = tuple((b, x) for b, x in powers if b not in (base, other))
                        if e % 2 == 0:
                            return (*rest, (base, e + exponent)) if e > 0 or e + exponent == -1 else powers
                        if exponent.denominator > 1:
                            return (*rest, (Atom("sign", (of,)), Fraction(1)), (base, e + exponent))
                        if e >= 3 and exponent == -1:
                            return (*rest, (other, e - 2), (base, Fraction(1)))
                        moved = multiplied((atom(Atom("sign", (of,))), power(of, e + exponent)))
                        return (*rest, *moved.terms[0][0]) if len(moved.terms) == 1 else powers
    return powers


def _squares_joined(powers: list[tuple[Base, Exponent]], *, everywhere: bool) -> list[tuple[Base, Exponent]]:
    """(x*log(x))^2: equal powers of a name and a function as one; `everywhere` of all names and functions, (x/y)^2."""
    groups: dict[Fraction, list[tuple[Atom, Fraction]]] = {}
    for base, e in powers:
        if isinstance(base, Atom) and base.kind not in ("exp", "number") and isinstance(e, Fraction) and abs(e) > 1:
            groups.setdefault(abs(e) if everywhere else e, []).append((base, e))
    for e, group in groups.items():
        is_usual = len(group) == 2 and sum(bool(b.of) for b, _ in group) == 1
        if is_usual or (everywhere and len(group) > 1):
            e = e if any(x == e for _, x in group) else -e
            powers = [p for p in powers if p not in group]
            powers.append((multiplied([atom(b, x / e) for b, x in group]), e))
    return powers


def _roots_joined(powers: Powers) -> list[tuple[Base, Exponent]]:
    """Roots of the same order under one sign, (y/x)^(1/3): where each has a value, so has that."""
    roots = [p for p in powers if isinstance(p[1], Fraction) and p[1].denominator > 1]
    rest: list[tuple[Base, Exponent]] = [p for p in powers if p not in roots]

    def order(p: tuple[Base, Exponent]) -> Fraction:
        return abs(p[1]) if isinstance(p[1], Fraction) else Fraction(0)

    for e, group in groupby(sorted(roots, key=order), key=order):
        same = list(group)
        if len(same) == 1:
            rest += same
            continue
        top = e if any(x == e for _, x in same) else -e
        inside = multiplied([power(atom(b), x / top) for b, x in same if isinstance(x, Fraction)])
        rest.append((inside, top))
    return rest
