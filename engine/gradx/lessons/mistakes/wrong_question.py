"""What goes wrong with the question itself: another variable, an antiderivative, a constant factor off."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradx.lessons.claims.comparing import same
from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.claims.trial import Trial
from gradx.lessons.mistakes.faults import BrokenDerivative, Fault, Sentence
from gradx.numbers.balls import TYPED_BALLS as M

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.wording import Wording

_OBVIOUS = 4


def other_variables(dependence: Dependence) -> Iterator[Fault]:
    """The derivative with respect to another input, or to an intermediate that has a name."""
    graph = dependence.graph
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j == dependence.wrt or j >= graph.output or not (is_input or j in graph.named):
            continue
        doubt = 0 if is_input else 1
        yield Fault("wrong-variable", j, _adjoint(j), _belongs_to(j), doubt)


def _adjoint(j: int) -> BrokenDerivative:
    return lambda trial: trial.back.adjoints[j]


def _belongs_to(j: int) -> Sentence:
    def sentence(words: Wording) -> str:
        others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
        return f"{words.claim} is {words.gradient(j)}{f' (and {others})' if others else ''}; {words.answer}"

    return sentence


def antiderivative(dependence: Dependence) -> Iterator[Fault]:
    """A claim whose own derivative is the function: it was integrated."""

    def derivative(trial: Trial) -> arb:
        return trial.claimed if same(trial.slope_of_claim, trial.output) else M.number(math.nan)

    output = dependence.graph.output
    yield Fault(
        "antiderivative", None, derivative,
        lambda words: f"{words.claim} is an antiderivative: its own derivative is {words.text(output)}",
    )  # fmt: skip


def constant_factor(trials: Sequence[Trial], literals: frozenset[float]) -> Iterator[Fault]:
    """The right derivative times one and the same number at every point.

    Where claim and derivative are both constant any two would do; then only a small whole number, its reciprocal, or a
    number of the program is a factor that somebody may have lost.
    """
    known = [trial for trial in trials if not trial.exact.contains(0)]
    if not known:
        return
    factor = known[0].claimed / known[0].exact
    if factor.contains(0) or factor.contains(-1):
        return
    constant = all(same(t.exact, known[0].exact) and same(t.claimed, known[0].claimed) for t in trials)
    if constant and not _telling(factor, literals):
        return
    yield Fault(
        "constant-factor", None, lambda trial: trial.exact * factor,
        lambda words: f"a constant factor is off: {words.claim} is {words.number(factor)} times the derivative",
        doubt=1,
    )  # fmt: skip


def _telling(factor: arb, literals: frozenset[float]) -> bool:
    for size in (abs(factor), 1 / abs(factor)):
        if any(same(size, M.number(abs(x))) for x in (*map(float, range(2, _OBVIOUS + 1)), *literals) if x):
            return True
    return False
