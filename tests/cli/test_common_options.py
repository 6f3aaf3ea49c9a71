"""One set of options that a script can give to every command that takes an expression."""

from __future__ import annotations

from typing import Any

import pytest

from gradx_cli.commands import COMMANDS

COMMON = ["--eps=0.001", "--wrt=x", "--no-symbolic", "--checks=all", "--digits=12", "--ascii", "--exit-zero"]

MORE = {
    "nudge": ["x"],
    "check": ["dx=2*x"],
    "explore": ["--json"],
    "plot": ["--over", "x=0..1"],
    "descend": ["--steps", "2"],
    "export": ["--to", "c"],
}

EXPRESSION = [name for name in COMMANDS if name not in ("examples", "functions", "quiz", "grade")]


@pytest.mark.parametrize("name", EXPRESSION)
def test_every_command_takes_the_common_options(gradx_inside: Any, name: str) -> None:
    answer = gradx_inside(name, "x^2", "x=3", *MORE.get(name, []), *COMMON)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.isascii()
    assert answer.out


@pytest.mark.parametrize("name", EXPRESSION)
@pytest.mark.parametrize("option", ["--eps=0", "--digits=0", "--checks=some", "--json=1", "--exit-zer"])
def test_and_refuses_them_where_they_are_wrong(gradx_inside: Any, name: str, option: str) -> None:
    answer = gradx_inside(name, "x^2", "x=3", *MORE.get(name, []), option)
    assert (answer.code, answer.out) == (2, "")


@pytest.mark.parametrize("name", EXPRESSION)
def test_the_help_says_which_of_them_have_no_effect(gradx_inside: Any, name: str) -> None:
    pages = gradx_inside(name, "--help", env={"COLUMNS": "100"}).out.partition("without effect")
    idle = {
        "eval": [],
        "check": ["--wrt", "--checks"],
        "cost": ["--digits", "--exit-zero"],
        "nudge": ["--checks"],
        "explore": ["--eps", "--wrt", "--digits", "--exit-zero"],
    }
    assert all(option in pages[2] and option not in pages[0] for option in idle.get(name, ["--no-symbolic"]))
    assert bool(pages[2]) == (name != "eval")
    for option in COMMON:
        assert sum(page.count(option.partition("=")[0]) for page in pages) >= 1


def test_a_command_without_an_expression_has_options_of_its_own_alone(gradx_inside: Any) -> None:
    assert gradx_inside("examples", "--digits", "3").code == 2
