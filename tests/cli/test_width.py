"""The table of `eval` at every width: a table down to 50 columns, and no number cut."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence

import pytest
from conftest import Run

from gradx.lessons.examples import EXAMPLES
from gradx_cli.blocks import Column, Part, Table
from gradx_cli.layout.tables import table_lines
from gradx_cli.terminal import Terminal

NAMES = ["@" + example.name for example in EXAMPLES if "[" not in example.bindings]
BUNDLES = ["@" + example.name for example in EXAMPLES if "[" in example.bindings]

BROAD = (
    "max(x1, x2, x3)*where(abs(x1 - x2) < 1e-3, exp(x1*x2), 12345.678*x3)", "x1=1", "x2=-2e-5", "x3=123456.7891",
)  # fmt: skip


def lines(gradx: Run, columns: int, *words: str) -> list[str]:
    answer = gradx("eval", *words, env={"COLUMNS": str(columns)})
    assert answer.code in (0, 1)
    return answer.out.splitlines()


def rows(found: Sequence[str]) -> list[str]:
    """The rows of the one table that there is, below its rule."""
    (rule,) = (k for k, line in enumerate(found) if set(line.strip()) == {"─"})
    assert found[rule - 1].split()[0] == "node"
    return [line for line in found[rule + 1 : found.index("", rule)] if re.search(r"\bd\w+ *=", line)]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("example", NAMES)
def test_at_80_columns_every_example_is_one_short_table(gradx: Run, example: str) -> None:
    nodes = json.loads(gradx("eval", example, "--json").out)["nodes"]
    found = lines(gradx, 80, example)
    assert [row.split()[0] for row in rows(found)][: len(nodes)] == [node["name"] for node in nodes]
    assert max(map(len, found)) <= 80
    assert len(found) <= 1.5 * len(nodes) + 12


@pytest.mark.parametrize("columns", [50, 60, 80, 120])
@pytest.mark.parametrize("example", BUNDLES)
def test_vectors_and_matrices_are_a_table_within_the_width(gradx: Run, example: str, columns: int) -> None:
    found = lines(gradx, columns, example)
    assert max(map(len, found)) <= columns
    assert any(line.strip(" ─") == "" and "─" in line for line in found)


def test_the_steps_of_a_descent_are_a_table_at_80_columns(gradx: Run) -> None:
    found = gradx("descend", "@logistic", env={"COLUMNS": "80"}).out.splitlines()
    table = [line.split()[0] for line in found if len(line.split()) == 8]
    assert table == ["step", *map(str, range(0, 101, 10))]


@pytest.mark.parametrize("columns", [50, 60, 80, 100, 160])
def test_no_number_is_cut_and_none_drops_out(gradx: Run, columns: int) -> None:
    nodes = json.loads(gradx("eval", *BROAD, "--json").out)["nodes"]
    found = lines(gradx, columns, *BROAD)
    assert max(map(len, found)) <= columns
    for node, row in zip(nodes, rows(found), strict=False):
        if node["value"] is not None:
            for number in (node["value"], node["gradient"], node["nudge"]["slope"]):
                assert any(is_rounded(word, number) for word in row.split()), (node["name"], row, number)


def is_rounded(word: str, number: float) -> bool:
    """Whether a word is a number to six digits at least."""
    try:
        return abs(float(word) - number) <= 5e-6 * abs(number)
    except ValueError:
        return False


def test_formulas_without_room_stand_below_by_name(gradx: Run) -> None:
    found = lines(gradx, 80, "@logistic")
    below = [line for line in found if line.startswith("  SymPy   ")]
    assert len(below) == 1
    assert "db, dv1, dv2, dv3 = " in "\n".join(found)
    assert all("↓" in row for row in rows(found)[:5])


@pytest.mark.parametrize("columns", [50, 60])
def test_what_a_node_is_stands_beside_it_while_any_table_has_room(gradx: Run, columns: int) -> None:
    found = rows(lines(gradx, columns, "@neuron", "--no-symbolic"))
    assert [row.split()[1] for row in found] == ["input"] * 4 + ["w*x", "c", "a", "d^2", "1/2*v1"]


def test_a_program_is_broken_between_its_statements(gradx: Run) -> None:
    found = lines(gradx, 80, "@logistic", "--no-symbolic")
    assert found[1:3] == [
        "  z = w1*x1 + w2*x2 + b; a = sigmoid(z);",
        "  L = -(y*log(a) + (1 - y)*log(1 - a)) = 0.5333821554",
    ]


def test_many_names_of_one_text_below_stand_on_several_lines() -> None:
    """As where SymPy has no answer for any node."""
    names = [f"v{k}" for k in range(40)]
    column = Column("SymPy", (Part(["no answer"] * 40),), spills="d{}", code=True)
    table = Table([Column("node", (Part(names),)), Column("value", (Part(["1" * 30] * 40),)), column], "", heads=1)
    found = ["".join(text for text, _ in line) for line in table_lines(table, Terminal(io.StringIO(), 50, False, True))]
    assert max(map(len, found)) <= 50
    below = " ".join(line.strip() for line in found[42:])
    assert below == f"SymPy   {', '.join(f'd{name}' for name in names)} = no answer"


def test_digits_that_were_asked_for_are_never_taken_away(gradx: Run) -> None:
    found = lines(gradx, 60, "@logistic", "--digits", "13", "--no-symbolic")
    assert any("dz " in line and "-0.4133824210827" in line for line in found)


@pytest.mark.parametrize(
    ("words", "alone"),
    [
        (("eval", "3*(a+b*c)", "a=5", "b=3", "c=2"), ["a 3", "b 6", "c 9"]),
        (("eval", "2+3"), ["5"]),
        (("eval", "u = a*b; J = u^2", "a=2", "b=3", "--only", "u,J"), ["u 12", "J 1"]),
        (("check", "x^2", "dx=2x"), ["dx correct"]),
        (("nudge", "x^2", "x", "x=3"), ["x 6.001"]),
        (("diff", "x^3*y", "--order", "2"), ["x,x 6*x*y", "x,y 3*x^2", "y,y 0"]),
        (("descend", "(w-3)^2", "w=3"), ["w 3"]),
    ],
)
def test_the_answer_alone(gradx: Run, words: Sequence[str], alone: list[str]) -> None:
    assert gradx(*words, "--quiet").out.splitlines() == alone


def test_only_these_nodes(gradx: Run) -> None:
    program = ("eval", "u = a*b; J = (u + 1)^2", "a=2", "b=3", "--json")
    for only, names in (("inputs", "ab"), ("named", "abuJ"), ("u,b", "bu")):
        nodes = json.loads(gradx(*program, "--only", only).out)["nodes"]
        assert [node["name"] for node in nodes] == list(names)
    missing = gradx(*program[:-1], "--only", "inputs,q")
    assert missing.code == 2
    assert "which is not a node" in missing.err
