"""A descent in whole arrays: the gradients that NumPy and JAX give, the steps that the scalar nodes take."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from gradx.errors import GradxError
from gradx.export.languages.numpy import LANGUAGE
from gradx.language.bindings import bind, read_binding
from gradx.language.bundles.reading import Read, read_bundles
from gradx.language.bundles.values import is_bundle, of_binding, read_value
from gradx.language.program import read_plainly
from gradx.lessons.descents.by_arrays import ArrayGradient, array_gradient
from gradx.lessons.descents.descent import Descent, Step, Task, parameters
from gradx.lessons.examples import find
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

CASES = json.loads((Path(__file__).parents[2] / "cases/vectors.json").read_text("utf-8"))["cases"]

BY_INDEX = re.compile(r"=[ ]*[0-9]+\.\.|\(i,")
"""What runs over an index is stepped by the scalar nodes."""

MORE = (
    ("J = norm([x; 2*y; 3])^2 + dot(x, x)*k", ("x=[1 2]", "y=[3 4]", "k=2")),
    ("J = sum(X[:,1]*X[:,2]) + X[1,3]^2 + sum(exp(X[2,:]))", ("X=[1 2 3; 4 5 6]",)),
    ("J = sum(x[1..2]^3) + x[3] + x[2]*x1", ("x=[1 2 3]",)),
    ("J = trace(A B) + sum(A^T + B) + sum(zeros(2,2) + k*ones(2,2)) + sum(A @ ones(2))",
     ("A=[1 2; 3 4]", "B=[1 0; 2 1]", "k=3")),
    ("J = mean(logsumexp(Z, axis=1)) + prod(x) + norm(x, 1) + mean(Z, axis=0) @ ones(2)",
     ("Z=[1 2; 3 -4; 0 1]", "x=[1 -2 3]")),
    ("J = sum(relu(W x + b)) + sum(where(W > 0, W^2, sin(W)))", ("W=[1 -2; 3 4]", "x=[1 2]", "b=1")),
    ("J = sum([a*b, a + b, 2]*x) + sum([x; 2*x]^2)", ("a=2", "b=3", "x=[1 2 3]")),
    ("J = pi*x^T x + sum(dot(k, x)^2) + exp(x[0]/9)", ("x=[1 2]", "x0=1", "k=2")),
    ("J = sum((W^[2] tanh(W^[1] x))^2)", ("W1=[1 2; 3 4]", "W2=[1 -1; 2 0.5]", "x=[0.5 -0.2]")),
    ("J = sum((x y' - eye(3))^2) + sum(softmax(x) * y)", ("x=[1 2 3]", "y=[0.5 -1 2]")),
)  # fmt: skip


def read(program: str, words: Sequence[str]) -> Read:
    values = [read_value(w) if is_bundle(w) else of_binding(read_binding(w)) for w in words]
    return read_bundles(program, values, summed=True)


def gradient(found: Read, wrt: Sequence[str]) -> ArrayGradient | None:
    return array_gradient(found.program, bind(found.program, found.bindings).values, wrt, least=0)


def inputs_of(found: Read) -> list[str]:
    return [found.program.graph.names[i] for i in found.program.graph.inputs]


@pytest.mark.parametrize("case", [c for c in CASES if not any("@" in w for w in c["bindings"])], ids=lambda c: c["id"])
def test_gradients_of_whole_arrays_are_those_of_numpy_and_jax(case: dict[str, Any]) -> None:
    found = read(case["program"], case["bindings"])
    arrays = gradient(found, inputs_of(found))
    assert (arrays is None) == bool(BY_INDEX.search(case["program"]))
    if arrays is None:
        return
    bundles = found.program.bundles
    assert bundles is not None
    start = bind(found.program, found.bindings).values
    slopes = dict(zip(inputs_of(found), arrays.gradient(np.array([start[n] for n in inputs_of(found)])), strict=True))
    for name, expected in case["gradients"].items():
        own = [slopes[entry] for entry in bundles.by_name[name].names]
        np.testing.assert_allclose(own, np.ravel(expected), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("program", "words"), MORE)
def test_gradients_of_whole_arrays_are_those_of_the_scalar_nodes(program: str, words: Sequence[str]) -> None:
    found = read(program, words)
    wrt = inputs_of(found)
    arrays = gradient(found, wrt)
    assert arrays is not None
    graph, start = found.program.graph, bind(found.program, found.bindings).values
    rng = np.random.default_rng(7)
    for _ in range(5):
        point = np.array([start[name] for name in wrt]) + rng.normal(size=len(wrt))
        run = forward(graph, FLOAT64, dict(zip(graph.inputs, point.tolist(), strict=True)))
        adjoints = backprop(graph, FLOAT64, run).adjoints
        np.testing.assert_allclose(arrays.gradient(point), [adjoints[i] for i in graph.inputs], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("term", "k"), [("where(k == 0, 0, k^(-1))", 0.0), ("exp(-k^2)", 1e200), ("where(k < 0, 0, k^0.5)", -2.0)]
)
def test_a_number_has_no_power_that_raises(term: str, k: float) -> None:
    found = read(f"J = sum((A x)^2) + {term}", ("A=[1 2; 3 4]", "x=[1 2]", f"k={k!r}"))
    arrays = gradient(found, ["x[1]", "x[2]"])
    assert arrays is not None
    assert arrays.gradient(np.array([1.0, 2.0])).tolist() == [76.0, 108.0]


@pytest.mark.parametrize("name", ["batch", "planar", "softmax", "least-squares", "attention"])
def test_a_descent_in_whole_arrays_takes_the_steps_of_the_scalar_nodes(name: str) -> None:
    example = find(name)
    found = read(example.program, example.words)
    wrt, _ = parameters(found.program)
    start = bind(found.program, found.bindings).values
    plain = Task(found.program.graph, start, wrt, 0.05, 200, 1e-9)
    arrays = array_gradient(found.program, start, wrt, least=0)
    assert arrays is not None
    for one, other in zip(steps(plain), steps(replace(plain, arrays=arrays)), strict=True):
        assert one.number == other.number
        np.testing.assert_allclose(other.point, one.point, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(other.gradient, one.gradient, rtol=1e-9, atol=1e-12)
        assert other.value == pytest.approx(one.value, rel=1e-10)


@pytest.mark.parametrize(
    "program",
    [
        "J = max(x)",
        "J = sum(i=1..2, x[i]^2)",
        "y[i=1..2] = x[i]^2; J = sum(y)",
        "dx = sum(x); J = dx^2",
        "J = sum([x'; 2*x']^2)",
        "J = sum(log(x - 5))",
    ],
)
def test_what_is_no_operation_of_arrays_or_has_no_value_is_left_to_the_scalar_nodes(program: str) -> None:
    found = read(program, ["x=[1 2]"])
    assert gradient(found, inputs_of(found)) is None


def test_only_whole_inputs_are_stepped_and_only_of_programs_that_have_some() -> None:
    found = read("J = sum(x^2)", ["x=[1 2]"])
    assert gradient(found, ["x[1]"]) is None
    assert array_gradient(read_plainly("x^2"), {"x": 1.0}, ["x"], least=0) is None


def test_a_descent_in_whole_arrays_ends_where_it_has_converged() -> None:
    # The gradient is 2/2^n: first not above 1e-9 at n = 31.
    found = read("J = sum((x - 1)^2)", ["x=[2 0]"])
    arrays = gradient(found, inputs_of(found))
    start = bind(found.program, found.bindings).values
    descent = Descent(Task(found.program.graph, start, tuple(inputs_of(found)), 0.25, 100, 1e-9, arrays=arrays))
    assert len(descent.advance(100)) == 32
    assert descent.outcome is not None
    assert descent.outcome.reason == "converged"


LARGE = ("Z = W X + b; A = tanh(Z); J = {}", "W=eye(50)", "b=zeros(50)", "X=ones(50,60)")
"""50·60 products of 50 terms: written out, 300,000 operations."""


def test_a_program_too_large_to_be_written_out_is_stepped_all_the_same() -> None:
    found = read(LARGE[0].format("mean((A - 1)^2)"), LARGE[1:])
    wrt, _ = parameters(found.program)
    start = bind(found.program, found.bindings).values
    arrays = array_gradient(found.program, start, wrt)
    last = steps(Task(found.program.graph, start, wrt, 0.5, 40, 1e-9, arrays=arrays))[-1]
    # All columns are alike, and so are all rows: one number a row, 51 inputs that move it alike.
    assert last.number == 40
    assert last.value < 0.01 < (1 - np.tanh(1)) ** 2


def test_a_program_too_large_to_be_written_out_and_not_of_arrays_is_refused() -> None:
    found = read(LARGE[0].format("max(A)"), LARGE[1:])
    wrt, _ = parameters(found.program)
    with pytest.raises(GradxError, match="more than 200,000 operations"):
        array_gradient(found.program, bind(found.program, found.bindings).values, wrt)


def test_what_is_not_the_gradient_of_the_scalar_nodes_is_not_stepped(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read("J = sum(norm(x)*x)", ["x=[3 4]"])
    assert gradient(found, inputs_of(found)) is not None
    arrays = LANGUAGE.arrays
    assert arrays is not None
    monkeypatch.setitem(cast("dict[str, str]", arrays.functions), "norm", "np.sum(np.abs({}))")
    assert gradient(found, inputs_of(found)) is None


def steps(task: Task) -> list[Step]:
    descent, found = Descent(task), []
    while descent.outcome is None:
        found += descent.advance(64)
    return found
