"""Every gradient and the value of one program at one point, judged as far as the budget goes.

The budget counts evaluations and not seconds, so that the same input always gets the same answer. Inputs come first,
then operations from the output back (the nearer, the cheaper). Where not even the inputs fit, one random direction
through all of them is judged instead (seeded), with a sample of the inputs, and the rest is unchecked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.numbers.multiprecision import is_known
from gradx.sweeps.backprop import Backprop
from gradx.sweeps.error_bound import ErrorBound, error_bound
from gradx.sweeps.forward import Forward, forward
from gradx.symbolic.witness import Symbolic
from gradx.verdict import (
    LIMIT_DIGITS,
    TOO_DEAR,
    TOO_FAR_OUT,
    TOO_MANY,
    UNAFFORDABLE,
    UNCHECKED,
    UNSETTLED_VALUE,
    Evidence,
    Verdict,
    decimal,
    short,
    weigh,
    weigh_value,
)
from gradx.witnesses.precise import DIGITS, LEVELS, Level, Readings
from gradx.witnesses.rounding import NOTHING

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.witnesses.limit import Budget, Limit

Checks = Literal["auto", "all", "none"]

BUDGET = 100_000
LONGEST = 40
SCANNED_PER_UNIT = 10
"""Finding what depends on a node costs this much less, a node looked at, than evaluating it."""

FEWER = "not all of the {:,} digits asked for are known of every number: what is not known is not shown"
TOO_LARGE = "the graph is too large to be checked (--checks all does it)"

SAMPLE = 5
EXACT_DIGITS = 25
"""How many digits exact numbers have when nobody asks for more."""

EXACT_VALUES = 200
"""Up to this many nodes have their exact values given without being asked for."""

MOST_DIGITS = DIGITS[LEVELS - 1]

SPARE_DIGITS = 60
"""Of a level's digits, how many may be lost on the way."""

SEED = 20_170_801

NOT_TAKEN = Verdict("unchecked", "in a branch that is not taken")

_FAILED = ("inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided")


class Judgement(NamedTuple):
    """The verdict on every node asked for, and on the value; remarks in words; `confirmed` as in an Exploration.

    `values` are the nodes' exact values, `direction` whether a random direction agreed where one was tried, `symbolic`
    what SymPy answered.
    """

    gradients: dict[int, Verdict]
    value: Verdict
    remarks: tuple[str, ...]
    values: Mapping[int, str]
    direction: bool | None
    symbolic: Mapping[int, Symbolic]

    @property
    def confirmed(self) -> bool | None:
        verdicts = (*self.gradients.values(), self.value)
        statuses = [v.status for v in verdicts if v is not NOT_TAKEN]
        if self.direction is False or any(status in _FAILED for status in statuses):
            return False
        return None if "unchecked" in statuses else True


def judge(
    graph: Graph,
    run: Forward[float],
    back: Backprop[float],
    readings: Readings,
    nodes: Sequence[int],
    symbolic: Callable[[], Mapping[int, Symbolic]],
    checks: Checks,
    digits: int = EXACT_DIGITS,
) -> Judgement:
    """Judge the gradients of `nodes` and the value, with the float64 sweeps `run` and `back`.

    `symbolic` gives SymPy's answers; it is called when all else is done, since it may have to wait for them.
    """
    judged = [i for i in nodes if i not in run.dropped]
    gradients = {i: NOT_TAKEN if i in run.dropped else UNCHECKED for i in nodes}
    if checks == "none" or (checks == "auto" and readings.deepest < 1):
        return Judgement(gradients, UNCHECKED, () if checks == "none" else (TOO_LARGE,), {}, None, symbolic())
    from gradx.witnesses.limit import Budget

    bound = error_bound(graph, run, back)
    budget = Budget(BUDGET if checks == "auto" else None)
    value, known = _judge_value(graph, run, bound, readings, budget.deepest(readings), digits)
    chosen, direction, remarks = _chosen(graph, back, readings, judged, budget)
    evidence: dict[int, tuple[Evidence, Level]] = {}
    for i in chosen:
        if budget.spend((len(graph.nodes) - i) // SCANNED_PER_UNIT):
            evidence[i] = _evidence(graph, back, bound, readings, i, budget, digits)
        else:
            gradients[i] = Verdict("unchecked", UNAFFORDABLE)
    values = _exact_values(readings, judged, budget.deepest(readings), digits)
    answers = symbolic()
    for i, (found, level) in evidence.items():
        heard = found._replace(symbolic=answers[i].value if i in answers else None)
        enough = known_digits(found, level)
        known = min(known, enough)
        gradients[i] = weigh(heard, level.m, min(digits, enough))
    if known < digits > EXACT_DIGITS:
        remarks = (*remarks, FEWER.format(digits))
    return Judgement(gradients, value, remarks, values, direction, answers)


def _exact_values(readings: Readings, nodes: Sequence[int], deepest: int, digits: int) -> dict[int, str]:
    """Every node's value to `digits` digits; for a large graph only where more are asked for than is usual."""
    if level_for(digits) > deepest or (digits <= EXACT_DIGITS and len(nodes) > EXACT_VALUES):
        return {}
    level = readings.level(level_for(digits))
    values = level.run.values
    return {i: decimal(level.m, values[i], digits) for i in nodes if is_known(values[i])}


def _judge_value(
    graph: Graph, run: Forward[float], bound: ErrorBound, readings: Readings, deepest: int, digits: int
) -> tuple[Verdict, int]:
    """The verdict on the value, and how many of the `digits` are known of it."""
    truth = exact_value(readings, deepest, digits)
    level = readings.level(min(level_for(digits), deepest))
    if truth is None and digits > EXACT_DIGITS and exact_value(readings, deepest):
        # As many digits as are known, where not all that were asked for are.
        truth, digits = level.output, (level.m.context.mag(level.output) - level.rounding) * 3 // 10
    if truth is None and deepest + 1 < LEVELS and level.has_value:
        return Verdict("unchecked", UNAFFORDABLE), digits
    if truth is None:
        return Verdict("undecided", _unknown(graph, readings, deepest)), digits
    output = graph.output
    return weigh_value(run.values[output], bound.values[output], truth, level.m, digits), digits


def _unknown(graph: Graph, readings: Readings, deepest: int) -> str:
    """Why no level knows the value."""
    level = readings.level(deepest)
    if level.doubtful is not None and not readings.lacking:
        from gradx.witnesses.limit import Limit

        words = bend(graph, Limit("doubtful", at=level.doubtful), level)
        assert words is not None
        return words
    if readings.lacking:
        return (TOO_DEAR if readings.payable else TOO_MANY).format(readings.lacking)
    return UNSETTLED_VALUE if level.has_value else TOO_FAR_OUT


def known_digits(found: Evidence, level: Level) -> int:
    """How many digits backprop in mpmath has at `level`: all but those that the level before lost, and some to spare.

    Where the level before had none, what this one lost is not known, and the limit's digits have to do.
    """
    if not found.rules or not found.rules_error or found.rules_noise is None:
        return level.digits - SPARE_DIGITS
    if not level.m.is_finite(found.rules_error):
        return LIMIT_DIGITS
    log10 = level.m.context.log10
    coarse = DIGITS[max(0, DIGITS.index(level.digits) - 1)]
    shared = int(log10(abs(found.rules) / found.rules_error))
    lost = coarse - shared if shared > 0 else level.digits
    return max(LIMIT_DIGITS, min(level.digits - SPARE_DIGITS, level.digits - max(0, lost) - SPARE_DIGITS // 4))


def level_for(digits: int) -> int:
    """The first level that knows `digits` digits for certain, with some to lose; the last one where none does."""
    return next((k for k, known in enumerate(DIGITS) if known >= digits + SPARE_DIGITS), LEVELS - 1)


def exact_value(readings: Readings, deepest: int, digits: int = EXACT_DIGITS) -> mpf | None:
    """The output's value to `digits` digits: from the first level that has them, and agrees with the one before.

    0 where it lies below all noise, and that below what float64 can tell from 0; None where it is too large to work
    with, or no two levels agree.
    """
    enough = max(1, level_for(digits))
    before: mpf | None = None
    for k in range(deepest + 1):
        level = readings.level(k)
        if level.doubtful is not None:
            before = None
            continue
        if not level.has_value:
            return None
        if before is not None and k >= enough:
            shared = level.m.context.mpf(10) ** -min(digits, DIGITS[k - 1] - SPARE_DIGITS)
            known = bool(level.output) or level.rounding <= NOTHING
            if known and abs(level.output - before) <= abs(level.output) * shared:
                return level.output
        before = level.output
    if deepest + 1 < LEVELS:
        return None
    level = readings.level(deepest)
    if (
        level.doubtful is not None
        or level.rounding > NOTHING
        or abs(level.output) > level.m.context.ldexp(1, level.rounding)
    ):
        return None
    return level.m.number(0.0)


def _evidence(
    graph: Graph,
    back: Backprop[float],
    bound: ErrorBound,
    readings: Readings,
    i: int,
    budget: Budget,
    digits: int,
) -> tuple[Evidence, Level]:
    """All that is known of d(output)/d(node i) but SymPy's word, and the level that knows it best."""
    from gradx.witnesses.limit import limit

    found = limit(readings, i, budget)
    k = max(found.level, 1, min(level_for(digits), budget.deepest(readings)))
    coarse, fine = readings.level(k - 1), readings.level(k)
    rules, before = fine.back.adjoints[i], coarse.back.adjoints[i]
    known = is_known(rules) and is_known(before)
    row = graph.nodes[found.at].primitive if found.at is not None else None
    evidence = Evidence(
        back.adjoints[i],
        bound.adjoints[i],
        rules if known else None,
        abs(rules - before) if known else None,
        fine.m.context.ldexp(1, fine.adjoint_noise + 64) if known else None,
        found,
        None,
        bend(graph, found, readings.level(0)),
        row.convention if row is not None else None,
    )
    return evidence, fine


def bend(graph: Graph, found: Limit, level: Level) -> str | None:
    """The boundary that the point stands on, in words: `relu has a kink at z = 0`. None where it stands on none."""
    if found.at is None:
        return None
    node = graph.nodes[found.at]
    row = node.primitive
    assert row is not None
    if row.name.isidentifier() and len(node.inputs) == 1:
        argument = expression(graph, node.inputs[0])
        text = argument if len(argument) <= LONGEST else "its argument"
        subject, place = row.name, f"{text} = {short(level.m, level.run.values[node.inputs[0]])}"
    else:
        whole = expression(graph, found.at)
        subject, place = whole if len(whole) <= LONGEST else graph.names[found.at], "this point"
    return {
        "kink": f"{subject} has a kink at {place}",
        "edge": f"{place} is at the edge of the domain of {subject}",
        "jump": f"{subject} jumps at {place}",
        "vertical": f"{subject} has a vertical tangent at {place}",
        "doubtful": f"{MOST_DIGITS:,} digits do not tell on which side of a boundary of {subject} this point lies",
    }.get(found.conclusion, f"{subject} changes its rule at {place}")


def _chosen(
    graph: Graph, back: Backprop[float], readings: Readings, judged: Sequence[int], budget: Budget
) -> tuple[list[int], bool | None, tuple[str, ...]]:
    """Which nodes to judge: all, or, where not even the inputs fit the budget, a sample, beside a random direction."""
    if budget.left is None:
        return list(judged), None, ()
    inputs = [i for i in judged if graph.nodes[i].primitive is None]
    size = len(graph.nodes)
    if 4 * sum(size - i for i in inputs) <= budget.left:
        operations = [i for i in judged if graph.nodes[i].primitive is not None]
        return inputs + operations[::-1], None, ()
    generator = random.Random(SEED)
    sample = sorted(generator.sample(inputs, min(SAMPLE, len(inputs))))
    agrees = _direction_agrees(graph, back, readings, inputs, generator)
    budget.left = max(budget.left, 4 * size * SAMPLE)
    outcome = "agrees with backprop" if agrees else "does not agree with backprop"
    remark = (
        f"{len(inputs)} inputs are too many to check each: a random direction through all of them {outcome}, "
        f"{len(sample)} were checked one by one, the rest is unchecked (--checks all checks them)"
    )
    return sample, agrees, (remark,)


def _direction_agrees(
    graph: Graph, back: Backprop[float], readings: Readings, inputs: Sequence[int], generator: random.Random
) -> bool:
    """Whether the limit along one random direction is backprop's sum over the inputs, to 1e-6 of its terms."""
    level = readings.level(0)
    m = level.m
    h = m.context.mpf(10) ** (-level.digits // 3)
    direction = {i: generator.choice((-1, 1)) * (1 + abs(readings.point[i])) for i in inputs}
    point = {i: m.number(x) + h * direction.get(i, 0) for i, x in readings.point.items()}
    after = forward(graph, m, point).values[graph.output]
    slope = (after - level.output) / h
    terms = [m.number(back.adjoints[i]) * d for i, d in direction.items()]
    size = m.context.fsum(terms, absolute=True)
    return bool(abs(slope - m.context.fsum(terms)) <= 1e-6 * size) if m.is_finite(size) else False
