"""Backprop, taken apart: each gradient as a sum of upstream × local terms, and the paths that the products run along.

The numbers are those of an exploration, contribution by contribution; without a point the steps stand without numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from gradx.derive.formulas import Formula, Gradients
from gradx.graph import Graph
from gradx.language.program import Program
from gradx.lessons.diff import Differentiation
from gradx.point.exploration import Exploration
from gradx.sweeps.backprop import product

MOST_COUNTED: Final = 10**18
"""Paths are counted up to this many."""

MOST_FACTORS: Final = 200_000
"""The paths that are listed have at most this many factors together."""

MOST_FORMULAS: Final = 200
"""Gradients are written in symbols for at most this many nodes."""

Silence = Literal["output", "branch", "unused", "condition"]


@dataclass(frozen=True, slots=True)
class Term:
    """What a node receives from one of its uses, as argument `slot` of node `via`: upstream × local.

    The numbers are None where there is no point.
    """

    via: int
    slot: int
    upstream: float | None = None
    local: float | None = None
    contribution: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One node's gradient. `terms` is empty for the output, and where nothing flows; `silence` says why.

    "output": backprop starts here; "branch": it stands in a branch that is not taken, and has no gradient; "unused":
    the output does not depend on it; "condition": all that it does is to choose a branch. None where there are terms.
    """

    node: int
    gradient: float | None
    terms: tuple[Term, ...]
    silence: Silence | None = None

    @property
    def uses(self) -> list[list[Term]]:
        """The terms, those of one operation together."""
        return [list(terms) for _, terms in groupby(self.terms, key=lambda term: term.via)]


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the output down to a node: `nodes` from the output on, the argument `slots` taken, the local
    partials and their product (None without a point)."""

    nodes: tuple[int, ...]
    slots: tuple[int, ...]
    locals: tuple[float, ...] | None
    product: float | None


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths to node `target`: those listed, and how many there are (at most `MOST_COUNTED`)."""

    target: int
    gradient: float | None
    listed: tuple[Path, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A program with its steps, and the paths to each input that was asked for.

    `exploration` and all numbers are None where there is no point; then `formulas` holds the gradients in symbols (None
    for one that is too long).
    """

    program: Program
    exploration: Exploration | None
    steps: tuple[Step, ...]
    paths: tuple[Paths, ...]
    formulas: dict[int, Formula | None]


def explain(
    program: Program, exploration: Exploration | None, wrt: Sequence[str] | None = None, most_paths: int = 1000
) -> Explanation:
    """The steps of `program`, with numbers where there is an `exploration`; `wrt`: only what these inputs need."""
    graph = program.graph
    gradients = None if exploration else Gradients(graph)
    received: dict[int, list[Term]] = {}
    if exploration:
        for i, edge in exploration.backprop.edges(graph):
            received.setdefault(i, []).append(Term(edge.via, edge.slot, edge.upstream, edge.local, edge.value))
    elif gradients:
        for i, use in gradients.backprop.edges(graph):
            received.setdefault(i, []).append(Term(use.via, use.slot))
    steps = steps_of(graph, received, exploration)
    targets = [graph.index[name] for name in wrt or ()]
    if wrt is not None:
        steps = needed(steps, graph, targets)
    ways = tuple(paths(steps, graph, target, most_paths) for target in targets)
    formulas = _formulas(graph, gradients, [step.node for step in steps]) if gradients else {}
    return Explanation(program, exploration, tuple(steps), ways, formulas)


def _formulas(graph: Graph, gradients: Gradients, nodes: Sequence[int]) -> dict[int, Formula | None]:
    """As `diff` shows them; of an operation without a name as backprop makes it, over all nodes, where that is as
    short."""
    if len(nodes) > MOST_FORMULAS:
        return {}
    differentiation, named = Differentiation(graph), graph.named.union(graph.inputs)
    found = gradients.formulas(nodes)
    for i, formula in found.items():
        short = differentiation.short(graph.output, i)
        if short and (formula is None or i in named or len(short.text) < len(formula.text)):
            found[i] = short
    return found


def completed(graph: Graph) -> Iterator[int]:
    """The user's nodes as backprop completes their gradients: the operations back to front from the output on, an input
    as soon as the first operation that uses it has been visited, which is the last use that backprop meets."""
    inputs = frozenset(graph.inputs)
    yield graph.output
    for i in reversed(graph.operations):
        if i != graph.output:
            yield i
        for j in dict.fromkeys(graph.nodes[i].inputs):
            if j in inputs and graph.consumers[j][0] == i:
                yield j
    yield from (i for i in graph.inputs if not graph.consumers[i])


def needed(steps: Sequence[Step], graph: Graph, targets: Collection[int]) -> list[Step]:
    """Only the steps that the gradients of `targets` need: all that lies between them and the output."""
    between = set(targets)
    for step in reversed(steps):
        if step.node in between:
            between.update(term.via for term in step.terms)
    return [step for step in steps if step.node in between or step.node == graph.output]


def paths(steps: Sequence[Step], graph: Graph, target: int, most: int) -> Paths:
    """The ways from the output to `target`, at most `most` of them."""
    by_node = {step.node: step for step in steps}
    counts = {graph.output: 1}
    for step in steps:
        if step.terms:
            counts[step.node] = min(MOST_COUNTED, sum(counts[term.via] for term in step.terms))
    listed: list[Path] = []
    factors = 0
    for way in _ways(by_node, graph, target):
        factors += len(way)
        if len(listed) == most or (listed and factors > MOST_FACTORS):
            break
        listed.append(_path(graph, target, way))
    return Paths(target, by_node[target].gradient, tuple(listed), counts.get(target, 0))


def _ways(by_node: dict[int, Step], graph: Graph, target: int) -> Iterator[list[Term]]:
    """Every way from `target` up to the output, as the terms along it, from the output down. One at a time."""
    way: list[Term] = []
    open_terms = [iter(by_node[target].terms)]
    while open_terms:
        term = next(open_terms[-1], None)
        if term is None:
            open_terms.pop()
            if way:
                way.pop()
            continue
        way.append(term)
        if term.via == graph.output:
            yield way[::-1]
            way.pop()
        else:
            open_terms.append(iter(by_node[term.via].terms))


def _path(graph: Graph, target: int, way: Sequence[Term]) -> Path:
    nodes = (*(term.via for term in way), target)
    slots = tuple(term.slot for term in way)
    locals_ = [term.local for term in way if term.local is not None]
    if len(locals_) < len(way):
        return Path(nodes, slots, None, None)
    result = 1.0
    for term, local in zip(way, locals_, strict=True):
        result = product(graph, term.via, result, local)
    return Path(nodes, slots, tuple(locals_), result)


def steps_of(
    graph: Graph, received: Mapping[int, Sequence[Term]], exploration: Exploration | None = None
) -> list[Step]:
    """In the order in which backprop completes them; without a point every branch may be taken."""
    gradients = {i: exploration.numbers(i)[1] for i in exploration.counted} if exploration else {}
    dropped = exploration.forward.dropped if exploration else frozenset[int]()
    steps: list[Step] = []
    choosing: set[int] = set()
    for i in completed(graph):
        terms = tuple(received.get(i, ()))
        silence: Silence | None = None
        if i == graph.output:
            terms, silence = (), "output"
        elif not terms and i in dropped:
            silence = "branch"
        elif not terms:
            silence = "unused"
            if any(j in choosing or _chooses(graph, j, i) for j in graph.consumers[i]):
                silence = "condition"
                choosing.add(i)
        steps.append(Step(i, gradients.get(i), terms, silence))
    return steps


def _chooses(graph: Graph, via: int, i: int) -> bool:
    """Whether node i stands in the condition of the `where` at `via`."""
    row = graph.primitives[via]
    return row is not None and i in graph.arguments[via][: row.conditions]
