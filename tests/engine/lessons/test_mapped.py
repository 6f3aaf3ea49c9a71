"""Tables answered block by block: what is computed is right, and what is not smooth is judged."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from conftest import CASES

from gradx.errors import GradxError
from gradx.language.bindings import Binding, read_binding
from gradx.language.program import read
from gradx.lessons.mapped import Answers, Asked, answers
from gradx.lessons.rows import answered, gradients
from gradx.lessons.tables import Batch
from gradx.point.exploration import Options

BENDS = [
    case
    for case in map(json.loads, (CASES / "boundaries.jsonl").read_text().splitlines())
    if case["expected"]["status"] in ("kink", "edge", "jump", "vertical") and case["node"] in case["point"]
]


class Columns:
    """A table that is there."""

    where, count, names = "a table", None, ()

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        return [read_binding(f"{name}={float(batch.columns[name][row])!r}") for name in names]


def mapped(text: str, columns: dict[str, list[float]]) -> Answers:
    graph = read(text).graph
    asked = Asked(graph, {}, (), graph.inputs, gradients(graph, Options()))
    batch = Batch(0, {name: np.array(column, dtype=float) for name, column in columns.items()}, None)
    (found,) = answers(asked, Columns(), [batch], all_judged=False)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("case", BENDS, ids=[f"{case['program']} at {case['point']}" for case in BENDS])
def test_a_point_on_a_boundary_is_judged(case: dict[str, dict[str, str]]) -> None:
    point = {name: read_binding(f"x={number}").value for name, number in case["point"].items()}
    found = mapped(str(case["program"]), {name: [number] * 6 for name, number in point.items()})
    # Row 5 is the first that is not judged wherever it is.
    assert found.row(5).status not in ("computed", "ok")


SMOOTH = ["softplus(w*x) - y*w*x", "(w*x - y)^2/2", "1/(1 + exp(-w*x)) - y", "tanh(w*x)*sin(y)", "exp(-x^2)*y + w"]
BENT = ["relu(w*x - y)", "max(w*x, y)*x", "where(w*x > y, w*x^2, y)", "abs(w - x)*y", "sqrt(w^2 + x^2)*y"]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("text", [*SMOOTH, *BENT])
def test_what_is_computed_is_what_one_point_gives(text: str) -> None:
    draw = random.Random(text)
    columns = {name: [round(draw.gauss(0, 1), 3) for _ in range(400)] for name in ("w", "x", "y")}
    found = mapped(text, columns)
    graph = read(text).graph
    at_point = gradients(graph, Options())
    computed = 0
    for k in range(400):
        row = found.row(k)
        if row.status != "computed":
            continue
        computed += 1
        bindings = [read_binding(f"{name}={column[k]}") for name, column in columns.items()]
        (single,) = answered(graph, {}, (), [bindings], at_point)
        assert single.status in ("ok", "inexact")
        assert row.point == single.point
        assert row.value == pytest.approx(single.value, rel=1e-13, abs=1e-14)
        assert row.gradients == pytest.approx(single.gradients, rel=1e-12, abs=1e-13)
    assert computed >= 380


@pytest.mark.parametrize("text", SMOOTH)
def test_of_a_smooth_program_no_row_is_doubted(text: str) -> None:
    found = mapped(text, {name: [0.0, 1.0, -1.0, 0.5] * 16 for name in ("w", "x", "y")})
    assert sum(found.row(k).status == "computed" for k in range(64)) == 64 - len({0, 1, 2, 3, 4, 6, 10, 15, 22, 34, 51})


def test_decimals_that_meet_a_boundary_are_judged() -> None:
    """0.1 + 0.2 - 0.3 is 0 for who typed it, and 5.6e-17 in float64."""
    found = mapped("relu(x + y - z)", {"x": [0.1] * 6, "y": [0.2] * 6, "z": [0.3] * 6})
    assert found.row(5).left is None
    assert found.row(5).status != "ok"


def test_rows_without_a_value_have_none() -> None:
    found = mapped("log(x)", {"x": [1.0, 2.0, 3.0, 4.0, 5.0, -1.0, 6.0, 7.0, 0.0]})
    assert [found.row(k).status for k in (5, 7, 8)] == ["no value", "computed", "no value"]
    assert math.isnan(found.value[5])
    assert math.isnan(found.gradients["dx"][8])
    assert found.row(5).value is None


def test_of_many_doubtful_rows_the_first_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradx.lessons.mapped.MOST_JUDGED", 5)
    found = mapped("abs(x)", {"x": [0.0] * 10})
    statuses = [found.row(k).status for k in range(10)]
    assert statuses == ["kink"] * 5 + ["unchecked", "kink", "unchecked", "unchecked", "unchecked"]
    assert found.row(9).proved is None


def test_a_bad_cell_does_not_stop_the_block() -> None:
    class Bad(Columns):
        def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
            if row == 1:
                raise GradxError("file", "line 3, column 1 (x) is empty")
            return super().point(batch, row, names)

    graph = read("x^2").graph
    batch = Batch(0, {"x": np.array([1.0, math.nan, 3.0])}, np.array([False, True, False]))
    asked = Asked(graph, {}, (), graph.inputs, gradients(graph, Options()))
    (found,) = answers(asked, Bad(), [batch], all_judged=False)  # type: ignore[arg-type]
    assert (found.row(1).status, found.row(1).reason) == ("skipped", "line 3, column 1 (x) is empty")
    assert found.row(2).value == 9
