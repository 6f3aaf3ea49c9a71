"""Sums as Python and Julia write them: worth what Python makes of the same text."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from gradx.errors import GradxError
from gradx.language.bindings import read_binding
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import of_binding, read_value
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward

VALUES: dict[str, Any] = {
    "x": [1.0, 2.0, 4.0], "y": [2.0, 3.0, 5.0], "c": [0.5, -1.0, 3.0], "W": [[1.0, 2.0, 0.5], [3.0, 4.0, -1.0]],
    "z": [1.0, 2.0, 3.0, 5.0, 7.0], "w": 1.5, "b": 0.25, "t": 2.0,
}  # fmt: skip


def worth(text: str) -> float:
    """The value of a program at `VALUES`."""
    used = [name for name in VALUES if name in text]
    words = [f"{name}={VALUES[name]}" for name in used]
    found = read_bundles(text, [read_value(w) if "[" in w else of_binding(read_binding(w)) for w in words])
    point = {binding.name: binding.value for binding in found.bindings}
    graph = found.program.graph
    return forward(graph, FLOAT64, {i: point[graph.names[i]] for i in graph.inputs}).values[graph.output]


def mean(items: Any) -> float:
    items = list(items)
    return float(sum(items)) / len(items)


@pytest.mark.parametrize(
    "text",
    [
        "sum((w*x[i] + b - y[i])**2 for i in range(3))/2",
        "sum((w*x[i] + b - y[i])**2 for i in range(1, 3))",
        "sum([(w*x[i] - y[i])**2 for i in range(len(x))])/len(x)",
        "1/len(y) * sum((y[i] - x[i])**2 for i in range(len(y)))",
        "mean([(w*a + b - d)**2 for a, d in zip(x, y)])",
        "sum((w*a - d)**2 for (a, d) in zip(x, y))",
        "sum(a**2 for a in x)",
        "max(a**2 for a in x) + min([a for a in y])",
        "sum(c[i]*t**i for i in range(3))",
        "sum(d*t**i for i, d in enumerate(c))",
        "sum([t**k for k in range(1, 4)])",
        "prod(t + k for k in range(2, 5))",
        "sum((x[i+1] - x[i])**2 for i in range(2))",
        "sum((x[i] - x[i-1])**2 for i in range(1, 3))",
        "sum(x[2*i] for i in range(2))",
        "sum(W[i][j]*x[j] for i in range(2) for j in range(3))",
        "sum(sum(W[i][j]*x[j] for j in range(3))**2 for i in range(2))",
        "sum(x[i]*y[j]*z[i+j] for i in range(3) for j in range(3))",
        "sum(x[i] for i in range(2)) + sum(i*x[i] for i in range(3))",
    ],
)
def test_a_sum_of_python_is_worth_what_python_makes_of_it(text: str) -> None:
    assert worth(text) == pytest.approx(eval(text, {"prod": prod, "mean": mean, **VALUES}), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "value"),
    [("sum(x[i]^2 for i in 1:3)", 21.0), ("sum(x[i]*y[i] for i in 2:length(x))", 26.0)],
)
def test_a_sum_of_julia_counts_from_1(text: str, value: float) -> None:
    assert worth(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "sum(x[i]**2 for i in range(3) if i > 1)",
        "sum(x[i]**2 for i in range(0, 3, 2))",
        "sum(x[-1]*i for i in range(3))",
        "[t**i for i in range(5)]",
        "sum(x[i]**2 for i in range(4))",
        "norm(x[i] for i in range(3))",
    ],
)
def test_another_loop_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(GradxError) as caught:
        worth(text)
    assert caught.value.problem.span is not None


def test_a_sum_of_python_is_said_to_be_read() -> None:
    remarks = read_bundles("sum(a**2 for a in x)", [read_value("x=[1,2]")]).program.remarks
    assert "read as sum(i=1..2, x[i]^2)" in remarks
