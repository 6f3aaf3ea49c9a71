"""The program in balls: what was bound is exact, what touches a boundary is known, and more bits say more."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from flint import arb, ctx
from single_rows import M, bounds, contains, mp

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, TYPED_BALLS
from gradx.point.reading import DEAR_WEIGHTS, LADDER, WEIGHTS, Reading, Readings
from gradx.sweeps.forward import forward


def readings(text: str, **point: float) -> tuple[Graph, Readings]:
    graph = read(text).graph
    return graph, Readings(graph, BALLS, {graph.index[name]: x for name, x in point.items()})


@pytest.mark.parametrize("x", [0.1, -2.5, 1e300, 5e-324, 1 / 3])
def test_literals_and_bindings_are_their_binary64_values(x: float) -> None:
    graph, found = readings(f"x + 0*{abs(x)!r}", x=x)
    for i in (graph.index["x"], next(i for i, leaf in graph.leaves.items() if leaf.literal == abs(x))):
        ball = found[0].values[i]
        assert ball.is_exact()
        assert abs(bounds(ball)[0]) == abs(Fraction(x))


def test_a_reading_as_typed_takes_the_decimal() -> None:
    graph = read("0.1*x").graph
    found = Reading(graph, TYPED_BALLS, lambda m: {graph.index["x"]: m.number(0.3)}, 256)
    lower, upper = bounds(found.output)
    assert lower <= Fraction(3, 100) <= upper
    assert not lower <= Fraction(0.1) * Fraction(0.3) <= upper


def test_more_bits_say_more_and_no_other_thing() -> None:
    _, found = readings("exp(sin(x)*y)/(x^2 + log(y))", x=1.7, y=2.3)
    x, y = mp.mpf(1.7), mp.mpf(2.3)
    with mpmath.workdps(160):
        true = mp.exp(mp.sin(x) * y) / (x**2 + mp.ln(y))
    balls = [found[level].output for level in range(4)]
    assert [found[level].bits for level in range(4)] == list(LADDER[:4])
    assert all(contains(ball, true) for ball in balls)
    assert all(fine.rad() < coarse.rad() and fine.overlaps(coarse) for coarse, fine in pairwise(balls))


def test_a_precision_is_read_once_and_left_as_it_was() -> None:
    before = ctx.prec
    _, found = readings("exp(x)", x=1.0)
    assert found[2] is found[2]
    assert found[2].rules[0].rel_accuracy_bits() > LADDER[1]
    assert ctx.prec == before


@pytest.mark.parametrize(
    ("text", "x", "touched"),
    [
        ("relu(x)", 0.0, {"J": True}),
        ("relu(x)", 1.0, {}),
        ("floor(x)", 2.0, {"J": True}),
        ("floor(sqrt(x)^2)", 2.0, {"J": True}),  # by its exact form: the ball of sqrt(2)^2 only contains 2
        ("abs(x - 0.1)", 0.1, {"J": True}),
        ("abs(x - 0.1)", 0.2, {}),
        ("where(x > 3, x, 2*x)", 3.0, {"J": True}),
        ("tanh(sinh(x)) % 1", 9.0, {"J": False}),  # 1e-3519 from it: 256 bits do not tell
        ("where(x > 0, x, log(x))", 1.0, {}),  # a branch that is not taken touches nothing
    ],
)
def test_what_touches_a_boundary_exactly_and_what_may(text: str, x: float, touched: dict[str, bool]) -> None:
    graph, found = readings(text, x=x)
    assert {graph.names[i]: exactly for i, exactly in found[0].touched.items()} == touched
    first = next((graph.index[name] for name, exactly in touched.items() if not exactly), None)
    assert found[0].open_boundary == first


def test_a_value_that_only_its_form_decides_is_exact() -> None:
    _, found = readings("floor(sqrt(x)^2) + ceil(log(exp(y)))", x=2.0, y=3.0)
    assert found[0].output == 5


def test_a_domain_is_left_for_certain_or_not_at_all() -> None:
    assert readings("log(x - 1)", x=1.0)[1][0].surely_outside
    assert readings("sqrt(x - 0.3)", x=0.1)[1][0].surely_outside
    assert not readings("sqrt(x^2 - 2*x + 1)", x=1.0)[1][0].surely_outside
    # 1 - cos(e^-3000) is 1e-2606: positive, and not told from 0 at 256 bits
    drowned = readings("log(1 - cos(exp(-x)))", x=3000.0)[1]
    assert not drowned[0].surely_outside
    assert not drowned[0].output.is_finite()
    assert drowned[4].output.is_finite()


def test_rules_are_backprop_in_balls() -> None:
    graph, found = readings("sin(x)*y", x=0.7, y=1.3)
    for bits_level in (0, 1):
        adjoints = found[bits_level].rules
        assert contains(adjoints[graph.index["x"]], mp.cos(mp.mpf(0.7)) * mp.mpf(1.3))
        assert contains(adjoints[graph.index["y"]], mp.sin(mp.mpf(0.7)))


def test_complex_values_are_the_same_numbers() -> None:
    _, found = readings("exp(x)/3", x=0.7)
    for real, number in zip(found[0].values, found[0].complex_values, strict=True):
        assert (number.real == real) or number.real.overlaps(real)
        assert number.imag.is_zero()


def test_every_value_of_a_large_sample_is_held() -> None:
    graph, found = readings("u = x*exp(-y); v = atan2(u, y)^3; w = gamma(1 + v^2); lgamma(w) + erf(u)", x=1.2, y=0.7)
    true = forward(graph, M, {graph.index["x"]: M.number(1.2), graph.index["y"]: M.number(0.7)})
    assert all(contains(ball, value) for ball, value in zip(found[0].values, true.values, strict=True))


def test_what_a_reading_costs_grows_with_bits_and_nodes_and_more_with_a_gamma() -> None:
    graph, cheap = readings("sin(x) + x", x=1.0)
    nodes = range(len(graph.primitives))
    assert [cheap.cost(level, nodes) for level in range(len(LADDER))] == [3 * weight for weight in WEIGHTS]
    dear_graph, dear = readings("gamma(x) + x", x=1.0)
    assert len(dear_graph.primitives) == 3
    assert [dear.cost(level, nodes) for level in range(len(LADDER))] == [
        3 * weight + more for weight, more in zip(WEIGHTS, DEAR_WEIGHTS, strict=True)
    ]
    assert cheap.cost(0, [0]) == 1
    assert list(WEIGHTS) == sorted(set(WEIGHTS))
    assert arb(LADDER[0]) == 256
