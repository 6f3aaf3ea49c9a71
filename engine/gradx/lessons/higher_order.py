"""Claims of order 2 and more: at many points claims of order 1 about the proved form one order below; at a point that
is given, against what is proved of the program there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import written_higher
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import Judged, Truth, judge_claim
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.diff import Derivative, Differentiation
from gradx.lessons.diff_point import BROKEN, PointJudge
from gradx.point.typed import Number, ball
from gradx.point.verdict import EXACT_DIGITS

NO_FORMULA = "no formula was found for the derivative one order below, which it would be compared with"
NO_VALUE = "the derivative one order below has no value at this point"


def judge_higher(
    graph: Graph, claim: Claim, point: Mapping[int, Number] | None, assumptions: Sequence[Assumption] = ()
) -> Judged:
    """Judge a claim of order n where the `assumptions` hold; at a point against what is proved of the program there.

    Raises GradxError("domain") where the function has no value at that point.
    """
    formulas = Differentiation(graph)
    base = _before(formulas, claim)
    if base is None:
        return Judged(claim, "undecided", 0, reason=NO_FORMULA)
    truth = None if point is None else _truth(formulas, claim, point)
    try:
        judged = judge_claim(base, replace(claim, of=base.output), point, assumptions, truth)
    except GradxError as error:
        if error.problem.kind != "domain":
            raise
        return Judged(claim, "undecided", 0, 1, NO_VALUE)
    return replace(judged, claim=claim)


def _before(formulas: Differentiation, claim: Claim) -> Graph | None:
    """A graph whose output is the derivative one order below, called what it is."""
    along = claim.along
    base = formulas.before(claim.of, along)
    if base is None:
        return None
    inputs = formulas.graph.inputs
    if any(i not in inputs for i in along) and formulas.derivative(claim.of, along).formula is None:
        # A form may say x*y for a node of that value, which is held another way.
        return None
    names = list(base.names)
    below = written_higher(formulas.graph, claim.of, along[:-1])
    names[base.output] = below if len(along) > 2 else f"d{names[claim.of]}/d{names[along[0]]}"
    return replace(base, names=tuple(names))


def _truth(formulas: Differentiation, claim: Claim, point: Mapping[int, Number]) -> Truth:
    judge = PointJudge(formulas, {i: float(ball(x)) for i, x in point.items()}, lambda: point, EXACT_DIGITS)
    found = judge.judged(Derivative(claim.of, claim.along, None, "inputs", None, None, 0, None))
    if found.ball is not None:
        return Truth(found.ball)
    reason = found.verdict.reason if found.verdict else None
    if found.verdict and found.verdict.status in BROKEN and not (reason or "").startswith("order"):
        return Truth(None, f"there is no derivative at this point: {reason}")
    return Truth(None, reason)
