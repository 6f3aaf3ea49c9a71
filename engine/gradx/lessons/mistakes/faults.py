"""A fault: the derivative with one rule broken, and the words for it.

`BrokenRule` is one rule broken at one node, as that node's tangent; what it does to the whole derivative follows from
the adjoint, so that a single forward and a single backward sweep serve every fault there is. They are broken over any
arithmetic: over balls they tell which mistake a claim is, over sums which formula a mistake leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

from gradx.errors import Span
from gradx.graph import Graph
from gradx.lessons.claims.sweep import Sweep
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from gradx.lessons.mistakes.wording import Wording

Kind = Literal[
    "exponential-as-power", "missing-log-base", "power-not-reduced", "product-of-derivatives", "product-as-sum",
    "product-mispaired", "quotient-of-derivatives", "denominator-not-squared", "argument-for-value",
    "missing-upstream", "missing-factor", "missing-inner-derivative", "missing-outer-derivative",
    "outer-at-wrong-point", "function-of-derivative", "outer-kept", "constant-kept", "missing-power-factor",
    "wrong-sign", "missing-term", "wrong-variable", "antiderivative", "factor-twice", "added-not-multiplied",
    "divided-not-multiplied", "wrong-table-entry", "reciprocal", "constant-factor", "parentheses", "wrong-name",
    "extra-factor", "extra-term", "wrong-power", "decimal-point", "update-sign", "update-rate",
]  # fmt: skip
"""In the order in which one of several is named: the particular ones before those that one of them often looks like."""

KINDS: tuple[Kind, ...] = get_args(Kind)

SURE, LIKELY, FAR_FETCHED = -1, 1, 2
MOST_PLACES, MOST_COMPARED = 3, 12
"""So many places are named in one sentence, and of so many it is looked whether the same thing stands there."""

Sentence = Callable[["Wording"], str]
Numbers = Sweep[Scalar]
BrokenTangent = Callable[[Numbers, Sequence[Scalar]], Scalar]
BrokenDerivative = Callable[[Numbers], Scalar]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule broken at `node`: its `tangent` becomes another. `place` is the node whose text shows it.

    The same mistake at another node has the same `family`. `doubt` is how unlikely somebody is to come to a claim so:
    -1 nothing else is likely, 0 natural, 1 something else is more telling, 2 far-fetched.
    """

    kind: Kind
    node: int
    place: int
    family: str
    tangent: BrokenTangent
    sentence: Sentence
    doubt: int = 0

    def derivative(self, sweep: Numbers) -> Scalar:
        """The whole derivative where this rule alone is broken."""
        return sweep.with_tangent(self.node, self.tangent(sweep, sweep.tangents))


@dataclass(frozen=True, slots=True)
class BrokenWhole:
    """A whole derivative with something broken in it; `place` is None where that concerns the program as a whole,
    `node` the one of which the place is an argument, if it is one."""

    kind: Kind
    place: int | None
    derivative: BrokenDerivative
    sentence: Sentence
    doubt: int = 0
    node: int | None = None


Fault = BrokenRule | BrokenWhole


@dataclass(frozen=True, slots=True)
class Mistake:
    """What went wrong: `message` is one sentence, `place` where in the program or in the claim; `also` are the other
    kinds that fit, `repair` is the formula that one edit makes of the claim, `second` the other one of two mistakes
    that were made at once, `helper` the one that is wrong."""

    kind: Kind
    message: str
    place: Span
    also: tuple[Kind, ...] = ()
    repair: str | None = None
    second: Mistake | None = None
    helper: str | None = None


def span_within(graph: Graph, node: int, place: int) -> Span:
    """Where `place`, a node or one of its arguments, stands. A leaf stands where it appears first, and is meant where
    it is an argument."""
    own, arguments = graph.span(place), graph.arguments[node]
    if not arguments or graph.primitives[place] is not None:
        return own
    whole = graph.span(node)
    leaf, text = own.text, whole.text
    if arguments.count(place) > 1:
        return whole
    if arguments[-1] == place and text.endswith(leaf):
        return Span(whole.source, whole.offset + whole.length - own.length, own.length)
    if arguments[0] == place and text.startswith(leaf):
        return Span(whole.source, whole.offset, own.length)
    return own if graph.consumers[place] == (node,) else whole


def slope(said: str, i: int) -> Sentence:
    """What is `said`, and what the derivative of node i is."""
    return lambda words: f"{said}: {words.slope_of(i)}"


def repeated_faults(broken: Iterable[BrokenRule]) -> Iterator[Fault]:
    """Each family of broken rules at all its places at once, where there are several."""
    families: dict[str, dict[int, BrokenRule]] = {}
    for rule in broken:
        families.setdefault(rule.family, {}).setdefault(rule.node, rule)
    for family in families.values():
        rules = list(family.values())
        if len(rules) > 1:
            last = rules[-1]
            everywhere, told = partial(with_all_broken, rules), partial(_told, rules)
            yield BrokenWhole(last.kind, last.place, everywhere, told, FAR_FETCHED, last.node)


def with_all_broken(rules: Sequence[BrokenRule], sweep: Numbers) -> Scalar:
    """The derivative where several rules are broken at once."""
    return sweep.with_rules({rule.node: partial(rule.tangent, sweep) for rule in rules})


def _told(rules: Sequence[BrokenRule], wording: Wording) -> str:
    """What is wrong at each place, the last one first; what stands several times is told once."""
    told = list(dict.fromkeys(rule.sentence(wording) for rule in reversed(rules[-MOST_COMPARED:])))
    if len(told) == 1 and len(rules) <= MOST_COMPARED:
        return f"{told[0]} ({'both times' if len(rules) == 2 else f'all {len(rules)} times'})"
    start = told[0].partition(": ")[0] + ": "
    others = [text.removeprefix(start) for text in told[1:MOST_PLACES]]
    is_all = len(told) <= MOST_PLACES and len(rules) <= MOST_COMPARED
    return "; ".join((told[0], *others, *(() if is_all else (f"and so on, at {len(rules)} places",))))
