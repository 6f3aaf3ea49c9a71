"""The error bound: close where it can be, infinite where first order says nothing.

u = 2^-53 is the rounding of one operation; a bound may be some times as large as the error, but not a hundred times.
"""

from __future__ import annotations

import math
import random

import pytest
from proof.random_expressions import expression

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.numbers.multiprecision import Multiprecision, is_known
from gradx.sweeps.backprop import backprop
from gradx.sweeps.error_bound import UNIT, error_bound
from gradx.sweeps.forward import forward


def bounds(text: str, **point: float) -> tuple[float, dict[str, float]]:
    """The bound on the value, and those on the gradients of the inputs."""
    graph = read(text).graph
    run = forward(graph, FLOAT64, {graph.index[name]: x for name, x in point.items()})
    found = error_bound(graph, run, backprop(graph, FLOAT64, run))
    return found.values[graph.output], {name: found.adjoints[graph.index[name]] for name in point}


def is_about(bound: float, error: float) -> bool:
    return error <= bound <= 16 * error


def test_an_operation_is_rounded_once() -> None:
    assert is_about(bounds("x + y", x=0.1, y=0.2)[0], UNIT * 0.3)
    assert is_about(bounds("-sqrt(x)", x=4.0)[0], UNIT * 2)


@pytest.mark.parametrize("text", ["-x", "abs(x)", "max(x, 2)", "relu(x)", "where(x > 0, x, 1)", "floor(x)"])
def test_what_float64_does_not_round_has_no_error(text: str) -> None:
    assert bounds(text, x=1.3)[0] == 0.0


def test_an_error_grows_with_the_slope() -> None:
    # x + y is wrong by up to u*0.3, exp(100 t) has the slope 100 exp(100 t), its own rounding is 100 times less
    value, _ = bounds("exp(100*(x + y))", x=0.1, y=0.2)
    assert is_about(value, UNIT * 0.3 * 100 * math.exp(30))


def test_errors_of_both_arguments_add_up() -> None:
    one, _ = bounds("(x + y)*1000", x=0.1, y=0.2)
    both, _ = bounds("(x + y)*1000 + (x + y)*1000", x=0.1, y=0.2)
    assert 1.9 * one <= both <= 4 * one


def test_what_cancels_keeps_the_error_of_what_was_there() -> None:
    # x + 1e16 is wrong by up to 1, and that is all that is left
    value, gradients = bounds("(x + 1e16) - 1e16", x=0.3)
    assert is_about(value, 1.0)
    assert gradients["x"] <= 16 * UNIT


def test_a_gradient_is_wrong_by_its_factors_and_by_their_product() -> None:
    # dx = 3 y: rounded once, and no other factor is wrong
    assert is_about(bounds("3*(x*y)", x=0.1, y=0.7)[1]["x"], UNIT * 2.1)
    # d/dx exp(t^2) through t = x + y: the slope 2 t exp(t^2) is wrong by what t is wrong by
    t = 1e8
    _, gradients = bounds("sin(x + y)", x=t, y=0.1)
    assert is_about(gradients["x"], UNIT * t * abs(math.sin(t + 0.1)))


def test_a_wrong_upstream_is_handed_on() -> None:
    # the upstream cos(s) is wrong by u*s*|sin(s)| (s = 1e8), and the local partial 1000 makes it 1000 times that
    s = 1e8
    _, gradients = bounds("sin(1000*x + y)", x=1e-3, y=s)
    assert is_about(gradients["x"], 1000 * UNIT * s * abs(math.sin(s + 1)))


def test_a_boundary_within_the_error_leaves_no_bound() -> None:
    # 0.1 + 0.2 - 0.3 is 5.6e-17, less than what it may be wrong by
    for text in ("relu(x + y - z)", "where(x + y > z, x, 2*x)", "log(x + y - z)"):
        value, gradients = bounds(text, x=0.1, y=0.2, z=0.3)
        assert (value, gradients["x"]) == (math.inf, math.inf), text
    value, gradients = bounds("relu(x + y - z)", x=0.1, y=0.2, z=0.29)
    assert value < 1e-15
    assert gradients["x"] < 1e-14


def test_a_point_on_a_boundary_has_no_bound_though_it_is_exact() -> None:
    assert bounds("relu(x)", x=0.0) == (math.inf, {"x": math.inf})
    assert bounds("relu(x)", x=1e-300)[0] == 0.0


def test_the_condition_of_a_where_is_as_uncertain_as_its_boundary() -> None:
    _, gradients = bounds("where(x > 0, y, z)", x=0.0, y=1.0, z=2.0)
    assert gradients == {"x": math.inf, "y": math.inf, "z": math.inf}
    _, gradients = bounds("where(x > 0, y, z)", x=1.0, y=1.0, z=2.0)
    assert gradients["x"] == 0.0
    assert gradients["z"] == 0.0


def test_an_error_that_turns_a_sine_round_leaves_no_bound() -> None:
    value, gradients = bounds("sin(1000*((x + 1e16) - 1e16))", x=0.3)
    assert (value, gradients["x"]) == (math.inf, math.inf)
    # one part in ten of a turn is still of first order
    assert bounds("sin(x + 1e13)", x=0.3)[0] < 0.1


def test_an_error_of_a_few_spacings_of_float64_that_turns_a_sine_round_leaves_no_bound() -> None:
    # x + y is wrong by 64, and the numbers beside it that float64 has are 256 apart: forty turns
    assert bounds("sin(x + y)", x=64.03599311520772, y=1.4669288559102835e18)[0] == math.inf


def test_an_error_of_one_whole_turn_leaves_no_bound() -> None:
    # (x + 1e16) - 1e16 is 20 and may be wrong by 4: a sine comes out the same there, and anywhere between
    turning = f"{math.pi / 2!r}*((x + 1e16) - 1e16) + 1"
    assert bounds(turning, x=20.0)[0] == pytest.approx(2 * math.pi, rel=1e-9)
    assert bounds(f"sin({turning})", x=20.0)[0] == math.inf


def test_the_larger_of_the_changes_to_both_sides_counts() -> None:
    assert bounds("log((x + 1e16) - 1e16)", x=20.0)[0] >= math.log(20 / 16)
    assert bounds("((x + 1e16) - 1e16)^2", x=20.0)[0] >= 24**2 - 20**2


def test_an_error_that_is_large_but_of_first_order_has_a_bound() -> None:
    assert bounds("3*(x + 1e18)", x=0.3)[0] < 1e4
    assert bounds("3*(x + 1e18)", x=0.3)[0] >= 3 * 64


def test_an_infinite_error_is_handed_on() -> None:
    value, _ = bounds("relu(x + y - z) + 1", x=0.1, y=0.2, z=0.3)
    assert value == math.inf
    value, _ = bounds("relu(relu(x + y - z) + 1)", x=0.1, y=0.2, z=0.3)
    assert value == math.inf


def test_an_overflow_leaves_no_bound() -> None:
    assert bounds("exp(x + y)", x=709.0, y=0.7827)[0] < math.inf
    assert bounds("exp(x) - exp(y)", x=800.0, y=800.0)[0] == math.inf


@pytest.mark.slow
def test_nodes_of_many_arguments_have_a_bound_while_it_can_be_afforded() -> None:
    # 400 arguments are 160,000 steps; twice as many steps are not taken.
    few = f"max({', '.join(f'x*{k}' for k in range(1, 401))})"
    assert bounds(few, x=1.5)[0] < math.inf
    assert bounds(f"{few}*0 + {few}", x=1.5)[0] == math.inf


def test_below_the_smallest_normal_number_an_error_is_absolute() -> None:
    value, gradients = bounds("x*y", x=1e-200, y=1e-200)
    assert 2.0**-1075 <= value <= 2.0**-1000
    assert gradients["x"] >= UNIT * 1e-200


def test_a_branch_that_float64_does_not_take_and_exact_arithmetic_may_leaves_no_bound() -> None:
    # 3/0.1 is a hair below 30, and for float64 it is 30: the remainder is 2 or 0
    _, gradients = bounds("where(3/0.1 % 2 < y, 5*z, sin(y))", y=1.2, z=1.0)
    assert gradients == {"y": math.inf, "z": math.inf}
    _, gradients = bounds("where(3.5 % 2 < y, 5*z, sin(y))", y=1.2, z=1.0)
    assert gradients["y"] < 1e-15
    assert gradients["z"] == 0.0


def test_of_an_argument_that_may_be_anything_a_partial_may_be_anything() -> None:
    # The slope of the sigmoid is 0 on both sides of everything
    value, gradients = bounds("sigmoid(sin(1000*((x + 1e16) - 1e16)) + y)", x=0.3, y=50.0)
    assert (value, gradients) == (math.inf, {"x": math.inf, "y": math.inf})


def test_errors_of_both_arguments_add_up_in_one_operation() -> None:
    # x + y and y + x are each wrong by u*0.3, and the product by 0.3 times both
    one, _ = bounds("(x + y)*z", x=0.1, y=0.2, z=0.3)
    both, _ = bounds("(x + y)*(y + x)", x=0.1, y=0.2)
    rounding = 4 * UNIT * 0.09
    assert one - rounding > UNIT * 0.09
    assert both - rounding > 1.4 * (one - rounding)


def test_the_unit_is_the_rounding_of_float64() -> None:
    assert 1.0 + UNIT == 1.0
    assert 1.0 + 1.1 * UNIT > 1.0


def test_a_boundary_counts_within_four_errors_and_not_further() -> None:
    # x + 1e16 may be wrong by 4 u 1e16 = 4.44, four times that is 17.8
    assert bounds("relu((x + 1e16) - 1e16)", x=16.0)[0] == math.inf
    assert bounds("relu((x + 1e16) - 1e16)", x=18.0)[0] < 20
    assert bounds("relu((x + 1e16) - 1e16)", x=-16.0)[0] == math.inf
    assert bounds("relu((x + 1e16) - 1e16)", x=-18.0)[0] < 20


def test_a_row_of_several_steps_is_as_wrong_as_its_rounded_argument_makes_it() -> None:
    # far to the left gelu is x Φ(x) and its slope Φ(x) + x φ(x): there x times the slope is 26 times the value
    x = -5.0
    below = math.erfc(5.0 / math.sqrt(2)) / 2
    slope = below + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    value, _ = bounds("gelu(x)", x=x)
    assert UNIT * abs(x * slope) <= value <= 8 * UNIT * abs(x * slope)


def test_a_local_partial_is_as_wrong_as_two_roundings_of_its_argument_make_it() -> None:
    x = 1e4 + 0.75
    _, gradients = bounds("sin(x)", x=x)
    rounded_twice = 2 * UNIT * x * abs(math.sin(x))
    # 2 u x is 1.2 of the spacings of float64 here, and the argument moves by whole ones
    assert 0.8 * rounded_twice <= gradients["x"] <= 1.1 * rounded_twice + 8 * UNIT


def test_a_wrong_partial_counts_for_all_that_the_upstream_may_be() -> None:
    # the upstream is 0 and may be 1; cos(pi/2) is 6e-17 and wrong by 2 u pi/2 = 3.5e-16
    _, gradients = bounds("sin(x)*((y + 1e16) - 1e16)", x=math.pi / 2, y=0.3)
    assert gradients["x"] >= math.cos(math.pi / 2) + UNIT * math.pi


@pytest.mark.parametrize("side", [1, -1])
def test_a_pole_within_the_error_on_one_side_leaves_no_bound(side: int) -> None:
    # x + 1e14 may be wrong by 4 u 1e14 = 0.0444, and the pole of the tangent is 0.04 away
    shift = side * 1e14
    x = side * (math.pi / 2 - 0.04) - math.fmod(shift, math.pi)
    reached = math.remainder(x + shift, math.pi)
    assert math.pi / 2 - 0.06 < abs(reached) < math.pi / 2
    assert (reached > 0) == (side > 0)
    assert bounds("tan(x + y)", x=x, y=shift)[0] == math.inf


def test_the_bound_holds_the_error() -> None:
    """Against the same sweeps at 120 digits, which are tested on their own."""
    generator = random.Random(20_261_125)
    m = Multiprecision(120)
    held = 0
    while held < 300:
        graph = read(expression(generator, generator.randint(2, 5)).text).graph
        at = {i: generator.uniform(-3, 3) for i in graph.inputs}
        run = forward(graph, FLOAT64, at)
        if not at or graph.output in run.faults or not math.isfinite(run.values[graph.output]):
            continue
        back = backprop(graph, FLOAT64, run)
        found = error_bound(graph, run, back)
        exact = forward(graph, m, {i: m.number(x) for i, x in at.items()})
        rules = backprop(graph, m, exact)
        for i in range(len(graph.nodes)):
            if found.values[i] < math.inf and i not in exact.faults and is_known(exact.values[i]):
                assert abs(exact.values[i] - run.values[i]) <= found.values[i]
            if found.adjoints[i] < math.inf and is_known(rules.adjoints[i]) and math.isfinite(back.adjoints[i]):
                assert abs(rules.adjoints[i] - back.adjoints[i]) <= found.adjoints[i]
        held += 1
