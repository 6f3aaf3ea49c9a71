"""A claim that has no value where the derivative has one: wrong where that is proved at every point, and else open."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.claim import read_claim


def checked(program: str, word: str) -> Checked:
    read_program = read(program)
    return check(read_program, [read_claim(read_program, word)])[0]


@pytest.mark.parametrize(
    ("program", "claim"),
    [
        ("acosh(x)", "dx = 1/sqrt(1 - x^2)"),
        ("asin(x*y)", "dx = y*sqrt(-1 - x^2)"),
        ("x^2", "dx = asin(2 + x^2)"),
        ("x^2", "dx = log(-1)"),
        ("x^2", "dx = 1/0"),
        ("x^3", "d2J/dx2 = 6*x + acosh(-1 - x^2)"),
    ],
)
def test_it_is_wrong_where_it_has_a_value_nowhere(program: str, claim: str) -> None:
    found = checked(program, claim)
    assert (found.status, found.counterexample, found.mistake) == ("wrong", None, None)
    assert (found.reason or "").startswith("it has no value where the derivative has one, as at x = ")


@pytest.mark.parametrize(
    ("program", "claim", "status"),
    [
        ("x^2", "dx = 2*x*sqrt(x)/sqrt(x)", "correct"),
        (
            "x^2",
            "dx = 2*x*sqrt(x - 1e6)/sqrt(x - 1e6)",
            "correct",
        ),  # no point has a value before the edge is looked for
        ("x^2", "dx = 2*x + 0*log(x + 0.1 - x - 0.1)", "undecided"),  # that is log(0), which no ball around 0 proves
    ],
)
def test_it_is_not_called_wrong_where_it_has_one_or_may_have_one(program: str, claim: str, status: str) -> None:
    assert checked(program, claim).status == status
