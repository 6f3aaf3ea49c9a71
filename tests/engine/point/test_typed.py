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
from gradx.point.exploration import Exploration, explore
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


def typed(text: str, *bindings: str) -> Exploration:
    """Explored as the command line does: with the numbers as they were typed."""
    given = [read_binding(word) for word in bindings]
    return explore(read(text), {b.name: b.value for b in given}, bindings=given)


def test_a_number_is_right_for_the_decimals_as_typed_or_for_their_float64() -> None:
    # As decimals 0.5*1 - 0.3*2 + 0.1 is 0; of the three float64 the sum is 2^-55, and so says float64.
    neuron = typed("w1*x1 + w2*x2 + b", "w1=0.5", "w2=-0.3", "b=0.1", "x1=1", "x2=2")
    assert neuron.value_verdict.status == "agree"
    assert neuron.confirmed is True
    # float64's first sum is rounded: 2^-54, where the three numbers give 2^-55 and the decimals 0
    for bindings in (("x=0.1", "y=0.2", "z=0.3"), ("x=1/10", "y=1/5", "z=3/10")):
        found = typed("x + y - z", *bindings)
        assert (found.value_verdict.status, found.value_verdict.exact) == ("agree", "0.0")


@pytest.mark.parametrize(
    ("text", "binding", "slope"),
    [
        ("(x - 0.1)^2", "x=0.1", 0.0),
        ("(x - 1/3)^2", "x=1/3", 0.0),
        ("(x - 1/3)^3 + x", "x=1/3", 1.0),
        ("exp(-(x - 1/3)^2)", "x=1/3", 0.0),
    ],
)
def test_a_power_of_what_is_0_as_typed_is_smooth_there(text: str, binding: str, slope: float) -> None:
    found = typed(text, binding)
    assert (found["x"].gradient, found["x"].verdict.status) == (slope, "agree")
    assert found.confirmed is True


def test_where_it_is_right_for_neither_both_true_values_are_given() -> None:
    found = typed("1e17*(x + y - z) - 2", "x=0.1", "y=0.2", "z=0.3")
    # 1e17*2^-54 - 2 in float64; 1e17*2^-55 - 2 of the float64 numbers; -2 of the decimals
    assert found.value == 1e17 * 2.0**-54 - 2
    assert found.value_verdict.reason == (
        "the value is lost to rounding: 0 of 16 digits survive; exactly it is 0.7755575616 "
        "(-2 for the decimals as typed)"
    )
    assert float(found.value_verdict.exact or 0) == pytest.approx(1e17 * 2.0**-55 - 2, rel=1e-15)


def test_a_third_as_typed_is_a_third() -> None:
    # 3x - 1 is 0 for a third; of float64's neighbour of it, exactly -2^-54
    found = typed("3*x - 1", "x=1/3")
    assert (found.value, found.value_verdict.status, found.value_verdict.exact) == (0.0, "agree", "0.0")
    plain = explore(read("3*x - 1"), {"x": 1 / 3})
    assert plain.value_verdict.status == "inexact"
    assert float(plain.value_verdict.exact or 0) == -(2.0**-54)


def test_what_is_no_derivative_at_the_float64_is_none_as_typed() -> None:
    # float64's 0.1 + 0.2 lies above 0.3; the decimals stand on the kink, the float64 numbers right of it
    found = typed("relu(x + y - z)", "x=0.1", "y=0.2", "z=0.3")
    assert (found.nodes[0].verdict.status, found.nodes[0].verdict.exact) == ("agree", "1.0")


@pytest.mark.parametrize(
    ("text", "bindings", "value"),
    [
        ("floor(x*10)", ["x=0.3"], 3.0),
        ("floor(x*10)/10", ["x=0.7"], 0.7),
        ("floor(0.1*x*10)", ["x=3"], 3.0),
        ("where(x*10 >= y, 2, 1)", ["x=0.7", "y=7"], 2.0),
        ("floor(x*3*y)", ["x=1/3", "y=1"], 1.0),
        ("ceil(x*3*10 - 9)", ["x=0.3"], 0.0),
    ],
)
def test_a_step_on_which_the_decimals_stand_as_typed_is_taken(text: str, bindings: list[str], value: float) -> None:
    # Of the float64 numbers themselves the exact value is another one, or the same by luck.
    found = typed(text, *bindings)
    assert (found.value, found.value_verdict.status) == (value, "agree")
