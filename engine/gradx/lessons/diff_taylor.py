"""The Taylor polynomial of one input at a point: the derivatives of each order there, over k!, judged as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Final, NamedTuple

from gradx.derive.formulas import Formula
from gradx.graph import Graph
from gradx.language.bindings import Binding, Point
from gradx.language.program import read
from gradx.lessons.diff import Derivative, Differentiation
from gradx.lessons.diff_point import AtPoint, PointJudge
from gradx.numbers.balls import TYPED_BALLS, precision
from gradx.numbers.decimals import significant
from gradx.point.exact_point import exact_point
from gradx.point.typed import typed_point
from gradx.point.verdict import Verdict
from gradx.sweeps.forward import forward

LARGEST: Final = 10**12
"""An exact coefficient with a longer numerator or denominator is shown as a decimal."""

_BITS: Final = 256
_DIGITS: Final = 17
STANDS: Final = ("agree", "inexact")


class Coefficient(NamedTuple):
    """What stands before (x - at)^k; `exact` where it is seen to be a fraction. `proved`: enclosed by the judge."""

    value: float
    exact: Fraction | None
    proved: bool


@dataclass(frozen=True, slots=True)
class Taylor:
    """The polynomial of node `of` along input `wrt` at `at`, up to `degree`.

    `coefficients` are those up to the first that does not stand, for `reason`.
    """

    of: int
    wrt: int
    at: float
    degree: int
    coefficients: tuple[Coefficient, ...]
    reason: str | None

    def formula(self, name: str, digits: int = 17) -> Formula | None:
        """The polynomial in the input's `name`, decimals with so many digits; None where a coefficient is missing."""
        if self.reason is not None:
            return None
        away = f"({name} - {self.at:.{digits}g})" if self.at > 0 else f"({name} + {-self.at:.{digits}g})"
        base = name if self.at == 0 else away
        terms = [_term(c, base, k, digits) for k, c in enumerate(self.coefficients)]
        text = "".join(terms).removeprefix(" + ") or "0"
        return Formula(read(text.replace(" - ", "-", 1) if text.startswith(" - ") else text, frozenset((name,))).graph)


def taylor(
    graph: Graph, of: int, wrt: int, degree: int, point: Point, bindings: Sequence[Binding], digits: int
) -> tuple[Taylor, tuple[float, Verdict]]:
    """The polynomial at `point`, the other inputs held there, and the value there with the verdict on it.

    Raises GradxError("domain") where the program has none.
    """
    near = {i: point.values[graph.names[i]] for i in graph.inputs}
    differentiation = Differentiation(graph, near)
    judge = PointJudge(differentiation, near, lambda: typed_point(graph, bindings, point.values), digits)
    value = judge.value(of)
    found, reason = [_value(graph, of, near, value[0])], None
    for k in range(1, degree + 1):
        derivative = differentiation.derivative(of, (wrt,) * k)
        number = judge.judged(derivative)
        if number.value is None or number.verdict is None or number.verdict.status not in STANDS:
            reason = (number.verdict.reason if number.verdict else None) or f"order {k} is not known here"
            break
        found.append(_coefficient(graph, derivative, number, near, factorial(k)))
    return Taylor(of, wrt, near[wrt], degree, tuple(found), reason), value


def _value(graph: Graph, of: int, near: Mapping[int, float], number: float) -> Coefficient:
    """Of power 0: what the node is worth, to more digits than float64's `number` has."""
    with precision(_BITS):
        ball = forward(graph, TYPED_BALLS, {i: TYPED_BALLS.number(x) for i, x in near.items()}).values[of]
        known = ball.is_finite() and significant(ball) > _DIGITS
        value = float(ball) if known else number
    return Coefficient(value + 0.0, _exact(graph, of, near, 1), known)


def _coefficient(
    graph: Graph, derivative: Derivative, number: AtPoint, near: Mapping[int, float], over: int
) -> Coefficient:
    assert number.value is not None
    exact = None
    if derivative.by_inputs is not None:
        own = derivative.by_inputs.graph
        exact = _exact(own, own.output, {i: near[graph.index[own.names[i]]] for i in own.inputs}, over)
    value = number.value if number.ball is None else float(number.ball) + 0.0
    return Coefficient(value / over, exact, number.ball is not None)


def _exact(graph: Graph, i: int, point: Mapping[int, float], over: int) -> Fraction | None:
    """Node i over a whole number, where its value is a fraction of numbers that are not long."""
    known = exact_point(graph, point).values[i]
    if known is None or known.ratio is None:
        return None
    found = Fraction(int(known.ratio.p), int(known.ratio.q)) / over
    return found if max(abs(found.numerator), found.denominator) < LARGEST else None


def _term(c: Coefficient, base: str, k: int, digits: int) -> str:
    """`+ 2*x^3/3`, with its sign and a space on either side of that; nothing for 0."""
    if not (c.value or c.exact):
        return ""
    sign = " - " if c.value < 0 else " + "
    power = base if k == 1 else f"{base}^{k}"
    if c.exact is None:
        return f"{sign}{abs(c.value):.{digits}g}" + (f"*{power}" if k else "")
    size = abs(c.exact)
    front = "" if size.numerator == 1 and k else str(size.numerator)
    factors = "*".join(part for part in (front, power if k else "") if part)
    return f"{sign}{factors}" + (f"/{size.denominator}" if size.denominator > 1 else "")
