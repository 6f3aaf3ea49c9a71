"""`gradx.rows`: columns go in and columns come out, each row as the sweeps have it."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import gradx
from gradx.errors import GradxError
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.sampling import SLICE

PROGRAMS = [
    "z = w*x + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
    "J = max(x, y)*tanh(w) + where(b > x, exp(b), x^2)",
    "J = hypot(x, y, w) + erf(b)",
    "J = 3*x",
]


def by_sweeps(text: str, point: dict[str, float]) -> list[float]:
    graph = gradx.read(text).graph
    run = forward(graph, FLOAT64, {i: point[graph.names[i]] for i in graph.inputs})
    return [run.values[graph.output], *(backprop(graph, FLOAT64, run).adjoints[i] for i in graph.inputs)]


@pytest.mark.parametrize("text", PROGRAMS)
def test_every_row_is_that_of_the_sweeps(text: str) -> None:
    draw = np.random.default_rng(3)
    table = {name: draw.uniform(0.1, 0.9, SLICE + 7) for name in ("x", "y", "w", "b", "other")}
    found = gradx.rows(text)(table)
    assert all(column.shape == (SLICE + 7,) for column in found.values())
    for k in (0, 1, SLICE - 1, SLICE, SLICE + 6):
        wanted = by_sweeps(text, {name: float(column[k]) for name, column in table.items()})
        assert [float(column[k]) for column in found.values()] == pytest.approx(wanted, rel=1e-13)


def test_a_number_is_the_same_in_every_row() -> None:
    found = gradx.rows("J = w*x^2", wrt=["w"])({"x": np.array([1.0, 2.0, 3.0]), "v": 7}, w=2)
    assert {name: column.tolist() for name, column in found.items()} == {"J": [2, 8, 18], "dw": [1, 4, 9]}
    assert gradx.rows("J = x*y")(x=2, y=3)["J"].shape == ()
    assert gradx.rows("J = x*y")(x=[], y=3)["dx"].tolist() == []


def test_where_there_is_no_value_the_row_says_so_and_nobody_else() -> None:
    found = gradx.rows("J = log(x)")(x=[1.0, -1.0, math.e])["J"]
    assert np.isnan(found).tolist() == [False, True, False]


def test_it_goes_to_another_process() -> None:
    function = gradx.rows("λ = 2*x; J = λ*sin(y)", wrt=["y"])
    code = "import pickle, sys; f = pickle.load(sys.stdin.buffer); print(f(x=[1.0], y=[0.0])['dy'].tolist())"
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(function), capture_output=True, check=True)
    assert done.stdout == b"[2.0]\n"


def test_what_cannot_be_used_is_named() -> None:
    with pytest.raises(GradxError, match="y has no column") as caught:
        gradx.rows("x*y")(x=[1.0])
    assert caught.value.problem.hint == "the columns it needs are x, y"
    with pytest.raises(GradxError, match="no input v1"):
        gradx.rows("sin(x*y)", wrt=["v1"])


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ({"x": [1.0], "y": [1.0]}, {"q": 2}, "the program has no input q"),
        ({"x": [1.0], "y": [1.0]}, {"y": 2}, "y has two columns"),
        ({"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0]}, {}, r"do not fit together: x \(2,\), y \(3,\)"),
        ({"x": ["a"], "y": [1.0]}, {}, "the column x holds no real numbers"),
        ({"x": [1.0], "y": np.array([1j])}, {}, "the column y holds no real numbers: it is of the type complex128"),
        ({"x": [[1.0], [1.0, 2.0]], "y": 1}, {}, "the column x holds what is no real number"),
        ({"x": np.array([1, "a"], dtype=object), "y": 1}, {}, "the column x holds what is no real number"),
    ],
)
def test_what_cannot_be_a_column_is_named(columns: Any, more: Any, message: str) -> None:
    with pytest.raises(GradxError, match=message) as caught:
        gradx.rows("x*y")(columns, **more)
    assert caught.value.problem.hint


def test_what_is_masked_is_not_a_number() -> None:
    found = gradx.rows("2*x")(x=np.ma.array([1, 9, 3], mask=[False, True, False]))["J"]
    assert found.tolist() == pytest.approx([2, math.nan, 6], nan_ok=True)


def test_it_is_shown_in_a_line() -> None:
    shown = "RowFunction(inputs=('x', 'y'), columns=('J', 'dx', 'dy'))"
    assert repr(gradx.rows("sin(x*y)")) == shown
