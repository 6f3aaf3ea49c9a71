"""Derivatives at many points: the formulas once, the numbers a row a point, judged as at one point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gradx.graph import Graph
from gradx.language.bindings import Binding
from gradx.lessons.diff import Derivative, Differentiation
from gradx.lessons.diff_implicit import CurveJudge
from gradx.lessons.diff_point import AtPoint, PointJudge
from gradx.lessons.rows import AtPoint as AtOnePoint
from gradx.lessons.rows import Found
from gradx.point.typed import typed_point
from gradx.point.verdict import UNCHECKED, Verdict


def derivatives_at(graph: Graph, named: Mapping[str, Derivative], y: int | None, digits: int) -> AtOnePoint:
    """The derivatives under their names; those of input `y` where the output is 0, if there is one."""
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
