"""Options and commands as people guess them: the right one is named, and what is suggested can be run."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from gradx_cli.commands import COMMANDS
from gradx_cli.menu import load
from gradx_cli.synonyms import OPTIONS, OWNERS, command_meant


def hint(gradx: Any, *words: str) -> str:
    answer = gradx(*words)
    assert (answer.code, answer.out) == (2, "")
    return str(answer.err).partition("hint: ")[2].strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("descend", "x^2", "x=1", "lr=0.1"), "the option is written --rate 0.1"),
        (("descend", "x^2", "x=1", "alpha=1/8"), "the option is written --rate 1/8"),
        (("descend", "x^2", "x=1", "epochs=50"), "the option is written --steps 50"),
        (("eval", "x^2", "x=1", "--rate", "0.1"), "--rate is an option of gradx descend"),
        (("eval", "x^2", "x=3", "--csv"), "did you mean --format csv?"),
        (("eval", "x^2", "x=3", "--formt", "csv"), "did you mean --format?"),
        (("eval", "x^2", "x=3", "--decimals", "5"), "did you mean --digits?"),
        (
            ("eval", "x^2", "--no-color"),
            "NO_COLOR=1 before the command takes colours away, FORCE_COLOR=1 asks for them",
        ),
        (("eval", "x*y", "2", "3"), 'gradx eval "x*y" x=2 y=3'),
        (("to-python", "x^2"), "gradx --help lists the commands"),
        (("eval", "x^2", "x", "3"), 'gradx eval "x^2" x=3'),
        (("eval", "x^2", "-x=3"), "a binding has no dash before it: x=3"),
        (("diff", "x^3", "x", "2"), "say which: x=2, or --order 2"),
        (("graph", "x^2", "x.svg"), 'gradx graph "x^2" --output x.svg'),
        (
            ("eval", "x^2", "x=3", "-o", "x.svg"),
            "--format html > page.html writes a page; graph and plot write pictures",
        ),
        (("solve", "x^2=4"), "gradx --help lists the commands"),
        (("evl", "x^2", "x=3"), 'gradx eval "x^2" x=3'),
        (("poke", "x^2", "x", "x=3"), "did you mean gradx nudge?"),
        (("x^^2", "x=3"), "write a power with one ^, or one **: x^2"),
    ],
)
def test_a_word_as_it_is_guessed(gradx: Any, words: tuple[str, ...], said: str) -> None:
    assert hint(gradx, *words) == said


EVAL = ("eval", "x^2", "x=3")
DESCEND = ("descend", "(w - 3)^2", "w=0", "--rate", "0.1", "--steps", "5")
PLOT = ("plot", "x^2", "--over", "x=-2..2")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (("descend", "(w - 3)^2", "w=0", "--lr", "0.1", "--epochs", "5"), DESCEND),
        (("descend", "(w - 3)^2", "w=0", "--alpha=0.1", "--iters=5"), DESCEND),
        (("descend", "(w - 3)^2", "w=0", "--learning_rate", "0.1", "--max-steps", "5"), DESCEND),
        (("minimize", "(w - 3)^2", "w=0", "--step-size", "0.1", "--iterations", "5"), DESCEND),
        (("plot", "x^2", "--range", "x=-2..2"), PLOT),
        (("plot", "x^2", "--xlim", "-2,2"), PLOT),
        (("plot", "x^2", "--over", "x in [-2, 2]"), PLOT),
        (("plot", "x^2", "--over", "x=-2 to 2"), PLOT),
        (("plot", "x^2", "-2..2"), PLOT),
        (("eval", "x^2", "--at", "x=3"), EVAL),
        (("eval", "x^2", "--point", "3"), EVAL),
        (("eval", "x^2", "at", "3"), EVAL),
        (("eval", "x^2", "--x", "3"), EVAL),
        (("plot", "x^2", "-2", "2"), PLOT),
        (("plot", "x^2", "x=-2:2"), PLOT),
        ((*EVAL, "--format", "CSV"), (*EVAL, "--format", "csv")),
        (("gradient-descent", *DESCEND[1:]), DESCEND),
        (("second", "x^3"), ("diff", "x^3", "--order", "2")),
        (("export", "x^2", "--lang", "torch"), ("export", "x^2", "--to", "pytorch")),
        (("man", "eval"), ("eval", "--help")),
        (("?",), ("--help",)),
        (("eval", "x^2", "{x: 3}"), EVAL),
        (("eval", "x^2", "with", "x", "=", "3"), EVAL),
        (("eval", "x*y", "x=3", "and", "y=4"), ("eval", "x*y", "x=3", "y=4")),
        (("eval", "x*y", "x=3,", "y=4"), ("eval", "x*y", "x=3", "y=4")),
        (("eval", "x*y", "(x=3, y=4)"), ("eval", "x*y", "x=3", "y=4")),
        ((*EVAL, "--epsilon", "0.01"), (*EVAL, "--eps", "0.01")),
        ((*EVAL, "--precision", "3"), (*EVAL, "--digits", "3")),
        ((*EVAL, "-j"), (*EVAL, "--json")),
        ((*EVAL, "--as", "md"), (*EVAL, "--format", "markdown")),
        ((*EVAL, "--format", "txt"), (*EVAL, "--format", "text")),
        (("check", "x^2", "--claim", "dx=2*x"), ("check", "x^2", "dx=2*x")),
        (("diff", "x^2*y", "wrt", "x"), ("diff", "x^2*y", "--wrt", "x")),
        (("partial", "x^2*y", "y"), ("diff", "x^2*y", "--wrt", "y")),
        (("hessian", "x^2*y"), ("diff", "x^2*y", "--order", "2")),
        (("export", "x^2", "python"), ("export", "x^2", "--to", "python")),
        (("export", "x^2", "--lang", "c"), ("export", "x^2", "--to", "c")),
        (("nudge", "x*y", "--var", "x", "x=2", "y=3"), ("nudge", "x*y", "x", "x=2", "y=3")),
        (("list", "functions"), ("functions",)),
        (("d", "x^3"), ("diff", "x^3")),
        (("d", "d=3"), ("eval", "d", "d=3")),
    ],
)
def test_what_has_one_meaning_runs(gradx_inside: Any, typed: tuple[str, ...], plain: tuple[str, ...]) -> None:
    answer, wanted = gradx_inside(*typed), gradx_inside(*plain)
    assert (answer.code, answer.out) == (wanted.code, wanted.out)
    assert answer.code == 0


def test_a_dash_in_front_of_a_formula_is_its_sign(gradx_inside: Any) -> None:
    assert gradx_inside("eval", "-o*x", "o=2", "x=3").code == 0
    assert gradx_inside("eval", "-o", "o=2").code == 0


@pytest.mark.parametrize(
    "words",
    [("evl", "x^2", "x=3"), ("complexity", "x^2", "x=3"), ("nope",), ("plott", "x^2", "x=3", "--over", "x=0..1")],
)
def test_a_command_that_is_suggested_runs(gradx: Any, words: tuple[str, ...]) -> None:
    suggested = shlex.split(hint(gradx, *words))
    assert suggested[0] == "gradx"
    assert gradx(*suggested[1:]).code in (0, 1)


def test_a_name_of_the_program_is_no_option(gradx: Any) -> None:
    assert gradx("descend", "alpha*(w - 1)^2", "w=0", "alpha=1", "--wrt", "w", "--steps", "1").code == 0
    assert "alpha is not used" in gradx("eval", "x^2", "x=1", "alpha=1", "--no-symbolic").err


def test_a_word_leads_to_an_option_that_there_is() -> None:
    options = {name: {opt for param in load(name).params for opt in param.opts} for name in COMMANDS}
    assert {f"--{option}" for option in OPTIONS.values()} <= set().union(*options.values())
    valued = {n: {o for p in load(n).params if not getattr(p, "is_flag", False) for o in p.opts} for n in COMMANDS}
    for option, owners in OWNERS.items():
        assert {name for name in COMMANDS if f"--{option}" in valued[name]} == set(owners)


def test_no_command_is_meant_by_a_word_far_from_it() -> None:
    assert command_meant("plott", COMMANDS) == "plot"
    assert [command_meant(word, COMMANDS) for word in ("sin", "banana", "help", "value2")] == [None] * 4
