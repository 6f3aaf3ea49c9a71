"""A line of very many points is drawn from few of them, and is the same line."""

from __future__ import annotations

import random
from itertools import groupby

from gradx_cli.drawing.curves import COLUMNS, Point, thinned


def test_each_column_keeps_its_ends_and_its_extremes() -> None:
    draw = random.Random(7)
    points = [(k / 50_000, draw.gauss(0, 1)) for k in range(50_000)]

    def column(point: Point) -> int:
        return int(point[0] * COLUMNS)

    def outline(line: list[Point]) -> tuple[Point, Point, float, float]:
        return line[0], line[-1], min(y for _, y in line), max(y for _, y in line)

    few = thinned(points, (0.0, 1.0))
    assert list(few) == sorted(few)
    assert len(few) <= 4 * COLUMNS
    wanted = {k: outline(list(inside)) for k, inside in groupby(points, column)}
    assert {k: outline(list(inside)) for k, inside in groupby(few, column)} == wanted


def test_few_points_are_all_drawn() -> None:
    points = [(float(k), -float(k)) for k in range(4 * COLUMNS)]
    assert thinned(points, (0.0, float(4 * COLUMNS))) == points
