"""What there is where a descent came to rest: known by hand for each of these programs."""

from __future__ import annotations

import pytest

from gradx.language.program import read, read_plainly
from gradx.lessons.descents.arrival import Arrival, arrival
from gradx.lessons.descents.descent import Descent, Outcome, Task, parameters
from gradx.lessons.descents.holding_rate import holding_rate


def task(text: str, start: dict[str, float], rate: float = 0.1, steps: int = 1_000, **options: object) -> Task:
    settings: dict[str, object] = {"wrt": tuple(start), "tolerance": 1e-9} | options
    return Task(read(text).graph, start, rate=rate, steps=steps, **settings)  # type: ignore[arg-type]


def descended(task: Task) -> Outcome:
    descent = Descent(task)
    while descent.outcome is None:
        descent.advance(500)
    return descent.outcome


def rest(text: str, start: dict[str, float], rate: float = 0.1, steps: int = 1_000, **options: object) -> Arrival:
    wanted = task(text, start, rate, steps, **options)
    outcome = descended(wanted)
    assert outcome.reason == "converged"
    found = arrival(wanted, outcome.last)
    assert found is not None
    return found


SHAPES = [
    ("(w - 3)^2", {"w": 0.0}, "minimum"), ("abs(w)", {"w": 0.0}, "minimum"), ("relu(w)", {"w": 0.0}, "minimum"),
    ("sin(w)", {"w": 0.0}, "minimum"), ("(w*2 + b - 1)^2", {"w": 0.0, "b": 0.0}, "minimum"),
    ("(a - 1)^2 + 3*(b + 2)^2", {"a": 4.0, "b": 5.0}, "minimum"), ("w^2 + 0*b", {"w": 1.0, "b": 2.0}, "minimum"),
    ("w^6", {"w": 0.0}, "minimum"), ("1e6*(w - 1e-3)^2*1e-6", {"w": 1.0}, "minimum"),
    ("-(w^2)", {"w": 0.0}, "maximum"), ("cos(w)", {"w": 0.0}, "maximum"), ("-abs(w)", {"w": 0.0}, "maximum"),
    ("exp(-w^2)", {"w": 0.0}, "maximum"), ("-(a^2) - b^4", {"a": 0.0, "b": 0.0}, "maximum"),
    ("1 - w^4", {"w": 0.0}, "maximum"),
    ("x*y", {"x": 0.0, "y": 0.0}, "saddle"), ("x^2 - y^2", {"x": 1.0, "y": 0.0}, "saddle"),
    ("x^4 - y^2", {"x": 0.0, "y": 0.0}, "saddle"), ("x^2 + 4*x*y + y^2", {"x": 0.0, "y": 0.0}, "saddle"),
    ("cos(x)*cosh(y)", {"x": 0.0, "y": 0.0}, "saddle"), ("abs(x) - abs(y)", {"x": 0.0, "y": 0.0}, "saddle"),
    ("relu(w*2)", {"w": -1.0}, "plateau"), ("relu(w)^2", {"w": -1.0}, "plateau"), ("floor(w)", {"w": 0.5}, "plateau"),
    ("(sigmoid(w) - 1)^2", {"w": 50.0}, "plateau"), ("sigmoid(w)", {"w": -30.0}, "plateau"),
    ("tanh(w)^2", {"w": 30.0}, "plateau"), ("5 + 0*w", {"w": 1.0}, "plateau"), ("exp(w)", {"w": -40.0}, "plateau"),
    ("w^4 - 3*w^3 + 2", {"w": 0.0}, "inflection"), ("w^3", {"w": 0.0}, "inflection"),
    ("x - sin(x)", {"x": 0.0}, "inflection"), ("w^5 + 1", {"w": 0.0}, "inflection"),
    ("a^2 + b^3", {"a": 0.0, "b": 0.0}, "inflection"), ("tanh(w)^3", {"w": 0.0}, "inflection"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "shape"), SHAPES)
def test_what_there_is_is_named(text: str, start: dict[str, float], shape: str) -> None:
    assert rest(text, start).shape == shape


@pytest.mark.parametrize(("text", "start"), [("3 - (w - 1)^2", 0.0), ("x*exp(-x)", 0.0), ("sin(x)", 0.5)])
def test_uphill_it_is_a_maximum(text: str, start: float) -> None:
    name = "w" if "w" in text else "x"
    assert rest(text, {name: start}, 0.25, maximise=True).shape == "maximum"


def test_a_gradient_that_float64_lost_is_no_arrival() -> None:
    # float64 adds 0.25 to 1e17 and gets 1e17; the true square has the slope 1/2 there.
    found = rest("(w + 1e17 - 1e17)^2", {"w": 0.25})
    assert (found.shape, found.gradient) == ("slope", 0.5)


def test_what_is_said_of_it() -> None:
    assert rest("relu(w*2)", {"w": -1.0}).described("J") == "a plateau: J does not change near it"
    assert rest("x*y", {"x": 0.0, "y": 0.0}).described("J") == "a saddle: J rises along x + y and falls along x - y"
    assert rest("w^2 + 0*b", {"w": 1.0, "b": 2.0}).described("L") == "a minimum along w; L does not change along b"
    assert rest("a^2 + b^2", {"a": 1.0, "b": 2.0}).described("J") == "a minimum along every input"
    assert "along w J rises on one side and falls on the other" in rest("w^3", {"w": 0.0}).described("J")


BOUNCES = [
    ("x^2", 3.0, 1.0, (3, -3)), ("abs(x)", 1.0, 0.3, (0.1, -0.2)), ("(x - 1)^2 + 2", 4.0, 1.0, (4, -2)),
    ("3*abs(x)", 0.5, 0.25, (0.5, -0.25)), ("5*x^2", 2.0, 0.2, (2, -2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "rate", "places"), BOUNCES)
def test_a_bounce_is_one_with_both_its_places(text: str, start: float, rate: float, places: tuple[float, ...]) -> None:
    outcome = descended(task(text, {"x": start}, rate, 100))
    assert outcome.reason == "steps"
    assert outcome.bounce is not None
    assert sorted(step.point[0] for step in outcome.bounce) == pytest.approx(sorted(places), rel=1e-6)


@pytest.mark.parametrize(("text", "rate"), [("x^2", 0.9), ("x^2", 0.9999), ("abs(x)", 0.001), ("x^4", 0.01)])
def test_what_comes_nearer_does_not_bounce(text: str, rate: float) -> None:
    assert descended(task(text, {"x": 1.0}, rate, 50)).bounce is None


def test_a_bounce_gets_a_rate_only_where_one_comes_to_rest() -> None:
    found = holding_rate(task("x^2", {"x": 3.0}, 1.0, 100), settling=True)
    assert found is not None
    assert 0 < found.rate < 1
    assert holding_rate(task("abs(x)", {"x": 1.0}, 0.3, 100), settling=True) is None


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [("w^4 - 3*w^2 + w", 0.646, 5.0), ("cos(w) + w^2/100", 0.1, 300.0), ("(w^2 - 1)^2", 0.3, 20.0),
     ("w^4 - w^2", 0.2, 50.0), ("-exp(-w^2) + w^4/100", 1.5, 200.0)],
)  # fmt: skip
def test_where_a_smaller_rate_comes_to_rest_it_is_found(text: str, start: float, rate: float) -> None:
    wanted = task(text, {"w": start}, rate, 100)
    assert descended(wanted).reason == "diverged"
    found = holding_rate(wanted)
    assert found is not None
    assert descended(task(text, {"w": start}, found.rate, 5_000)).reason in ("converged", "steps")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("text", ["log(w)", "-(w^2)", "-exp(w)", "w^3"])
def test_what_falls_without_end_has_no_rate(text: str) -> None:
    assert holding_rate(task(text, {"w": -3.0 if text == "w^3" else 3.0}, 1.0, 100)) is None


@pytest.mark.parametrize(
    ("text", "moving", "held"),
    [
        ("z = w1*x1 + w2*x2 + b; (sigmoid(z) - y)^2", ("w1", "w2", "b"), ("x1", "x2", "y")),
        ("(w*x + b - y)^2", ("w", "b"), ("x", "y")),
        ("t = 3; (w - t)^2", ("w",), ("t",)),
        ("(1 - x)^2 + 100*(y - x^2)^2", ("x", "y"), ()),
        ("x*exp(-x)", ("x",), ()),
        ("a = 1; b = 2; a*b", ("a", "b"), ()),
        ("(xs - ys)^2 + w", ("xs", "ys", "w"), ()),
    ],
)
def test_data_is_held_and_parameters_move(text: str, moving: tuple[str, ...], held: tuple[str, ...]) -> None:
    found = parameters(read_plainly(text))
    assert (set(found[0]), set(found[1])) == (set(moving), set(held))
