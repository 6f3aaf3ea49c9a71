"""One node nudged: what moves, what becomes of domain errors, and what the output changes by to the last digit."""

from __future__ import annotations

import math

import mpmath
import pytest
from multiprecision import Multiprecision

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import Forward, forward
from gradx.sweeps.nudging import carried_changes, nudged


def run(text: str, **values: float) -> tuple[Graph, Forward[float]]:
    graph = read(text).graph
    return graph, forward(graph, FLOAT64, {graph.index[name]: x for name, x in values.items()})


def test_a_domain_error_upstream_stays_and_one_downstream_is_looked_for_again() -> None:
    graph, before = run("u = log(x); where(y > 0, y, u)", x=-1.0, y=1.0)
    u = graph.index["u"]
    assert before.faults == {u: u}
    assert nudged(graph, FLOAT64, before, graph.index["y"], -1.0).faults == {u: u, graph.output: u}
    assert nudged(graph, FLOAT64, before, graph.index["x"], 1.0).faults == {}


def test_what_was_dropped_is_taken_over() -> None:
    graph, before = run("u = x + 1; where(y > 0, y, u)", x=-1.0, y=1.0)
    after = nudged(graph, FLOAT64, before, graph.index["y"], -1.0)
    assert after.dropped == before.dropped != frozenset()
    assert after.values[graph.output] == 0.0


def carried(text: str, to: float, **values: float) -> tuple[float, set[str]]:
    """What the output changes by when x goes to `to`, and the nodes whose rounding counts."""
    graph, before = run(text, **values)
    x = graph.index["x"]
    order = graph.downstream(x)
    after = nudged(graph, FLOAT64, before, x, to, order)
    changes, counted = carried_changes(graph, FLOAT64, before.values, after.values, order, to - values["x"], 0.0, {})
    return changes[graph.output], {graph.names[i] for i in counted}


SMALL = 2.0**-50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + y", SMALL),
        ("y + x", SMALL),
        ("y - x", -SMALL),
        ("(x + y) + (x + y)", 2 * SMALL),
        ("y + 3*x", 3 * SMALL),
        ("y + x*3", 3 * SMALL),
        ("u = max(y, 1); u + max(x, 0)", SMALL),
        ("y + where(y > 0, x, 2*x)", SMALL),
        ("y + where(y < 0, 2*x, x)", SMALL),
        ("(y + x)/4", SMALL / 4),
        ("abs(y + x)", SMALL),
        ("(y + x) % (4*y)", SMALL),
        ("leaky_relu(y + x)*2", 2 * SMALL),
    ],
)
def test_a_change_is_not_drowned_by_what_stands_beside_it(text: str, expected: float) -> None:
    # float64 has no digit for SMALL beside 2^60: the difference of the two values is 0
    assert carried(text, 1.0 + SMALL, x=1.0, y=2.0**60) == (expected, set())


def test_what_is_no_sum_counts_as_the_difference_and_its_rounding() -> None:
    assert carried("exp(x)", 1.0, x=0.0) == (math.e - 1.0, {"x", "J"})
    assert carried("x*x", 3.0, x=2.0) == (5.0, {"x", "J"})
    assert carried("y*(x + 1)^2", 3.0, x=1.0, y=3.0) == (36.0, {"v1", "v2"})
    assert carried("abs(x)", -4.0, x=-3.0) == (1.0, {"x", "J"})


def test_a_choice_that_changes_counts_as_the_difference() -> None:
    assert carried("max(x, y)", 7.0, x=5.0, y=6.0) == (1.0, {"x", "J"})
    assert carried("max(x, y)", 5.0, x=7.0, y=6.0) == (-1.0, {"x", "J"})
    assert carried("where(x > 0, y, z)", -1.0, x=1.0, y=5.0, z=2.0) == (-3.0, {"x", "J"})


def test_a_choice_that_stays_elsewhere_does_not_move() -> None:
    assert carried("max(x, y)", 5.5, x=5.0, y=6.0)[0] == 0.0
    assert carried("where(x > 0, y, z)", 5.5, x=5.0, y=6.0, z=1.0)[0] == 0.0


def test_what_is_equal_by_rounding_is_no_choice() -> None:
    # In float64 1 + 2^-60 is 1, and so are 1/1 and max(1, 1): of none of them is the change 2^-60 for that.
    assert carried("1/(x + 1)", 2.0**-60, x=0.0) == (0.0, {"v1", "J"})
    assert carried("max(x + 1, 1)", 2.0**-60, x=0.0) == (0.0, {"v1", "J"})
    assert carried("floor(x + 1)", 2.0**-60, x=0.0) == (0.0, {"v1", "J"})
    assert carried("where(x + 1 < 5, y, 0)", 2.0**-60, x=0.0, y=1.0) == (0.0, set())
    assert carried("(x - 2^-60) % 2", 2.0**-60, x=0.0)[0] == -2.0


def test_a_choice_that_is_not_known_any_more_does_not_stay() -> None:
    assert math.isnan(carried("where(log(x) > 5, y, z)", -1.0, x=1.0, y=5.0, z=2.0)[0])


def test_a_change_goes_through_a_hypotenuse_much_longer_than_what_moves() -> None:
    # sqrt((1 + s)² + L²) - sqrt(1 + L²) is s(2 + s)/(2L), as far as s and 1/L are small
    change, counted = carried("hypot(x, y)", 1.0 + SMALL, x=1.0, y=2.0**60)
    assert change * 2.0**60 / SMALL == pytest.approx(1.0, rel=1e-14)
    assert counted == set()
    assert carried("hypot(x, y + x)", 1.0 + SMALL, x=1.0, y=2.0**60)[0] == SMALL
    assert carried("hypot(x, y + 0*x)", 3.0, x=4.0, y=3.0)[0] == pytest.approx(math.sqrt(18) - 5, rel=1e-14)


REACH = 2.0**-70


def smoothly(
    text: str, reach: float = REACH, bits: int = 300, slopes: dict[int, mpmath.mpf | None] | None = None
) -> tuple[mpmath.mpf, set[str]]:
    """The change at 50 digits as y goes from 2 to 2 + 2^-bits, times 2^bits, and the nodes whose rounding counts."""
    m, graph = Multiprecision(50), read(text).graph
    y = graph.index["y"]
    order = graph.downstream(y)
    before = forward(graph, m, {y: m.number(2.0)})
    after = nudged(graph, m, before, y, m.number(2.0), order)  # 2 + 2^-bits to 50 digits
    step = m.context.ldexp(1, -bits)
    kept = {} if slopes is None else slopes
    changes, counted = carried_changes(graph, m, before.values, after.values, order, step, m.number(reach), kept)
    return m.context.ldexp(changes[graph.output], bits), {graph.names[i] for i in counted}


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("y^3", 12),
        ("sin(y)*7", 7 * mpmath.cos(2)),
        ("exp(y)^5 + log(y)", 5 * mpmath.exp(10) + 0.5),
        ("y^y", 4 * (1 + mpmath.log(2))),
        ("5/(1 - y)", 5),
        ("atan2(y, 3 - y)", mpmath.mpf(3) / 5),
    ],
)
def test_a_change_too_small_to_be_seen_goes_through_a_smooth_function_by_its_own_slope(text: str, slope: float) -> None:
    change, counted = smoothly(text)
    assert abs(change - slope) <= 1e-14 * abs(slope)
    assert counted == set()


def test_what_has_no_slope_at_that_distance_counts_as_the_difference() -> None:
    assert smoothly("y^3", reach=0.0) == (0, {"y", "J"})
    assert smoothly("tanh(100*y)") == (0, {"v1", "J"})  # flat to 50 digits
    assert smoothly("sqrt(y - 2)")[1] == {"v1", "J"}
    assert smoothly("sin(10^30*y)")[1] == {"v1", "J"}


def test_the_slope_along_one_argument_is_kept_for_other_steps() -> None:
    slopes: dict[int, mpmath.mpf | None] = {}
    first, _ = smoothly("y^3", slopes=slopes)
    (node, slope), *others = slopes.items()
    assert (others, slope) == ([], first)
    assert abs(smoothly("y^3", bits=317, slopes=slopes)[0] - 12) <= 1e-14
    slopes[node] = mpmath.mpf(7)
    assert smoothly("y^3", bits=317, slopes=slopes)[0] == 7
    slopes[node] = None
    assert smoothly("y^3", slopes=slopes) == (0, {"y", "J"})
    both: dict[int, mpmath.mpf | None] = {}
    smoothly("y^(y + 1)", slopes=both)
    assert both == {}
