"""Functions that a program defines: inlined where they are called, each argument once."""

from __future__ import annotations

import pytest

from gradx.errors import GradxError
from gradx.language.functions import MAX_INLINED
from gradx.language.program import read


def rows(text: str) -> list[str]:
    graph = read(text).graph
    return [row.name for i in graph.operations if (row := graph.nodes[i].primitive)]


def test_an_argument_is_evaluated_once() -> None:
    assert rows("sq(z) = z*z; sq(a + b)") == ["+", "*"]


def test_an_argument_that_is_not_used_is_still_a_node() -> None:
    graph = read("k(z) = 3; x + k(x*2)").graph
    assert [graph.names[i] for i in graph.shown] == ["x", "v1", "J"]
    assert read("k(z) = 3; x + k(x*2)").reading == "v1 = x*2; J = x + 3"


def test_a_body_uses_names_assigned_before_and_other_functions() -> None:
    program = read("u = a + 1; c = 5; f(z) = u*z + c + pi; g(z) = f(z)^2; J = g(b) + f(2)")
    assert program.reading == ("c = 5; u = a + 1; J = (u*b + c + pi)^2 + (u*2 + c + pi)")


def test_a_name_that_a_body_leaves_open_is_an_input() -> None:
    assert read("J(w) = (w*x - y)^2").reading == "J = (w*x - y)^2"
    assert read("f(z) = z*q; g(t) = f(t); g(x)").reading == "J = x*q"


def test_inputs_that_the_output_declares_but_does_not_use_are_inputs() -> None:
    program = read("c = 1; J(w, b) = w^2")
    assert [program.graph.names[i] for i in program.graph.inputs] == ["w", "b", "c"]
    assert program.reading == "c = 1; J(b) = w^2"
    assert read(program.reading).graph == program.graph


def test_a_default_is_a_value_of_the_outputs_parameter() -> None:
    program = read("w = 3; J(w) = w^2")
    assert (program.defaults, program.reading) == ({"w": 3}, "w = 3; J = w^2")


def test_a_body_that_only_hands_on_makes_no_node() -> None:
    assert rows("f(x, y) = y; g(x, y) = f(y, x); J = g(a, b)") == ["identity"]
    assert read("f(x) = 2; g(x) = f(x)*x; u = g(a); J = f(u)").reading == "u = 2*a; J = 2"
    assert read("u = 3a; f(x) = u; g(x) = f(x) + x; g(b)").reading == "u = 3*a; J = u + b"
    assert read("f(x) = q; g(x) = f(x) + x; g(b)").reading == "J = q + b"


def test_the_output_is_an_operation_of_its_own() -> None:
    assert read("f(p, q) = p; J = f(2x, 3x)").reading == "v1 = 3*x; J = 2*x"
    assert read("g(p, q) = p; f(p) = g(p, p*3); J = f(x*2)").reading == "v1 = x*2; v2 = v1*3; J = v1"


@pytest.mark.parametrize(
    "text",
    [
        "g(z) = 2*z; J = g(w*x)",
        "g(z) = z*z; h(z) = g(z) + g(2z); u = h(a); J = h(u + 1)*g(b)",
        "f(p, q) = p; J = f(2x, 3x)",
        "g(p, q) = p; f(p) = g(p, p*3); J = f(x*2)",
        "k = 2; d = 4; f(z) = k*z; J = f(x)",
        "k = 2; f(z, y) = z; J(a, b) = f(b, k)",
        "f(z) = z^(1/3) + z^(1/3); J = f(2) + f(x)",
    ],
)
def test_reading_and_reading_again_gives_the_same_graph(text: str) -> None:
    program = read(text)
    again = read(program.reading)
    assert again.graph == program.graph
    assert again.defaults == program.defaults
    assert again.reading == program.reading


def test_a_default_may_leave_an_argument_behind() -> None:
    program = read("g(z) = 2; a = g(x*3); J = a*y")
    assert (program.defaults, program.reading) == ({"a": 2}, "a = 2; v1 = x*3; J = a*y")


def test_places_of_inlined_operations_are_in_the_body() -> None:
    graph = read("f(x) = log(x - 4); f(b)").graph
    assert [
        graph.source.text[o : o + n]
        for o, n in ((graph.places.starts[i], graph.places.lengths[i]) for i in graph.operations)
    ] == [
        "x - 4",
        "log(x - 4)",
    ]


def test_and_stay_with_their_operations_where_those_change_places() -> None:
    text = "g(z) = y + 2*z; g(u*w)"
    graph = read(text).graph
    spans = [graph.span(i) for i in graph.operations]
    assert [text[span.offset : span.offset + span.length] for span in spans] == ["u*w", "2*z", "y + 2*z"]


@pytest.mark.parametrize("unused", ["3 - z", "z - 3", "max(1, 2, z)"])
def test_an_output_that_a_call_hands_on_is_an_operation_that_nothing_uses(unused: str) -> None:
    graph = read(f"first(a, b) = a; outer(z) = first(z, {unused}); outer(x*y)").graph
    assert repr(graph.primitives[graph.output]) == "<identity>"
    assert graph.consumers[graph.output] == ()


def test_no_operation_takes_the_name_of_a_function() -> None:
    graph = read("v1(z) = z^2; v3 = a*b; v3 + v1(c)").graph
    assert [graph.names[i] for i in graph.operations] == ["v3", "v2", "J"]


def test_what_a_default_was_worked_out_from_leaves_nothing_in_the_graph() -> None:
    graph = read("a = max(1, 2, 3); b = x*y; c = sin(b); c*a").graph
    assert graph.arguments == ((), (), (0, 1), (2,), (), (3, 4))


def tower(height: int) -> str:
    """f0 doubles, every further one calls the one before twice: 2^(height + 1) - 1 additions."""
    lines = ["f0(x) = x + x"] + [f"f{k}(x) = f{k - 1}(x) + f{k - 1}(x)" for k in range(1, height + 1)]
    return "\n".join(lines) + "\n"


def test_a_definition_costs_no_more_than_its_text() -> None:
    # Anything else, at 2^2000 additions, does not come back.
    assert read(tower(2_000) + "J = x*2").reading == "J = x*2"


def test_a_call_that_would_never_end_is_refused_at_once() -> None:
    with pytest.raises(GradxError, match="2,000,000 nodes") as caught:
        read(tower(1_000) + "J = 1 + f1000(x)")
    problem = caught.value.problem
    assert problem.kind == "size"
    assert problem.span is not None
    assert problem.span.source.text[problem.span.offset :] == "f1000(x)"


def test_many_calls_count_together() -> None:
    wide = f"f(x) = max({'x,' * 50_000}x)\n"
    calls = MAX_INLINED // 50_000
    with pytest.raises(GradxError, match="more than"):
        read(wide + "+".join(["f(a)"] * (calls + 1)))


def test_calls_nest_without_recursion() -> None:
    chain = "\n".join(["f0(x) = x + 1"] + [f"f{k}(x) = f{k - 1}(x)*2" for k in range(1, 5_000)])
    assert len(read(chain + "\nJ = f4999(x)").graph.operations) == 5_000
    assert len(read("f(x) = x + 1\n" + "f(" * 5_000 + "x" + ")" * 5_000).graph.operations) == 5_000


def test_constants_do_not_explode_when_they_are_written() -> None:
    chain = "f(x) = x*x\nJ = y + " + "f(" * 60 + "1" + ")" * 60
    assert len(read(chain).reading) < 100_000


def test_a_constant_without_a_value_is_written_as_one() -> None:
    chain = "f(x) = x*x\nJ = y + " + "f(" * 60 + "1/0" + ")" * 60
    assert "0/0" in read(chain).reading


def test_a_step_that_stands_alone_is_kept_once() -> None:
    """However often a body hands on the same constant, it is one step, and the call of it costs nothing."""
    program = read("f(x) = pi; g(x) = f(x)*x + f(1); J = g(a)")
    assert program.reading == "J = pi*a + pi"
