"""Seeded homework: random programs with right claims in other forms, and wrong ones that one slip leads to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from proof.homework_trees import (
    OUTER,
    Slip,
    Tree,
    add,
    call,
    derivative,
    div,
    mp,
    mul,
    neg,
    num,
    number_less_one,
    pow_,
    sub,
)

X = "x"
OTHERS = ("y", "a")
POSITIVE = ("log", "log2", "log10", "sqrt")
POINTS = 12


@dataclass(frozen=True)
class Problem:
    """A program, a claim about d/dx, whether it is right, and the slip that it comes from, if any."""

    program: str
    claim: str
    right: bool
    kind: str | None = None


def problems(seed: int, count: int) -> Iterator[Problem]:
    """`count` problems: two in five right, the slips of the others evenly over the kinds."""
    draw = random.Random(seed)
    for made in range(count):
        kind = None if draw.random() < 0.4 else KINDS[made % len(KINDS)]
        problem = None
        while problem is None:
            problem = _right(draw) if kind is None else _wrong(draw, kind)
        yield problem


def _right(draw: random.Random) -> Problem | None:
    tree = formula(draw)
    claim = derivative(tree, X)
    for _ in range(draw.randint(1, 4)):
        claim = _rewritten(draw, claim)
    if not _differ(derivative(tree, X), claim) and _is_defined(claim):
        return Problem(*_texts(draw, tree, claim), True)
    return None


def _wrong(draw: random.Random, kind: str) -> Problem | None:
    if kind == "antiderivative":
        claim = formula(draw)
        tree = derivative(claim, X)
    else:
        tree = formula(draw)
        found = _slipped(draw, tree, kind)
        if found is None:
            return None
        claim = found
    if draw.random() < 0.5:
        claim = _rewritten(draw, claim)
    right = derivative(tree, X)
    if any(claim.has(other) and not tree.has(other) for other in OTHERS):
        return None
    if not tree.has(X) or not _is_defined(claim) or _differ(right, claim) is not True or not _differ(right, num(0)):
        return None
    return Problem(*_texts(draw, tree, claim), False, kind)


def _texts(draw: random.Random, tree: Tree, claim: Tree) -> tuple[str, str]:
    """Program and claim, now and then with a name for some part of the program, which the claim may use too."""
    places = [place for place in tree.walk() if place is not tree and place.parts and place.has(X)]
    if not places or draw.random() < 0.6:
        return tree.text, claim.text
    place = draw.choice(places)
    program = f"u = {place.text}; {_replaced(tree, place, Tree('u')).text}"
    return program, (_replaced(claim, place, Tree("u")) if draw.random() < 0.5 else claim).text


def _slipped(draw: random.Random, tree: Tree, kind: str) -> Tree | None:
    """A derivative with that slip somewhere in it; None where the tree has no place for it."""
    if kind == "wrong-variable":
        there = [other for other in OTHERS if tree.has(other)]
        return derivative(tree, draw.choice(there)) if there else None
    if kind == "constant-factor" and draw.random() < 0.5:
        factor = draw.choice(["2", "3", "1/2", "1/3", "4"])
        return mul(num(factor), derivative(tree, X))
    if kind == "constant-kept":
        slips = [Slip(kind, part.tag) for place in tree.walk() for part in _constant_terms(place)]
    else:
        slips = [Slip(kind, place.tag, way) for place in tree.walk() for way in _ways(place, kind)]
    return derivative(tree, X, draw.choice(slips)) if slips else None


def _constant_terms(tree: Tree) -> list[Tree]:
    """The terms of a sum that do not depend on x."""
    if tree.head not in "+-" or not tree.has(X):
        return []
    return [part for part in tree.parts if not part.has(X)]


def _ways(tree: Tree, kind: str) -> list[int]:
    """In which ways the slip can happen at this place."""
    moving = [part.has(X) for part in tree.parts]
    both = moving == [True, True]
    inner = len(moving) == 1 and moving[0] and tree.parts[0].parts != ()
    power = tree.head == "^" and moving == [True, False]
    exponential = (tree.head == "^" and moving == [False, True]) or (tree.head == "exp" and moving == [True])
    fits = {
        "missing-inner-derivative": (inner and tree.head != "neg")
        or (power and tree.parts[0].parts != ())
        or (exponential and tree.head == "^" and tree.parts[1].parts != ()),
        "missing-term": both and tree.head in "+-*/",
        "wrong-sign": (both and tree.head in "+-*/") or (tree.head == "cos" and moving[0]),
        "power-not-reduced": power,
        "missing-power-factor": power,
        "product-of-derivatives": tree.head == "*" and both,
        "quotient-of-derivatives": tree.head == "/" and both,
        "exponential-as-power": exponential,
        "missing-log-base": (tree.head in ("log2", "log10") and moving[0])
        or (exponential and tree.head == "^" and tree.parts[0].head != "e"),
        "outer-at-wrong-point": (inner and tree.head in OUTER) or (power and tree.parts[0].parts != ()),
        "constant-factor": tree.head == "*" and moving == [False, True],
    }
    two = kind in ("missing-term", "outer-at-wrong-point") or (kind == "wrong-sign" and tree.head == "/")
    return ([0, 1] if two else [0]) if fits[kind] else []


KINDS = (
    "missing-inner-derivative",
    "missing-term",
    "wrong-sign",
    "power-not-reduced",
    "missing-power-factor",
    "product-of-derivatives",
    "quotient-of-derivatives",
    "exponential-as-power",
    "missing-log-base",
    "wrong-variable",
    "constant-kept",
    "outer-at-wrong-point",
    "antiderivative",
    "constant-factor",
)


def formula(draw: random.Random) -> Tree:
    """A program that depends on x, with every place tagged."""
    while True:
        tree = _tagged(_grown(draw, draw.choice([1, 2, 2, 3])), [0])
        if tree.has(X) and tree.parts and _is_defined(derivative(tree, X)):
            return tree


def _tagged(tree: Tree, count: list[int]) -> Tree:
    count[0] += 1
    tag = count[0]
    return Tree(tree.head, tuple(_tagged(part, count) for part in tree.parts), tag)


def _grown(draw: random.Random, depth: int) -> Tree:
    if depth == 0:
        return _leaf(draw)
    shape = draw.choice(["+", "+", "-", "*", "*", "/", "^", "^", "f", "f", "f", "b", "c"])
    if shape in "+-*":
        return {"+": add, "-": sub, "*": mul}[shape](_grown(draw, depth - 1), _grown(draw, draw.randrange(depth)))
    if shape == "/":
        return div(_grown(draw, depth - 1), draw.choice([_positive, _grown])(draw, draw.randrange(depth)))
    if shape == "^":
        return pow_(_grown(draw, depth - 1), num(draw.choice(["2", "3", "4", "5", "-1", "-2"])))
    if shape == "b":
        return pow_(num(draw.choice(["2", "3", "10", "e"])), _grown(draw, depth - 1))
    if shape == "c":
        return mul(num(draw.choice(["2", "3", "5", "1/2"])), _grown(draw, depth - 1))
    name = draw.choice(tuple(OUTER))
    return call(name, _positive(draw, depth - 1) if name in POSITIVE else _grown(draw, depth - 1))


def _leaf(draw: random.Random) -> Tree:
    if draw.random() < 0.62:
        return Tree(X)
    return draw.choice([Tree(draw.choice(OTHERS)), num(draw.randint(1, 7))])


def _positive(draw: random.Random, depth: int) -> Tree:
    """Something that is above 0 often enough."""
    inner = _grown(draw, depth)
    return draw.choice(
        [Tree(X), add(pow_(inner, num(2)), num(draw.randint(1, 3))), mul(num(3), Tree(X)), add(Tree(X), num(2))]
    )


def _rewritten(draw: random.Random, tree: Tree) -> Tree:
    """The same formula with one place of it written in another way."""
    places = [place for place in tree.walk() if _forms(place)]
    if not places:
        return mul(num(1), tree)
    place = draw.choice(places)
    return _replaced(tree, place, draw.choice(_forms(place)))


def _replaced(tree: Tree, place: Tree, new: Tree) -> Tree:
    if tree is place:
        return new
    return replace(tree, parts=tuple(_replaced(part, place, new) for part in tree.parts))


def _forms(tree: Tree) -> list[Tree]:
    parts = tree.parts
    if not parts:
        return []
    g = parts[0]
    forms: dict[str, Callable[[], list[Tree]]] = {
        "+": lambda: [Tree("+", (parts[1], g)), Tree("-", (g, neg(parts[1])))],
        "-": lambda: [neg(Tree("-", (parts[1], g))), Tree("+", (neg(parts[1]), g))],
        "*": lambda: [Tree("*", (parts[1], g)), *_distributed(tree)],
        "/": lambda: [Tree("*", (g, Tree("^", (parts[1], num(-1)))))],
        "^": lambda: _other_powers(tree),
        "neg": lambda: [Tree("*", (num(-1), g)), Tree("-", (num(0), g))],
        "sin": lambda: [neg(call("sin", neg(g)))],
        "cos": lambda: [call("cos", neg(g))],
        "exp": lambda: [Tree("^", (Tree("e"), g)), div(num(1), call("exp", neg(g)))],
        "sqrt": lambda: [Tree("^", (g, num("1/2")))],
        "tanh": lambda: [div(call("sinh", g), call("cosh", g)), neg(call("tanh", neg(g)))],
        "sigmoid": lambda: [div(num(1), add(num(1), call("exp", neg(g))))],
        "tan": lambda: [div(call("sin", g), call("cos", g))],
    }
    return forms.get(tree.head, list)()


def _distributed(tree: Tree) -> list[Tree]:
    left, right = tree.parts
    if right.head not in "+-" or not right.parts:
        return []
    return [Tree(right.head, (mul(left, right.parts[0]), mul(left, right.parts[1])))]


def _other_powers(tree: Tree) -> list[Tree]:
    base, exponent = tree.parts
    if exponent.parts or exponent.head in (X, *OTHERS):
        return []
    if exponent.head == "2" and base.head in ("sin", "cos"):
        other = "cos" if base.head == "sin" else "sin"
        return [sub(num(1), pow_(call(other, base.parts[0]), num(2)))]
    if exponent.head == "2":
        return [Tree("*", (base, base))]
    if exponent.head.isdigit():
        return [mul(base, pow_(base, num(number_less_one(exponent.head))))]
    return [div(num(1), pow_(base, num(exponent.head[1:])))] if exponent.head[1:].isdigit() else []


def _points() -> Iterator[dict[str, mp.mpf]]:
    for k in range(POINTS):
        yield {X: mp.mpf(7 * k + 3) / 8 - 2, "y": mp.mpf(5 * k + 4) / 7 - 3, "a": mp.mpf(3 * k + 5) / 11 - 1}


def _is_defined(tree: Tree) -> bool:
    """Whether it has a value of ordinary size at three points at least."""
    values = [tree.at(point) for point in _points()]
    return sum(mp.isfinite(v) and abs(v) < 1e8 for v in values) >= 3


def _differ(a: Tree, b: Tree) -> bool | None:
    """Whether two formulas differ somewhere; None where they were never seen together."""
    seen = False
    for point in _points():
        left, right = a.at(point), b.at(point)
        if mp.isfinite(left) and mp.isfinite(right):
            seen = True
            if abs(left - right) > 1e-18 * max(abs(left), abs(right), mp.mpf(10) ** -12):
                return True
    return False if seen else None
