"""Matrix forms held against the gradients: each is read back and evaluated, and shown only where every entry agrees."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from gradx.bundle import NUMBER, Bundles, Shape
from gradx.derive.matrix_forms import Form, matrix_forms
from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.reading import read_formula
from gradx.language.bundles.steps import ReadBundles
from gradx.language.bundles.values import Value
from gradx.numbers.float64 import FLOAT64
from gradx.point.bundle_report import BundleReport
from gradx.sweeps.forward import forward

CLOSE = 1e-9
"""As near as a form must come to the gradient, relatively to the largest entry."""

MOST_NODES = 20_000
"""The forms of a larger graph are not read back, and not shown."""

_NOWHERE = Span(Source("formula", ""), 0, 0)
_TARGET = re.compile(r"d(\w+?)(?:\[(.*)\])?")

Forms = Mapping[str, tuple[Form, ...]]


def held_forms(bundles: Bundles, output: str, reports: Sequence[BundleReport], size: int) -> Forms:
    """The matrix forms of every group whose formulas are worth its gradient, entry by entry."""
    if not isinstance(bundles, ReadBundles) or size > MOST_NODES:
        return {}
    names = set(bundles.by_name)
    if any(f"d{name}" in names or f"d{name}" in bundles.sizes for name in names):
        return {}
    values = list(_values(bundles, reports, output))
    found: dict[str, tuple[Form, ...]] = {}
    forms = matrix_forms(bundles, output)
    for report in reports:
        own = forms.get(report.group.name)
        if own is None or any(g is None for g in report.gradients):
            continue
        if _is_gradient([(form.target, form.adds, form.formula) for form in own], report, values, bundles):
            same = _is_gradient([(form.target, form.adds, form.named) for form in own], report, values, bundles)
            found[report.group.name] = own if same else tuple(form._replace(named=form.formula) for form in own)
    return found


def _values(bundles: ReadBundles, reports: Sequence[BundleReport], output: str) -> list[Value]:
    """The value and the gradient of every group by its name, and the sizes."""
    found: list[Value] = []
    for report in reports:
        group = report.group
        if not group.is_whole:
            continue
        for name, numbers in ((group.name, report.values), (f"d{group.name}", report.gradients)):
            if all(x is not None and math.isfinite(x) for x in numbers):
                finite = tuple(x for x in numbers if x is not None)
                found.append(Value(name, group.shape, finite, tuple(map(repr, finite)), _NOWHERE))
    for name, size in bundles.sizes.items():
        found.append(Value(name, NUMBER, (float(size),), (str(size),), _NOWHERE))
    return found


def _is_gradient(
    formulas: Sequence[tuple[str, bool, str]], report: BundleReport, values: Sequence[Value], bundles: ReadBundles
) -> bool:
    """Whether the formulas together are worth the gradient."""
    total = [0.0] * len(report.gradients)
    try:
        for target, _, formula in formulas:
            for place, number in _parts(target, formula, report, values, bundles):
                total[place] += number
    except (GradxError, ValueError, IndexError, KeyError):
        return False
    largest = max((abs(g) for g in report.gradients if g is not None), default=0.0)
    pairs = zip(total, report.gradients, strict=True)
    return all(g is not None and abs(x - g) <= CLOSE * max(largest, abs(g)) for x, g in pairs)


def _parts(
    target: str, formula: str, report: BundleReport, values: Sequence[Value], bundles: ReadBundles
) -> list[tuple[int, float]]:
    """The numbers that a formula gives, each with the entry of the group that it is for."""
    group = report.group
    match = _TARGET.fullmatch(target)
    subscripts = match[2] if match else None
    if subscripts is None:
        shape, numbers = _worth(formula, values)
        if shape != group.shape:
            raise ValueError(target)
        return list(enumerate(numbers))
    pieces = subscripts.split(",")
    loops = bundles.loops(subscripts, formula)
    if not loops:
        rows = [
            _range(piece, size, values) for piece, size in zip(pieces, _sizes(group.shape, len(pieces)), strict=True)
        ]
        columns = group.shape[1] if len(rows) == 2 else 1
        places = [i * columns + j for i in rows[0] for j in (rows[1] if len(rows) == 2 else [0])]
        _, numbers = _worth(formula, values)
        numbers = numbers * len(places) if len(numbers) == 1 else numbers
        return list(zip(places, numbers, strict=True))
    head = ", ".join(f"{name}={first}..{last}" for name, first, last in loops)
    _, numbers = _worth(f"entries_[{head}] = {formula}", values)
    at = [_worth(f"entries_[{head}] = 0*({formula}) + {piece}", values)[1] for piece in pieces]
    columns = group.shape[1] if len(pieces) == 2 else 1
    indices = [[round(x) - 1 for x in one] for one in at]
    flat = [i * columns + (indices[1][k] if len(pieces) == 2 else 0) for k, i in enumerate(indices[0])]
    if min(flat) < 0:
        raise IndexError(target)
    return list(zip(flat, numbers, strict=True))


def _sizes(shape: Shape, count: int) -> list[int]:
    return [shape[0] * shape[1]] if count == 1 else list(shape)


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
