"""Small programs at many points: does the interval that gradx says holds a derivative hold it?

The truth is a difference quotient of the generator's own tree in mpmath, right to 60 digits and more.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import NamedTuple

import mpmath
from proof.independent import at_the_decimals, found_by_limits
from proof.random_expressions import Expression, expression, mp, point

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.point.exploration import explore
from gradx.point.verdict import Verdict

POINTS = 200
"""Points for each program, which is read once."""

MOST_ASKED = 10
"""Gradients that are asked for each interval that is wanted: where none are given, it comes to an end."""

DIGITS = (200, 900)
"""The digits of the quotient, and of the one that is asked where that is outside."""


class Enclosure(NamedTuple):
    """Decimals between which the derivative is said to be."""

    lower: mpmath.mpf
    upper: mpmath.mpf

    def holds(self, true: mpmath.mpf, error: mpmath.mpf) -> bool:
        """Whether `true` lies between them, which is itself known to `error` of it."""
        slack = error * abs(true) + mp.mpf(10) ** -70
        return bool(self.lower - slack <= true <= self.upper + slack)


def enclosure(verdict: Verdict) -> Enclosure | None:
    """The interval of the proof, None where there is none (yet)."""
    proof = getattr(verdict, "proof", None)
    if proof is None or proof.lower is None or proof.upper is None:
        return None
    with mp.workdps(400):
        return Enclosure(mp.mpf(proof.lower), mp.mpf(proof.upper))


def enclosures(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """Hold `count` intervals against the truth; tally those that were, and what was missed."""
    generator = random.Random(seed)
    tally: Counter[str] = Counter()
    missed: list[str] = []
    while tally["small enclosures"] < count and tally["small programs: gradients"] < MOST_ASKED * count:
        candidate = expression(generator, generator.choice((1, 2, 2, 3)))
        program = read(candidate.text)
        inputs = [program.graph.names[i] for i in program.graph.inputs]
        tally["small programs"] += 1
        for _ in range(POINTS if inputs else 0):
            at = point(generator)
            try:
                found = explore(program, {name: at[name] for name in inputs})
            except GradxError:
                tally["small programs: points without a value"] += 1
                continue
            for node in found.nodes[: len(inputs)]:
                _held(candidate, at, node.name, enclosure(node.verdict), tally, missed)
            if tally["small enclosures"] >= count:
                break
    return tally, missed


def _held(
    candidate: Expression,
    at: dict[str, float],
    name: str,
    interval: Enclosure | None,
    tally: Counter[str],
    missed: list[str],
) -> None:
    tally["small programs: gradients"] += 1
    if interval is None:
        tally["small programs: gradients without an interval"] += 1
        return
    exact_point = {key: mp.mpf(x) for key, x in at.items()}
    slope = mp.zero
    for digits in DIGITS:
        try:
            slope = candidate.slope(exact_point, name, digits)
        except ValueError:
            tally["small programs: not held (no quotient)"] += 1
            return
        if interval.holds(slope, mp.mpf(10) ** -55):
            tally["small enclosures"] += 1
            return
    found = found_by_limits(candidate, at, name)
    if found.exact is None or interval.holds(found.exact, mp.mpf(10) ** -22):
        tally["small programs: not held (the quotient does not settle)"] += 1
        return
    typed = at_the_decimals(candidate, at, name)
    if typed.exact is not None and interval.holds(typed.exact, mp.mpf(10) ** -22):
        tally["small enclosures"] += 1
        tally["small enclosures of the decimals as typed"] += 1
        return
    tally["small enclosures"] += 1
    tally["small enclosures missed"] += 1
    missed.append(f"not enclosed: d{name} of {candidate.text} at {at}: {interval} without {mpmath.nstr(slope, 25)}")
