"""One node moved, and only what depends on it evaluated again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradx.graph import Graph
from gradx.numbers import Arithmetic, Ordered, Relation, S
from gradx.sweeps.forward import Forward, evaluate

CLOSER = 2**17
"""How many times closer the second of two distances is."""

SETTLED = 1e-20
"""The relative difference up to which their quotients are one slope."""


def nudged(
    graph: Graph, m: Ordered[S], run: Forward[S], i: int, value: S, order: Sequence[int] | None = None
) -> Forward[S]:
    """The forward pass `run` with node i held at `value`.

    `order` is `graph.downstream(i)` where the caller already has it. `dropped` is taken over unchanged.
    """
    order = graph.downstream(i) if order is None else order
    values = list(run.values)
    values[i] = value
    moved = set(order)
    faults = {j: origin for j, origin in run.faults.items() if j not in moved}
    evaluate(graph, m, order[1:], values, faults)
    return Forward(values, faults, run.dropped)


def carried_changes(
    graph: Graph,
    m: Arithmetic[S],
    before: Sequence[S],
    after: Sequence[S],
    order: Sequence[int],
    step: S,
    reach: S,
    slopes: dict[int, S | None],
) -> tuple[dict[int, S], frozenset[int]]:
    """What the nodes of `order` change by when these, the first by `step`, move from the values `before` to `after`.

    A difference of two large numbers drowns what is small beside them. So a change is carried through a sum, a product
    or quotient of which one factor moves, and a choice that stays, where no rule of differentiation is needed to say
    what becomes of it, and what stays the same cancels exactly. Where a function drowns a change (leaves less than
    `reach` squared of its value), the slope that its own values have at the part `reach` of its arguments carries it;
    `slopes` keeps those of one argument, for other steps to the same side. The second result are the nodes whose
    rounding still counts.
    """
    changes: dict[int, S] = {order[0]: step}
    counted: set[int] = set()
    zero, one, drowned = m.number(0.0), m.number(1.0), reach * reach
    for j in order[1:]:
        inputs = graph.nodes[j].inputs
        found = _carried(graph, m, j, changes, before, after, zero)
        if found is None:
            plain = after[j] - before[j]
            if _holds(m, "<=", m.absolute(plain), m.absolute(before[j]) * drowned, zero, one):
                found = _by_its_slope(graph, m, j, changes, before, reach, slopes, zero, one)
        if found is None:
            found = plain
            counted.update((j, *(k for k in inputs if k in changes)))
        changes[j] = found
    return changes, frozenset(counted)


def _carried(
    graph: Graph,
    m: Arithmetic[S],
    j: int,
    changes: Mapping[int, S],
    before: Sequence[S],
    after: Sequence[S],
    zero: S,
) -> S | None:
    """The change of node j from those of its inputs; None where it is not a sum, nor a product or a quotient of which
    one factor moves, nor a hypotenuse, nor a remainder or a choice that stays on its piece."""
    row, inputs = graph.nodes[j].primitive, graph.nodes[j].inputs
    assert row is not None
    if row.linear and row.boundaries is None:
        return row.value(m, *(changes.get(k, zero) for k in inputs))
    moving = [slot for slot, k in enumerate(inputs) if k in changes]
    if row.name in ("*", "/") and len(moving) == 1 and moving[0] in row.zero_at:
        return row.value(m, *(changes.get(k, before[k]) for k in inputs))
    if row.name == "hypot":
        found = zero  # a'² - a² is (a' - a)(a' + a)
        for k in (inputs[slot] for slot in moving):
            if changes[k] != zero:
                found = found + changes[k] * m.divide(before[k] + after[k], before[j] + after[j])
        return found
    if row.name == "%" and moving == [0]:
        x, y = inputs
        same = m.floor(m.divide(before[x], before[y])) == m.floor(m.divide(after[x], before[y]))
        return changes[x] if same else None
    chosen = _chosen(graph, j, before, after)
    return None if chosen is None or before[j] - before[j] != zero else changes.get(chosen, zero)


def _by_its_slope(
    graph: Graph,
    m: Arithmetic[S],
    j: int,
    changes: Mapping[int, S],
    before: Sequence[S],
    reach: S,
    slopes: dict[int, S | None],
    zero: S,
    one: S,
) -> S | None:
    """The change of node j, a smooth function, where those of its arguments are small beside them: a difference
    quotient along them at `reach`, from the node's own values. None where one closer is another."""
    row, inputs = graph.nodes[j].primitive, graph.nodes[j].inputs
    assert row is not None
    steps = {k: changes[k] for k in inputs if k in changes and changes[k] != zero}
    if row.linear or not steps:
        return None
    alone = next(iter(steps.values())) if len(steps) == 1 else None
    if alone is not None and j in slopes:
        slope = slopes[j]
        return None if slope is None else slope * alone
    times = m.minimum(*(m.divide(m.absolute(before[k]) * reach, m.absolute(step)) for k, step in steps.items()))
    if not _holds(m, ">", times, one, zero, one):
        return None
    found = []
    for n in (times, m.divide(times, m.number(CLOSER))):
        xs = (before[k] + steps.get(k, zero) * n for k in inputs)
        found.append(m.divide(row.value(m, *xs) - before[j], n))
    alike = _holds(m, "<=", m.absolute(found[0] - found[1]), m.absolute(found[1]) * m.number(SETTLED), zero, one)
    settled = found[1] if alike and found[1] != zero else None
    if alone is not None:
        slopes[j] = None if settled is None else m.divide(settled, alone)
    return settled


def _holds(m: Arithmetic[S], relation: Relation, left: S, right: S, zero: S, one: S) -> bool:
    return m.where(relation, left, right, one, zero) == one


def _chosen(graph: Graph, j: int, before: Sequence[S], after: Sequence[S]) -> int | None:
    """The one argument that node j's value is, before and after, where the node is a choice."""
    row, inputs = graph.nodes[j].primitive, graph.nodes[j].inputs
    assert row is not None
    if not row.linear or (row.jumps and row.relation is None):
        return None  # What is equal may be so by rounding: 1/v is v beside 1.
    taken = row.branches([before[k] for k in inputs])
    if taken is not None:
        stays = taken == row.branches([after[k] for k in inputs])
        inputs = (inputs[2 if taken[0] else 3],) if stays else ()
    same = {k for k in inputs if before[k] == before[j] and after[k] == after[j]}
    return same.pop() if len(same) == 1 else None
