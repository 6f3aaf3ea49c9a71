"""What was typed: a decimal is that decimal, a fraction that fraction, and a name its constant."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb
from single_rows import bounds, contains, mp

from gradx.language.bindings import read_binding
from gradx.language.program import read
from gradx.numbers.balls import BALLS, TYPED_BALLS, precision
from gradx.point.typed import ball, in_balls, typed_point


def holds(found: arb, true: Fraction) -> bool:
    lower, upper = bounds(found)
    return lower <= true <= upper


@pytest.mark.parametrize(
    ("x", "true"),
    [
        (0.1, Fraction(1, 10)),
        (-0.3, Fraction(-3, 10)),
        (2.0, Fraction(2)),
        (1e22, Fraction(10**22)),
        (1e-7, Fraction(1, 10**7)),
        (123456.789, Fraction(123456789, 1000)),
        (0.5, Fraction(1, 2)),
    ],
)
def test_a_float64_stands_for_the_shortest_decimal_that_reads_back_to_it(x: float, true: Fraction) -> None:
    with precision(256):
        found = ball(x)
    assert holds(found, true)
    assert holds(found, Fraction(x)) == (Fraction(x) == true)
    assert ball(x, BALLS) == arb(x)


@pytest.mark.parametrize(
    ("binding", "true"),
    [
        ("x=0.1", Fraction(1, 10)),
        ("x=1/3", Fraction(1, 3)),
        ("x=-2/7", Fraction(-2, 7)),
        ("x=0.1+0.2", Fraction(3, 10)),
        ("x=1e-3", Fraction(1, 1000)),
        ("x=2^0.5*2^0.5", Fraction(2)),
    ],
)
def test_a_binding_is_what_it_comes_to(binding: str, true: Fraction) -> None:
    graph = read("x + 1").graph
    given = read_binding(binding)
    point = typed_point(graph, [given], {"x": given.value})
    with precision(256):
        found = in_balls(point)(TYPED_BALLS)[graph.index["x"]]
    assert holds(found, true)
    assert float(found.rad()) < 1e-70


def test_a_constant_is_itself() -> None:
    graph = read("x*y").graph
    given = [read_binding("x=pi/4"), read_binding("y=e")]
    with precision(256):
        found = in_balls(typed_point(graph, given, {"x": math.pi / 4, "y": math.e}))(TYPED_BALLS)
    assert contains(found[graph.index["x"]], mp.pi / 4)
    assert contains(found[graph.index["y"]], mp.e)
    assert not found[graph.index["x"]].contains(arb(math.pi / 4))


def test_an_input_without_a_binding_has_its_number() -> None:
    graph = read("x + y").graph
    point = typed_point(graph, [read_binding("x=1/3")], {"x": 1 / 3, "y": 0.1})
    assert point[graph.index["y"]] == 0.1
    assert holds(in_balls(point)(TYPED_BALLS)[graph.index["y"]], Fraction(1, 10))


def test_more_bits_say_more_of_what_was_typed() -> None:
    graph = read("x").graph
    at = in_balls(typed_point(graph, [read_binding("x=1/3")], {"x": 1 / 3}))
    radii = []
    for bits in (64, 256, 1_000):
        with precision(bits):
            found = at(TYPED_BALLS)[graph.index["x"]]
        assert holds(found, Fraction(1, 3))
        radii.append(found.rad())
    assert radii[0] > radii[1] > radii[2]
