"""The Hessian times a direction is what differences of values say, at a hundred digits, and what `diff` writes."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

import pytest
from hessian_products import product
from multiprecision import Multiprecision
from proof.random_expressions import expression, point

from gradx.errors import GradxError
from gradx.further_rows import INNER
from gradx.graph import Graph
from gradx.language.program import read
from gradx.lessons.diff import Differentiation
from gradx.numbers.float64 import FLOAT64
from gradx.row_shape import hidden_kink
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.prepared import record
from gradx.sweeps.second_order import second_order
from gradx.table import FUNCTIONS, OPERATORS, TABLE

MP = Multiprecision(120)
AS_EXACT = 1e-12
DIRECTION = (1.0, 2.0, -0.5, 3.0)


def by_differences(graph: Graph, at: Sequence[float], direction: Sequence[float], size: str) -> list[float] | None:
    """The same from values alone: differences of differences, at 120 digits; None where there is no value beside."""
    h = MP.context.mpf(size)

    def value(moves: Mapping[int, float]) -> object:
        inputs = {i: MP.number(x) + h * moves.get(i, 0) for i, x in zip(graph.inputs, at, strict=True)}
        return forward(graph, MP, inputs).values[graph.output]

    along = dict(zip(graph.inputs, direction, strict=True))
    found = []
    for i in graph.inputs:
        corners = []
        for there in (1, -1):
            for aside in (1, -1):
                moves = {j: there * move for j, move in along.items()}
                moves[i] += aside
                corners.append(there * aside * value(moves))
        found.append(float(sum(corners) / (4 * h * h)))
    return found if all(map(math.isfinite, found)) else None


def smooth(graph: Graph, at: Sequence[float], direction: Sequence[float]) -> list[float] | None:
    """Those differences where they settle, as they do where the function is smooth."""
    far, near = (by_differences(graph, at, direction, size) for size in ("1e-24", "1e-27"))
    if far is None or near is None:
        return None
    return (
        near if all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15) for a, b in zip(far, near, strict=True)) else None
    )


SKIPPED = {"gamma", "lgamma", "digamma"}  # trigamma's own slope is not in the table; 120 digits of the others are slow


@pytest.mark.parametrize("name", [row.name for row in (*OPERATORS, *FUNCTIONS) if row.name not in SKIPPED])
def test_every_function_bends_as_its_values_do(name: str) -> None:
    row = TABLE[name]
    generator = random.Random(name)
    names = [f"x{k}" for k in range(len(row.sample))] + (["x9"] if row.arity is None else [])
    text = row.text.template.format(", ".join(names)) if row.text.template.count("{}") == 1 else ""
    graph = read(f"({text or row.text.template.format(*names)})^2").graph
    seen = 0
    for _ in range(6):
        at = [generator.uniform(*row.sample[k % len(row.sample)]) for k in range(len(names))]
        direction = DIRECTION[: len(names)]
        wanted = smooth(graph, at, direction)
        if wanted is None:
            continue
        seen += 1
        found, scale = product(graph, at, direction)
        assert found == pytest.approx(wanted, rel=AS_EXACT, abs=AS_EXACT * scale), (text, at)
    assert seen >= 3


def test_gamma_bends_by_trigamma() -> None:
    graph = read("lgamma(x)*y").graph
    found, _ = product(graph, [2.5, 1.5], [1.0, 2.0])
    trigamma, digamma = float(MP.trigamma(MP.number(2.5))), float(MP.digamma(MP.number(2.5)))
    assert found == pytest.approx([1.5 * trigamma + 2 * digamma, digamma], rel=1e-13)
    with pytest.raises(GradxError, match="trigamma"):
        product(read("digamma(x)").graph, [2.5], [1.0])


def cases(count: int, seed: int) -> list[tuple[str, list[float]]]:
    """Random programs at points where a second derivative is to be had."""
    generator = random.Random(seed)
    found: list[tuple[str, list[float]]] = []
    while len(found) < count:
        made, at = expression(generator, generator.randint(1, 4)), point(generator)
        graph = read(made.text).graph
        if not graph.inputs or any(f"{name}(" in made.text for name in SKIPPED):
            continue
        numbers = [at[graph.names[i]] for i in graph.inputs]
        run = forward(graph, FLOAT64, dict(zip(graph.inputs, numbers, strict=True)))
        if not run.faults and all(map(math.isfinite, (*run.values, *backprop(graph, FLOAT64, run).adjoints))):
            found.append((made.text, numbers))
    return found


@pytest.mark.slow
def test_random_programs_bend_as_their_values_do() -> None:
    compared = 0
    for text, at in cases(400, 20261129):
        graph = read(text).graph
        direction = DIRECTION[: len(at)]
        wanted = smooth(graph, at, direction)
        if wanted is None:
            continue
        found, scale = product(graph, at, direction)
        if not (math.isfinite(sum(found)) and scale < 1e6):
            continue
        compared += 1
        assert found == pytest.approx(wanted, rel=AS_EXACT, abs=AS_EXACT * scale), (text, at)
    assert compared >= 200


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_random_programs_bend_as_diff_says() -> None:
    compared = 0
    for text, at in cases(400, 2):
        graph = read(text).graph
        near = dict(zip(graph.inputs, at, strict=True))
        differentiation = Differentiation(graph, near)
        wanted = []
        for i in graph.inputs:
            formula = differentiation.derivative(graph.output, (graph.inputs[0], i), "inputs").formula
            if formula is None:
                break
            own = formula.graph
            run = forward(own, MP, {j: MP.number(near[graph.index[own.names[j]]]) for j in own.inputs})
            wanted.append(float(run.values[own.output]))
        found, scale = product(graph, at, [1.0] + [0.0] * (len(at) - 1))
        if len(wanted) < len(at) or not all(map(math.isfinite, (*wanted, *found))) or not scale < 1e6:
            continue
        if smooth(graph, at, DIRECTION[: len(at)]) is None:
            continue
        compared += 1
        assert found == pytest.approx(wanted, rel=AS_EXACT, abs=AS_EXACT * scale), (text, at)
    assert compared >= 200


@pytest.mark.parametrize(
    ("text", "at", "direction", "wanted"),
    [
        ("tanh(x)", [1e-9], [1.0], [-2e-9]),  # where the stable rule of the slope, which looks at |x|, loses all digits
        ("tanh(x)", [0.0], [1.0], [0.0]),
        ("tanh(x)", [30.0], [1.0], [-8 * math.exp(-60)]),
        ("tanh(x)", [400.0], [1.0], [0.0]),
        ("sinc(x)", [0.0], [1.0], [-1 / 3]),
        ("sinc(x)", [1e-5], [1.0], [-1 / 3 + 1e-11]),
        ("x^2", [0.0], [1.0], [2.0]),
        ("x^y", [2.0, 0.0], [1.0, 0.0], [0.0, 0.5]),  # ∂²/∂x∂y at exponent 0, where ∂/∂x is 0
        ("(where(x > 0, log(x), x) - 0)^2", [1.0], [1.0], [2.0]),  # an upstream of 0 that moves
        ("where(x > 0, log(x), x^2)", [-1.0], [1.0], [2.0]),
        ("sigmoid(x)", [-700.0], [1.0], [math.exp(-700)]),
        ("softplus(x)", [700.0], [1.0], [math.exp(-700)]),
        ("max(x, y)*x", [3.0, 2.0], [1.0, 1.0], [2.0, 0.0]),
        ("abs(x)*x", [-3.0], [1.0], [-2.0]),
        ("x*y*z", [2.0, 3.0, 5.0], [1.0, 0.0, 0.0], [0.0, 5.0, 3.0]),
        ("3*x + 2", [1.0], [1.0], [0.0]),
        ("floor(x)*x", [1.5], [1.0], [0.0]),
    ],
)
def test_where_it_is_hard(text: str, at: list[float], direction: list[float], wanted: list[float]) -> None:
    assert product(read(text).graph, at, direction)[0] == pytest.approx(wanted, rel=1e-13, abs=0)


def test_what_does_not_move_costs_nothing() -> None:
    graph = read("u = sin(x)*y; J = u^2").graph
    recording = record(graph, graph.inputs, {})
    found = second_order(graph, recording, {graph.index["y"]: recording.recorder.number(1.0)})
    assert found.tangents[graph.index["x"]].known == 0.0
    assert found.tangents[graph.index["v1"]].known == 0.0


def test_a_hidden_kink_is_seen() -> None:
    assert {row.name for row in TABLE.values() if hidden_kink(row)} == {"^", "tanh", "xlogy"}


def test_the_rules_of_inner_functions_are_right() -> None:
    for row in INNER:
        for x in (-7.3, -1.0, -0.4, 0.02, 0.9, 1.0, 3.0, 20.0):
            h = MP.context.mpf("1e-30")
            up, down = (row.value(MP, MP.number(x) + s * h) for s in (1, -1))
            value = row.value(FLOAT64, x)
            (slope,) = row.local_partials(FLOAT64, value, [x], [True])
            assert slope == pytest.approx(float((up - down) / (2 * h)), rel=1e-13, abs=1e-14)
