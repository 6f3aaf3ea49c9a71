"""What a verdict says in words: which boundary the point stands on, what backprop takes there, what stays open."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from gradx.graph import HIDDEN, Graph
from gradx.language.operators import called
from gradx.language.printer import expression
from gradx.numbers.decimals import short
from gradx.numbers.float64 import FLOAT64
from gradx.point.bend import Bend, Side
from gradx.point.verdict import FAINTEST, Cause, Verdict, plain
from gradx.row_shape import operation_of
from gradx.sweeps.forward import distances

LONGEST = 40
"""The characters of an argument up to which a sentence writes it out."""


def bent(graph: Graph, values: Sequence[float], exact: Sequence[float], bend: Bend) -> Verdict:
    """The verdict on a kink, an edge, a jump or a vertical tangent; `values` are float64's, `exact` the true ones."""
    left, right = _slope(bend.left), _slope(bend.right)
    culprit, status = bend.culprit, bend.finding
    assert culprit is not None
    assert status in ("kink", "edge", "jump", "vertical")
    place = boundary(graph, exact, culprit, "jump" if bend.jumps else status)
    if bend.jumps and status != "jump":
        place += f", and {graph.names[graph.output]} has a kink there"
    if status == "edge":
        sides = [name for name, slope in (("left", left), ("right", right)) if slope is None]
        reason = f"{place}: there is no value on the {' or the '.join(sides)}"
        known = right if left is None else left
        if known is not None:
            reason += f", the slope on the {'right' if left is None else 'left'} is {plain(known)}"
    elif status == "vertical":
        reason = f"{place}: the slope is {plain(left)} on both sides"
    else:
        takes = convention(graph, values, culprit)
        reason = f"{place}: left slope {plain(left)}, right slope {plain(right)}" + (takes and f"; {takes}")
    return Verdict(status, reason, left, right)


def bent_beyond(graph: Graph, bend: Bend) -> Verdict:
    """The verdict on what bends or jumps in a derivative of order 1 or more, and not below."""
    assert bend.culprit is not None
    of = f"the derivative of order {bend.order - 1}"
    return _broken(bend, of, f"on a boundary of {written(graph, bend.culprit)}")


def bent_across(bend: Bend, x: str, y: str) -> Verdict:
    """The verdict on a derivative along x that bends or jumps as y moves."""
    return _broken(bend, f"the derivative along {x}", f"as {y} moves")


def nowhere_beside(bend: Bend, x: str, y: str) -> Verdict:
    """The verdict where the derivative along y has a kink as x moves, and so the one along x is missing beside the
    point."""
    left, right = _slope(bend.left), _slope(bend.right)
    reason = f"there is no derivative along {x} beside this point: that along {y} has a kink here, as {x} moves"
    return Verdict("kink", f"{reason}: left slope {plain(left)}, right slope {plain(right)}")


def _broken(bend: Bend, of: str, where: str) -> Verdict:
    left, right = _slope(bend.left), _slope(bend.right)
    assert bend.finding in ("kink", "edge", "jump", "vertical")
    what = {
        "kink": "has a kink",
        "edge": "has a side without a value",
        "jump": "jumps",
        "vertical": "has a vertical tangent",
    }[bend.finding]
    reason = f"{of} {what} here, {where}: left slope {plain(left)}, right slope {plain(right)}"
    return Verdict(bend.finding, reason, left, right)


def not_standing(below: Verdict, k: int, n: int) -> Verdict:
    """The verdict on a derivative of order `n` where that of order `k`, `below` it, does not stand."""
    return Verdict(below.status, f"order {k} does not stand here, and so order {n} does not: {below.reason}")


def _slope(side: Side | None) -> float | None:
    return None if side is None or side.slope is None else float(side.slope) + 0.0


def boundary(graph: Graph, values: Sequence[float], i: int, status: str) -> str:
    """The boundary that the point stands on, in words: `relu has a kink at z = 0`; `values` are the true
    ones."""
    row = graph.primitives[i]
    assert row is not None
    inputs = graph.operands.of(i)
    if row.name.isidentifier() and len(inputs) == 1:
        argument = expression(graph, inputs[0])
        text = argument if len(argument) <= LONGEST else "its argument"
        subject, place = called(row, graph.source.text), f"{text} = {values[inputs[0]] + 0.0:.10g}"
    else:
        subject, place = written(graph, i), "this point"
    return {
        "kink": f"{subject} has a kink at {place}",
        "edge": f"{place} is at the edge of the domain of {subject}",
        "jump": f"{subject} jumps at {place}",
        "vertical": f"{subject} has a vertical tangent at {place}",
    }[status]


def convention(graph: Graph, values: Sequence[float], i: int) -> str:
    """What backprop takes at the boundary of node i, "" where float64 does not stand on it."""
    row = graph.primitives[i]
    assert row is not None
    met = row.convention and any(b == 0 for b in distances(graph, FLOAT64, values, i))
    return f"backprop takes {row.convention}" if met else ""


def open_comparison(graph: Graph, i: int, bits: int) -> str:
    """Which boundary no precision tells apart from the point."""
    return f"{bits:,} bits do not tell on which side of a boundary of {written(graph, i)} this point lies"


def open_order(graph: Graph, i: int, order: int) -> str:
    """At which boundary, on which the point stands, it stays open what a derivative is."""
    what = "there is a slope" if order == 1 else f"order {order} stands"
    return f"it is not decided whether {what} here, on a boundary of {written(graph, i)}"


def branch_taken(graph: Graph, i: int, takes: str, number: float) -> tuple[Cause, str]:
    """What is said where the output is smooth on a boundary of node i, and backprop takes another slope there."""
    place = f"{graph.names[graph.output]} is smooth here, on a boundary of {written(graph, i)}"
    return "branch", f"{place}: {takes}, which gives {plain(number)}"


def lost(graph: Graph, i: int, value: float, true: arb, fault: int | None) -> tuple[Cause, str]:
    """What is said where float64 has 0 or no number for node i, whose value is another, so that the domain of node
    `fault` is left in it."""
    row = graph.primitives[i]
    assert row is not None
    cause: Cause = "overflow" if value else "underflow" if true.abs_upper() < FAINTEST else "rounding"
    if cause == "rounding" and operation_of(row) in ("+", "-"):
        cause = "cancellation"
    said = f"{cause}: float64 takes {written(graph, i)} for {plain(value)} (it is {short(true)})"
    return cause, said if fault is None else f"{said}, and has no value for {written(graph, fault)}"


def rounded_to_edge(graph: Graph, i: int, values: Sequence[float]) -> tuple[Cause, str]:
    """What is said where float64 has node i on a boundary on which it does not stand."""
    j = graph.operands.of(i)[0]
    said = f"rounding: float64 takes {written(graph, j)} for {plain(values[j])}, on a boundary of {written(graph, i)}"
    return "rounding", said


def written(graph: Graph, i: int) -> str:
    """A node as it is written, its name where that is long; how it begins where it has none."""
    whole, name = expression(graph, i), graph.names[i]
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[:LONGEST]}…" if name.startswith(HIDDEN) else name
