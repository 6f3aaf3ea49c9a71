"""The page that `explain` shows, as equations and sentences: each writer only lays them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gradx.lessons.chain_rule import Explanation, Path, Paths, Step, Term
from gradx_cli.views.conclusion import conclusion, listed
from gradx_cli.views.explain.notation import Notation

T = TypeVar("T")

MOST_STEPS = 200
"""A program with more nodes is shown by its first and last steps."""

SHOWN_AT_EACH_END = 12

MOST_PATHS = 10
"""More paths than this are counted, and not written out."""

MOST_TERMS = 8
"""A longer sum is written with an ellipsis."""

MOST_FACTORS = 20
"""A longer path is."""


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = chain[0] = chain[1] = …`, and what is to be said beside it. `is_sum`: over the uses of a node."""

    left: str
    chain: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """The paths to one input: a sentence (None where there is one path), an equation a path, and their sum."""

    sentence: str | None
    paths: tuple[Equation, ...]
    total: Equation | None


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to show. `left_out` are sentences about what is not; `doubts` what the checks found."""

    inputs: tuple[Equation, ...]
    forward: tuple[Equation, ...]
    backward: tuple[Equation, ...]
    ways: tuple[Ways, ...]
    left_out: tuple[str, ...]
    doubts: tuple[str, ...]


Written = Callable[[Step, Sequence[Term]], str | None]
"""How the terms of one operation are written, for a step."""


def page(explanation: Explanation, notation: Notation) -> Page:
    """The page for an explanation, in one notation."""
    return _Writer(explanation, notation).page()


class _Writer:
    def __init__(self, explanation: Explanation, notation: Notation) -> None:
        self._explanation = explanation
        self._notation = notation
        self._graph = explanation.program.graph
        self._exploration = explanation.exploration
        self._single = {step.node for step in explanation.steps if len(step.terms) == 1}
        self._uses = Counter(uses[0].via for step in explanation.steps for uses in step.uses)
        self._said_why = False
        self._said_again = False

    def page(self) -> Page:
        steps = self._explanation.steps
        hidden = len(steps) - len(_ends(steps))
        left_out = [f"{hidden} of {len(steps)} steps are left out; --wrt NAME shows what one input needs, --json all"]
        seen: Counter[int] = Counter()
        backward = []
        for step in _ends(steps):
            backward.append(self._backward(step, seen))
            seen.update(uses[0].via for uses in step.uses)
        return Page(
            tuple(map(self._given, _ends(self._graph.inputs))) if self._exploration else (),
            tuple(map(self._forward, _ends(self._graph.operations))),
            tuple(backward),
            tuple(map(self._ways, self._explanation.paths)),
            tuple(left_out if hidden else []),
            self._doubts(),
        )

    def _name(self, i: int) -> str:
        return self._notation.name(i)

    def _given(self, i: int) -> Equation:
        return Equation(self._name(i), (self._value(i),))

    def _value(self, i: int) -> str:
        assert self._exploration is not None
        return self._notation.number(self._exploration.forward.values[i])

    def _forward(self, i: int) -> Equation:
        definition = self._notation.definition(i)
        if self._exploration is None:
            return Equation(self._name(i), (definition or self._notation.ellipsis,))
        if i in self._exploration.forward.dropped:
            return Equation(self._name(i), _chain([definition]), ("in a branch that is not taken",))
        put_in = self._notation.with_numbers(i, self._exploration.forward.values)
        return Equation(self._name(i), _chain([definition, put_in, self._value(i)]))

    def _backward(self, step: Step, seen: Counter[int]) -> Equation:
        left = self._notation.gradient(step.node)
        if not step.terms:
            return Equation(left, (self._result(step),), self._silence(step))
        stages: list[str | None] = [self._sum(step, self._symbols), self._sum(step, self._formulas)]
        if self._exploration is not None:
            stages.append(self._sum(step, self._numbers))
            stages.append(self._contributions(step) if len(step.terms) > 1 else None)
        stages.append(self._result(step))
        return Equation(left, _chain(stages, left), (*self._why(step), *self._again(step, seen)), len(step.terms) > 1)

    def _sum(self, step: Step, written: Written) -> str | None:
        terms = [written(step, uses) for uses in step.uses]
        if None in terms:
            return None
        return self._notation.sum(self._abridged([term for term in terms if term is not None]))

    def _symbols(self, step: Step, uses: Sequence[Term]) -> str | None:
        via = uses[0].via
        return self._notation.product([self._notation.factor(via), self._notation.local(via, step.node)])

    def _formulas(self, step: Step, uses: Sequence[Term]) -> str | None:
        locals_ = [self._notation.local_formula(term.via, term.slot) for term in uses]
        if None in locals_:
            return None
        upstream = self._upstream(uses[0])
        factors = [upstream, self._alternatives([text for text in locals_ if text is not None])]
        return self._notation.product(factors)

    def _numbers(self, step: Step, uses: Sequence[Term]) -> str | None:
        locals_ = self._alternatives([self._notation.number(term.local) for term in uses])
        return self._notation.product([self._upstream(uses[0]), locals_])

    def _upstream(self, term: Term) -> str | None:
        """The upstream gradient of a term: its number, or what stands for it."""
        if term.via == self._graph.output and self._notation.factor(term.via) is None:
            return None
        if term.upstream is not None:
            return self._notation.number(term.upstream)
        return self._notation.number(1.0) if term.via == self._graph.output else self._notation.gradient(term.via)

    def _alternatives(self, locals_: list[str]) -> str:
        """The local partials of one operation in one node: as many as it stands there, added up."""
        if len(locals_) == 1:
            return locals_[0]
        return self._notation.bracketed(self._notation.sum(self._abridged(locals_)))

    def _contributions(self, step: Step) -> str:
        return self._notation.sum(self._abridged([self._notation.number(term.contribution) for term in step.terms]))

    def _abridged(self, texts: list[str], most: int = MOST_TERMS) -> list[str]:
        return texts if len(texts) <= most else [*texts[:3], self._notation.ellipsis, texts[-1]]

    def _result(self, step: Step) -> str:
        if self._exploration is not None:
            return self._notation.number(step.gradient)
        formula = self._explanation.formulas.get(step.node)
        return self._notation.written(formula) if formula else ""

    def _silence(self, step: Step) -> tuple[str, ...]:
        node = self._notation.in_a_sentence(self._name(step.node))
        output = self._notation.in_a_sentence(self._name(self._graph.output))
        said = {
            "output": "backprop starts here",
            "branch": f"{node} stands in a branch that is not taken",
            "unused": f"{output} does not depend on {node}",
            "condition": f"{node} only chooses a branch: nothing flows through a condition",
        }
        return (said[step.silence],) if step.silence else ()

    def _why(self, step: Step) -> tuple[str, ...]:
        """Why the gradient of a node that is used more than once is a sum. In full the first time."""
        if len(step.terms) < 2:
            return ()
        word = self._notation.in_a_sentence
        node, output = word(self._name(step.node)), word(self._name(self._graph.output))
        users = listed([word(self._name(uses[0].via)) for uses in step.uses])
        both = len(step.terms) == 2
        said = f"{node} is used {_times(len(step.terms))}, in {users}"
        if self._said_why:
            return (f"{said}: a sum again",)
        self._said_why = True
        ways = "both ways" if both else "each of these ways"
        return (f"{said}: a nudge of {node} reaches {output} {ways}, and the changes add up",)

    def _again(self, step: Step, seen: Counter[int]) -> tuple[str, ...]:
        """Which upstream gradients were there already. In full the first time."""
        said = []
        for uses in step.uses[:MOST_TERMS]:
            via = uses[0].via
            if via != self._graph.output and seen[via]:
                gradient = self._notation.in_a_sentence(self._notation.gradient(via))
                said.append(f"{gradient} again" + ("" if self._said_again else _once(self._uses[via])))
                self._said_again = True
        return (", ".join(said),) if said else ()

    def _ways(self, paths: Paths) -> Ways:
        word = self._notation.in_a_sentence
        left = self._notation.total(paths.target)
        listed_paths = paths.listed[:MOST_PATHS]
        if paths.count <= 1:
            formula = None if self._exploration else self._explanation.formulas.get(paths.target)
            last = [self._notation.written(formula)] if formula else []
            equations = [Equation(left, _chain([*self._path(path), *last], left)) for path in listed_paths]
            return Ways(None, tuple(equations), None)
        ends = f"from {word(self._name(self._graph.output))} to {word(self._name(paths.target))}"
        many = f"more than {paths.count:,}" if paths.count >= 10**18 else f"{paths.count:,}"
        sentence = f"{many} paths lead {ends}: the gradient is the sum of their products"
        if paths.count > len(listed_paths):
            sentence += f"; {len(listed_paths)} are shown (backprop walks none of them: it visits every node once)"
        equations = [Equation(self._route(path), _chain(self._path(path))) for path in listed_paths]
        return Ways(sentence, tuple(equations), self._total_of(paths, listed_paths, left))

    def _total_of(self, paths: Paths, shown: Sequence[Path], left: str) -> Equation | None:
        if self._exploration is None:
            formula = self._explanation.formulas.get(paths.target)
            return Equation(left, (self._notation.written(formula),)) if formula else None
        products = [self._notation.number(path.product) for path in shown]
        products += [self._notation.ellipsis] * (paths.count > len(shown))
        return Equation(left, _chain([self._notation.sum(products), self._notation.number(paths.gradient)], left))

    def _path(self, path: Path) -> list[str | None]:
        """A path's factors in symbols, in numbers (or formulas), and their product."""
        pairs = list(zip(path.nodes, path.nodes[1:], path.slots, strict=False))
        symbols = [self._notation.local(via, i, one_use=True) for via, i, _ in pairs]
        if len(pairs) > 1 and path.nodes[1] in self._single:
            symbols[0] = self._notation.total(path.nodes[1])
        stages: list[str | None] = [self._notation.product(self._abridged(symbols, MOST_FACTORS))]
        if path.locals is not None:
            numbers = [self._notation.number(x) for x in path.locals]
            stages.append(self._notation.product(self._abridged(numbers, MOST_FACTORS)))
            stages.append(self._notation.number(path.product))
            return stages
        formulas = [self._notation.local_formula(via, slot) for via, _, slot in pairs]
        if None not in formulas:
            there = [text for text in formulas if text is not None]
            stages.append(self._notation.product(self._abridged(there, MOST_FACTORS)))
        return stages

    def _route(self, path: Path) -> str:
        return self._notation.arrow.join(self._abridged(list(map(self._name, path.nodes)), MOST_FACTORS))

    def _doubts(self) -> tuple[str, ...]:
        if self._exploration is None:
            return ()
        found = conclusion(self._exploration)
        return tuple(". ".join([remark.text, *remark.more]) for remark in found if remark.mark == "!")


def _ends(items: Sequence[T]) -> Sequence[T]:
    """All of a few items, the first and the last of many."""
    if len(items) <= MOST_STEPS:
        return items
    return [*items[:SHOWN_AT_EACH_END], *items[-SHOWN_AT_EACH_END:]]


def _chain(stages: Sequence[str | None], left: str | None = None) -> tuple[str, ...]:
    """The stages of an equation that say something new."""
    said: list[str] = []
    for stage in stages:
        if stage and stage != (said[-1] if said else left):
            said.append(stage)
    return tuple(said)


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _once(count: int) -> str:
    return f": computed once, used {_times(count)}"
