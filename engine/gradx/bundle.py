"""Bundles: vectors and matrices as groups of scalar nodes, beside the graph that holds the nodes.

A graph knows nothing of them: values, gradients and verdicts are those of the entries. What stands here says which
nodes belong together, what they are called together, and in which shape they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Literal, NamedTuple

Shape = tuple[int, int]
"""Rows and columns. A vector of n is n×1, a number 1×1."""

NUMBER: Shape = (1, 1)


MOST_TOLD = 12
"""Above so many groups, those without a name are folded into the ones that have one."""


def shape_text(shape: Shape) -> str:
    """`4x2`, as shapes are written in a program and in messages."""
    return f"{shape[0]}x{shape[1]}"


class Run(NamedTuple):
    """An index and what it runs through, both ends included."""

    name: str
    first: int
    last: int


Boxes = tuple[tuple[Run, ...], ...]
"""Indices and what they run through together: one box, or where an end depends on another index one box for each value
of what it depends on."""


@dataclass(frozen=True)
class Group:
    """One bundle, or one number: its entries are nodes of the graph, row by row.

    `definition` is None for an input; `inputs` are the names of the groups that it reads. `indices`: it was computed
    for every value of these, and its entries run through them, the last fastest. `is_given`: the program names it.
    `expression` is the definition in given names alone.
    """

    name: str
    definition: str | None
    inputs: tuple[str, ...]
    shape: Shape
    entries: tuple[int, ...]
    indices: tuple[Run, ...] = ()
    is_given: bool = True
    expression: str | None = None

    @property
    def is_number(self) -> bool:
        return len(self.entries) == 1 and not self.indices

    @property
    def is_input(self) -> bool:
        return self.definition is None

    @property
    def kind(self) -> Literal["input", "operation"]:
        return "input" if self.is_input else "operation"

    @property
    def is_whole(self) -> bool:
        """Whether its entries are those of one bundle of its shape, and not of one for every value of the indices."""
        return prod(self.shape) == len(self.entries)

    @property
    def _places(self) -> list[tuple[int, ...]]:
        """For each entry where it stands: values of the indices, its row and column, of a vector the row alone."""
        every = list(product(*(range(run.first, run.last + 1) for run in self.indices)))
        rows, columns = self.shape
        cells = [(i + 1, j + 1)[: 1 if columns == 1 else 2] for i in range(rows) for j in range(columns)]
        if self.indices and len(every) == len(self.entries):
            return every
        if self.indices and len(every) * len(cells) == len(self.entries):
            return [(*index, *cell) for index in every for cell in cells]
        return cells if self.is_whole else [(k + 1,) for k in range(len(self.entries))]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the entries: `x[2]`, `W[1,2]`; of a number the name alone."""
        if self.is_number:
            return (self.name,)
        return tuple(f"{self.name}[{','.join(map(str, place))}]" for place in self._places)

    def nested(self, numbers: Sequence[float | None]) -> object:
        """Numbers as NumPy takes them: a number, a list for a vector, else a list of rows."""
        rows, columns = self.shape
        if self.is_number:
            return numbers[0]
        if columns == 1 or not self.is_whole:
            return list(numbers)
        return [list(numbers[i * columns : (i + 1) * columns]) for i in range(rows)]


@dataclass(frozen=True)
class Bundles:
    """The groups of a program, inputs first, then in order; `sizes` are the whole numbers that names stand for.

    `reading` is the program as it was understood, one statement after the other.
    """

    groups: tuple[Group, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    reading: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Group]:
        return {group.name: group for group in self.groups}

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """The group that the entry of a name belongs to."""
        return {name: group.name for group in self.groups for name in group.names}

    def entries_of(self, name: str) -> tuple[str, ...]:
        """The names of the entries of an input; the name itself for anything else."""
        group = self.by_name.get(name)
        if group is None or not group.is_input:
            return (name,)
        return group.names

    def nested(self, numbers: Mapping[str, float]) -> dict[str, object]:
        """Numbers by the names of entries, by the names of their groups: those of which all entries are there."""
        found: dict[str, object] = {}
        for group in self.groups:
            if all(name in numbers for name in group.names):
                found[group.name] = group.nested([numbers[name] for name in group.names])
        return found

    def owners(self, entries: Sequence[str]) -> tuple[str, ...]:
        """The groups that entries of these names belong to, each once."""
        return tuple(dict.fromkeys(self._owners.get(entry, entry) for entry in entries))

    @property
    def numbers(self) -> Sequence[Group]:
        return [group for group in self.groups if group.is_number]

    @property
    def bundles(self) -> Sequence[Group]:
        return [group for group in self.groups if not group.is_number]

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The nodes that a reader meets: those of the groups. What stands inside of a product or a sum has no name."""
        return tuple(dict.fromkeys(i for group in self.groups for i in group.entries))

    def told(self) -> tuple[Group, ...]:
        """The groups; where they are more than `MOST_TOLD`, those that the program names, each made of the others."""
        if len(self.groups) <= MOST_TOLD:
            return self.groups
        behind: dict[str, tuple[str, ...]] = {}
        for group in self.groups:
            read = dict.fromkeys(name for one in group.inputs for name in behind.get(one, (one,)))
            behind[group.name] = (group.name,) if group.is_given else tuple(read)
        return tuple(
            replace(
                group,
                definition=group.definition and (group.expression or group.definition),
                inputs=tuple(dict.fromkeys(name for one in group.inputs for name in behind.get(one, (one,)))),
            )
            for group in self.groups
            if group.is_given
        )
