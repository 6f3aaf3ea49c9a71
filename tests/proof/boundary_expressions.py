"""Seeded random expressions with a point on or beside a boundary: a quantity that is 0 there by construction, to an
order from 1 to 6, under what bends, jumps or ends, under choices above that.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial

from proof.random_expressions import Expression, call, expression, infix, point, where

Random = random.Random

PLACES = (0.0, 0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.5, 1.5, -2.0, 0.25, 4.0)
ORDERS = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
NEAR = (1e-300, -1e-300, 2.0**-40, -(2.0**-30), 1e-9, -1e-16)
RELATIONS = ("<", "<=", ">", ">=", "==", "!=")
EXPONENTS = (0.5, 1.5, 0.05, 0.95, 1.05, 2.5, 1.0 / 3.0, 1.0001, -1.0, 2.0)


def boundary_expression(generator: Random) -> tuple[Expression, dict[str, float]]:
    """An expression, and a point where it meets a boundary or (one in six) comes close to one."""
    at = point(generator)
    at["x"] = generator.choice(PLACES)
    if generator.random() < 0.3:
        at["y"] = at["x"]
    beside = generator.random() < 1 / 6
    zero = _zero(generator, at)
    if beside and generator.random() < 0.5:
        zero = infix("+", zero, number(generator.choice(NEAR)))
    found = _bent(generator, zero)
    for _ in range(generator.choice((0, 0, 1, 1, 2, 3))):
        found = _around(generator, found, zero)
    if beside:
        at["x"] = generator.choice((at["x"], at["x"] + generator.choice(NEAR), math.nextafter(at["x"], math.inf)))
    return found, at


def number(value: float) -> Expression:
    text = repr(value)
    return Expression(f"({text})" if value < 0 else text, (value,))


def _plus(left: Expression, right: Expression | float) -> Expression:
    return infix("+", left, number(right) if isinstance(right, float) else right)


def _minus(left: Expression | float, right: Expression | float) -> Expression:
    left, right = (number(side) if isinstance(side, float) else side for side in (left, right))
    return infix("-", left, right)


def _times(left: Expression | float, right: Expression) -> Expression:
    return infix("*", number(left) if isinstance(left, float) else left, right)


X, Y = (Expression(name, (name,)) for name in "xy")


def _zero(generator: Random, at: dict[str, float]) -> Expression:
    """What is 0 at the point and about (x - a)^n beside it, n up to 6."""
    order = generator.choice(ORDERS)
    if at["x"] > 0 and generator.random() < 0.12:
        return _irrational(generator, at["x"])
    steps: list[Callable[[Expression], Expression]] = []
    for _ in range(generator.choice((0, 0, 1, 1, 2))):
        name = generator.choice((*KEEPING, *DOUBLING) if order in (2, 4, 6) else tuple(KEEPING))
        order = order // 2 if name in DOUBLING else order
        steps.append(KEEPING[name] if name in KEEPING else DOUBLING[name])
    found = _power(generator, at, order)
    for step in steps:
        found = step(found)
    if generator.random() < 0.15:
        found = _times(_plus(call("sin", expression(generator, 1)), 2.0), found)
    return _times(generator.choice((-1.0, 2.0, 0.5)), found) if generator.random() < 0.3 else found


KEEPING: dict[str, Callable[[Expression], Expression]] = {
    "exp": lambda u: _minus(call("exp", u), 1.0),
    "expm1": lambda u: call("expm1", u),
    "log": lambda u: call("log", _plus(u, 1.0)),
    "log1p": lambda u: call("log1p", u),
    "sqrt": lambda u: _minus(call("sqrt", _plus(u, 4.0)), 2.0),
    "rational": lambda u: infix("/", u, _plus(u, 2.0)),
    "quadratic": lambda u: _plus(u, _times(u, u)),
    "tower": lambda u: _minus(infix("^", number(2.0), u), 1.0),
    "drowning": lambda u: _minus(_plus(u, 1.0), 1.0),
    **{name: partial(call, name) for name in ("sin", "tan", "tanh", "atan", "sinh", "asinh", "erf")},
}
"""0 where u is, to the same order."""

DOUBLING: dict[str, Callable[[Expression], Expression]] = {
    "cos": lambda u: _minus(1.0, call("cos", u)),
    "cosh": lambda u: _minus(call("cosh", u), 1.0),
    "exp": lambda u: _minus(_minus(call("exp", u), 1.0), u),
    "log": lambda u: _minus(u, call("log1p", u)),
    "hypot": lambda u: _minus(call("hypot", u, number(1.0)), 1.0),
    "square": lambda u: infix("^", u, number(2.0)),
}
"""The same to twice the order."""


def _irrational(generator: Random, a: float) -> Expression:
    """0 at a, though no number on the way is."""
    return generator.choice(
        (
            _minus(infix("^", call("sqrt", X), number(2.0)), a),
            _minus(call("log", X), call("log", number(a))),
            _minus(call("exp", call("log", X)), a),
            _minus(_times(call("sqrt", number(3.0)), call("sqrt", X)), call("sqrt", number(3.0 * a))),
            _minus(call("sqrt", X), call("sqrt", number(a))),
            _minus(call("tan", call("atan", X)), a),
        )
    )


def _power(generator: Random, at: dict[str, float], order: int) -> Expression:
    a = at["x"]
    kind = generator.random()
    if kind < 0.25 and order > 1 and a:
        return _expanded(a, order)
    base = X if a == 0 else _minus(X, a) if a > 0 else _plus(X, -a)
    if kind > 0.75 and at["y"] == a:
        base = _minus(X, Y)
    elif kind > 0.9 and a:
        at["y"] = 1.5
        base = _minus(_times(X, Y), a * 1.5)
    if order == 1:
        return base
    if kind < 0.5:
        found = base
        for _ in range(order - 1):
            found = _times(found, base)
        return found
    return infix("^", base, number(float(order)))


def _expanded(a: float, order: int) -> Expression:
    """(x - a)^order, multiplied out: all coefficients are float64 numbers."""
    found = infix("^", X, number(float(order)))
    for k in range(order - 1, -1, -1):
        coefficient = number(math.comb(order, k) * (-a) ** (order - k))
        found = _plus(found, _times(coefficient, infix("^", X, number(float(k)))) if k else coefficient)
    return found


def _bent(generator: Random, u: Expression) -> Expression:
    """What bends, jumps or ends where u is 0."""
    c = float(generator.randint(-3, 3))
    kind = generator.choice(BENDS)
    if kind in {"abs", "relu", "leaky_relu", "sqrt", "cbrt", "sign", "acot"}:
        return call(kind, u)
    if kind in {"floor", "ceil"}:
        return call(kind, _plus(u, c) if c else u)
    if kind in {"acos", "asin", "acosh", "asec", "acsc"}:
        one = -1.0 if kind != "acosh" and generator.random() < 0.3 else 1.0
        return call(kind, generator.choice((_plus, _minus))(number(one), u))
    if kind in {"max", "min"}:
        other = generator.choice((number(0.0), _times(2.0, u), _times(-1.0, u), _smooth(generator)))
        return call(kind, u, other) if other.program[-1] != u.program[-1] else call(kind, _plus(other, u), other)
    return OTHER_BENDS[kind](generator, u, c)


def _smooth(generator: Random) -> Expression:
    return call(generator.choice(("sin", "exp", "atan", "cosh")), expression(generator, 0))


def _choice(generator: Random, u: Expression, c: float) -> Expression:
    then, otherwise = (expression(generator, generator.choice((0, 0, 1))) for _ in range(2))
    if generator.random() < 0.5:  # no jump
        otherwise = _plus(then, _times(generator.choice((2.0, -1.0)), u))
    return where(u, generator.choice(RELATIONS), number(0.0), then, otherwise)


def _remainder(generator: Random, u: Expression, c: float) -> Expression:
    shifted = _plus(u, abs(c) + 1.0)
    return generator.choice(
        (
            infix("%", u, number(generator.choice((1.0, 2.0, -1.0, 0.5)))),
            infix("%", number(2.0 * (abs(c) + 1.0)), shifted),
            infix("%", shifted, shifted),
            infix("%", _times(2.0, shifted), shifted),
            infix("%", _times(shifted, shifted), shifted),
        )
    )


def _of_power(generator: Random, u: Expression, c: float) -> Expression:
    exponent = number(generator.choice(EXPONENTS))
    return generator.choice(
        (
            infix("^", u, exponent),
            infix("^", call("abs", u), exponent),
            infix("^", number(0.0), u),
            infix("^", number(1.0), call("sqrt", u)),
            infix("^", number(-2.0), _plus(u, c)),
            infix("^", number(-2.0), call("floor", _plus(u, c))),
            infix("^", call("abs", u), _plus(_times(u, u), abs(c))),
        )
    )


def _moving_power(generator: Random, u: Expression, c: float) -> Expression:
    """A power of 0 whose exponent moves with the base."""
    base = generator.choice((u, u, _times(u, u), call("abs", u), call("max", u, number(0.0)), call("sin", u)))
    moved = generator.choice((u, _times(u, u), _times(-1.0, u), _times(2.0, u), call("abs", u), call("sin", u)))
    return infix("^", base, _plus(moved, generator.choice((1.0, 2.0, 3.0, 0.0, 0.5))))


def _removable(generator: Random, u: Expression, c: float) -> Expression:
    value, found = generator.choice(
        (
            (1.0, infix("/", call("sin", u), u)),
            (1.0, infix("/", call("expm1", u), u)),
            (0.0, infix("/", _minus(1.0, call("cos", u)), u)),
            (c, infix("/", call("tanh", u), u)),
            (0.0, _times(u, call("log", call("abs", u)))),
            (0.0, infix("/", call("abs", u), u)),
        )
    )
    return where(u, "==", number(0.0), number(value), found)


def _logarithm(generator: Random, u: Expression, c: float) -> Expression:
    factor = infix("^", u, number(generator.choice((0.5, 1.0, 1.5, 2.0))))
    return where(u, ">", number(0.0), _times(factor, call("log", u)), number(0.0))


OTHER_BENDS: dict[str, Callable[[Random, Expression, float], Expression]] = {
    "where": _choice,
    "%": _remainder,
    "^": _of_power,
    "moving power": _moving_power,
    "removable": _removable,
    "log": _logarithm,
    "hypot": lambda g, u, c: call("hypot", u, g.choice((u, number(0.0), _times(u, u), _times(3.0, u)))),
    "atan2": lambda g, u, c: call("atan2", u, number(-abs(c) - 1.0)),
}

BENDS = (
    *(
        "abs",
        "abs",
        "relu",
        "relu",
        "leaky_relu",
        "max",
        "max",
        "min",
        "sqrt",
        "sqrt",
        "cbrt",
        "sign",
        "floor",
        "floor",
    ),
    *("ceil", "acos", "asin", "acosh", "asec", "acsc", "acot", "where", "where", "where", "%", "%", "^", "^", "^"),
    *("removable", "log", "hypot", "atan2", "moving power"),
)


def _around(generator: Random, found: Expression, u: Expression) -> Expression:
    """Something above: a choice, another bend, ordinary operations, the same once more."""
    kind = generator.randrange(12)
    other = expression(generator, generator.choice((0, 1, 2)))
    bound = number(generator.choice((0.0, 0.5, 1.0, -0.5, 2.0)))
    if kind == 0:
        return where(found, generator.choice(RELATIONS), bound, other, expression(generator, 1))
    if kind == 1:
        return call(generator.choice(("max", "min")), found, bound)
    if kind == 2:
        return call(generator.choice(("abs", "relu", "sqrt", "floor", "ceil", "sign", "cbrt")), found)
    if kind == 3:
        return call(generator.choice(("exp", "sin", "cos", "tanh", "atan", "sigmoid", "softplus")), found)
    if kind == 4:
        return infix(generator.choice("+-"), found, _bent(generator, u))
    if kind == 5:
        return infix("*", found, _bent(generator, u))
    if kind == 6:
        return infix("*", found, generator.choice((u, other)))
    if kind == 7:
        return infix(generator.choice("+-*"), other, found)
    if kind == 8:
        return infix("^", found, number(generator.choice((2.0, 3.0, 0.5, 1.5, -1.0))))
    if kind == 9:
        return infix(generator.choice("-/"), found, found)
    if kind == 10:
        return infix("/", other, found) if generator.random() < 0.5 else infix("/", found, _plus(other, 2.0))
    return infix("%", found, generator.choice((bound if bound.program[0] else number(3.0), number(1.0))))
