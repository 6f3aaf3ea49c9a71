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
        (("descend", "x^2", "x=1", "--lr", "0.1"), "did you mean --rate?"),
        (("descend", "x^2", "x=1", "--learning_rate=0.1"), "did you mean --rate?"),
        (("descend", "x^2", "x=1", "lr=0.1"), "the option is written --rate 0.1"),
        (("descend", "x^2", "x=1", "alpha=1/8"), "the option is written --rate 1/8"),
        (("descend", "x^2", "x=1", "epochs=50"), "the option is written --steps 50"),
        (("descend", "x^2", "x=1", "--iterations", "50"), "did you mean --steps?"),
        (("plot", "x^2", "--range", "x=-3..3"), "did you mean --over?"),
        (("plot", "x^2", "x=1", "--domain", "x=-3..3"), "did you mean --over?"),
        (("eval", "x^2", "x=1", "--rate", "0.1"), "--rate is an option of gradx descend"),
        (("eval", "x^2", "--at", "x=3"), "a point stands behind the expression: x=3"),
        (("eval", "x^2", "x=3", "--epsilon", "1e-5"), "did you mean --eps?"),
        (("eval", "x^2", "x=3", "--precision", "5"), "did you mean --digits?"),
        (("eval", "x^2", "x=3", "--csv"), "did you mean --format csv?"),
        (("eval", "x^2", "x=3", "--formt", "csv"), "did you mean --format?"),
        (("minimize", "(w - 3)^2", "w=0", "--lr", "1"), "did you mean --rate?"),
        (("evl", "x^2", "x=3"), 'gradx eval "x^2" x=3'),
        (("poke", "x^2", "x", "x=3"), "did you mean gradx nudge?"),
        (("x^^2", "x=3"), "write a power with one ^, or one **: x^2"),
    ],
)
def test_a_word_as_it_is_guessed(gradx: Any, words: tuple[str, ...], said: str) -> None:
    assert hint(gradx, *words) == said


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
