"""What SymPy's process says about derivatives: formulas that gradx reads, values that are exact."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import mpmath
import pytest
from multiprecision import Multiprecision

from gradx.graph import Graph
from gradx.language.bindings import read_binding
from gradx.language.program import read
from gradx.sweeps.forward import forward
from gradx.symbolic.witness import Symbolic, SymbolicWitness

CASES = Path(__file__).parents[2] / "cases"
COURSES = json.loads((CASES / "courses.json").read_text(encoding="utf-8"))["cases"]


def derivatives(witness: SymbolicWitness, graph: Graph, point: Mapping[str, float] | None) -> dict[str, Symbolic]:
    """The answer for every node that a user sees, by its name."""
    at = None if point is None else {i: point[graph.names[i]] for i in graph.inputs}
    answers = witness.answers(witness.ask(graph, graph.shown, at), 30)
    return {graph.names[i]: answer for i, answer in answers.items()}


def evaluated(formula: str, values: Mapping[str, mpmath.mpf], m: Multiprecision) -> mpmath.mpf:
    """What gradx makes of a formula: read as a program, evaluated by the table."""
    graph = read(formula, known=frozenset(values)).graph
    return forward(graph, m, {i: values[graph.names[i]] for i in graph.inputs}).values[graph.output]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", COURSES, ids=[case["id"] for case in COURSES])
def test_the_courses_come_out_right(witness: SymbolicWitness, case: dict[str, object]) -> None:
    graph = read(case["expression"]).graph
    answers = derivatives(witness, graph, case["point"])
    for name, node in case["nodes"].items():
        assert answers[name].status == "done"
        assert float(answers[name].value) == pytest.approx(node["gradient"], rel=1e-15, abs=1e-15)
        if "formula" in node:
            assert answers[name].formula == node["formula"]


HARD = [
    "HC010", "HC014", "HC020", "HC027", "HC029", "HC044", "HC049", "HC057", "HC059", "HC085", "HC086", "HC090", "HC093",
    "HC101", "HC102", "HC108", "HC111", "HC112", "HC113", "HC116", "HC118", "HC121", "HC123", "HC129", "HC137", "HC144",
    "HC156", "HC160", "HC162", "HC163", "HC175", "HC185", "HC190", "HC204", "HC209", "HC214", "HC217", "HC218",
]  # fmt: skip


def hard_cases() -> list[dict[str, str]]:
    with (CASES / "hard_cases.csv").open(encoding="utf-8", newline="") as rows:
        return [row for row in csv.DictReader(rows) if row["id"] in HARD]


@pytest.mark.parametrize("case", hard_cases(), ids=lambda case: case["id"])
def test_values_are_exact_where_float64_is_lost(witness: SymbolicWitness, case: dict[str, str]) -> None:
    bindings = [read_binding(text) for text in case["bindings"].split(";")]
    point = {binding.name: binding.value for binding in bindings}
    answers = derivatives(witness, read(case["expression"], known=frozenset(point)).graph, point)
    for name, expected in (gradient.split("=") for gradient in case["expected_gradients"].split(";")):
        if expected == "nan":
            assert answers[name].value is None
            continue
        with mpmath.workdps(60):
            assert mpmath.almosteq(mpmath.mpf(answers[name].value), mpmath.mpf(expected), rel_eps=1e-15, abs_eps=0)


def test_every_hard_case_is_here() -> None:
    assert {case["id"] for case in hard_cases()} == set(HARD)


@pytest.mark.parametrize(
    ("program", "point", "node"),
    [
        ("abs(x)", {"x": 0.0}, "x"),
        ("relu(w*x + b)", {"w": 2.0, "x": 1.5, "b": -3.0}, "w"),
        ("floor(2*x)*x", {"x": 1.5}, "x"),
        ("where(x == 0, 0, x)", {"x": 0.0}, "x"),
        ("max(x, y)", {"x": 1.0, "y": 1.0}, "y"),
        ("atan2(y, x)", {"y": 0.0, "x": -1.0}, "y"),
        ("x^1.5", {"x": 0.0}, "x"),
        ("abs(x - 0.3)", {"x": 0.3}, "x"),
        ("abs(exp(x) - exp(1))", {"x": 1.0}, "x"),
    ],
)
def test_on_a_kink_jump_or_edge_sympy_is_not_believed(
    witness: SymbolicWitness, program: str, point: dict[str, float], node: str
) -> None:
    answer = derivatives(witness, read(program).graph, point)[node]
    assert answer.value is None
    assert answer.reason == "the point lies on a kink, a jump or an edge"


def test_a_kink_along_another_input_does_not_matter(witness: SymbolicWitness) -> None:
    answers = derivatives(witness, read("abs(b)*x + where(b > 0, x, 2*x)").graph, {"b": 0.0, "x": 3.0})
    assert answers["x"].value == "2.0"
    assert answers["b"].value is None


def test_digits_that_a_function_loses_are_missed(witness: SymbolicWitness) -> None:
    answers = derivatives(witness, read("sin(exp(x))").graph, {"x": 250.0})
    with mpmath.workdps(300):
        expected = mpmath.cos(mpmath.exp(250)) * mpmath.exp(250)
        assert mpmath.almosteq(mpmath.mpf(answers["x"].value), expected, rel_eps=1e-24)


def test_a_branch_not_taken_has_no_say(witness: SymbolicWitness) -> None:
    answers = derivatives(witness, read("where(x > 0, log(x), 3*x)").graph, {"x": -2.0})
    assert answers["x"].value == "3.0"


PROGRAMS = [
    "0.1*x^3 + x/3 - 0.25*x",
    "e^(x*y) + pi*x + exp(1)*y",
    "x^y + y^x",
    "sqrt(x)/(1 + sqrt(y))^3",
    "max(x, y, x*y) - min(x, 2*y)",
    "relu(x - y)*leaky_relu(y)*abs(x - 3*y)",
    "where(x > y, x^2, where(x + y <= 3, sin(x), y))",
    "gelu(x) + silu(y) + softplus(x*y) + sigmoid(-x)",
    "cbrt(x*y) + log(abs(log(y))) + x % y",
    "gamma(x)*lgamma(y) - atan2(x, y)",
    "asin(x/9)*acosh(y + 1)*atanh(x/8)*asec(x + 2)*acot(y)",
    "sec(x)*csc(y)*cot(x) + hypot(x, y) + log2(x)*log10(y) + log1p(x)*expm1(y)",
    "1e-7*x^2 + 1e22*x*y + 123456789012*y",
    "z = x*y + 1; a = tanh(z); b = a*y; (a - b)^2/2",
    "x^1.5*y^-0.5/(-(x + y))^3",
    "-x^2*-(y - x) - (-x)^3",
    "E*I^2 + lambda*None",
]


@pytest.mark.sampled(8)
@pytest.mark.parametrize("program", PROGRAMS)
def test_gradx_reads_what_sympy_writes(witness: SymbolicWitness, program: str) -> None:
    graph = read(program).graph
    m = Multiprecision(40)
    point = {graph.names[i]: 1.375 + 0.75 * k for k, i in enumerate(graph.inputs)}
    run = forward(graph, m, {i: m.number(point[graph.names[i]]) for i in graph.inputs})
    values = {graph.names[i]: run.values[i] for i in graph.shown}
    for name, answer in derivatives(witness, graph, point).items():
        assert answer.formula is not None, (name, answer)
        assert answer.value is not None, (name, answer)
        known = evaluated(answer.formula, values, m)
        assert mpmath.almosteq(known, mpmath.mpf(answer.value), rel_eps=1e-14, abs_eps=1e-15), (name, answer)


@pytest.mark.parametrize(
    ("program", "formula"),
    [
        ("3*(a + b*x)^2", "6*b*(a + b*x)"),
        ("sin(3*x + 1)", "3*cos(3*x + 1)"),
        ("x^3 + x", "3*x^2 + 1"),
        ("0.05*x^2", "0.1*x"),
        ("x^2/4", "x/2"),
        ("x^n", "n*x^(n - 1)"),
        ("e^x", "exp(x)"),
        ("pi*x", "pi"),
        ("relu(x)", "where(x > 0, 1, 0)"),
        ("max(x, y)", "where(x > y, 1, 0)"),
        ("where(x < 1, x^2, 2*x)", "where(x < 1, 2*x, 2)"),
        ("cbrt(x)", "1/(3*cbrt(x)^2)"),
        ("lgamma(x)", "digamma(x)"),
        ("log(x)^3", "3*log(x)^2/x"),
        ("exp(1)*x", "exp(1)"),
        ("e^2*x", "exp(2)"),
        ("floor(x)*x", "floor(x)"),
        ("sign(x)", "0"),
        ("abs(log(x))", "sign(log(x))/x"),
        ("z = w*x + b; a = relu(z); (a - y)^2", "2*w*(a - y)*where(z > 0, 1, 0)"),
    ],
)
def test_formulas_look_as_a_course_writes_them(witness: SymbolicWitness, program: str, formula: str) -> None:
    assert derivatives(witness, read(program).graph, None)["x"].formula == formula


def test_without_a_point_there_are_formulas_and_no_values(witness: SymbolicWitness) -> None:
    answer = derivatives(witness, read("w^2").graph, None)["w"]
    assert answer == Symbolic("done", "2*w", None, None)


def test_what_cannot_be_written_has_no_value(witness: SymbolicWitness) -> None:
    answer = derivatives(witness, read("digamma(x)").graph, {"x": 1.0})["x"]
    assert (answer.formula, answer.value) == (None, None)
    assert answer.reason == "SymPy's formula has a polygamma function in it, which cannot be written here"


@pytest.mark.parametrize(
    ("program", "point", "node", "value"),
    [
        ("t^n", {"t": 0.0, "n": 3.0}, "t", "0.0"),
        ("t^n", {"t": 0.0, "n": 3.0}, "n", None),  # log(0)
        ("abs(x)^2", {"x": 0.0}, "x", "0.0"),
        ("x^y", {"x": -2.0, "y": 3.0}, "x", "12.0"),
        ("x^y", {"x": -2.0, "y": 3.0}, "y", None),
        ("max(x, y, z)", {"x": 1.0, "y": 2.0, "z": 2.0}, "x", "0.0"),
    ],
)
def test_a_value_is_that_of_the_formula(
    witness: SymbolicWitness, program: str, point: dict[str, float], node: str, value: str | None
) -> None:
    assert derivatives(witness, read(program).graph, point)[node].value == value


@pytest.mark.parametrize("program", ["9^9^9^9*x", "(x*2)^1000000000", "0.5^(10^10)*x", "gamma(1000000)*x"])
def test_a_constant_past_all_bounds_is_refused_at_once(witness: SymbolicWitness, program: str) -> None:
    answer = derivatives(witness, read(program).graph, {"x": 1.0})["x"]
    assert answer.status == "skipped"
    assert answer.reason is not None


def test_a_large_graph_answers_for_inputs_and_named_nodes(witness: SymbolicWitness) -> None:
    layers = ["h0 = x"] + [f"h{k} = tanh(w{k}*h{k - 1} + b{k})" for k in range(1, 13)]
    graph = read("; ".join([*layers, "J = (h12 - y)^2"])).graph
    point = {graph.names[i]: 0.5 + k / 16 for k, i in enumerate(graph.inputs)}
    answers = derivatives(witness, graph, point)
    m = Multiprecision(50)
    for name in ("x", "w1", "b12", "h6", "y"):
        assert answers[name].status == "done"
        assert mpmath.almosteq(mpmath.mpf(answers[name].value), slope(graph, point, name, m), rel_eps=1e-15)
    assert answers["w12"].formula == "2*h11*(1 - tanh(b12 + h11*w12)^2)*(h12 - y)"
    assert answers["v1"].status == "skipped"


def slope(graph: Graph, point: Mapping[str, float], name: str, m: Multiprecision) -> mpmath.mpf:
    """A central difference quotient of the output along a node, by moving the node itself."""

    def output(shift: mpmath.mpf) -> mpmath.mpf:
        values: list[mpmath.mpf] = []
        for i, node in enumerate(graph.nodes):
            if node.literal is not None:
                value = m.number(node.literal)
            elif node.primitive is None:
                value = m.number(point[graph.names[i]])
            else:
                value = node.primitive.value(m, *(values[j] for j in node.inputs))
            values.append(value + shift if graph.names[i] == name else value)
        return values[graph.output]

    h = m.context.mpf(10) ** -16
    return (output(h) - output(-h)) / (2 * h)


@pytest.mark.slow
def test_two_thousand_terms_take_no_longer_than_they_must(witness: SymbolicWitness) -> None:
    graph = read(" + ".join(f"a{k}*x" for k in range(2000))).graph
    wanted = [graph.index["x"], graph.index["a1234"]]
    answers = witness.answers(witness.ask(graph, wanted, dict.fromkeys(graph.inputs, 0.5)), 20)
    assert [answers[i].value for i in wanted] == ["1000.0", "0.5"]


@pytest.mark.slow
def test_five_hundred_nested_functions_have_a_value(witness: SymbolicWitness) -> None:
    graph = read("sin(" * 500 + "x" + ")" * 500).graph
    x = graph.index["x"]
    answer = witness.answers(witness.ask(graph, [x], {x: 0.5}), 20)[x]
    with mpmath.workdps(40):
        at, product = mpmath.mpf("0.5"), mpmath.mpf(1)
        for _ in range(500):
            at, product = mpmath.sin(at), product * mpmath.cos(at)
        assert mpmath.almosteq(mpmath.mpf(answer.value), product, rel_eps=1e-20)
