"""Seeded random expressions with points, and an evaluator of them that shares nothing with gradx but the text.

The evaluator walks the generator's own tree in mpmath; a derivative is a central difference of it at 200 digits.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import mpmath
from mpmath.ctx_mp import MPContext

mp = MPContext()
mp.dps = 200

UNARY: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mp.exp,
    "expm1": mp.expm1,
    "log": mp.ln,
    "log2": lambda x: mp.ln(x) / mp.ln(2),
    "log10": mp.log10,
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "abs": abs,
    "sign": mp.sign,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "sec": mp.sec,
    "csc": mp.csc,
    "cot": mp.cot,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "asec": mp.asec,
    "acsc": mp.acsc,
    "acot": lambda x: mp.atan(1 / x) if x else mp.pi / 2,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "relu": lambda x: max(x, mp.zero),
    "leaky_relu": lambda x: x if x > 0 else x * mp.mpf(0.01),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(-abs(x))) + max(x, mp.zero),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "erf": mp.erf,
    "gamma": mp.gamma,
    "lgamma": lambda x: mp.ln(abs(mp.gamma(x))),
    "digamma": mp.digamma,
}

BINARY: dict[str, Callable[[mpmath.mpf, mpmath.mpf], mpmath.mpf]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "^": lambda x, y: mp.power(x, y),
    "%": lambda x, y: x - y * mp.floor(x / y),
    "max": max,
    "min": min,
    "hypot": mp.hypot,
    "atan2": mp.atan2,
}

HOLDS: dict[str, Callable[[mpmath.mpf, mpmath.mpf], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

EXPONENTIAL = frozenset({"exp", "expm1", "sinh", "cosh", "tanh", "sigmoid", "softplus", "silu", "gelu", "erf", "gamma",
                         "lgamma", "digamma", "^"})  # fmt: skip
LARGEST = 10**8
"""mpmath counts up to the argument of an exponential function: beyond this it would not come to an end."""

HUGE = {"exp": lambda x: x, "expm1": lambda x: x, "cosh": abs, "sinh": lambda x: x, "gamma": lambda x: x}
"""Functions that are larger than all else where these are above LARGEST: infinite here, though not for good."""

OF_HUGE = frozenset({"+", "-", "*", "max", "min", "abs", "sign", "relu", "leaky_relu"})
"""What can be told of an infinite argument."""

COMMON = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs", "softplus")


class Part(NamedTuple):
    """A name, a number, or an operation on the parts at `inputs`; `names` are those that it moves with."""

    operation: str | float
    inputs: tuple[int, ...]
    names: frozenset[str]
    place: int


@dataclass(frozen=True)
class Expression:
    """`text` in gradx's language; `program` the same in postfix: a name, a number, or (operation, how many
    arguments).
    """

    text: str
    program: tuple[str | float | tuple[str, int], ...]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The program with everything that stands in it twice once, the whole last."""
        parts: dict[tuple[str | float, tuple[int, ...]], Part] = {}
        stack: list[int] = []
        places = list[Part]()
        for step in self.program:
            operation, arity = step if isinstance(step, tuple) else (step, 0)
            inputs = tuple(stack[len(stack) - arity :])
            del stack[len(stack) - arity :]
            names = frozenset({operation} if isinstance(step, str) else ()).union(*(places[i].names for i in inputs))
            part = parts.setdefault((operation, inputs), Part(operation, inputs, names, len(places)))
            if part.place == len(places):
                places.append(part)
            stack.append(part.place)
        return tuple(places)

    def value(self, point: Mapping[str, mpmath.mpf]) -> mpmath.mpf:
        """The value at `point`, 200 digits. Raises ValueError where there is none over the reals."""
        values: list[mpmath.mpf] = []
        for operation, inputs, _, _ in self.parts:
            if inputs:
                values.append(_apply(operation, [values[i] for i in inputs]))
            else:
                values.append(point[operation] if isinstance(operation, str) else mp.mpf(operation))
        return values[-1]

    def slope(self, point: Mapping[str, mpmath.mpf], name: str, digits: int = 200) -> mpmath.mpf:
        """The central difference quotient along `name`, right to some digits/3 digits where the function is smooth."""
        with mp.workdps(digits):
            x = point[name]
            h = max(abs(x), mp.mpf(10) ** (-digits // 10)) * mp.mpf(10) ** (-digits // 3)
            up, down = (self.value({**point, name: x + s * h}) for s in (1, -1))
            if mp.isinf(up) or mp.isinf(down):
                raise ValueError(name)
            return (up - down) / (2 * h)


def _apply(name: str, arguments: list[mpmath.mpf]) -> mpmath.mpf:
    if name in HUGE and len(arguments) == 1 and HUGE[name](arguments[0]) > LARGEST:
        return mp.inf
    if not all(map(mp.isfinite, arguments)) and name not in OF_HUGE and not name.startswith("where"):
        raise ValueError(name)
    if name in EXPONENTIAL and abs(arguments[-1]) > LARGEST:
        raise ValueError(name)
    try:
        if name.startswith("where"):
            left, right, then, otherwise = arguments
            if left == right == mp.inf:
                raise ValueError(name)
            return then if HOLDS[name[5:]](left, right) else otherwise
        value = UNARY[name](*arguments) if name in UNARY else BINARY[name](*arguments)
    except (ZeroDivisionError, OverflowError) as error:
        raise ValueError(name) from error
    if not isinstance(value, mp.mpf) or mp.isnan(value) or (mp.isinf(value) and not any(map(mp.isinf, arguments))):
        raise ValueError(name)
    return value


def expression(generator: random.Random, depth: int) -> Expression:
    """A random expression over x, y and z, nested up to `depth`."""
    if depth == 0 or generator.random() < 0.15:
        return _leaf(generator)
    kind = generator.random()
    if kind < 0.4:
        name = generator.choice(COMMON if generator.random() < 0.6 else tuple(UNARY))
        return call(name, expression(generator, depth - 1))
    left = expression(generator, depth - 1)
    if kind < 0.85:
        return infix(generator.choice("+-*/"), left, expression(generator, depth - 1))
    name = generator.choice(("^", "^", "%", "max", "min", "hypot", "atan2", "where"))
    right = expression(generator, depth - 1)
    if name in "^%":
        constant = generator.choice((2.0, 3.0, 0.5, -1.0))
        number = Expression(f"({constant:g})", (constant,))
        return infix(name, left, right if generator.random() < 0.3 else number)
    if name == "where":
        relation = generator.choice(("<", "<=", ">", ">="))
        return where(left, relation, right, expression(generator, depth - 1), expression(generator, depth - 1))
    return call(name, left, right)


def point(generator: random.Random) -> dict[str, float]:
    """Values for x, y and z: small integers, ordinary numbers, now and then tiny or large ones."""
    return {name: _number(generator) for name in "xyz"}


def infix(operator: str, left: Expression, right: Expression) -> Expression:
    return Expression(f"({left.text} {operator} {right.text})", (*left.program, *right.program, (operator, 2)))


def call(name: str, *arguments: Expression) -> Expression:
    """A function of one or two arguments."""
    text = ", ".join(argument.text for argument in arguments)
    steps = (step for argument in arguments for step in argument.program)
    return Expression(f"{name}({text})", (*steps, (name, len(arguments))))


def where(left: Expression, relation: str, right: Expression, then: Expression, otherwise: Expression) -> Expression:
    text = f"where({left.text} {relation} {right.text}, {then.text}, {otherwise.text})"
    steps = (step for part in (left, right, then, otherwise) for step in part.program)
    return Expression(text, (*steps, (f"where{relation}", 4)))


def _leaf(generator: random.Random) -> Expression:
    if generator.random() < 0.75:
        name = generator.choice("xyz")
        return Expression(name, (name,))
    number = generator.choice((2.0, 3.0, 0.5, 1.0, 0.1, 10.0))
    return Expression(f"{number:g}", (number,))


def _number(generator: random.Random) -> float:
    kind = generator.random()
    if kind < 0.3:
        return float(generator.randint(-4, 4))
    if kind < 0.75:
        return generator.uniform(-3, 3)
    if kind < 0.85:
        return round(generator.uniform(-3, 3), 1)
    sign = generator.choice((-1.0, 1.0))
    return float(sign * 10 ** generator.uniform(-8, 3))
