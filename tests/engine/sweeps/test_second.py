"""Second derivatives by forward over reverse: what they are, and that one sweep is enough for any number of inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, cast

import mpmath
import numpy as np
import pytest

from gradx.language.program import read
from gradx.numbers import Ordered
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.second_order import FEW, hessian, moved_gradient
from gradx.table import CALLABLE, TABLE

UNARY = sorted(
    {row.name for row in CALLABLE.values() if row.arity == 1 and not row.piecewise and row.name != "digamma"}
)


@pytest.mark.parametrize("name", UNARY)
def test_every_function_of_the_table_has_the_second_derivative_of_its_slope(name: str) -> None:
    """Against the symmetric difference of backprop's gradient, whose error the tolerance is."""
    (low, high), step = TABLE[name].sample[0], 1e-5
    graph = read(f"{name}(x)").graph
    for part in (0.3, 0.6):
        x = low + part * (high - low)
        above, below = (_slope(name, x + step), _slope(name, x - step))
        (row,) = hessian(graph, {0: x}, [0]).values()
        assert row[0] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-6)


def _slope(name: str, x: float) -> float:
    from gradx.sweeps.backprop import backprop
    from gradx.sweeps.forward import forward

    graph = read(f"{name}(x)").graph
    return backprop(graph, FLOAT64, forward(graph, FLOAT64, {0: x})).adjoints[0]


@pytest.mark.parametrize("inputs", [2, FEW + 4])
def test_a_hessian_is_that_of_mpmath(inputs: int) -> None:
    names = [f"x{k}" for k in range(inputs)]
    products = [f"sin({a}*{b})*exp({a})" for a, b in pairwise(names)]
    graph = read(" + ".join(products)).graph
    order = [graph.index[name] for name in names]
    point = {i: 0.3 + 0.1 * k for k, i in enumerate(order)}

    def f(*xs: Any) -> Any:
        return sum(mpmath.sin(a * b) * mpmath.exp(a) for a, b in pairwise(xs))

    found = hessian(graph, point, order)
    at = tuple(mpmath.mpf(point[i]) for i in order)
    for p, q in ((0, 0), (0, 1), (1, 1), (inputs - 2, inputs - 1), (0, inputs - 1)):
        powers = [0] * inputs
        powers[p] += 1
        powers[q] += 1
        assert found[order[p]][q] == pytest.approx(float(mpmath.diff(f, at, tuple(powers))), rel=1e-12, abs=1e-12)


class Counting:
    """float64 that counts what it is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> Callable[..., float]:
        function = getattr(FLOAT64, name)

        def counted(*xs: Any) -> Any:
            self.asked += 1
            return function(*xs)

        return counted


def test_a_hundred_inputs_ask_for_no_more_than_one_does() -> None:
    terms = [f"tanh(x{k}*x{(k + 1) % 100})" for k in range(100)]
    graph = read(" + ".join(terms)).graph
    point = {i: 0.01 * k for k, i in enumerate(graph.inputs)}
    rows = np.eye(len(point))
    one, all_of_them = Counting(), Counting()
    moved_gradient(graph, cast("Ordered[float]", one), point, dict.fromkeys(graph.inputs, 1.0))
    moved_gradient(graph, cast("Ordered[float]", all_of_them), point, {i: rows[k] for k, i in enumerate(graph.inputs)})
    assert all_of_them.asked == one.asked <= 30 * len(graph.nodes)


def test_what_a_program_chooses_moves_by_the_branch_taken() -> None:
    graph = read("where(x > y, x^3, y^2) + max(x, 2*y)^2").graph
    x, y = graph.index["x"], graph.index["y"]
    assert hessian(graph, {x: 2.0, y: 1.5}, [x, y]) == {x: [12.0, 0.0], y: [0.0, 8.0]}


@pytest.mark.parametrize(
    ("text", "x", "wanted"),
    [
        ("tanh(x)", 1e-9, -2e-9),
        ("tanh(x)", 30.0, -8 * math.exp(-60)),
        ("sinc(x)", 1e-5, -1 / 3 + 1e-11),
        ("sinc(x)", 0.0, -1 / 3),
    ],
)
def test_a_stable_rule_moves_without_losing_digits(text: str, x: float, wanted: float) -> None:
    """By tanh'' = -2·tanh·(1 - tanh²), and sinc'' = -1/3 + x²/10 - … ."""
    assert hessian(read(text).graph, {0: x}, [0])[0][0] == pytest.approx(wanted, rel=1e-13, abs=0)
