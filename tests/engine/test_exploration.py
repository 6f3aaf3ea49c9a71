"""One exploration: what is asked of whom, and what cannot be asked."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.point.exploration import SYMBOLIC_SIZE, TOO_MUCH, Exploration, Options, explore
from gradx.symbolic.witness import AWAITED, SymbolicWitness


def test_only_an_input_can_be_differentiated_by() -> None:
    with pytest.raises(GradxError) as error:
        explore(read("u = x*y; u^2"), {"x": 1.0, "y": 2.0}, Options(wrt=("u",)))
    assert error.value.problem.kind == "name"
    assert "--wrt names u, which is not an input" in error.value.problem.message
    assert error.value.problem.hint == "the inputs are x, y"


def test_sympy_is_not_asked_about_a_large_program() -> None:
    program = read(" + ".join(["x"] * (SYMBOLIC_SIZE + 2)))
    with SymbolicWitness.start() as witness:
        found = explore(program, {"x": 1.0}, Options(), witness=witness)
    assert {node.symbolic.status for node in found.nodes} == {"skipped"}


def test_sympy_is_not_asked_where_its_answers_would_keep_the_rest_waiting() -> None:
    steps = [f"t{k} = t{k - 1} + 0.1*cos(t{k - 1})" for k in range(1, 334)]
    program = read("; ".join(["t0 = x", *steps]))
    with SymbolicWitness.start() as witness:
        found = explore(program, {"x": 1.0}, witness=witness)
    assert found.symbolic == {}
    assert {node.symbolic for node in found.nodes} == {TOO_MUCH}
    assert "SymPy is not asked about a graph of this size" in str(TOO_MUCH.reason)


def test_all_but_sympys_answers_is_there_early() -> None:
    early: list[Exploration] = []
    with SymbolicWitness.start() as witness:
        found = explore(read("w*x"), {"w": 2.0, "x": 3.0}, witness=witness, early=early.append)
    assert [node.symbolic for node in early[0].nodes] == [AWAITED] * 3
    assert [replace(node, symbolic=AWAITED) for node in found.nodes] == list(early[0].nodes)
    assert {node.symbolic.status for node in found.nodes} == {"done"}


def test_a_value_that_only_float64_has_is_an_error() -> None:
    # 0.1 + 0.2 - 0.3 is 5.6e-17 for float64, and of these three numbers exactly 2.8e-17
    with pytest.raises(GradxError) as error:
        explore(read("sqrt((0.1 + 0.2 - 0.3)*x - 4e-17)"), {"x": 1.0}, Options())
    assert error.value.problem.kind == "domain"


def test_a_value_that_no_digits_put_inside_or_outside_the_domain_is_shown_and_not_decided() -> None:
    # 0 to the power of erf(200) - 1, which is -1e-17375: a division by zero, and 0^0 as far as 40,000 bits tell.
    program, point = read("(x - x)^(erf(y) - 1)"), {"x": 5.0, "y": 200.0}
    found = explore(program, point)
    assert (found.value, found.value_verdict.status, found.value_verdict.exact) == (1.0, "undecided", None)
    with pytest.raises(GradxError, match="division by zero"):
        explore(program, point, Options(checks="all"))


def test_a_number_that_only_its_form_tells_from_0_is_given_as_next_to_it() -> None:
    # tanh(sinh(9)) - 1 is -1e-3519, and no ball of 256 bits shows it
    with pytest.raises(GradxError) as error:
        explore(read("(x - x)^(tanh(sinh(y)) - 1)"), {"x": 5.0, "y": 9.0})
    assert (
        error.value.problem.message == "division by zero: x - x is 0 here, and the exponent is next to 0 and below it"
    )
    with pytest.raises(GradxError, match=r"needs an argument of at least 0, and tanh\(sinh\(y\)\) - 1 is next to 0"):
        explore(read("sqrt(tanh(sinh(y)) - 1)"), {"y": 9.0})


@pytest.mark.parametrize(("y", "value", "status"), [(0.3, 1.0, "agree"), (0.48, math.inf, "inexact")])
def test_what_only_rounding_puts_outside_is_inside(y: float, value: float, status: str) -> None:
    # 0^0 is 1; float64's exponent is 0 at 0.3 and below 0 at 0.48
    found = explore(read("(x - x)^(sin(y)^2 + cos(y)^2 - 1)"), {"x": 5.0, "y": y})
    assert (found.value, found.value_verdict.status, found.value_verdict.exact) == (value, status, "1.0")


def test_what_nobody_asks_for_is_not_made() -> None:
    found = explore(read("u = a*b; tanh(u)"), {"a": 0.5, "b": 2.0})
    assert list(found.gradients) == ["a", "b"]
    assert not {"nodes", "nudges"} & vars(found).keys()
    assert found["a"].nudge == found.nodes[0].nudge is not None
