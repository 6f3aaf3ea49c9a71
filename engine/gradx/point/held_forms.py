"""Matrix forms held against the gradients: each is read back and evaluated, and shown only where every entry agrees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from gradx.bundle import NUMBER, Group, Run, Shape
from gradx.derive.matrix_forms import Form, matrix_forms
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.reading import read_formula
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.values import Value
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Exploration
from gradx.sweeps.forward import forward

CLOSE = 1e-9
"""As near as a form must come to the gradient, relatively to the largest entry."""

ROUNDING = 1e-14
"""What is so much smaller than the largest gradient of the program may be what rounding has left of 0."""

SLOTS = ("formula", "named")
"""The two formulas of a form."""

_NOWHERE = Span(Source("formula", ""), 0, 0)

Forms = Mapping[str, tuple[Form, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """The forms that are worth their gradients, and the names of groups whose formulas are worth something else: some
    of their entries are as large as the largest."""

    forms: Forms
    apart: Sequence[str] = ()


def held_forms(exploration: Exploration) -> Forms:
    """The matrix forms of every group whose formulas are worth its gradient, entry by entry."""
    return held(exploration).forms


def held(exploration: Exploration) -> Held:
    """Every form, held against the gradients that backprop gives."""
    graph, bundles = exploration.graph, exploration.program.bundles
    if not isinstance(bundles, ReadBundles):
        return Held({})
    names = set(bundles.by_name)
    if any(f"d{name}" in names or f"d{name}" in bundles.sizes for name in names):
        return Held({})
    run, dropped, adjoints = exploration.forward.values, exploration.forward.dropped, exploration.backprop.adjoints
    gradients = {group.name: [adjoints[i] for i in group.entries] for group in bundles.groups}
    values = list(_values(bundles, {g.name: [run[i] for i in g.entries] for g in bundles.groups}, gradients))
    finite = (abs(x) for numbers in gradients.values() for x in numbers if math.isfinite(x))
    least = ROUNDING * max(finite, default=0.0)
    found: dict[str, tuple[Form, ...]] = {}
    apart = []
    for name, own in matrix_forms(bundles, graph.names[graph.output]).items():
        if own is None:
            continue
        group = bundles.by_name[name]
        gradient = [None if graph.constant[i] or i in dropped else adjoints[i] for i in group.entries]
        totals = [_total([(form, getattr(form, slot)) for form in own], group, values) for slot in SLOTS]
        full, short = (total is not None and _same(total, gradient, least) for total in totals)
        if full or short:
            own = own if full else tuple(form._replace(formula=form.named) for form in own)
            found[name] = own if short else tuple(form._replace(named=form.formula) for form in own)
        elif totals != [None, None]:
            apart.append(name)
    return Held(found, apart)


def _values(
    bundles: ReadBundles, values: Mapping[str, Sequence[float]], gradients: Mapping[str, Sequence[float]]
) -> list[Value]:
    """The value and the gradient of every group by its name, and the sizes."""
    found: list[Value] = []
    for group in bundles.groups:
        if not group.is_whole:
            continue
        for name, numbers in ((group.name, values[group.name]), (f"d{group.name}", gradients[group.name])):
            if all(map(math.isfinite, numbers)):
                found.append(Value(name, group.shape, tuple(numbers), tuple(map(repr, numbers)), _NOWHERE))
    for name, size in bundles.sizes.items():
        found.append(Value(name, NUMBER, (float(size),), (str(size),), _NOWHERE))
    return found


def _total(formulas: Sequence[tuple[Form, str]], group: Group, values: Sequence[Value]) -> list[float] | None:
    """What formulas come to together, entry by entry; None where that cannot be told."""
    total = [0.0] * len(group.entries)
    try:
        for form, formula in formulas:
            for place, number in _parts(form, formula, group, values):
                total[place] += number
    except (GradxError, ValueError, IndexError):
        return None
    return total


def _same(total: Sequence[float], gradient: Sequence[float | None], least: float) -> bool:
    """Whether they are the same numbers where there is one (None for a constant, and in a branch that is not taken);
    of a gradient that is 0 but for rounding, whether both are below `least`."""
    pairs = [(x, g) for x, g in zip(total, gradient, strict=True) if g is not None]
    largest = max((abs(g) for _, g in pairs), default=0.0)
    return all(abs(x - g) <= CLOSE * largest or max(abs(x), largest) <= least for x, g in pairs)


def _parts(form: Form, formula: str, group: Group, values: Sequence[Value]) -> list[tuple[int, float]]:
    """The numbers that a formula gives, each with the entry of the group that it is for."""
    if not form.part:
        shape, numbers = _worth(formula, values)
        if shape != group.shape:
            raise ValueError(form.target)
        return list(enumerate(numbers))
    found: list[tuple[int, float]] = []
    is_own = group.indices and not group.is_given and len(form.part) == len(group.indices)
    for box in form.loops:
        loops = ", ".join(f"{run.name}={run.first}..{run.last}" for run in box)
        head = f"entries_[{loops}] = " if loops else ""
        _, numbers = _worth(head + formula, values)
        if is_own:
            first = len(found) if loops else _place(form.part, group, len(numbers))
            found += enumerate(numbers, first)
        else:
            found += _placed(form.part, box, head, numbers, group, values)
    return found


def _place(part: Sequence[str], group: Group, cells: int) -> int:
    """The first entry that an operation without a name has made for these values of its indices."""
    place = 0
    for piece, run in zip(part, group.indices, strict=True):
        place = place * (run.last - run.first + 1) + int(piece) - run.first
    return place * cells


def _placed(
    pieces: Sequence[str], box: Sequence[Run], head: str, numbers: Sequence[float], group: Group,
    values: Sequence[Value],
) -> list[tuple[int, float]]:  # fmt: skip
    """Numbers for every value of the indices of a box, each with the entry of the group that the subscripts name."""
    columns = group.shape[1] if len(pieces) == 2 else 1
    count = prod(run.last - run.first + 1 for run in box)
    cells = len(numbers) // count
    sizes = [len(group.entries)] if len(pieces) == 1 else group.shape
    every = [_ranges(piece, size, head, count, values) for piece, size in zip(pieces, sizes, strict=True)]
    found: list[tuple[int, float]] = []
    for k in range(count):
        rows, own = [ranges[k] for ranges in every], numbers[k * cells : (k + 1) * cells]
        places = [i * columns + j for i in rows[0] for j in (rows[1] if len(rows) == 2 else [0])]
        found += zip(places, [*own] * len(places) if len(own) == 1 else own, strict=True)
    return found


def _ranges(piece: str, size: int, head: str, count: int, values: Sequence[Value]) -> list[range]:
    """The entries that a subscript names for each value of the indices, counted from 0."""
    if piece == ":":
        return [range(size)] * count
    ends = [[round(x) for x in _worth(head + end, values)[1]] for end in piece.split("..")]
    if min(ends[0]) < 1:
        raise IndexError(piece)
    return [range(low - 1, high) for low, high in zip(ends[0], ends[-1], strict=True)]


def _worth(text: str, values: Sequence[Value]) -> tuple[Shape, list[float]]:
    formula = read_formula(text, values)
    run = forward(formula.graph, FLOAT64, formula.point)
    return formula.shape, [run.values[i] for i in formula.nodes]
