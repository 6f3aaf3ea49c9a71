"""What `gradx diff` answers: derivatives as formulas, their numbers at a point, where they hold, the rule of each step,
and the Taylor polynomial of one input at a point: the derivatives of each order there, over k!, judged as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from math import factorial
from typing import Final, Literal, NamedTuple

from gradx.derive.formulas import Formula
from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import Binding, Point
from gradx.language.printer import expression
from gradx.language.program import Program, read
from gradx.lessons.diff import Derivative, Differentiation, Place, composed, implicit
from gradx.lessons.diff_implicit import CurveJudge
from gradx.lessons.diff_point import AtPoint, Curvature, PointJudge, curvature
from gradx.lessons.diff_proof import conditions
from gradx.lessons.rows import AtPoint as AtOnePoint
from gradx.lessons.rows import Found
from gradx.numbers.balls import TYPED_BALLS, precision
from gradx.numbers.decimals import significant
from gradx.point.exact_point import exact_point
from gradx.point.typed import typed_point
from gradx.point.verdict import UNCHECKED, Verdict
from gradx.sweeps.forward import forward

Rule = Literal["sum", "product", "quotient", "chain", "power", "table", "constant factor"]

MOST_STEPS = 40


class Step(NamedTuple):
    """`part` of the program, the rules that its derivative takes, the derivative, and the row of the table."""

    node: int
    part: str
    rules: tuple[Rule, ...]
    formula: Formula
    function: str


def steps(differentiation: Differentiation, of: int, wrt: int) -> list[Step]:
    """The operations between node `wrt` and node `of`, inner ones first; those too long to write are left out."""
    graph = differentiation.graph
    moving = set(graph.downstream(wrt))
    found: list[Step] = []
    for i in graph.upstream(of):
        row = graph.primitives[i]
        if i not in moving or i == wrt or row is None or row.name == "identity" or len(found) == MOST_STEPS:
            continue
        formula = differentiation.derivative(i, (wrt,), "nodes").formula
        if formula is not None:
            found.append(Step(i, expression(graph, i), _rules(graph, i, wrt, moving), formula, row.name))
    return found


def _rules(graph: Graph, i: int, wrt: int, moving: set[int]) -> tuple[Rule, ...]:
    row, inputs = graph.primitives[i], graph.arguments[i]
    assert row is not None
    varying = [j for j in inputs if j in moving]
    inner: tuple[Rule, ...] = () if set(varying) == {wrt} else ("chain",)
    if row.name in ("+", "-"):
        return ("sum",)
    if row.name in ("*", "neg"):
        return ("product",) if len(varying) > 1 else ("constant factor",)
    if row.name == "/":
        return ("constant factor",) if inputs[1] not in moving else ("quotient",)
    if row.name == "^" and inputs[0] in moving:
        return ("power", *inner) if inputs[1] not in moving else ("power", "table", *inner)
    return ("table", *inner)


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


_EQUALS: Final = re.compile(r"(?<![<>=!])=(?!=)")


class Asked(NamedTuple):
    """Of which nodes, along what one after the other, in which names, and whether with steps."""

    of: tuple[int, ...]
    along: tuple[tuple[int, ...], ...]
    place: Place | None
    steps: bool


@dataclass(frozen=True, slots=True)
class Differentiated:
    """The derivatives, and what each is at the point (None where there is none).

    `value` is the output's at the point, and the verdict on that, None where it has none; `curvature` that of the whole
    Hessian there.
    """

    program: Program
    derivatives: tuple[Derivative, ...]
    numbers: tuple[AtPoint | None, ...]
    point: dict[str, float] | None
    where: tuple[str, ...]
    warnings: tuple[str, ...]
    value: tuple[float, Verdict] | None = None
    steps: tuple[tuple[int, Step], ...] = ()
    curvature: Curvature | None = None
    implicit: int | None = None
    taylor: Taylor | None = None


def differentiated(
    program: Program, asked: Asked, point: Point | None, bindings: Sequence[Binding], digits: int
) -> Differentiated:
    """The derivatives that are asked for. GradxError("domain") where the point has no value."""
    graph = program.graph
    near = None if point is None else {i: point.values[graph.names[i]] for i in graph.inputs}
    differentiation = Differentiation(graph, near)
    derivatives = [differentiation.derivative(of, wrt, asked.place) for of in asked.of for wrt in asked.along]
    numbers: list[AtPoint | None] = [None] * len(derivatives)
    curved = value = None
    if point is not None:
        judge = PointJudge(differentiation, near or {}, lambda: typed_point(graph, bindings, point.values), digits)
        judge.prepare(derivatives)
        numbers = [judge.judged(d) for d in derivatives]
        curved = _curvature(judge, derivatives, numbers, differentiation)
        with suppress(GradxError):
            value = judge.value(graph.output)
    shown = [composed(graph, d.formula) for d in derivatives if d.formula]
    where = [sentence for of in asked.of for sentence in conditions(graph, of, shown)]
    first = [(of, wrt[0]) for of in asked.of for wrt in asked.along] if asked.steps else []
    stepped = [(j, step) for of, j in dict.fromkeys(first) for step in steps(differentiation, of, j)]
    found = _answered(program, derivatives, numbers, point, dict.fromkeys(where))
    return replace(found, value=value, steps=tuple(stepped), curvature=curved)


def expanded(
    program: Program, wrt: int, degree: int, point: Point, bindings: Sequence[Binding], digits: int
) -> Differentiated:
    """The Taylor polynomial of the output along input `wrt` at a point. GradxError("domain") where it has no value."""
    found, worth = taylor(program.graph, program.graph.output, wrt, degree, point, bindings, digits)
    return replace(_answered(program, (), (), point, ()), value=worth, taylor=found)


def differentiated_implicitly(
    program: Program, y: int, along: Sequence[Sequence[int]], point: Point | None, bindings: Sequence[Binding],
    digits: int,
) -> Differentiated:  # fmt: skip
    """The derivatives of input y `along` others, one after the other, where the program is 0. GradxError("domain")
    where the point has no value."""
    graph = program.graph
    derivatives = [implicit(graph, y, wrt) for wrt in along]
    numbers: list[AtPoint | None] = [None] * len(derivatives)
    off = None
    if point is not None:
        judge = CurveJudge(graph, y, point.values, bindings, digits)
        off, numbers = judge.off, [judge.judged(d) for d in derivatives]
    shown = [composed(graph, d.formula) for d in derivatives if d.formula]
    found = _answered(program, derivatives, numbers, point, conditions(graph, graph.output, shown))
    missed = () if off is None else (f"the point is not on the curve: the equation is off by {off:.10g}",)
    return replace(found, warnings=(*found.warnings, *missed), implicit=y)


def _answered(
    program: Program, derivatives: Sequence[Derivative], numbers: Sequence[AtPoint | None], point: Point | None,
    where: Iterable[str],
) -> Differentiated:  # fmt: skip
    warnings = (*program.remarks, *(point.warnings if point else ()))
    at = dict(point.values) if point else None
    return Differentiated(program, tuple(derivatives), tuple(numbers), at, tuple(where), warnings)


def derivatives_at(graph: Graph, named: Mapping[str, Derivative], y: int | None, digits: int) -> AtOnePoint:
    """The derivatives under their names, judged at any point; those of input `y` where the output is 0, if there is
    one."""
    differentiation = Differentiation(graph)

    def at_point(at: Mapping[int, float], bindings: Sequence[Binding]) -> Found:
        point = {graph.names[i]: x for i, x in at.items()}
        if y is None:
            judge = PointJudge(differentiation, at, lambda: typed_point(graph, bindings, point), digits)
            judge.prepare(list(named.values()))
            return _found(judge.value(graph.output), named, judge.judged)
        curve = CurveJudge(graph, y, point, bindings, digits)
        return _found(curve.value(), named, curve.judged)

    return at_point


def _found(
    value: tuple[float, Verdict], named: Mapping[str, Derivative], judged: Callable[[Derivative], AtPoint]
) -> Found:
    numbers = {name: judged(derivative) for name, derivative in named.items()}
    verdicts = {name: number.verdict or UNCHECKED for name, number in numbers.items()}
    return Found(*value, {name: number.value for name, number in numbers.items()}, verdicts)


def equation(text: str) -> str:
    """A program whose last statement is an equation, as one that is 0 where that holds."""
    *before, last = re.split(r"(?<=[;\n])", text.rstrip().rstrip(";"))
    left, *others = (part.strip() for part in _EQUALS.split(last))
    if len(others) != 1:
        return text
    is_negative = re.fullmatch(r"-\s*[\w.]+", others[0])
    right = "" if others[0] == "0" else f" + {others[0][1:]}" if is_negative else f" - ({others[0]})"
    return "".join([*before, left + right])


def _curvature(
    judge: PointJudge,
    derivatives: Sequence[Derivative],
    numbers: Sequence[AtPoint | None],
    differentiation: Differentiation,
) -> Curvature | None:
    """That of a whole Hessian at a point where all its entries are proved."""
    of = {d.of for d in derivatives}
    if len(of) != 1 or any(d.order != 2 for d in derivatives):
        return None
    inputs = list(dict.fromkeys(j for d in derivatives for j in d.wrt))
    entries = {d.wrt: number.ball for d, number in zip(derivatives, numbers, strict=True) if number}
    if set(inputs) != set(differentiation.graph.inputs) or len(entries) != len(inputs) * (len(inputs) + 1) // 2:
        return None
    rows = [[entries.get((i, j), entries.get((j, i))) for j in inputs] for i in inputs]
    if any(x is None for row in rows for x in row):
        return None
    first = [judge.judged(replace(derivatives[0], wrt=(j,))) for j in inputs]
    whole = [[x for x in row if x is not None] for row in rows]
    is_stationary = all(n.value == 0 and n.ball is not None and n.ball.contains(0) for n in first)
    if is_stationary or any(n.ball is not None and not n.ball.contains(0) for n in first):
        return curvature(whole, is_stationary=is_stationary)
    return None
