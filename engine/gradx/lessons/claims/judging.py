"""Is a claim right: at many points, at the point that was given, and for certain where SymPy can prove it.

A formula is compared with the exact derivative at 20 points of its domain, and beside every bend and branch on top of
that; one point at which they differ refutes it. A number is compared at the given point alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gradx.exploration import require_value
from gradx.graph import Graph
from gradx.judgement import judge
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.comparing import Comparison, same
from gradx.lessons.claims.points import friendly
from gradx.lessons.claims.rounding import is_rounded, rounded_too_far
from gradx.lessons.claims.sample import MOST_FOR_ONE, Sample, taken_sample, work
from gradx.lessons.claims.trial import Trial, attempt, claimed_at
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import Forward, forward
from gradx.witnesses.precise import Readings

if TYPE_CHECKING:
    from mpmath import mpf

_SAME_AT_A_POINT = 1e-12
_NOTHING = 1e-200  # what 0 comes to where an input is pi, or a third, to 240 digits
_VISIBLE = 1e-6

Status = Literal["correct", "wrong", "undecided"]
Proof = Literal["symbolic", "numeric"]


@dataclass(frozen=True)
class Counterexample:
    """A point (name to value) at which claim and derivative differ."""

    point: dict[str, float]
    claimed: float
    actual: float


@dataclass(frozen=True)
class Judged:
    """What is known of one claim. `points` were compared; at `skipped` others there was nothing to compare.

    `reason` says why a claim is undecided, or what is worth knowing beside the status. `trials` are the comparisons
    and `refuting` one of them that shows best that the claim is wrong.
    """

    claim: Claim
    status: Status
    points: int
    skipped: int = 0
    reason: str | None = None
    counterexample: Counterexample | None = None
    trials: tuple[Trial, ...] = field(default=(), repr=False)
    refuting: Trial | None = field(default=None, repr=False)


def judge_claim(graph: Graph, claim: Claim, point: Mapping[int, mpf] | None = None) -> Judged:
    """Judge `claim`; `point` (input -> number) is the one that was given, if any.

    Raises GradxError("domain") where the function has no value at that point.
    """
    if work(graph) + work(claim.formula) > MOST_FOR_ONE:
        return Judged(claim, "undecided", 0, 0, "the program is too large for a claim about it to be checked")
    comparison = Comparison(graph, claim)
    here = None if point is None else _at_point(comparison, point)
    if here is not None and claim.is_number:
        return here
    everywhere = _at_many_points(comparison)
    if here is None:
        return everywhere
    points, trials = everywhere.points + here.points, everywhere.trials + here.trials
    if everywhere.status == here.status == "wrong":
        shown, refuting = here.counterexample, here.refuting or everywhere.refuting
        return replace(everywhere, points=points, trials=trials, counterexample=shown, refuting=refuting)
    if everywhere.status == "wrong" or here.status == "correct":
        return replace(everywhere, points=points, trials=trials)
    return here


def _at_many_points(comparison: Comparison) -> Judged:
    claim = comparison.claim
    sampled = taken_sample(comparison, comparison.agrees)
    clearest = _clearest(comparison, sampled.refuting)
    if clearest is None and sampled.refuting:
        sampled = taken_sample(comparison, comparison.surely_agrees)
        clearest = _clearest(comparison, sampled.refuting)
    trials, skipped = tuple(sampled.trials), sampled.skipped
    if clearest is not None:
        shown = _counterexample(comparison, clearest)
        return Judged(claim, "wrong", len(trials), skipped, None, shown, trials, clearest)
    if len(trials) < sampled.needed and not (trials and not comparison.dependence.graph.inputs):
        return Judged(claim, "undecided", len(trials), skipped, _too_few(comparison, sampled), trials=trials)
    return Judged(claim, "correct", len(trials), skipped, trials=trials)


def _clearest(comparison: Comparison, refuting: Sequence[Trial]) -> Trial | None:
    """The refutation that is easiest to follow, at the friendliest numbers that show it; None where none is certain."""
    if not refuting:
        return None
    at_friendly_points = (comparison.at(point) for point in friendly(comparison.dependence.graph.inputs))
    plain = (trial for trial in at_friendly_points if trial is not None and _shows_plainly(trial))
    others = sorted(refuting, key=lambda trial: not _shows_plainly(trial))
    certain = (trial for trial in itertools.chain(plain, others) if comparison.surely_agrees(trial) is False)
    return next(certain, None)


def _too_few(comparison: Comparison, sample: Sample) -> str:
    names = comparison.dependence.graph.names
    if sample.holes and not sample.trials:
        return "the claim has no value where the derivative has one"
    return (
        f"only {len(sample.trials)} points were found at which {names[comparison.claim.of]} and the claim have a "
        f"value, and {sample.needed} are needed: give the inputs values"
    )


def _shows_plainly(trial: Trial) -> bool:
    """Whether the difference can be seen in numbers of ordinary size."""
    size = max(abs(trial.exact), abs(trial.claimed))
    return bool(size < 1e6 and abs(trial.exact - trial.claimed) > _VISIBLE * size)


def _counterexample(comparison: Comparison, trial: Trial) -> Counterexample:
    graph = comparison.dependence.graph
    point = {graph.names[i]: float(x) for i, x in trial.point.items()}
    return Counterexample(point, float(trial.claimed), float(trial.exact))


def _at_point(comparison: Comparison, point: Mapping[int, mpf]) -> Judged:
    """The verdict at one point, whose numbers are exact."""
    graph, claim, m = comparison.dependence.graph, comparison.claim, comparison.m
    floats = {i: float(x) for i, x in point.items()}
    run = forward(graph, FLOAT64, floats)
    readings = Readings(graph, floats)
    require_value(graph, run, readings, exact=True)
    trial = attempt(comparison.dependence, claim, m, point)
    if trial is None:
        return _by_the_limit(comparison, point, run, readings)
    if trial.claimed != trial.claimed:
        return Judged(claim, "undecided", 0, 1, "the claim has no value at this point")
    rounded = any(x != m.context.mpf(floats[i]) for i, x in point.items())
    vanishes = rounded and abs(trial.exact - trial.claimed) < _NOTHING
    if vanishes or same(trial.exact, trial.claimed, _SAME_AT_A_POINT) or comparison.agrees(trial):
        return Judged(claim, "correct", 1, trials=(trial,))
    if is_rounded(claim, trial.exact):
        return Judged(claim, "correct", 1, reason=_rounded(trial.exact), trials=(trial,))
    reason = rounded_too_far(claim, trial.exact)
    return Judged(claim, "wrong", 1, 0, reason, _counterexample(comparison, trial), (trial,), trial)


def _rounded(exact: mpf) -> str:
    return f"it is rounded: the derivative is {float(exact):.10g}"


def _by_the_limit(comparison: Comparison, point: Mapping[int, mpf], run: Forward[float], readings: Readings) -> Judged:
    """The verdict on a boundary of some primitive, where only the limit knows whether there is a derivative."""
    graph, claim, m = comparison.dependence.graph, comparison.claim, comparison.m
    back = backprop(graph, FLOAT64, run)
    verdict = judge(graph, run, back, readings, [claim.wrt], dict, "all").gradients[claim.wrt]
    if verdict.exact is None or verdict.status not in ("agree", "inexact", "disagree"):
        return Judged(claim, "undecided", 0, 1, f"there is no derivative at this point: {verdict.reason}")
    exact = m.context.mpf(verdict.exact)
    high = forward(graph, m, point)
    claimed = claimed_at(claim, m, high).values[claim.formula.output]
    if claimed != claimed:
        return Judged(claim, "undecided", 0, 1, "the claim has no value at this point")
    if same(exact, claimed, _SAME_AT_A_POINT) or is_rounded(claim, exact):
        return Judged(claim, "correct", 1)
    names = graph.names
    shown = Counterexample({names[i]: float(x) for i, x in point.items()}, float(claimed), float(exact))
    return Judged(claim, "wrong", 1, 0, rounded_too_far(claim, exact), shown)
