"""The gradient of a fit's first step, held against rows that are proved one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradx.graph import Graph
from gradx.lessons.descents.row_sums import Row, RowSums, total
from gradx.lessons.tables import Batch
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import Options, judged
from gradx.sweeps.forward import forward

SAMPLE = 16
"""Rows that are proved."""

CLOSE = 1e-12
"""How near the sums of the arrays must come to those of the proved numbers, beside the sum of their sizes."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Of `rows` rows there are `gradients`, of which so many are `proved`; `doubt` says of the first other one why not.
    `agrees`: the sums over these rows in NumPy, of J and of each gradient, are those of the proved numbers to
    `CLOSE`."""

    rows: int
    gradients: int
    proved: int
    doubt: str | None
    agrees: bool


def sampled(graph: Graph, sums: RowSums, point: Sequence[float], rows: Sequence[Row]) -> Sampled:
    """Judge every row alone, as one point is judged, and hold their sum against that of the arrays.

    The rows have a value, all of them.
    """
    moving = dict(zip(sums.moving, point, strict=True))
    given = {**sums.held, **moving}
    terms: list[list[float]] = []
    proved, doubt = 0, None
    wrt = [graph.index[name] for name in sums.moving]
    for row in rows:
        at = given | dict(zip(sums.columns, row.numbers, strict=True))
        numbers, doubts = judged_row(graph, {graph.index[name]: x for name, x in at.items()}, wrt)
        terms.append(numbers)
        proved += len(wrt) - len(doubts)
        if doubt is None and doubts:
            name, why = next(iter(doubts.items()))
            doubt = f"d{name} in row {row.number + 1:,}: {why}"
    columns = {name: np.array([row.numbers[k] for row in rows]) for k, name in enumerate(sums.columns)}
    found = sums(Batch(0, columns, None), point).sums
    sizes = zip(found, zip(*terms, strict=True), strict=True)
    agrees = all(abs(number - total(of)) <= CLOSE * total(map(abs, of)) for number, of in sizes)
    return Sampled(len(rows), len(rows) * len(wrt), proved, doubt, agrees)


def judged_row(graph: Graph, at: Mapping[int, float], wrt: Sequence[int]) -> tuple[list[float], dict[str, str]]:
    """J and its gradient at a point, as they are proved where they are; the names of those that are not, and why."""
    run = forward(graph, FLOAT64, at)
    back, judgement = judged(graph, run, at, wrt, Options(), ())
    slopes = [float(judgement.slopes[i]) if i in judgement.slopes else back.adjoints[i] for i in wrt]
    verdicts = {graph.names[i]: judgement.gradients[i] for i in wrt}
    doubts = {name: verdict.reason or verdict.status for name, verdict in verdicts.items() if verdict.status != "agree"}
    return [run.values[graph.output], *slopes], doubts
