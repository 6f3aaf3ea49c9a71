"""Descents reach minima that are known, by steps that can be followed by hand, and say how they ended."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.lessons.descents.descent import Descent, Outcome, Step, Task


def task(text: str, start: dict[str, float], rate: float, steps: int, **options: object) -> Task:
    settings: dict[str, object] = {"wrt": tuple(start), "tolerance": 0.0} | options
    return Task(read(text).graph, start, rate=rate, steps=steps, **settings)  # type: ignore[arg-type]


def descend(task: Task, block: int = 997) -> tuple[list[Step], Outcome]:
    descent = Descent(task)
    steps: list[Step] = []
    while descent.outcome is None:
        steps += descent.advance(block)
    return steps, descent.outcome


def test_the_quadratic_bowl_follows_its_closed_form() -> None:
    # Along each axis the distance to the minimum shrinks by 1 - 2*rate*a at every step.
    steps, outcome = descend(task("(a - 1)^2 + 3*(b + 2)^2", {"a": 4.0, "b": 5.0}, 0.125, 40))
    assert outcome.reason == "steps"
    assert [step.number for step in steps] == list(range(41))
    for n, step in enumerate(steps):
        a, b = 3 * Fraction(3, 4) ** n, 7 * Fraction(1, 4) ** n
        assert step.point == pytest.approx((1 + float(a), -2 + float(b)), rel=1e-13)
        assert step.value == pytest.approx(float(a**2 + 3 * b**2), rel=1e-11)
        assert step.gradient == pytest.approx((float(2 * a), float(6 * b)), rel=1e-11)


def test_the_bowl_converges_to_its_bottom() -> None:
    steps, outcome = descend(task("(a - 1)^2 + 3*(b + 2)^2", {"a": 4.0, "b": 5.0}, 0.125, 1000, tolerance=1e-10))
    assert outcome.reason == "converged"
    assert outcome.last.point == pytest.approx((1, -2), abs=1e-10)
    assert max(map(abs, steps[-1].gradient)) <= 1e-10 < max(map(abs, steps[-2].gradient))


NEURON = "(w*1 + b - 2)^2 + (w*2 + b - 3)^2 + (w*3 + b - 5)^2"


def test_the_linear_neuron_finds_the_least_squares() -> None:
    # The normal equations give w = 3/2, b = 1/3 and J = 1/6.
    steps, outcome = descend(task(NEURON, {"w": 0.0, "b": 0.0}, 0.03, 5000, tolerance=1e-12))
    assert outcome.reason == "converged"
    assert outcome.last.point == pytest.approx((3 / 2, 1 / 3), rel=1e-11)
    assert outcome.last.value == pytest.approx(1 / 6, rel=1e-14)
    w = b = 0.0
    for step in steps:
        errors = [w * x + b - y for x, y in ((1, 2), (2, 3), (3, 5))]
        slope_w, slope_b = 2 * (errors[0] + 2 * errors[1] + 3 * errors[2]), 2 * sum(errors)
        assert step.point == pytest.approx((w, b), rel=1e-12)
        assert step.gradient == pytest.approx((slope_w, slope_b), rel=1e-9, abs=1e-12)
        w, b = w - 0.03 * slope_w, b - 0.03 * slope_b


ROWS = ((-1, 0), (0, 1), (1, 0), (2, 1))
LOGISTIC = " + ".join(f"log(1 + exp(w*({x}) + b)) - {y}*(w*({x}) + b)" for x, y in ROWS)


def test_logistic_regression_on_four_rows_finds_its_minimum() -> None:
    # mpmath.findroot on the two equations dJ/dw = dJ/db = 0, 40 digits.
    steps, outcome = descend(task(LOGISTIC, {"w": 0.0, "b": 0.0}, 0.3, 10_000, tolerance=1e-12))
    assert outcome.reason == "converged"
    assert outcome.last.point == pytest.approx((0.90818426256009508, -0.45409213128004754), rel=1e-11)
    assert outcome.last.value == pytest.approx(2.3474865351213455, rel=1e-14)
    w = b = 0.0
    for step in steps:
        errors = [1 / (1 + math.exp(-(w * x + b))) - y for x, y in ROWS]
        slope_w, slope_b = sum(e * x for e, (x, _) in zip(errors, ROWS, strict=True)), sum(errors)
        assert step.point == pytest.approx((w, b), rel=1e-10, abs=1e-12)
        assert step.gradient == pytest.approx((slope_w, slope_b), rel=1e-9, abs=1e-12)
        w, b = w - 0.3 * slope_w, b - 0.3 * slope_b


def test_rosenbrock_creeps_to_its_minimum_and_every_step_is_right() -> None:
    banana = task("(1 - x)^2 + 100*(y - x^2)^2", {"x": -1.2, "y": 1.0}, 0.001, 50_000)
    steps, outcome = descend(banana)
    assert outcome.reason == "steps"
    assert len(steps) == 50_001
    assert outcome.last.point == pytest.approx((1, 1), abs=1e-8)
    assert outcome.last.value < 1e-17
    x, y = -1.2, 1.0
    for step in steps:
        assert abs(step.point[0] - x) < 1e-12
        assert abs(step.point[1] - y) < 1e-12
        x, y = x - 0.001 * (-2 * (1 - x) - 400 * x * (y - x * x)), y - 0.001 * 200 * (y - x * x)


def test_climbing_ends_at_the_top() -> None:
    # x*exp(-x) is largest at 1, where it is 1/e.
    _, outcome = descend(task("x*exp(-x)", {"x": 0.0}, 0.5, 1000, tolerance=1e-12, maximise=True))
    assert outcome.reason == "converged"
    assert outcome.last.point[0] == pytest.approx(1, abs=1e-11)
    assert outcome.last.value == pytest.approx(math.exp(-1), rel=1e-15)


def test_only_the_chosen_inputs_move() -> None:
    descent = task("(w*x + b - 1)^2", {"w": 0.0, "x": 2.0, "b": 0.0}, 0.1, 200, wrt=("w",))
    _, outcome = descend(descent)
    assert outcome.last.point == pytest.approx((0.5,))


def test_a_rate_too_large_diverges() -> None:
    steps, outcome = descend(task("w^2", {"w": 3.0}, 1.1, 30))
    assert outcome.reason == "diverged"
    assert steps[-1].point[0] == pytest.approx(3 * (-1.2) ** 30)


def test_what_rose_and_falls_again_has_not_diverged() -> None:
    # From 0.3 the first step lands on the far side of a cliff, at 96.04, and the second goes down to 61.4656.
    steps, outcome = descend(task("where(w < 0, -3*w, (w - 10)^2)", {"w": -0.1}, 0.1, 2))
    assert [step.value for step in steps] == pytest.approx([0.3, 96.04, 61.4656])
    assert outcome.reason == "steps"


# The last one takes 1,900 steps to overflow, by which time it has been prepared.
@pytest.mark.parametrize("text", ["log(1 + w^4)*w^4", "w*w*w*w", "(w*w - 5)*(w*w - 3)", "cosh(w)", "w*w"])
def test_an_overflow_is_a_divergence_and_not_a_domain(text: str) -> None:
    steps, outcome = descend(task(text, {"w": 3.0}, 1.1, 5000))
    assert outcome.reason == "diverged"
    assert all(math.isfinite(step.value) for step in steps[:-1])


@pytest.mark.parametrize("rate", [1.0, 0.05])
def test_leaving_the_domain_says_where(rate: float) -> None:
    # w^2 becomes less by about twice the rate at every step: 90 steps, or 5.
    steps, outcome = descend(task("log(w)", {"w": 3.0}, rate, 200))
    assert outcome.reason == "domain"
    assert outcome.left_at is not None
    last = steps[-1].point[0]
    assert outcome.left_at[0] == last - rate * (1 / last) < 0
    assert outcome.fault is not None


def test_a_start_outside_the_domain_is_an_error() -> None:
    descent = Descent(task("log(w)", {"w": -1.0}, 1.0, 100))
    with pytest.raises(GradxError) as caught:
        descent.advance(10)
    assert caught.value.problem.kind == "domain"
    assert caught.value.problem.span is not None


def test_a_start_without_a_finite_slope_cannot_be_left() -> None:
    steps, outcome = descend(task("sqrt(w)", {"w": 0.0}, 1.0, 100))
    assert outcome.reason == "domain"
    assert outcome.fault is None
    assert [step.number for step in steps] == [0]


@pytest.mark.parametrize("rate", [0.25, 1 / 256])
def test_where_the_fast_way_gives_up_the_careful_one_goes_on(rate: float) -> None:
    # exp(800) overflows in the branch that is not taken: for one step, or for thirty.
    steps, outcome = descend(task("where(w < 1000, (w - 2)^2, exp(w))", {"w": 900.0}, rate, 60))
    assert outcome.reason == "steps"
    for n, step in enumerate(steps):
        assert step.point[0] == pytest.approx(2 + 898 * (1 - 2 * rate) ** n, rel=1e-12)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("text", "start", "rate", "options"),
    [
        (LOGISTIC, {"w": 0.5, "b": -0.5}, 0.1, {"tolerance": 1e-4}),  # converges
        ("where(w < 1000, (w - 2)^2, exp(w))", {"w": 900.0}, 1 / 256, {}),
        ("log(w) + abs(v)*v^2", {"w": 3.0, "v": 1.0}, 0.05, {}),  # leaves the domain
        ("w*w*v", {"w": 3.0, "v": 1.0}, 0.1, {"maximise": True}),  # overflows
        ("w*w", {"w": 3.0}, 1.1, {}),
        ("w^2 + c*v", {"w": 3.0, "v": 1.0, "c": 2.0}, 0.1, {"wrt": ("w", "v")}),
    ],
)
@pytest.mark.parametrize("short", [2_000, 0])
def test_the_tape_goes_where_the_sweeps_go_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    start: dict[str, float],
    rate: float,
    options: dict[str, object],
    short: int,
) -> None:
    wanted = task(text, start, rate, 2500, **options)
    monkeypatch.setattr("gradx.export.compiled.SHORT", short)
    by_tape = descend(wanted)
    monkeypatch.setattr("gradx.lessons.descents.descent.PATIENCE", math.inf)
    assert repr(by_tape) == repr(descend(wanted))


def test_blocks_do_not_matter() -> None:
    bowl = task("(a - 1)^2 + 3*(b + 2)^2", {"a": 4.0, "b": 5.0}, 0.125, 100)
    assert descend(bowl, 1) == descend(bowl, 7) == descend(bowl, 10_000)


def test_an_interruption_keeps_what_was_done() -> None:
    descent = Descent(task("w^2", {"w": 3.0}, 0.1, 100))
    steps = descent.advance(10)
    descent.interrupt()
    assert descent.outcome == Outcome("interrupted", steps[-1])
    assert len(descent.advance(10)) == 0


def test_nothing_to_move_is_an_error() -> None:
    with pytest.raises(GradxError, match="nothing to descend"):
        Descent(task("2 + 3", {}, 0.1, 10))


def test_a_descent_of_no_steps_ends_where_it_begins() -> None:
    steps, outcome = descend(task("w^2", {"w": 3.0}, 0.1, 0))
    assert [(step.number, step.point, step.value) for step in steps] == [(0, (3.0,), 9.0)]
    assert (outcome.reason, outcome.last.point) == ("steps", (3.0,))


def test_an_interruption_before_the_first_step_has_nothing_to_tell() -> None:
    descent = Descent(task("w^2", {"w": 3.0}, 0.1, 5))
    descent.interrupt()
    assert descent.outcome is None
