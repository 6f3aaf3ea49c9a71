"""Matrix forms held against the gradients: each is read back and evaluated, and shown only where every entry agrees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradx.bundle import NUMBER, Group, Shape
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

MOST_NODES = 20_000
"""The forms of a larger graph are not read back, and not shown."""

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
    if not isinstance(bundles, ReadBundles) or len(graph.primitives) > MOST_NODES:
        return Held({})
    names = set(bundles.by_name)
    if any(f"d{name}" in names or f"d{name}" in bundles.sizes for name in names):
        return Held({})
    run, adjoints = exploration.forward.values, exploration.backprop.adjoints
    gradients = {group.name: [adjoints[i] for i in group.entries] for group in bundles.groups}
    values = list(_values(bundles, {g.name: [run[i] for i in g.entries] for g in bundles.groups}, gradients))
    found: dict[str, tuple[Form, ...]] = {}
    apart = []
    for name, own in matrix_forms(bundles, graph.names[graph.output]).items():
        if own is None:
            continue
        group = bundles.by_name[name]
        total = _total([(form, form.formula) for form in own], group, values)
        if total is not None and not _same(total, gradients[name]):
            apart.append(name)
        elif total is not None:
            short = _total([(form, form.named) for form in own], group, values)
            same = short is not None and _same(short, gradients[name])
            found[name] = own if same else tuple(form._replace(named=form.formula) for form in own)
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


def _same(total: Sequence[float], gradient: Sequence[float]) -> bool:
    largest = max(map(abs, gradient), default=0.0)
    return all(abs(x - g) <= CLOSE * largest for x, g in zip(total, gradient, strict=True))


def _parts(form: Form, formula: str, group: Group, values: Sequence[Value]) -> list[tuple[int, float]]:
    """The numbers that a formula gives, each with the entry of the group that it is for."""
    pieces, columns = form.part, group.shape[1] if len(form.part) == 2 else 1
    if not pieces:
        shape, numbers = _worth(formula, values)
        if shape != group.shape:
            raise ValueError(form.target)
        return list(enumerate(numbers))
    if form.loops is None:
        raise ValueError(form.target)
    if not form.loops:
        sizes = [len(group.entries)] if len(pieces) == 1 else group.shape
        rows = [_range(piece, size, values) for piece, size in zip(pieces, sizes, strict=True)]
        places = [i * columns + j for i in rows[0] for j in (rows[1] if len(rows) == 2 else [0])]
        _, numbers = _worth(formula, values)
        return list(zip(places, numbers * len(places) if len(numbers) == 1 else numbers, strict=True))
    head = ", ".join(f"{run.name}={run.first}..{run.last}" for run in form.loops)
    _, numbers = _worth(f"entries_[{head}] = {formula}", values)
    at = [_worth(f"entries_[{head}] = 0*({formula}) + {piece}", values)[1] for piece in pieces]
    indices = [[round(x) - 1 for x in one] for one in at]
    flat = [i * columns + (indices[1][k] if len(pieces) == 2 else 0) for k, i in enumerate(indices[0])]
    if min(flat) < 0:
        raise IndexError(form.target)
    return list(zip(flat, numbers, strict=True))


def _range(piece: str, size: int, values: Sequence[Value]) -> range:
    """The entries that a subscript names, counted from 0."""
    if piece == ":":
        return range(size)
    first, dots, last = piece.partition("..")
    low = round(_worth(first, values)[1][0])
    high = round(_worth(last, values)[1][0]) if dots else low
    return range(low - 1, high)


def _worth(text: str, values: Sequence[Value]) -> tuple[Shape, list[float]]:
    formula = read_formula(text, values)
    run = forward(formula.graph, FLOAT64, formula.point)
    return formula.shape, [run.values[i] for i in formula.nodes]
