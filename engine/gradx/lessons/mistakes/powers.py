"""What goes wrong with powers, roots, exponentials and logarithms: rules learnt by heart, half remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, Kind, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

Of = Callable[[Trial], "arb"]


def broken_powers(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules of node i, broken, where it is a power, a root, a reciprocal, an exponential or a logarithm."""
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
