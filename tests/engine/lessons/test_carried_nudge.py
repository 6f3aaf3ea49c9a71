"""One nudge, carried: every node that moves, by how much, and whether ε was small enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mpmath
import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.lessons.carried_nudge import CarriedNudge, carry, find_node, settling
from gradx.point.exploration import Exploration, Options, explore

CASES = json.loads((Path(__file__).parents[2] / "cases" / "courses.json").read_text())["cases"]
NUDGES = [
    pytest.param(case, name, id=f"{case['id']}-{name}")
    for case in CASES
    for name, node in case["nodes"].items()
    if "nudge" in node
]


def explored(text: str, **point: float) -> Exploration:
    return explore(read(text), point, Options(checks="none"))


def carried(text: str, name: str, epsilon: float = 0.001, **point: float) -> CarriedNudge:
    exploration = explored(text, **point)
    return carry(exploration, find_node(exploration.graph, name), epsilon)


@pytest.mark.parametrize(("case", "name"), NUDGES)
def test_every_nudge_of_the_courses(case: dict[str, Any], name: str) -> None:
    found = carried(case["expression"], name, **case["point"])
    node = case["nodes"][name]
    assert found.slope == pytest.approx(node["nudge"]["slope"], rel=1e-8, abs=1e-9)
    assert found.output == pytest.approx(node["nudge"]["output"], rel=1e-13)
    assert found.gradient == pytest.approx(node["gradient"], rel=1e-12)
    after = {moved.name: moved.after for moved in found.moved}
    for moved, value in node["nudge"]["moved"].items():
        assert after.get(moved, case["nodes"][moved]["value"]) == pytest.approx(value, rel=1e-13)
    assert set(after) <= set(node["nudge"]["moved"]) | {n for n in after if n.startswith("v")}


def test_the_chain_of_changes_in_topological_order() -> None:
    found = carried("u = b*c; v = a + u; J = 3*v", "b", a=5, b=3, c=2)
    assert [moved.name for moved in found.moved] == ["b", "u", "v", "J"]
    assert [moved.before for moved in found.moved] == [3, 6, 11, 33]
    assert [moved.after for moved in found.moved] == pytest.approx([3.001, 6.002, 11.002, 33.006], rel=1e-14)
    assert [moved.change for moved in found.moved] == pytest.approx([0.001, 0.002, 0.002, 0.006], rel=1e-9)
    assert [moved.slope for moved in found.moved] == pytest.approx([1, 2, 2, 6], rel=1e-9)
    assert [moved.derivative for moved in found.moved] == [1.0, 2.0, 2.0, 6.0]


def test_derivatives_of_the_nodes_between_are_those_of_mpmath() -> None:
    found = carried("u = x^2; v = sin(u) + x; J = v*u", "x", x=1.5)
    derivatives = {moved.name: moved.derivative for moved in found.moved}
    with mpmath.workdps(30):
        x = mpmath.mpf(1.5)
        v = float(mpmath.diff(lambda x: mpmath.sin(x**2) + x, x))
        j = float(mpmath.diff(lambda x: (mpmath.sin(x**2) + x) * x**2, x))
    assert derivatives["u"] == 3.0
    assert derivatives["v"] == pytest.approx(v, rel=1e-13)
    assert derivatives["J"] == pytest.approx(j, rel=1e-13)


def test_only_what_moves_is_listed() -> None:
    found = carried("h = relu(w*x); J = h + x", "w", w=-1, x=2)
    assert [moved.name for moved in found.moved] == ["w", "v1"]
    assert (found.slope, found.gradient, found.settled) == (0.0, 0.0, True)


def test_an_intermediate_moves_what_comes_after_it_and_nothing_else() -> None:
    found = carried("u = b*c; v = a + u; J = 3*v", "u", a=5, b=3, c=2)
    assert [moved.name for moved in found.moved] == ["u", "v", "J"]
    assert found.slope == pytest.approx(3, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "x", "epsilon", "settled"),
    [
        ("3*x", 1e6, 0.001, True),
        ("x^2", 3.0, 0.001, False),
        ("x^2", 3.0, 1e-9, True),
        ("1e9 + x", 1.0, 1e-6, True),
        ("exp(x)", 1.0, 0.1, False),
    ],
)
def test_a_slope_has_settled_when_only_rounding_is_between_it_and_the_gradient(
    text: str, x: float, epsilon: float, settled: bool
) -> None:
    assert carried(text, "x", epsilon, x=x).settled is settled


def test_several_sizes_go_from_the_largest_to_the_smallest_and_come_closer() -> None:
    exploration = explored("w^3", w=2.0)
    sizes = settling(exploration, find_node(exploration.graph, "w"), [0.01, 0.1, 0.001, 0.1])
    assert [size.epsilon for size in sizes] == [0.1, 0.01, 0.001]
    assert [size.slope for size in sizes] == pytest.approx([12.61, 12.0601, 12.006001], rel=1e-10)


def test_a_nudge_across_a_kink_is_told() -> None:
    found = carried("relu(x)", "x", x=0.0)
    assert (found.slope, found.gradient, found.settled) == (1.0, 0.0, False)
    assert "kink" in (found.note or "")


@pytest.mark.parametrize("text", ["max(x, 1)", "min(x, 1)", "max(-2, x, 1)"])
def test_a_nudge_across_a_change_of_winner_is_told(text: str) -> None:
    assert "kink" in (carried(text, "x", x=0.9995).note or "")


def test_a_nudge_that_leaves_the_domain_has_no_slope() -> None:
    found = carried("J = 2*acos(x)", "x", x=1.0)
    assert (found.slope, found.output, found.settled) == (None, None, False)
    assert [moved.name for moved in found.moved] == ["x"]
    assert "domain" in (found.note or "")


def test_a_node_of_a_branch_that_is_not_taken_cannot_be_nudged() -> None:
    with pytest.raises(GradxError, match="branch that is not taken") as caught:
        carried("where(x > 0, x, b*2)", "b", x=3, b=1)
    span = caught.value.problem.span
    assert span is not None
    assert (span.offset, span.length) == (16, 1)


def test_an_unknown_node_is_an_error_that_lists_the_nodes() -> None:
    with pytest.raises(GradxError, match="no node 'q'") as caught:
        carried("u = x^2; J = u + 1", "q", x=3)
    assert caught.value.problem.hint == "the nodes are x, u, J"


def test_a_node_that_the_output_does_not_need_moves_without_a_derivative() -> None:
    found = carried("u = 2*x; v = 3*x; J = v + 1", "x", x=5.0)
    derivatives = {moved.name: moved.derivative for moved in found.moved}
    assert derivatives == {"x": 1.0, "u": None, "v": 3.0, "J": 3.0}
    assert next(moved for moved in found.moved if moved.name == "u").slope == pytest.approx(2)


NOTHING = [
    ("x^2", 1e16, 0.001), ("3*x^2 - 4*x + 5", 3.0, 1e-17), ("sin(x)", 1e14, 1e-3), ("exp(x)", 1.0, 1e-16),
    ("x", -4.0, 1e-16), ("0*x", 1e16, 0.001), ("relu(x)", 1e17, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "epsilon"), NOTHING)
def test_what_float64_cannot_move_does_not_move(text: str, x: float, epsilon: float) -> None:
    assert x + epsilon == x
    found = carried(text, "x", epsilon, x=x)
    assert (found.moved, found.stuck, found.settled) == ((), "variable", False)
    assert f"the nudge is lost in rounding: {x:g} + {epsilon:g} is {x:g} in float64" == found.note


@pytest.mark.parametrize(
    ("text", "x"), [("1e20 + x", 1.0), ("(x + 1e30) - 5", 2.0), ("1e17 - x/100", 1.0), ("exp(x)*1e-9 + 1e9", 0.0),
                    ("log(1e40 + x)", 1.0)]
)  # fmt: skip
def test_an_output_that_float64_cannot_move_does_not_move(text: str, x: float) -> None:
    found = carried(text, "x", x=x)
    assert (found.slope, found.stuck, found.settled) == (0.0, "output", False)
    assert "rounding hides the change" in (found.note or "")


def test_what_rightly_stays_is_not_stuck() -> None:
    assert carried("relu(x)", "x", x=-1.0).stuck is None


@pytest.mark.parametrize("text", ["sqrt(x)", "x^0.5", "3*cbrt(x)", "asin(x - 1)", "-sqrt(x) + x", "sqrt(2*x)"])
def test_a_slope_that_grows_without_bound_is_told(text: str) -> None:
    found = carried(text, "x", x=0.0)
    assert found.slope is not None
    # All of them are c*x^p near 0, p up to 1/2, |c| not below 1: at 0.001 the quotient is 31 or more, but for x's own.
    assert 30 < abs(found.slope) < 400
    assert (found.note, found.settled) == ("the slope grows without bound as ε shrinks", False)


TRUNCATED = [
    # A whole power has no kink to cross; a flat third order or a steep bend is no rounding.
    ("x^2", -0.0001), ("0.5*(3 - x)^2", 2.9999), ("x^4", -0.0002), ("(x - 1)^6", 0.9995), ("x^2 + x^4", -0.00049),
    ("x^3", 0.0), ("atan(1000*x)", 0.0), ("tanh(500*x)", 0.0), ("sin(x)^3", 0.0), ("sin(900*x)", 0.0), ("x^5", 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x"), TRUNCATED)
def test_truncation_is_called_truncation(text: str, x: float) -> None:
    assert "truncation error" in (carried(text, "x", x=x).note or "")


@pytest.mark.parametrize(
    ("text", "x"),
    [("1e20 + x", 1.0), ("sqrt(x^2 + 1) - x", 1e7), ("(x + 1e13) - 1e13", 1.0),
     ("log(1e9 + x)*1e3", 1.0), ("exp(x) + 1e13 - exp(x)", 3.0)],
)  # fmt: skip
def test_rounding_is_called_rounding(text: str, x: float) -> None:
    note = carried(text, "x", x=x).note
    assert note is None or "rounding hides the change" in note
    assert note is not None or text.startswith(("exp", "log"))


@pytest.mark.parametrize(("text", "x"), [("x^-2", -0.0005), ("1/x^3", -0.0005), ("abs(x)^3 + abs(x)", -0.0005),
                                         ("where(x^2 > 1, x, 3)", 0.9999), ("floor(x^2)", 0.9999)])  # fmt: skip
def test_what_is_crossed_is_still_told(text: str, x: float) -> None:
    assert "crosses" in (carried(text, "x", x=x).note or "")
