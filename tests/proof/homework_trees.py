"""Formulas as students meet them, differentiated by rules of their own, right or with one slip at one place.

Shares nothing with gradx: a tree writes itself down, evaluates itself in mpmath, and has rules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import mpmath
from mpmath.ctx_mp import MPContext

mp = MPContext()
mp.dps = 40

LARGEST = 10**12

Env = Mapping[str, mpmath.mpf]


@dataclass(frozen=True)
class Tree:
    """A variable or number (`head` is its text), an operator or a function; `tag` tells equal trees apart."""

    head: str
    parts: tuple[Tree, ...] = ()
    tag: int = 0

    @property
    def text(self) -> str:
        if not self.parts:
            return f"({self.head})" if self.head[0] == "-" or "/" in self.head else self.head
        inner = [part.text for part in self.parts]
        if self.head in "+-*/^":
            return f"({inner[0]} {self.head} {inner[1]})" if self.head in "+-" else f"({inner[0]}{self.head}{inner[1]})"
        return f"(-{inner[0]})" if self.head == "neg" else f"{self.head}({inner[0]})"

    def at(self, env: Env) -> mpmath.mpf:
        """The value; nan where there is none, or it comes from numbers past `LARGEST`."""
        if not self.parts:
            return env[self.head] if self.head in env else number(self.head)
        xs = [part.at(env) for part in self.parts]
        if not all(abs(x) < LARGEST for x in xs):
            return mp.nan
        try:
            value = _VALUES[self.head](*xs)
        except (ValueError, ZeroDivisionError, OverflowError):
            return mp.nan
        return value if isinstance(value, mp.mpf) and mp.isfinite(value) else mp.nan

    def walk(self) -> Iterator[Tree]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def has(self, x: str) -> bool:
        return any(tree.head == x for tree in self.walk())


def number(text: str) -> mpmath.mpf:
    if text == "e":
        return mp.e + 0
    over, _, under = text.partition("/")
    return mp.mpf(over) / mp.mpf(under or 1)


def _power(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
    return mp.nan if (x < 0 and y != int(y)) or abs(y) > 1000 else x**y


_VALUES: dict[str, Callable[..., mpmath.mpf]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": _power,
    "neg": lambda a: -a,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "exp": mp.exp,
    "log": mp.ln,
    "log2": lambda a: mp.ln(a) / mp.ln(2),
    "log10": mp.log10,
    "sqrt": mp.sqrt,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
}


def num(x: int | str) -> Tree:
    return Tree(str(x))


def add(a: Tree, b: Tree) -> Tree:
    if a.head == "0":
        return b
    return a if b.head == "0" else Tree("+", (a, b))


def sub(a: Tree, b: Tree) -> Tree:
    if b.head == "0":
        return a
    return neg(b) if a.head == "0" else Tree("-", (a, b))


def mul(a: Tree, b: Tree) -> Tree:
    if "0" in (a.head, b.head):
        return num(0)
    if a.head == "1":
        return b
    return a if b.head == "1" else Tree("*", (a, b))


def div(a: Tree, b: Tree) -> Tree:
    return a if a.head == "0" or b.head == "1" else Tree("/", (a, b))


def pow_(a: Tree, b: Tree) -> Tree:
    return a if b.head == "1" else Tree("^", (a, b))


def neg(a: Tree) -> Tree:
    return a.parts[0] if a.head == "neg" else num(0) if a.head == "0" else Tree("neg", (a,))


def call(name: str, a: Tree) -> Tree:
    return Tree(name, (a,))


OUTER: dict[str, Callable[[Tree], Tree]] = {
    "sin": lambda g: call("cos", g),
    "cos": lambda g: neg(call("sin", g)),
    "tan": lambda g: div(num(1), pow_(call("cos", g), num(2))),
    "exp": lambda g: call("exp", g),
    "log": lambda g: div(num(1), g),
    "log2": lambda g: div(num(1), mul(g, call("log", num(2)))),
    "log10": lambda g: div(num(1), mul(g, call("log", num(10)))),
    "sqrt": lambda g: div(num(1), mul(num(2), call("sqrt", g))),
    "atan": lambda g: div(num(1), add(num(1), pow_(g, num(2)))),
    "sinh": lambda g: call("cosh", g),
    "cosh": lambda g: call("sinh", g),
    "tanh": lambda g: sub(num(1), pow_(call("tanh", g), num(2))),
    "sigmoid": lambda g: mul(call("sigmoid", g), sub(num(1), call("sigmoid", g))),
}


@dataclass(frozen=True)
class Slip:
    """One rule broken at the tree with that `tag`: which `kind`, and which way where there are several."""

    kind: str
    tag: int
    way: int = 0


def derivative(tree: Tree, x: str, slip: Slip | None = None) -> Tree:
    """d(tree)/dx, right but for `slip`."""
    here = slip if slip is not None and slip.tag == tree.tag else None
    if tree.head == x:
        return num(1)
    if not tree.has(x):
        return tree if here and here.kind == "constant-kept" else num(0)
    slopes = [derivative(part, x, slip) for part in tree.parts]
    if len(tree.parts) == 1:
        return _function(tree, slopes[0], here, x)
    return _OPERATORS[tree.head](tree, slopes[0], slopes[1], here)


def _function(tree: Tree, slope: Tree, slip: Slip | None, x: str) -> Tree:
    if tree.head == "neg":
        return neg(slope)
    g = tree.parts[0]
    outer = OUTER[tree.head](g)
    kind = slip.kind if slip else ""
    if kind == "missing-inner-derivative":
        return outer
    if kind == "outer-at-wrong-point":
        return mul(slope, OUTER[tree.head](slope if slip and slip.way else Tree(x)))
    if kind == "exponential-as-power":
        return mul(mul(g, call("exp", sub(g, num(1)))), slope)
    if kind == "missing-log-base":
        outer = div(num(1), g)
    if kind == "wrong-sign":
        outer = neg(outer)
    return mul(outer, slope)


def _sum(tree: Tree, left: Tree, right: Tree, slip: Slip | None) -> Tree:
    kind, way = (slip.kind, slip.way) if slip else ("", 0)
    if kind == "missing-term":
        return left if way else right if tree.head == "+" else neg(right)
    minus = (tree.head == "-") != (kind == "wrong-sign")
    return sub(left, right) if minus else add(left, right)


def _product(tree: Tree, left: Tree, right: Tree, slip: Slip | None) -> Tree:
    f, g = tree.parts
    kind, way = (slip.kind, slip.way) if slip else ("", 0)
    if kind == "product-of-derivatives":
        return mul(left, right)
    if kind == "constant-factor":
        return right if left.head == "0" else left
    one, other = mul(left, g), mul(f, right)
    if kind == "missing-term":
        return one if way else other
    if kind == "wrong-sign":
        return sub(one, other)
    return add(one, other)


def _quotient(tree: Tree, left: Tree, right: Tree, slip: Slip | None) -> Tree:
    f, g = tree.parts
    kind, way = (slip.kind, slip.way) if slip else ("", 0)
    if kind == "quotient-of-derivatives":
        return div(left, right)
    one, other = mul(left, g), mul(f, right)
    if kind == "missing-term":
        return div(one if way else neg(other), pow_(g, num(2)))
    if kind == "wrong-sign":
        return div(sub(other, one) if way else add(one, other), pow_(g, num(2)))
    return div(left, g) if right.head == "0" else div(sub(one, other), pow_(g, num(2)))


def _power_rule(tree: Tree, left: Tree, right: Tree, slip: Slip | None) -> Tree:
    f, n = tree.parts
    kind = slip.kind if slip else ""
    if right.head != "0":
        return _exponential(tree, right, kind)
    reduced = num(number_less_one(n.head))
    outer = mul(n, pow_(f, reduced))
    if kind == "power-not-reduced":
        outer = mul(n, pow_(f, n))
    if kind == "missing-power-factor":
        outer = pow_(f, reduced)
    if kind == "missing-inner-derivative":
        return outer
    if kind == "outer-at-wrong-point":
        return mul(left, mul(n, pow_(left, reduced)))
    return mul(outer, left)


def _exponential(tree: Tree, slope: Tree, kind: str) -> Tree:
    base, g = tree.parts
    outer = tree if base.head == "e" else mul(tree, call("log", base))
    if kind == "exponential-as-power":
        outer = mul(g, pow_(base, sub(g, num(1))))
    if kind == "missing-log-base":
        outer = tree
    return outer if kind == "missing-inner-derivative" else mul(outer, slope)


def number_less_one(text: str) -> str:
    over, _, under = text.partition("/")
    return f"{int(over) - int(under)}/{under}" if under else str(int(over) - 1)


_OPERATORS: dict[str, Callable[[Tree, Tree, Tree, Slip | None], Tree]] = {
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _quotient,
    "^": _power_rule,
}
