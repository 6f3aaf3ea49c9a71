"""What SymPy's process says where it has no answer."""

from __future__ import annotations

from typing import cast

import pytest

from gradx.language.printer import written_out
from gradx.language.program import read
from gradx.numbers.sympy import TooLargeError
from gradx.symbolic.answers import answers, failure
from gradx.symbolic.derivation import NoFormulaError, NotAskedError
from gradx.symbolic.protocol import Sheet, packed, unpacked


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotAskedError("a reason"), "skipped", "a reason"),
        (TooLargeError(), "skipped", "too large to be held exactly"),
        (NoFormulaError("another reason"), "failed", "another reason"),
        (RecursionError(), "failed", "nested too deeply"),
        (MemoryError(), "failed", "out of memory"),
        (ZeroDivisionError(), "failed", "ZeroDivisionError"),
    ],
)
def test_a_failure_says_what_it_was(error: Exception, status: str, words: str) -> None:
    said = failure(error)
    assert said["status"] == status
    assert words in str(said["reason"])


def test_every_node_gets_an_answer_where_none_can_have_one() -> None:
    graph = read("x^1000000 + 3^1000000*x").graph
    request = {"ask": "derivatives", "graph": packed(graph), "targets": list(graph.shown), "exact": False}
    *found, last = answers(request)
    assert last == {"node": None}
    assert [answer["node"] for answer in found] == list(graph.shown)
    assert {answer["status"] for answer in found} == {"skipped"}
    assert {answer["reason"] for answer in found} == {"a constant in it is too large to be held exactly"}


def test_a_proof_about_a_large_graph_is_not_tried() -> None:
    graph = read(" + ".join(["sin(x)"] * 400)).graph
    request = {"ask": "equal", "graph": packed(graph), "claim": packed(graph), "of": graph.output, "wrt": 0}
    (found,) = answers(request)
    assert found["equal"] is None
    assert "not asked for proofs about more than" in str(found["reason"])


def test_a_proof_that_fails_says_so() -> None:
    graph, claim = read("x^2").graph, read("2*x").graph
    request = {"ask": "equal", "graph": packed(graph), "claim": packed(claim), "of": 99, "wrt": 0}
    (found,) = answers(request)
    assert found["equal"] is None
    assert found["reason"] == "SymPy failed (KeyError)"


def test_a_formula_that_cannot_be_written_in_names_either_keeps_its_reason() -> None:
    graph = read("u = digamma(x); u^2 + x").graph
    request = {"ask": "derivatives", "graph": packed(graph), "targets": [0], "exact": True}
    found, last = answers(request)
    assert last == {"node": None}
    assert (found["status"], found["formula"], found["exact"]) == ("done", None, None)
    assert "polygamma" in str(found["reason"])


def test_a_formula_to_be_read_has_the_literals_of_the_program() -> None:
    graph = read("0.1*x^3").graph
    request = {"ask": "derivatives", "graph": packed(graph), "targets": graph.inputs, "exact": True}
    found, _ = answers(request)
    exact = unpacked(cast("Sheet", found["exact"]))
    assert (found["formula"], written_out(exact, exact.output)) == ("0.3*x^2", "3*0.1*x^2")
