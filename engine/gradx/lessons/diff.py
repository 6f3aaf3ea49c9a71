"""Derivatives as formulas, of any order: the form that costs a reader least, proved equal before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from gradx.derive.expression import ONE, UNWRITABLE, Sum, name
from gradx.derive.forms import Forms, formula_of, names_given
from gradx.derive.formulas import Formula
from gradx.derive.rules import CANONICAL, atoms, derivative
from gradx.graph import Graph, Node
from gradx.lessons.diff_proof import BITS, Known, OnTheCurve, agrees, known_at, known_points, on_the_curve
from gradx.numbers.balls import precision
from gradx.table import TABLE

Place = Literal["inputs", "nodes"]
PLACES: Final[tuple[Place, Place]] = ("inputs", "nodes")

MOST_SEARCHED: Final = 60
"""So many derivatives are looked at for a shorter form; the others are written as they come."""

MOST_OPERATIONS: Final = 60
"""In a larger program a formula that is shown beside something else is not looked for."""

MOST_BETWEEN: Final = 150
"""Through more operations than this no formula of order 2 or more is looked for."""

AS_SHORT: Final = 1.1
"""A slope that does not use the equation itself is what a reader expects, if it is no longer than by so much."""

NOT_LOOKED_FOR = f"through more than {MOST_BETWEEN} operations it is looked for at order 1 alone"
TOO_LONG = "the formula is too long to be read"
UNPROVED = "no form of it was found equal to it at enough points"
NOWHERE = "no point was found at which there is a derivative"


@dataclass(frozen=True, slots=True)
class Derivative:
    """d(node `of`)/d(`wrt`, one after the other). Of the two formulas, in the inputs alone and in the program's names,
    `formula` is the one that was asked for, else the shorter; None where neither can be shown, for `reason`.

    `points` is at how many points they were found equal to the derivative.
    """

    of: int
    wrt: tuple[int, ...]
    formula: Formula | None
    place: Place
    by_inputs: Formula | None
    by_nodes: Formula | None
    points: int
    reason: str | None

    @property
    def order(self) -> int:
        return len(self.wrt)


class _Step(NamedTuple):
    """A derivative as a sum, and its proved formula."""

    sum: Sum
    formula: Formula | None
    points: int
    reason: str | None


class Differentiation:
    """The derivatives of one program; `near` is a point of its domain, if one is known.

    `most_searched` of them are looked at for a shorter form; the others are written as they come.
    """

    def __init__(self, graph: Graph, near: dict[int, float] | None = None, most_searched: int = MOST_SEARCHED) -> None:
        self.graph = graph
        self._near = near
        self._most_searched = most_searched
        self._forms: dict[Place, Forms] = {}
        self._steps: dict[tuple[Place, int, tuple[int, ...]], _Step] = {}
        self._points: dict[tuple[Place, int, tuple[int, ...]], list[Known]] = {}
        self._searched = 0
        self._named = names_given(graph)

    def derivative(self, of: int, wrt: Sequence[int], place: Place | None = None) -> Derivative:
        """The derivative of node `of` along one after the other of `wrt`, in `place` or where it is shorter."""
        wrt = tuple(wrt)
        steps: dict[Place, _Step] = {}
        if any(j not in self.graph.inputs for j in wrt):
            place = "nodes"
        if place != "nodes" or not self._named:
            steps["inputs"] = self._step("inputs", of, wrt)
        if (place != "inputs" and self._named) or "inputs" not in steps:
            steps["nodes"] = self._step("nodes", of, wrt)
        by_inputs, by_nodes = (steps[p].formula if p in steps else None for p in PLACES)
        best: Place = place or "inputs"
        if place is None and by_nodes and (by_inputs is None or len(by_nodes.text) < len(by_inputs.text)):
            best = "nodes"
        best = best if best in steps else next(iter(steps))
        step = steps[best]
        return Derivative(of, wrt, step.formula, best, by_inputs, by_nodes, step.points, step.reason)

    def short(self, of: int, *wrt: int) -> Formula | None:
        """The formula that `diff` shows; None where there is none, or the program is too large to wait for it."""
        if len(self.graph.operations) > MOST_OPERATIONS:
            return None
        return self.derivative(of, wrt).formula

    def before(self, of: int, wrt: Sequence[int]) -> Graph | None:
        """A graph whose output is the derivative one order below, over the program's nodes; None without a formula."""
        if len(wrt) == 1:
            return replace(self.graph, output=of)
        found = self.derivative(of, wrt[:-1])
        return composed(self.graph, found.formula) if found.formula else None

    def _step(self, place: Place, of: int, wrt: tuple[int, ...]) -> _Step:
        key = (place, of, wrt)
        if key not in self._steps:
            self._steps[key] = self._worked_out(place, of, wrt)
        return self._steps[key]

    def _forms_in(self, place: Place) -> Forms:
        if place not in self._forms:
            self._forms[place] = Forms(self.graph, by_name=place == "nodes")
        return self._forms[place]

    def _worked_out(self, place: Place, of: int, wrt: tuple[int, ...]) -> _Step:
        forms = self._forms_in(place)
        if len(wrt) == 1:
            (total,) = forms.first(of, wrt)
            base = replace(self.graph, output=of)
            moved = set(self.graph.upstream(of)).intersection(self.graph.downstream(wrt[0]))
            kinds = {row.name for i in moved if (row := self.graph.primitives[i])}
        else:
            if len(set(self.graph.downstream(wrt[-1])).intersection(self.graph.upstream(of))) > MOST_BETWEEN:
                return _Step(ONE, None, 0, NOT_LOOKED_FOR)
            before = self._step(place, of, wrt[:-1])
            if before.formula is None:
                return before
            total = derivative(before.sum, forms.tangents(wrt[-1]))
            base = composed(self.graph, before.formula)
            kinds = {atom.kind for atom in atoms(before.sum).values()}
        if total is UNWRITABLE:
            return _Step(total, None, 0, _missing(kinds) or TOO_LONG)
        points = self._known(place, of, wrt, base)
        return self._proved(forms, total, of, points, wrt[-1])

    def _known(self, place: Place, of: int, wrt: tuple[int, ...], base: Graph) -> list[Known]:
        key: tuple[Place, int, tuple[int, ...]] = (place if len(wrt) > 1 else "inputs", of, wrt[:-1])
        if key not in self._points or wrt[-1] not in (self._points[key] or [Known((), {})])[0].slopes:
            self._points[key] = known_points(base, [*self.graph.inputs, wrt[-1]], self._near)
            if not self._points[key]:
                self._points[key] = known_points(base, [wrt[-1]], self._near)
        return self._points[key]

    def _proved(self, forms: Forms, total: Sum, of: int, points: list[Known], wrt: int) -> _Step:
        self._searched += 1
        names = self.graph.index
        search = self._searched <= self._most_searched
        tree = forms.tree(total, of) if search else None
        for candidate in (tree, forms.plain(total)):
            if candidate is None:
                continue
            formula = formula_of(candidate, self.graph)
            count = agrees(formula, names, points, wrt)
            if count:
                return _Step(total, formula, count, None)
        return _Step(total, None, 0, TOO_LONG if tree is None and search else UNPROVED if points else NOWHERE)


def _missing(kinds: Iterable[str]) -> str | None:
    """That one of these functions has a derivative that no function of programs is."""
    x = name("x")
    rows = (TABLE[kind] for kind in sorted(kinds) if kind in TABLE and TABLE[kind].arity == 1)
    ends = (row.name for row in rows if row.written_partial(CANONICAL.arithmetic, x, (x,), 0) is UNWRITABLE)
    found = next(ends, None)
    return f"programs have no function that is the derivative of {found}" if found else None


def implicit(graph: Graph, y: int, wrt: Sequence[int]) -> Derivative:
    """The derivative of input y along `wrt`, where the output is 0: by the implicit function theorem."""
    forms = Forms(graph, by_name=False)
    place = on_the_curve(graph, y)
    names = graph.index
    base, before = graph, None
    total, found, points = ONE, None, list[Known]()
    for order in range(1, len(wrt) + 1):
        total = forms.implicit(graph.output, y, wrt[:order])
        points = _implicit_points(graph, base, y, wrt[order - 1], place, before)
        trees = [forms.tree(total, None, [forms.written[graph.output]]), forms.tree(total), forms.plain(total)]
        if order == 1 and trees[0] and trees[1] and trees[1].length <= AS_SHORT * trees[0].length:
            trees = trees[1:]
        candidates = [formula_of(t, graph) for t in trees if t is not None]
        agreeing = (f for f in candidates if agrees(f, names, points, y))
        found = next(agreeing, None)
        if found is None:
            reason = TOO_LONG if not candidates else UNPROVED if points else NOWHERE
            return Derivative(y, tuple(wrt), None, "inputs", None, None, 0, reason)
        base, before = composed(graph, found), found
    return Derivative(y, tuple(wrt), found, "inputs", found, None, len(points), None)


def _implicit_points(
    graph: Graph, base: Graph, y: int, x: int, place: OnTheCurve, before: Formula | None
) -> list[Known]:
    """Points on the curve with the derivative along it, under y: -F_x/F_y, or of a formula f_x + f_y dy/dx."""
    found = []
    for known in known_points(graph, [x, y], None, place):
        slope = -known.slopes[x] / known.slopes[y]
        if before is not None:
            with precision(BITS):
                along = known_at(base, [x, y], {i: known.values[i] for i in graph.inputs})
            if along is None:
                continue
            slope = along.slopes[x] + along.slopes[y] * slope
        if slope.is_finite():
            found.append(known._replace(slopes={y: slope}))
    return found


def composed(graph: Graph, formula: Formula) -> Graph:
    """The graph with a formula over its nodes behind it, which is its output."""
    nodes, names = list(graph.nodes), list(graph.names)
    moved: dict[int, int] = {}
    for i, node in enumerate(formula.graph.nodes):
        if node.primitive is None and node.literal is None:
            moved[i] = graph.index[formula.graph.names[i]]
            continue
        moved[i] = len(nodes)
        nodes.append(node._replace(inputs=tuple(moved[j] for j in node.inputs)))
        names.append("" if node.constant else f"_{len(nodes)}")
    output = moved[formula.graph.output]
    if nodes[output].constant or output < len(graph.nodes):
        nodes.append(Node(TABLE["identity"], (output,), constant=nodes[output].constant))
        names.append(f"_{len(nodes)}")
        output = len(nodes) - 1
    return replace(Graph.of(nodes, names, output, graph.named), source=graph.source)
