"""How a line of a page stands: against the truth, as a step from what stands above, and carried on from it.

A line that uses claims is where it went wrong if it is right neither with the true derivatives in the place of the
names above, nor as what backprop gives with the claimed adjoints in place; one that uses none, if it is right neither
in truth nor carried. Claimed adjoints are put in place for all wrong lines above together, and then for each alone.
What is worked out from a rounded number is right where that is all that it is off by, and what follows from a value
that is stated above for a node is no mistake of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.graph import Graph
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import Judged, Status, has_digits, rounded_ball
from gradx.lessons.claims.sweep import Dependence, Sweep
from gradx.lessons.claims.trial import Trial, agree, claimed_at
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.balls import precision
from gradx.sweeps.backprop import Rule, backprop
from gradx.sweeps.forward import corrected, forward

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.claims.answers import Answers


@dataclass(frozen=True)
class Standing:
    """`given` what stands above it a line is this; it is `blamed` where it went wrong."""

    given: Status
    blamed: bool


@dataclass
class Here:
    """One trial of a line of a page: what the lines above it say there, and what is true."""

    graph: Graph
    claims: Sequence[Claim]
    trial: Trial
    _claimed: dict[int, arb] = field(default_factory=dict)
    _adjoints: dict[int, list[arb]] = field(default_factory=dict)

    def true(self, j: int) -> arb:
        """The derivative that line j is about."""
        of = self.claims[j].of
        if of == self.trial.claim.of:
            return self.trial.back.adjoints[self.claims[j].wrt]
        if of not in self._adjoints:
            self._adjoints[of] = backprop(replace(self.graph, output=of), M, self.trial.run).adjoints
        return self._adjoints[of][self.claims[j].wrt]

    def claimed(self, j: int) -> arb:
        """What line j says, a rounded number as the ball that it stands for."""
        if j not in self._claimed:
            claim = self.claims[j]
            number = claimed_at(claim, self.trial.run).values[claim.formula.output]
            half = half_of(claim)
            self._claimed[j] = number if half is None else number + half * M.number(-1.0).union(M.number(1.0))
        return self._claimed[j]

    def step(self, k: int, above: Mapping[int, arb]) -> arb:
        """What line k says with these derivatives in the place of the names that it uses; nan where that is nothing."""
        own = self.claims[k].own
        if own is None:
            return self.claimed(k)
        values = self.trial.run.values
        point = {i: values[j] for i, j in own.operands.items()} | {i: above[j] for i, j in own.uses.items()}
        found = forward(own.graph, M, point)
        x = found.values[own.graph.output]
        return x if own.graph.output not in found.faults and x.is_finite() else M.number(math.nan)

    def carried(self, lines: Sequence[int]) -> Sweep[arb]:
        """Backprop with the claims of these lines in place."""
        return self.trial.sweep.with_placed({self.claims[j].wrt: self.claimed(j) for j in lines})

    def gone_on(self, lines: Sequence[int], slopes: Sequence[int]) -> arb:
        """The derivative from the adjoints that `lines` claim, and the `slopes` of nodes on the way, as du/dx."""
        sweep = self.carried(lines)

        def rule(j: int) -> Rule[arb]:
            of, wrt = self.claims[j].of, self.claims[j].wrt
            return lambda before: sweep.tangent(of, before) + (self.claimed(j) - self.true(j)) * before[wrt]

        return sweep.with_rules({self.claims[j].of: rule(j) for j in slopes}) if slopes else sweep.exact


class PageOfClaims:
    """The lines of one page, judged one after the other; `answers` are those of the program, where they are known."""

    def __init__(self, graph: Graph, claims: Sequence[Claim], answers: Answers | None = None) -> None:
        self.graph = graph
        self.claims = claims
        self._answers = answers
        self.judged: list[Judged] = []
        self.rates: list[tuple[arb, ...]] = []
        self.helpers: set[str] = set()

    @cached_property
    def answers(self) -> Answers:
        """What is right, for all lines together."""
        from gradx.lessons.claims.answers import Answers

        return self._answers or Answers(self.graph)

    def add(self, judged: Judged) -> Standing:
        """The next line, judged against the truth: how it stands."""
        k = len(self.judged)
        self.judged.append(judged)
        claim = self.claims[k]
        if judged.status == "undecided" or claim.order > 1:
            return Standing(judged.status, judged.status == "wrong")
        stated = self._stated_above(k) if judged.status == "wrong" else []
        right = [j for j in stated if self.judged[j].status == "correct"]
        if has_digits(claim) and self._holds_at(k, right):
            return self._worked_out_from_rounded(k)
        if self._holds_at(k, stated):
            return Standing("correct", blamed=False)
        if claim.is_value:
            return Standing(judged.status, judged.status == "wrong")
        wrong, slopes = self.wrong_above(k), self.slopes_above(k)
        leans = self.leans_on(k) & {j for j in range(k) if self.judged[j].status != "correct"}
        if not leans and judged.status == "wrong" and self._is_by_rounding(k):
            return self._worked_out_from_rounded(k)
        if not leans and (judged.status == "correct" or not (wrong or slopes or claim.equals is not None)):
            return Standing(judged.status, judged.status == "wrong")
        by_chance = judged.status == "correct" and any(
            self.judged[j].status == "wrong" and not self._is_partial(j) for j in leans
        )
        if judged.status == "correct" and not by_chance:
            return Standing("correct", blamed=False)
        readings = [None] if by_chance else self._readings(k, wrong, leans=bool(claim.uses))
        holds = any(self._holds(k, reading) for reading in readings) or self._goes_on(k)
        if slopes and not by_chance:
            holds = holds or any(self._holds(k, lines, slopes) for lines in ([], wrong)[: 1 + bool(wrong)])
        return Standing("correct" if holds else "wrong", not holds)

    def _worked_out_from_rounded(self, k: int) -> Standing:
        """Line k, which is off by the rounding of what stands above alone, as right."""
        judged = self.judged[k]
        exact = float(judged.trials[-1].exact)
        told = f"worked out from the rounded numbers above: {judged.claim.subject} is {exact:.10g}"
        known = replace(judged, status="correct", points=1, reason=told, counterexample=None, refuting=None)
        self.judged[k] = replace(known, is_by_rounding=True)
        return Standing("correct", blamed=False)

    def _stated_above(self, k: int) -> list[int]:
        """The lines above that say, not exactly, what a node is at the point: the last one of each node."""
        claim = self.claims[k]
        last = {c.of: j for j, c in enumerate(self.claims[:k]) if c.is_value and c.is_number}
        inexact = [j for of, j in last.items() if not (claim.is_value and of == claim.of)]
        return [j for j in inexact if self._is_rounded(j) or self.judged[j].status == "wrong"]

    def _holds_at(self, k: int, stated: Sequence[int]) -> bool:
        """Whether line k is right where nodes have the values that the lines `stated` say."""
        claim, trials = self.claims[k], self.judged[k].trials
        if not (stated and trials and claim.is_at_point):
            return False
        trial = trials[-1]
        with precision(trial.bits):
            here, graph = Here(self.graph, self.claims, trial), trial.dependence.graph
            run = corrected(graph, M, trial.run, {self.claims[j].of: here.claimed(j) for j in stated})
            formula = claimed_at(claim, run)
            moved = replace(trial, run=run, back=backprop(graph, M, run), formula=formula)
            found, expected = Here(self.graph, self.claims, moved).claimed(k), moved.exact
            if not found.is_finite() or not expected.is_finite():
                return False
            return agree(found, expected) is not False if half_of(claim) is None else found.overlaps(expected)

    def _goes_on(self, k: int) -> bool:
        """Whether line k says the same as the one that it is chained to, which is wrong."""
        before = self.claims[k].equals
        if before is None or self.judged[before].status != "wrong":
            return False
        for here in self.here(k):
            with precision(here.trial.bits):
                if agree(here.claimed(k), here.claimed(before)) is False:
                    return False
        return True

    def _is_partial(self, j: int) -> bool:
        """Whether line j claims what the derivative is with the other named nodes held constant."""
        claim, trials = self.claims[j], self.judged[j].trials
        if claim.of == self.graph.output or claim.is_update or claim.order != 1 or not trials:
            return False
        for trial in trials:
            with precision(trial.bits):
                if agree(trial.claimed, trial.sweep.partial) is False:
                    return False
        return True

    def rounded_above(self, k: int) -> list[int]:
        """The lines above whose claims are right as rounded numbers, and which backprop could have gone on from."""
        return [j for j in self.placeable(k) if self._is_rounded(j)]

    def leans_on_rounded(self, k: int) -> bool:
        """Whether line k uses claims that are right as rounded numbers."""
        return any(self._is_rounded(j) for j in self.leans_on(k))

    def _is_rounded(self, j: int) -> bool:
        return self.judged[j].status == "correct" and self.judged[j].is_by_rounding

    def _is_by_rounding(self, k: int) -> bool:
        """Whether a line that is off is so by the rounding of the right numbers above alone."""
        claim, rounded = self.claims[k], self.rounded_above(k)
        if not claim.is_at_point or not has_digits(claim):
            return False
        if self.leans_on_rounded(k) and self._holds(k, None):
            return True
        return bool(rounded) and not claim.operands and self._holds(k, rounded)

    def wrong_above(self, k: int) -> list[int]:
        """The lines above whose claims backprop could have gone on from, and which are wrong."""
        return [j for j in self.placeable(k) if self.judged[j].status == "wrong"]

    def placeable(self, k: int) -> list[int]:
        """The lines above whose claims backprop could have gone on from."""
        of, wrt = self.claims[k].of, self.claims[k].wrt
        last = {c.wrt: j for j, c in enumerate(self.claims[:k]) if c.of == of and c.order == 1 and not c.is_update}
        return sorted(j for node, j in last.items() if node != wrt)

    def slopes_above(self, k: int) -> list[int]:
        """The wrong lines above about the slope of a node on the way from `wrt` to what line k is about."""
        claim = self.claims[k]
        last = {c.of: j for j, c in enumerate(self.claims[:k]) if c.order == 1 and not c.is_update}
        wrong = [j for of, j in last.items() if of != claim.of and self.judged[j].status == "wrong"]
        if not wrong:
            return []
        dependence = Dependence.of(self.graph, claim.of, claim.wrt)
        on_the_way = {claim.wrt, *dependence.between}
        return [j for j in wrong if self.claims[j].of in dependence.between and self.claims[j].wrt in on_the_way]

    def leans_on(self, k: int) -> set[int]:
        """The lines that line k uses, and that those use."""
        found: set[int] = set()
        waiting = list(self.claims[k].uses)
        while waiting:
            j = waiting.pop()
            if j not in found:
                found.add(j)
                waiting += self.claims[j].uses
        return found

    def here(self, k: int) -> list[Here]:
        """The trials of line k."""
        return [Here(self.graph, self.claims, trial) for trial in self.judged[k].trials]

    def _readings(self, k: int, wrong: Sequence[int], *, leans: bool) -> Iterator[Sequence[int] | None]:
        """None for a step; else the lines whose claims are put in place."""
        if leans:
            yield None
        if wrong:
            yield wrong
        if len(wrong) > 1:
            yield from ([j] for j in wrong)
        if wrong and self.claims[k].is_at_point:
            yield sorted({*wrong, *self.rounded_above(k)})
        if self.claims[k].is_in_numbers:
            yield self.placeable(k)

    def _holds(self, k: int, lines: Sequence[int] | None, slopes: Sequence[int] = ()) -> bool:
        compared = 0
        for here in self.here(k)[-1 if self.claims[k].is_at_point else 0 :]:
            with precision(here.trial.bits):
                if lines is None:
                    above = {j: here.true(j) for j in self.claims[k].uses}
                    found, expected = here.step(k, above), here.trial.exact
                else:
                    found, expected = here.claimed(k), here.gone_on(lines, slopes)
                if not found.is_finite() or not expected.is_finite():
                    continue
                if half_of(self.claims[k]) is None:
                    holds = agree(found, expected) is not False
                else:
                    holds = found.overlaps(expected)
            if not holds:
                return False
            compared += 1
        return compared > 0


def half_of(claim: Claim) -> arb | None:
    """How far a claim may be off because it is rounded; None where it is not."""
    if claim.decimals is None or not (claim.is_in_numbers or claim.is_at_point):
        return None
    return rounded_ball(claim)[1]
