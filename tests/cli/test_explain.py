"""gradx explain: the page as a reader sees it, and the same as JSON, LaTeX and Markdown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from told import stripped

CASES = json.loads((Path(__file__).parents[1] / "cases" / "courses.json").read_text("utf-8"))["cases"]

STEPS = ("explain", "u = b*c; v = a + u; J = 3v")
AT = ("a=5", "b=3", "c=2")
NETWORK = (
    "explain",
    "z1 = w1*x1 + b1; a1 = tanh(z1); z2 = w2*x2 + b2; a2 = tanh(z2);"
    "z3 = u1*a1 + u2*a2 + b3; a3 = sigmoid(z3); J = 1/2*(a3 - y)^2",
    *("x1=1", "x2=-0.5", "w1=0.3", "b1=0.1", "w2=-0.8", "b2=0.2", "u1=1.5", "u2=-0.7", "b3=0.05", "y=1"),
)


def test_the_page_of_the_first_course_program(gradx: Any) -> None:
    answer = gradx(*STEPS, *AT)
    assert (answer.code, answer.err) == (0, "")
    assert stripped(answer.out) == [
        "u = b*c; v = a + u; J = 3*v = 33",
        "forward →",
        "b = 3, c = 2, a = 5",
        "u = b*c = 3·2 = 6",
        "v = a + u = 5 + 6 = 11",
        "J = 3*v = 3·11 = 33",
        "backward ←",
        "dJ = 1 backprop starts here",
        "dv = dJ · ∂J/∂v = 1 · 3 = 3",
        "da = dJ/dv · ∂v/∂a = 3 · 1 = 3",
        "du = dJ/dv · ∂v/∂u = 3 · 1 = 3 dv again: computed once, used twice",
        "db = dJ/du · ∂u/∂b = 3 · c = 3 · 2 = 6",
        "dc = dJ/du · ∂u/∂c = 3 · b = 3 · 3 = 9 du again",
    ]


def test_the_equals_signs_stand_under_each_other(gradx: Any) -> None:
    lines = gradx(*STEPS, *AT).out.splitlines()
    chains = [line for line in lines if " · " in line]
    assert len({line.index(" = ", line.index("/")) for line in chains}) == 1


def test_one_input_ends_with_the_product_along_its_path(gradx: Any) -> None:
    lines = stripped(gradx(*STEPS, *AT, "--wrt", "b").out)
    assert lines[-5:] == [
        "dJ = 1 backprop starts here",
        "dv = dJ · ∂J/∂v = 1 · 3 = 3",
        "du = dJ/dv · ∂v/∂u = 3 · 1 = 3",
        "db = dJ/du · ∂u/∂b = 3 · c = 3 · 2 = 6",
        "dJ/db = dJ/dv · ∂v/∂u · ∂u/∂b = 3 · 1 · 2 = 6",
    ]


def test_without_bindings_the_page_is_in_symbols_alone(gradx: Any) -> None:
    lines = stripped(gradx(*STEPS, "--wrt", "b").out)
    assert lines == [
        "u = b*c; v = a + u; J = 3*v",
        "forward →",
        "u = b*c",
        "v = a + u",
        "J = 3*v",
        "backward ←",
        "dJ = 1 backprop starts here",
        "dv = dJ · ∂J/∂v = 1 · 3 = 3",
        "du = dJ/dv · ∂v/∂u = dv · 1 = 3",
        "db = dJ/du · ∂u/∂b = du · c = 3*c",
        "dJ/db = dJ/dv · ∂v/∂u · ∂u/∂b = 3 · 1 · c = 3*c",
    ]


def test_a_program_with_one_input_is_written_with_d(gradx: Any) -> None:
    answer = gradx("explain", "a = 2 + 3*w; J = a^2", "w=3")
    assert "∂" not in answer.out
    assert "da = dJ · dJ/da = 1 · 2*a = 1 · 22 = 22" in stripped(answer.out)


def test_an_operation_that_joins_two_ways_of_one_input_is_partial(gradx: Any) -> None:
    out = gradx("explain", "u = sin(w); J = u*w", "w=2").out
    assert "du = dJ · ∂J/∂u = 1 · w = 1 · 2 = 2" in stripped(out)
    assert "du/dw" in out


def test_a_node_used_twice_is_a_sum_with_its_reason(gradx: Any) -> None:
    lines = stripped(gradx("explain", "u = x*y; J = u + x^2", "x=3", "y=2").out)
    start = lines.index("dx = dJ/dv1 · ∂v1/∂x + dJ/du · ∂u/∂x")
    assert lines[start : start + 5] == [
        "dx = dJ/dv1 · ∂v1/∂x + dJ/du · ∂u/∂x",
        "= 1 · 2*x + 1 · y",
        "= 1 · 6 + 1 · 2",
        "= 6 + 2 = 8",
        "x is used twice, in v1 and u: a nudge of x reaches J both ways, and the changes add up",
    ]


def test_both_uses_in_one_operation_are_in_the_sum(gradx: Any) -> None:
    lines = stripped(gradx("explain", "b = a + a; c = b + b", "a=1", "--wrt", "a").out)
    start = lines.index("da = dc/db · db/da")
    assert lines[start : start + 4] == [
        "da = dc/db · db/da",
        "= 2 · (1 + 1)",
        "= 2 + 2 = 4",
        "a is used twice, in b: a sum again",
    ]
    assert "4 paths lead from c to a: the gradient is the sum of their products" in lines
    assert lines[-1] == "dc/da = 1 + 1 + 1 + 1 = 4"


def test_a_factor_is_the_whole_derivative_only_where_there_is_one_way(gradx: Any) -> None:
    lines = stripped(gradx("explain", "u = w*x; J = u + u^2", "w=2", "x=3", "--wrt", "w").out)
    assert "J ← u ← w ∂J/∂u · ∂u/∂w = 1 · 3 = 3" in lines
    assert "J ← v1 ← u ← w dJ/dv1 · ∂v1/∂u · ∂u/∂w = 1 · 12 · 3 = 36" in lines
    assert lines[-1] == "dJ/dw = 3 + 36 = 39"


def test_more_paths_than_can_be_shown_are_counted(gradx: Any) -> None:
    ladder = "; ".join(f"v{k} = v{k - 1} + v{k - 1}^2" for k in range(1, 31)).replace("v0", "x")
    out = gradx("explain", ladder, "x=1e-3", "--wrt", "x").out
    assert "1,073,741,824 paths lead from v30 to x" in out
    assert "10 are shown" in out
    assert len([line for line in out.splitlines() if "←" in line]) < 13


@pytest.mark.parametrize("environment", [{}, {"COLUMNS": "40"}, {"COLUMNS": "60"}, {"COLUMNS": "80"}])
def test_no_number_is_cut_at_any_width(gradx: Any, environment: dict[str, str]) -> None:
    out = gradx(*NETWORK, env=environment).out
    width = int(environment.get("COLUMNS", 1000))
    assert max(map(len, out.splitlines())) <= width
    flat = " ".join(stripped(out))
    assert "dw1 = dJ/dv1 · ∂v1/∂w1 = -0.1388797867 · x1 = -0.1388797867 · 1 = -0.1388797867" in flat
    assert "dz2 = dJ/da2 · ∂a2/∂z2 = 0.07574524225 · (1 - a2^2) = 0.07574524225 · 0.7115777626 = 0.05389863001" in flat


def test_ascii_is_plain_text(gradx: Any) -> None:
    out = gradx(*STEPS, *AT, "--wrt", "b", "--ascii").out
    assert out.isascii()
    assert "dJ/db = dJ/dv * dv/du * du/db = 3 * 1 * 2 = 6" in stripped(out)
    assert gradx(*STEPS, *AT, "--wrt", "b", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}).out == out


def test_colours_only_where_they_are_wanted(gradx: Any) -> None:
    plain, coloured = gradx(*STEPS, *AT), gradx(*STEPS, *AT, env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert "\x1b[" not in plain.out
    assert "\x1b[36m" in coloured.out
    assert "\x1b[91m" in coloured.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.out) == plain.out


def test_a_branch_that_is_not_taken_says_so(gradx: Any) -> None:
    out = gradx("explain", "where(x > 0, a*x, b*log(-x))", "x=1", "a=2", "b=3")
    assert out.code == 0
    assert "db = – b stands in a branch that is not taken" in stripped(out.out)
    steps = json.loads(gradx("explain", "where(x > 0, a*x, b)", "x=1", "a=2", "b=3", "--json").out)["steps"]
    assert next(step for step in steps if step["node"] == "b") == {"node": "b", "gradient": None, "terms": []}


def test_a_kink_is_told_below_the_page(gradx: Any) -> None:
    answer = gradx("explain", "relu(w*x)", "w=2", "x=0")
    assert answer.code == 0
    (doubt,) = [line for line in answer.out.splitlines() if line.startswith("  !")]
    assert "kink" in doubt
    assert "relu'(0) = 0" in doubt


def test_outside_the_domain_is_an_error_with_a_caret(gradx: Any) -> None:
    answer = gradx("explain", "a + log(b - 4)", "a=1", "b=3")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[1:3] == ["  a + log(b - 4)", "      ^^^^^^^^^^"]


@pytest.mark.slow
def test_a_large_program_is_shown_by_its_ends(gradx: Any) -> None:
    chain = "\n".join(f"v{k} = v{k - 1} + 1" for k in range(1, 5_001)).replace("v0 ", "x ")
    answer = gradx("explain", "-", "x=0", stdin=chain)
    lines = stripped(answer.out)
    assert len(lines) < 70
    assert "4977 of 5001 steps are left out; --wrt NAME shows what one input needs, --json all" in lines
    assert "dx = dv5000/dv1 · dv1/dx = 1 · 1 = 1" in lines
    assert len(json.loads(gradx("explain", "-", "x=0", "--json", stdin=chain).out)["steps"]) == 5_001


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_json_holds_every_number_of_the_courses(gradx_inside: Any, case: dict[str, Any]) -> None:
    bindings = [f"{name}={value!r}" for name, value in case["point"].items()]
    answer = gradx_inside("explain", case["expression"], *bindings, "--json", "--wrt", ",".join(case["point"]))
    assert (answer.code, answer.err) == (0, "")
    result = json.loads(answer.out)
    assert (result["schema"], result["command"], result["expression"]) == ("gradx/1", "explain", case["expression"])
    gradients = {step["node"]: step["gradient"] for step in result["steps"]}
    assert next(iter(gradients)) == case["output"]
    assert result["steps"][0]["terms"] == []
    for name, expected in case["nodes"].items():
        assert gradients[name] == pytest.approx(expected["gradient"], rel=1e-12, abs=1e-15), name
    for name in case["point"]:
        products = [path["product"] for path in result["paths"] if path["wrt"] == name]
        assert sum(products) == pytest.approx(gradients[name], rel=1e-12, abs=1e-15)
        assert len(products) == result["path_counts"][name]


def test_json_of_a_step(gradx: Any) -> None:
    result = json.loads(gradx(*STEPS, *AT, "--json").out)
    assert result["reading"] == "u = b*c; v = a + u; J = 3*v"
    assert result["paths"] == []
    term = {"via": "u", "upstream": 3.0, "local": 2.0, "local_formula": "c", "contribution": 6.0}
    assert result["steps"][4] == {"node": "b", "gradient": 6.0, "terms": [term]}


def test_json_without_bindings_has_formulas_and_no_numbers(gradx: Any) -> None:
    result = json.loads(gradx(*STEPS, "--json", "--wrt", "b").out)
    term = {"via": "u", "upstream": None, "local": None, "local_formula": "c", "contribution": None}
    assert result["steps"][-1] == {"node": "b", "gradient": None, "terms": [term], "gradient_formula": "3*c"}
    assert result["paths"] == [{"wrt": "b", "nodes": ["J", "v", "u", "b"], "locals": None, "product": None}]


def test_latex_is_a_solution_step_by_step(gradx: Any) -> None:
    out = gradx(*STEPS, *AT, "--format", "latex", "--wrt", "b").out
    assert out.isascii()
    assert r"\frac{d J}{d b} &= \frac{d J}{d u} \cdot \frac{\partial u}{\partial b} = 3 \cdot c = 3 \cdot 2 = 6" in out
    assert r"u &= b \cdot c = 3 \cdot 2 = 6" in out
    assert out.count(r"\begin{align*}") == out.count(r"\end{align*}") == 3


@pytest.mark.sampled(5)
@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_row_of_latex_can_be_set(gradx_inside: Any, case: dict[str, Any], bound: bool) -> None:
    from matplotlib.mathtext import MathTextParser

    bindings = [f"{name}={value!r}" for name, value in case["point"].items()] if bound else []
    first = next(iter(case["point"]))
    out = gradx_inside("explain", case["expression"], *bindings, "--format", "latex", "--wrt", first).out
    rows = [row for row in out.splitlines() if "&" in row and r"\phantom" not in row]
    assert len(rows) > 2
    for row in rows:
        # mathtext knows neither environments nor the end of a row
        mathematics = row
        while r"\begin{cases}" in mathematics:
            inner = r"\\begin\{cases\}(?:(?!\\begin).)*?\\end\{cases\}"
            mathematics = re.sub(inner, "c", mathematics)
        mathematics = re.sub(r"\\qquad.*|\\\\(\[1ex\])?$", "", mathematics).replace("&", "").strip()
        MathTextParser("path").parse(f"${mathematics}$")


def test_negative_numbers_in_latex_stand_in_brackets(gradx: Any) -> None:
    out = gradx("explain", "v = a + b; J = v*b", "a=-1.5", "b=-2e-20", "--format", "latex").out
    assert r"v &= a + b = -1.5 + \left(-2 \cdot 10^{-20}\right) = -1.5" in out


def test_markdown_holds_the_same_equations(gradx: Any) -> None:
    out = gradx(*STEPS, *AT, "--format", "markdown").out
    equation = r"\frac{d J}{d b} = \frac{d J}{d u} \cdot \frac{\partial u}{\partial b} = 3 \cdot c = 3 \cdot 2 = 6"
    assert rf"- $\displaystyle {equation}$" in out.splitlines()
    assert all(line.count("$") % 2 == 0 for line in out.splitlines())


def test_markdown_shows_the_signs_of_a_sentence_as_they_are(gradx: Any) -> None:
    out = gradx("explain", "relu(w*x)", "w=2", "x=0", "--format", "markdown").out
    assert r"relu has a kink at w\*x = 0" in out


def test_latex_keeps_what_is_doubtful_in_a_comment(gradx: Any) -> None:
    out = gradx("explain", "relu(w*x)", "w=2", "x=0", "--format", "latex").out
    (comment,) = [line for line in out.splitlines() if "kink" in line]
    assert comment.startswith("% dx and dv1 are not proved right")


def test_a_program_without_inputs_has_its_value_and_one_step(gradx: Any) -> None:
    answer = gradx("explain", "2+3")
    assert answer.code == 0
    assert "J = 2 + 3 = 5" in stripped(answer.out)[2]
    assert stripped(answer.out)[-1] == "dJ = 1 backprop starts here"


def test_help_shows_examples_that_work(gradx: Any) -> None:
    assert 'gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --wrt b' in re.sub(
        r"[│\s]+", " ", gradx("explain", "--help", env={"COLUMNS": "120"}).out
    )


@pytest.mark.parametrize("program", ["⅓x³ + ¼x²", "P*(J/(1 - (1 + J/100)^-n))"])
def test_coefficients_of_many_digits_and_powers_of_sums_are_no_fault(gradx_inside: Any, program: str) -> None:
    assert gradx_inside("explain", program).code == 0
    assert gradx_inside("diff", program).code == 0


def test_a_proof_along_z_goes_around_it_by_another_letter(gradx: Any) -> None:
    assert "Wherever |w − z| ≤ R, J(w) is analytic" in " ".join(
        gradx("explain", "exp(z)", "z=1", "--proof", "z").out.split()
    )
