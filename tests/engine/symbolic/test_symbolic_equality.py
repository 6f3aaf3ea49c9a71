"""Proofs: a right claim in another form is proved, a wrong one refuted, and what SymPy forgets is not proved."""

from __future__ import annotations

import pytest
import sympy as sp

from gradx.language.program import read
from gradx.symbolic import equality
from gradx.symbolic.derivation import System
from gradx.symbolic.witness import Equality, SymbolicWitness


def judged(witness: SymbolicWitness, program: str, wrt: str, claim: str) -> Equality:
    graph = read(program).graph
    question = witness.ask_equal(graph, graph.output, graph.index[wrt], read(claim, known=frozenset(graph.index)).graph)
    return witness.equality(question, deadline=30)


@pytest.mark.sampled(9)
@pytest.mark.parametrize(
    ("program", "wrt", "claim"),
    [
        ("w^2", "w", "w + w"),
        ("sin(x)^2", "x", "sin(2*x)"),
        ("tanh(x)", "x", "1/cosh(x)^2"),
        ("sigmoid(x)", "x", "sigmoid(x)*(1 - sigmoid(x))"),
        ("x^x", "x", "x^x*(log(x) + 1)"),
        ("sqrt(x)", "x", "x^(-1/2)/2"),
        ("z = w*x + b; a = tanh(z)", "z", "1 - a^2"),
        ("z = w*x + b; a = tanh(z)", "w", "x*(1 - a^2)"),
        ("z = w*x + b; a = z^2", "z", "2*(w*x + b)"),
        ("abs(x)", "x", "x/abs(x)"),
        ("abs(x)^3", "x", "3*x*abs(x)"),
        ("relu(x)", "x", "where(x >= 0, 1, 0)"),
        ("max(x, y)", "x", "(1 + sign(x - y))/2"),
        ("0.1*x^3", "x", "0.3*x^2"),
        ("e^x + pi*x", "x", "exp(x) + pi"),
        ("log10(x)", "x", "1/(x*ln(10))"),
        ("0.1234567890123456*x^3", "x", "3*0.1234567890123456*x^2"),
        ("tan(x)", "x", "sec(x)^2"),
        ("sin(x)^2 + cos(x)^2", "x", "0"),
        ("leaky_relu(x)", "x", "where(x > 0, 1, 0.01)"),
        ("cos(4/x*x)", "x", "-sin(4/x*x)*(-4*(x^2)^-1*x + 4/x)"),
        ("max(x, y, z)", "x", "where(x > max(y, z), 1, 0)"),
        ("min(x, y, z)", "x", "where(x < min(y, z), 1, 0)"),
        ("min(x, y, z)", "x", "where(x < y, where(x < z, 1, 0), 0)"),
        ("abs(abs(x) - 1)", "x", "sign(abs(x) - 1)*sign(x)"),
        ("a = relu(w*x + b); (a - y)^2", "w", "where(w*x > -b, 2*x*(w*x + b - y), 0)"),
        ("relu(x - 0.4375)", "x", "where(x > 0.4375, 1, 0)"),  # one of the points that are tried is the kink
        ("log(x - 7)", "x", "1/(x - 7)"),  # few of them lie in the domain
    ],
)
def test_another_form_of_the_derivative_is_proved(witness: SymbolicWitness, program: str, wrt: str, claim: str) -> None:
    assert judged(witness, program, wrt, claim).equal is True


@pytest.mark.parametrize(
    "gap",
    [
        "where(x > 0, x, 0) - where(x > 1, x, 0)",
        "where(x > y, 1, 0)*where(y > z, 1, 0)*where(x > z, 1, 0)",
        "abs(abs(x) - 1) - abs(x) + 1",
        "max(x, y, z) - max(x, y)",
    ],
)
def test_what_is_not_0_in_one_case_is_not_0(gap: str) -> None:
    system = System(read(gap).graph)
    expression = system.expanded({}, range(len(system.graph.nodes)))[system.graph.output]
    assert equality._by_cases(expression) != 0


@pytest.mark.parametrize(
    ("program", "wrt", "claim", "formula"),
    [
        ("sin(3*x + 1)", "x", "cos(3*x + 1)", "3*cos(3*x + 1)"),
        ("3*(a + b*c)", "b", "3*b", "3*c"),
        ("x^2", "x", "2*x + 1e-9*x^3", "2*x"),
        ("abs(x)", "x", "1", "sign(x)"),
        ("relu(x)", "x", "where(x > 0, 1, 0.01)", "where(x > 0, 1, 0)"),
        ("z = w*x; z^2", "z", "2*w", "2*z"),
    ],
)
def test_a_wrong_claim_is_refuted_and_the_derivative_shown(
    witness: SymbolicWitness, program: str, wrt: str, claim: str, formula: str
) -> None:
    assert judged(witness, program, wrt, claim) == Equality(False, formula, None)


@pytest.mark.parametrize(
    ("program", "claim"),
    [("x^2", "2*exp(log(x))"), ("x^2", "2*sqrt(x)^2"), ("log(x^2)", "2*sqrt(1/x^2)*sqrt(x)/sqrt(x)")],
)
def test_a_claim_without_a_value_where_the_derivative_has_one_is_not_proved(
    witness: SymbolicWitness, program: str, claim: str
) -> None:
    assert judged(witness, program, "x", claim).equal is not True


def test_where_there_are_too_few_points_nothing_is_proved(witness: SymbolicWitness) -> None:
    assert judged(witness, "log(x - 20)", "x", "1/(x - 20)").equal is None


def test_a_derivative_that_cannot_be_written_is_neither_shown_nor_compared(witness: SymbolicWitness) -> None:
    assert judged(witness, "digamma(x)", "x", "x") == Equality(None, None, None)


def test_a_difference_too_small_for_numbers_is_not_proved_either(witness: SymbolicWitness) -> None:
    assert judged(witness, "x^2", "x", "2*x + 1e-30").equal is not True


def test_a_lost_process_is_a_reason() -> None:
    with SymbolicWitness.start(["/nowhere/python"]) as witness:
        answer = judged(witness, "w^2", "w", "2*w")
    assert answer.equal is None
    assert answer.reason is not None


def test_a_way_that_sympy_cannot_go_proves_nothing() -> None:
    x = sp.Symbol("x", real=True)
    assert equality._holds(lambda gap: sp.Poly(gap, x), 1 / x) is False
    assert equality._holds(lambda gap: sp.Poly(gap, x), sp.S.Zero * x) is True


def test_a_derivative_without_a_value_agrees_with_nothing() -> None:
    graph = read("x^2").graph
    system = System(graph)
    claim = read("2*x").graph
    unknown = sp.besselj(1, system.symbol(0))
    assert equality._agree_in_numbers(system, graph.output, unknown, claim) is None
    assert equality._agree_in_numbers(system, graph.output, 2 * system.symbol(0), claim) is True
