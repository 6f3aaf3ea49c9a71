"""Updates: `w := w - alpha*dw` is right where w comes down by one and the same positive rate times dJ/dw.

The rate is what is left when the formula is taken from w and divided by the gradient. It may depend on what the program
does not know (`alpha`), and on nothing else, and is one for all updates of a page.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradx.errors import Source, Span
from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import Judged, Status, rounded_ball
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.claims.sample import candidates
from gradx.lessons.claims.standing import PageOfClaims, Standing
from gradx.lessons.claims.trial import BITS, agree, all_hold, claimed_at
from gradx.lessons.mistakes.faults import Kind, Mistake
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.balls import precision
from gradx.point.typed import Number, ball
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward, forward

if TYPE_CHECKING:
    from flint import arb

POINTS: Final = 12
MOST_TRIED: Final = 120
SETTINGS: Final = (0, 1)
"""So many values are given to each name that the program does not know."""


@dataclass(frozen=True)
class _Point:
    """A forward and a backward pass, and which value the unknown names have."""

    run: Forward[arb]
    back: Backprop[arb]
    setting: int


_Of = Callable[[_Point], "arb"]


Rate = tuple["arb", ...]
"""The rate for each setting of the unknown names; () where it is no rate."""


def _is_positive(rate: Rate) -> bool:
    return bool(rate) and all(not x < 0 and not x.is_zero() for x in rate)


def judge_update(
    page: PageOfClaims, k: int, point: Mapping[int, Number] | None, assumptions: Sequence[Assumption]
) -> tuple[Judged, Standing, Mistake | None]:
    """Line k of a page, an update: judged, how it stands, and the mistake."""
    claim = page.claims[k]
    with precision(BITS[0]):
        points = _points(page.graph, claim, point, assumptions)
        truth = _rate(claim, points, _whole(claim), _adjoint(claim.wrt))
        given = _given(page, k, points) or truth
    if not points:
        undecided = Judged(claim, "undecided", 0, reason="no point was found at which the update has a value")
        page.judged.append(undecided)
        return undecided, Standing("undecided", blamed=False), None
    known = page.rates[0] if page.rates else ()
    status, stands = _status(truth, known), _status(given, known)
    if status == "correct" and not claim.uses:
        stands = "correct"
    wrong = any(page.judged[j].status == "wrong" for j in claim.uses)
    by_chance = status == "correct" and wrong and not _is_positive(_step_rate(page, claim, points))
    stands = "wrong" if by_chance else stands
    if _is_positive(given) and stands == "correct":
        page.rates.append(given)
    judged = Judged(claim, status, len(points))
    if (
        claim.is_at_point
        and status == "wrong"
        and stands == "correct"
        and all(page.judged[j].status == "correct" for j in page.leans_on(k))
    ):
        told = "worked out from the rounded numbers above" if page.leans_on_rounded(k) else None
        judged = Judged(claim, "correct", 1, reason=told, is_by_rounding=told is not None)
    page.judged.append(judged)
    standing = Standing(stands, blamed=stands == "wrong")
    is_told = standing.blamed and not by_chance
    return judged, standing, _mistake(page, claim, given, known, points) if is_told else None


def _status(rate: Rate, known: Rate) -> Status:
    """Whether it is a rate, and may be the one that is `known`, if one is."""
    may_be = all(x.overlaps(y) or agree(x, y) is not False for x, y in zip(rate, known, strict=False))
    return "correct" if _is_positive(rate) and may_be else "wrong"


def _given(page: PageOfClaims, k: int, points: Sequence[_Point]) -> Rate | None:
    """The rate from what stands above: of a step with the true gradient, else from the gradient that is claimed."""
    claim = page.claims[k]
    if claim.uses:
        rate = _step_rate(page, claim, points)
        if _is_positive(rate):
            return rate
    lines = (j for j in range(k - 1, -1, -1) if page.claims[j].order == 1 and not page.claims[j].is_update)
    line = next((j for j in lines if (page.claims[j].of, page.claims[j].wrt) == (claim.of, claim.wrt)), None)
    if line is None or page.judged[line].status != "wrong":
        return None
    other = page.claims[line]
    return _rate(claim, points, _whole(claim), lambda p: claimed_at(other, p.run).values[other.formula.output])


def _step_rate(page: PageOfClaims, claim: Claim, points: Sequence[_Point]) -> Rate:
    return _rate(claim, points, lambda p: _step(page, claim, p), _adjoint(claim.wrt))


def _points(
    graph: Graph, claim: Claim, point: Mapping[int, Number] | None, assumptions: Sequence[Assumption]
) -> list[_Point]:
    tried: list[Mapping[int, Number]] = [point] if point is not None else []
    if point is None or not claim.is_number:
        tried += itertools.islice(candidates(graph.inputs), MOST_TRIED)
    found: list[_Point] = []
    for place in tried:
        run = forward(graph, M, {i: ball(x) for i, x in place.items()})
        if graph.output in run.faults or not all_hold(assumptions, run):
            continue
        back = backprop(graph, M, run)
        if back.adjoints[claim.wrt].is_finite():
            found += (_Point(run, back, setting) for setting in SETTINGS)
        if len(found) >= POINTS * len(SETTINGS):
            break
    return found


def _rate(claim: Claim, points: Sequence[_Point], becomes: _Of, gradient: _Of) -> Rate:
    """What w comes down by, over the gradient, if that is the same at all points of one setting."""
    rates: dict[int, arb] = {}
    half = rounded_ball(claim)[1] if claim.decimals is not None else M.number(0.0)
    rounding = half * M.number(-1.0).union(M.number(1.0))
    for p in points:
        down, slope = p.run.values[claim.wrt] - becomes(p), gradient(p)
        if not down.is_finite() or not slope.is_finite():
            continue
        if slope.contains(0):
            if not (abs(down) <= half) and not down.contains(0):
                return ()
            continue
        rate = (down + rounding) / slope
        if p.setting in rates and not rate.overlaps(rates[p.setting]):
            return ()
        rates.setdefault(p.setting, rate)
    return tuple(rates[s] for s in SETTINGS) if len(rates) == len(SETTINGS) else ()


def _adjoint(j: int) -> _Of:
    return lambda p: p.back.adjoints[j]


def _whole(claim: Claim) -> _Of:
    """What the update says, the claims above written out."""
    return lambda p: _evaluated(claim.formula, {i: p.run.values[j] for i, j in claim.operands.items()}, p.setting)


def _step(page: PageOfClaims, claim: Claim, p: _Point) -> arb:
    """What it says with the true derivatives in the place of the claims above."""
    own = claim.own
    assert own is not None
    point = {i: p.run.values[j] for i, j in own.operands.items()}
    for i, j in own.uses.items():
        used = page.claims[j]
        point[i] = (
            p.back.adjoints[used.wrt]
            if used.of == page.graph.output
            else claimed_at(used, p.run).values[used.formula.output]
        )
    return _evaluated(own.graph, point, p.setting)


def _evaluated(formula: Graph, point: Mapping[int, arb], setting: int) -> arb:
    inputs = {i: point[i] if i in point else _unknown(formula.names[i], setting) for i in formula.inputs}
    run = forward(formula, M, inputs)
    return M.divide(M.number(0.0), M.number(0.0)) if formula.output in run.faults else run.values[formula.output]


def _unknown(name: str, setting: int) -> arb:
    """A positive number for a name that the program does not know: always the same one."""
    return M.number((zlib.crc32(f"{name} {setting}".encode()) % 997 + 1) / 1024)


def _mistake(page: PageOfClaims, claim: Claim, rate: Rate, known: Rate, points: Sequence[_Point]) -> Mistake | None:
    name = page.graph.names[claim.wrt]
    gradient = f"d{page.graph.names[page.graph.output]}/d{name}"
    if rate and all(x < 0 for x in rate):
        said = f"{name} goes up the gradient: a step goes down it, {name} - rate*{gradient}"
        return _told(claim, "update-sign", said)
    if _is_positive(rate) and known:
        return _told(claim, "update-rate", "the rate is another one than in the updates above")
    with precision(BITS[0]):
        for other in page.graph.inputs:
            if other != claim.wrt:
                found = _rate(claim, points, _whole(claim), _adjoint(other))
                if _is_positive(found) and not claim.is_number:
                    said = f"the step is along the gradient of {page.graph.names[other]}, not of {name}"
                    return _told(claim, "wrong-variable", said)
    return None


def _told(claim: Claim, kind: Kind, said: str) -> Mistake:
    line = claim.own.line if claim.own else claim.text
    return Mistake(kind, said, Span(Source("claim", line), 0, len(line)))
