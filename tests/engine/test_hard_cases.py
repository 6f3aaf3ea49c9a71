"""Gradients that float64, and the tools built on it, get wrong: each with its exact answer or its one-sided slopes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import mpmath
import pytest

from gradx.errors import GradxError
from gradx.language.bindings import bind, read_binding
from gradx.language.program import read
from gradx.point.exploration import Exploration, explore
from gradx.point.verdict import Verdict
from gradx.symbolic.witness import SymbolicWitness

CASES = Path(__file__).parents[1] / "cases"


def rows() -> list[dict[str, str]]:
    found = []
    for name in ("hard_cases.csv", "more_hard_cases.csv"):
        with open(CASES / name, encoding="utf-8") as file:
            found.extend(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def sympy() -> Iterator[SymbolicWitness]:
    with SymbolicWitness.start() as witness:
        yield witness


def explored(row: dict[str, str], witness: SymbolicWitness | None) -> Exploration:
    bindings = [read_binding(text) for text in row["bindings"].split(";") if text]
    program = read(row["expression"], frozenset(b.name for b in bindings))
    return explore(program, bind(program, bindings).values, witness=witness)


def is_exactly(verdict: Verdict, digits: str) -> bool:
    with mpmath.workdps(40 + len(digits)):
        expected = mpmath.mpf(digits)
        return verdict.exact is not None and abs(mpmath.mpf(verdict.exact) - expected) <= abs(expected) * 1e-15


def check_vanishes(verdict: Verdict) -> None:
    """A number too small for 10,000 bits: 0 as far as float64 could tell, between two others that are."""
    assert verdict.status in ("agree", "inexact")
    assert verdict.exact == "0.0"
    assert verdict.proof is not None
    assert mpmath.mpf("-1e-1000") < mpmath.mpf(verdict.proof.lower) < 0 < mpmath.mpf(verdict.proof.upper)


def check_unwritable(verdict: Verdict) -> None:
    """A number with so many digits before its first, or after, that not even its exponent is written out."""
    assert verdict.status == "inexact"
    assert verdict.is_proved
    assert verdict.exact is None
    assert re.search(r"exactly it is (beyond 10\^\(10\^\d{4}\)|within 10\^\(-10\^\d{4}\) of 0)$", verdict.reason or "")


def check_gradient(verdict: Verdict, expected: str, notes: str) -> None:
    sides = re.fullmatch(r"kink\((.*),(.*)\)", expected)
    if sides:
        left, right = (None if s == "undef" else float(s) for s in sides.groups())
        assert (verdict.left, verdict.right) == (left, right)
        assert verdict.status == ("edge" if None in (left, right) else "kink")
    elif expected == "undecided":
        assert verdict.status == "undecided"
    elif expected == "vanishes":
        check_vanishes(verdict)
    elif expected == "unwritable":
        check_unwritable(verdict)
    elif expected == "inf":
        assert verdict.status == "vertical"
    elif expected == "nan":
        assert verdict.status == ("jump" if "[jump" in notes else "edge")
    else:
        assert verdict.status in ("agree", "inexact")
        assert is_exactly(verdict, expected)
    assert verdict.status == "agree" or verdict.reason


@pytest.mark.parametrize("heard", ["balls", pytest.param("balls and SymPy", marks=pytest.mark.sampled(4))])
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_hard_case(row: dict[str, str], heard: str, sympy: SymbolicWitness) -> None:
    witness = sympy if "SymPy" in heard else None
    if row["expected_value"] == "error:domain":
        with pytest.raises(GradxError) as error:
            explored(row, witness)
        assert error.value.problem.kind == "domain"
        assert error.value.problem.span is not None
        return
    found = explored(row, witness)
    if row["expected_value"] == "error:overflow":
        assert found.confirmed is False
        return
    if row["expected_value"] == "undecided":
        assert (found.value_verdict.status, found.value_verdict.exact) == ("undecided", None)
        assert found.value_verdict.reason
        return
    if row["expected_value"] == "vanishes":
        check_vanishes(found.value_verdict)
    elif row["expected_value"] == "unwritable":
        check_unwritable(found.value_verdict)
    else:
        assert found.value_verdict.status in ("agree", "inexact")
        assert is_exactly(found.value_verdict, row["expected_value"])
    reports = {node.name: node for node in found.nodes}
    for part in row["expected_gradients"].split(";"):
        if part:
            name, _, expected = part.partition("=")
            check_gradient(reports[name].verdict, expected, row["notes"])
