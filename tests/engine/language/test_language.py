"""What the language says: programs with their values, from the table of cases and from the definition's examples."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from gradx.errors import GradxError
from gradx.language.bindings import bind, read_binding
from gradx.language.program import Program
from gradx.language.program import read_plainly as read
from gradx.numbers.float64 import FLOAT64
from gradx.point.domain_error import domain_error
from gradx.sweeps.forward import forward

CASES = json.loads((Path(__file__).parents[2] / "cases" / "language.json").read_text(encoding="utf-8"))


def value_of(text: str, **point: float) -> float:
    """The value of a program, as the command finds it."""
    bindings = [read_binding(f"{name}={value!r}") for name, value in point.items()]
    program = read(text, frozenset(point))
    values = bind(program, bindings).values
    graph = program.graph
    run = forward(graph, FLOAT64, {i: values[graph.names[i]] for i in graph.inputs})
    if graph.output in run.faults:
        raise domain_error(graph, run.faults[graph.output], run.values)
    return run.values[graph.output]


def nodes_of(program: Program) -> list[str]:
    return [program.graph.names[i] for i in program.graph.shown]


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    if "value" in case:
        assert value_of(case["text"], **case["point"]) == pytest.approx(case["value"], rel=1e-15)
        return
    with pytest.raises(GradxError) as caught:
        value_of(case["text"], **case["point"])
    problem = caught.value.problem
    assert problem.span is not None
    assert problem.span.offset == case["error"]["offset"]
    assert case["error"]["mentions"] in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.", 2),
        (".5", 0.5),
        ("007", 7),
        ("1e-3", 0.001),
        ("2E+2", 200),
        ("½", 0.5),
        ("⅔", 2 / 3),
        ("0.1 + 0.2", 0.1 + 0.2),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("5e-324", 5e-324),
        ("1e-400", 0),
        ("2e", None),
        ("2e^0", 2),
        ("2e*1", 2 * math.e),
        ("2e + 1", 2 * math.e + 1),
        ("2exp(0)", 2),
        ("10pi", 10 * math.pi),
        ("½e", 0.5 * math.e),
        ("2³", 8),
        ("2⁻¹", 0.5),
        ("2¹⁰", 1024),
        ("2²^3", 256),
        ("2^-2^2", 2**-4),
        ("-2^2", -4),
        ("--2", 2),
        ("-+-2", 2),
        ("2 - -2", 4),
        ("2*-3", -6),
        ("2^+3", 8),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("8/2(4)", 16),
        ("8/2*4", 16),
        ("2^3 % 5 * 2", 6),
        ("1 - 2 + 3", 2),
        ("√16", 4),
        ("√√16", 2),
        ("√4^3", 8),
        ("√4(5)", 10),
        ("√abs(-9)", 3),
        ("2√9", 6),
        ("π", math.pi),
        ("2π(1)", 2 * math.pi),
        ("sin^2(π)+cos²(π)", 1),
        ("2^sin^2(0)", 1),
        ("max^2(1, 3)", 9),
        ("min(3)", 3),
        ("max(1, 5, 3, 2)", 5),
        ("sin (0)", 0),
        ("(1\n+\n1)", 2),
        ("max(1,# one\n2\n)", 2),
        ("（1＋2）×3", 9),
        ("1＋１", None),
        ("6÷3·2⋅2−1", 7),
        ("where(1 ≤ 1, 2, 3)", 2),
        ("where(1 ≥ 2, 2, 3)", 3),
        ("where(1 ≠ 1, 2, 3)", 3),
        ("where(1 == 1, 2, log(-1))", 2),
        ("where(1 != 1, log(-1), where(2 > 1, 4, 5))", 4),
        ("where(1 + 1 < 3, 4, 5)", 4),
        ("where(1 > 2, 4, 5)", 5),
        ("gamma(5)", 24),
        ("arcsinh(0) + ln(1)", 0),
    ],
)
def test_constants(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(GradxError):
            value_of(text)
    else:
        assert value_of(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("½(a−y)²", "J = 0.5*(a - y)^2"),
        ("w₁x₁ + w[2]x^[2]", "J = w1*x1 + w2*x2"),
        ("w[1]x", "J = w1*x"),
        ("3 a b", "J = 3*a*b"),
        ("(a)2", "J = a*2"),
        ("a(b)(c) + a", "J = a*b*c + a"),
        ("x^2y", "J = x^2*y"),
        ("2^x y", "J = 2^x*y"),
        ("a^b^c", "J = a^b^c"),
        ("(a^b)^c", "J = (a^b)^c"),
        ("aπ", "J = a*pi"),
        ("-2x", "J = -2*x"),
        ("µ + ϵ + ϑ + Ω", "J = μ + ε + θ + Ω"),
        ("πr²", "J = pi*r^2"),
        ("x + y", "J = x + y"),
        ("u = a; v = u; v", "u = a; v = u; J = v"),
        ("J = w", "J = w"),
        ("x = 2; J = 3x", "x = 2; J = 3*x"),
        ("J + 1", "J2 = J + 1"),
        ("J = 2x; J2 = J; J2 + J", "J = 2*x; J2 = J; J3 = J2 + J"),
        ("J(w) = w^2; J(3x)", "J2 = (3*x)^2"),
        ("f(t) = t", "f = t"),
        ("f(t) = 2", "f(t) = 2"),
        ("a = 2; b = 3; a x", "a = 2; b = 3; J = a*x"),
        ("k = -pi/4; k x", "k = -0.7853981633974483; J = k*x"),
        ("\ufeffu = x;;\r\n\r\n;y = u # done\r\n", "u = x; y = u"),
        ("E I S N lambda class None beta", "J = E*I*S*N*lambda*class*None*beta"),
        ("gamma*beta + gamma(x)", "J = gamma*beta + gamma(x)"),
        ("_a*_1", "J = _a*_1"),
    ],
)
def test_reading(text: str, reading: str) -> None:
    assert read(text).reading == reading
    assert read(reading).reading == reading


class TestNodes:
    """A node is an input or one operation as it is written; constants fold."""

    def test_operations_are_numbered_and_the_last_bears_the_outputs_name(self) -> None:
        assert nodes_of(read("3*(a + b*c)")) == ["a", "b", "c", "v1", "v2", "J"]

    def test_a_name_that_was_taken_is_skipped(self) -> None:
        assert nodes_of(read("v1*x + v3*x + 1")) == ["v1", "x", "v3", "v2", "v4", "v5", "J"]

    def test_constants_are_no_nodes(self) -> None:
        assert nodes_of(read("(1/2 + 3)*x^(2*3)")) == ["x", "v1", "J"]

    def test_nothing_but_constants_is_merged(self) -> None:
        assert nodes_of(read("x*x + x*x")) == ["x", "v1", "v2", "J"]

    def test_a_sign_that_changes_nothing_is_no_node(self) -> None:
        assert nodes_of(read("+x*+y")) == ["x", "y", "J"]

    def test_an_extremum_is_one_node(self) -> None:
        assert nodes_of(read("max(a, b, c, d)")) == ["a", "b", "c", "d", "J"]

    def test_an_alias_is_an_identity(self) -> None:
        graph = read("u = a*b; w = u; J = w").graph
        rows = [graph.nodes[i].primitive for i in graph.operations]
        assert [row.name for row in rows if row] == ["*", "identity", "identity"]

    def test_an_output_without_inputs_is_a_node_and_says_so(self) -> None:
        program = read("2+3")
        assert nodes_of(program) == ["J"]
        assert program.remarks == ("there is nothing to differentiate: the output has no inputs",)

    def test_a_constant_named_before_the_last_statement_is_an_input(self) -> None:
        program = read("a = 5; unused = 2; J = a*x")
        assert program.defaults == {"a": 5, "unused": 2}
        assert nodes_of(program) == ["a", "x", "unused", "J"]

    def test_the_last_statement_is_the_output_even_if_it_is_constant(self) -> None:
        program = read("a = 5")
        assert program.defaults == {}
        assert nodes_of(program) == ["a"]

    def test_every_node_knows_its_place(self) -> None:
        graph = read("u = (a + b)*c; J = -log(u)^2").graph
        text = graph.source.text
        places = {
            graph.names[i]: text[graph.places.starts[i] : graph.places.starts[i] + graph.places.lengths[i]]
            for i in graph.shown
        }
        assert places == {
            "a": "a",
            "b": "b",
            "c": "c",
            "v1": "a + b",
            "u": "(a + b)*c",
            "v2": "log(u)",
            "v3": "log(u)^2",
            "J": "-log(u)^2",
        }


class TestEuler:
    """`e` is Euler's number unless it is bound or assigned."""

    def test_unbound(self) -> None:
        assert value_of("e^x", x=1) == math.e

    @pytest.mark.parametrize(
        ("text", "known"),
        [("e*x", {"e"}), ("e = 3; e*x", ()), ("e = 2x; e^2", ()), ("f(e) = e^2; f(x)", ()), ("f(e) = e^2", ())],
    )
    def test_a_variable(self, text: str, known: frozenset[str]) -> None:
        program = read(text, frozenset(known))
        assert "e is a variable here, not Euler's number" in program.remarks
        assert all(node.label != "e" for node in program.graph.nodes)

    def test_bound(self) -> None:
        assert value_of("e*x", e=3, x=2) == 6

    def test_no_remark_without_a_variable(self) -> None:
        assert read("e^x").remarks == ()


class TestProducts:
    """A name before a parenthesis that is no function."""

    def test_one_letter_is_a_product_without_a_remark(self) -> None:
        program = read("x(1+x) + w1(2)", frozenset({"w1"}))
        assert (program.reading, program.remarks) == ("J = x*(1 + x) + w1*2", ())

    @pytest.mark.parametrize("text", ["pi(x)", "2π(x + 1)", "e(x)", "3(x)", "(x + 1)(x)", "θ(x)/θ", "w₁(x)/w₁"])
    def test_a_number_is_a_factor(self, text: str) -> None:
        assert "*" in read(text).reading

    @pytest.mark.parametrize(
        "text",
        ["rate(1 + x)", "f(x)^2", "f(x + h) - f(x)", "f(g(x))", "y(x)", "foo (x)", "log_b1_(x)", "a b(x)", "sin x(y)"],
    )
    def test_what_nothing_says_to_be_a_number_is_no_factor(self, text: str) -> None:
        with pytest.raises(GradxError) as caught:
            read(text, frozenset({"x"}))
        assert caught.value.problem.kind in ("name", "syntax")

    @pytest.mark.parametrize("text", ["rate(1 + x)", "f(1 + x)", "rate = 3; rate(x)", "u(f) = f(3); u(x)", "rate (x)"])
    def test_nor_is_a_number_with_the_name_of_a_function(self, text: str) -> None:
        with pytest.raises(GradxError) as caught:
            read(text, frozenset({"x", "rate", "f"}))
        assert (caught.value.problem.kind, caught.value.problem.hint) == (
            "name", f"write {'f' if 'f(' in text else 'rate'}*(…) for a product",
        )  # fmt: skip

    def test_a_parameter_is_a_factor(self) -> None:
        assert value_of("u(a) = a(3); u(x)", x=2) == 6

    def test_gamma_with_a_space_is_a_product(self) -> None:
        assert value_of("gamma (x)", gamma=2, x=5) == 10
        assert value_of("gamma(x)", x=5) == 24
        assert value_of("gamma + gamma(x)", gamma=2, x=5) == 26
