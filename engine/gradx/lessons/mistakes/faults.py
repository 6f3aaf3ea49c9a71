"""A fault: the derivative with one rule broken; the point at which it is looked for, and the words for it.

`BrokenRule` is one rule broken at one node, as that node's tangent; what it does to the whole derivative follows from
the adjoint, so that a single forward and a single backward sweep serve every fault there is. They are broken over any
arithmetic: over balls they tell which mistake a claim is, over sums which formula a mistake leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

from gradx.errors import Span
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.lessons.claims.answers import Answers
from gradx.lessons.claims.claim import Claim, Own
from gradx.lessons.claims.sweep import Dependence, Sweep
from gradx.lessons.claims.trial import same
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from flint import arb

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

    node: int
    kind: Kind
    family: str
    tangent: BrokenTangent
    sentence: Sentence
    doubt: int
    place: int

    def derivative(self, sweep: Numbers) -> Scalar:
        """The whole derivative where this rule alone is broken."""
        return sweep.with_tangent(self.node, self.tangent(sweep, sweep.tangents))


class Spot:
    """Node i, whose rule may be broken."""

    def __init__(self, dependence: Dependence, i: int) -> None:
        row = dependence.graph.primitives[i]
        assert row is not None
        self.dependence, self.i, self.row, self.name = dependence, i, row, row.name
        self.inputs = dependence.graph.arguments[i]
        self.moving, self.is_sum = dependence.moving_slots(i), dependence.is_sum(i)

    def rule(
        self, kind: Kind, family: str, tangent: BrokenTangent, said: str | Sentence, doubt: int = 0,
        place: int | None = None,
    ) -> BrokenRule:  # fmt: skip
        """Its rule, broken: where a text is `said`, what is right stands behind it."""
        sentence = slope(said, self.i) if isinstance(said, str) else said
        return BrokenRule(self.i, kind, family, tangent, sentence, doubt, self.i if place is None else place)

    def chained(
        self, kind: Kind, inner: int, outer: BrokenDerivative, said: str | Sentence, doubt: int = 0,
        alone: int = FAR_FETCHED,
    ) -> Iterator[BrokenRule]:  # fmt: skip
        """A wrong outer derivative times that of node `inner`; and without it, with the doubt `alone`."""
        family = f"{kind} {doubt}"
        yield self.rule(kind, family, lambda sweep, before: outer(sweep) * before[inner], said, doubt)
        both = f"{said}, and the inner derivative is missing" if isinstance(said, str) else said
        yield self.rule(kind, f"{family} alone", lambda sweep, before: outer(sweep), both, max(doubt, alone))


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


def is_constant(j: int) -> Sentence:
    """That node j is one."""
    return lambda words: f"a constant is kept: {words.text(j)} does not change with {words.wrt}, its derivative is 0"


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


@dataclass(frozen=True)
class Case:
    """`claimed` at a point, to be held against what comes out of `sweep`; `half` is how far a rounded number may be
    off. `above` are the derivatives that stand above, by their place on the page, as they count in this reading."""

    claim: Claim
    sweep: Sweep[arb] = field(repr=False)
    claimed: arb
    bits: int
    half: arb | None = None
    above: Mapping[int, arb] = field(default_factory=dict, repr=False)

    def gives(self, number: arb) -> bool:
        """Whether `number`, another result for the derivative, is what is claimed."""
        if self.half is not None:
            return bool((abs(number - self.claimed) - self.half).contains(0)) or bool(
                abs(number - self.claimed) <= self.half
            )
        return same(number, self.claimed, self.sweep.exact.abs_lower())

    def point(self, own: Own) -> dict[int, arb]:
        """What the inputs of the claim's own formula are here."""
        known = {i: self.sweep.value(j) for i, j in own.operands.items()}
        return known | {i: self.above[k] for i, k in own.uses.items()}

    @property
    def exact(self) -> arb:
        return self.sweep.exact


LONGEST = 48
MOST_INPUTS = 3
_LARGEST_DENOMINATOR = 1000
_ALIKE = 1e-14


@dataclass(frozen=True)
class Wording:
    """Words about one wrong claim. `case` is where its numbers are taken from, `cases` are all there are."""

    dependence: Dependence
    case: Case
    cases: Sequence[Case]
    answers: Answers

    @property
    def wrt(self) -> str:
        return self.name(self.dependence.wrt)

    @property
    def output(self) -> str:
        return self.name(self.dependence.graph.output)

    @property
    def claim(self) -> str:
        return _short(" ".join(self.case.claim.text.split()))

    def name(self, i: int) -> str:
        """Node i's name, that of the graph where the program gives it none."""
        return self.dependence.graph.names[i]

    def text(self, i: int) -> str:
        """Node i as it reads: a name that the program gave it, or its expression."""
        graph = self.dependence.graph
        return graph.names[i] if i in graph.named and i != graph.output else _short(expression(graph, i))

    def gradient(self, j: int) -> str:
        """The name of the derivative with respect to node j: dJ/dw."""
        return f"d{self.output}/d{self.name(j)}"

    def slope_of(self, i: int) -> str:
        """`d/dx of x^2 is 2*x, 4 at x = 2`."""
        formula = self.answers.slope(i, self.dependence.wrt)
        number = self.number(self._true.own(i))
        here = self._here()
        if formula is None:
            result = f"{number}{' at ' + here if here else ' at the point shown'}"
        elif formula == number or not here or formula.lstrip("-").replace(".", "", 1).isdigit():
            result = formula
        else:
            result = f"{formula}, {number} at {here}"
        return f"d/d{self.wrt} of {self.text(i)} is {result}"

    @property
    def answer(self) -> str:
        """`dJ/dw2 is 4`."""
        output, wrt = self.dependence.graph.output, self.dependence.wrt
        step = self.answers.step(output, wrt, self.case.sweep.placed) if self.case.claim.uses else None
        formula = step or self.answers.slope(output, wrt)
        right = self.number(self.case.exact) if formula is None or self.case.claim.is_number else formula
        return f"{self.given}{self.gradient(wrt)} is {right}"

    @property
    def given(self) -> str:
        """What is said before what follows from the lines above."""
        counts = self.case.claim.uses or self.case.claim.is_number
        return "with what stands above, " if self.case.sweep.placed and counts else ""

    @property
    def is_of_another(self) -> bool:
        """Whether the claim is about another node than the program's output, and takes nothing from lines above it."""
        return self.dependence.graph.output != self.answers.graph.output and not self.case.claim.uses

    @property
    def derivative(self) -> str:
        """What a number is compared with."""
        given = self.case.sweep.placed and self.case.claim.is_number
        return "what follows from the lines above" if given else "the derivative"

    def term(self, i: int, slot: int) -> str:
        """What one argument of node i adds to its derivative."""
        formula = self.answers.term(i, slot, self.dependence.wrt)
        below = self.dependence.node(i).inputs[slot]
        return formula or self.number(self._true.local(i, slot) * self._true.tangents[below])

    def twins(self, j: int) -> list[int]:
        """The other inputs whose derivative is the same as node j's."""
        return [
            k
            for k in self.dependence.graph.inputs
            if k not in (j, self.dependence.wrt)
            and all(same(case.sweep.adjoint(j), case.sweep.adjoint(k)) for case in self.cases)
        ]

    def number(self, x: arb) -> str:
        """A number as a person writes it: 3, 1/3, 0.5403023059."""
        value = float(x)
        if value != value or abs(value) > 1e15:
            return f"{value:.10g}"
        exact = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        simple = abs(value * exact.denominator - exact.numerator) <= _ALIKE * abs(exact.numerator)
        return str(exact) if simple and (len(str(exact)) <= 5 or exact.denominator == 1) else f"{value + 0.0:.10g}"

    @property
    def _true(self) -> Sweep[arb]:
        """The sweep with nothing in place of its adjoints."""
        return replace(self.case.sweep, placed={}) if self.case.sweep.placed else self.case.sweep

    def _here(self) -> str:
        """The point of the trial, `x = 2`, "" where it is long."""
        graph = self.dependence.graph
        if not graph.inputs or len(graph.inputs) > MOST_INPUTS:
            return ""
        return ", ".join(f"{graph.names[i]} = {self.number(self.case.sweep.value(i))}" for i in graph.inputs)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
