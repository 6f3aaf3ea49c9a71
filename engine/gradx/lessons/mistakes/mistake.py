"""Where a wrong derivative went wrong: the one broken rule, way of working or edit that reproduces it at every point.

Natural ones come first, then one edit of the claim's own text, then those that are likelier than nothing. A number
fits many things by chance, and its likeliest story is that it is somebody else's: there the wrong variable comes first.
A line of a page is read as a step from the nodes whose derivatives it uses; then the whole way; then carried on from
what is wrong above.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from gradx.errors import Source, Span
from gradx.graph import Graph
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import Claim
from gradx.lessons.claims.judging import rounded_ball
from gradx.lessons.claims.standing import Here, PageOfClaims
from gradx.lessons.claims.sweep import Dependence, Sweep
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.chains import antiderivative, broken_stretches, lost_factor, mistaken_questions
from gradx.lessons.mistakes.edits import Edits, cancels_a_name, holds_a_stranger
from gradx.lessons.mistakes.faults import (
    FAR_FETCHED,
    KINDS,
    LIKELY,
    BrokenDerivative,
    BrokenRule,
    Case,
    Fault,
    Kind,
    Mistake,
    Numbers,
    Wording,
    repeated_faults,
    span_within,
    with_all_broken,
)
from gradx.lessons.mistakes.rules import broken_rules
from gradx.numbers.balls import precision

if TYPE_CHECKING:
    from flint import arb

MOST_PAIRS, LEAST_OPERATIONS = 600, 3
"""So many pairs of mistakes are tried, and of a claim with so many operations: what is short fits many pairs."""

MOST_WORK = 20_000
"""How much is tried: a node of n arguments has about n broken rules of each sort, and each of them costs n."""


NUMBERS_TELL: frozenset[Kind] = frozenset(
    (
        "missing-upstream", "missing-factor", "missing-inner-derivative", "missing-term", "wrong-sign",
        "wrong-variable", "argument-for-value", "added-not-multiplied", "missing-power-factor", "power-not-reduced",
        "constant-factor", "constant-kept", "factor-twice", "decimal-point",
    )
)  # fmt: skip
"""What a number alone may tell, which fits many things by chance."""


NOTHING_TELLS: frozenset[Kind] = frozenset(
    (
        "missing-term", "product-of-derivatives", "quotient-of-derivatives", "function-of-derivative",
        "wrong-variable", "exponential-as-power",
    )
)  # fmt: skip
"""What a claim of 0 may tell: of another mistake terms are left, which cancel by chance."""


_PLAINER: Mapping[Kind, tuple[Kind, ...]] = {
    "wrong-table-entry": ("wrong-sign", "parentheses"),
    "power-not-reduced": ("parentheses",),
}
"""Edits that are likelier than a broken rule of which something else is more telling."""


@dataclass(frozen=True)
class Reading:
    """One way to read a wrong line: the cases it is looked into at; `names` are the claims above that it may use."""

    cases: Sequence[Case]
    names: Mapping[int, str]

    @property
    def placed(self) -> Collection[int]:
        """The nodes whose adjoints are in place."""
        return self.cases[0].sweep.placed.keys()


def find_mistake(
    dependence: Dependence, claim: Claim, readings: Sequence[Reading], answers: Answers, trials: Sequence[Trial] = ()
) -> Mistake | None:
    """The mistake behind a claim that is wrong in each of the `readings`; None where no single one reproduces it."""
    readings = [reading for reading in readings if reading.cases]
    if not readings:
        return None
    search = _Search(dependence, claim, answers)
    with precision(max(case.bits for reading in readings for case in reading.cases)):
        integral = None if claim.is_number else antiderivative(dependence, trials)
        if integral is not None:
            return search.told(integral, readings[0], ())
        own = claim.own
        if own and holds_a_stranger(dependence.graph, own.graph):
            return None
        cancels = own is not None and cancels_a_name(own.graph, (case.point(own) for case in readings[0].cases))
        fitting = search.telling(readings, cancels=cancels)
        natural = _likeliest([pair for pair in fitting if pair[0].doubt < FAR_FETCHED])
        if natural is not None and natural[0].doubt < LIKELY:
            return search.told(*natural, fitting)
        is_one_number = search.is_one_number(readings)
        if own and not cancels and not is_one_number:
            edits = (Edits(dependence.graph, own, r.names, r.cases).found() for r in readings)
            edit = next(filter(None, edits), None)
            if edit is not None and (natural is None or edit.kind in _PLAINER.get(natural[0].kind, ())):
                return search.told_edit(edit, fitting)
        if natural is not None:
            return search.told(*natural, fitting)
        if fitting and not claim.is_number:
            return search.told(*fitting[0], fitting)
        is_long = own is not None and len(own.graph.operations) >= LEAST_OPERATIONS
        return search.both(readings[0]) if is_long and not cancels else None


def _likeliest(fitting: Sequence[tuple[Fault, Reading]]) -> tuple[Fault, Reading] | None:
    """The first; where an inner derivative of -1 is missing, or each factor stands by its own derivative, the wrong
    sign if that is all."""
    if fitting and fitting[0][0].kind in ("missing-inner-derivative", "product-mispaired"):
        return next((pair for pair in fitting if pair[0].kind == "wrong-sign"), fitting[0])
    return fitting[0] if fitting else None


@dataclass(frozen=True)
class _Search:
    dependence: Dependence
    claim: Claim
    answers: Answers

    def is_one_number(self, readings: Sequence[Reading]) -> bool:
        """Whether it is a number at one point."""
        return self.claim.is_number and all(len(reading.cases) == 1 for reading in readings)

    def telling(self, readings: Sequence[Reading], *, cancels: bool) -> list[tuple[Fault, Reading]]:
        """The faults that give the claim, the likeliest first, as far as such a claim tells them; `cancels`: a name
        drops out of it."""
        found = [(fault, reading) for reading in readings for fault in self.fitting(reading)]
        cases = [case for reading in readings for case in reading.cases]
        if cancels:  # where one sign of several is wrong, what has the right one may cancel what it stands before
            opposite = all(same(case.claimed, -case.exact) for case in cases)
            found = [pair for pair in found if pair[0].kind == "wrong-sign" and not opposite]
        if all(case.claimed.contains(0) for case in cases):
            found = [pair for pair in found if pair[0].kind in NOTHING_TELLS]
        if self.is_one_number(readings):
            found = [pair for pair in found if pair[0].kind in NUMBERS_TELL]
            found = [pair for pair in found if pair[0].doubt <= (LIKELY if pair[0].kind == "wrong-sign" else 0)]
        return sorted(found, key=lambda pair: self.rank(*pair))

    def fitting(self, reading: Reading) -> Iterator[Fault]:
        """The faults that give the claim at every case."""
        for fault in all_faults(self.dependence, reading.placed):
            if gives_everywhere(fault.derivative, reading.cases):
                yield fault
        lost = lost_factor(self.dependence, reading.cases)
        if lost is not None:
            yield lost

    def rank(self, fault: Fault, reading: Reading) -> tuple[bool, int, int]:
        number = self.claim.is_number and len(reading.cases) == 1
        foreign = number and fault.kind == "wrong-variable" and fault.doubt < FAR_FETCHED
        return not foreign, fault.doubt, KINDS.index(fault.kind)

    def told(self, best: Fault, reading: Reading, fitting: Sequence[tuple[Fault, Reading]]) -> Mistake:
        also = tuple(dict.fromkeys(fault.kind for fault, _ in fitting if fault.kind != best.kind))
        words = Wording(self.dependence, reading.cases[0], reading.cases, self.answers)
        return Mistake(best.kind, best.sentence(words), _place(self.dependence.graph, best), also)

    def told_edit(self, edit: Mistake, fitting: Sequence[tuple[Fault, Reading]]) -> Mistake:
        also = tuple(dict.fromkeys(fault.kind for fault, _ in fitting if fault.kind != edit.kind))
        name = self.dependence.graph.names[self.dependence.wrt]
        source = Source(f"claim {name}", edit.place.source.text)
        return replace(edit, place=edit.place._replace(source=source), also=also)

    def both(self, reading: Reading) -> Mistake | None:
        """The only two natural mistakes that reproduce the claim together; None where there are several such pairs."""
        faults = all_faults(self.dependence, reading.placed)
        rules = [fault for fault in faults if isinstance(fault, BrokenRule) and not fault.doubt]
        pairs = [(one, other) for one, other in itertools.combinations(rules, 2) if one.node != other.node]
        found: list[tuple[BrokenRule, BrokenRule]] = []
        for pair in pairs[:MOST_PAIRS]:
            if gives_everywhere(partial(with_all_broken, pair), reading.cases):
                found.append(pair)
                if len({frozenset((one.kind, other.kind)) for one, other in found}) > 1:
                    return None
        if not found:
            return None
        words = Wording(self.dependence, reading.cases[0], reading.cases, self.answers)
        first, second = (Mistake(r.kind, r.sentence(words), _place(self.dependence.graph, r)) for r in found[0])
        return replace(first, second=second)


def gives_everywhere(derivative: BrokenDerivative, cases: Sequence[Case]) -> bool:
    """Whether what comes out of a broken derivative is claimed wherever it has a value, which is at most cases."""
    nowhere = 0
    for case in cases:
        number = cast("arb", derivative(cast("Numbers", case.sweep)))
        if not number.is_finite():
            nowhere += 1
            if nowhere * 3 > len(cases):
                return False
        elif not case.gives(number):
            return False
    return nowhere * 3 <= len(cases)


def all_faults(dependence: Dependence, placed: Collection[int] = ()) -> Iterator[Fault]:
    """Everything that is broken, where the adjoints of the nodes in `placed` are taken as they are."""
    broken: list[BrokenRule] = []
    left = MOST_WORK
    reached = dependence.reached(placed)
    cut = dependence.varying - reached
    for i in dependence.between:
        inputs = dependence.node(i).inputs
        work = len(inputs) ** 2
        if work > left or reached.isdisjoint(inputs):
            continue
        left -= work
        broken += (rule for rule in broken_rules(dependence, i) if rule.place == i or rule.place not in cut)
    yield from broken
    yield from repeated_faults(broken)
    yield from broken_stretches(dependence)
    yield from mistaken_questions(dependence)


def _place(graph: Graph, fault: Fault) -> Span:
    place = graph.output if fault.place is None else fault.place
    return span_within(graph, place if fault.node is None else fault.node, place)


def diagnosed(page: PageOfClaims, k: int) -> Mistake | None:
    """The mistake behind line k, which is blamed."""
    claim, judged = page.claims[k], page.judged[k]
    dependence = Dependence.of(page.graph, claim.of, claim.wrt)
    if judged.status == "correct" and not any(page.claims[j].wrt in dependence.between for j in claim.uses):
        return None
    first = [judged.refuting] if judged.refuting is not None else []
    trials = [*first, *(trial for trial in judged.trials if trial is not judged.refuting)]
    here = [Here(page.graph, page.claims, trial) for trial in trials]
    readings = list(_readings(page, k, here))
    return find_mistake(dependence, claim, readings, page.answers, judged.trials)


def _readings(page: PageOfClaims, k: int, here: Sequence[Here]) -> Iterator[Reading]:
    claim = page.claims[k]
    names = {j: name for j in range(k) if (name := _name(page, j))}
    uses = [j for j in page.placeable(k) if j in claim.uses]
    wrong = page.wrong_above(k)
    if claim.is_in_numbers and page.placeable(k):
        yield Reading([c for h in here if (c := _carried(page, k, h, page.placeable(k)))], {})
    if uses:
        yield Reading([c for h in here if (c := _step(page, k, h, uses))], names)
    yield Reading([c for h in here if (c := _step(page, k, h, ()))], names)
    if wrong and not claim.is_in_numbers:
        yield Reading([c for h in here if (c := _carried(page, k, h, wrong))], {})


def _step(page: PageOfClaims, k: int, here: Here, placed: Sequence[int]) -> Case | None:
    """With the true derivatives in the place of the names above; from the nodes in `placed`."""
    with precision(here.trial.bits):
        above = {j: here.true(j) for j in range(k) if page.claims[j].order == 1 and not page.claims[j].is_update}
        sweep = here.trial.sweep
        if placed:
            sweep = sweep.with_placed({page.claims[j].wrt: above[j] for j in placed})
        return _case(page.claims[k], here, here.step(k, above), sweep, above)


def _carried(page: PageOfClaims, k: int, here: Here, lines: Sequence[int]) -> Case | None:
    """With the claims of these lines in place."""
    with precision(here.trial.bits):
        claim = page.claims[k]
        number = here.trial.claimed if claim.is_in_numbers else here.claimed(k)
        return _case(claim, here, number, here.carried(lines), {j: here.claimed(j) for j in range(k)})


def _case(claim: Claim, here: Here, number: arb, sweep: Sweep[arb], above: Mapping[int, arb]) -> Case | None:
    if not number.is_finite() or not sweep.exact.is_finite():
        return None
    half = rounded_ball(claim)[1] if claim.decimals is not None and claim.is_number else None
    return Case(claim, sweep, here.trial.claimed if half is not None else number, here.trial.bits, half, above)


def _name(page: PageOfClaims, j: int) -> str | None:
    """The name that a formula may use line j by."""
    claim, names = page.claims[j], page.graph.names
    name = f"d{names[claim.wrt]}"
    plain = claim.of == page.graph.output and claim.order == 1 and not claim.is_update
    return name if plain and name not in page.graph.index else None
