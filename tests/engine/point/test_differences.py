"""The central difference of any order encloses the derivative, and would not without Cauchy's remainder."""

from __future__ import annotations

from math import factorial

import pytest
from flint import arb

from gradx.language.program import read
from gradx.numbers.balls import BALLS, precision
from gradx.point.differences import Difference, node_difference, vanishes
from gradx.point.reading import Readings

BITS = 256


@pytest.mark.parametrize("order", [1, 2, 3, 5, 8, 12])
@pytest.mark.parametrize("radius", [-2, -10, -20])
def test_the_derivative_is_enclosed(order: int, radius: int) -> None:
    """exp(2x) at 1/2: the n-th derivative is 2^n e."""
    found = difference("exp(2*x)", order, radius)
    with precision(4 * BITS):
        assert found.slope.contains(arb(2) ** order * arb.const_e())


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 6])
def test_the_remainder_is_needed_and_is_enough(order: int) -> None:
    """Of a power two degrees higher, where nothing is rounded: the difference is off by what the remainder bounds."""
    found = difference(f"x^{order + 2}", order, -2)
    with precision(16 * BITS):
        missed = abs(found.slope.mid() - factorial(order + 2) / 8)
        assert 0 < missed <= found.remainder
        assert found.remainder < missed * 1e4 * 8.0**order


def difference(program: str, order: int, radius: int) -> Difference:
    graph = read(program).graph
    (x,) = graph.inputs
    reading = Readings(graph, BALLS, {x: 0.5})[0]
    found = node_difference(reading, {x: order}, [i for i in graph.downstream(x) if i != x], {x: radius})
    assert found is not None
    return found


def test_where_it_is_not_analytic_nothing_is_said() -> None:
    graph = read("abs(x)").graph
    x = graph.index["x"]
    reading = Readings(graph, BALLS, {x: 0.001})[0]
    moving = [i for i in graph.downstream(x) if i != x]
    assert node_difference(reading, {x: 2}, moving, {x: -4}) is None
    assert node_difference(reading, {x: 2}, moving, {x: -20}) is not None


@pytest.mark.parametrize(
    ("program", "orders", "expected"),
    [
        ("x*y", {"x": 2}, True),
        ("x*y", {"x": 1, "y": 1}, False),
        ("sin(x) + cos(y)", {"x": 1, "y": 1}, True),
        ("sin(x + y)", {"x": 1, "y": 1}, False),
        ("(x + y)^3", {"x": 4}, True),
        ("(x + y)^3", {"x": 2, "y": 1}, False),
        ("x^2/z + y/x", {"x": 3}, False),
        ("x^2/z", {"x": 3}, True),
        ("max(x, y)*z", {"x": 2}, True),
        ("abs(x)*x", {"x": 2}, False),
        ("x^3*y^2", {"x": 2, "y": 3}, True),
    ],
)
def test_what_vanishes_by_the_operations_alone(program: str, orders: dict[str, int], expected: bool) -> None:
    graph = read(program).graph
    along = {graph.index[name]: n for name, n in orders.items()}
    moving = sorted({j for i in along for j in graph.downstream(i)} - set(along))
    assert vanishes(graph, along, moving) is expected
