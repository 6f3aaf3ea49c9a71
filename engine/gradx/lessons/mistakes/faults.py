"""A fault: the derivative with one rule broken, and the words for it.

`BrokenRule` is one rule broken at one node, as that node's tangent; what it does to the whole derivative follows from
the adjoint, so that a single forward and a single backward sweep serve every fault there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradx.lessons.claims.trial import Trial

if TYPE_CHECKING:
    from flint import arb

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
BrokenTangent = Callable[[Trial, "Sequence[arb]"], "arb"]
BrokenDerivative = Callable[[Trial], "arb"]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule broken at `node`: its `tangent` becomes another. `place` is the node whose text shows it.

    The same mistake at another node has the same `family`. `doubt` is how unlikely somebody is to come to a claim so:
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


def single_faults(broken: Iterable[BrokenRule]) -> Iterator[Fault]:
    """Each broken rule at its own place alone."""
    for rule in broken:
        yield Fault(rule.kind, rule.place, _alone(rule), rule.sentence, rule.doubt)


def repeated_faults(broken: Iterable[BrokenRule]) -> Iterator[Fault]:
    """Each family of broken rules at all its places at once, where there are several."""
    families: dict[str, dict[int, BrokenRule]] = {}
    for rule in broken:
        families.setdefault(rule.family, {}).setdefault(rule.node, rule)
    for family in families.values():
        rules = list(family.values())
        if len(rules) > 1:
            last = rules[-1]
            yield Fault(last.kind, last.place, _everywhere(rules), _again(last, len(rules)), FAR_FETCHED)


def _alone(rule: BrokenRule) -> BrokenDerivative:
    return lambda trial: trial.with_tangent(rule.node, rule.tangent(trial, trial.tangents))


def _everywhere(rules: Sequence[BrokenRule]) -> BrokenDerivative:
    def derivative(trial: Trial) -> arb:
        return trial.with_rules({rule.node: _broken(rule, trial) for rule in rules})

    return derivative


def _broken(rule: BrokenRule, trial: Trial) -> Callable[[Sequence[arb]], arb]:
    return lambda before: rule.tangent(trial, before)


def _again(rule: BrokenRule, count: int) -> Sentence:
    times = "both times" if count == 2 else f"all {count} times"
    return lambda wording: f"{rule.sentence(wording)} ({times})"
