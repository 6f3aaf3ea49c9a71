"""A fault: the derivative with one rule broken, and the words for it.

`Break` is one rule broken at one node, as that node's tangent; what it does to the whole derivative follows from the
adjoint, so that a single forward and a single backward sweep serve every fault there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradx.lessons.claims.trial import Trial

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.lessons.mistakes.wording import Wording

Kind = Literal[
    "missing-inner-derivative",
    "missing-term",
    "wrong-sign",
    "power-not-reduced",
    "missing-power-factor",
    "product-of-derivatives",
    "quotient-of-derivatives",
    "exponential-as-power",
    "missing-log-base",
    "wrong-variable",
    "constant-kept",
    "outer-at-wrong-point",
    "antiderivative",
    "constant-factor",
]

FAR_FETCHED = 2

Sentence = Callable[["Wording"], str]
BrokenTangent = Callable[[Trial, "Sequence[mpf]"], "mpf"]
BrokenDerivative = Callable[[Trial], "mpf"]


@dataclass(frozen=True, slots=True)
class Break:
    """One rule broken at `node`: its `tangent` becomes another. `place` is the node whose text shows it.

    The same slip at another node has the same `family`. `doubt` is how unlikely somebody is to come to a claim so:
    0 natural, 1 another place is more telling, 2 far-fetched.
    """

    kind: Kind
    node: int
    place: int
    family: str
    tangent: BrokenTangent
    sentence: Sentence
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A whole derivative with something broken in it; `place` is None where that concerns the program as a whole."""

    kind: Kind
    place: int | None
    derivative: BrokenDerivative
    sentence: Sentence
    doubt: int = 0


def single_faults(breaks: Iterable[Break]) -> Iterator[Fault]:
    """Each break at its own place alone."""
    for slip in breaks:
        yield Fault(slip.kind, slip.place, _alone(slip), slip.sentence, slip.doubt)


def repeated_faults(breaks: Iterable[Break]) -> Iterator[Fault]:
    """Each family of breaks at all its places at once, where there are several."""
    families: dict[str, dict[int, Break]] = {}
    for slip in breaks:
        families.setdefault(slip.family, {}).setdefault(slip.node, slip)
    for family in families.values():
        slips = list(family.values())
        if len(slips) > 1:
            last = slips[-1]
            yield Fault(last.kind, last.place, _everywhere(slips), _again(last, len(slips)), FAR_FETCHED)


def _alone(slip: Break) -> BrokenDerivative:
    return lambda trial: trial.with_tangent(slip.node, slip.tangent(trial, trial.tangents))


def _everywhere(slips: Sequence[Break]) -> BrokenDerivative:
    def derivative(trial: Trial) -> mpf:
        return trial.with_rules({slip.node: _rule(slip, trial) for slip in slips})

    return derivative


def _rule(slip: Break, trial: Trial) -> Callable[[Sequence[mpf]], mpf]:
    return lambda before: slip.tangent(trial, before)


def _again(slip: Break, count: int) -> Sentence:
    times = "both times" if count == 2 else f"all {count} times"
    return lambda wording: f"{slip.sentence(wording)} ({times})"
