"""A curve's numbers, for scripts: JSON and CSV, with every digit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain

from gradx.language.program import Program
from gradx.lessons.curves.curve import Curve, Straight
from gradx_cli.views import csv
from gradx_cli.views.json import Json, finite, head, write
from gradx_cli.views.terminal import Terminal


def show(program: Program, curve: Curve, epsilon: float, warnings: tuple[str, ...]) -> None:
    """One JSON object. Where the function has no value, value and derivative are null."""
    value, derivative = zip(*_rows(curve), strict=True)
    write(
        {
            **head("plot", program, (*program.remarks, *warnings, *([curve.note] if curve.note else []))),
            "over": curve.over,
            "x": curve.x.tolist(),
            "value": list(value),
            "derivative": list(derivative),
            "tangent": _line(curve.tangent),
            "secant": _line(curve.secant),
            "epsilon": epsilon,
            "breaks": [{key: _number(part) for key, part in asdict(found).items()} for found in curve.breaks],
        }
    )


def show_csv(program: Program, curve: Curve, screen: Terminal) -> None:
    """A header and a row a point; empty cells where there is no value."""
    header = (csv.text(curve.over), "value", "derivative")
    points = (
        (x, *("" if number is None else number for number in row))
        for x, row in zip(curve.x.tolist(), _rows(curve), strict=True)
    )
    csv.write(chain([header], points), screen)


def _rows(curve: Curve) -> Iterator[tuple[float | str | None, float | str | None]]:
    for value, derivative in zip(curve.value.tolist(), curve.derivative.tolist(), strict=True):
        yield (None, None) if math.isnan(value) else (finite(value), finite(derivative))


def _line(line: Straight | None) -> Json:
    return None if line is None else {key: finite(number) for key, number in asdict(line).items()}


def _number(part: float | str | None) -> float | str | None:
    return part if isinstance(part, str) else finite(part)
