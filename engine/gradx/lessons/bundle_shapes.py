"""The same program where a layer has two units, or a batch two rows, instead of one: what is right for one number alone
is told from what is right.

Which sizes are one size is told by what reading the statements holds to be equal: the columns of W and the rows of x in
`W x`, both sides of a sum. A size of 1 becomes 2 wherever it stands, and the program is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradx.bundle import NUMBER
from gradx.errors import GradxError, Source, Span
from gradx.language.bindings import bind
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.values import Value
from gradx.language.program import Program

Side = tuple[str, int]
"""A group, and its rows (0) or its columns (1)."""

_NOWHERE = Span(Source("value", ""), 0, 0)


class Larger(NamedTuple):
    """The program with two of what it had one of, the point there, and in words what there was one of."""

    program: Program
    point: Mapping[str, float]
    said: str


def larger(program: Program, point: Mapping[str, float]) -> Iterator[Larger]:
    """For each size of 1 that may be another the program where it is 2."""
    bundles = program.bundles
    assert isinstance(bundles, ReadBundles)
    for sides in _Ties(program, point).of_one(program.source.text):
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


class _Size(int):
    """How many rows or columns an input has. Reading holds it against other sizes: those it is the same as are kept."""

    ties: _Ties
    side: Side

    def __eq__(self, other: object) -> bool:
        is_same = int(self) == other
        if is_same and isinstance(other, _Size):
            self.ties.tie(self.side, other.side)
        return is_same

    __hash__ = int.__hash__


class _Ties:
    """Which rows and columns of inputs are one size."""

    def __init__(self, program: Program, point: Mapping[str, float]) -> None:
        assert isinstance(program.bundles, ReadBundles)
        self._same: dict[Side, Side] = {}
        values = [
            replace(value, shape=(self._size(value, 0), self._size(value, 1)))
            if value.name in program.bundles.by_name
            else value
            for value in _values(program.bundles, point, ())
        ]
        bundles = read_bundles(program.source.text, values).program.bundles
        assert isinstance(bundles, ReadBundles)
        self._bundles = bundles

    def _size(self, value: Value, axis: int) -> _Size:
        size = _Size(value.shape[axis])
        size.ties, size.side = self, (value.name, axis)
        return size

    def of_one(self, text: str) -> Iterator[list[Side]]:
        """The sides of inputs that are one size of 1, where a row of a matrix, or a column that is declared, is one."""
        fixed = {self._first(side) for side in self._fixed()}
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

    def _fixed(self) -> Iterator[Side]:
        """The sides of what a statement reads or makes that has an index, a part or a bracket."""
        indexed = {"range", "entry", "layer", "bracket"}
        for step in self._bundles.steps:
            if step.is_sequence or any(step.nodes[k].form in indexed for k in range(step.first, step.root + 1)):
                shapes = (self._bundles.by_name[name].shape for name in (*step.reads, step.name))
                yield from (size.side for shape in shapes for size in shape if isinstance(size, _Size))

    def _first(self, side: Side) -> Side:
        while side in self._same:
            side = self._same[side]
        return side

    def tie(self, one: Side, other: Side) -> None:
        if self._first(one) != self._first(other):
            self._same[self._first(one)] = self._first(other)
