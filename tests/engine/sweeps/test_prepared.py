"""A graph prepared once gives, at every point, what the sweeps give."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from gradx.errors import Source
from gradx.export.compiled import compiled
from gradx.graph import Graph, GraphBuilder
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.prepared import boundaries, guard, record
from gradx.sweeps.sampling import SLICE, Sampler
from gradx.table import TABLE

NOWHERE = (0, 0)


def random_graph(seed: int) -> Graph:
    draw = random.Random(seed)
    builder = GraphBuilder(Source("program", ""))
    nodes = [builder.input(name, NOWHERE) for name in "xyz"]
    nodes += [builder.literal(round(draw.uniform(-2, 2), 2), NOWHERE), builder.literal(2.0, NOWHERE)]
    rows = list(TABLE.values())
    for _ in range(draw.randint(1, 12)):
        row = draw.choice(rows)
        count = row.arity or draw.randint(1, 4)
        nodes.append(builder.operation(row, [draw.choice(nodes[-6:] + nodes[:3]) for _ in range(count)], NOWHERE))
    return builder.finish(nodes[-1])


def swept(graph: Graph, point: dict[int, float]) -> tuple[float, ...]:
    """Value and gradient by the sweeps; not-a-numbers where there is no value."""
    run = forward(graph, FLOAT64, point)
    if graph.output in run.faults:
        return (math.nan,) * (1 + len(graph.inputs))
    adjoints = backprop(graph, FLOAT64, run).adjoints
    return (run.values[graph.output], *(adjoints[i] for i in graph.inputs))


def by_tape(graph: Graph, point: dict[int, float]) -> tuple[float, ...] | None:
    """The same by the tape, compiled; None where it says that it cannot."""
    recording = record(graph, graph.inputs, point)
    outputs = [recording.value, *recording.gradient]
    run = compiled(recording.recorder.tape([*outputs, guard(recording.recorder, outputs)]))
    try:
        *found, watch = run(*point.values())
    except (ArithmeticError, ValueError):
        return None
    return tuple(found) if math.isfinite(sum(found) + watch) else None


def gradient_of(text: str) -> Callable[..., tuple[float, ...]]:
    graph = read(text).graph
    recording = record(graph, graph.inputs, {})
    return compiled(recording.recorder.tape(recording.gradient))


@pytest.fixture(params=["in one function", "in parts"])
def any_length(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tapes compiled as short ones, then as long ones, which few of the programs here would be."""
    if request.param == "in parts":
        monkeypatch.setattr("gradx.export.compiled.SHORT", 0)
        monkeypatch.setattr("gradx.export.compiled.PART", 3)


@pytest.mark.usefixtures("any_length")
def test_the_tape_is_right_to_the_last_bit_or_says_that_it_cannot() -> None:
    answered = 0
    for seed in range(600):
        graph = random_graph(seed)
        draw = random.Random(-seed)
        point = {i: draw.uniform(-2, 2) for i in graph.inputs}
        found = by_tape(graph, point)
        if found is not None:
            answered += 1
            assert found == swept(graph, point), f"seed {seed}"
    assert answered > 400


@pytest.mark.usefixtures("any_length")
@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1/(x*1e300*1e300)", 2.0),
        ("exp(-(x*1e300*1e300))", 2.0),
        ("tanh(x*1e308*10)", 1.0),
        ("max(1, x*1e308*10 - x*1e308*10)", 1.0),
        ("where(x*1e308*10 > 0, x, 2*x)", 1.0),
        ("atan(x*1e308*10)", -1.0),
    ],
)
def test_an_overflow_on_the_way_is_never_hidden(text: str, x: float) -> None:
    graph = read(text).graph
    assert by_tape(graph, {graph.inputs[0]: x}) is None


@pytest.mark.usefixtures("any_length")
def test_outputs_become_the_next_inputs_all_at_once() -> None:
    run = gradient_of("x*y")
    assert run(3.0, 5.0) == (5.0, 3.0)
    assert run(*run(3.0, 5.0)) == (3.0, 5.0)
    run = gradient_of("x*y + y*y")
    assert run(3.0, 5.0) == (5.0, 13.0)
    assert run(*run(3.0, 5.0)) == (13.0, 31.0)


@pytest.mark.usefixtures("any_length")
@pytest.mark.parametrize("count", range(1, 12))
def test_any_number_of_values_is_taken_and_handed_back(count: int) -> None:
    run = gradient_of(" + ".join(f"{k + 1}*x{k}*x{k}" for k in range(count)))
    point = [0.5 + k for k in range(count)]
    for _ in range(3):
        gradient = tuple(2 * (k + 1) * x for k, x in enumerate(point))
        assert run(*point) == gradient
        point = [*gradient]


@pytest.mark.parametrize("count", range(1, 6))
def test_equal_conditions_side_by_side(count: int) -> None:
    graph = read(" + ".join(f"where(x == {k}, {k + 10}, x*{k + 2})" for k in range(count))).graph
    for at in (0.0, 1.0, 7.5):
        wanted = math.fsum(k + 10 if at == k else at * (k + 2) for k in range(count))
        slope = math.fsum(0 if at == k else k + 2 for k in range(count))
        assert by_tape(graph, {graph.inputs[0]: at}) == (wanted, slope)


def test_what_no_arithmetic_has_cannot_be_recorded() -> None:
    graph = read("x").graph
    with pytest.raises(AttributeError):
        _ = record(graph, graph.inputs, {}).recorder.no_such_function


def test_what_is_fixed_is_computed_once() -> None:
    graph = read("expm1(sin(c) + log(c))*x + tanh(x)").graph
    recording = record(graph, [graph.index["x"]], {graph.index["c"]: 2.0})
    operations = {i.operation for i in recording.recorder.tape([recording.value, *recording.gradient]).instructions}
    assert operations.isdisjoint({"sin", "log", "expm1"})


def test_a_long_chain_is_prepared_without_recursion() -> None:
    graph = read("+".join(["x"] * 6_000)).graph
    assert by_tape(graph, {graph.inputs[0]: 0.5}) == (3_000.0, 6_000.0)


def same(found: float, wanted: float) -> bool:
    return math.isclose(found, wanted, rel_tol=1e-9) or (math.isnan(found) and math.isnan(wanted))


def test_samples_are_what_the_sweeps_give_point_by_point() -> None:
    x = np.array([*np.linspace(-3, 3, 13), 0.25])
    for seed in range(300):
        graph = random_graph(seed)
        draw = random.Random(-seed)
        point = {i: draw.uniform(-2, 2) for i in graph.inputs}
        free = graph.inputs[0]
        samples = Sampler(graph, free, point).sweep(x)[0]
        for k, at in enumerate(x.tolist()):
            value, slope, *_ = swept(graph, point | {free: at})
            assert same(float(samples.value[k]), value), f"seed {seed}, x = {at}"
            # A local partial that is 0 everywhere hands nothing on, where the sweep multiplies it with an infinity.
            assert same(float(samples.derivative[k]), slope) or math.isnan(slope), f"seed {seed}, x = {at}"


@pytest.mark.parametrize(
    ("text", "x"),
    [("exp(log(x))", 0.0), ("atan(1/x)", 0.0), ("0*log(x)", -1.0), ("log(x)^0", -1.0), ("max(2, sqrt(x))", -1.0)],
)
def test_a_domain_that_was_left_on_the_way_leaves_no_value(text: str, x: float) -> None:
    graph = read(text).graph
    assert math.isnan(Sampler(graph, graph.inputs[0], {}).sweep(np.array([x, 1.0]))[0].value[0])


def test_a_branch_that_is_not_taken_does_not_count() -> None:
    graph = read("where(x > 0, sqrt(x), -x)").graph
    samples = Sampler(graph, graph.inputs[0], {}).sweep(np.array([-4.0, 0.0, 4.0]))[0]
    assert samples.value.tolist() == [4.0, 0.0, 2.0]
    assert samples.derivative.tolist() == [-1.0, -1.0, 0.25]


def test_a_side_that_loses_hands_on_nothing_even_at_an_infinite_slope() -> None:
    # sqrt has slope infinity at 0, max(1, x) does not move there.
    graph = read("sqrt(max(1, x) - 1)").graph
    assert Sampler(graph, graph.inputs[0], {}).sweep(np.array([0.0, 5.0]))[0].derivative.tolist() == [0.0, 0.25]


@pytest.mark.parametrize("after", [SLICE - 2, SLICE - 1, SLICE, 2 * SLICE - 1])
def test_a_boundary_between_two_slices_is_seen(after: int) -> None:
    graph = read(f"1/(x - {after}.5)").graph
    _, suspects = Sampler(graph, graph.inputs[0], {}).sweep(np.arange(3.0 * SLICE))
    assert suspects.crossed.tolist() == [[0, after]]


def test_slices_meet_without_a_seam() -> None:
    graph = read("x^2 + 1/(x - 1)").graph
    x = np.linspace(-3, 3, 20_001)
    samples, suspects = Sampler(graph, graph.inputs[0], {}).sweep(x)
    assert np.allclose(samples.value, x**2 + 1 / (x - 1))
    crossed = sorted({int(gap) for _, gap in suspects.crossed})
    assert all(x[gap] <= 1 <= x[gap + 1] for gap in crossed)
    assert crossed


def test_a_power_of_a_whole_number_has_no_boundary() -> None:
    graph = read("x^2").graph
    recording = record(graph, graph.inputs, {})
    assert boundaries(graph, recording.recorder, recording.values) == ()


def recorded(text: str, **point: float) -> list[str]:
    """The operations that are recorded for the value and the gradient, each as often as it is."""
    graph = read(text).graph
    free = [i for i in graph.inputs if graph.names[i] not in point]
    recording = record(graph, free, {graph.index[name]: x for name, x in point.items()})
    return [i.operation for i in recording.recorder.tape([recording.value, *recording.gradient]).instructions]


def test_only_what_stands_in_a_branch_is_guarded_against_an_infinite_partial() -> None:
    assert recorded("where(x > 0, sqrt(x), -x)*sin(y*z)").count("where==") == 1
    assert recorded("tanh(x)*sqrt(x*y)/z").count("where==") == 0


def test_what_was_recorded_before_is_not_recorded_again() -> None:
    assert recorded("sin(x)*sin(x)").count("sin") == 1


def test_a_choice_between_numbers_is_made_for_the_product_and_not_before_it() -> None:
    # d relu(x)*y/dx is y or 0: nothing is multiplied but for the value.
    assert recorded("relu(x)*y").count("*") == 1


def test_a_first_power_costs_nothing() -> None:
    assert recorded("sin(x)^c", c=1.0).count("power") == 1  # of the slope, c*sin(x)^(c - 1)


def test_more_points_than_a_slice_are_all_sampled() -> None:
    graph = read("2*x").graph
    x = np.arange(2.0 * SLICE + 5)
    samples = Sampler(graph, graph.inputs[0], {}).sweep(x)[0]
    assert np.array_equal(samples.value, 2 * x)
    assert np.array_equal(samples.derivative, np.full_like(x, 2))


def suspected(text: str, x: list[float]) -> tuple[list[list[int]], list[list[int]]]:
    graph = read(text).graph
    _, suspects = Sampler(graph, graph.inputs[0], {}).sweep(np.array(x))
    return suspects.crossed.tolist(), suspects.low.tolist()


def test_a_boundary_that_may_touch_zero_is_suspected_where_it_is_lowest() -> None:
    points = [float(k) for k in range(12)]
    assert suspected("sqrt((x - 5.25)^2)", points) == ([], [[0, 5]])
    assert suspected("sqrt((x - 5.5)^2)", points) == ([], [[0, 5], [0, 6]])
    assert suspected("sqrt(x^2 + 1)", points) == ([], [])


def test_a_boundary_that_is_zero_at_a_sample_is_crossed_before_it_and_behind() -> None:
    assert suspected("abs(x)", [-2.0, -1.0, 0.0, 1.0, 2.0])[0] == [[0, 1], [0, 2]]
    assert suspected("abs(-x)", [-2.0, -1.0, 0.0, 1.0, 2.0])[0] == [[0, 1], [0, 2]]


def test_of_too_many_values_the_infinite_ones_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = read("exp(x) + 0*log(x)").graph
    x = np.array([0.0, 1.0, 1000.0])
    few = Sampler(graph, graph.inputs[0], {}).sweep(x)[0].value
    assert math.isnan(few[0])
    assert few[1:].tolist() == [math.e, math.inf]
    monkeypatch.setattr("gradx.sweeps.sampling.MOST_LOOKED_AT", 1)
    many = Sampler(graph, graph.inputs[0], {}).sweep(x)[0].value
    assert many[1] == math.e
    assert np.isnan(many[[0, 2]]).all()


def test_a_domain_left_by_what_is_held_leaves_no_value_anywhere() -> None:
    graph = read("log(c)^0*sqrt(d) + x").graph
    point = {graph.index["c"]: 0.0, graph.index["d"]: 4.0}
    assert np.isnan(Sampler(graph, graph.index["x"], point).sweep(np.array([1.0, 2.0]))[0].value).all()


def test_of_two_branches_that_are_left_only_the_one_taken_counts() -> None:
    graph = read("where(x > 0, log(x), log(-x))").graph
    values = Sampler(graph, graph.inputs[0], {}).sweep(np.array([-math.e, 0.0, math.e]))[0].value
    assert values.tolist()[::2] == [1.0, 1.0]
    assert math.isnan(values[1])


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize(
    "form",
    [
        "{x} + {y}", "{x} - {y}", "{x}*{y}", "{x}/{y}", "sin({x})", "hypot({x}, {y})", "where({x} < {y}, {x}, 2*{y})",
        "where({x} > {y}, {x}, 2*{y})", "where({x} == {y}, {x}, 2*{y})",
    ],
)  # fmt: skip
def test_equal_operations_side_by_side_are_done_each(form: str, count: int) -> None:
    graph = read(" + ".join(f"cosh({form.format(x=f'x{k}', y=f'y{k}')})" for k in range(count))).graph
    point = {i: 0.25 + n * n / 16 for n, i in enumerate(graph.inputs)}
    assert by_tape(graph, point) == swept(graph, point)


@pytest.mark.usefixtures("any_length")
@pytest.mark.parametrize("text", ["where(x > 0, 2*x, x*1e308*10)", "where(x < 0, x*1e308*10, 2*x)"])
def test_an_overflow_in_a_branch_that_is_not_taken_does_not_count(text: str) -> None:
    graph = read(text).graph
    assert by_tape(graph, {graph.inputs[0]: 1.0}) == (2.0, 2.0)
