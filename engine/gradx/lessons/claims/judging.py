"""Is a claim right: at many points, at the point that was given, and for certain where SymPy can prove it.

A formula is compared with the exact derivative at 20 points of its domain, and beside every bend and branch on top of
that; one point at which they differ refutes it. A number is compared at the given point alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.lines import Assumption
from gradx.lessons.claims.sample import MOST_FOR_ONE, Sample, friendly, rounded, taken_sample, work
from gradx.lessons.claims.sweep import Dependence
from gradx.lessons.claims.trial import BITS, Comparison, Trial
from gradx.numbers.balls import decimal, precision
from gradx.numbers.float64 import FLOAT64
from gradx.point.judge import Judge
from gradx.point.typed import Number, ball
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

if TYPE_CHECKING:
    from flint import arb

LEAST_DIGITS = 3
"""A rounded number has at least so many significant digits …"""

LEAST_DECIMALS = 2
"""… or so many decimals, on a page of numbers."""

_NO_DERIVATIVE = ("kink", "edge", "jump", "vertical")
_NOT_KNOWN = "the derivative at this point is not known"
_VALUE_NOT_KNOWN = "the value at this point is not known"
NEEDS_VALUES = "a value for a node needs the inputs' values"
_BESIDE = "the numbers as typed may be on a boundary, and float64's are beside it"
_LARGEST_EXPONENT = 10_000
_VISIBLE = 1e-6
_MORE_DIGITS = (3, 20, 40, 70)
_ROUNDED = 6
_FEWEST_HOLES = 2
MOST_NAMES = 8

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
    and `refuting` one of them that shows best that the claim is wrong. `is_by_rounding`: it is off by
    no more than it, or a number above that it was worked out from, is rounded by.
    """

    claim: Claim
    status: Status
    points: int
    skipped: int = 0
    reason: str | None = None
    counterexample: Counterexample | None = None
    trials: tuple[Trial, ...] = field(default=(), repr=False)
    refuting: Trial | None = field(default=None, repr=False)
    is_by_rounding: bool = False


def judge_claim(
    graph: Graph,
    claim: Claim,
    point: Mapping[int, Number] | None = None,
    assumptions: Sequence[Assumption] = (),
    truth: Truth | None = None,
) -> Judged:
    """Judge `claim` where the `assumptions` hold; `point` (input -> number) is the one that was given, if any, and
    `truth` what is known of it.

    Raises GradxError("domain") where the function has no value at that point.
    """
    if work(graph) + work(claim.formula) > MOST_FOR_ONE:
        return Judged(claim, "undecided", 0, 0, "the program is too large for a claim about it to be checked")
    if claim.is_value and claim.is_number and point is None:
        return Judged(claim, "undecided", 0, 0, f"{NEEDS_VALUES}: {_bindings(graph)}")
    with precision(BITS[0]):
        comparison = Comparison(graph, claim, assumptions)
        here = None if point is None else _at_point(comparison, point, truth)
        if here is not None and (claim.is_number or (claim.is_at_point and here.status == "correct")):
            return here
        everywhere = _at_many_points(comparison)
    if here is None:
        return everywhere
    points, trials = everywhere.points + here.points, everywhere.trials + here.trials
    if everywhere.status == here.status == "wrong":
        shown, refuting = here.counterexample, here.refuting or everywhere.refuting
        known = replace(everywhere, points=points, trials=trials, counterexample=shown, refuting=refuting)
        return replace(known, reason=here.reason)
    if everywhere.status == "wrong" or here.status == "correct":
        return replace(everywhere, points=points, trials=trials)
    return here


def _bindings(graph: Graph) -> str:
    names = [f"{graph.names[i]}=…" for i in graph.inputs]
    return " ".join(names[:MOST_NAMES]) + " …" * (len(names) > MOST_NAMES)


def _at_many_points(comparison: Comparison) -> Judged:
    claim = comparison.claim
    sampled = taken_sample(comparison)
    clearest = _clearest(comparison, sampled.refuting)
    trials, skipped = tuple(sampled.trials), sampled.skipped
    if clearest is not None:
        shown = _counterexample(clearest)
        reason = _in_more_digits(claim, clearest.claimed, clearest.exact)
        return Judged(claim, "wrong", len(trials), skipped, reason, shown, trials, clearest)
    nowhere = _has_value_nowhere(comparison, sampled)
    if nowhere is not None:
        return Judged(claim, "wrong", 0, skipped, nowhere)
    if len(trials) < sampled.needed and not (trials and not comparison.dependence.graph.inputs):
        return Judged(claim, "undecided", len(trials), skipped, _too_few(comparison, sampled), trials=trials)
    return Judged(claim, "correct", len(trials), skipped, _without_value(sampled), trials=trials)


def _has_value_nowhere(comparison: Comparison, sample: Sample) -> str | None:
    """What is said of a claim that is proved to have no value at any of the points, many, where the derivative has one;
    None where it may have some."""
    claim, holes = comparison.claim, sample.holes
    if sample.trials or len(holes) < sample.needed or any(claim.formula.output not in h.formula.faults for h in holes):
        return None
    names = comparison.dependence.graph.names
    points = ([f"{names[i]} = {float(ball(x)):.10g}" for i, x in hole.point.items()] for hole in holes)
    shown = ", ".join(min(points, key=lambda point: sum(map(len, point)))[:MOST_NAMES])
    what = names[claim.of] if claim.is_value else claim.subject
    return f"it has no value where {what} has one{f', as at {shown}' if shown else ''}"


def _without_value(sample: Sample) -> str | None:
    """What is said of a right claim that has no value on a part of the domain; None where it lacks one at single
    points, as `x/x` does."""
    apart = [trial for trial in sample.holes if not any(float(ball(x)).is_integer() for x in trial.point.values())]
    if len(apart) < _FEWEST_HOLES:
        return None
    from gradx.lessons.claims.answers import right_where

    has_value = [replace(trial, agrees=True) for trial in sample.trials]
    where = right_where([*has_value, *(replace(trial, agrees=False) for trial in sample.holes)])
    return f"it has a value only where {where}" if where else "in a part of the domain it has no value"


def _clearest(comparison: Comparison, refuting: Sequence[Trial]) -> Trial | None:
    """The refutation that is easiest to follow, at the friendliest numbers that show it; None where there is none."""
    if not refuting:
        return None
    inputs = comparison.dependence.graph.inputs
    plainly = sorted(refuting, key=lambda trial: not _shows_plainly(trial))
    rounder = rounded([{i: float(ball(x)) for i, x in trial.point.items()} for trial in plainly[:_ROUNDED]])
    at_friendly_points = (comparison.at(point) for point in itertools.chain(friendly(inputs), rounder))
    shown = (trial for trial in at_friendly_points if trial is not None and _shows_plainly(trial))
    return next((trial for trial in shown if trial.agrees is False), plainly[0])


def _in_more_digits(claim: Claim, claimed: arb, exact: arb) -> str | None:
    """What is said of a difference that ten digits do not show; None where they do."""
    if f"{float(claimed):.10g}" != f"{float(exact):.10g}":
        return None
    digits = next((n for n in _MORE_DIGITS if _decimal(claimed, n) != _decimal(exact, n)), _MORE_DIGITS[-1])
    return f"they do differ: it is {_decimal(claimed, digits)}, {claim.subject} is {_decimal(exact, digits)}"


def _decimal(x: arb, digits: int) -> str:
    text = x.str(digits, radius=False)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _too_few(comparison: Comparison, sample: Sample) -> str:
    names = comparison.dependence.graph.names
    if sample.holes and not sample.trials:
        return "the claim has no value where the derivative has one"
    if comparison.assumptions and not sample.trials:
        return "no point was found at which everything that is assumed holds"
    count = len(sample.trials)
    found = "1 point was" if count == 1 else f"{count} points were"
    return (
        f"only {found} found at which {names[comparison.claim.of]} and the claim have a "
        f"value, and {sample.needed} are needed: give the inputs values"
    )


def _shows_plainly(trial: Trial) -> bool:
    """Whether the difference can be seen in numbers of ordinary size."""
    exact, claimed = float(trial.exact), float(trial.claimed)
    size = max(abs(exact), abs(claimed))
    return size < 1e6 and abs(exact - claimed) > _VISIBLE * size


def _counterexample(trial: Trial) -> Counterexample:
    names = trial.dependence.graph.names
    point = {names[i]: float(ball(x)) for i, x in trial.point.items()}
    return Counterexample(point, float(trial.claimed), float(trial.exact))


class Truth(NamedTuple):
    """The derivative at a point, as a ball that encloses it; None, and the reason, where there is none."""

    ball: arb | None
    reason: str | None = None


def _no_value(graph: Graph, point: Mapping[int, Number]) -> Truth:
    """Why the value at a point is not known. Raises GradxError("domain") where there is none."""
    floats = {i: float(ball(x)) for i, x in point.items()}
    Judge(graph, forward(graph, FLOAT64, floats), floats, lambda: point, everything=True).require_value()
    return Truth(None, _VALUE_NOT_KNOWN)


def true_derivative(dependence: Dependence, point: Mapping[int, Number]) -> Truth:
    """The derivative at a point, proved: at the numbers as typed, on a boundary at float64's.

    Raises GradxError("domain") where the function has no value there.
    """
    graph, wrt = dependence.graph, dependence.wrt
    floats = {i: float(ball(x)) for i, x in point.items()}
    run = forward(graph, FLOAT64, floats)
    judge = Judge(graph, run, floats, lambda: point, everything=True)
    judge.require_value()
    proof = judge.typed_gradient(wrt)
    if proof is not None:
        return Truth(proof.ball)
    verdict, proof = judge.gradient(backprop(graph, FLOAT64, run), wrt)
    if proof is None:
        known = "there is no derivative at this point" if verdict.status in _NO_DERIVATIVE else _NOT_KNOWN
        return Truth(None, f"{known}: {verdict.reason}")
    return Truth(proof.ball) if proof.method in ("series", "exact") else Truth(None, f"{_NOT_KNOWN}: {_BESIDE}")


def _at_point(comparison: Comparison, point: Mapping[int, Number], truth: Truth | None) -> Judged:
    """The verdict at one point, whose numbers are exact."""
    claim = comparison.claim
    trial = comparison.at(point) if truth is None else None
    if claim.is_value:
        truth = _no_value(comparison.dependence.graph, point) if trial is None else Truth(trial.exact)
    exact, reason = truth or true_derivative(comparison.dependence, point)
    if exact is None:
        return Judged(claim, "undecided", 0, 1, reason)
    claimed = comparison.claimed(point) if trial is None else trial.claimed
    if not claimed.is_finite():
        return Judged(claim, "undecided", 0, 1, "the claim has no value at this point")
    if trial is not None and trial.agrees is None and (claim.is_number or not claimed.overlaps(exact)):
        trial = None  # its balls leave open on which side of a step they are; what is proved does not
    agrees, trials = (claimed.overlaps(exact), ()) if trial is None else (trial.agrees, (trial,))
    if agrees or is_rounded(claim, exact):
        told = None if agrees else f"it is rounded: {claim.subject} is {float(exact):.10g}"
        return Judged(claim, "correct", 1, reason=told, trials=trials, is_by_rounding=not agrees)
    if agrees is None:
        return Judged(claim, "undecided", 0, 1, f"{BITS[-1]:,} bits leave open whether it is {claim.subject}")
    names = comparison.dependence.graph.names
    shown = Counterexample({names[i]: float(ball(x)) for i, x in point.items()}, float(claimed), float(exact))
    too_far = rounded_too_far(claim, exact)
    told = too_far or _in_more_digits(claim, claimed, exact)
    return Judged(claim, "wrong", 1, 0, told, shown, trials, trial, is_by_rounding=too_far is not None)


def is_rounded(claim: Claim, exact: arb) -> bool:
    """Whether the claim is a decimal that is `exact`, correctly rounded to three significant digits or more, or two
    decimals on a page of numbers.

    -0.620 for -0.6200736; `-0.62` is refused, with the reason, and so is a whole number that is not exact: a teacher
    accepts rounding, and not a guess.
    """
    if claim.decimals is None or not _fits(claim, exact):
        return False
    return has_digits(claim)


def has_digits(claim: Claim) -> bool:
    """Whether a claim is no decimal, or one of so many digits that it may be a rounded number."""
    if claim.decimals is None:
        return True
    digits, last = claim.decimals
    return digits >= LEAST_DIGITS or (claim.is_in_numbers and last <= -LEAST_DECIMALS)


def rounded_too_far(claim: Claim, exact: arb) -> str | None:
    """The reason why a decimal that would fit is refused; None where it does not fit or is not refused."""
    if not _fits(claim, exact) or is_rounded(claim, exact):
        return None
    or_decimals = f" or {LEAST_DECIMALS} decimals" if claim.is_in_numbers else ""
    needed = f"a rounded number needs at least {LEAST_DIGITS} significant digits{or_decimals}"
    return f"it is right as far as it goes, but {needed}"


def _fits(claim: Claim, exact: arb) -> bool:
    if claim.decimals is None or abs(claim.decimals[1]) > _LARGEST_EXPONENT:
        return False
    written, half = rounded_ball(claim)
    return (written - exact).abs_upper() <= half * (1 + 1e-12)


def rounded_ball(claim: Claim) -> tuple[arb, arb]:
    """The number that a claim writes, and how far it may be off by rounding: half a unit of its last decimal."""
    written = decimal("".join(claim.text.split()).replace("−", "-"))
    assert claim.decimals is not None
    return written, decimal(f"1e{claim.decimals[1]}") * 0.5
