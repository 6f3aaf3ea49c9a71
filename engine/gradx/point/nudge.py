"""The nudge column: what the output becomes when one node goes up by ε, and when that misleads.

It is how a derivative is taught, and it never decides. What misleads is told by the same nudge in balls: where that
gives the slope too, ε is too large; where it gives the gradient, float64 has rounded the change away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gradx.graph import Graph
from gradx.numbers.float64 import FLOAT64, UNIT
from gradx.point.verdict import Verdict
from gradx.row_shape import boundary_operands
from gradx.sweeps.forward import Forward, distances, forward, nudged

EVALUATIONS = 500_000
"""Nudging N nodes costs up to N² evaluations (of two arguments); nodes past this many are left out."""

MISLEADING = 0.01
"""A slope that is off by more than this, relatively, gets a note."""


MOST_PROVED = 100
"""A graph with more nodes than this is not read in balls for a note."""


class Nudge(NamedTuple):
    """The output after one node moved by ε, the slope that this gives, and a note where the slope misleads.

    `output` and `slope` are None where the nudge leaves the domain.
    """

    output: float | None
    slope: float | None
    note: str | None = None


def nudge_column(
    graph: Graph,
    run: Forward[float],
    nodes: Iterable[int],
    adjoints: Sequence[float],
    verdicts: Mapping[int, Verdict],
    epsilon: float,
) -> dict[int, Nudge]:
    """Nudge those of `nodes` that have a value, from the first on, as many as the evaluations allow. A slope is held
    against the true one where that is known."""
    column: dict[int, Nudge] = {}
    left = EVALUATIONS
    for i in nodes:
        if i in run.dropped or i in run.faults:
            continue
        longer = sum(len(inputs) - 2 for j, inputs in graph.operands.all.items() if j >= i)
        left -= 3 * (len(graph.primitives) - i + longer)
        if left < 0:
            break
        proof = verdicts[i].proof
        column[i] = nudge(graph, run, i, epsilon, adjoints[i] if proof is None else float(proof.ball))
    return column


def nudge(graph: Graph, run: Forward[float], i: int, epsilon: float, gradient: float) -> Nudge:
    """Node i moved up by `epsilon`; `gradient` is what its slope is held against."""
    order = graph.downstream(i)
    x, before = run.values[i], run.values[graph.output]
    up = nudged(graph, FLOAT64, run, i, x + epsilon, order)
    if graph.output in up.faults:
        lost = graph.output in run.faults
        return Nudge(None, None, "float64 has no value here" if lost else f"the nudge of {epsilon:g} leaves the domain")
    after = up.values[graph.output]
    slope, note = (after - before) / epsilon, None
    if not math.isfinite(slope):
        note = "float64 overflows here"
    elif x + epsilon == x:
        note = f"the nudge is lost in rounding: {x:g} + {epsilon:g} is {x:g} in float64"
    elif abs(slope - gradient) > MISLEADING * abs(gradient):
        note = _note(graph, run, up, order, epsilon, gradient)
    return Nudge(after, slope, note)


def _note(
    graph: Graph, run: Forward[float], up: Forward[float], order: Sequence[int], epsilon: float, gradient: float
) -> str:
    """Why the slope of the nudge is not the gradient."""
    left = not _fades(graph, run, up, order, epsilon, gradient)
    crossed = next((j for j in order[1:] if j not in run.dropped and _crossed(graph, run, up, j, left)), None)
    if crossed is not None:
        row = graph.nodes[crossed].primitive
        name = row.name.removesuffix(row.relation or "") if row else ""
        return f"the nudge crosses a kink, a jump or a pole of {name} at {graph.names[crossed]}"
    before, after = run.values[graph.output], up.values[graph.output]
    slope, exact = (after - before) / epsilon, _exact_slope(graph, run, order, epsilon)
    rounding = 2 * UNIT * max(abs(before), abs(after)) / epsilon
    if exact is not None:
        rounding = max(rounding, abs(slope - exact))
    if abs(slope - gradient) > 2 * rounding or (exact is not None and abs(exact - gradient) > rounding):
        off = abs(slope - gradient) / abs(gradient) * 100 if gradient else math.inf
        much = f"{off:.0f}% off" if off < 1000 else f"{slope:.3g} and not {gradient:.3g}"
        return f"ε = {epsilon:g} is not small enough here: the slope is {much} (truncation error)"
    return f"rounding hides the change: its error is up to {rounding:.1g} in the slope"


def _fades(
    graph: Graph, run: Forward[float], up: Forward[float], order: Sequence[int], epsilon: float, gradient: float
) -> bool:
    """Whether a nudge of a 16th is so much nearer to the gradient: what it leaves at once is no kink then."""
    less = nudged(graph, FLOAT64, run, order[0], run.values[order[0]] + epsilon / 16, order)
    before = run.values[graph.output]
    off = abs((up.values[graph.output] - before) / epsilon - gradient)
    return (
        graph.output not in less.faults
        and abs((less.values[graph.output] - before) * 16 / epsilon - gradient) < off / 8
    )


def _exact_slope(graph: Graph, run: Forward[float], order: Sequence[int], epsilon: float) -> float | None:
    """The slope of the nudge without rounding; None where it is not known."""
    if len(graph.primitives) > MOST_PROVED:
        return None
    from flint import arb

    from gradx.numbers.balls import BALLS, precision
    from gradx.point.reading import LADDER

    with precision(LADDER[1]):
        still = forward(graph, BALLS, {i: arb(run.values[i]) for i in graph.inputs})
        moved = nudged(graph, BALLS, still, order[0], still.values[order[0]] + epsilon, order)
        slope = (moved.values[graph.output] - still.values[graph.output]) / epsilon
    return float(slope) if slope.is_finite() else None


def _crossed(graph: Graph, run: Forward[float], up: Forward[float], j: int, left: bool) -> bool:
    """Whether some boundary quantity of node j changes its sign between the passes, or, where `left`, leaves zero."""
    row = graph.primitives[j]
    here, there = (distances(graph, FLOAT64, run.values, j), distances(graph, FLOAT64, up.values, j))
    if row is None or not here:
        return False
    inputs, movers = graph.nodes[j].inputs, boundary_operands(row)
    moved = {k for k, i in enumerate(inputs) if run.values[i] != up.values[i]}
    changes = (
        k for k, (a, b) in enumerate(zip(here, there, strict=True)) if a * b < 0 or (left and (a == 0) != (b == 0))
    )
    return any(movers is None or movers[k] & moved for k in changes)
