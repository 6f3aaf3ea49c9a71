"""gradx eval, as somebody at a terminal or a script sees it."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

CARD = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2")
KINK = ("eval", "relu(w*x + b)", "w=1", "x=2", "b=-2", "--no-symbolic")


def test_the_table_of_the_card(gradx: Any) -> None:
    answer = gradx(*CARD)
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[1] == "  J = 3*(a + b*c) = 33"
    header = lines[3].split()
    assert header == ["node", "is", "value", "gradient", "nudged", "by", "0.001", "SymPy"]
    rows = [re.split(r" {3,}", line.strip()) for line in lines[5:11]]
    assert rows == [
        ["a", "input", "5", "da  = 3", "J → 33.003", "3", "✓", "3"],
        ["b", "input", "3", "db  = 6", "J → 33.006", "6", "✓", "3*c = 3·2 = 6"],
        ["c", "input", "2", "dc  = 9", "J → 33.009", "9", "✓", "3*b = 3·3 = 9"],
        ["v1", "b*c", "6", "dv1 = 3", "J → 33.003", "3", "✓", "3"],
        ["v2", "a + v1", "11", "dv2 = 3", "J → 33.003", "3", "✓", "3"],
        ["J", "3*v2", "33", "dJ  = 1", "J → 33.001", "1", "✓", "1"],
    ]
    proved = "all 6 gradients are proved, 5 by bounded difference quotients; SymPy agrees"
    assert lines[12:] == ["  ✓ " + proved]


def test_decimal_points_stand_under_each_other_in_every_column_of_numbers(gradx: Any) -> None:
    answer = gradx("eval", "x*y", "x=12.5", "y=-0.25", "--no-symbolic")
    rows = answer.out.splitlines()[5:8]
    assert [row.index(".", row.index("d")) for row in rows if "." in row.split("=")[1].split("J")[0]]
    value_column = [re.match(r"  \S+ +\S+ +(-?\d+\.\d+)", row) for row in rows]
    assert len({match.start(1) + match[1].index(".") for match in value_column if match}) == 1


@pytest.mark.sampled(5)
@pytest.mark.parametrize("columns", ["20", "60", "80", "120"])
@pytest.mark.parametrize("words", [CARD, (*KINK,)], ids=["card", "kink"])
def test_no_number_is_cut_and_none_drops_out_at_any_width(
    gradx_inside: Any, columns: str, words: tuple[str, ...]
) -> None:
    answer = gradx_inside(*words, env={"COLUMNS": columns})
    assert "…" not in answer.out
    expected = json.loads(gradx_inside(*words, "--json").out)
    for node in expected["nodes"]:
        assert re.search(rf"d{node['name']} += +{node['gradient']:g}\b", answer.out)
        assert f"J → {node['nudge']['output']:.10g}" in answer.out


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits_the_width(gradx_inside: Any, columns: int) -> None:
    answer = gradx_inside(*CARD, env={"COLUMNS": str(columns)})
    assert max(map(len, answer.out.splitlines())) <= columns


def test_a_kink_names_itself_its_slopes_and_the_convention(gradx: Any) -> None:
    answer = gradx(*KINK)
    assert answer.code == 1
    assert "! dw, dx, db, dv1 and dv2 are not proved right: relu has a kink at w*x + b = 0" in answer.out
    assert "dw: left slope 0, right slope 2; backprop takes relu'(0) = 0" in answer.out
    assert "✓ 1 gradient is proved" in answer.out
    assert gradx(*KINK, "--exit-zero").code == 0


def test_lost_digits_give_the_true_number(gradx: Any) -> None:
    answer = gradx("eval", "(1 - cos(x))/x^2", "x=1e-8", "--no-symbolic")
    assert answer.code == 1
    assert "exactly it is 0.5" in answer.out
    assert "-8.333333333e-10" in answer.out


def test_what_was_not_checked_is_neither_confirmed_nor_an_error(gradx: Any) -> None:
    answer = gradx(*KINK, "--checks", "none")
    assert answer.code == 0
    assert "not checked" in answer.out
    assert "✓" not in answer.out
    assert json.loads(gradx(*KINK, "--checks", "none", "--json").out)["confirmed"] is None


def test_text_is_a_sentence_a_node(gradx_inside: Any) -> None:
    lines = gradx_inside(*CARD, "--format", "text").out.splitlines()
    assert lines[0] == "J = 3*(a + b*c) = 33."
    assert lines[2] == (
        "b is an input, with value 3 and gradient db = 6. Nudged by 0.001, it moves J to 33.006: slope 6. "
        "SymPy: 3*c = 3·2 = 6. Proved."
    )
    assert len(lines) == 8


def test_csv_has_a_header_and_all_digits(gradx: Any) -> None:
    answer = gradx("eval", "x/3", "x=1", "--no-symbolic", "--format", "csv")
    assert (answer.out.count("\n"), answer.out.count("\r")) == (3, 0)
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [row["name"] for row in rows] == ["x", "J"]
    assert float(rows[0]["gradient"]) == 1 / 3
    assert rows[1]["definition"] == "x/3"


@pytest.mark.parametrize("expression", ["-x", "+x - 1", "-(x)"])
def test_no_cell_of_text_in_csv_is_a_formula_for_a_spreadsheet(gradx: Any, expression: str) -> None:
    answer = gradx("eval", expression, "x=1", "--no-symbolic", "--format", "csv")
    for row in csv.reader(io.StringIO(answer.out)):
        for cell in row:
            assert not re.match(r"[=+@\t\r]|-[^0-9]", cell)


def test_markdown_rows_have_as_many_cells_as_the_heading(gradx_inside: Any) -> None:
    lines = [line for line in gradx_inside(*CARD, "--format", "markdown").out.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {9}
    assert "| `b` | input | 3 | `db = 6` | `J → 33.006` | 6 | ✓ | `3*c = 3·2 = 6` |" in lines


def test_latex_is_one_balanced_environment(gradx: Any) -> None:
    out = gradx("eval", "a = tanh(w1)/x; J = a^2", "w1=1", "x=1e-7", "--no-symbolic", "--format", "latex").out
    assert out.startswith("% needs \\usepackage{amsmath}\n\\begin{align*}\n")
    assert out.endswith("\\end{align*}\n")
    assert out.count("{") == out.count("}")
    assert r"x &= 10^{-7} \\" in out
    assert r"\frac{\partial J}{\partial w_{1}}" in out


@pytest.mark.parametrize(
    ("program", "point", "row"),
    [
        ("(1 - cos(x))/x^2", ("x=1e-8",), r"= 0 \qquad \text{digits are lost}\text{, exactly }{0.5} \\"),
        ("relu(x)", ("x=0",), r"&= 0 \qquad \text{kink}\text{, left slope }{0}\text{, right slope }{1}"),
        ("where(x > 0, 1, y*x)", ("x=1", "y=2"), r"y &= \text{not taken}"),
        ("floor(x)", ("x=2",), r"\text{jump}"),
        ("sqrt(x)", ("x=0",), r"\infty \qquad \text{edge}\text{, right slope }{\infty}"),
    ],
)
def test_latex_says_beside_a_number_what_is_wrong_with_it(
    gradx_inside: Any, program: str, point: tuple[str, ...], row: str
) -> None:
    assert row in gradx_inside("eval", program, *point, "--no-symbolic", "--format", "latex").out


def test_latex_has_the_digits_that_are_asked_for(gradx_inside: Any) -> None:
    out = gradx_inside("eval", "x/3", "x=1", "--no-symbolic", "--format", "latex", "--digits", "30").out
    assert "J &= \\frac{x}{3} = 0.3333333333333333333333333333" in out


def test_markdown_escapes_only_what_markdown_would_read(gradx_inside: Any) -> None:
    out = gradx_inside("eval", "relu(w_1*x)", "w_1=1", "x=0", "--no-symbolic", "--format", "markdown").out
    assert "| ! kink |" in out
    assert r"relu has a kink at w\_1\*x = 0" in out
    assert "  - dw\\_1" in out or "  - dx" in out


def test_digits(gradx: Any) -> None:
    assert "0.3333 " in gradx("eval", "x/3", "x=1", "--no-symbolic", "--digits", "4").out
    assert "0.333333333333333 " in gradx("eval", "x/3", "x=1", "--no-symbolic", "--digits", "15").out


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "1000000000", "x", "", "²"])
def test_digits_are_a_whole_number(gradx_inside: Any, wrong: str) -> None:
    answer = gradx_inside("eval", "x", "x=1", "--digits", wrong)
    assert answer.code == 2
    assert "--digits" in answer.err


def test_json_is_strict_and_holds_what_is_not_finite_as_text(gradx: Any) -> None:
    answer = gradx("eval", "x*y", "x=1e308", "y=10", "--json", "--no-symbolic")
    result = json.loads(answer.out, parse_constant=pytest.fail)
    assert result["value"] == "inf"
    assert answer.code == 1


def test_the_keys_of_json(gradx_inside: Any) -> None:
    result = json.loads(gradx_inside(*CARD, "--json").out)
    assert list(result) == [
        "schema", "command", "expression", "reading", "warnings", "notes", "output", "value", "epsilon", "point",
        "value_verdict", "confirmed", "proved", "gradients", "nodes",
    ]  # fmt: skip
    assert result["schema"] == "gradx/1"
    assert result["expression"] == "3*(a+b*c)"
    assert result["reading"] == "J = 3*(a + b*c)"
    assert list(result["value_verdict"]) == ["status", "reason", "cause", "exact", "digits", "proof"]
    assert result["proved"] is True
    assert result["gradients"] == {"a": 3.0, "b": 6.0, "c": 9.0}
    b = result["nodes"][1]
    assert list(b) == ["name", "kind", "definition", "inputs", "value", "gradient", "nudge", "symbolic", "verdict"]
    assert list(b["nudge"]) == ["output", "slope", "note"]
    assert list(b["symbolic"]) == ["status", "formula", "value", "reason"]
    assert list(b["verdict"]) == ["status", "reason", "cause", "exact", "digits", "left", "right", "proof"]
    proof = b["verdict"]["proof"]
    assert list(proof) == ["method", "lower", "upper", "step", "remainder", "bits"]
    assert (proof["method"], proof["bits"]) == ("quotient", 256)
    assert Decimal("5.99999999999999") < Decimal(proof["lower"]) <= 6 <= Decimal(proof["upper"])
    assert result["nodes"][3]["inputs"] == ["b", "c"]


def test_a_branch_that_is_not_taken_has_no_numbers(gradx: Any) -> None:
    words = ("eval", "where(x > 0, x^2, log(x))", "x=3", "--no-symbolic")
    nodes = {node["definition"]: node for node in json.loads(gradx(*words, "--json").out)["nodes"]}
    assert nodes["log(x)"]["value"] is nodes["log(x)"]["gradient"] is nodes["log(x)"]["nudge"] is None
    assert re.search(r"log\(x\) +– +dv2 += +– .* not taken$", gradx(*words).out, re.MULTILINE)


def test_wrt_shows_the_inputs_that_count(gradx: Any) -> None:
    names = lambda *words: [n["name"] for n in json.loads(gradx(*CARD, "--json", "--no-symbolic", *words).out)["nodes"]]  # noqa: E731
    assert names("--wrt", "b") == ["b", "v1", "v2", "J"]
    assert names("--wrt", "c,a") == names("--wrt", "a", "--wrt", "c") == ["a", "c", "v1", "v2", "J"]
    answer = gradx(*CARD, "--wrt", "b,z")
    assert answer.code == 2
    assert answer.err.splitlines()[1:3] == ["  b,z", "    ^"]
    assert "the inputs are a, b, c" in answer.err


def test_epsilon_is_the_size_of_the_nudge(gradx: Any) -> None:
    result = json.loads(gradx("eval", "x^2", "x=3", "--eps", "1/4", "--json", "--no-symbolic").out)
    assert result["epsilon"] == 0.25
    assert result["nodes"][0]["nudge"]["output"] == 3.25**2


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "inf", "abc", "", "1e999"])
def test_epsilon_is_finite_and_above_zero(gradx_inside: Any, wrong: str) -> None:
    answer = gradx_inside("eval", "x^2", "x=3", "--eps", wrong)
    assert answer.code == 2
    assert "--eps" in answer.err.splitlines()[0]


def test_a_large_graph_is_sampled_in_the_table_and_whole_in_json(gradx: Any) -> None:
    program = " + ".join(f"x{k}^2" for k in range(300))
    bindings = [f"x{k}={k}" for k in range(300)]
    words = ("eval", "-", *bindings, "--no-symbolic", "--checks", "none")
    table = gradx(*words, stdin=program).out
    assert len(table.splitlines()) < 60
    assert "300 inputs and 599 operations" in table
    assert "--json" in table
    assert re.search(r"^ +J +v\d+ \+ v\d+ +8955050\b", table, re.MULTILINE)
    assert len(json.loads(gradx(*words, "--json", stdin=program).out)["nodes"]) == 899


def test_warnings_go_to_standard_error_or_into_json(gradx: Any) -> None:
    answer = gradx("eval", "x^2", "x=3", "y=1", "--no-symbolic")
    assert answer.code == 0
    assert answer.err == "warning: y is not used: the program has no such input\n"
    answer = gradx("eval", "x^2", "x=3", "y=1", "--no-symbolic", "--json")
    assert answer.err == ""
    assert json.loads(answer.out)["warnings"] == ["y is not used: the program has no such input"]


def test_an_output_without_inputs_has_a_value_and_a_remark(gradx: Any) -> None:
    answer = gradx("eval", "2+3", "--no-symbolic")
    assert answer.code == 0
    assert "nothing to differentiate" in answer.err
    assert re.search(r"^ +J +2 \+ 3 +5\b", answer.out, re.MULTILINE)


def test_a_long_file_that_is_mostly_comments_is_shown_to_sympy_all_the_same(gradx: Any, tmp_path: Path) -> None:
    file = tmp_path / "program.txt"
    file.write_text("# nothing\n" * 30_000 + "J = 3*(a + b*c)\n", encoding="utf-8")
    found = json.loads(gradx("eval", "--file", str(file), "a=5", "b=3", "c=2", "--json").out)
    assert [node["symbolic"]["formula"] for node in found["nodes"] if node["name"] == "b"] == ["3*c"]


@pytest.mark.parametrize(
    ("words", "told", "untrue"),
    [
        (("where(0.1 + 0.2 == x, 1, 0)*x", "x=0.3"), "where(x == 0.3, 1, 0) = 0", "0.3 == 0.3"),
        (("abs(x - 0.1 - 0.2)", "x=0.3"), "-sign(0.3 - x) = -1", "0.3 - 0.3"),
        (("sign(x - 3)*x", "x=5"), "sign(x - 3) = sign(5 - 3) = 1", None),
    ],
)
def test_numbers_are_put_into_a_formula_where_what_is_shown_gives_its_value(
    gradx: Any, words: tuple[str, ...], told: str, untrue: str | None
) -> None:
    """Of 0.1 + 0.2 the digits are not shown that make it another number than 0.3."""
    out = gradx("eval", *words).out
    assert told in out
    assert untrue is None or untrue not in out
