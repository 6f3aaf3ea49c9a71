"""Command lines as people type them: dashes, order, slips, help."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradx_cli.commands import COMMANDS
from gradx_cli.guessed import FLAGS
from gradx_cli.menu import load


def value(gradx: Any, *words: str, stdin: str = "") -> float:
    answer = gradx("eval", *words, "--json", "--no-symbolic", stdin=stdin)
    assert answer.code == 0, answer.err
    return float(json.loads(answer.out)["value"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-x**2", "x=3"), -9),
        (("-o*x", "o=2", "x=3"), -6),
        (("-h*x", "h=2", "x=3"), -6),
        (("x", "x=-2"), -2),
        (("--eps", "0.01", "-x", "x=3"), -3),
        (("-x", "--eps=0.01", "x=3"), -3),
        (("x=3", "--", "-x"), None),
        (("-x", "x=3", "--checks", "all"), -3),
        (("x*y", "x=1/4", "y=-pi"), -0.7853981633974483),
    ],
)
def test_an_expression_may_begin_with_a_dash(gradx: Any, words: tuple[str, ...], expected: float | None) -> None:
    if expected is None:
        assert gradx("eval", *words).code == 2
    else:
        assert value(gradx, *words) == expected


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("eval", "f(x)=x^2, x=2"), ["x 4"]),
        (("derivative of x^2 at x=3",), ["x 6"]),
        (("eval", "x^2", "--x=3"), ["x 6"]),
        (("eval", "w*x", "--w=2", "--x=3"), ["w 3", "x 2"]),
        (("eval", "x^2", "x->3"), ["x 6"]),
        (("eval", "x*y", "x=3;y=2"), ["x 2", "y 3"]),
        (("eval", "x*y", "(x,y)=(3,2)"), ["x 2", "y 3"]),
        (
            (
                "eval",
                "x*y at (3, 2)",
            ),
            ["x 2", "y 3"],
        ),
        (("eval", r"\theta^2", "theta=1"), ["θ 2"]),
        (("eval", "theta1^2", "θ1=1"), ["theta1 2"]),
        (("eval", "Σ_i w_i x_i", "w=[1,2]", "x=[3,4]"), ["w [3 4]", "x [1 2]"]),
        (("eval", "Σᵢ wᵢxᵢ", "w=[1,2]", "x=[3,4]"), ["w [3 4]", "x [1 2]"]),
        (("eval", r"\sum_{i=1}^{3} x^i", "x=2"), ["x 17"]),
        (("diff", "d/dx (a*x^2)"), ["x 2*a*x"]),
        (("diff", "d/dx (a*x^2)", "--wrt", "a"), ["a x^2"]),
        (("check", "x^2", "d/dx = 2x"), ["dx correct"]),
        (("check", "w*x + b", "w.grad = x"), ["dw correct"]),
        (("check", "x^2", "dx == 2x"), ["dx correct"]),
        (("check", "x^2", "dy/dx ≈ 2x"), ["dx correct"]),
        (("check", "x^2*y", "grad = [2xy; x^2]"), ["dx correct", "dy correct"]),
        (("d/dx (x^3) = 3x^2",), ["dx correct"]),
    ],
)
def test_what_can_be_meant_in_one_way_runs(gradx: Any, words: tuple[str, ...], answer: list[str]) -> None:
    assert gradx(*words, "--quiet").out.splitlines() == answer


def test_two_dashes_end_the_options(gradx: Any) -> None:
    answer = gradx("eval", "--json", "--no-symbolic", "--", "--x", "x=3")
    assert json.loads(answer.out)["value"] == 3
    answer = gradx("eval", "--x", "x=3")
    assert answer.code == 2
    assert "-- --x" in answer.err


def test_a_program_from_standard_input_and_from_a_file(gradx: Any, tmp_path: Any) -> None:
    assert value(gradx, "-", "x=3", stdin="\ufeffy = x + 1\r\ny^2\r\n") == 16
    (tmp_path / "f.txt").write_text("# a comment\ny = x + 1\ny^2\n")
    assert value(gradx, "--file", "f.txt", "x=3") == 16
    assert value(gradx, "x=3", "--file=f.txt") == 16


@pytest.mark.parametrize("stdin", [b"\xff\xfe", b"x\x00y", b"", b"\x1b[31mx"])
def test_a_program_that_cannot_be_read_is_an_error(gradx: Any, stdin: bytes) -> None:
    answer = gradx("eval", "-", "x=1", stdin=stdin)
    assert answer.code == 2
    assert answer.err.startswith("error: ")
    assert answer.err.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("eval", "x=3", "x^2"), 'gradx eval "x^2" x=3'),
        (("eval", "x=3", "y=4", "x*y"), 'gradx eval "x*y" x=3 y=4'),
        (("eval", "x^2", "x=3", "eps=1e-5"), "--eps 1e-5"),
        (("eval", "x^2", "x=3", "--jsn"), "--json"),
        (("eval", "x^2", "x=3", "--digit", "3"), "--digits"),
        (("evl", "x^2", "x=3"), "gradx eval"),
        (("eval", "x*y", "x=3"), 'gradx eval "x*y" x=3 y=1'),
        (("eval",), "gradx eval"),
        (("eval", "x^2", "x", "3"), "x=3"),
        (("eval", "x^2", "x", "="), "x=3"),
        (("descend", "x^2", "x=1", "--rate", "|1|"), "write abs(1)"),
        (("--jsn",), "--help"),
        (("nope",), "gradx diff nope"),
        (("eval", "cos x/2", "x=3"), 'gradx eval "cos(x)/2" x=3 or gradx eval "cos(x/2)" x=3'),
        (("check", "x*y", "f'=y"), 'gradx check "x*y" dx="y" or gradx check "x*y" dy="y"'),
        (("diff", "second derivative of x^4"), 'gradx diff "x^4" --order 2'),
        (("diff", r"\frac{d^2}{dx^2} x^4"), 'gradx diff "x^4" --order 2'),
        (("diff", r"\frac{\partial^2}{\partial x^2} x^4 y"), 'gradx diff "x^4*y" --wrt x --order 2'),
        (("eval", "sin(x)*y", "x=90°", "y=2"), 'gradx eval "sin(x)*y" x=90*pi/180 y=2'),
        (("eval", "x*y", "x=0,5", "y=2"), 'gradx eval "x*y" x=0.5 y=2'),
        (("diff", "3x2", "x=2"), 'hint: gradx diff "3*x^2" x=2'),
        (("diff", "lg x", "x=10"), 'gradx diff "log10(x)" x=10 or gradx diff "log2(x)" x=10'),
        (("eval", "ŷ = σ(wᵀx + b)", "w=1", "x=2", "b=0.5"), 'gradx eval "y_hat = sigmoid(w*x + b)" w=1 x=2 b=0.5'),
        (("check", "x^2", "2x"), 'gradx check "x^2" "dx=2x"'),
        (("diff", "w*x + b at 3"), 'gradx diff "x = 3; J = w*x + b"'),
        (("x^2", "x=3", "eval"), 'gradx eval "x^2" x=3'),
        (("eval", "x^2", "x=0:1"), 'gradx eval "x^2" x=0..1'),
        (("eval", "x^2", "x=3", "graph"), 'gradx graph "x^2" x=3'),
        (("eval", "x^2", "x=3", "--output", "page.html"), "--format html > page.html"),
        (("explain", "x^2", "x=3", "--data", "f"), "--data is an option of gradx eval, diff and descend"),
        (("graph", "x^2", "--format", "mermaid"), "--output graph.mmd"),
        (("plot", "x*y", "--over", "x=-3..3"), 'gradx plot --over x=-3..3 "x*y" y=1'),
        (("grade",), "gradx grade --help"),
        (("help", "exmaples"), "gradx examples --help"),
        (("help", "me"), "gradx --help lists the commands"),
    ],
)
def test_a_slip_gets_a_hint_that_repairs_it(gradx_inside: Any, words: tuple[str, ...], hint: str) -> None:
    answer = gradx_inside(*words)
    assert (answer.code, answer.out) == (2, "")
    last = answer.err.splitlines()[-1]
    assert last.startswith("hint: ")
    assert hint in last


@pytest.mark.parametrize(
    ("guess", "meant"),
    [
        (("x^2", "x=3"), ("eval", "x^2", "x=3")),
        (("-x", "x=3"), ("eval", "-x", "x=3")),
        (("x^2*y",), ("diff", "x^2*y")),
        (("x^2", "dx=2x"), ("check", "x^2", "dx=2x")),
        (("x^2", "y'=2x"), ("check", "x^2", "y'=2x")),
        (("eval", "x^2", "x", "=", "3"), ("eval", "x^2", "x=3")),
        (("eval", "x^2", "x", "=3"), ("eval", "x^2", "x=3")),
        (("eval", "x^2", "x:3"), ("eval", "x^2", "x=3")),
        (("eval", "x^2", "at", "x=3"), ("eval", "x^2", "x=3")),
        (("eval", "x^2*y", "x=3, y=2"), ("eval", "x^2*y", "x=3", "y=2")),
        (("eval", "x^2", "3"), ("eval", "x^2", "x=3")),
        (("evaluate", "x^2", "x=3"), ("eval", "x^2", "x=3")),
        (("gradient", "x^2", "x=3"), ("eval", "x^2", "x=3")),
        (("derivative", "x^2*y", "x"), ("diff", "x^2*y", "--wrt", "x")),
        (("minimize", "(w - 3)^2", "w=0"), ("descend", "(w - 3)^2", "w=0")),
        (("verify", "x^2", "dx=2*x"), ("check", "x^2", "dx=2*x")),
        (("calc", "x*y", "x=1", "y=2"), ("eval", "x*y", "x=1", "y=2")),
        (("train", "w^2", "w=1"), ("descend", "w^2", "w=1")),
        (("nudge", "x^2", "x=3"), ("nudge", "x^2", "x", "x=3")),
        (("plot", "x^2", "--over", "-2:2"), ("plot", "x^2", "--over", "x=-2..2")),
        (("plot", "x^2", "x=-2..2"), ("plot", "x^2", "--over", "x=-2..2")),
        (("list",), ("examples",)),
        (("--json", "eval", "x^2", "x=3"), ("eval", "x^2", "x=3", "--json")),
        (("--format", "csv", "diff", "x^2"), ("diff", "x^2", "--format", "csv")),
        (("--json", "x^2", "x=3"), ("eval", "x^2", "x=3", "--json")),
        (("--wrt", "plot", "diff", "plot^2"), ("diff", "plot^2", "--wrt", "plot")),
        (("--steps", "diff", "sin(x^2)"), ("diff", "sin(x^2)", "--steps")),
        (("--version", "eval"), ("--version",)),
        (("help",), ("--help",)),
        (("help", "eval"), ("eval", "--help")),
        (("-V",), ("--version",)),
    ],
)
def test_a_guess_does_what_was_meant(gradx_inside: Any, guess: tuple[str, ...], meant: tuple[str, ...]) -> None:
    found, wanted = gradx_inside(*guess), gradx_inside(*meant)
    assert (found.code, found.out) == (wanted.code, wanted.out)
    assert found.out


def test_every_option_without_a_value_is_known_as_one() -> None:
    options: dict[bool, set[str]] = {True: set(), False: set()}
    for parameter in (parameter for name in COMMANDS for parameter in load(name).params):
        options[getattr(parameter, "is_flag", False)].update(name for name in parameter.opts if name.startswith("--"))
    assert options[True] - options[False] == FLAGS - {"--", "--help"}


def test_a_file_in_the_place_of_an_expression_is_told_from_one(
    gradx: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prog.txt").write_text("u = b*c", "utf-8")
    assert gradx("eval", "prog.txt", "b=3", "c=2").err == (
        "error: prog.txt is a file, and no expression\nhint: gradx eval --file prog.txt b=3 c=2\n"
    )
    both = gradx("eval", "--file", "prog.txt", "x^2", "b=3", "c=2")
    assert both.code == 2
    assert both.err.startswith("error: the program is that of prog.txt, and x^2 is none of its values\n")


def test_where_nothing_stands_no_place_is_pointed_at(gradx: Any) -> None:
    told = 'error: there is no expression\nhint: write one, as in "x^2 + 1"\n'
    assert gradx("eval", "", "x=3").err == gradx("eval", stdin="").err == told


def test_a_dash_is_standard_input_as_a_file_too(gradx: Any) -> None:
    assert gradx("eval", "--file", "-", "x=3", "--quiet", stdin="x^2").out == "x 6\n"


def test_help_of_what_is_no_command_says_which_word_that_is(gradx: Any) -> None:
    assert gradx("help", "me").err.startswith("error: there is no command me\n")


def test_how_a_text_was_read_is_said(gradx: Any) -> None:
    answer = gradx("eval", "x^2 sinx", "x=1", "--no-symbolic")
    assert answer.err == "note: read as x^2*sin(x)\n"
    object_ = json.loads(gradx("eval", "x^2 sinx", "x=1", "--no-symbolic", "--json").out)
    assert (object_["notes"], object_["warnings"]) == (["read as x^2*sin(x)"], [])
    assert object_["expression"] == "x^2 sinx"


@pytest.mark.parametrize("text", ["x^2", "u = x^2", "f(x) = x^2", "y=x^2"])
def test_what_is_piped_is_left_alone_where_there_is_an_expression(gradx: Any, text: str) -> None:
    assert value(gradx, text, "x=3", stdin="z^2") == 9


def test_piped_text_with_a_binding_beside_it_is_the_program(gradx: Any) -> None:
    assert value(gradx, "x=3", stdin="x^2") == 9


def test_a_plot_without_a_range_says_which_it_takes(gradx: Any) -> None:
    answer = gradx("plot", "w^2")
    assert answer.code == 0
    assert answer.err == "note: plotted over w=-3..3; --over takes another range\n"


@pytest.mark.parametrize(("x", "ends"), [("5000", "4997..5003"), ("1e150", "5e+149..1.5e+150")])
def test_a_plot_without_a_range_has_two_ends_however_far_out_it_is(gradx: Any, x: str, ends: str) -> None:
    answer = gradx("plot", "x^2", f"x={x}")
    assert (answer.code, answer.err) == (0, f"note: plotted over x={ends}; --over takes another range\n")


def test_a_hint_with_a_command_is_a_command_that_works(gradx: Any) -> None:
    import shlex

    for words in (("eval", "x=3", "x^2"), ("eval", "x*y", "x=3"), ("eval", "x=1", "it's $HOME")):
        hint = gradx(*words).err.splitlines()[-1].removeprefix("hint: ")
        again = shlex.split(hint)
        assert again[0] == "gradx"
        if "HOME" not in hint:
            assert gradx(*again[1:], "--no-symbolic").code == 0
        else:
            assert again == ["gradx", "eval", "it's $HOME", "x=1"]


@pytest.mark.parametrize(
    "words",
    [
        ("eval", "x", "--eps"),
        ("eval", "x", "--json=1", "x=1"),
        ("eval", "x", "x=1", "--format", "pdf"),
        ("eval", "x", "x=1", "--checks", "some"),
        ("eval", "x", "x=1", "--file", "missing"),
        ("eval", "x", "x=1", "x=2"),
        ("eval", "x", "x="),
        ("eval", "", "x=1"),
        ("eval", "x", "x=1", "--[/]"),
        ("eval", "x", "x=1", "--\x1b[31m"),
        ("",),
        ("eval", "x", "\udcff=1"),
        ("eval", "\udcff", "x=1"),
        ("eval", "x", "x=1", "--\udcff"),
        ("\udcff",),
    ],
)
@pytest.mark.parametrize("json_wanted", [False, True])
def test_every_error_has_the_one_form(gradx_inside: Any, words: tuple[str, ...], json_wanted: bool) -> None:
    answer = gradx_inside(*words, *["--json"] * json_wanted)
    assert (answer.code, answer.out) == (2, "")
    if json_wanted:
        result = json.loads(answer.err)
        assert list(result) == ["schema", "error"]
        assert list(result["error"]) == ["kind", "message", "hint", "source", "offset", "length", "line", "column"]
    else:
        lines = answer.err.splitlines()
        assert lines[0].startswith("error: ")
        assert len(lines) <= 6
        assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("words", [("eval", "x", b"\xff=1"), ("eval", b"\xff", "x=1"), ("eval", b"--\xff"), (b"\xff",)])
def test_bytes_that_are_no_text_are_an_error(gradx: Any, words: tuple[str | bytes, ...]) -> None:
    answer = gradx(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert r"\udcff" in answer.err


def test_an_error_as_json_says_where(gradx: Any) -> None:
    error = json.loads(gradx("eval", "3*(a+bq)", "a=5", "b=3", "c=2", "--json").err)["error"]
    assert (error["source"], error["offset"], error["length"], error["line"], error["column"]) == (
        "program",
        5,
        2,
        1,
        6,
    )
    error = json.loads(gradx("eval", "x", "x=0,5", "--format", "json").err)["error"]
    assert error["kind"] == "binding"
    assert error["source"] == "binding x"


def test_gradx_alone_says_where_to_begin(gradx: Any) -> None:
    answer = gradx()
    assert (answer.code, answer.err) == (0, "")
    assert 'gradx eval "3*(a+b*c)" a=5 b=3 c=2' in answer.out
    assert len(answer.out.splitlines()) < 15


def test_version(gradx: Any) -> None:
    from gradx import __version__

    assert gradx("--version") == (0, f"gradx {__version__}\n", "")


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_lists_every_command(gradx: Any, word: str) -> None:
    answer = gradx(word)
    assert (answer.code, answer.err) == (0, "")
    for name, row in COMMANDS.items():
        assert name in answer.out
        assert row.help[:30] in answer.out


@pytest.mark.parametrize("word", ["--help", "-h"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_resolves_and_its_help_gives_examples_first(gradx_inside: Any, name: str, word: str) -> None:
    answer = gradx_inside(name, word, env={"COLUMNS": "100"})
    assert (answer.code, answer.err) == (0, "")
    assert f"gradx {name}" in answer.out
    assert "Examples" in answer.out
    assert answer.out.index("Examples") < answer.out.index("Options")


def test_completion_knows_commands_options_and_values(gradx: Any) -> None:
    def completed(line: str) -> list[str]:
        words = line.split(" ")
        env = {"_GRADX_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        return list(gradx(env=env).out.split())

    assert completed("gradx ev") == ["eval"]
    assert set(completed("gradx ")) >= set(COMMANDS)
    assert "--no-symbolic" in completed("gradx eval x --no")
    assert "latex" in completed("gradx eval x --format la")
