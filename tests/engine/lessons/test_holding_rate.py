"""The rate that would have held is measured, and holds."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from gradx.language.program import read
from gradx.lessons.descents.descent import Descent, Step, Task
from gradx.lessons.descents.holding_rate import curvature, holding_rate


def task(text: str, start: dict[str, float], rate: float, steps: int = 300, maximise: bool = False) -> Task:
    return Task(read(text).graph, start, tuple(start), rate, steps, 0.0, maximise)


def test_the_curvature_of_a_parabola_is_its_second_derivative() -> None:
    assert curvature(task("5*w^2", {"w": 3.0}, 1.0), Step(0, (3.0,), 45.0, (30.0,))) == pytest.approx(10)


def test_the_curvature_is_that_along_the_gradient() -> None:
    # Hessian diag(2, 20), gradient (2, 20): (2*4 + 20*400)/404.
    step = Step(0, (1.0, 1.0), 11.0, (2.0, 20.0))
    assert curvature(task("a^2 + 10*b^2", {"a": 1.0, "b": 1.0}, 1.0), step) == pytest.approx(8008 / 404)


def test_for_a_parabola_the_limit_is_exact() -> None:
    found = holding_rate(task("w^2", {"w": 3.0}, 1.5))
    assert found is not None
    assert found.limit == pytest.approx(1)
    assert found.rate == 0.9


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("w^2", {"w": 3.0}, 1.1),
        ("w^4", {"w": 3.0}, 1.0),
        ("a^2 + 100*b^2", {"a": 3.0, "b": 1e-3}, 0.1),
        ("(1 - x)^2 + 100*(y - x^2)^2", {"x": -1.2, "y": 1.0}, 0.01),
        ("cosh(w)", {"w": 3.0}, 5.0),
        ("w - log(w)", {"w": 0.2}, 10.0),
    ],
)
def test_the_rate_that_is_named_holds_at_every_step(text: str, start: dict[str, float], rate: float) -> None:
    found = holding_rate(task(text, start, rate))
    assert found is not None
    assert 0 < found.rate < rate
    descent = Descent(task(text, start, found.rate))
    values = [step.value for step in descent.advance(1000)]
    assert descent.outcome is not None
    assert descent.outcome.reason in ("steps", "converged")
    assert all(later <= earlier + 1e-12 * abs(earlier) for earlier, later in pairwise(values))


def test_uphill_it_is_the_same_upside_down() -> None:
    found = holding_rate(task("-(w^2)", {"w": 3.0}, 1.5, maximise=True))
    assert found is not None
    assert found.limit == pytest.approx(1)


def test_what_has_no_bottom_has_no_rate() -> None:
    assert holding_rate(task("log(w)", {"w": 3.0}, 1.0)) is None


def test_for_a_long_program_no_rate_is_looked_for() -> None:
    # One try costs as many operations as the program has.
    assert holding_rate(task(" + ".join(["w^2/21000"] * 14_000), {"w": 3.0}, 1.5, steps=2)) is None


def test_where_the_gradient_is_zero_or_ends_there_is_no_curvature() -> None:
    assert math.isnan(curvature(task("w^2", {"w": 0.0}, 1.0), Step(0, (0.0,), 0.0, (0.0,))))
    # The difference reaches over the edge of the domain, 1e-6 away.
    assert math.isnan(curvature(task("sqrt(w)", {"w": 1e-6}, 1.0), Step(0, (1e-6,), 1e-3, (500.0,))))


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("log(w)", -1.0, 1.0),  # outside the domain from the start
        ("1e308*w^2", 0.1, 5e-308),  # a curvature past float64
        ("log(w)", 3.0, 1e300),  # every half of it is still too large
    ],
)
def test_where_no_rate_can_be_named_there_is_none(text: str, start: float, rate: float) -> None:
    assert holding_rate(task(text, {"w": start}, rate)) is None
