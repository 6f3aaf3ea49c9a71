"""gradx check as a user runs it: what it says, in words and in JSON, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

SLIDE = "z1 = w1*x + b1; a1 = relu(z1); z2 = w2*a1 + b2; a2 = relu(z2); J = 1/2*(a2 - y)^2"
SLIDE_POINT = ("x=1", "y=5", "w1=2", "b1=0", "w2=3", "b2=1")
HOMEWORK = """\
# week 3
sin(3*x + 1)             | dx = cos(3*x + 1)
z = w*x + b; a = tanh(z) | dz = 1 - a^2  dw = x*(1 - a^2)   # both right
x*y                      | dx = y, dy = x; dJ/dx = y + 0 | x = 0.5, y = 1/3
w^2                      | dw = 6                        | w = 3

abs(x)                   | dx = 0                        | x = 0
"""


def claims(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out)["claims"]
    return found


def test_a_wrong_claim_gets_its_number_its_mistake_and_the_right_one(gradx_inside: Run) -> None:
    answer = gradx_inside("check", "sin(3*x + 1)", "dx=cos(3*x + 1)")
    assert answer.code == 1
    assert answer.err == ""
    assert answer.out.splitlines() == [
        "",
        "  ✗ dx = cos(3*x + 1) is wrong: at x = 0 it is 0.5403023059, the derivative is 1.620906918",
        "    the inner derivative is missing: d/dx of 3*x + 1 is 3",
        "      sin(3*x + 1)",
        "          ^^^^^^^",
        "    dx = 3*cos(3*x + 1)",
    ]


def test_right_claims_are_proved(gradx_inside: Run) -> None:
    answer = gradx_inside("check", "z = w*x + b; a = tanh(z)", "dz=1 - a^2", "dw=x*(1 - a^2)")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "",
        "  ✓ dz = 1 - a^2       proved by SymPy",
        "  ✓ dw = x*(1 - a^2)   proved by SymPy",
    ]


def test_without_sympy_numbers_decide(gradx: Run) -> None:
    answer = gradx("check", "x^3", "dx=3*x^2", "--no-symbolic")
    assert (answer.code, answer.out.splitlines()[1]) == (0, "  ✓ dx = 3*x^2   equal at 20 points")
    assert "none of the usual mistakes" in gradx("check", "x^2", "dx=x^7 + 1", "--no-symbolic").out


def test_in_a_large_program_a_wrong_claim_is_refuted_and_the_mistake_not_looked_for(gradx: Run, tmp_path: Path) -> None:
    terms, file = 2_500, tmp_path / "long.txt"
    file.write_text("x" + " + x" * terms, encoding="utf-8")
    answer = gradx("check", "--file", str(file), f"dx={terms}", "x=1", "--no-symbolic", "--json")
    (found,) = claims(answer.out)
    assert (answer.code, found["status"], found["mistake"]) == (1, "wrong", None)
    assert found["counterexample"]["actual"] == terms + 1
    assert "not looked for" in found["reason"]
    assert "none of the usual mistakes" not in gradx("check", "--file", str(file), f"dx={terms}", "--no-symbolic").out


def test_the_slide_that_takes_one_weight_for_another(gradx_inside: Run) -> None:
    answer = gradx_inside("check", SLIDE, "dw2=6", *SLIDE_POINT, "--json")
    (found,) = claims(answer.out)
    assert answer.code == 1
    assert (found["status"], found["mistake"]["kind"]) == ("wrong", "wrong-variable")
    assert found["counterexample"] == {
        "point": {"x": 1.0, "y": 5.0, "w1": 2.0, "b1": 0.0, "w2": 3.0, "b2": 1.0},
        "claimed": 6.0,
        "actual": 4.0,
    }
    assert "dJ/dw1" in found["mistake"]["message"]
    assert "dJ/db1" in found["mistake"]["message"]
    assert "dJ/dw2 is 4" in found["mistake"]["message"]


def test_the_object(gradx_inside: Run) -> None:
    answer = gradx_inside("check", "3*(a + b*c)", "db=3*b", "da=3", "--json")
    result = json.loads(answer.out)
    wrong, right = result.pop("claims")
    assert result == {
        "schema": "gradx/1",
        "command": "check",
        "expression": "3*(a + b*c)",
        "reading": "J = 3*(a + b*c)",
        "warnings": [],
        "notes": [],
        "correct": False,
        "assumptions": [],
    }
    assert {key: wrong[key] for key in ("of", "wrt", "claim", "status", "proof", "correct_formula")} == {
        "of": "J",
        "wrt": "b",
        "claim": "3*b",
        "status": "wrong",
        "proof": None,
        "correct_formula": "3*c",
    }
    assert wrong["points"] >= 20
    assert wrong["counterexample"]["claimed"] == 3 * wrong["counterexample"]["point"]["b"]
    assert wrong["counterexample"]["actual"] == 3 * wrong["counterexample"]["point"]["c"]
    mistake = wrong["mistake"]
    assert (mistake["kind"], mistake["offset"], mistake["length"]) == ("wrong-variable", 9, 1)
    assert isinstance(mistake["also"], list)
    assert (right["status"], right["proof"], right["counterexample"], right["mistake"]) == (
        "correct",
        "symbolic",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("dz=a", "2*a*(a - y)*(1 - a)"),
        ("da=a", "2*(a - y)"),
        ("dw=a", "2*a*x*(a - y)*(1 - a)"),
        ("da/dz=a", "a*(1 - a)"),
    ],
)
@pytest.mark.parametrize("symbolic", [True, False])
def test_the_right_formula_is_the_one_that_diff_shows(
    gradx_inside: Run, claim: str, right: str, symbolic: bool
) -> None:
    options = () if symbolic else ("--no-symbolic",)
    answer = gradx_inside("check", "z = w*x + b; a = sigmoid(z); L = (a - y)^2", claim, "--json", *options)
    assert json.loads(answer.out)["claims"][0]["correct_formula"] == right


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("x^2", "dx=2*x"), 0),
        (("x^2", "dx=2*x", "dx=3*x"), 1),
        (("x^2", "dx=3*x", "--exit-zero"), 0),
        (("abs(x)", "dx=0", "x=0"), 1),
        (("u = b*c; J = 3*u", "du/db=c", "∂J/∂u=3"), 0),
        (("-x^2", "dx=-2x"), 0),
    ],
)
def test_the_exit_code(gradx: Run, words: tuple[str, ...], code: int) -> None:
    assert gradx("check", *words, "--no-symbolic").code == code


@pytest.mark.parametrize(
    ("words", "mentions"),
    [
        (("x^2",), 'dx="…"'),
        (("x^2", "2*x"), 'dx="2*x"'),
        (("x^2", "dx=2*q"), "`q`"),
        (("x^2", "dq=3*x"), "no node q"),
        (("x*y", "dx=y", "x=1"), 'gradx check "x*y" dx=y x=1 y=1'),
        (("log(x)", "dx=1/x", "x=-1"), "above 0"),
        (("x^2", "dx=2*x", "--batch", "f"), "--batch"),
        (("--batch", "no-such-file"), "cannot read"),
    ],
)
def test_what_cannot_be_used(gradx: Run, words: tuple[str, ...], mentions: str) -> None:
    answer = gradx("check", *words, "--no-symbolic")
    assert (answer.code, answer.out) == (2, "")
    assert mentions in answer.err
    assert len(answer.err.splitlines()) <= 6


def test_an_error_in_a_claim_as_json(gradx: Run) -> None:
    answer = gradx("check", "3*(a + b*c)", "db=3*bq", "--json", "--no-symbolic")
    error = json.loads(answer.err)["error"]
    assert (error["kind"], error["source"], error["offset"], error["length"]) == ("name", "claim b", 5, 2)


def test_an_unused_binding_is_a_warning(gradx: Run) -> None:
    answer = gradx("check", "x^2", "dx=2*x", "x=1", "q=2", "--no-symbolic")
    assert answer.code == 0
    assert "q is not used" in answer.err


def test_in_ascii_and_narrow_nothing_is_lost(gradx: Run) -> None:
    answer = gradx("check", "x^3", "dx=3*x^2", "dx=3*x^3", "--ascii", "--no-symbolic", env={"COLUMNS": "20"})
    assert answer.out.isascii()
    assert "ok dx = 3*x^2\n" in answer.out
    assert "x dx = 3*x^3 is wrong: at x = 2 it is 24, the derivative is 12" in " ".join(answer.out.split())
    assert max(map(len, answer.out.splitlines())) <= 20


def test_what_is_typed_is_shown_without_its_control_characters(gradx: Run) -> None:
    answer = gradx("check", "x^2", "dx=2*x\x1b[31m", "--no-symbolic")
    assert answer.code == 2
    assert "\x1b" not in answer.err


def test_a_batch(gradx: Run, tmp_path: Path) -> None:
    (tmp_path / "homework.txt").write_text(HOMEWORK, "utf-8")
    answer = gradx("check", "--batch", "homework.txt")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert [line for line in lines if line.startswith("line")] == [
        "line 2: sin(3*x + 1)",
        "line 3: z = w*x + b; a = tanh(z)",
        "line 4: x*y",
        "line 5: w^2",
        "line 7: abs(x)",
    ]
    assert sum("✓" in line for line in lines) == 6
    assert lines[-1] == "5 problems, 8 claims: 6 correct, 1 wrong, 1 undecided"


def test_a_batch_as_json_lines(gradx: Run, tmp_path: Path) -> None:
    (tmp_path / "homework.txt").write_text(HOMEWORK + "x^2 2 | dx = 1\nx^2 | dx = 2*x", "utf-8")
    answer = gradx("check", "--batch", "homework.txt", "--json", "--no-symbolic")
    assert answer.code == 2
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert [row.get("line") for row in rows] == [2, 3, 4, 5, 7, 8, 9, None]
    assert rows[5]["error"]["source"] == "program"
    assert rows[6]["correct"] is True
    assert rows[-1]["done"] is True
    assert {key: rows[-1][key] for key in ("problems", "correct", "wrong", "undecided", "unreadable")} == {
        "problems": 7,
        "correct": 7,
        "wrong": 1,
        "undecided": 1,
        "unreadable": 1,
    }
    assert answer.err == "error: 1 of 7 problems could not be read\n"


@pytest.mark.parametrize(
    ("line", "mentions"),
    [
        ("x^2", "two or three parts"),
        ("x^2 | dx = 2 | x = 1 | y", "two or three parts"),
        ("x^2 | 2*x", 'a claim is written dx="2*x"'),
        ("x^2 | ", "no claim"),
        ("x^2 | dx = 2*x | x = 0,5", "0.5"),
        ("x*y | dx = y | x = 1", "y has no value"),
        ("x^2 | dy = 1", "no node y"),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_in_its_place(gradx: Run, line: str, mentions: str) -> None:
    answer = gradx("check", "--batch", "-", "--no-symbolic", stdin=f"{line}\nx^2 | dx = 2*x\n")
    assert answer.code == 2
    assert answer.out.startswith("line 1: error: ")
    assert mentions in answer.out
    assert "✓ dx = 2*x" in answer.out


def test_a_batch_without_problems(gradx: Run) -> None:
    answer = gradx("check", "--batch", "-", stdin="# nothing yet\n")
    assert answer.code == 2
    assert "no problem" in answer.err


LEARNED = "z = w*x + b; a = tanh(z); J = 1/2*(a - y)^2"


def test_a_page_tells_the_line_that_is_wrong_from_those_that_follow(gradx_inside: Run) -> None:
    answer = gradx_inside("check", LEARNED, "da = a - y", "dz = da*(1 - a)", "dw = dz*x", "--no-symbolic")
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.splitlines() == [
        "",
        "  ✓ da = a - y   equal at 20 points",
        "  ✗ dz = da*(1 - a) is wrong: at w = 1, x = 1, b = 1, y = 1 it is -0.001294014995, the derivative is "
        "-0.00254148114",
        "    with a to the power of 2 it would be right: da*(1 - a^2)",
        "      dz = da*(1 - a)",
        "                   ^",
        "    dz = (a - y)*(1 - a^2)",
        "    from what stands above: dz = da*(1 - a^2)",
        "  → dw = dz*x follows from what stands above, and is not the derivative",
    ]


@pytest.mark.parametrize("way", ["file", "stdin", "pasted"])
def test_a_page_comes_from_a_file_from_standard_input_or_pasted(gradx: Run, tmp_path: Path, way: str) -> None:
    page = "s = 1 - a^2  # the slope\n\nda = a - y\n∂J/∂z = ∂J/∂a*s\ndw: dz*x\nw := w - 0.1*dw\n"
    file = tmp_path / "page.txt"
    file.write_text(page, encoding="utf-8")
    words = {"file": ("--claims", str(file)), "stdin": ("--claims", "-"), "pasted": (page,)}[way]
    answer = gradx("check", LEARNED, *words, "--no-symbolic", "--json", stdin=page if way == "stdin" else "")
    found = claims(answer.out)
    assert answer.code == 0
    assert [(claim["wrt"], claim["status"], claim["update"]) for claim in found] == [
        ("a", "correct", False),
        ("z", "correct", False),
        ("w", "correct", False),
        ("w", "correct", True),
    ]
    assert [claim["uses"] for claim in found] == [[], ["da"], ["dz"], ["dw"]]


def test_the_object_of_a_page(gradx_inside: Run) -> None:
    answer = gradx_inside("check", "a = w*x + b; J = 1/2*(a - y)^2", "da = y - a", "dw = -x*da", "x > 0", "--json")
    result = json.loads(answer.out)
    wrong, cancels = result["claims"]
    assert (result["correct"], result["assumptions"]) == (False, ["x > 0"])
    assert (wrong["status"], wrong["given"], wrong["blamed"]) == ("wrong", "wrong", True)
    assert (cancels["status"], cancels["given"], cancels["blamed"]) == ("correct", "wrong", True)
    assert (cancels["uses"], cancels["course_formula"], cancels["step_formula"]) == (["da"], "x*(a - y)", "da*x")
    assert cancels["mistake"]["kind"] == "wrong-sign"
    assert set(cancels["mistake"]) >= {"kind", "message", "offset", "length", "also", "repair", "second", "source"}


def test_where_a_wrong_claim_is_right_is_told_and_no_mistake(gradx_inside: Run) -> None:
    answer = gradx_inside("check", "abs(x)", "dx=1", "--json", "--no-symbolic")
    (found,) = claims(answer.out)
    assert (answer.code, found["right_where"], found["mistake"]) == (1, "x > 0", None)
    assert gradx_inside("check", "abs(x)", "dx=1", "x > 0", "--no-symbolic").code == 0


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (("dw = dq*x",), "dq"),
        (("s = q*2", "dw = s*x"), "q"),
        (("x >", "dw = 1"), "one side"),
        (("s = 2", "s = 3", "dw = s"), "meaning"),
        (("q > 0", "dw = 1"), "no node q"),
        (("dw = 1", "q := 3"), "no node q"),
    ],
)
def test_a_page_that_cannot_be_read_is_an_error_with_a_place(gradx: Run, lines: tuple[str, ...], word: str) -> None:
    answer = gradx("check", LEARNED, "\n".join(lines), "--no-symbolic")
    assert answer.code == 2
    assert word in answer.err
    assert "^" in answer.err
