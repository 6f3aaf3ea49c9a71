"""Right is right in any form, wrong is refuted by friendly numbers, and what cannot be known is said."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.bindings import read_binding
from gradx.language.program import read
from gradx.lessons.checking import MOST_OPERATIONS, Checked, check
from gradx.lessons.claims.claim import read_claim
from gradx.lessons.claims.judging import judge_claim
from gradx.lessons.claims.sample import candidates
from gradx.lessons.claims.trial import Comparison
from gradx.point.typed import typed_point
from gradx.symbolic.witness import Equality, Question, SymbolicWitness

CASES = Path(__file__).parents[2] / "cases"
ROWS = [row for name in ("claims.json", "more_claims.json") for row in json.loads((CASES / name).read_text("utf-8"))]


def checked(program: str, word: str, bindings: Sequence[str] = ()) -> Checked:
    read_program = read(program)
    point = (
        typed_point(read_program.graph, [read_binding(text) for text in bindings], read_program.defaults)
        if bindings
        else None
    )
    return check(read_program, [read_claim(read_program, word)], point)[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['expression']} | {row['claim']}")
def test_the_verdict_on_a_formula(row: dict[str, str]) -> None:
    found = checked(row["expression"], f"d{row['wrt']}={row['claim']}")
    assert found.status == ("correct" if row["correct"] else "wrong")
    assert found.points >= (20 if read(row["expression"]).graph.inputs else 1)


@pytest.mark.parametrize(
    ("program", "word", "point"),
    [
        ("sin(3*x + 1)", "dx=cos(3*x + 1)", {"x": 0.0}),
        ("x^2", "dx=x^3/3", {"x": 1.0}),
        ("x^3", "dx=3*x^3", {"x": 2.0}),
        ("log(x)", "dx=2/x", {"x": 1.0}),
        ("3*(a + b*c)", "db=3*b", {"a": 1.0, "b": 1.0, "c": 2.0}),
        ("where(x > 500, x^2, x)", "dx=1", None),
    ],
)
def test_the_counterexample_is_friendly_and_true(program: str, word: str, point: dict[str, float] | None) -> None:
    shown = checked(program, word).counterexample
    assert shown is not None
    assert point is None or shown.point == point
    assert shown.claimed != pytest.approx(shown.actual, rel=1e-7)


def test_the_numbers_of_a_counterexample() -> None:
    shown = checked("sin(3*x + 1)", "dx=cos(3*x + 1)").counterexample
    assert shown is not None
    assert shown.claimed == pytest.approx(math.cos(1), rel=1e-15)
    assert shown.actual == pytest.approx(3 * math.cos(1), rel=1e-15)


@pytest.mark.parametrize(
    ("program", "claim"),
    [
        ("where(x > 0.1234, where(x < 0.1235, 5*x, x), x)", "1"),
        ("relu(x - 300)", "0"),
        ("max(x, 77)", "0"),
        ("abs(x + 41)", "1"),
        ("x", "where(x > 99, 2, 1)"),
        ("floor(x)*x", "0"),
    ],
)
def test_every_branch_is_visited(program: str, claim: str) -> None:
    assert checked(program, f"dx={claim}").status == "wrong"


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("acos(x - 7)", "dx=-1/sqrt(1 - (x - 7)^2)"),
        ("log(x - 50)", "dx=1/(x - 50)"),
        ("sqrt(1 - x^2 - y^2)", "dy=-y/sqrt(1 - x^2 - y^2)"),
        ("acos(x - 31.5)*log(y - 3)", "dy=acos(x - 31.5)/(y - 3)"),
    ],
)
def test_a_narrow_domain_is_found(program: str, word: str) -> None:
    found = checked(program, word)
    assert (found.status, found.points >= 20) == ("correct", True)
    assert found.skipped > 0


@pytest.mark.parametrize("program", ["x^2", "acos(x - 7)", "sin(a*b)*c"])
def test_no_point_is_counted_twice(program: str) -> None:
    graph = read(program).graph
    name = graph.names[graph.inputs[0]]
    judged = judge_claim(graph, read_claim(read(program), f"d{name}={name}^99"))
    points = {tuple(map(float, trial.point.values())) for trial in judged.trials}
    assert len(points) == len(judged.trials) >= 20


@pytest.mark.parametrize(
    ("program", "word", "mentions"),
    [
        ("x^2", "dx=log(x + 0.1 - x - 0.1)", "the claim has no value"),
        ("log(-x^2)", "dx=2/x", "only 0 points"),
    ],
)
def test_without_points_nothing_is_decided(program: str, word: str, mentions: str) -> None:
    found = checked(program, word)
    assert found.status == "undecided"
    assert mentions in (found.reason or "")


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("0.1*x^3", "dx=0.3*x^2"),
        ("sin(pi*x)", "dx=-pi*cos(pi*(x + 1))"),
        ("e^x", "dx=exp(x)"),
        ("x^2", "dx=2*exp(log(abs(x)))*sign(x)"),
        ("0.3333333333333333*x^3", "dx=x^2"),
        ("tanh(30*x)", "dx=30*(1 - tanh(30*x)^2)"),
        ("x^2 + 10^400", "dx=2*x"),
    ],
)
def test_a_literal_means_what_is_written(program: str, word: str) -> None:
    assert checked(program, word).status == "correct"


@pytest.mark.parametrize(
    ("program", "word", "bindings", "status"),
    [
        ("w^2", "dw=6", ["w=3"], "correct"),
        ("w^2", "dw=6.0001", ["w=3"], "wrong"),
        ("w^2", "dw=2*w", ["w=3"], "correct"),
        ("w^2", "dw=w + 3", ["w=3"], "wrong"),
        ("w^2", "dw=3*w", ["w=3"], "wrong"),
        ("w^2", "dw=2*w^2/w", ["w=0"], "undecided"),  # the claim has no value there
        ("x^2", "dx=2/3", ["x=1/3"], "correct"),
        ("sin(x)^2", "dx=0", ["x=pi"], "correct"),
        ("cos(x)", "dx=-sqrt(2)/2", ["x=pi/4"], "correct"),
        ("tanh(w)", "dw=0.420", ["w=1"], "correct"),
        ("tanh(w)", "dw=0.4199743416140261", ["w=1"], "correct"),
        ("tanh(w)", "dw=0.42", ["w=1"], "wrong"),
        ("tanh(w)", "dw=0.421", ["w=1"], "wrong"),
        pytest.param("x/3", f"dx=0.34{'3' * 5000}", ["x=1"], "wrong", id="5,002 decimals"),
        pytest.param("x/3", f"dx=0.34e{'0' * 5000}", ["x=1"], "wrong", id="an exponent of 5,000 digits"),
        ("3*x^2", "dx=12", ["x=2.001"], "wrong"),
        ("1e3*x^2", "dx=2.00e3", ["x=1.0001"], "correct"),
        ("x*abs(x)", "dx=0", ["x=0"], "correct"),
        ("x*abs(x)", "dx=1", ["x=0"], "wrong"),
        ("abs(x)", "dx=0", ["x=0"], "undecided"),
        ("abs(x)", "dx=sign(x)", ["x=0"], "undecided"),
        ("sqrt(x)", "dx=1", ["x=0"], "undecided"),
        ("x^2 + 0*y", "dx=2*x*y/y", ["x=1", "y=0"], "undecided"),
        ("x^2 + 0*y", "dx=1/y", ["x=1", "y=0"], "wrong"),
    ],
)
def test_the_verdict_at_a_point(program: str, word: str, bindings: list[str], status: str) -> None:
    found = checked(program, word, bindings)
    assert found.status == status, found.reason


def test_a_claim_that_is_wrong_everywhere_is_refuted_at_the_point_that_was_given() -> None:
    found = checked("w^2", "dw=3*w", ["w=7"])
    assert found.counterexample is not None
    assert (found.counterexample.point, found.counterexample.claimed, found.counterexample.actual) == ({"w": 7}, 21, 14)


def test_what_is_said_about_rounding() -> None:
    assert "0.4199743416" in (checked("tanh(w)", "dw=0.420", ["w=1"]).reason or "")
    assert "3 significant digits" in (checked("tanh(w)", "dw=0.42", ["w=1"]).reason or "")


def test_a_kink_at_the_point_is_the_reason() -> None:
    reason = checked("relu(w*x + b)", "dw=0", ["w=1", "x=2", "b=-2"]).reason or ""
    assert "kink" in reason
    assert "right slope 2" in reason


def test_a_point_outside_the_domain_is_an_error() -> None:
    with pytest.raises(GradxError) as caught:
        checked("log(x)", "dx=1/x", ["x=-1"])
    assert caught.value.problem.kind == "domain"


def test_a_default_is_a_value_only_where_every_input_has_one() -> None:
    assert checked("k = 3; k*x", "dx=k").status == "correct"
    assert checked("k = 3; k*x", "dx=3").status == "wrong"
    assert checked("k = 3; k*x", "dx=3", ["x=1"]).status == "correct"


def test_the_same_claim_always_gets_the_same_answer() -> None:
    first, second = (checked("sin(a*x)/b", "dx=a*cos(x)/b") for _ in range(2))
    assert (first.counterexample, first.points, first.mistake) == (second.counterexample, second.points, second.mistake)


def test_in_a_large_program_the_mistake_is_not_looked_for() -> None:
    found = checked(" + ".join(["x"] * (MOST_OPERATIONS + 2)), "dx=3")
    assert (found.status, found.mistake) == ("wrong", None)
    assert "the mistake is not looked for" in (found.reason or "")
    right = checked(" + ".join(["x"] * (MOST_OPERATIONS + 2)), f"dx={MOST_OPERATIONS + 2}")
    assert (right.status, right.reason) == ("correct", None)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("count", "inner"), [(20, "max(x*2, x*3,"), (200, "max(x*2, x*3,")])
def test_of_a_node_of_very_many_arguments_no_single_one_is_suspected(count: int, inner: str) -> None:
    wide = "max(" + ", ".join(f"x*{k}" for k in range(2, count + 1)) + ")"
    mistake = checked(f"sin({wide})", f"dx=cos({wide})").mistake
    assert mistake is not None
    assert f"the inner derivative is missing: d/dx of {inner}" in mistake.message


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("text", "claim", "points"),
    [
        (" + ".join(["x"] * 4_000), "dx=4000", 20),
        (" + ".join(["x"] * 12_000), "dx=12000", 8),
        ("max(" + ", ".join(["x"] * 4_000) + ")", "dx=1", 3),
    ],
    ids=["small", "large", "wide"],
)
def test_where_a_point_takes_long_fewer_are_tried(text: str, claim: str, points: int) -> None:
    found = checked(text, claim)
    assert (found.status, found.points) == ("correct", points)


@pytest.mark.parametrize("bindings", [[], ["x=2"]])
def test_a_claim_about_a_program_that_is_too_large_stays_open(bindings: list[str]) -> None:
    found = checked(" + ".join(["gamma(x)"] * 5_000), "dx=3", bindings)
    assert (found.status, found.points, found.mistake) == ("undecided", 0, None)
    assert found.reason == "the program is too large for a claim about it to be checked"


def test_the_points_to_try_are_always_the_same_and_enough() -> None:
    first, again = (list(candidates((0, 3))) for _ in range(2))
    assert first == again
    assert len(first) > 500
    assert all(set(point) == {0, 3} for point in first)


class Saying(SymbolicWitness):
    """A witness that has been told what to say, as SymPy's process may be."""

    def __init__(self, word: bool | None) -> None:
        super().__init__()
        self.word = word

    def ask_equal(self, graph: Graph, of: int, wrt: int, claim: Graph) -> Question:
        return Question(0, (), 0.0)

    def equality(self, question: Question, deadline: float = 0.0) -> Equality:
        return Equality(self.word)


def test_a_claim_without_a_value_at_the_point_is_not_made_right_by_a_proof() -> None:
    program = read("x^2")
    point = typed_point(program.graph, [read_binding("x=0")], program.defaults)
    (found,) = check(program, [read_claim(program, "dx=2*x*x/x")], point, Saying(True))
    assert (found.status, found.reason) == ("undecided", "the claim has no value at this point")


@pytest.mark.parametrize(
    ("claim", "word", "status", "words"),
    [
        ("dx=2*x", True, "correct", None),
        ("dx=2*x", False, "undecided", "SymPy finds a point at which it differs"),
        ("dx=3*x", True, "undecided", "SymPy proves it, and yet the numbers differ"),
        ("dx=3*x", False, "wrong", None),
    ],
)
def test_where_sympy_contradicts_the_numbers_nothing_is_decided(
    claim: str, word: bool, status: str, words: str | None
) -> None:
    program = read("x^2")
    (found,) = check(program, [read_claim(program, claim)], None, Saying(word))
    assert found.status == status
    assert (found.mistake is None) == (status != "wrong")
    if words is not None:
        assert words in (found.reason or "")


def test_a_claim_in_a_variable_that_the_output_does_not_use() -> None:
    found = checked("v = x^3; J = x^2", "dx=3*v")
    assert (found.status, found.mistake) == ("wrong", None)


def test_where_no_number_of_bits_shows_a_value_nothing_is_said() -> None:
    program = read("sqrt((x/7*7 - x)*1e60) + x")  # the root of what rounding leaves at any precision
    comparison = Comparison(program.graph, read_claim(program, "dx=3"))
    assert comparison.at({0: 3.625}) is None


@pytest.mark.parametrize(
    ("program", "bindings"),
    [
        ("sqrt(x) + 2/sqrt(x)", ["x=2"]),
        ("x/(x^2 + 3)", ["x=sqrt(3)"]),
        ("x^3 - 3*x", ["x=1"]),
        ("log(x)/x", ["x=e"]),
        ("x*exp(-x)", ["x=1"]),
        ("sin(x)^2 + cos(x)^2", ["x=0.7"]),
        ("sin(x)", ["x=pi/2"]),
        ("exp(x) - e*x", ["x=1"]),
    ],
)
def test_a_derivative_that_is_exactly_0(program: str, bindings: list[str]) -> None:
    assert checked(program, "dx=0", bindings).status == "correct"
    assert checked(program, "dx=1e-30", bindings).status == "wrong"


@pytest.mark.parametrize(
    ("program", "word", "bindings"),
    [
        ("where(x > 2, 3, 4) + x^2", "dx=4", ["x=2"]),
        ("where(x >= 2, 3, 4) + x^2", "dx=2*x", ["x=2"]),
        ("floor(x) + x^2", "dx=4", ["x=2"]),
        ("sign(x - 2)*5 + x^2", "dx=4", ["x=2"]),
        ("y*where(2 < x, 0, 1) + x^2", "dx=4", ["x=2", "y=3"]),
        ("x % 2 + x^2", "dx=5", ["x=2"]),
        ("relu(relu(x))", "dx=0", ["x=0"]),
    ],
)
def test_at_a_jump_of_a_choice_there_is_no_derivative(program: str, word: str, bindings: list[str]) -> None:
    found = checked(program, word, bindings)
    assert found.status == "undecided"
    assert "no derivative" in (found.reason or "")


@pytest.mark.parametrize(
    ("program", "word", "bindings"),
    [
        ("(x - 1/3)*abs(x - 1/3)", "dx=3.7e-17", ["x=1/3"]),
        ("x*abs(x - 1/3)", "dx=-1/3", ["x=1/3"]),
        ("relu(sin(x))", "dx=-1", ["x=pi"]),
        ("floor(3*x)", "dx=0", ["x=1/3"]),
        ("abs(0.1*x - 0.3)", "dx=0.1", ["x=3"]),
        ("x*sign(x - 2/7)", "dx=1", ["x=2/7"]),
    ],
)
def test_on_a_boundary_that_float64_lies_beside_nothing_is_decided(
    program: str, word: str, bindings: list[str]
) -> None:
    found = checked(program, word, bindings)
    assert found.status == "undecided"
    assert "as typed may be on a boundary" in (found.reason or "")


@pytest.mark.parametrize(
    ("program", "word", "bindings", "said"),
    [
        ("exp(1000*x)", "dx=0", ["x=-1"], "it is 0, the derivative is 5.08e-432"),
        ("w^2", "dw=6.0000000000001", ["w=3"], "it is 6.0000000000001, the derivative is 6"),
        ("x^2", "dx=2*x + 1e-25", ["x=3"], "it is 6.0000000000000000000000001, the derivative is 6"),
    ],
)
def test_a_difference_that_ten_digits_do_not_show_is_said(
    program: str, word: str, bindings: list[str], said: str
) -> None:
    found = checked(program, word, bindings)
    assert found.status == "wrong"
    assert said in (found.reason or "")


@pytest.mark.parametrize(
    ("program", "word", "bindings"),
    [
        ("x^2", "dx=2/3", ["x=0.3333333333333333"]),
        ("x^3", "dx=1.3333333333333333", ["x=2/3"]),
        ("sin(x)", "dx=0.5403023058681398", ["x=1"]),
        ("x^2", "dx=6.283185307179586", ["x=pi"]),
        ("exp(x)", "dx=2.718281828459045", ["x=1"]),
    ],
)
def test_fifteen_digits_stand_for_a_number_that_no_decimal_writes(program: str, word: str, bindings: list[str]) -> None:
    found = checked(program, word, bindings)
    assert (found.status, found.reason) == ("correct", None)
