"""The same program where a layer has two units, or a batch two rows, instead of one: what is right for one number alone
is told from what is right.

Which sizes are one size is read off the statements: the columns of W are the rows of x in `W x`, both sides of a sum
are as large. A size of 1 becomes 2 wherever it stands, and the program is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradx.bundle import NUMBER, Shape
from gradx.derive.bundle_terms import is_transpose
from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import bind
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.rows import PRODUCTS, SCALAR_OF
from gradx.language.bundles.shapes import is_vector
from gradx.language.bundles.steps import ReadBundles, Step
from gradx.language.bundles.values import Value
from gradx.language.program import Program
from gradx.table import TABLE

Side = tuple[str, int]
"""A group, and its rows (0) or its columns (1)."""

Sides = tuple[Side | None, Side | None]
"""What the rows and the columns of a node are; None for what has no size of its own."""

_NOWHERE = Span(Source("value", ""), 0, 0)
_NONE: Sides = (None, None)
_SCALING = frozenset((TABLE["*"], TABLE["/"]))


class Larger(NamedTuple):
    """The program with two of what it had one of, the point there, and in words what there was one of."""

    program: Program
    point: Mapping[str, float]
    said: str


def larger(program: Program, point: Mapping[str, float]) -> Iterator[Larger]:
    """For each size of 1 that may be another the program where it is 2."""
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    for sides in _Ties(bundles).of_one(program.source.text):
        values = list(_values(bundles, point, sides))
        for text in (program.source.text, _summed(program.source.text)):
            try:
                read = read_bundles(text, values)
                at = bind(read.program, read.bindings).values
            except GradxError:
                continue
            yield Larger(read.program, at, _said(bundles, sides))
            break


def _summed(text: str) -> str:
    """The program with the sum of its last statement, which is one number no longer."""
    at = max(text.rfind(";"), text.rfind("\n")) + 1
    name = re.match(r"[ \t]*\w+[ \t]*=(?!=)", text[at:])
    at += len(name[0]) if name else 0
    return f"{text[:at]} sum({text[at:]})"


def _values(bundles: ReadBundles, point: Mapping[str, float], sides: Sequence[Side]) -> Iterator[Value]:
    """The inputs, with as many rows and columns as they are to have, of numbers near those that they had; the sizes."""
    for group in bundles.groups:
        if group.is_input:
            rows, columns = (2 if (group.name, axis) in sides else group.shape[axis] for axis in (0, 1))
            numbers = []
            for i in range(rows):
                for j in range(columns):
                    k = min(i, group.shape[0] - 1) * group.shape[1] + min(j, group.shape[1] - 1)
                    numbers.append(point[group.names[k]] * (1 + 0.25 * (i + j)))
            yield Value(group.name, (rows, columns), tuple(numbers), tuple(map(repr, numbers)), _NOWHERE)
    for name, size in bundles.sizes.items():
        if size != 1:
            yield Value(name, NUMBER, (float(size),), (str(size),), _NOWHERE)


def _said(bundles: ReadBundles, sides: Sequence[Side]) -> str:
    """`W2 and Y have one row`."""
    found = []
    for axis, what in ((0, "one row"), (1, "one column")):
        names = [name for name, other in sides if other == axis and not bundles.by_name[name].is_number]
        if names:
            listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
            found.append(f"{listed} {'has' if len(names) == 1 else 'have'} {what}")
    return " and ".join(found)


class _Ties:
    """Which rows and columns of groups are one size."""

    def __init__(self, bundles: ReadBundles) -> None:
        self._bundles = bundles
        self._same: dict[Side, Side] = {}
        self._fixed: set[Side] = set()
        for step in bundles.steps:
            self._read(step)

    def of_one(self, text: str) -> Iterator[list[Side]]:
        """The sides of inputs that are one size of 1, where a row of a matrix, or a column that is declared, is one."""
        fixed = {self._first(side) for side in self._fixed}
        found: dict[Side, list[Side]] = {}
        starts: set[Side] = set()
        for group in self._bundles.groups:
            for axis in (0, 1):
                side = self._first((group.name, axis))
                if group.is_input and group.shape[axis] == 1 and side not in fixed:
                    found.setdefault(side, []).append((group.name, axis))
                    declared = re.search(rf"(?<!\w){re.escape(group.name)}[ ]*:[^;\n]*[x×,]", text)
                    if not group.is_number and (axis == 0 or declared):
                        starts.add(side)
        yield from (found[side] for side in found if side in starts)

    def _first(self, side: Side) -> Side:
        while side in self._same:
            side = self._same[side]
        return side

    def _tie(self, one: Side | None, other: Side | None) -> None:
        if one is not None and other is not None and self._first(one) != self._first(other):
            self._same[self._first(one)] = self._first(other)

    def _read(self, step: Step) -> None:
        indexed = {"range", "entry", "layer", "bracket"}
        if step.is_sequence or any(step.nodes[k].form in indexed for k in range(step.first, step.root + 1)):
            self._fixed.update((name, axis) for name in (*step.reads, step.name) for axis in (0, 1))
            return
        sides: dict[int, Sides] = {}
        for k in range(step.first, step.root + 1):
            if k in step.shapes:
                sides[k] = self._node(step, k, sides)
        for axis in (0, 1):
            self._tie((step.name, axis), sides[step.root][axis])

    def _node(self, step: Step, k: int, sides: Mapping[int, Sides]) -> Sides:
        tree = step.nodes[k]
        operands = [i for i in tree.inputs if i in step.shapes]
        shapes = [step.shapes[i] for i in operands]
        if tree.form == "name":
            is_whole = step.owners.get(k) == tree.word and tree.word in self._bundles.by_name
            return ((tree.word, 0), (tree.word, 1)) if is_whole else _NONE
        if tree.form == "call":
            return self._call(step, k, tree.word, [sides[i] for i in operands], shapes)
        if tree.form != "apply" or tree.row is None:
            return _NONE
        if is_transpose(tree, step.nodes, step.shapes):
            return sides[operands[0]][1], sides[operands[0]][0]
        if tree.row in PRODUCTS and NUMBER not in shapes:
            return self._product([sides[i] for i in operands], shapes)
        is_scaling = SCALAR_OF.get(tree.row, tree.row) in _SCALING
        kept = [i for i in operands if not (is_scaling and step.shapes[i] == NUMBER)] or operands
        return self._entrywise([sides[i] for i in kept], [step.shapes[i] for i in kept], step.shapes[k])

    def _product(self, sides: Sequence[Sides], shapes: Sequence[Shape]) -> Sides:
        if shapes[0] == shapes[1] and all(map(is_vector, shapes)):
            self._entrywise(sides, shapes, shapes[0])
            return _NONE
        self._tie(sides[0][1], sides[1][0])
        return sides[0][0], sides[1][1]

    def _entrywise(self, sides: Sequence[Sides], shapes: Sequence[Shape], shape: Shape) -> Sides:
        found: list[Side | None] = [None, None]
        for axis in (0, 1):
            for side, own in zip(sides, shapes, strict=True):
                if own[axis] == shape[axis] and side[axis] is not None:
                    self._tie(found[axis], side[axis])
                    found[axis] = found[axis] or side[axis]
        return found[0], found[1]

    def _call(self, step: Step, k: int, name: str, sides: Sequence[Sides], shapes: Sequence[Shape]) -> Sides:
        axis = step.axis(k)
        if name == "dot" and NUMBER not in shapes:
            return self._product(sides, shapes)
        if name == "softmax":
            return sides[0]
        if name == "trace":
            self._tie(*sides[0])
        if name in ("sum", "mean", "prod", "max", "min", "logsumexp") and axis is not None:
            return (None, sides[0][1]) if axis == 0 else (sides[0][0], None)
        return _NONE
