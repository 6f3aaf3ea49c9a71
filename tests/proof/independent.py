"""A second judge of verdicts, that shares nothing with gradx but the text: one-sided limits in mpmath.

An expression is read at the point and at x ± 2^-k for growing k, at a precision far above. Whether a side has a value,
whether the value jumps, and where the slopes (f(x ± t) - f(x)) / ±t go is told from those numbers. What does not
convince (digits drowned, an order that does not show) is `None`: no witness against anybody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

import mpmath
from proof.limits import UnsettledError, limit
from proof.random_expressions import BINARY, EXPONENTIAL, LARGEST, UNARY, Expression, mp

Number: TypeAlias = mpmath.mpf
Value: TypeAlias = mpmath.mpf | None
"""None: there is no value over the reals."""

Status = Literal["smooth", "kink", "edge", "jump", "vertical", "no value"]

NOISE = 100
"""Bits at the end of a number that may be rounding: a difference that has no others is 0."""

STEPS = 6
ATTEMPTS = (1, 3, 8, 24)
MOST_BITS = 40_000
MOST_BITS_OF_DEAR = 1_600

DEAR = frozenset({"gamma", "lgamma", "digamma", "erf", "gelu"})
STEPPING, ROOTED, ROOTS_REACH = frozenset({"floor", "ceil", "%", "sign"}), frozenset({"sqrt", "cbrt", "^"}), 4
POLED = frozenset({"tan", "cot", "sec", "csc"})
SATURATING = frozenset({"exp", "expm1", "cos", "sec", "cosh", "tanh", "erf", "sigmoid", "^", "sqrt", "cbrt"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What holds of a derivative. `status` None: it does not settle. `touches`: a boundary is met at the point."""

    status: Status | None
    exact: Number | None = None
    left: Number | None = None
    right: Number | None = None
    touches: bool = False
    value: Value = None


class Side(NamedTuple):
    """One side of the point: no value there (`slope` None), a jump, or a slope, which may be infinite."""

    slope: Number | None
    jumps: bool = False


class Reading:
    """One evaluation. `touched`: some argument that moves with `name` stands on a hinge of its function; `near`: the
    bits to the closest hinge that is not met; `largest`: the bits of the largest number."""

    def __init__(self, bits: int, name: str) -> None:
        self.name = name
        self.moving: Sequence[bool] = ()
        self.noise = mp.ldexp(1, NOISE - bits)
        self.doubt = mp.ldexp(1, -bits // 2)
        self.bits = bits
        self.touched = False
        self.near = 0
        self.largest = 0

    def value(self, expression: Expression, point: Mapping[str, Number], held: Sequence[Value] = ()) -> Value:
        """The value. What does not move is taken from `held`, an earlier reading of the same expression and bits."""
        self.values: list[Value] = []
        for operation, inputs, names, place in expression.parts:
            if held and self.name not in names:
                self.values.append(held[place])
            elif not inputs:
                self.values.append(point[operation] if isinstance(operation, str) else mp.mpf(operation))
            else:
                arguments = [self.values[i] for i in inputs]
                self.moving = [self.name in expression.parts[i].names for i in inputs]
                found = self._found(str(operation), arguments)
                if found:
                    self.largest = max(self.largest, mp.mag(found))
                self.values.append(found)
        return self.values[-1]

    def _found(self, name: str, arguments: Sequence[Value]) -> Value:
        return self._where(name, arguments) if name.startswith("where") else self._apply(name, arguments)

    def _where(self, name: str, arguments: Sequence[Value]) -> Value:
        left, right, then, otherwise = arguments
        if left is None or right is None:
            return None
        q = self._difference(left, right)
        self._meets(q, any(self.moving[:2]))
        holds = {"<": q < 0, "<=": q <= 0, ">": q > 0, ">=": q >= 0, "==": q == 0, "!=": q != 0}[name[5:]]
        return then if holds else otherwise

    def _apply(self, name: str, given: Sequence[Value]) -> Value:
        arguments = [x for x in given if x is not None]
        if len(arguments) < len(given):
            return None
        if name in {"+", "-"}:
            return self._difference(arguments[0], arguments[1] if name == "-" else -arguments[1])
        arguments = self._on_hinges(name, arguments)
        if name in EXPONENTIAL and abs(arguments[-1]) > LARGEST:
            raise UnsettledError
        if name == "%":
            return self._remainder(*arguments)
        found = self._computed(name, arguments)
        if found is None:
            return None
        if name in SATURATING and abs(found) == 1 and not self._is_one(name, arguments):
            raise UnsettledError
        if name in POLED and abs(found) > 1 / self.doubt:
            raise UnsettledError
        if name in {"sin", "cos", "tan", "cot"} and abs(arguments[0]) > self.doubt:
            return self._difference(found, mp.zero, max(1, abs(arguments[0])))
        return found

    def _computed(self, name: str, arguments: Sequence[Number]) -> Value:
        special = _special(name, arguments)
        if special is not NotImplemented:
            return special
        try:
            value = UNARY[name](*arguments) if name in UNARY else BINARY[name](*arguments)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        if not isinstance(value, mp.mpf) or not mp.isfinite(value):
            return None
        if name in {"softplus", "silu", "gelu"} and value and value == arguments[0]:
            raise UnsettledError
        if name == "hypot" and all(arguments) and value in tuple(map(abs, arguments)):
            raise UnsettledError
        return value

    def _remainder(self, x: Number, y: Number) -> Value:
        if not y:
            return None
        whole = mp.nint(x / y)
        return mp.zero if self._snapped(x / y, whole) == whole else x - y * mp.floor(x / y)

    def _is_one(self, name: str, arguments: Sequence[Number]) -> bool:
        """Whether 1 or -1 is the value itself, not what rounding left of one beside it."""
        if name in {"sqrt", "cbrt"}:
            return bool(abs(arguments[0]) == 1)
        if name == "^":
            return abs(arguments[0]) == 1 or not arguments[1]
        return not arguments[0] or (name in {"cos", "sec"} and bool(abs(arguments[0]) > self.doubt))

    def _difference(self, x: Number, y: Number, scale: Number | None = None) -> Number:
        """x - y; what is noise beside them (or `scale`) is 0, what may be is UnsettledError."""
        found = x - y
        size = max(abs(x), abs(y)) if scale is None else scale
        if found and abs(found) < self.noise * size:
            return mp.zero
        if found and abs(found) < self.doubt * size:
            raise UnsettledError
        if scale is None and x and y and abs(mp.mag(x) - mp.mag(y)) > self.bits - NOISE:
            raise UnsettledError
        return found

    def _meets(self, q: Number, moves: bool = True) -> None:
        if not moves or not any(self.moving):
            return
        if q:
            self.near = max(self.near, -mp.mag(q))
        else:
            self.touched = True

    def _snapped(self, x: Number, hinge: Number, *, bends: bool = True) -> Number:
        """x, or `hinge` where nothing but noise lies between."""
        q = self._difference(x, hinge) if hinge else x
        if bends:
            self._meets(q)
        return x if q else hinge

    def _on_hinges(self, name: str, arguments: Sequence[Number]) -> list[Number]:
        x = arguments[0]
        if len(arguments) == 1:
            for hinge in HINGES.get(name, ()):
                x = self._snapped(x, mp.mpf(hinge))
            for one in ROOTS.get(name, ()):
                x = self._snapped(x, mp.mpf(one), bends=False)
            if name in {"floor", "ceil"} or (name in DEAR - {"erf", "gelu"} and x < 0.5):
                x = self._snapped(x, mp.nint(x))
            return [x]
        y = arguments[1]
        if name in {"max", "min"}:
            q = self._difference(x, y)
            self._meets(q)
            return [x, y] if q else [x, x]
        if name == "/":
            return [x, self._snapped(y, mp.zero)]
        if name == "hypot":
            self._meets(max(abs(x), abs(y)))
        if name == "atan2" and (x or y):
            self._meets(x if y <= 0 else mp.one)
        if name == "%":
            return [x, self._snapped(y, mp.zero)]
        if name == "^":
            return self._power(x, y)
        return [x, y]

    def _power(self, x: Number, y: Number) -> list[Number]:
        if abs(y) < LARGEST:
            y = self._snapped(y, mp.nint(y), bends=x <= 0 and self.moving[1])
        if not (mp.isint(y) and y > 0):
            self._meets(x)
        return [x, y]


HINGES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "sqrt", "cbrt", "log", "log2", "log10", "csc", "cot"), (0,)),
    **dict.fromkeys(("asin", "acos", "atanh", "asec", "acsc"), (1, -1)),
    "acosh": (1,),
    "acot": (0,),
    "log1p": (-1,),
}
"""Where a function bends, jumps or ends."""

ROOTS: dict[str, tuple[int, ...]] = {**dict.fromkeys(("log", "log2", "log10"), (1,)), "lgamma": (1, 2)}
"""Where a function is 0 at another number than 0."""


ENDS: dict[str, Callable[[Number], bool]] = {
    **dict.fromkeys(("log", "log2", "log10"), lambda x: x > 0),
    **dict.fromkeys(("gamma", "lgamma", "digamma"), lambda x: x > 0 or not mp.isint(x)),
    **dict.fromkeys(("asec", "acsc"), lambda x: abs(x) >= 1),
    "atanh": lambda x: abs(x) < 1,
    "log1p": lambda x: x > -1,
}
"""Where a function has a value, if mpmath does not say so itself."""


def _special(name: str, arguments: Sequence[Number]) -> Value:
    """What mpmath has no value for, or another one than the language; NotImplemented for all else."""
    x = arguments[0]
    if name == "^":
        y = arguments[1]
        if not x:
            return None if y < 0 else mp.mpf(y == 0)
        if x < 0 and not mp.isint(y):
            return None
    elif name == "atan2":
        return mp.atan2(x, arguments[1]) if x or arguments[1] else None
    elif name in ENDS and not ENDS[name](x):
        return None
    return NotImplemented


def found_by_limits(expression: Expression, point: Mapping[str, float], name: str) -> Finding:
    """What holds of the derivative of `expression` along `name` at `point`."""
    dear = any(step[0] in DEAR for step in expression.program if isinstance(step, tuple))
    for attempt in ATTEMPTS:
        try:
            return _attempt(expression, point, name, attempt, dear)
        except (UnsettledError, OverflowError, MemoryError):
            continue
    return Finding(None)


def at_the_decimals(candidate: Expression, at: Mapping[str, float], name: str) -> Finding:
    """What holds where every number is the decimal that was typed, not the float64 it is read as."""
    numbers = {f"#{i}": step for i, step in enumerate(candidate.program) if isinstance(step, float)}
    steps = (f"#{i}" if isinstance(step, float) else step for i, step in enumerate(candidate.program))
    with mp.workdps(400):
        typed: Mapping[str, Number] = {key: mp.mpf(repr(x)) for key, x in {**at, **numbers}.items()}
    return found_by_limits(Expression(candidate.text, tuple(steps)), typed, name)


def _attempt(expression: Expression, point: Mapping[str, float], name: str, attempt: int, dear: bool) -> Finding:
    with mp.workprec(_bits(500 * attempt, dear)):
        at = {key: mp.mpf(x) for key, x in point.items()}
        reading = Reading(mp.prec, name)
        value = reading.value(expression, at)
    if value is None:
        return Finding("no value", touches=reading.touched)
    names = {step[0] for step in expression.program if isinstance(step, tuple)}
    # A staircase of large numbers is a slope from afar, and a root comes to a hinge long after its argument.
    start = reading.near * (ROOTS_REACH if names & ROOTED else 1) + min(
        4000 if names & STEPPING else 200, reading.largest
    )
    if not reading.touched:
        return Finding("smooth", exact=_smooth(expression, at, name, start + 120, attempt, dear), value=value)
    base, apart, order = (30, 8, 10) if dear else (48, 16, 20)
    steps = [start + base + apart * i for i in range(STEPS)]
    bits = [order * min(attempt, 3) * k + 600 * attempt for k in steps]
    changes, noises = _changes(expression, at, name, steps, [_bits(b, dear) for b in bits])
    return _verdict(_side(changes[-1], noises, steps, -1), _side(changes[1], noises, steps, 1), value)


def _bits(wanted: int, dear: bool) -> int:
    if wanted > (MOST_BITS_OF_DEAR if dear else MOST_BITS):
        raise UnsettledError
    return wanted


def _smooth(expression: Expression, at: Mapping[str, Number], name: str, k: int, attempt: int, dear: bool) -> Number:
    """Off every boundary: the symmetric quotient, the same at two distances."""
    slopes = []
    for far in (k, k + 30):
        with mp.workprec(_bits(4 * far + 300 * attempt, dear)):
            h = mp.ldexp(1, -far)
            above, below = Reading(mp.prec, name), Reading(mp.prec, name)
            up = above.value(expression, {**at, name: at[name] + h})
            down = below.value(expression, {**at, name: at[name] - h}, above.values)
            if up is None or down is None:
                raise UnsettledError
            slopes.append((up - down) / (2 * h))
    if abs(slopes[0] - slopes[1]) > mp.mpf(10) ** -25 * abs(slopes[1]) + mp.mpf(10) ** -60:
        raise UnsettledError
    return slopes[1]


def _changes(
    expression: Expression, at: Mapping[str, Number], name: str, steps: Sequence[int], bits: Sequence[int]
) -> tuple[dict[int, list[Value]], list[Number]]:
    """f(x ± 2^-k) - f(x) for each k of `steps`, by side, at so many bits, and what of them may be rounding."""
    changes: dict[int, list[Value]] = {-1: [], 1: []}
    noises: list[Number] = []
    for k, wanted in zip(steps, bits, strict=True):
        with mp.workprec(wanted):
            reading = Reading(mp.prec, name)
            here = reading.value(expression, at)
            if here is None or (here and abs(here) < mp.ldexp(1, 2 * NOISE - mp.prec)):
                raise UnsettledError
            for side, found in changes.items():
                moved = {**at, name: at[name] + side * mp.ldexp(1, -k)}
                there = Reading(mp.prec, name).value(expression, moved, reading.values)
                found.append(None if there is None else there - here)
            noises.append(mp.ldexp(max(1, abs(here)), 2 * NOISE - mp.prec))
    return changes, noises


def _side(changes: Sequence[Value], noises: Sequence[Number], steps: Sequence[int], side: int) -> Side:
    present = [change for change in changes if change is not None]
    if not present:
        return Side(None)
    if len(present) < len(changes):
        raise UnsettledError
    with mp.workprec(2000):
        change = limit(steps, present, noises)
        if change:
            return Side(side * mp.sign(change) * mp.inf, jumps=True)
        slopes = [side * mp.ldexp(c, k) for c, k in zip(present, steps, strict=True)]
        return Side(limit(steps, slopes, [mp.ldexp(n, k) for n, k in zip(noises, steps, strict=True)]))


def _verdict(left: Side, right: Side, value: Value) -> Finding:
    bent = Finding("kink", left=left.slope, right=right.slope, touches=True, value=value)
    if left.slope is None or right.slope is None:
        return replace(bent, status="edge")
    if left.jumps or right.jumps:
        return replace(bent, status="jump")
    if mp.isinf(left.slope) or mp.isinf(right.slope):
        return replace(bent, status="vertical") if left.slope == right.slope else bent
    with mp.workprec(200):
        apart, size = abs(left.slope - right.slope), max(abs(left.slope), abs(right.slope))
        if apart <= mp.mpf(10) ** -15 * size or apart < mp.ldexp(1, -100):
            return Finding("smooth", exact=(left.slope + right.slope) / 2, touches=True, value=value)
        if apart > mp.mpf(10) ** -8 * size:
            return bent
    raise UnsettledError


def as_float(number: Number | None) -> float | None:
    """The nearest float64."""
    if number is None:
        return None
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, mp.sign(number))
