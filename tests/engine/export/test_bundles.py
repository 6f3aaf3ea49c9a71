"""Programs of bundles as functions of arrays: their numbers are those of the cases, and backprop is by matrix forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradx.errors import GradxError
from gradx.export.bundle_page import bundle_page
from gradx.export.routine import language
from gradx.language.bindings import bind, read_binding
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import is_bundle, of_binding, read_value

CASES = [
    case
    for file in ("vectors.json", "vectors_fresh.json")
    for case in json.loads((Path(__file__).parents[2] / "cases" / file).read_text("utf-8"))["cases"]
    if not any("@" in word for word in case["bindings"])
]
ENTRY_BY_ENTRY = ("prod-sigma-nested", "sigma-triangle", "mean-of-max")
"""What no formula of whole arrays is."""


def page(program: str, *words: str, target: str = "numpy") -> tuple[str, dict[str, object]]:
    """The code, and what its function takes."""
    values = [read_value(w) if is_bundle(w) else of_binding(read_binding(w)) for w in words]
    found = read_bundles(program, values)
    bundles = found.program.bundles
    assert bundles is not None
    point = bundles.nested(bind(found.program, found.bindings).values)
    inputs = [group.name for group in bundles.groups if group.is_input]
    return bundle_page(found.program, language(target), inputs), {name: point[name] for name in inputs}


def run(code: str, point: dict[str, object]) -> tuple[Any, dict[str, Any]]:
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(code, "page", "exec"), names)
    function = next(f for f in reversed(names.values()) if callable(f) and getattr(f, "__module__", "") == "page")
    result: tuple[Any, dict[str, Any]] = function(*point.values())
    return result


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] not in ENTRY_BY_ENTRY], ids=lambda c: c["id"])
def test_the_function_has_the_numbers_of_every_case(case: dict[str, Any]) -> None:
    code, point = page(case["program"], *case["bindings"])
    value, gradient = run(code, point)
    assert np.asarray(value).shape == ()
    assert float(value) == pytest.approx(case["output_value"], rel=1e-10, abs=1e-12)
    for name, expected in case["gradients"].items():
        assert np.reshape(gradient[name], -1) == pytest.approx(np.reshape(expected, -1), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] in ENTRY_BY_ENTRY], ids=lambda c: c["id"])
def test_what_has_no_formula_of_arrays_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(GradxError, match="cannot be written with whole arrays"):
        page(case["program"], *case["bindings"])


def test_statements_and_gradients_are_lines_of_whole_arrays() -> None:
    code, _ = page("Z = W X + b; A = tanh(Z); J = mean(A)", "W=[1 2; 3 4; 5 6]", "X=[1 0; 0 1]", "b=[1 2 3]")
    lines = [line.strip() for line in code.splitlines()]
    assert "Z = W @ X + b" in lines
    assert "dW = dZ @ X.T" in lines
    assert "db = np.sum(dZ, axis=1, keepdims=True)" in lines


def test_a_recurrence_of_vectors_is_a_line_for_each() -> None:
    program = "h[t=1..2] = tanh(U h[t-1] + w*x[t]); J = sum(h[2]^2)"
    code, point = page(program, "U=[1 2; .3 .4]", "w=[1 2]", "x=[1 2]", "h0=[1 0]")
    assert "    h2 = np.tanh(U @ h1 + w*x[1, 0])" in code.splitlines()
    value, gradient = run(code, point)
    moved = {**point, "U": np.add(point["U"], [[1e-6, 0], [0, 0]])}
    assert (run(code, moved)[0] - value) / 1e-6 == pytest.approx(gradient["U"][0, 0], abs=1e-5)


def test_an_array_of_another_shape_is_refused_where_it_would_be_guessed_at() -> None:
    code, _ = page("sum((W x)^2)", "W=[1 2 3; 4 5 6]", "x=[1 2 3]")
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        run(code, {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 2, 3]})


@pytest.mark.parametrize("target", ["pytorch", "jax"])
def test_other_libraries_have_their_own_words(target: str) -> None:
    code, _ = page("P = softmax(X W, axis=1); J = -mean(log(P[:,1]))", "X=[1 2; 3 4]", "W=[1 0; 0 1]", target=target)
    word = {"pytorch": "torch.softmax(X @ W, 1)", "jax": "jax.nn.softmax(X @ W, 1)"}[target]
    assert word in code
    compile(code, "page", "exec")


def test_what_has_no_formula_of_arrays_is_refused_with_what_to_do() -> None:
    with pytest.raises(GradxError) as caught:
        page("max(i=1..3, x[i]^2)", "x=[1 2 3]")
    assert "cannot be written with whole arrays" in caught.value.problem.message
    assert "--to python" in (caught.value.problem.hint or "")


def test_a_condition_on_indices_is_a_tensor_where_a_function_takes_no_other() -> None:
    program = "J = sum(i=1..2, j=1..2, where(i == j, 0, 1/(x[i] - x[j])^2))"
    code, _ = page(program, "x=[1 3]", target="pytorch")
    assert "torch.where(tensor(i) == tensor(j)" in code
