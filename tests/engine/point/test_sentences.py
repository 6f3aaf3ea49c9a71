"""What a verdict says in words: which boundary, where, what backprop takes there, and what stays open."""

from __future__ import annotations

import math

import pytest

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import explore
from gradx.point.sentences import LONGEST, boundary, convention, open_comparison
from gradx.sweeps.forward import forward


def said(text: str, **point: float) -> tuple[str, str]:
    """The sentence of a kink at the output, and the convention there."""
    graph = read(text).graph
    values = forward(graph, FLOAT64, {graph.index[name]: x for name, x in point.items()}).values
    return boundary(graph, values, graph.output, "kink"), convention(graph, values, graph.output)


@pytest.mark.parametrize(
    ("text", "point", "place", "takes"),
    [
        ("relu(x)", {"x": 0.0}, "relu has a kink at x = 0", "backprop takes relu'(0) = 0"),
        ("relu(x)", {"x": -0.0}, "relu has a kink at x = 0", "backprop takes relu'(0) = 0"),
        ("abs(2*x - 1)", {"x": 0.5}, "abs has a kink at 2*x - 1 = 0", "backprop takes abs'(0) = 0"),
        # float64 stands beside the kink: it takes no convention there
        ("abs(x - 1)", {"x": 1.5}, "abs has a kink at x - 1 = 0.5", ""),
        ("sqrt(x)", {"x": 0.0}, "sqrt has a kink at x = 0", ""),
        (
            "max(x, y)",
            {"x": 1.0, "y": 1.0},
            "max(x, y) has a kink at this point",
            "backprop takes the first of the arguments that tie",
        ),
        ("x % 1", {"x": 2.0}, "x % 1 has a kink at this point", "backprop takes the slope on the right of the jump"),
    ],
)
def test_a_boundary_and_its_convention(text: str, point: dict[str, float], place: str, takes: str) -> None:
    assert said(text, **point) == (place, takes)


def test_what_is_too_long_is_not_written_out() -> None:
    long = " + ".join(["x"] * LONGEST)
    assert said(f"abs({long})", x=0.0)[0] == "abs has a kink at its argument = 0"
    assert said(f"m = max({long}, y)", x=0.0, y=0.0)[0] == "m has a kink at this point"


@pytest.mark.parametrize(("text", "name"), [("tanh(sinh(x)) % 1", "tanh(sinh(x)) % 1"), ("c = x % 1", "x % 1")])
def test_an_open_comparison_names_the_operation_and_the_bits(text: str, name: str) -> None:
    graph = read(text).graph
    told = f"40,000 bits do not tell on which side of a boundary of {name} this point lies"
    assert open_comparison(graph, graph.output, 40_000) == told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # each function is flat at 0: what is touched there is bent or jumps, and takes part with a slope of 1 or 2
        ("x*floor(1 - x^4)", "floor(1 - x^4): backprop takes slope 0, which gives 1"),
        (
            "x*where(x^2 > 0, 0, 2)",
            "where(x^2 > 0, 0, 2): backprop takes the slope of the branch taken, which gives 2",
        ),
        (
            "where(x^2 > 0, 0, 2*x)",
            "where(x^2 > 0, 0, 2*x): backprop takes the slope of the branch taken, which gives 2",
        ),
    ],
)
def test_a_smooth_function_on_a_boundary_is_told_from_lost_digits(text: str, reason: str) -> None:
    verdict = explore(read(text), {"x": 0.0}).nodes[0].verdict
    assert (verdict.status, verdict.cause) == ("inexact", "branch")
    assert verdict.reason == f"J is smooth here, on a boundary of {reason}; exactly it is 0"


@pytest.mark.parametrize(
    ("text", "point", "exact"),
    [
        ("where(x == 0, 1, expm1(x)/x)", {"x": 0.0}, "0.5"),
        ("where(x == 0, 1, sin(x)/x) + x", {"x": 0.0}, ""),
        ("where(x == 0, 0, x)", {"x": 0.0}, "1.0"),
        ("max(x, y) + min(x, y)", {"x": 1.0, "y": 1.0}, "1.0"),
        ("relu(x) - relu(-x)", {"x": 0.0}, "1.0"),
        ("max(x, 0) + log1p(exp(-abs(x)))", {"x": 0.0}, "0.5"),
        ("where(x > 1, x^2, 2*x - 1) + max(x, 1) + min(x, 1)", {"x": 1.0}, "3.0"),
    ],
)
def test_the_branch_taken_is_named_where_its_slope_is_another(text: str, point: dict[str, float], exact: str) -> None:
    verdict = explore(read(text), point).nodes[0].verdict
    assert (verdict.status, verdict.cause) == (("inexact", "branch") if exact else ("agree", None))
    assert not exact or verdict.exact == exact


@pytest.mark.parametrize(
    ("text", "x", "place"),
    [
        ("x*sign(x)", 0.0, "sign jumps at x = 0, and J has a kink there"),
        ("c = (x - 1)*floor(x)", 1.0, "floor jumps at x = 1, and c has a kink there"),
        ("(x - 2)*where(x > 2, 1, 0)", 2.0, "where(x > 2, 1, 0) jumps at this point, and J has a kink there"),
        ("abs(x)*cos(x)", 0.0, "abs has a kink at x = 0"),
        ("where(x <= 0, 0, x*log(x))", 0.0, "where(x <= 0, 0, x*log(x)) has a kink at this point"),
    ],
)
def test_a_jump_that_bends_what_is_made_of_it(text: str, x: float, place: str) -> None:
    verdict = explore(read(text), {"x": x}).nodes[0].verdict
    assert (verdict.status, (verdict.reason or "").partition(":")[0]) == ("kink", place)


LOST = [
    ("log(1 - sigmoid(x))", 40.0, "cancellation: float64 takes 1 - sigmoid(x) for 0 (it is 4.248354255e-18)", -1.0),
    ("1 + 1/(1e16 + x - 1e16)", 0.1, "cancellation: float64 takes 1e16 + x - 1e16 for 0 (it is 0.1)", -100.0),
    ("2*log(exp(x))", -800.0, "underflow: float64 takes exp(x) for 0 (it is 3.667874584e-348)", 2.0),
    ("log(x*x)", 1e-200, "underflow: float64 takes x*x for 0 (it is 1e-400)", 2e200),
    ("sqrt(1 - cos(x))", 1e-9, "cancellation: float64 takes 1 - cos(x) for 0 (it is 5e-19)", math.sqrt(0.5)),
    ("exp(x)/exp(x) + x", 800.0, "overflow: float64 takes exp(x) for inf (it is 2.726374572e+347)", 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "what", "slope"), LOST)
def test_what_float64_lost_first_is_named(text: str, x: float, what: str, slope: float) -> None:
    found = explore(read(text), {"x": x})
    verdict = found.nodes[0].verdict
    assert verdict.exact is not None
    assert float(verdict.exact) == pytest.approx(slope, rel=1e-14)
    assert (verdict.status, verdict.cause) == ("inexact", what.partition(":")[0])
    assert (verdict.reason or "").startswith(what)
    # no branch is there that is not taken: every node has its numbers, whatever float64 made of them
    assert all(node.value is not None and node.gradient is not None for node in found.nodes)
