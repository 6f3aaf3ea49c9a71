"""Formulas as text: with as few parentheses as can be, and readable again."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradx.errors import Source
from gradx.graph import Graph, GraphBuilder
from gradx.language.printer import (
    definition,
    expression,
    length_written_out,
    reading,
    shortened,
    written_out,
)
from gradx.language.program import read
from gradx.language.writing import number
from gradx.table import FUNCTIONS, TABLE, WHERE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-2.0, "-2"),
        (0.1, "0.1"),
        (1e22, "1e22"),
        (1e-7, "1e-7"),
        (1.5e300, "1.5e300"),
        (123456789012345680.0, "1.2345678901234568e17"),
        (5e-324, "5e-324"),
        (math.pi, "3.141592653589793"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.integers(0, 2**63 - 2**52 - 1))
def test_a_number_reads_back(bits: int) -> None:
    value = struct.unpack("<d", struct.pack("<Q", bits))[0]
    graph = read(number(value)).graph
    assert graph.nodes[0].literal == value


@pytest.mark.parametrize(
    "text",
    [
        "a + b + c", "a + (b + c)", "a - (b - c)", "a - b - c", "a - -b", "-a - b", "-(a + b)", "-(-a)", "-a*b",
        "-(a*b)",
        "a*-b", "a/(b*c)", "a/b*c", "a*(b/c)", "a % b % c", "a % (b % c)", "(a + b)*c", "a*(b + c)", "a^b^c", "(a^b)^c",
        "-a^b", "(-a)^b", "a^-b", "a^(-b)^c", "2^-a*b", "a^(b + c)", "a^(b*c)", "(a*b)^c", "max(a + b, -c)",
        "(a + b)^2",
        "where(a + b > -c, a*b, where(a == b, 1, 2))", "e^-a", "sqrt(a)^2", "1e-7*a", "1.5e300^a",
        "pi*a", "a - (b + 1)/2", "2^(1/2)*a",
    ],
)  # fmt: skip
def test_no_parentheses_too_many_and_none_missing(text: str) -> None:
    assert read(text).reading == f"J = {text}"


def test_a_definition_is_one_operation_on_names() -> None:
    graph = read("u = 3*(a + b*c) - 1/2; J = where(u > 0, u, -u)^2").graph
    assert {graph.names[i]: definition(graph, i) for i in graph.operations} == {
        "v1": "b*c",
        "v2": "a + v1",
        "v3": "3*v2",
        "u": "v3 - 1/2",
        "v4": "-u",
        "v5": "where(u > 0, u, v4)",
        "J": "v5^2",
    }
    assert definition(graph, graph.index["a"]) == "a"
    assert definition(read("J = w").graph, 1) == "w"


def test_an_expression_goes_down_to_named_nodes_and_shared_ones() -> None:
    graph = read("sq(z) = z*z; u = a*b; J = sq(u + c) + sin(2*u)").graph
    assert expression(graph, graph.output) == "v1*v1 + sin(2*u)"
    assert expression(graph, graph.index["v1"]) == "u + c"
    assert expression(graph, graph.index["u"]) == "a*b"
    assert expression(graph, graph.index["a"]) == "a"
    assert written_out(graph, graph.output) == "(a*b + c)*(a*b + c) + sin(2*(a*b))"


def test_a_negative_literal_is_written_with_its_sign() -> None:
    builder = GraphBuilder(Source("program", ""))
    x = builder.input("x", (0, 0))
    two = builder.literal(-2.0, (0, 0))
    output = builder.operation(TABLE["^"], (builder.operation(TABLE["^"], (two, x), (0, 0)), two), (0, 0))
    builder.name(output, "J")
    assert reading(builder.finish(output)) == "J = ((-2)^x)^-2"


def graphs() -> st.SearchStrategy[Graph]:
    """Graphs of every primitive, built as reading a program builds them: each unnamed operation is used once."""

    @st.composite
    def build(draw: st.DrawFn) -> Graph:
        builder = GraphBuilder(Source("program", ""))
        inputs: dict[str, int] = {}
        named: list[int] = []

        def leaf() -> int:
            choice = draw(st.integers(0, 9))
            if choice < 5 or (choice < 7 and not named):
                name = draw(st.sampled_from(["x", "y", "w1", "θ", "class"]))
                if name not in inputs:
                    inputs[name] = builder.input(name, (0, 0))
                return inputs[name]
            if choice < 7:
                return draw(st.sampled_from(named))
            if choice == 7:
                return builder.literal(math.pi, (0, 0), "pi")
            value = draw(st.floats(0, 1e308, allow_subnormal=True) | st.integers(0, 9).map(float))
            return builder.literal(abs(value), (0, 0))

        def tree(depth: int) -> int:
            if depth == 0 or draw(st.integers(0, 4)) == 0:
                return leaf()
            rows = [TABLE[n] for n in ("+", "-", "*", "/", "%", "^", "neg")] * 4 + [*FUNCTIONS, *WHERE.values()]
            row = draw(st.sampled_from(rows))
            arity = draw(st.integers(1, 4)) if row.arity is None else row.arity
            return builder.operation(row, [tree(depth - 1) for _ in range(arity)], (0, 0))

        def statement() -> int:
            made = len(builder)
            node = tree(draw(st.integers(1, 4)))
            if node < made or not builder.is_operation(node) or builder.is_constant(node):
                node = builder.operation(TABLE["identity"], (node,), (0, 0))
            return node

        for k in range(draw(st.integers(0, 3))):
            made = len(builder)
            node = statement()
            if builder.is_constant(node):
                builder.forget(made)
            else:
                builder.name(node, f"u{k}")
                named.append(node)
        output = statement()
        builder.name(output, "J")
        return builder.finish(output)

    return build()


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(graphs(), st.integers(2, 60).map(lambda half: 2 * half))
def test_a_reading_is_read_as_the_same_graph_and_loses_its_middle_where_it_is_long(graph: Graph, longest: int) -> None:
    whole, half = reading(graph), longest // 2
    assert read(whole).graph == graph
    assert shortened(graph, None, longest) == (whole if len(whole) <= longest else f"{whole[:half]} … {whole[-half:]}")


def test_defaults_and_unused_inputs_are_in_the_two_ends_too() -> None:
    program = read("a = 1; b = 2; f(x, y) = a*b*x")
    assert program.reading == "a = 1; b = 2; f(y) = a*b*x"
    assert program.shortened(20) == "a = 1; b = … y) = a*b*x"


@pytest.mark.parametrize(("program", "length"), [("a", 2), ("a + b", 3), ("u = a*b; u + u", 7), ("max(a, b, 1)", 4)])
def test_the_length_of_what_is_written_out_is_known_before(program: str, length: int) -> None:
    graph = read(program).graph
    assert length_written_out(graph, graph.output) == length
