"""Pages and single claims of homework: every verdict, the line that is blamed, and the mistake that a tutor names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gradx.errors import GradxError
from gradx.language.bindings import bind, read_binding
from gradx.language.program import read
from gradx.lessons.checking import Solved, solve
from gradx.lessons.claims.page import read_page

CASES = Path(__file__).parents[2] / "cases"
Row = dict[str, Any]


def rows(*files: str) -> list[Row]:
    return [json.loads(line) for name in files for line in (CASES / name).read_text("utf-8").splitlines()]


SETS = ("", "_more", "_fresh", "_again")
PAGES = rows(*(f"homework_pages{each}.jsonl" for each in SETS))
SINGLE = rows(*(f"homework_single{each}.jsonl" for each in SETS))


def solved(program: str, lines: list[str], point: str | Mapping[str, str] | None = None) -> Solved:
    values = dict(word.split("=") for word in point.split()) if isinstance(point, str) else point or {}
    read_program = read(program, frozenset(values))
    page = read_page(read_program, lines)
    bindings = [*page.bindings, *(read_binding(f"{name}={value}") for name, value in values.items())]
    at = bind(read_program, bindings) if bindings else None
    return solve(read_program, page.claims, bindings, at, None, page.assumptions)


@pytest.mark.sampled(20)
@pytest.mark.parametrize("row", PAGES, ids=lambda row: row["id"])
def test_a_page(row: Row) -> None:
    results = solved(row["program"], row["claims"], row["point"]).results
    for line, result in zip(row["lines"], results, strict=True):
        assert (result.status == "correct") == line["right"], line["claim"]
        assert result.blamed == (not line["right_given"]), line["claim"]
        assert result.given == ("correct" if line["right_given"] else "wrong")
        told = result.mistake and result.mistake.kind
        assert told in ([line["mistake"], *line["also_accepted"]] if line["mistake"] else [None])


@pytest.mark.sampled(20)
@pytest.mark.parametrize("row", SINGLE, ids=lambda row: row["id"])
def test_a_single_claim(row: Row) -> None:
    (result,) = solved(row["program"], [row["claim"]], row["point"]).results
    assert (result.status == "correct") == (row["status"] == "right")
    assert result.right_where == row["right_where"]
    told = result.mistake and result.mistake.kind
    assert told in ([row["mistake"], *row["also_accepted"]] if row["mistake"] else [None])


LOGISTIC = "z = w*x + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))"


@pytest.mark.parametrize(
    ("lines", "statuses"),
    [
        (["dz = a - y", "dL/dw = dL/dz*x"], "cc"),
        (["da/dz = a*(1 - a)", "∂L/∂a = -y/a + (1 - y)/(1 - a)", "dz = ∂L/∂a*da/dz  # chain rule"], "ccc"),
        (["s = a*(1 - a)", "da: (a - y)/s", "", "# next", "dz = da*s", "dw = dz x"], "ccc"),
        (["1) dz = a - y", "- dw = x*dz,"], "cc"),
        (["alpha = 0.1", "dw = x*(a - y)", "w := w - alpha*dw", "b ← b - 0.1*(a - y)"], "ccc"),
        (["dz = a - y; dw = dz*x"], "cc"),
        (["dw = xdz", "db = dz", "dz = a - y"], "ccc"),
        (["dw = x*(a - y)", "w := w - 0.1*dw", "b := b - 0.2*(a - y)"], "ccw"),
        (["dw = x*(a - y)", "w = w - 0.1*dw", "b -= 0.1*(a - y)", "x_new = x + 0.1*w*(a - y)"], "cccw"),
    ],
)
def test_lines_as_learners_write_them(lines: list[str], statuses: str) -> None:
    assert "".join(result.status[0] for result in solved(LOGISTIC, lines).results) == statuses


def test_what_follows_from_a_wrong_line_is_not_blamed_and_two_mistakes_may_cancel() -> None:
    wrong, cancels, follows = solved("a = w*x + b; J = 1/2*(a - y)^2", ["da = y - a", "dw = -x*da", "db = da"]).results
    assert (wrong.status, wrong.given, wrong.blamed) == ("wrong", "wrong", True)
    assert (cancels.status, cancels.given, cancels.blamed) == ("correct", "wrong", True)
    assert (follows.status, follows.given, follows.blamed) == ("wrong", "correct", False)
    assert not solved("a = w*x + b; J = 1/2*(a - y)^2", ["da = y - a"]).all_right


def test_an_assumption_says_where_a_claim_is_meant() -> None:
    assert not solved("abs(x)", ["dx = 1"]).all_right
    assert solved("abs(x)", ["dx = 1", "x > 0"]).all_right
    assert solved("relu(x)*relu(1 - x)", ["0 < x < 1", "dx = 1 - 2*x"]).all_right
    assert not solved("abs(x)", ["dx = 1", "x > -1"]).all_right
    assert solved("abs(x)", ["dx = 1", "sqrt(x) >= 0"]).all_right  # which has no value, and does not hold, below 0
    assert not solved("abs(x)^3", ["d2y/dx2 = 6*x"]).all_right
    assert solved("abs(x)", ["dx = 1 for x > 0", "dx = -1 (x < 0)", "dx = 1, if x > 0"]).all_right
    assert solved("abs(x)", ["dx = 1 for x > 0", "dx = -1 for x < 0"], "x=2").all_right
    assert not solved("abs(x)", ["dx = 1 for x < 0", "dx = 1 for x > 0"]).all_right
    assert solved("abs(x)^3", ["d2y/dx2 = 6*x", "x > 0"]).all_right


@pytest.mark.parametrize("point", ["x=-2", "x=0"])
def test_an_assumption_that_does_not_hold_at_the_point_is_refused(point: str) -> None:
    assert solved("abs(x)", ["dx = 1", "x > 0"], "x=2").all_right
    with pytest.raises(GradxError, match="does not hold at the values given"):
        solved("abs(x)", ["dx = 1", "x > 0"], point)


def test_the_answer_is_told_in_the_courses_words_and_as_a_step() -> None:
    da, dz = solved("z = w*x + b; a = tanh(z); J = 1/2*(a - y)^2", ["da = a - y", "dz = da*(1 - a)"]).results
    assert (da.mistake, dz.course_formula, dz.step_formula) == (None, "(a - y)*(1 - a^2)", "da*(1 - a^2)")
    assert dz.uses == ("da",)
    assert dz.mistake is not None
    assert (dz.mistake.kind, dz.mistake.repair) == ("wrong-power", "da*(1 - a^2)")


def test_a_wrong_helper_is_told_where_it_is_used_first() -> None:
    first, second = solved("r = w*x + b - y; J = r^2", ["e = w*x + b + y", "dw = 2*e*x", "db = 2*e"]).results
    assert first.mistake is not None
    assert (first.blamed, first.mistake.kind, first.mistake.place.text) == (True, "wrong-sign", "e")
    assert first.mistake.message == (
        "the helper e is wrong: with the sign of y turned it would be right: e = w*x + b - y"
    )
    assert (second.status, second.given, second.blamed, second.mistake) == ("wrong", "correct", False, None)
    lost = solved("r = w*x + b - y; J = r^2", ["e = w*x + b + y", "dw = 2*e"]).results[0]
    assert lost.mistake is None


def test_the_rate_is_one_and_positive_and_the_gradient_is_the_nodes_own() -> None:
    program = "a = w*x + b; J = 1/2*(a - y)^2"
    lines = ["dw = x*(a - y)", "db = a - y", "w := w + alpha*dw", "b := b - alpha*dw", "w := w - alpha*dw"]
    kinds = [result.mistake and result.mistake.kind for result in solved(program, lines).results]
    assert kinds == [None, None, "update-sign", "wrong-variable", None]


@pytest.mark.parametrize(
    ("program", "lines", "point"),
    [
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = da*x", "w := w - 0.1*dw"], "w=1.1 x=3 y=2.767"),
        ("a = w*x; L = (a - y)^2", ["da = 1.066", "dw = da*x", "w := w - 0.1*dw"], "w=1.1 x=3 y=2.767"),
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = 3.21"], "w=1.1 x=3 y=2.767"),
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = 1.07*3"], "w=1.1 x=3 y=2.767"),
        (
            "z = w*x + b; a = sigmoid(z); L = (a - y)^2",
            ["da = -0.24", "dz = -0.03", "dw = -0.06", "db = -0.03"],
            "w=1 x=2 b=0 y=1",
        ),
        ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", ["da = -0.24", "dz = da*a*(1 - a)"], "w=1 x=2 b=0 y=1"),
    ],
)
def test_what_is_worked_out_from_a_rounded_number_is_right(program: str, lines: list[str], point: str) -> None:
    """da = 2*(1.1*3 - 2.767) = 1.066, dw = 3*da = 3.198; sigmoid(2) = 0.880797, da = -0.238406, dz = -0.025031."""
    results = solved(program, lines, point).results
    assert [(result.status, result.given, result.blamed) for result in results] == [
        ("correct", "correct", False)
    ] * len(lines)
    assert not any(result.mistake for result in results)


@pytest.mark.parametrize("line", ["dw = 2*da*x", "dw = 3.25", "dw = 1.07*4", "dw = 3.2", "dw = 3"])
def test_a_rounded_number_above_excuses_no_more_than_its_rounding(line: str) -> None:
    """From 1.065 to 1.075, times 3: from 3.195 to 3.225."""
    _, dw = solved("a = w*x; L = (a - y)^2", ["da = 1.07", line], "w=1.1 x=3 y=2.767").results
    assert (dw.status, dw.blamed) == ("wrong", True)


@pytest.mark.parametrize("last", ["db = dw", "b := b - 0.1*dw"])
def test_a_line_that_is_right_by_chance_does_not_follow(last: str) -> None:
    dw, step, other = solved(
        "J = (w*x + b - y)^2", ["dw = 2*(w*x + b - y)", "w := w - 0.1*dw", last]
    ).results  # fmt: skip
    assert (dw.status, dw.blamed) == ("wrong", True)
    assert (step.status, step.given, step.blamed) == ("wrong", "correct", False)
    assert (other.status, other.given, other.blamed, other.mistake) == ("correct", "wrong", True, None)


def test_a_rounded_number_with_too_few_digits_is_no_mistake_of_a_kind() -> None:
    (dw,) = solved("a = w*x; L = (a - y)^2", ["dw = 3.2"], "w=1.1 x=3 y=2.767").results
    assert (dw.status, dw.mistake) == ("wrong", None)
    assert dw.reason == "it is right as far as it goes, but a rounded number needs at least 3 significant digits"


@pytest.mark.parametrize(
    ("program", "lines", "point", "message"),
    [
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = -3.21"], "w=1.1 x=3 y=2.767",
         "the sign is wrong: with what stands above, dL/dw is 3.21"),
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = 4.07"], "w=1.1 x=3 y=2.767",
         "the upstream gradient and the local slope are multiplied, not added: "
         "d/dw of a is x, 3 at w = 11/10, x = 3, y = 2.767"),
        ("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = 6.42"], "w=1.1 x=3 y=2.767",
         "a constant factor is off: 6.42 is 2 times what follows from the lines above"),
        ("u = ln(x); y = u^2*x", ["du = 2*u"], None,
         "the factor x is lost: d/du of u^2*x is 2*u*x, 2.772588722 at x = 2"),
        ("3*x^2", ["dx = 2*x"], None, "a constant factor is lost: d/dx of 3*x^2 is 6*x, 6 at x = 1"),
    ],
)  # fmt: skip
def test_every_number_and_word_of_a_mistake_is_true(
    program: str, lines: list[str], point: str | None, message: str
) -> None:
    last = solved(program, lines, point).results[-1]
    assert last.mistake is not None
    assert last.mistake.message == message


def test_no_rule_is_broken_above_what_is_taken_as_given() -> None:
    """4*1.07 is no inner derivative left out of L: from da on, L is not differentiated."""
    number = solved("a = w*x; L = (a - y)^2", ["da = 1.07", "dw = 4.28"], "w=1.1 x=3 y=2.767").results[-1]
    formula = solved("a = w*x; r = a - y; L = r^2", ["dr = 2*r", "da = 2*dr"]).results[-1]
    assert (number.blamed, number.mistake) == (True, None)
    assert formula.mistake is not None
    assert formula.mistake.kind == "constant-factor"


@pytest.mark.parametrize(
    ("program", "lines", "point", "statuses"),
    [
        (LOGISTIC, ["dz = (y - a)*1 = y - a", "dw = dz*x = (a - y)*x"], None, "wffc"),
        (LOGISTIC, ["dL/dw = dL/dz*dz/dw = (a - y)*x", "dL/db = dL/dz = (y - a)"], None, "cccw"),
        ("u = b*c; J = 3*u", ["db = 3*c = 3*2 = 6", "b := b - 0.1*db = 2.4"], "b=3 c=2", "ccccc"),
        ("u = b*c; J = 3*u", ["db = 3*c = 3*2 = 5"], "b=3 c=2", "ccw"),
        ("y = x^3", ["y' = dy/dx = 3*x^2 = 3*x*x"], None, "ccc"),
        ("x^3", ["y' = dy/dx = 3*x^2 = 12 when x = 2"], None, "cc"),
        ("x^3", ["dx = d/dx(x^3) = 3x^2"], None, "c"),
    ],
)
def test_each_equality_of_a_chained_line_is_judged(
    program: str, lines: list[str], point: str | None, statuses: str
) -> None:
    found = solved(program, lines, point).results
    told = ["w" if line.blamed else "c" if line.status == "correct" else "f" for line in found]
    assert "".join(told) == statuses


def test_a_derivative_that_no_line_claims_is_what_it_is_and_partial_in_a_sum_over_several() -> None:
    program = "e1 = exp(z1); e2 = exp(z2); s = e1 + e2; p = e1/s; L = -log(p)"
    right = ["dL/de1 = dL/dp*dp/de1 + dL/ds*ds/de1", "dz1 = dL/dp*dp/dz1"]
    assert solved(program, right).all_right
    assert not solved(program, ["dL/de1 = dL/dp*dp/de1 - dL/ds*ds/de1"]).all_right
    kept = solved(program, ["dp = -1/p", "dp/de1 = 1/s", "ds = -dp*e1/s^2", "de1 = dp*dp/de1 + ds"]).results
    assert [line.blamed for line in kept] == [False, True, False, False]


@pytest.mark.parametrize(
    ("program", "line", "message"),
    [
        ("x^2", "dx = dz*2", "no claim dz stands above"),
        ("u = x^2; J = u^2", "dx = du*2*x", "no claim du stands above"),
        ("w*x", "dq = 3", "the program has no node q"),
        ("x^2", "dx = d/dx(x^2)", "that asks for a derivative, and says nothing about it"),
    ],
)
def test_what_a_line_lacks_is_said(program: str, line: str, message: str) -> None:
    with pytest.raises(GradxError) as caught:
        solved(program, [line])
    assert caught.value.problem.message == message


@pytest.mark.parametrize(
    "page",
    [
        "# Homework\n\nMy solution:\n\n- `dz = a - y`\n- **dw** = dz*x\n- $db = dz$\n> dx = w*dz",
        "```\ndz = a - y\ndw = dz*x\ndb = dz\ndx = dz*w\n```",
        "\\begin{align*}\n\\frac{\\partial L}{\\partial z} &= a - y \\\\\n"
        "\\frac{\\partial L}{\\partial w} &= \\frac{\\partial L}{\\partial z} \\cdot x = (a - y)x \\\\[2pt]\n"
        "\\end{align*}",
        "1. dz = a - y\n2. dw = dz*x, db = dz\n\n$$\n\\frac{\\partial L}{\\partial x} = w(a - y)\n$$",
    ],
)
def test_a_block_of_markdown_or_latex_is_a_page(page: str) -> None:
    found = solved(LOGISTIC, page.splitlines())
    assert found.all_right
    assert len(found.results) >= 3


def test_an_arrow_of_two_characters_is_an_update() -> None:
    lines = ["dw = x*(a - y)", "w <- w - 0.1*dw"]
    assert solved("a = w*x + b; J = 1/2*(a - y)^2", lines).all_right


@pytest.mark.parametrize(
    ("program", "lines", "given"),
    [
        ("u = 2*x + 1; y = u^3", ["du/dx = 2*x", "dy/du = 3*u^2", "dy/dx = 6*x*u^2"], [False, True, True]),
        ("u = 2*x + 1; y = u^3", ["du/dx = 2*x", "dy/du = 3*u^3", "dy/dx = 6*x*u^3"], [False, False, True]),
        ("u = 2*x + 1; y = u^3", ["du/dx = 2*x", "dy/dx = 6*u^3"], [False, False]),
        ("n = x^2; d = x + 1; g = n/d", ["dn/dx = x", "dd/dx = 1", "dg/dx = (x*d - n)/d^2"], [False, True, True]),
        ("n = x^2; d = x + 1; g = n/d", ["dn/dx = x", "dd/dx = 1", "dg/dx = (x*d + n)/d^2"], [False, True, False]),
    ],
)
def test_a_slope_that_is_wrong_is_gone_on_from_without_its_name(
    program: str, lines: list[str], given: list[bool]
) -> None:
    assert [result.given == "correct" for result in solved(program, lines).results] == given


@pytest.mark.parametrize("line", ["ln x", "sin x", "exp(x)"])
def test_a_formula_alone_is_no_remark(line: str) -> None:
    with pytest.raises(GradxError):
        solved("1/x", [line])


@pytest.mark.parametrize(
    ("program", "line", "reason"),
    [
        ("x^2", "dx = 2*sqrt(x)^2", "it has a value only where x > 0"),
        ("cbrt(x)", "dx = 1/3*x^(-2/3)", "it has a value only where x > 0"),
        ("x*y", "dx = x*y/x", None),
        ("sqrt(x)", "dx = sqrt(x)/(2*x)", None),
        ("(x - 1)^2", "dx = 2*(x - 1)^2/(x - 1)", None),
    ],
)
def test_a_right_claim_without_a_value_on_a_part_of_the_domain_says_so(
    program: str, line: str, reason: str | None
) -> None:
    (result,) = solved(program, [line]).results
    assert (result.status, result.reason) == ("correct", reason)


def test_pi_is_no_node() -> None:
    with pytest.raises(GradxError, match="no node pi"):
        solved("pi^2", ["dpi = 2*pi"])


def test_assumptions_that_nothing_fulfils_are_why_a_claim_is_undecided() -> None:
    (result,) = solved("x^2", ["dx = 3*x", "x > 5", "x < 3"]).results
    assert (result.status, result.reason) == (
        "undecided",
        "no point was found at which everything that is assumed holds",
    )


def test_what_is_asked_for_alone_is_told_to_say_what_it_is() -> None:
    with pytest.raises(GradxError) as raised:
        solved("x^2", ["dx"])
    assert raised.value.problem.hint == 'a claim says what it is: dx="…"'


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("x^2", "dx = 2*x + floor(abs(x)/1000)"),
        ("x^2", "dx = 2*x + where(x == 0, 1, 0)"),
        ("x^2", "dx = 2*x + where(x == 2, 1, 0)"),
        ("x^2", "dx = 2*x + 1 - sign(x)^2"),
        ("x*y", "dx = y + where(x == y, 1, 0)"),
        ("x*y", "dx = y + where(x + y == 3, 1, 0)"),
        ("x*y", "dx = y + 1 - sign(x - y)^2"),
        ("log(x)", "dx = 1/x + where(x == 3, 1, 0)"),
        ("abs(x)", "dx = sign(x) + 1 - sign(x - 4)^2"),
        ("max(x, y)", "dx = where(x > y, 1, 0) + where(x - floor(x) == 0, 1, 0)"),
    ],
)
def test_a_claim_that_is_wrong_on_a_step_or_at_a_point_alone_is_refuted(program: str, line: str) -> None:
    (result,) = solved(program, [line]).results
    assert result.status == "wrong"


@pytest.mark.parametrize(
    ("program", "line"), [("abs(x)", "dx = sign(x)"), ("x*abs(x)", "dx = 2*x*sign(x)"), ("relu(x)^2", "dx = 2*relu(x)")]
)
def test_a_claim_that_jumps_where_the_program_bends_is_right(program: str, line: str) -> None:
    (result,) = solved(program, [line]).results
    assert result.status == "correct"


def test_what_a_helper_lacks_is_told_once_as_its_own() -> None:
    first, second, third = solved("J = (x*y + z)^2", ["s = x*y", "dx = 2*s*y", "dy = 2*s*x", "dz = 2*s"]).results
    assert first.mistake is not None
    assert first.mistake.message.endswith("it would be right: s = x*y + z")
    assert (first.blamed, second.blamed, third.blamed) == (True, False, False)


@pytest.mark.parametrize(
    ("program", "claim", "meant"),
    [
        ("a = relu(z); J = a^2", "dz = 2*a*(z>0)", 'dz="2*a*where(z > 0, 1, 0)"'),
        ("relu(z)", "dz = (z>0)", 'dz="where(z > 0, 1, 0)"'),
    ],
)
def test_a_comparison_that_multiplies_or_is_all_there_is_is_no_condition(program: str, claim: str, meant: str) -> None:
    with pytest.raises(GradxError) as raised:
        solved(program, [claim])
    assert meant in (raised.value.problem.hint or "")


@pytest.mark.parametrize(
    ("line", "status"), [("dy = 3", "correct"), ("dy = 2", "wrong"), ("dy = x", "wrong"), ("dx = 0", "undecided")]
)
def test_a_number_on_a_step_that_is_decided_at_the_decimals_as_typed_is_judged(line: str, status: str) -> None:
    (result,) = solved("floor(x*10)*y", [line], "x=0.3 y=2").results
    assert result.status == status
