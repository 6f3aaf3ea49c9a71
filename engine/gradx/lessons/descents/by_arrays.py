"""A descent of a program of bundles in whole arrays: J and its gradient at a point by NumPy, a step as a few lines.

The matrix forms by which it steps are held against backprop over the scalar nodes first: at the start, every entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from gradx.bundle import NUMBER
from gradx.derive.array_program import ArrayProgram, array_program
from gradx.errors import Span
from gradx.graph import Graph
from gradx.language.bundles.lowering import MOST_OPERATIONS, too_large
from gradx.language.bundles.steps import ReadBundles
from gradx.language.program import Program
from gradx.lessons.descents.descent import Record, Whole
from gradx.numbers.arrays import Array, quiet
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

LEAST = 1_000
"""Operations from which on whole arrays are stepped: below, NumPy takes longer to start than it saves."""

MOST_HELD, SAMPLE = 300_000, 8
"""Of more operations so many entries of each bundle are held against the scalar nodes, and its largest."""

LARGE = 2_000_000

CLOSE = 1e-9
"""As near as a gradient must come to that of the scalar nodes, relatively to the largest of its bundle."""


class ArrayGradient:
    """J and its gradient by the inputs that move, `slices` of one flat point by their shapes."""

    def __init__(self, program: ArrayProgram, start: Mapping[str, Array | float], moving: Mapping[str, slice]) -> None:
        # An allocator that has let go a large array keeps what is let go later, and records need no new pages.
        np.empty(LARGE)
        self._tape = program.tape
        self._columns: list[Array | float] = [*(start[name] for name in program.inputs), 1.0]
        shapes = [np.shape(start[name]) for name in moving]
        self._places = list(zip(map(program.inputs.index, moving), moving.values(), shapes, strict=True))

    def __call__(self, point: Array) -> tuple[float, list[Array | float]]:
        """J at a point, and its gradient: of each input that moves one array, or what is repeated in all of it."""
        columns = self._columns
        for place, part, shape in self._places:
            columns[place] = point[part].reshape(shape) if shape else point[part.start]
        value, *slopes = self._tape(columns)
        return float(value), slopes

    def gradient(self, point: Array) -> Array:
        """The gradient at a point, flat as the point is."""
        found = np.zeros(len(point))
        with quiet():
            for (_, part, shape), slope in zip(self._places, self(point)[1], strict=True):
                found[part].reshape(shape or 1)[...] = slope
        return found

    def steps(
        self, at: Sequence[float], count: int, rate: float, tolerance: float
    ) -> tuple[list[Record], Sequence[float]]:
        """See `Stepper`."""
        records: list[Record] = []
        point = np.asarray(at, dtype=np.float64)
        with quiet():
            for _ in range(count):
                value, slopes = self(point)
                following = np.empty(len(point))
                for (_, part, shape), slope in zip(self._places, slopes, strict=True):
                    np.multiply(slope, -rate, out=following[part].reshape(shape or 1))
                following += point
                if not math.isfinite(value + float(np.add.reduce(following))):
                    break
                is_flat = all(np.abs(slope).max() <= tolerance for slope in reversed(slopes))
                records.append(Whole(point.data, value, Slopes(self, point), is_flat))
                point = following
                if is_flat:
                    break
        return records, point.data


class Slopes(Sequence[float]):
    """The gradient at a point, worked out when it is looked at: few steps of many are."""

    def __init__(self, of: ArrayGradient, point: Array) -> None:
        self._of, self._point = of, point

    @cached_property
    def _numbers(self) -> Sequence[float]:
        return self._of.gradient(self._point).data

    def __len__(self) -> int:
        return len(self._point)

    @overload
    def __getitem__(self, k: int) -> float: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[float]: ...
    def __getitem__(self, k: int | slice) -> float | Sequence[float]:
        return self._numbers[k]


def array_gradient(
    program: Program, start: Mapping[str, float], wrt: Sequence[str], least: int = LEAST
) -> ArrayGradient | None:
    """What steps the program in whole arrays; None where it has none, is smaller than `least` or not all of it is
    operations of arrays, and where the gradient at the start is not that of the scalar nodes. Then
    GradxError("size") for more operations than those are for."""
    if program.bundles is None:
        return None
    operations = sum(max(1, len(inputs) - 1) for inputs in program.graph.arguments if inputs)
    found = _held(program, start, wrt) if operations >= least else None
    if found is None and operations > MOST_OPERATIONS:
        raise too_large(Span(program.source, 0, len(program.source.text)))
    return found


def _held(program: Program, start: Mapping[str, float], wrt: Sequence[str]) -> ArrayGradient | None:
    graph, bundles = program.graph, program.bundles
    moving = _slices(bundles, wrt) if isinstance(bundles, ReadBundles) else {}
    if not isinstance(bundles, ReadBundles) or not moving:
        return None
    arrays = array_program(bundles, graph.names[graph.output], list(moving))
    if arrays is None:
        return None
    found = ArrayGradient(arrays, {name: _array(bundles, name, start) for name in arrays.inputs}, moving)
    return found if _agrees(found, graph, start, wrt, moving) else None


def _slices(bundles: ReadBundles, wrt: Sequence[str]) -> dict[str, slice]:
    """Where the inputs stand whose entries `wrt` lists one after the other; nothing where some entry is not there."""
    found: dict[str, slice] = {}
    at = 0
    while at < len(wrt):
        name = bundles.owners((wrt[at],))[0]
        names = bundles.by_name[name].names
        if tuple(wrt[at : at + len(names)]) != names:
            return {}
        found[name] = slice(at, at + len(names))
        at += len(names)
    return found


def _array(bundles: ReadBundles, name: str, start: Mapping[str, float]) -> Array | float:
    group = bundles.by_name[name]
    if group.shape == NUMBER:
        return start[group.names[0]]
    return np.array([start[entry] for entry in group.names]).reshape(group.shape)


def _agrees(
    found: ArrayGradient, graph: Graph, start: Mapping[str, float], wrt: Sequence[str], moving: Mapping[str, slice]
) -> bool:
    """Whether J and its gradient at the start are those of the scalar nodes; of a large graph some of its entries."""
    run = forward(graph, FLOAT64, {i: start[graph.names[i]] for i in graph.inputs})
    point = np.array([start[name] for name in wrt])
    with quiet():
        value, gradient = found(point)[0], found.gradient(point)
    if graph.output in run.faults or not math.isclose(value, run.values[graph.output], rel_tol=CLOSE, abs_tol=CLOSE):
        return False
    is_small = sum(map(len, graph.arguments)) <= MOST_HELD
    held = {name: range(part.start, part.stop) if is_small else _some(gradient, part) for name, part in moving.items()}
    inputs = [graph.index[wrt[k]] for places in held.values() for k in places]
    adjoints = backprop(graph, FLOAT64, run, _moving(graph, run.values, inputs)).adjoints
    return all(
        abs(gradient[k] - adjoints[graph.index[wrt[k]]]) <= CLOSE * np.abs(gradient[moving[name]]).max()
        for name, places in held.items()
        for k in places
    )


def _some(gradient: Array, part: slice) -> list[int]:
    """The place of the largest entry of a bundle, and of some that are drawn."""
    size = part.stop - part.start
    drawn = np.random.default_rng(0).integers(0, size, SAMPLE)
    return sorted({part.start + int(k) for k in (np.abs(gradient[part]).argmax(), *drawn)})


def _moving(
    graph: Graph, values: Sequence[float], inputs: Sequence[int]
) -> Callable[[int, Sequence[bool]], Sequence[float | None]]:
    """The local partials of the arguments that depend on these inputs."""
    moved, arguments = set(graph.downstream(*inputs)), graph.arguments

    def partials(i: int, wanted: Sequence[bool]) -> Sequence[float | None]:
        row = graph.primitives[i]
        assert row is not None
        moving = [want and j in moved for want, j in zip(wanted, arguments[i], strict=True)]
        return row.local_partials(FLOAT64, values[i], [values[j] for j in arguments[i]], moving)

    return partials
