"""What a verdict says in words: which boundary, where, what backprop takes there, and what stays open."""

from __future__ import annotations

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
        ("x*floor(1 - x^4)", "floor jumps at 1 - x^4 = 1, the function does not: backprop takes slope 0, 1"),
        (
            "x*where(x^2 > 0, 0, 2)",
            "where(x^2 > 0, 0, 2) jumps at this point, the function does not: "
            "backprop takes the slope of the branch taken, 2",
        ),
        (
            "where(x^2 > 0, 0, 2*x)",
            "where(x^2 > 0, 0, 2*x) has a kink at this point, the function does not: "
            "backprop takes the slope of the branch taken, 2",
        ),
    ],
)
def test_what_is_touched_and_smooth_all_the_same_is_said_to_jump_where_it_does(text: str, reason: str) -> None:
    verdict = explore(read(text), {"x": 0.0}).nodes[0].verdict
    assert (verdict.status, verdict.reason) == ("inexact", f"{reason}; exactly it is 0")
