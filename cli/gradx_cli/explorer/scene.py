"""What moves on the page: boxes with their numbers, and the steps of both passes, of nodes or of whole bundles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, NamedTuple

from gradx.bundle import Group
from gradx.export.live import Live, live
from gradx.language.mathml import mathml_name, mathml_of_latex
from gradx.lessons.chain_rule import Explanation, Term, steps_of
from gradx.point.exploration import Exploration
from gradx_cli.answer import ends
from gradx_cli.blocks import Equation
from gradx_cli.drawing.boxes import Label
from gradx_cli.escape import safe
from gradx_cli.pages.bundle_numbers import Gradients, is_full
from gradx_cli.pages.bundle_picture import BundlePicture
from gradx_cli.pages.explain import passes
from gradx_cli.pages.picture import Picture
from gradx_cli.set_notations import MathmlNotation

NUMBER_COLUMNS = 7
"""What a number takes in a drawing, whatever it is: the drawing is laid out once."""

_FIRST_LETTER = 0xF0000
"""Of the planes that Unicode leaves to private use: no text from outside reaches a page with one (see `safe`)."""

_MARK = 7_000_000_000
_MARKED = re.compile(r"<mn>7(\d{9})</mn>")
_IN_DRAWING = re.compile(rf"([\U000F0000-\U0010FFFD])\1{{{NUMBER_COLUMNS - 1}}}")


class Placed(float):
    """A number by its place."""

    __slots__ = ("place",)
    place: int

    def __new__(cls, place: int) -> Placed:
        placed = super().__new__(cls, 0.0)
        placed.place = place
        return placed


class LiveNotation(MathmlNotation):
    """MathML in which a `Placed` number is an element that the page fills."""

    def number(self, x: float | None) -> str:
        return number_at(x.place) if isinstance(x, Placed) else super().number(x)

    def put_in(self, i: int, values: Sequence[float]) -> str | None:
        nodes = list(self.graph.nodes)
        if any(node.literal is not None and _MARK <= node.literal < 2 * _MARK for node in nodes):
            return None
        for j in {j for j in nodes[i].inputs if not nodes[j].constant}:
            value = values[j]
            if not isinstance(value, Placed):
                return None
            nodes[j] = nodes[j]._replace(literal=float(_MARK + value.place))
        return _MARKED.sub(lambda found: number_at(int(found[1])), self.of(self.graph.with_nodes(nodes), i))


def number_at(place: int) -> str:
    """A number in a formula."""
    return f'<mrow data-n="{place}"></mrow>'


def matrix(group: Group, places: Sequence[int]) -> str:
    """The numbers of a group in a formula: row by row, or the least and the greatest."""
    if len(places) < len(group.entries):
        return f"<mrow>{number_at(places[0])}<mo>…</mo>{number_at(places[1])}</mrow>"
    if len(places) == 1:
        return number_at(places[0])
    cells = [f"<mtd>{number_at(place)}</mtd>" for place in places]
    rows = (f"<mtr>{''.join(row)}</mtr>" for row in _rows(group, cells))
    return f'<mrow><mo form="prefix">[</mo><mtable>{"".join(rows)}</mtable><mo form="postfix">]</mo></mrow>'


def drawn(place: int) -> str:
    """A number in a drawing."""
    return chr(_FIRST_LETTER + place) * NUMBER_COLUMNS


def drawn_lines(group: Group, places: Sequence[int]) -> str:
    """The numbers of a group in a drawing, a line a row."""
    if len(places) < len(group.entries):
        return f"{drawn(places[0])} … {drawn(places[1])}"
    if len(places) == 1:
        return drawn(places[0])
    rows = _rows(group, list(map(drawn, places)))
    left, right = (["⎡", *["⎢"] * (len(rows) - 2), "⎣"], ["⎤", *["⎥"] * (len(rows) - 2), "⎦"])
    if len(rows) == 1:
        left, right = ["["], ["]"]
    return "\n".join(f"{one}{' '.join(row)}{other}" for one, row, other in zip(left, rows, right, strict=True))


def filled(drawing: str) -> str:
    """A drawing with elements in the places of numbers."""

    def element(found: re.Match[str]) -> str:
        return f'<tspan data-n="{ord(found[1]) - _FIRST_LETTER}">{" " * NUMBER_COLUMNS}</tspan>'

    return _IN_DRAWING.sub(element, drawing)


def _rows(group: Group, cells: Sequence[str]) -> list[Sequence[str]]:
    columns = group.shape[1] if group.is_whole else 1
    return [cells[k : k + columns] for k in range(0, len(cells), columns)]


DIGITS = 6

MOST_STEPS, STEPS_AT_EACH_END = 250, 20
"""Of each pass."""

Phase = Literal["forward", "backward"]


class Step(NamedTuple):
    """A box's turn: its value is computed, or its gradient. `said` is for who hears the page."""

    box: int
    phase: Phase
    equations: Sequence[Equation]
    said: str


def scene(exploration: Exploration) -> NodeScene | BundleScene:
    """The boxes and steps of a program at a point."""
    made = NodeScene if exploration.program.bundles is None else BundleScene
    return made(exploration.program, exploration)


class NodeScene(Picture):
    """A box a node."""

    @cached_property
    def live(self) -> Live:
        return live(self.graph, self.graph.shown)

    def entries(self, box: int) -> Sequence[int]:
        """The nodes of a box."""
        return (box,)

    def entry_names(self, box: int) -> Sequence[str]:
        return (safe(self.called(box)),)

    def label(self, box: int) -> Label:
        value, gradient = drawn(self.live.values[box]), drawn(self.live.gradients[box])
        return replace(super().label(box), value=value, gradient=gradient, state="plain")

    def carried(self, box: int, slot: int) -> str | None:
        place = self.live.locals.get((box, slot))
        return None if place is None else drawn(place)

    def steps(self) -> Iterator[Step]:
        """Each operation, then each node as backprop completes it; every number is a place."""
        assert self.exploration is not None
        graph, at = self.graph, self.live
        received = {i: list(self._terms(i)) for i in graph.shown}
        shown = MOST_STEPS, STEPS_AT_EACH_END
        operations, steps = ends(graph.operations, *shown), ends(steps_of(graph, received), *shown)
        told = tuple(replace(step, gradient=self._number(at.gradients[step.node])) for step in steps)
        values = [Placed(at.values[i]) if i in at.values else x for i, x in enumerate(self.exploration.forward.values)]
        forward = self.exploration.forward._replace(values=values, dropped=frozenset())
        placed = Explanation(self.program, replace(self.exploration, forward=forward), told, (), {})
        there, back = passes(placed, operations, LiveNotation(graph, DIGITS))
        for i, equation in zip(operations, there, strict=True):
            yield Step(i, "forward", [equation], f"{safe(graph.names[i])} = {safe(self.definition(i) or '')}")
        for step, equation in zip(told, back, strict=True):
            uses = dict.fromkeys(safe(graph.names[term.via]) for term in step.terms)
            said = f"d{safe(graph.names[step.node])}" + (f" through {', '.join(uses)}" if uses else "")
            yield Step(step.node, "backward", [equation], said)

    def _terms(self, i: int) -> Iterator[Term]:
        """What can reach node i, whatever branches are taken, as backprop adds it up."""
        at = self.live
        for via in reversed(self.graph.consumers[i]):
            for slot, j in enumerate(self.graph.arguments[via]):
                if j == i and (via, slot) in at.locals:
                    numbers = (at.gradients[via], at.locals[via, slot], at.contributions[via, slot])
                    yield Term(via, slot, *map(self._number, numbers))

    def _number(self, place: int) -> float:
        """A number of the page: its place, unless it is always the same."""
        return self.live.constants.get(place, Placed(place))


class BundleScene(BundlePicture):
    """A box a bundle."""

    @cached_property
    def _large(self) -> Sequence[Group]:
        """The groups whose entries are too many to be shown."""
        return [group for group in self._groups if not is_full(group.shape, len(group.entries))]

    @cached_property
    def live(self) -> Live:
        told = dict.fromkeys(i for group in self._groups for i in group.entries)
        return live(self.graph, told, [group.entries for group in self._large])

    def entries(self, box: int) -> Sequence[int]:
        """The nodes of a box."""
        return self._groups[box].entries

    def entry_names(self, box: int) -> Sequence[str]:
        return tuple(map(safe, self._groups[box].names))

    def label(self, box: int) -> Label:
        group = self._groups[box]
        value, gradient = (drawn_lines(group, self._places(group, k)) for k in (0, 1))
        return replace(super().label(box), value=value, gradient=gradient, state="plain")

    def _places(self, group: Group, which: int) -> Sequence[int]:
        """Where its values stand (0), or its gradients (1): of a large group the least and the greatest."""
        if group in self._large:
            return self.live.extents[self._large.index(group)][which]
        of = (self.live.values, self.live.gradients)[which]
        return [of[i] for i in group.entries]

    def steps(self) -> Iterator[Step]:
        """Each statement, then each bundle's gradient as its matrix form."""
        assert self.exploration is not None
        set_in_latex = Gradients(self.exploration, DIGITS).formula

        def formula(text: str) -> str:
            return mathml_of_latex(set_in_latex(text))

        for box in self.boxes:
            group = self._groups[box]
            if not group.is_input:
                chain = (formula(group.definition or ""), matrix(group, self._places(group, 0)))
                said = f"{safe(group.name)} = {safe(group.definition or '')}"
                yield Step(box, "forward", [Equation(mathml_name(group.name), chain)], said)
        for box in self.visits:
            group = self._groups[box]
            own = self._forms.get(group.name, ())
            numbers = matrix(group, self._places(group, 1))
            said = f"d{safe(group.name)}"
            if len(own) == 1 and not own[0].adds:
                said += f" = {safe(self._formula(own[0]))}"
                rows = [Equation(formula(own[0].target), (formula(self._formula(own[0])), numbers))]
            else:
                rows = [Equation(formula(form.target), (formula(self._formula(form)),), sign="+=") for form in own]
                rows.append(Equation(formula(said), (numbers,)))
            yield Step(box, "backward", rows, said)
