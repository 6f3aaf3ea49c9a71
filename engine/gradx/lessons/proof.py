"""The proof of one gradient, as a person would read it: quotient, step, circle, remainder, the digits that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradx.lessons.carried_nudge import find_node
from gradx.numbers.decimals import decimal, outward, short, significant
from gradx.point.exploration import Exploration
from gradx.point.quotient import Quotient
from gradx.point.verdict import Proof, Verdict

if TYPE_CHECKING:
    from flint import arb

SPARE_DIGITS = 6
"""The two values of a quotient are written with so many digits beyond the first in which they differ."""

MOST_DIGITS = 60


@dataclass(frozen=True, slots=True)
class ShownQuotient:
    """The parts of a difference quotient, as decimals: the place x and the step h, f(x + h) and f(x - h), the quotient
    of the two; the radius R of the circle on which |f(z) - f(x)| is at most the bound M, and the remainder that
    follows (rounded up)."""

    x: str
    step: str
    above: str
    below: str
    slope: str
    radius: str
    bound: str
    remainder: str


@dataclass(frozen=True, slots=True)
class ShownProof:
    """What is known of d(output)/d(node), float64's number, the verdict with its enclosure, and the quotient, where
    that is how it was proved."""

    node: str
    output: str
    gradient: float | None
    verdict: Verdict
    quotient: ShownQuotient | None


def shown_proof(exploration: Exploration, name: str) -> ShownProof:
    """The proof of the gradient of the node called `name`. GradxError("name") where there is none."""
    graph = exploration.graph
    i = find_node(graph, name)
    report = exploration.report(i)
    proof = report.verdict.proof
    parts = None
    if proof is not None and isinstance(proof.quotient, Quotient):
        parts = _parts(proof, proof.quotient, report.exact_value or f"{report.value}")
    return ShownProof(name, graph.names[graph.output], report.gradient, report.verdict, parts)


def _parts(proof: Proof, quotient: Quotient, x: str) -> ShownQuotient:
    above, below = quotient.above, quotient.below
    digits = _apart(above, below) + SPARE_DIGITS
    slope = decimal(proof.ball, max(1, min(MOST_DIGITS, significant(proof.ball))))
    bound, remainder = (outward(size, 4)[1] for size in (quotient.bound, quotient.remainder))
    up, down = (decimal(value, digits) for value in (above, below))
    return ShownQuotient(x, short(quotient.step), up, down, slope, short(quotient.radius), bound, remainder)


def _apart(above: arb, below: arb) -> int:
    """How many digits two numbers have in common."""
    gap = (above - below).abs_upper()
    if gap.is_zero() or not above.abs_upper() > gap:
        return 1
    ratio = (above.abs_upper() / gap).log_base(10)
    return min(MOST_DIGITS, int(float(ratio)) + 1)
