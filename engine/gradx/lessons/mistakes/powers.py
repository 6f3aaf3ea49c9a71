"""What goes wrong with powers, roots, exponentials and logarithms: rules learnt by heart, half remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import FAR_FETCHED, BrokenRule, Kind, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

Of = Callable[[Trial], "arb"]


def broken_powers(dependence: Dependence, i: int) -> Iterator[BrokenRule]:
    """The rules of node i, broken, where it is a power, a root, a reciprocal, an exponential or a logarithm."""
    name, moving = dependence.name(i), dependence.moving_slots(i)
    row, inputs = dependence.node(i).primitive, dependence.node(i).inputs
    if name == "^" and moving == [0]:
        turned = dependence.is_minus_one(inputs[1])
        yield from _power(i, Power(inputs[0], lambda trial: trial.run.values[inputs[1]]), only_sign=turned)
    elif row is not None and row.root is not None:
        yield from _power(i, Power(inputs[0], _one_over(row.root)))
    elif name == "/" and moving == [1]:
        yield from _power(i, Power(inputs[1], lambda trial: M.number(-1.0), inputs[0]), only_sign=True)
    elif name == "^":
        yield from _exponential(i, inputs[1], lambda trial: trial.run.values[inputs[0]])
        if moving == [1] and dependence.node(inputs[0]).label != "e":
            yield from _base_forgotten(i, inputs[1], lambda trial: trial.run.values[i], "the base")
    elif name == "exp":
        yield from _exponential(i, inputs[0], lambda trial: M.exp(M.number(1.0)))
    elif row is not None and row.log_base is not None:
        base = f"base {row.log_base}"
        yield from _base_forgotten(i, inputs[0], lambda trial: 1 / trial.run.values[inputs[0]], base)


def _one_over(root: int) -> Of:
    return lambda trial: 1 / M.number(float(root))


@dataclass(frozen=True, slots=True)
class Power:
    """c·g^n: the node g, the exponent n, and the node of the factor c (None: 1)."""

    base: int
    exponent: Of
    factor: int | None = None

    def raised(self, trial: Trial, by: float) -> arb:
        """c·g^(n + by)."""
        value = M.power(trial.run.values[self.base], self.exponent(trial) + by)
        return value if self.factor is None else value * trial.run.values[self.factor]


def _power(i: int, power: Power, *, only_sign: bool = False) -> Iterator[BrokenRule]:
    """Half a power rule. `only_sign`: the exponent is -1, and forgetting it as a factor is just a wrong sign."""
    g = power.base

    def not_reduced(words: Wording) -> str:
        return f"the exponent is not reduced: {words.slope_of(i)}"

    def increased(words: Wording) -> str:
        return f"the exponent goes down by one, not up: {words.slope_of(i)}"

    def no_factor(words: Wording) -> str:
        return f"the exponent does not come down as a factor: {words.slope_of(i)}"

    yield from _with_and_without(
        i, g, "power-not-reduced", lambda trial: power.exponent(trial) * power.raised(trial, 0), not_reduced
    )
    yield from _with_and_without(
        i, g, "power-not-reduced", lambda trial: power.exponent(trial) * power.raised(trial, 1), increased, far=True
    )
    yield from _with_and_without(
        i, g, "missing-power-factor", lambda trial: power.raised(trial, -1), no_factor, far=only_sign
    )


def _exponential(i: int, exponent: int, base: Of) -> Iterator[BrokenRule]:
    """b^g as if g were a number: g·b^(g-1)."""

    def outer(trial: Trial) -> arb:
        g = trial.run.values[exponent]
        return g * M.power(base(trial), g - 1)

    def sentence(words: Wording) -> str:
        return f"an exponential is not a power: {words.wrt} is in the exponent, so {words.slope_of(i)}"

    yield from _with_and_without(i, exponent, "exponential-as-power", outer, sentence, alone=1)


def _base_forgotten(i: int, argument: int, outer: Of, base: str) -> Iterator[BrokenRule]:
    """The natural logarithm's rule, or the exponential function's, for another base."""

    def sentence(words: Wording) -> str:
        return f"the factor for {base} is forgotten: {words.slope_of(i)}"

    yield from _with_and_without(i, argument, "missing-log-base", outer, sentence)


def _with_and_without(
    i: int, inner: int, kind: Kind, outer: Of, sentence: Sentence, *, far: bool = False, alone: int = FAR_FETCHED
) -> Iterator[BrokenRule]:
    """The wrong outer derivative times the inner one; and without it, with the doubt `alone`."""

    def chained(trial: Trial, before: Sequence[arb]) -> arb:
        return outer(trial) * before[inner]

    def unchained(trial: Trial, before: Sequence[arb]) -> arb:
        return outer(trial)

    yield BrokenRule(kind, i, i, f"{kind} {far}", chained, sentence, FAR_FETCHED if far else 0)
    yield BrokenRule(kind, i, i, f"{kind} {far} alone", unchained, sentence, FAR_FETCHED if far else alone)
