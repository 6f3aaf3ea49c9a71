"""Formulas of bundles that are evaluated at many points, and the gradients that they are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradx.bundle import NUMBER, Bundles, Group, Shape
from gradx.errors import Source, Span
from gradx.language.bundles.reading import Formula, read_formula
from gradx.language.bundles.values import Value
from gradx.lessons.bundle_points import Numbers
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward

CLOSE = 1e-8
"""As near as two numbers must be, relatively to the largest of their bundle."""


class BundleFormula:
    """A formula of values and gradients, to be evaluated at many points."""

    def __init__(self, bundles: Bundles, text: str, numbers: Numbers, source: str = "formula") -> None:
        self.values = list(_values(bundles, numbers))
        self._read: Formula = read_formula(text, self.values, source)
        self.shape: Shape = self._read.shape

    def at(self, numbers: Numbers) -> list[float]:
        graph = self._read.graph
        at = {}
        for i in graph.inputs:
            name, _, place = graph.names[i].partition("[")
            at[i] = numbers[name][self._index(name, place)] if name in numbers else self._read.point[i]
        run = forward(graph, FLOAT64, at)
        return [run.values[i] for i in self._read.nodes]

    def _index(self, name: str, place: str) -> int:
        if not place:
            return 0
        shape = next(value.shape for value in self.values if value.name == name)
        row, _, column = place.rstrip("]").partition(",")
        return int(row) - 1 if not column else (int(row) - 1) * shape[1] + int(column) - 1


def _values(bundles: Bundles, numbers: Numbers) -> Iterator[Value]:
    nowhere = Span(Source("formula", ""), 0, 0)
    for group in bundles.groups:
        if group.is_whole:
            for name in (group.name, f"d{group.name}"):
                own = tuple(numbers[name])
                yield Value(name, group.shape, own, tuple(map(repr, own)), nowhere)
    for name, size in bundles.sizes.items():
        yield Value(name, NUMBER, (float(size),), (str(size),), nowhere)


def gradient_of(bundles: Bundles, numbers: Numbers, group: Group) -> Sequence[float]:
    """The gradient of a group, or of an entry of one, at a point."""
    found = numbers.get(f"d{group.name}")
    if found is not None:
        return found
    owner = next(each for each in bundles.groups if group.entries[0] in each.entries)
    return [numbers[f"d{owner.name}"][owner.entries.index(group.entries[0])]]


def same(numbers: Sequence[float], others: Sequence[float]) -> bool:
    largest = max((abs(x) for x in others), default=0.0)
    return all(abs(x - y) <= CLOSE * max(largest, 1e-300) for x, y in zip(numbers, others, strict=True))
