"""No line of any page, and none on standard error, is wider than the terminal; a number and a command stay whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import Run

from gradx.lessons.examples import EXAMPLES
from gradx_cli.commands import COMMANDS
from gradx_cli.width import cells, folded, pieces

EACH = """\
eval @
eval @ --only inputs
eval @ --ascii
eval @ NAME=0..1:0.5
diff @
diff @ --in nodes
diff @ --order 2
explain @
explain @ --wrt NAME
explain @ --proof NAME
graph @
graph @ --ascii
graph @ --step 2
cost @
nudge @ NAME
nudge @ NAME --eps 0.5 --eps 0.001
descend @ --rate 0.01 --steps 3
check @ dNAME=0
check @ dNAME=NAME
plot @ --over NAME=-2..2
quiz @ --seed 1
examples @
"""
"""@ stands for an example, NAME for its first input."""

OTHERS = [
    (), ("--help",), ("functions",), ("functions", "where", "max"), ("examples",),
    *((name, "--help") for name in COMMANDS),
    ("eval", "x^2*sinx + 2cosx sinx + xlnx + x^3*cos 2x", "x=2"),
    ("eval", "x^2", "x=2", "something=3", "somethingelse=4"),
    ("eval", "a + log(b - 4)*log(a*b + 2) + a*b*log(a + b)", "a=1", "b=3"),
    ("eval", "cos x/2 + 3", "x=1"), ("eval", "lr*x", "x=1"), ("eval", "@nosuchexample"), ("nosuchcommand", "x"),
    ("eval", "relu(w*x + b)*abs(w*x + b)", "w=1", "x=2", "b=-2"),
    ("check", "x^3*sin(x)", "dy/dx = 3x^2 sinx", "y' = x^3cosx + 3x^2sinx"),
]  # fmt: skip


def of_examples() -> Iterator[tuple[str, ...]]:
    for example in EXAMPLES:
        name = example.words[0].partition("=")[0]
        for line in EACH.splitlines():
            yield tuple(line.replace("@", f"@{example.name}").replace("NAME", name).split())


def whole(line: str) -> bool:
    """Whether a line is what is never broken: one number, or a command to be copied."""
    said = line.strip().removeprefix("hint: ").removeprefix("or ")
    return said.startswith("gradx ") or (" " not in said and said.lstrip("-").replace(".", "").isdigit())


@pytest.mark.sampled(40)
@pytest.mark.parametrize("words", [*OTHERS, *of_examples()], ids=" ".join)
def test_no_line_is_wider_than_the_terminal(gradx: Run, words: tuple[str, ...]) -> None:
    for columns in (50, 60, 80):
        answer = gradx(*words, env={"COLUMNS": str(columns)})
        assert answer.code in (0, 1, 2)
        wide = [line for line in (answer.out + answer.err).splitlines() if cells(line) > columns and not whole(line)]
        assert wide == []


@pytest.mark.parametrize("columns", [50, 60, 80, 200])
def test_an_error_has_six_lines_at_any_width(gradx: Run, columns: int) -> None:
    for words in (("plot", "@planar", "--over", "W1=-2..2"), ("quiz", "@attention"), ("eval", "lr*x", "x=1")):
        answer = gradx(*words, env={"COLUMNS": str(columns)})
        assert answer.code == 2
        assert len(answer.err.splitlines()) <= 6


def test_commands_of_a_hint_stand_each_on_a_line(gradx: Run) -> None:
    lines = gradx("eval", "cos x/2 + 3", "x=1", env={"COLUMNS": "60"}).err.splitlines()
    assert lines[-2:] == ['hint: gradx eval "cos(x)/2 + 3" x=1', '      or gradx eval "cos(x/2) + 3" x=1']


def test_a_note_is_broken_where_the_terminal_ends(gradx: Run) -> None:
    words = ("eval", "sin x^2 + 2sinx cosx + xlnx", "x=2")
    read = "note: read as sin(x^2) + 2*sin(x)*cos(x) + x*log(x)"
    assert gradx(*words).err.splitlines() == [read]
    first, *rest = gradx(*words, env={"COLUMNS": "40"}).err.splitlines()
    assert [line[:6] for line in rest] == [" " * 6] * len(rest)
    assert " ".join([first, *map(str.strip, rest)]) == read


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("u = a*b; v = (u + 1)^2; J = v", 16, ["u = a*b;", "v = (u + 1)^2;", "J = v"]),
        ("L = -(y*log(a) + (1 - y)*log(1 - a)) = 0.5", 40, ["L = -(y*log(a) + (1 - y)*log(1 - a))", "= 0.5"]),
        ("y - max(0, b2 + w2*max(0, b1 + w1*x))", 30, ["y - max(0, b2 +", "w2*max(0, b1 + w1*x))"]),
        ("dw = 1 is wrong: at w = 0, y = 0 it is 0.5", 31, ["dw = 1 is wrong: at w = 0,", "y = 0 it is 0.5"]),
        ('"A=[1 1; 1 2]" "x=[1 0.5]" b=2', 20, ['"A=[1 1; 1 2]"', '"x=[1 0.5]" b=2']),
    ],
)
def test_what_belongs_together_stays_together(text: str, room: int, lines: list[str]) -> None:
    assert list(folded(pieces(text, room), room)) == lines
