"""What goes wrong with the rule of one node: everything that somebody may write in place of its tangent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.derive.formulas import has_minus
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, BrokenTangent, Kind, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

MOST_OUTER_POINTS = 12

Of = Callable[[Trial], "arb"]


def broken_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules of node i, broken."""
    yield from _powers(dependence, i)
    yield from _whole_rules(dependence, i)
    yield from _local_partials(dependence, i)


def _powers(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """Rules learnt by heart, half remembered: of powers, roots, reciprocals, exponentials and logarithms."""
    name, moving = dependence.name(i), dependence.moving_slots(i)
    row, inputs = dependence.node(i).primitive, dependence.node(i).inputs
    if name == "^" and moving == [0]:
        yield from _power(i, inputs[0], _value(inputs[1]), only_sign=dependence.is_minus_one(inputs[1]))
    elif row is not None and row.root is not None:
        root = float(row.root)
        yield from _power(i, inputs[0], lambda trial: 1 / M.number(root))
    elif name == "/" and moving == [1]:
        yield from _power(i, inputs[1], lambda trial: M.number(-1.0), _value(inputs[0]), only_sign=True)
    elif name == "^":
        yield from _exponential(i, inputs[1], _value(inputs[0]))
        if moving == [1] and dependence.node(inputs[0]).label != "e":
            yield from _base_forgotten(i, inputs[1], _value(i), "the base")
    elif name == "exp":
        yield from _exponential(i, inputs[0], lambda trial: M.exp(M.number(1.0)))
    elif row is not None and row.log_base is not None:
        base = f"base {row.log_base}"
        yield from _base_forgotten(i, inputs[0], lambda trial: 1 / trial.run.values[inputs[0]], base)


def _value(j: int) -> Of:
    return lambda trial: trial.run.values[j]


def _power(i: int, g: int, n: Of, factor: Of | None = None, *, only_sign: bool = False) -> Iterator[BrokenRule]:
    """Half a rule for the power c·g^n (`factor` c, None: 1). `only_sign`: n is -1, and forgetting it as a factor is
    just a wrong sign."""

    def raised(trial: Trial, by: int) -> arb:
        value = M.power(trial.run.values[g], n(trial) + by)
        return value if factor is None else value * factor(trial)

    yield from _with_and_without(
        i, g, "power-not-reduced", lambda trial: n(trial) * raised(trial, 0),
        lambda words: f"the exponent is not reduced: {words.slope_of(i)}",
    )  # fmt: skip
    yield from _with_and_without(
        i, g, "power-not-reduced", lambda trial: n(trial) * raised(trial, 1),
        lambda words: f"the exponent goes down by one, not up: {words.slope_of(i)}", far=True,
    )  # fmt: skip
    yield from _with_and_without(
        i, g, "missing-power-factor", lambda trial: raised(trial, -1),
        lambda words: f"the exponent does not come down as a factor: {words.slope_of(i)}", far=only_sign,
    )  # fmt: skip


def _exponential(i: int, exponent: int, base: Of) -> Iterator[BrokenRule]:
    """b^g as if g were a number: g·b^(g-1)."""

    def outer(trial: Trial) -> arb:
        g = trial.run.values[exponent]
        return g * M.power(base(trial), g - 1)

    yield from _with_and_without(
        i, exponent, "exponential-as-power", outer,
        lambda words: f"an exponential is not a power: {words.wrt} is in the exponent, so {words.slope_of(i)}", alone=1,
    )  # fmt: skip


def _base_forgotten(i: int, argument: int, outer: Of, base: str) -> Iterator[BrokenRule]:
    """The natural logarithm's rule, or the exponential function's, for another base."""
    yield from _with_and_without(
        i, argument, "missing-log-base", outer,
        lambda words: f"the factor for {base} is forgotten: {words.slope_of(i)}",
    )  # fmt: skip


def _with_and_without(
    i: int, inner: int, kind: Kind, outer: Of, sentence: Sentence, *, far: bool = False, alone: int = FAR_FETCHED
) -> Iterator[BrokenRule]:
    """The wrong outer derivative times the inner one; and without it, with the doubt `alone`."""
    family, doubt = f"{kind} {far}", FAR_FETCHED if far else 0
    yield BrokenRule(kind, i, i, family, lambda trial, before: outer(trial) * before[inner], sentence, doubt)
    yield BrokenRule(kind, i, i, f"{family} alone", lambda trial, before: outer(trial), sentence, max(doubt, alone))


def _whole_rules(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """What no local partial can say: products, quotients, outer points, constants."""
    name, moving, inputs = dependence.name(i), dependence.moving_slots(i), dependence.node(i).inputs
    if name == "*" and len(moving) == 2:  # (f g)' taken as f' g'
        left, right = inputs
        yield BrokenRule(
            "product-of-derivatives", i, i, "product", lambda trial, before: before[left] * before[right],
            lambda words: f"the derivative of a product is not the product of the derivatives: {words.slope_of(i)}",
            FAR_FETCHED if "*" in map(dependence.name, inputs) else 0,
        )  # fmt: skip
    if name == "/" and 1 in moving:  # (f/g)' taken as f'/g', and (c/g)' as c/g'
        above, below = inputs
        both = len(moving) == 2
        yield BrokenRule(
            "quotient-of-derivatives", i, i, "quotient",
            lambda trial, before: M.divide(before[above] if both else trial.run.values[above], before[below]),
            lambda words: f"the derivative of a quotient is not the quotient of the derivatives: {words.slope_of(i)}",
            0 if both else FAR_FETCHED,
        )  # fmt: skip
    if len(moving) == 1 and dependence.is_function_of(i, moving[0]):
        yield from _outer_elsewhere(dependence, i, moving[0])
    if name == "*" or dependence.is_sum(i):
        for slot in dependence.still_slots(i):
            yield from _constant_kept(dependence, i, slot)


def _outer_elsewhere(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """f(g)' taken as f'(g') or f'(x) instead of f'(g), with the inner derivative or without it."""
    inner = dependence.node(i).inputs[slot]
    row = dependence.node(i).primitive
    if inner == dependence.wrt or row is None or row.linear:
        return
    for k, elsewhere in enumerate(dependence.ancestors(inner, MOST_OUTER_POINTS)):
        yield from _outer_at(dependence, i, slot, f"outer point {k}", elsewhere)
    yield from _outer_at(dependence, i, slot, "outer slope", None)


def _outer_at(dependence: Dependence, i: int, slot: int, family: str, place: int | None) -> Iterator[BrokenRule]:
    """The outer derivative at node `place`; None: at the inner derivative."""
    node = dependence.node(i)
    inner, row = node.inputs[slot], node.primitive
    assert row is not None

    def outer(trial: Trial, before: Sequence[arb]) -> arb:
        xs = [trial.run.values[j] for j in node.inputs]
        xs[slot] = before[inner] if place is None else trial.run.values[place]
        wanted = [k == slot for k in range(len(xs))]
        partial = row.local_partials(M, row.value(M, *xs), xs, wanted)[slot]
        return M.number(math.nan) if partial is None else partial

    def sentence(words: Wording) -> str:
        wrong = "the inner derivative" if place is None else words.text(place)
        return f"the outer derivative is taken at {wrong}: it belongs at {words.text(inner)}, as {words.slope_of(i)}"

    chained: BrokenTangent = lambda trial, before: outer(trial, before) * before[inner]  # noqa: E731
    yield BrokenRule("outer-at-wrong-point", i, inner, family, chained, sentence)
    yield BrokenRule("outer-at-wrong-point", i, inner, f"{family} alone", outer, sentence, 1)


def _constant_kept(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """A constant that is still there afterwards, or whose derivative is taken to be 1."""
    inputs, product = dependence.node(i).inputs, dependence.name(i) == "*"
    j, other = inputs[slot], inputs[1 - slot]
    sign = -1 if dependence.name(i) == "-" and slot == 1 else 1

    def kept(trial: Trial, before: Sequence[arb], constant: arb) -> arb:
        factor = trial.run.values[other] if product else M.number(1.0)
        return trial.tangent(i, before) + constant * factor * sign

    as_it_is: BrokenTangent = lambda trial, before: kept(trial, before, trial.run.values[j])  # noqa: E731
    as_one: BrokenTangent = lambda trial, before: kept(trial, before, M.number(1.0))  # noqa: E731
    yield BrokenRule("constant-kept", i, j, "constant", as_it_is, is_constant(j), FAR_FETCHED if product else 0)
    yield BrokenRule("constant-kept", i, j, "constant as 1", as_one, is_constant(j), FAR_FETCHED)


def is_constant(j: int) -> Sentence:
    return lambda words: f"a constant is kept: {words.text(j)} does not change with {words.wrt}, its derivative is 0"


def _local_partials(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """A local partial is left out, its sign is turned, or its path is forgotten: of one argument at a time, and of all.

    What is left out inside a function's argument is an inner derivative; a coefficient in front of everything is a
    constant factor.
    """
    name, moving = dependence.name(i), dependence.moving_slots(i)
    for slot in moving:
        yield from _one_broken(dependence, i, slot)
    turned_round = name == "/" and len(moving) == 2
    start = "the quotient rule is the wrong way round" if turned_round else "the sign is wrong"
    yield BrokenRule(
        "wrong-sign", i, i, f"sign of {name}", lambda trial, before: -trial.tangent(i, before),
        lambda words: f"{start}: {words.slope_of(i)}", 0 if turned_round else 1,
    )  # fmt: skip
    if len(moving) > 1 and not dependence.is_sum(i) and name != "*":
        yield BrokenRule(
            "missing-inner-derivative", i, i, "inner-all",
            lambda trial, before: sum((trial.local(i, k) for k in moving), M.number(0.0)),
            lambda words: f"the inner derivatives are missing: {words.text(i)} is a function of functions", FAR_FETCHED,
        )  # fmt: skip


def _one_broken(dependence: Dependence, i: int, slot: int) -> Iterator[BrokenRule]:
    """One argument's part of the tangent, local partial times inner derivative, replaced by another."""
    node, name, is_sum = dependence.node(i), dependence.name(i), dependence.is_sum(i)
    j, several = node.inputs[slot], len(dependence.moving_slots(i)) > 1

    def becomes(part: Callable[[arb, arb], arb]) -> BrokenTangent:
        def tangent(trial: Trial, before: Sequence[arb]) -> arb:
            local, inner = trial.local(i, slot), before[j]
            return trial.tangent(i, before) - local * inner + part(local, inner)

        return tangent

    if dependence.is_function_of(i, slot) and j != dependence.wrt:
        yield BrokenRule(
            "missing-inner-derivative", i, j, "inner", becomes(lambda local, inner: local),
            lambda words: f"the inner derivative is missing: {words.slope_of(j)}",
        )  # fmt: skip
    yield from _local_left_out(dependence, i, j, becomes(lambda local, inner: inner))
    assert node.primitive is not None
    yield BrokenRule(
        "wrong-sign", i, j if several and is_sum else i, f"sign of {name} {slot}",
        becomes(lambda local, inner: -local * inner),
        lambda words: f"a sign is wrong: {words.slope_of(i)}", 0 if has_minus(node.primitive, slot) else 1,
    )  # fmt: skip
    yield BrokenRule(
        "missing-term", i, j, f"term of {name} {slot}", becomes(lambda local, inner: M.number(0.0)),
        lambda words: (
            f"a term is missing: in {words.text(i)}, {words.text(j)} changes too, which adds {words.term(i, slot)}"
        ),
        0 if several else 1 if i != dependence.graph.output else FAR_FETCHED,
    )  # fmt: skip


def _local_left_out(dependence: Dependence, i: int, j: int, tangent: BrokenTangent) -> Iterator[BrokenRule]:
    """A factor of the chain rule taken as 1."""
    nested = i in dependence.nested
    if dependence.has_coefficient(i):
        if nested:
            yield BrokenRule(
                "missing-inner-derivative", i, i, "coefficient", tangent,
                lambda words: f"a factor of the inner derivative is missing: {words.slope_of(i)}",
                1 if j == dependence.wrt else FAR_FETCHED,
            )  # fmt: skip
        yield BrokenRule(
            "constant-factor", i, i, "constant factor", tangent,
            lambda words: f"a constant factor is lost: {words.slope_of(i)}",
        )  # fmt: skip
    elif not dependence.is_sum(i):
        yield BrokenRule(
            "missing-inner-derivative", i, i, "local", tangent,
            lambda words: f"a factor of the chain rule is missing: how {words.text(i)} changes with {words.text(j)}",
            FAR_FETCHED * (not nested or dependence.name(i) == "*"),
        )  # fmt: skip
