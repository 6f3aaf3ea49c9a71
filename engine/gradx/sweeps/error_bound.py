"""How wrong float64 can be: a running error bound through both sweeps, of first order, with u = 2^-53.

Forward, the error of a node is what its inputs' errors become through the local partials, plus its own rounding.
Backward, a contribution upstream × local is wrong by the error of either factor and by its own rounding; the error of
a local partial is how much it changes when its arguments move by their errors, and by two roundings of theirs. A
bound is infinite where a kink, a branch or an edge lies within four errors: first order says nothing there. Source:
running error analysis, Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradx.graph import Graph
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.sweeps.backprop import Backprop
from gradx.sweeps.forward import Forward

UNIT = 2.0**-53
LARGE = 0.1
"""An argument's error of more than this, or one that changes the function by more than this relatively, has to be seen
to be of first order."""

PARTS = (1 / 8, 1 / 32, 1 / 128)
"""Of an argument's error: what is of first order changes by about these parts of the whole change."""

ROUNDINGS = 4.0 * UNIT
SMALLEST = 2.0**-1022
"""The smallest normal number: below it float64 keeps no relative precision."""

WIDE, MOST_WORK = 8, 200_000
"""A node of more arguments than `WIDE` is moved along each of them at the cost of all of them; where that comes to more
than `MOST_WORK` arguments, no bound is known."""

Numbers = Callable[[float], Sequence[float | None]]


class ErrorBound(NamedTuple):
    """First-order bounds on the absolute error of every node's value and of every adjoint; inf where there is none."""

    values: list[float]
    adjoints: list[float]


def error_bound(graph: Graph, run: Forward[float], back: Backprop[float]) -> ErrorBound:
    """Bounds for the float64 sweeps `run` and `back` of `graph`."""
    nodes, values = graph.nodes, run.values
    size = len(nodes)
    errors = [0.0] * size
    adjoint_errors = [0.0] * size
    drifts: list[tuple[float, ...]] = [()] * size
    left = MOST_WORK
    for i, node in enumerate(nodes):
        row = node.primitive
        if row is None:
            continue
        xs = [values[j] for j in node.inputs]
        own = [errors[j] for j in node.inputs]
        work = len(xs) ** 2 if len(xs) > WIDE else 0
        left -= work
        near = left < 0 or _near_boundary(row, xs, own)
        errors[i] = math.inf if near else _propagated(row, values[i], xs, own)
        local = back.partials[i]
        if local:
            drifts[i] = (math.inf,) * len(local) if near else _drifts(row, [w is not None for w in local], xs, own)
    for i in range(graph.output, -1, -1):
        if drifts[i]:
            _hand_on(nodes[i].inputs, back.adjoints[i], adjoint_errors[i], back.partials[i], drifts[i], adjoint_errors)
        elif adjoint_errors[i] == math.inf:
            # Below a branch that float64 does not take, and exact arithmetic may.
            for j in nodes[i].inputs:
                adjoint_errors[j] = math.inf
    return ErrorBound(errors, adjoint_errors)


def _hand_on(
    inputs: Sequence[int],
    upstream: float,
    upstream_error: float,
    local: Sequence[float | None],
    drifts: Sequence[float],
    adjoint_errors: list[float],
) -> None:
    """Add to the errors of the inputs' adjoints what one node's contributions may be wrong by."""
    for j, w, drift in zip(inputs, local, drifts, strict=True):
        if w is None:
            adjoint_errors[j] = math.inf if drift == math.inf else adjoint_errors[j]
            continue
        adjoint_errors[j] += _total(
            abs(w) * upstream_error if upstream_error else 0.0,
            (abs(upstream) + upstream_error) * (drift + SMALLEST),
            ROUNDINGS * abs(upstream * w) + SMALLEST,
        )


def _propagated(row: Primitive, value: float, xs: Sequence[float], errors: Sequence[float]) -> float:
    """The error of a value: the largest change any one argument's error makes, added up, plus rounding.

    A row of several steps rounds on its way (gelu divides its argument): as if the argument were rounded.
    """

    def values(*arguments: float) -> Sequence[float | None]:
        return (row.value(FLOAT64, *arguments),)

    change = 0.0
    for k, x in enumerate(xs):
        e = errors[k] if row.exact or row.linear else errors[k] + UNIT * abs(x)
        if e:
            change += _changes(_along(values, xs, k), (value,), x, e)[0]
    return _total(change, 0.0 if row.exact else ROUNDINGS * abs(value) + SMALLEST)


def _changes(function: Numbers, values: Sequence[float | None], x: float, e: float) -> list[float]:
    """The largest change of each of the `values` of a function at x when x moves by its error e to either side.

    inf where the error is too large for first order: a sine that it turns round more than once comes out anywhere, near
    where it was too.
    """
    if e == math.inf:
        return [math.inf] * len(values)
    whole = _largest(function, values, x, e)
    if e < LARGE and all(v is None or change <= LARGE * abs(v) for v, change in zip(values, whole, strict=True)):
        return whole
    for spacings, part in enumerate(PARTS, 1):
        # A part smaller than the spacing of float64 would not move x at all.
        step = min(e, max(part * e, spacings * math.ulp(x)))
        most = min(1.0, 4 * step / e)
        shares = _largest(function, values, x, step)
        whole = [w if share <= most * w else math.inf for w, share in zip(whole, shares, strict=True)]
    return whole


def _along(function: Callable[..., Sequence[float | None]], xs: Sequence[float], k: int) -> Numbers:
    """`function` of its k-th argument, the others held at `xs`."""
    return lambda x: function(*xs[:k], x, *xs[k + 1 :])


def _largest(function: Numbers, values: Sequence[float | None], x: float, e: float) -> list[float]:
    worst = [0.0] * len(values)
    for shifted in (x - e, x + e):
        for slot, (w, other) in enumerate(zip(values, function(shifted), strict=True)):
            if w is not None and other is not None:
                worst[slot] = max(worst[slot], _finite(abs(other - w)))
    return worst


def _drifts(row: Primitive, wanted: Sequence[bool], xs: Sequence[float], errors: Sequence[float]) -> tuple[float, ...]:
    """How much each local partial changes when the arguments move by their errors (and by two roundings)."""
    drifts = [0.0] * len(wanted)
    if row.linear:
        return tuple(drifts)

    def partials(*arguments: float) -> Sequence[float | None]:
        return row.local_partials(FLOAT64, row.value(FLOAT64, *arguments), arguments, wanted)

    local = partials(*xs)
    for k, x in enumerate(xs):
        e = errors[k] + 2 * UNIT * abs(x)
        if math.ulp(x) > LARGE and e > math.ulp(x):
            return (math.inf,) * len(wanted)  # float64 has too few numbers here for a turn to be seen
        if e:
            drifts = [d + w for d, w in zip(drifts, _changes(_along(partials, xs, k), local, x, e), strict=True)]
    return tuple(drifts)


def _near_boundary(row: Primitive, xs: Sequence[float], errors: Sequence[float]) -> bool:
    """Whether a kink, a branch or an edge lies within four errors of the arguments."""
    if row.boundaries is None:
        return False
    distances = row.boundaries(FLOAT64, *xs)
    if not all(distances):
        return True
    if not any(errors):
        return False
    if not all(map(math.isfinite, errors)):
        return True
    reach = [0.0] * len(distances)
    for k, e in enumerate(errors):
        for shifted in (xs[k] - 4 * e, xs[k] + 4 * e) if e else ():
            moved = row.boundaries(FLOAT64, *xs[:k], shifted, *xs[k + 1 :])
            reach = [max(r, abs(b - d)) for r, b, d in zip(reach, moved, distances, strict=True)]
    return any(not r < abs(d) for r, d in zip(reach, distances, strict=True))


def _finite(x: float) -> float:
    return x if x == x else math.inf


def _total(*parts: float) -> float:
    """The sum; inf where it is not a number (inf × 0 somewhere: nothing is known)."""
    return _finite(sum(parts))
