"""The chain rule, step by step: the terms are backprop's own, add up to the gradients, and lie along the paths."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mpmath
import pytest
from multiprecision import Multiprecision

from gradx.language.program import read
from gradx.lessons.chain_rule import MOST_COUNTED, Explanation, explain
from gradx.point.exploration import Options, explore
from gradx.sweeps.forward import forward

CASES = json.loads((Path(__file__).parents[2] / "cases" / "courses.json").read_text())["cases"]

NETWORK = (
    "z1 = w1*x1 + b1; a1 = tanh(z1); z2 = w2*x2 + b2; a2 = tanh(z2);"
    "z3 = u1*a1 + u2*a2 + b3; a3 = sigmoid(z3); J = 1/2*(a3 - y)^2"
)
AT = {"x1": 1, "x2": -0.5, "w1": 0.3, "b1": 0.1, "w2": -0.8, "b2": 0.2, "u1": 1.5, "u2": -0.7, "b3": 0.05, "y": 1}


def explained(text: str, point: dict[str, float] | None = None, wrt: Sequence[str] | None = None) -> Explanation:
    program = read(text)
    exploration = None if point is None else explore(program, point, Options(checks="none", wrt=wrt and tuple(wrt)))
    return explain(program, exploration, wrt)


def loss(x1: Any, x2: Any, w1: Any, b1: Any, w2: Any, b2: Any, u1: Any, u2: Any, b3: Any, y: Any) -> Any:
    """The network in mpmath, which knows nothing of gradx."""
    z3 = u1 * mpmath.tanh(w1 * x1 + b1) + u2 * mpmath.tanh(w2 * x2 + b2) + b3
    return (1 / (1 + mpmath.exp(-z3)) - y) ** 2 / 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_course_program_gets_its_gradients_as_sums_of_upstream_times_local(case: dict[str, Any]) -> None:
    explanation = explained(case["expression"], case["point"])
    graph = explanation.program.graph
    gradients = {graph.names[step.node]: step.gradient for step in explanation.steps}
    for name, node in case["nodes"].items():
        assert gradients[name] == pytest.approx(node["gradient"], rel=1e-12, abs=1e-15)
    for step in explanation.steps[1:]:
        assert step.gradient == pytest.approx(sum(term.contribution for term in step.terms), rel=1e-12, abs=1e-15)
        for term in step.terms:
            assert term.contribution == pytest.approx(term.upstream * term.local, rel=1e-15)
            assert term.upstream == gradients[graph.names[term.via]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_steps_start_at_the_output_and_each_needs_only_what_came_before(case: dict[str, Any]) -> None:
    explanation = explained(case["expression"], case["point"])
    first, *others = explanation.steps
    assert (first.node, first.gradient, first.terms) == (explanation.program.graph.output, 1.0, ())
    seen = {first.node}
    for step in others:
        assert {term.via for term in step.terms} <= seen
        seen.add(step.node)
    assert sorted(seen) == sorted(explanation.program.graph.shown)


def test_the_first_course_program_is_explained_as_on_the_board() -> None:
    explanation = explained("u = b*c; v = a + u; J = 3*v", {"a": 5, "b": 3, "c": 2})
    names = explanation.program.graph.names
    said = [(names[s.node], [(names[t.via], t.upstream, t.local) for t in s.terms]) for s in explanation.steps]
    assert said == [
        ("J", []),
        ("v", [("J", 1.0, 3.0)]),
        ("a", [("v", 3.0, 1.0)]),
        ("u", [("v", 3.0, 1.0)]),
        ("b", [("u", 3.0, 2.0)]),
        ("c", [("u", 3.0, 3.0)]),
    ]


@pytest.mark.parametrize("name", AT)
def test_a_network_of_24_nodes_agrees_with_mpmath(name: str) -> None:
    explanation = explained(NETWORK, AT, [name])
    assert len(explanation.program.graph.shown) == 24
    with mpmath.workdps(30):
        there = {key: mpmath.mpf(value) for key, value in AT.items()}
        expected = float(mpmath.diff(lambda x: loss(**(there | {name: x})), there[name]))
    (ways,) = explanation.paths
    assert explanation.steps[-1].gradient == pytest.approx(expected, rel=1e-12)
    assert sum(path.product for path in ways.listed) == pytest.approx(expected, rel=1e-12)


def test_one_input_is_explained_by_what_lies_between_it_and_the_output() -> None:
    explanation = explained("u = b*c; v = a + u; J = 3*v", {"a": 5, "b": 3, "c": 2}, ["b"])
    names = explanation.program.graph.names
    assert [names[step.node] for step in explanation.steps] == ["J", "v", "u", "b"]
    (ways,) = explanation.paths
    (path,) = ways.listed
    assert [names[i] for i in path.nodes] == ["J", "v", "u", "b"]
    assert (path.locals, path.product, ways.count) == ((3.0, 1.0, 2.0), 6.0, 1)


def test_a_node_used_twice_has_a_term_and_a_path_for_each_use() -> None:
    explanation = explained("b = a + a; c = b + b", {"a": 1}, ["a"])
    a = explanation.steps[-1]
    assert [(term.slot, term.upstream, term.local) for term in a.terms] == [(0, 2.0, 1.0), (1, 2.0, 1.0)]
    assert a.gradient == 4.0
    assert [path.product for path in explanation.paths[0].listed] == [1.0] * 4


def test_the_products_along_the_paths_of_a_diamond_add_up() -> None:
    explanation = explained("u = x^2; v = sin(x); J = u*v + x", {"x": 2.0}, ["x"])
    (ways,) = explanation.paths
    assert ways.count == 3
    expected = 2 * 2 * math.sin(2) + 4 * math.cos(2) + 1
    assert sum(path.product for path in ways.listed) == pytest.approx(expected, rel=1e-14)


def test_paths_are_counted_and_only_so_many_listed() -> None:
    ladder = "; ".join(f"v{k} = v{k - 1} + v{k - 1}^2" for k in range(1, 31)).replace("v0", "x")
    program = read(ladder)
    explanation = explain(program, explore(program, {"x": 0.5}, Options(checks="none")), ["x"], 10)
    (ways,) = explanation.paths
    assert ways.count == 2**30
    assert len(ways.listed) == 10
    assert len({path.nodes for path in ways.listed}) == 10


def test_more_paths_than_anybody_counts_stop_being_counted() -> None:
    ladder = "; ".join(f"v{k} = v{k - 1} + v{k - 1}^2" for k in range(1, 101)).replace("v0", "x")
    assert explain(read(ladder), None, ["x"], 1).paths[0].count == MOST_COUNTED


@pytest.mark.slow
def test_a_chain_of_fifty_thousand_operations_is_one_path() -> None:
    chain = "\n".join(f"v{k} = v{k - 1} + 1" for k in range(1, 50_001)).replace("v0 ", "x ")
    explanation = explained(chain, {"x": 0.0}, ["x"])
    assert len(explanation.steps) == 50_001
    (path,) = explanation.paths[0].listed
    assert (len(path.nodes), path.product) == (50_001, 1.0)


def test_a_maximum_of_many_arguments_gives_each_its_term() -> None:
    many = 20_000
    explanation = explained(f"max({', '.join(f'x{k}' for k in range(many))})", {f"x{k}": float(k) for k in range(many)})
    assert [step.gradient for step in explanation.steps].count(1.0) == 2
    assert all(len(step.terms) == 1 for step in explanation.steps[1:])


def test_a_branch_that_is_not_taken_has_no_gradient_and_no_terms() -> None:
    explanation = explained("u = a*x; v = b*log(-x); J = where(x > 0, u, v)", {"x": 1, "a": 2, "b": 3})
    steps = {explanation.program.graph.names[step.node]: step for step in explanation.steps}
    assert (steps["v"].gradient, steps["v"].terms, steps["v"].silence) == (None, (), "branch")
    assert (steps["b"].gradient, steps["b"].silence) == (None, "branch")
    assert (steps["x"].gradient, len(steps["x"].terms)) == (2.0, 1)


def test_what_only_chooses_a_branch_and_what_is_not_used_are_told_apart() -> None:
    explanation = explained("c = s - 1; unused = s*t; J = where(c > 0, x, -x)", {"s": 3, "t": 1, "x": 2})
    steps = {explanation.program.graph.names[step.node]: step for step in explanation.steps}
    assert (steps["c"].gradient, steps["c"].silence) == (0.0, "condition")
    assert (steps["s"].gradient, steps["s"].silence) == (0.0, "condition")
    assert (steps["t"].gradient, steps["t"].silence) == (0.0, "unused")


def test_an_infinite_upstream_through_a_flat_side_contributes_nothing() -> None:
    explanation = explained("r = relu(x); J = sqrt(r)", {"x": -1.0}, ["x"])
    assert explanation.steps[-1].gradient == 0.0
    assert explanation.paths[0].listed[0].product == 0.0


def test_without_a_point_the_steps_have_no_numbers() -> None:
    explanation = explained("u = b*c; v = a + u; J = 3*v", None, ["b"])
    assert all(step.gradient is None for step in explanation.steps)
    assert explanation.paths[0].listed[0].product is None
    formulas = {explanation.program.graph.names[i]: formula.text for i, formula in explanation.formulas.items()}
    assert formulas == {"J": "1", "v": "3", "u": "3", "b": "3*c"}


def test_without_a_point_both_branches_count_and_the_condition_does_not() -> None:
    explanation = explained("where(s > 0, x^2, 2*x)")
    names = explanation.program.graph.names
    steps = {names[step.node]: step for step in explanation.steps}
    assert (steps["s"].terms, steps["s"].silence) == ((), "condition")
    assert [names[term.via] for term in steps["x"].terms] == ["v2", "v1"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_gradients_in_symbols_are_worth_the_gradients(case: dict[str, Any]) -> None:
    program = read(case["expression"])
    graph = program.graph
    values = explore(program, case["point"], Options(checks="none")).forward.values
    at = {graph.names[i]: values[i] for i in graph.shown}
    formulas = explain(program, None).formulas
    for name, node in case["nodes"].items():
        formula = read(formulas[graph.index[name]].text)
        there = {x: at[x] for x in (formula.graph.names[i] for i in formula.graph.inputs)}
        value = explore(formula, there, Options(checks="none")).value
        assert value == pytest.approx(node["gradient"], rel=1e-12, abs=1e-12), name


@pytest.mark.parametrize(
    ("text", "name", "formula"),
    [
        ("v6 = a - y; J = 1/2*v6^2", "a", "v6"),
        ("J = x - 2*x*y", "x", "1 - 2*y"),
        ("u = x^2; J = -3*log(u)", "x", "-6/x"),
        ("z = w*x; a = sigmoid(z); J = a*3", "w", "a*x*(3 - J)"),
        ("u = -x; J = x + u*y", "x", "1 - y"),
        ("(2*x + 1)^3", "x", "6*(2*x + 1)^2"),
        ("x^2 sin(x)", "x", "x*(x*cos(x) + 2*sin(x))"),
        ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", "z", "2*a*(a - y)*(1 - a)"),
    ],
)
def test_gradients_in_symbols_read_as_a_course_writes_them(text: str, name: str, formula: str) -> None:
    explanation = explained(text)
    assert explanation.formulas[explanation.program.graph.index[name]].text == formula


@pytest.mark.parametrize("program", ["2*digamma(x)", "sin(digamma(x^2))"])
def test_a_gradient_whose_rule_cannot_be_written_has_no_formula(program: str) -> None:
    explanation = explain(read(program), None)
    assert explanation.formulas[explanation.program.graph.index["x"]] is None


def test_numbers_whose_product_is_too_large_stay_two() -> None:
    explanation = explain(read("u = 1e200*x; 1e200*u"), None)
    formula = explanation.formulas[explanation.program.graph.index["x"]]
    assert formula is not None
    m = Multiprecision(30)
    run = forward(formula.graph, m, dict.fromkeys(formula.graph.inputs, m.number(1.0)))
    assert run.values[formula.graph.output] / 1e200 / 1e200 == pytest.approx(1, rel=1e-15)
