"""gradx functions: all that programs can call, each with the rule that the table has for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradx.language.program import read
from gradx.lessons.catalogue import KINDS, catalogue
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.forward import forward
from gradx.table import CALLABLE, TABLE

FUNCTIONS = catalogue()


def test_every_name_that_can_be_called_is_there() -> None:
    names = {name for each in FUNCTIONS for name in (each.name, *each.others)}
    assert names == {*CALLABLE, "where"}
    assert len({each.call for each in FUNCTIONS}) == len(FUNCTIONS)


def test_a_kind_holds_rows_of_the_table_each_once() -> None:
    listed = [name for names in KINDS.values() for name in names.split()]
    assert len(set(listed)) == len(listed)
    assert set(listed) <= TABLE.keys()


@pytest.mark.parametrize("each", FUNCTIONS, ids=lambda each: each.call)
def test_a_derivative_reads_back_and_is_that_of_the_table(each: Any) -> None:
    row = CALLABLE.get(each.name) if each.name != "where" else TABLE["where>"]
    assert row is not None
    graph = each.graph
    places = [0.3 * low + 0.7 * high for low, high in row.sample]
    point = {graph.names[i]: x for i, x in zip(graph.arguments[graph.output], places, strict=False)}
    value = row.value(FLOAT64, *places)
    partials = row.local_partials(FLOAT64, value, places, [True] * len(places))[row.conditions :]
    for (wrt, formula), partial in zip(each.derivatives, partials, strict=False):
        if formula is None:
            assert each.name == "digamma"
            continue
        again = read(f"D({', '.join(point)}) = {formula.text}", frozenset(point)).graph
        run = forward(again, FLOAT64, {i: point[again.names[i]] for i in again.inputs})
        assert run.values[again.output] == pytest.approx(partial, rel=1e-12, abs=1e-15), wrt


def test_one_is_asked_for_by_any_of_its_names(gradx_inside: Any) -> None:
    (found,) = json.loads(gradx_inside("functions", "ln", "--json").out)["functions"]
    assert found == {
        "name": "log", "kind": "powers and logarithms", "call": "log(x)", "others": ["ln"],
        "domain": "an argument above 0", "derivatives": {"x": "1/x"}, "convention": None,
    }  # fmt: skip
    assert gradx_inside("functions", "tanh", "--quiet").out == "tanh(x) x 1 - tanh(x)^2\n"


@pytest.mark.parametrize(("name", "hint"), [("tahn", "did you mean"), ("qqqq", "gradx functions lists them"), ("", "")])
def test_a_name_that_is_none(gradx_inside: Any, name: str, hint: str) -> None:
    answer = gradx_inside("functions", "sin", name)
    assert (answer.code, answer.out) == (2, "")
    assert "there is no function" in answer.err
    assert hint in answer.err


@pytest.mark.parametrize("width", [80, 100, 160])
def test_every_line_fits(gradx_inside: Any, width: int) -> None:
    lines = gradx_inside("functions", env={"COLUMNS": str(width)}).out.splitlines()
    assert max(map(len, lines)) <= width
