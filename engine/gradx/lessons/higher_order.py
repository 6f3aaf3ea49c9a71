"""Claims of order 2 and more: judged as claims of order 1 about the proved form of the derivative one order below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.differentials import written_higher
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.judging import Judged, judge_claim, true_derivative
from gradx.lessons.diff import Differentiation
from gradx.point.typed import Number

NO_FORMULA = "no formula was found for the derivative one order below, which it would be compared with"
NO_VALUE = "the derivative one order below has no value at this point"


def judge_higher(graph: Graph, claim: Claim, point: Mapping[int, Number] | None) -> Judged:
    """Judge a claim of order n; at a point, only where orders 1 to n-1 stand.

    Raises GradxError("domain") where the function has no value at that point.
    """
    formulas = Differentiation(graph)
    base = _before(formulas, claim, claim.order)
    if base is None:
        return Judged(claim, "undecided", 0, reason=NO_FORMULA)
    if point is not None:
        reason = _does_not_stand(formulas, claim, point)
        if reason is not None:
            return Judged(claim, "undecided", 0, 1, reason)
    try:
        judged = judge_claim(base, replace(claim, of=base.output), point)
    except GradxError as error:
        if error.problem.kind != "domain":
            raise
        return Judged(claim, "undecided", 0, 1, NO_VALUE)
    return replace(judged, claim=claim)


def _before(formulas: Differentiation, claim: Claim, order: int) -> Graph | None:
    """A graph whose output is the derivative of order `order` - 1, called what it is."""
    along = claim.along[:order]
    base = formulas.before(claim.of, along)
    if base is None or order == 1:
        return base
    inputs = formulas.graph.inputs
    if any(i not in inputs for i in along) and formulas.derivative(claim.of, along).formula is None:
        # A form may say x*y for a node of that value, which is held another way.
        return None
    names = list(base.names)
    names[base.output] = (
        f"d{names[claim.of]}/d{names[along[0]]}" if order == 2 else written_higher(formulas.graph, claim.of, along[:-1])
    )
    return replace(base, names=tuple(names))


def _does_not_stand(formulas: Differentiation, claim: Claim, point: Mapping[int, Number]) -> str | None:
    for order in range(1, claim.order):
        graph = _before(formulas, claim, order)
        if graph is None:
            return NO_FORMULA
        try:
            found = true_derivative(Dependence.of(graph, graph.output, claim.along[order - 1]), point)
        except GradxError as error:
            if error.problem.kind != "domain" or order == 1:
                raise
            return NO_VALUE
        if found.ball is None:
            return f"order {order} does not stand here, and so order {claim.order} does not: {found.reason}"
    return None
