"""A curve is sampled where it has values, and broken where it is broken."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.lessons.curves.curve import Curve, curve


def sampled(text: str, low: float = -3.0, high: float = 3.0, points: int = 500, at: float | None = None) -> Curve:
    return curve(read(text).graph, {}, "x", low, high, points, at=at)


def test_values_and_slopes_are_those_of_the_function() -> None:
    found = sampled("x*exp(-x^2/2) + sin(3*x)/(1 + x^2)", points=301)
    x = np.linspace(-3, 3, 301)
    bell, below = np.exp(-(x**2) / 2), 1 + x**2
    assert np.allclose(found.x, x, atol=1e-15)
    assert np.allclose(found.value, x * bell + np.sin(3 * x) / below, atol=1e-14)
    slope = bell - x**2 * bell + 3 * np.cos(3 * x) / below - 2 * x * np.sin(3 * x) / below**2
    assert np.allclose(found.derivative, slope, atol=1e-13)
    assert not found.breaks


def test_the_middle_of_a_range_around_zero_is_zero() -> None:
    found = sampled("1/x", points=201)
    assert found.x[100] == 0.0
    assert math.isnan(found.value[100])
    assert (found.x[0], found.x[-1]) == (-3.0, 3.0)


POLE, JUMP, HOLE, KINK, EDGE, VERTICAL = "pole", "jump", "hole", "kink", "edge", "vertical"

BREAKS = [
    ("1/x", [(0, POLE)]),
    ("1/x^2", [(0, POLE)]),
    ("1/(x^2 - 1)", [(-1, POLE), (1, POLE)]),
    ("tan(x)", [(-math.pi / 2, POLE), (math.pi / 2, POLE)]),
    ("log(abs(x))", [(0, POLE)]),
    ("exp(1/x)", [(0, POLE)]),
    ("gamma(x)", [(-3, POLE), (-2, POLE), (-1, POLE), (0, POLE)]),
    ("sin(x)/x", [(0, HOLE)]),
    ("(x^2 - 1)/(x - 1)", [(1, HOLE)]),
    ("sign(x)", [(0, JUMP)]),
    ("floor(x/2)", [(-2, JUMP), (0, JUMP), (2, JUMP)]),
    ("x % 2", [(-2, JUMP), (0, JUMP), (2, JUMP)]),
    ("where(x < 1, x^2, 3 - x)", [(1, JUMP)]),
    ("acot(x)", [(0, JUMP)]),
    ("abs(x - 0.1)", [(0.1, KINK)]),
    ("relu(x)", [(0, KINK)]),
    ("max(x, 0, x^2 - 2)", [(-math.sqrt(2), KINK), (0, KINK), (2, KINK)]),
    ("hypot(x, 0)", [(0, KINK)]),
    ("sqrt(abs(x))", [(0, KINK)]),
    ("cbrt(x)", [(0, VERTICAL)]),
    ("sqrt(x - 0.123)", [(0.123, EDGE)]),
    ("asin(x)", [(-1, EDGE), (1, EDGE)]),
    ("x*log(x)", [(0, EDGE)]),
    ("where(x < 1, x^2, 2*x - 1)", []),
    ("1/(1 + x^2)", []),
    ("x^3 - x^2", []),
    ("abs(x)*x", []),
]


@pytest.mark.parametrize("points", [500, 501, 97])
@pytest.mark.parametrize(("text", "wanted"), BREAKS)
def test_breaks_are_found_and_named(text: str, wanted: list[tuple[float, str]], points: int) -> None:
    found = sampled(text, points=points)
    assert [b.kind for b in found.breaks] == [kind for _, kind in wanted]
    assert [b.at for b in found.breaks] == pytest.approx([at for at, _ in wanted], abs=1e-9)


@pytest.mark.parametrize(("text", "wanted"), BREAKS)
def test_no_line_goes_through_a_break(text: str, wanted: list[tuple[float, str]]) -> None:
    found = sampled(text)
    assert len(found.breaks) == len(wanted)
    for place in found.breaks:
        k = int(np.searchsorted(found.x, place.at))
        gap = bool(found.broken[max(k - 1, 0)]) or math.isnan(found.value[k]) or math.isnan(found.value[k - 1])
        assert gap is place.splits_the_curve


def test_both_sides_of_a_break_are_known() -> None:
    (jump,) = sampled("where(x < 1, x^2, 3 - x)").breaks
    assert (jump.left, jump.right) == (pytest.approx(1, abs=1e-6), pytest.approx(2, abs=1e-6))
    (edge,) = sampled("sqrt(x - 0.123) + 5").breaks
    assert edge.left is None
    assert edge.right == pytest.approx(5, abs=1e-3)


def test_hundreds_of_poles_are_all_found() -> None:
    # tan(100*x) has its poles at (k + 1/2)*pi/100: 382 of them between -6 and 6.
    found = sampled("tan(100*x)", -6, 6, 2001)
    places = [(k + 0.5) * math.pi / 100 for k in range(-191, 191)]
    assert [b.at for b in found.breaks] == pytest.approx(places, abs=1e-9)


def test_more_breaks_than_can_be_drawn_leave_gaps() -> None:
    found = sampled("floor(1000*x)", -3, 3, 20_001)
    assert not found.breaks
    assert np.count_nonzero(found.broken) > 5_000


def test_the_tangent_touches_and_the_secant_cuts() -> None:
    found = curve(read("x^2").graph, {}, "x", -3, 3, 101, at=1.5, epsilon=0.25)
    assert found.tangent is not None
    assert (found.tangent.at, found.tangent.value, found.tangent.slope) == (1.5, 2.25, 3.0)
    assert found.tangent(2.5) == 5.25
    assert found.secant is not None
    assert found.secant.slope == 3.25


@pytest.mark.parametrize(
    ("text", "at", "word"), [("abs(x)", 0.0, "kink"), ("1/x", 0.0, "no value"), ("cbrt(x)", 0.0, "vertical")]
)
def test_there_is_no_tangent_where_there_is_none(text: str, at: float, word: str) -> None:
    found = sampled(text, at=at)
    assert found.tangent is None
    assert word in (found.note or "")


def test_a_name_that_is_no_input_is_an_error() -> None:
    with pytest.raises(GradxError, match="z is not an input"):
        curve(read("x^2").graph, {"x": 1.0}, "z", -1, 1, 10)


def test_a_single_value_off_the_curve_is_a_jump() -> None:
    found = sampled("sign(x)^2", points=101)
    assert [(b.at, b.kind, b.left, b.right) for b in found.breaks] == [(0.0, JUMP, 1.0, 1.0)]


def test_a_range_nearly_as_wide_as_float64_is_sampled_evenly() -> None:
    found = sampled("x/2", -8e307, 8e307, points=5)
    assert found.x.tolist() == pytest.approx([-8e307, -4e307, 0, 4e307, 8e307])
    assert found.value.tolist() == pytest.approx([-4e307, -2e307, 0, 2e307, 4e307])


def test_a_slope_past_float64_has_no_tangent() -> None:
    # d/dx (1e200 x)^2 = 2e400 x, which at 1e-60 is 2e340.
    found = sampled("(1e200*x)^2", 0.0, 2e-60, points=5, at=1e-60)
    assert found.value[2] == pytest.approx(1e280)
    assert found.tangent is None
    assert "no finite slope at x = 1e-60" in (found.note or "")


@pytest.mark.parametrize(("low", "high", "points"), [(1.0, 1.0, 5), (2.0, 1.0, 5), (0.0, 1.0, 1), (0.0, math.inf, 5)])
def test_a_range_without_two_points_is_an_error(low: float, high: float, points: int) -> None:
    with pytest.raises(GradxError) as caught:
        sampled("x", low, high, points)
    assert caught.value.problem.kind == "usage"


@pytest.mark.slow
def test_of_a_large_program_gaps_are_left_open_without_a_closer_look() -> None:
    small, large = (curve(read("%".join(["x"] * n)).graph, {}, "x", -1.0, 1.0, 400) for n in (3, 16_000))
    assert [found.at for found in small.breaks] == [0.0]
    assert large.breaks == ()
    assert large.broken[199]


def test_of_a_large_program_with_kinks_none_is_named() -> None:
    deep = curve(read("abs(" * 6_000 + "x" + ")" * 6_000).graph, {}, "x", -1.0, 1.0, 400)
    assert deep.breaks == ()
    assert deep.value.tolist() == [abs(x) for x in deep.x.tolist()]


BETWEEN = [
    # 1/3 is no float64 number: what is broken there is known by its neighbours.
    ("abs(3*x - 1)", [(1 / 3, KINK)]),
    ("max(x, 1 - 2*x)", [(1 / 3, KINK)]),
    ("sqrt(abs(3*x - 1))", [(1 / 3, KINK)]),
    ("sqrt(relu(3*x - 1))", [(1 / 3, KINK)]),
    ("floor(3*x + 20)/(x + 20)", [(k / 3, JUMP) for k in range(-9, 10)]),
    ("where(3*x < 1, x, 2*x)", [(1 / 3, JUMP)]),
    ("log(3*x - 1)", [(1 / 3, POLE)]),
    ("1/(3*x - 1)^2", [(1 / 3, POLE)]),
    ("log(abs(3*x - 1))", [(1 / 3, POLE)]),
    ("sqrt(3*x - 1)", [(1 / 3, EDGE)]),
    ("cbrt(3*x - 1)", [(1 / 3, VERTICAL)]),
    ("(3*x - 1)*abs(3*x - 1)", []),
    ("x^2*cbrt((x - 1/3)^9)", []),
    ("exp(3*x - 1)", []),
    # pi is none either.
    ("abs(sin(x))*cos(x/2)^0", [(0, KINK)]),
    ("1/sin(x + 3)", [(math.pi - 3, POLE), (-3, POLE)]),
]


@pytest.mark.parametrize("points", [500, 501])
@pytest.mark.parametrize(("text", "wanted"), BETWEEN)
def test_breaks_between_two_numbers_are_found_and_named(
    text: str, wanted: list[tuple[float, str]], points: int
) -> None:
    found = sampled(text, points=points)
    wanted = sorted(wanted)
    assert [b.kind for b in found.breaks] == [kind for _, kind in wanted]
    assert [b.at for b in found.breaks] == pytest.approx([at for at, _ in wanted], abs=1e-8)


WHOLE = [
    # Where float64 loses digits, or the numbers are far out, nothing is broken.
    ("x^2", -2e150, 2e150, 1e150, 2e150),
    ("x^3", -2e100, 2e100, 1e100, 3e200),
    ("x^2", 0.0, 2e-150, 1e-150, 2e-150),
    ("(1 - cos(x))/x^2", 1e-9, 1e-7, 1e-8, -1e-8 / 12),
    ("expm1(x)/x", 1e-14, 1e-11, 1e-12, 0.5),
    ("log1p(x)/x", 1e-11, 1e-8, 1e-9, -0.5),
    ("(x - sin(x))/x^3", 1e-6, 1e-4, 1e-5, -1e-5 / 60),
    ("sqrt(x^2 + 1) - x", 1e8, 2e9, 1e9, -5e-19),
]


@pytest.mark.parametrize(("text", "low", "high", "at", "slope"), WHOLE)
def test_what_is_whole_is_not_called_broken(text: str, low: float, high: float, at: float, slope: float) -> None:
    found = sampled(text, low, high, at=at)
    assert (found.breaks, found.note) == ((), None)
    assert found.tangent is not None
    assert found.tangent.slope == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [("x*abs(x)", 0.0, 0.0), ("where(x == 0, 1, sin(x)/x)", 0.0, 0.0), ("max(x, 0) + log1p(exp(-abs(x)))", 0.0, 0.5),
     ("atan2(0*x, -1)", 0.0, 0.0), ("cbrt(x^3)", 0.0, 1.0)],
)  # fmt: skip
def test_on_a_boundary_the_tangent_is_the_proved_one(text: str, at: float, slope: float) -> None:
    found = sampled(text, at=at)
    assert found.tangent is not None
    assert found.tangent.slope == slope
    assert all(b.at != at for b in found.breaks if b.kind != "hole")


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("relu(x)", 0.0, "relu has a kink at x = 0: left slope 0, right slope 1"),
        ("sqrt(x)", 0.0, "x = 0 is at the edge of the domain of sqrt"),
        ("floor(x)", 2.0, "floor jumps at x = 2"),
        ("1/cot(atan2(3, x))", 0.0, "there is no value at x = 0"),
        ("log(x)", 0.0, "there is no value at x = 0"),
        ("sin(x)/x", 0.0, "there is no value at x = 0"),
    ],
)
def test_the_judge_says_why_there_is_no_tangent(text: str, at: float, reason: str) -> None:
    found = sampled(text, at=at)
    assert found.tangent is None
    assert reason in (found.note or "")


def test_a_place_without_a_value_is_none_although_float64_has_a_number_there() -> None:
    # cot(atan2(3, x)) is x/3, which float64 makes 6e-17 at 0.
    found = sampled("1/cot(atan2(3, x))", points=501)
    assert math.isnan(found.value[250])
    assert [(b.at, b.kind) for b in found.breaks] == [(0.0, POLE)]


def test_the_cut_of_atan2_is_not_met_by_a_zero_of_either_sign() -> None:
    found = sampled("atan2(0*x, -1)")
    assert set(found.value) == {math.pi}
    assert found.breaks == ()


def test_a_place_that_nothing_names_leaves_a_gap() -> None:
    found = sampled("sin(1/x)")
    assert 0.0 not in [b.at for b in found.breaks]
    assert found.broken[249]
