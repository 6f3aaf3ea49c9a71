"""What the tests listen for: the problem that something raises, and the words of a screen without their layout."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gradx.errors import GradxError, Problem
from gradx.language.program import read_plainly


def problem_raised(work: Callable[[], object]) -> Problem:
    """The problem with which `work` has to end."""
    with pytest.raises(GradxError) as caught:
        work()
    return caught.value.problem


def problem_of(text: str, known: frozenset[str] = frozenset({"x"})) -> Problem:
    """What is wrong with a program of the language as it is defined; `known` are the names that bindings give."""
    return problem_raised(lambda: read_plainly(text, known))


def stripped(text: str) -> list[str]:
    """The lines that are not empty, with runs of blanks as one."""
    return [re.sub(r" +", " ", line).strip() for line in text.splitlines() if line.strip()]
