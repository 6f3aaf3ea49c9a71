"""What the limit says where a function oscillates, is nothing but noise, or needs more than there is."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import pytest

from gradx.language.program import read
from gradx.witnesses.limit import Budget, Limit, limit
from gradx.witnesses.one_sided import one_side
from gradx.witnesses.precise import DIGITS, Readings


def readings_of(text: str, *, whatever_it_costs: bool = False, **point: float) -> Readings:
    graph = read(text).graph
    at = {i: point[graph.names[i]] for i in graph.inputs}
    return Readings(graph, at, whatever_it_costs=whatever_it_costs)


def of(text: str, name: str, units: int | None = None, **point: float) -> Limit:
    readings = readings_of(text, **point)
    return limit(readings, readings.graph.index[name], Budget(units))


@pytest.mark.parametrize("c", range(1, 12))
@pytest.mark.parametrize("form", ["x^2*sqrt(sin({}/x))", "x*log(sin({}/x)^3)", "x^2/sqrt(cos({}/x))"])
def test_a_point_beside_which_values_come_and_go_is_no_edge(form: str, c: int) -> None:
    found = of(f"where(x == 0, 0, {form.format(c)})", "x", x=0.0)
    assert found.conclusion == "undecided" or found.slope == 0


def test_where_a_side_has_no_value_at_all_there_is_an_edge() -> None:
    found = of("x*sqrt(x)", "x", x=0.0)
    assert (found.conclusion, found.left, found.right) == ("edge", None, 0)


def test_outside_the_domain_there_is_no_slope() -> None:
    assert of("log(x)", "x", x=-1.0).conclusion == "valueless"


def test_a_change_that_cannot_be_evaluated_settles_nothing() -> None:
    # The sine of 10^434294 h: zero has a value, and nothing beside it does.
    assert of("sin(x*exp(1e6))", "x", x=0.0).conclusion == "undecided"


@pytest.mark.slow
def test_what_the_budget_does_not_reach_is_not_afforded() -> None:
    graph = read(" + ".join(["x*x"] * 40_000)).graph
    readings = Readings(graph, {graph.index["x"]: 1.0})
    assert readings.deepest == -1
    assert limit(readings, graph.index["x"], Budget(10)).conclusion == "unaffordable"
    assert limit(readings, graph.index["x"], Budget(10**9)).conclusion == "undecided"
    # A slope of 0 beside a number too large to be known has to be seen twice.
    assert of("exp(exp(exp(y))) + x^2 - 2*x", "x", 100, x=1.0, y=5.0).conclusion == "unaffordable"
    assert of("exp(exp(exp(y))) + abs(x)", "x", 300, x=0.0, y=5.0).conclusion == "unaffordable"
    assert of("exp(exp(exp(y))) + x^2 - 2*x", "x", x=1.0, y=5.0).slope == 0


def test_a_doubt_that_more_digits_might_lift_is_no_word_while_they_are_not_afforded() -> None:
    text = "where(sin(y)^2 + cos(y)^2 != 1, x, 3)"
    assert of(text, "x", 100, x=1.0, y=2.0).conclusion == "unaffordable"
    assert of(text, "x", x=1.0, y=2.0).conclusion == "doubtful"


def test_digits_are_added_as_arguments_turn_out_to_be_large_four_times_at_most() -> None:
    # e^400 + e^a - e^400 is 0 until there are digits for it, and then e^(a + b) is an argument that asks for more.
    hidden = [(-500, 1193), (-1100, 2486), (-2400, 5034), (-5000, 9852)]
    chain = " + ".join(f"sin((exp(x) + exp({a}) - exp(x))*exp({b}))" for a, b in hidden)
    graph = read(f"sin(exp(x)) + {chain}").graph
    first = Readings(graph, {graph.index["x"]: 400.0}).level(0)
    assert first.extra == 3801  # (5034 - 2400)/ln 2 = 3800.06


def test_a_large_argument_that_shows_only_with_more_digits_gets_its_own() -> None:
    # e^400 + e^300 - e^400 is 0 at 100 digits and e^300 with those that the sine of e^400 asks for.
    graph = read("sin(exp(x)) + sin((exp(x) + exp(y) - exp(x))*exp(200))").graph
    first = Readings(graph, {graph.index["x"]: 400.0, graph.index["y"]: 300.0}).level(0)
    assert first.extra == 722  # 500/ln 2 = 721.3


def test_distances_near_the_point_are_exact() -> None:
    # On the left (2 - x) % 0.5 is -x, and 0 has no negative power; on the right it is 0.5 - x.
    found = of("(x + ((2 - x) % 0.5))^x", "x", x=0.0)
    assert (found.conclusion, found.left) == ("edge", None)
    assert found.right == pytest.approx(-math.log(2), rel=1e-15)


def test_distances_are_no_power_of_two_at_which_a_sawtooth_could_hide() -> None:
    assert of("where(x == 0, 0, x*((1/x) % 1))", "x", x=0.0).conclusion == "undecided"
    assert of("where(x == 0, 0, x*((2^40/x) % 1))", "x", x=0.0).conclusion == "undecided"


def test_as_many_digits_are_read_as_the_noise_asks_for() -> None:
    # The arctangent leaves 10^-1800 of a change, and the exponential makes 10^2000000 of that.
    text = "exp(3000000*atan(x^3))"
    found = of(text, "x", x=1e300)
    with mpmath.workdps(6000):
        x = mpmath.mpf(1e300)
        slope = mpmath.exp(3000000 * mpmath.atan(x**3)) * 3000000 * 3 * x**2 / (1 + x**6)
        assert abs(found.slope - slope) <= abs(slope) * mpmath.mpf(10) ** -18
    assert DIGITS[found.level] == 2200
    assert of(text, "x", 1500, x=1e300).conclusion == "undecided"


def test_where_no_level_has_the_digits_the_limit_is_undecided() -> None:
    assert of("exp(3000000*atan(x^12))", "x", x=1e300).conclusion == "undecided"


def test_a_node_at_zero_is_moved_by_less_than_what_stands_beside_it() -> None:
    text = "u = floor(y); 1/(u + exp(-92000*y))"
    found = of(text, "u", y=0.5)
    with mpmath.workdps(60):
        slope = -mpmath.exp(92000)
        assert abs(found.slope - slope) <= abs(slope) * mpmath.mpf(10) ** -18
    assert of("u = floor(y); max(u, exp(-92000*y))", "u", y=0.5).slope == 0
    assert of("u = floor(y); (u + 1)^2 + exp(-92000*y)", "u", y=0.5).slope == pytest.approx(2, rel=1e-18)


def test_a_node_far_below_float64_is_moved_by_what_float64_can_tell_from_0() -> None:
    found = of("u = sin(y)^exp(10); x^u", "u", x=3.0, y=0.5)  # u is 10^-7032
    assert abs(found.slope - mpmath.log(3)) <= 1e-15


@pytest.mark.parametrize("text", ["abs(x)^1.08 + 1e-35*x", "abs(x)^1.2 + 1e-80*x", "cbrt(x)^4 + 1e-140*x"])
def test_a_quotient_that_shrinks_is_not_said_to_end_at_0_while_it_may_end_above(text: str) -> None:
    assert of(text, "x", x=0.0).conclusion == "undecided"


@pytest.mark.parametrize("text", ["abs(x)^1.05", "cbrt(x)^4", "sqrt(x^2)^1.1", "x*abs(x)"])
def test_a_quotient_that_shrinks_by_a_power_ends_at_0(text: str) -> None:
    found = of(text, "x", x=0.0)
    assert (found.conclusion, found.slope) == ("slope", 0)


def test_a_staircase_seen_from_far_is_no_slope() -> None:
    # Of u = 1 + 10^-452 the argument of floor moves by 10^904: at 1,100 digits by many steps, at 2,200 by none.
    found = of("u = 1 + exp(-1040*x); floor(1/(u - 1))", "u", x=1.0)
    assert (found.conclusion, found.slope, DIGITS[found.level]) == ("slope", 0, 2200)
    assert of("u = 1 + exp(-9000*x); floor(1/(u - 1))", "u", x=1.0).conclusion != "slope"


def test_a_jump_over_several_steps_is_one() -> None:
    found = of("ceil(y % 2)", "y", y=2.0)
    assert (found.conclusion, found.left, found.right) == ("jump", -math.inf, math.inf)


def test_a_step_of_a_number_nearer_to_its_edge_than_any_digits_is_flat() -> None:
    found = of("u = erf(x); ceil(u)", "u", x=434.0)
    assert (found.conclusion, found.slope) == ("slope", 0)


def test_a_sine_of_a_number_with_thousands_of_digits_has_a_slope() -> None:
    # e^8000 has 3,475 digits. What y moves does not go through it, and is looked at from as far as ever.
    text, point = "sin(exp(x)) + y^2", {"x": 8000.0, "y": 3.0}
    first = readings_of(text, **point).level(0)
    names = readings_of(text, **point).graph.index
    assert first.extra == 11542  # 8000/ln 2 = 11541.6
    assert 11542 <= first.closer[names["x"]] < 11600 > 100 > first.closer[names["y"]]
    with mpmath.workdps(4000):
        slope = mpmath.cos(mpmath.exp(8000)) * mpmath.exp(8000)
    assert abs(of(text, "x", **point).slope - slope) <= abs(slope) * mpmath.mpf(10) ** -18
    assert of(text, "y", **point).slope == pytest.approx(6, rel=1e-18)


def test_more_digits_than_are_paid_for_are_read_when_asked_for() -> None:
    text, point = "cos(erf(y)*exp(x))", {"x": 20_000.0, "y": 3.0}
    readings = readings_of(text, **point)
    assert limit(readings, readings.graph.index["x"], Budget(10**9)).conclusion == "unaffordable"
    assert (readings.lacking, readings.payable) == (8786, True)  # 20000/ln 10 = 8685.9, and a hundred
    readings = readings_of(text, whatever_it_costs=True, **point)
    with mpmath.workdps(9000):
        large = mpmath.erf(3) * mpmath.exp(20_000)
        slope = -mpmath.sin(large) * large
    found = limit(readings, readings.graph.index["x"], Budget(None))
    assert abs(found.slope - slope) <= abs(slope) * mpmath.mpf(10) ** -18
    assert readings.lacking == 0


def test_what_would_take_too_many_digits_is_not_promised_to_whom_asks() -> None:
    readings = readings_of("sin(gamma(x))", x=5000.5)  # 16,268 digits, and each of them dear
    assert limit(readings, readings.graph.index["x"], Budget(10**9)).conclusion == "undecided"
    assert (readings.lacking > 16_000, readings.payable) == (True, False)


def test_a_node_is_looked_at_from_nearer_than_a_saturated_boundary() -> None:
    # tanh(583) lacks 10^-506 to 1: on the left of it the condition does not hold.
    found = of("u = y/y; where(u >= tanh(y), 13*u, y)", "u", y=583.0)
    assert (found.conclusion, found.slope) == ("slope", pytest.approx(13, rel=1e-18))


@pytest.mark.parametrize(
    ("text", "name", "slope"),
    [
        # Of cos(e^x + e^(x/2)) and of the part of e^x behind its point: what is looked at is next to a large argument.
        ("u = exp(x/2); cos(exp(x) + u)^2", "u", lambda e: -mpmath.sin(2 * (e + mpmath.sqrt(e)))),
        ("u = exp(x); relu(u - floor(exp(x)))", "u", lambda e: 1),
        ("u = exp(x); u % 0.75", "u", lambda e: 1),
        ("u = exp(-x/2); exp(x) % u", "u", lambda e: -mpmath.floor(e * mpmath.sqrt(e))),
        ("u = exp(x); abs(u % exp(-x/2))", "u", lambda e: 1),
        ("cos((2 + y)^x)", "y", lambda e: 8000 / mpmath.log(2.5) * e / 2.5 * -mpmath.sin(e)),
    ],
)
def test_of_a_number_with_thousands_of_digits_every_part_has_its_slope(
    text: str, name: str, slope: Callable[[mpmath.mpf], mpmath.mpf]
) -> None:
    x = 8000.0 if "exp" in text else 8000 / math.log(2.5)
    with mpmath.workdps(7500):
        large = mpmath.exp(8000) if "exp" in text else mpmath.mpf(2.5) ** x
        expected = slope(large) * (x * mpmath.log(2.5) / 8000 if "y" in text else 1)
    found = of(text, name, **({"x": x, "y": 0.5} if "y" in text else {"x": x}))
    assert abs(found.slope - expected) <= abs(expected) * mpmath.mpf(10) ** -14


def test_what_values_do_not_show_of_a_change_is_noise() -> None:
    # From so near that e^x + u is e^x: the cosine has a slope there, and its square still has not moved.
    readings = readings_of("u = exp(x/2); cos(exp(x) + u)^2", x=8000.0)
    level = readings.level(0)
    u = readings.graph.index["u"]
    near = level._replace(closer=[level.extra] * len(level.closer))
    side = one_side(readings.graph, near, u, readings.graph.downstream(u), 1)
    assert (side.behaviour, side.settled) == ("noise", False)


def test_a_node_next_to_1_is_moved_by_what_float64_can_tell_where_its_own_distance_drowns() -> None:
    # erf(-169) lacks 10^-12444 to -1: less than any digits of u - 2.6 show.
    found = of("u = erf(y); leaky_relu(u - 2.6)", "u", y=-169.25)
    assert (found.conclusion, found.slope) == ("slope", pytest.approx(0.01, rel=1e-15))
