"""gradx eval of programs with vectors and matrices, as somebody at a terminal or a script sees it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILES = [
    Path(__file__).parents[1] / "cases" / name for name in ("vectors.json", "vectors_fresh.json", "vectors_third.json")
]
READ = [json.loads(file.read_text("utf-8")) for file in FILES]
CASES = {kind: [row for rows in READ for row in rows[kind]] for kind in ("cases", "errors")}

LAYER = ("eval", "Z = W x + b; A = relu(Z); J = sum((A - y)^2)")
POINT = ("W=[1 2; 3 -4; 0 1]", "x=[1 2]", "b=[0 1 -2]", "y=[4 0 2]")
PLANAR = (
    "X: 2 x m; Z1 = W1 X + b1; A1 = tanh(Z1); Z2 = W2 A1 + b2; A2 = sigmoid(Z2); "
    "J = -1/m*sum(Y*log(A2) + (1 - Y)*log(1 - A2))",
    *("W1=[.1 .2; -.3 .4; .5 -.6; .7 .8]", "b1=zeros(4)", "W2=[[.1,-.2,.3,-.4]]", "b2=0"),
    *("X=[1 2 3 4 5; -1 0 1 2 -2]", "Y=[[0 1 1 0 1]]"),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data files of the cases, in the folder that the command runs in."""
    import numpy as np

    folder = tmp_path / "data"
    folder.mkdir()
    for name, content in {name: content for rows in READ for name, content in rows["files"].items()}.items():
        if isinstance(content, str):
            (folder / name).write_text(content, "utf-8", newline="")
        elif isinstance(content, dict):
            np.savez(folder / name, **{member: np.array(numbers) for member, numbers in content.items()})
        else:
            np.save(folder / name, np.array(content))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
@pytest.mark.sampled(12)
def test_every_case_is_right_and_proved(gradx_inside: Any, data: Path, case: dict[str, Any]) -> None:
    answer = gradx_inside("eval", case["program"], *case["bindings"], "--json")
    found = json.loads(answer.out)
    assert found["value"] == pytest.approx(case["output_value"], rel=1e-10, abs=1e-12)
    for name, expected in case["gradients"].items():
        assert flat(found["gradients"][name]) == pytest.approx(flat(expected), rel=1e-9, abs=1e-11)
    assert "disagree" not in {each["verdict"]["status"] for each in (*found["nodes"], *found["bundles"])}
    shapes = {each["name"]: each["shape"] for each in found["bundles"]}
    assert {name: shapes.get(name, [1, 1]) for name in case["shapes"]} == case["shapes"]


@pytest.mark.parametrize("case", CASES["errors"], ids=lambda case: case["id"])
@pytest.mark.sampled(8)
def test_every_error_says_what_and_where(gradx_inside: Any, data: Path, case: dict[str, Any]) -> None:
    answer = gradx_inside("eval", case["program"], *case["bindings"], "--json")
    assert (answer.code, answer.out) == (2, "")
    error = json.loads(answer.err)["error"]
    said = f"{error['message']} {error['hint']}"
    assert all(text in said for text in case["error"]), said
    assert error["source"] == case["source"]
    shown = gradx_inside("eval", case["program"], *case["bindings"]).err.splitlines()
    assert len(shown) <= 6
    assert shown[2].count("^") == len(case["caret"])


def flat(numbers: Any) -> list[float]:
    return [x for part in numbers for x in flat(part)] if isinstance(numbers, list) else [numbers]


def test_how_many_inputs_were_nudged_is_said_where_not_all_were(gradx_inside: Any) -> None:
    """Z = W X of 30·30·30 products: the nudges end before the inputs do."""
    said = gradx_inside("eval", "sum((W X)^2)", "W=ones(30,30)", "X=ones(30,30)", "--no-symbolic").out
    assert re.search(
        r"nudged by 0.001, (the one|each of the [0-9]+) tried of 1800 inputs moves J", " ".join(said.split())
    )


def test_the_folded_table_has_a_row_a_bundle_and_counts_entries(gradx: Any) -> None:
    answer = gradx(*LAYER, *POINT)
    lines = answer.out.splitlines()
    assert answer.code == 1
    assert lines[1] == "  Z = W x + b; A = relu(Z); J = sum((A - y)^2) = 5"
    assert re.split(r" {2,}", lines[5].strip()) == ["W", "input", "⎡ 1", "2", "⎤", "⎡ 2", "4", "⎤", "! kink 2/6"]
    assert lines[6].split()[0] == "3x2"
    assert any(re.search(r"x +input +\[1 2\] +\[2 4\] +! kink 1/2", line) for line in lines)
    assert "  ! dW[3,1], dW[3,2], dx[2], db[3], dv1[3] and dZ[3] are not proved right" in answer.out
    assert "farthest off is W[3,2]: slope -7.996, dW[3,2] = 0" in answer.out


@pytest.mark.parametrize("columns", ["40", "60", "80", "120"])
def test_no_line_of_the_table_is_wider_than_the_terminal(gradx_inside: Any, columns: str) -> None:
    lines = gradx_inside("eval", *PLANAR, env={"COLUMNS": columns}).out.splitlines()
    assert max(map(len, lines)) <= int(columns) or columns == "40"


def test_above_twelve_rows_operations_without_a_name_are_folded_until_somebody_asks(gradx: Any) -> None:
    folded, unfolded = gradx("eval", *PLANAR), gradx("eval", *PLANAR, "--unfold")
    assert "10 operations without a name are folded into these rows" in folded.out
    assert not re.search(r"^ +v1 ", folded.out, re.MULTILINE)
    assert "W1 X + b1" in folded.out
    assert re.search(r"^ +v1 +W1 X", unfolded.out, re.MULTILINE)


def test_csv_has_an_entry_a_row(gradx: Any) -> None:
    rows = list(
        csv.DictReader(io.StringIO(gradx("eval", "sum(W x)", "W=[1 2; 3 4]", "x=[1 1]", "--format", "csv").out))
    )
    assert [(row["bundle"], row["row"], row["column"], row["gradient"]) for row in rows[:4]] == [
        ("W", "1", "1", "1.0"), ("W", "1", "2", "1.0"), ("W", "2", "1", "1.0"), ("W", "2", "2", "1.0"),
    ]  # fmt: skip


def test_latex_has_matrices(gradx: Any) -> None:
    said = gradx("eval", "sum(W x)", "W=[1 2; 3 4]", "x=[1 1]", "--format", "latex").out
    assert r"W &= \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}" in said


@pytest.mark.parametrize("name", ["text", "markdown", "html", "latex", "json", "csv", "table"])
def test_every_format_has_the_page(gradx_inside: Any, name: str) -> None:
    answer = gradx_inside(*LAYER, *POINT, "--format", name)
    assert (answer.code, "Traceback" in answer.err) == (1, False)
    assert answer.out


def test_export_writes_a_function_of_arrays_that_checks_itself(gradx: Any, tmp_path: Path) -> None:
    program = tmp_path / "layer.py"
    answer = gradx("export", *LAYER[1:], *POINT, "--to", "numpy", "--output", str(program))
    assert answer.code == 0
    told = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "15 numbers are those of gradx\n")


@pytest.mark.parametrize("target", ["python", "c", "javascript"])
def test_languages_without_arrays_take_entries(gradx_inside: Any, target: str) -> None:
    assert "W_1_2" in gradx_inside("export", "sum(W x)", "W=[1 2; 3 4]", "x=[1 2]", "--to", target).out


def test_export_refuses_an_array_form_that_a_tie_makes_wrong(gradx_inside: Any) -> None:
    answer = gradx_inside("export", "max(x)", "x=[1 2 2]", "--to", "numpy")
    assert (answer.code, answer.out) == (2, "")
    assert "entries tie" in answer.err
    assert "--to python" in answer.err


def test_diff_shows_the_matrix_form_and_the_numbers_of_what_is_asked_for(gradx_inside: Any) -> None:
    lines = gradx_inside("diff", *LAYER[1:], *POINT, "--wrt", "x,b").out.splitlines()
    assert "    dx = W^T dZ = [2 4]" in lines
    assert "    db = dZ     = [2 0 0]" in lines
    assert not any(line.lstrip().startswith("dW ") for line in lines)
    assert "    dZ = where(Z > 0, dA, 0) = [2 0 0]" in lines


@pytest.mark.parametrize(
    "option", [["--order", "2"], ["--by", "x"], ["--implicit", "x"], ["--taylor", "2"], ["--steps"]]
)
def test_diff_of_bundles_refuses_what_is_for_numbers(gradx_inside: Any, option: list[str]) -> None:
    answer = gradx_inside("diff", "sum(x^2)", "x=[1 2]", *option)
    assert (answer.code, answer.out) == (2, "")
    assert f"{option[0]} is for programs of numbers" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sum(x)", "x=[1", "2", "3]"), '"x=[1 2 3]"'),
        (("sum(X^2)", "X=@none.csv"), "none.csv"),
        (("sum(X^2)", "X=@data/houses.csv:garden"), "size, rooms, price"),
        (("sum(X^2)", "X=@data/houses.pdf"), ".csv"),
        (("sum(X^2)", "X=@data/bad.csv"), 'data/bad.csv, line 3, column 2 (y): "NA" where a finite number is needed'),
        (("sum(x)", "x=[1 2]", "x=[2 3]"), "two values"),
    ],
)
def test_what_is_wrong_with_a_value(gradx_inside: Any, data: Path, words: tuple[str, ...], said: str) -> None:
    answer = gradx_inside("eval", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_columns_of_a_file(gradx_inside: Any, data: Path) -> None:
    words = ("sum(X x)", "X=@data/houses.csv:size,2", "x=@data/houses.csv:price")
    answer = gradx_inside("eval", *words, "--json")
    assert "4x2" in answer.err + answer.out or json.loads(answer.err)["error"]["kind"] == "shape"
    assert json.loads(gradx_inside("eval", "sum(X)", words[1], "--json").out)["point"]["X"][0] == [2.104, 5.0]


def test_a_nudge_and_a_plot_take_an_entry(gradx_inside: Any) -> None:
    said = gradx_inside("nudge", LAYER[1], "W[1,2]", *POINT).out
    assert "so dJ/dW[1,2] ≈ 4.004" in said
    assert "#" not in said
    assert "dJ/dx[2]" in gradx_inside("nudge", LAYER[1], "x2", *POINT).out
    whole = gradx_inside("nudge", LAYER[1], "W", *POINT)
    assert (whole.code, "name one of its entries: W[1,1]" in whole.err) == (2, True)
    curve = json.loads(
        gradx_inside("plot", "sum(x^2)", "--over", "x[1]=0..2", "x=[1 2]", "--points", "9", "--json").out
    )
    assert curve["derivative"][0] == pytest.approx(0)
    assert curve["derivative"][-1] == pytest.approx(4)


def test_cost_counts_scalar_nodes(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("cost", "sum(W x)", "W=[1 2; 3 4]", "x=[1 1]", "--json").out)
    assert (found["nodes"], found["parameters"]) == (7, 6)


def test_explain_goes_back_from_the_output_in_formulas(gradx: Any) -> None:
    lines = [line.strip() for line in gradx("explain", LAYER[1], *POINT).out.splitlines()]
    assert [re.sub(" +", " ", line) for line in lines[4:7]] == ["⎡ 1 2 ⎤", "W = ⎢ 3 -4 ⎥", "⎣ 0 1 ⎦"]
    text = re.sub(" +", " ", "\n".join(lines))
    assert "A = relu(Z) = [5 0 0]" in text
    assert "dA = 2*(A - y) = [2 0 -4]" in text
    assert "dZ = where(Z > 0, dA, 0) = [2 0 0]" in text
    assert "dW[1,2] = dZ[1]·x[2] = 2·2 = 4" in text
    assert "dy = -2*(A - y) = [-2 0 4]" in text
    assert "! dW: kink in 2 of 6 entries" in text
    assert text.index("dA =") < text.index("dZ =") < text.index("dW =")


@pytest.mark.parametrize("name", ["text", "markdown", "html", "latex", "json", "csv"])
def test_explain_has_every_format(gradx_inside: Any, name: str) -> None:
    answer = gradx_inside("explain", LAYER[1], *POINT, "--format", name)
    assert (answer.code, answer.err) == (0, "")
    assert "dZ" in answer.out or "bmatrix" in answer.out


def test_only_shows_the_groups_that_are_asked_for(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("eval", LAYER[1], *POINT, "--only", "W,Z", "--json").out)
    assert [each["name"] for each in found["bundles"]] == ["W", "Z"]
    assert found["bundles"][0]["matrix_form"][0]["named"] == "dZ x^T"
    wrong = gradx_inside("eval", LAYER[1], *POINT, "--only", "Q")
    assert (wrong.code, "--only names 'Q'" in wrong.err) == (2, True)


def test_wrt_names_bundles(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("eval", "sum(W x)", "W=[1 2; 3 4]", "x=[1 1]", "--wrt", "W", "--json").out)
    assert list(found["gradients"]) == ["W"]
    assert found["bundles"][0]["matrix_form"][0]["formula"] == "dv1 x^T"


def test_a_descent_moves_whole_bundles_and_holds_the_data(gradx_inside: Any) -> None:
    words = ("descend", "sum((X w - y)^2)", "X=[1 0; 0 2]", "w=[0 0]", "y=[1 2]", "--rate", "0.1", "--steps", "400")
    *steps, last = map(json.loads, gradx_inside(*words, "--json").out.splitlines())
    assert steps[0]["gradient"] == {"w": [-2.0, -8.0]}
    assert last["held"] == ["X", "y"]
    assert last["point"]["w"] == pytest.approx([1, 1], abs=1e-6)
    page = gradx_inside(*words).out
    assert "minimise over w, rate 0.1" in page
    assert "largest |dw|" in page
    assert "w = [1 1]" in page


def test_a_program_without_bundles_loads_nothing_of_them() -> None:
    script = (
        "import sys; from gradx_cli import app\n"
        "sys.argv = ['gradx', 'eval', '3*(a+b*c)', 'a=5', 'b=3', 'c=2', '--no-symbolic', '--format', 'csv']\n"
        "try:\n    app.main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if 'bundle' in name])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_graph_has_a_box_for_every_bundle(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("graph", LAYER[1], *POINT, "--json").out)
    nodes = {node["name"]: node for node in found["nodes"]}
    assert list(nodes) == ["W", "x", "b", "y", "v1", "Z", "A", "v2", "v3", "J"]
    assert (nodes["W"]["shape"], nodes["W"]["gradient"]) == ([3, 2], [2, 4, 0, 0, 0, 0])
    assert found["point"]["W"] == [[1, 2], [3, -4], [0, 1]]
    edges = {(edge["from"], edge["to"]): (edge["target"], edge["formula"]) for edge in found["edges"]}
    assert edges["W", "v1"] == ("dW", "dv1 x^T")
    assert edges["Z", "A"] == ("dZ", "where(Z > 0, dA, 0)")
    assert len(edges) == 9


def test_a_bundle_in_a_drawing_has_its_shape_and_all_of_its_entries(gradx_inside: Any) -> None:
    drawn = gradx_inside("graph", LAYER[1], *POINT, "--ascii").out
    for line in (
        "W 3x2",
        "= [ 1   2  ]",
        "[ 3  -4  ]",
        "<- dW = [ 2  4  ]",
        "Z 3x1 = v1 + b = [5 -4 0]",
        "<- dZ = [2 0 0]",
    ):
        assert line in drawn
    assert "#9" not in drawn


def test_a_large_graph_is_drawn_in_the_names_of_the_program(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("graph", *PLANAR, "--json").out)
    assert " ".join(node["name"] for node in found["nodes"]) == "W1 X b1 W2 b2 Y Z1 A1 Z2 A2 J"
    edges = {(edge["from"], edge["to"]): edge["formula"] for edge in found["edges"]}
    assert edges["W1", "Z1"] == "dZ1 X^T"
    assert edges["b1", "Z1"] == "sum(dZ1, axis=1)"
    assert {to for _, to in edges if to == "J"} == {"J"}


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_graph_of_bundles_stays_within_the_terminal(gradx: Any, columns: int) -> None:
    drawn = gradx("graph", *PLANAR, env={"COLUMNS": str(columns)}).out
    assert max(map(len, drawn.splitlines())) <= columns


def test_backprop_stops_at_a_bundle(gradx_inside: Any) -> None:
    found = json.loads(gradx_inside("graph", LAYER[1], *POINT, "--step", "2", "--json").out)
    nodes = {node["name"]: node for node in found["nodes"]}
    assert (found["active"], nodes["v3"]["gradient"], nodes["W"]["gradient"]) == ("v3", [1, 1, 1], None)
    said = gradx_inside("graph", LAYER[1], *POINT, "--step", "2").out
    assert "step 2 of 10: backprop is at v3, dv3 = [1 1 1]; next is v2" in said
    assert "dW" not in said.replace("dW is dJ/dW", "")


@pytest.mark.parametrize("ending", [".svg", ".dot", ".mmd", ".txt"])
def test_a_graph_of_bundles_as_a_file(gradx_inside: Any, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"graph{ending}"
    assert gradx_inside("graph", LAYER[1], *POINT, "--output", str(file)).code == 0
    text = file.read_text("utf-8")
    assert "3x2" in text
    assert "dv1 x^T" in text or ending == ".txt"


@pytest.mark.parametrize("name", ["text", "markdown", "html", "latex", "json", "csv"])
def test_a_graph_of_bundles_has_every_format(gradx_inside: Any, name: str) -> None:
    answer = gradx_inside("graph", LAYER[1], *POINT, "--format", name)
    assert (answer.code, answer.err) == (0, "")
    assert "W" in answer.out


def test_a_recurrence_is_drawn_without_a_circle(gradx_inside: Any) -> None:
    drawn = gradx_inside("graph", "@rnn")
    assert (drawn.code, drawn.err) == (0, "")
    assert "v1 reads what h was before, which has no wire" in drawn.out
    edges = json.loads(gradx_inside("graph", "@rnn", "--json").out)["edges"]
    assert {(edge["from"], edge["to"]) for edge in edges} >= {("h", "v1"), ("h0", "v1"), ("u", "v1"), ("v3", "h")}


def test_no_reason_names_a_node_that_is_not_shown(gradx_inside: Any) -> None:
    """exp(-1000 - 1000) is 0 in float64, and log(0) is none: log softmax(z)[3] = -2000."""
    for options in ((), ("--json",), ("--format", "text"), ("--unfold",)):
        said = gradx_inside("eval", "log(softmax(z)[3])", "z=[1000 0 -1000]", *options).out
        assert "float64 takes exp(z[3] - logsumexp(z[1], z[2], z[3])) for 0" in said
        assert "#" not in said
    said = gradx_inside("eval", "log(softmax(z)[5])", "z=[1000 0 7 8 -1000]").out
    assert "float64 takes v1[5] for 0" in said
    assert "#" not in said


def test_what_a_power_may_mean_is_said_with_its_brackets(gradx_inside: Any) -> None:
    said = gradx_inside("eval", "sum((A - B)^2)", "A=[1 2; 3 4]", "B=[0 0; 0 1]").err
    assert "(A - B)^2 goes entry by entry; the matrix power is (A - B) @ (A - B)" in said


def test_explain_sets_formulas_and_matrices_in_latex(gradx_inside: Any) -> None:
    found = gradx_inside("explain", "@batch", "--format", "latex").out
    assert r"z &= X w + b = \begin{bmatrix} 0.1 \\ -0.525 \\ 0.85 \end{bmatrix}" in found
    gradient = r"\frac{\partial J}{\partial w} &= X^{\top} \frac{\partial J}{\partial z}"
    assert f"{gradient} = " + r"\begin{bmatrix} -0.33214 \\ -0.0551113 \end{bmatrix}" in found
    assert r"-\operatorname{mean}(y \odot \operatorname{log}(a) + (1 - y) \odot \operatorname{log}(1 - a))" in found
    assert r"S &= Q K^{\top}/\operatorname{sqrt}(2)" in gradx_inside("explain", "@attention", "--format", "latex").out


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_explain_keeps_a_matrix_whole_at_every_width(gradx: Any, columns: int) -> None:
    page = gradx("explain", "@planar", env={"COLUMNS": str(columns)}).out
    assert max(map(len, page.splitlines())) <= columns
    assert page.count("⎡") == page.count("⎤") == page.count("⎣") == (7 if columns == 60 else 8)
    rows = [line[line.index("⎢") : line.index("⎥")] for line in page.splitlines() if "⎢" in line]
    assert [len(row.split()) - 1 for row in rows] == [2, 4, 4, 4, 4, 2]
    assert "dW1 = dZ1 X^T" in re.sub(" +", " ", page)


def test_explain_writes_out_an_entry_of_the_first_product_from_either_side(gradx_inside: Any) -> None:
    """Z = W x + b with W = [1 2; 3 4; 5 6], x = [1 -1], J = 1/2 ‖Z‖²: dZ = Z, dW = Z x^T, dx = W^T Z, by hand."""
    words = ("J = 1/2*sum(Z^2)", "W=[1 2; 3 4; 5 6]", "x=[1 -1]")
    text = re.sub(" +", " ", gradx_inside("explain", f"Z = W x; {words[0]}", *words[1:]).out)
    assert "dW[1,2] = dZ[1]·x[2] = -1·(-1) = 1" in text
    assert "dx[1] = W[1,1]·dZ[1] + … + W[3,1]·dZ[3] = 1·(-1) + … + 5·(-1) = -9" in text
    text = re.sub(" +", " ", gradx_inside("explain", "Z = X w; J = sum(Z)", "X=[1 2; 3 4]", "w=[5 6]").out)
    assert "dw[1] = X[1,1]·dZ[1] + X[2,1]·dZ[2] = 1·1 + 3·1 = 4" in text


def test_a_nudge_is_followed_through_the_names_of_a_long_program(gradx_inside: Any) -> None:
    said = gradx_inside("nudge", "@planar", "W1[1,2]").out
    nodes = re.findall(r"^  (\w+)(?:\[[0-9,]+\])? ", said, re.MULTILINE)
    assert list(dict.fromkeys(nodes))[:6] == ["W1", "Z1", "A1", "Z2", "A2", "J"]
    assert re.search(r"[0-9]+ nodes moved, 18 of them are shown; --json gives all", said)
    assert len(json.loads(gradx_inside("nudge", "@planar", "W1[1,2]", "--json").out)["moved"]) > 18
