"""Answers as they are handed in, as lines."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradx.errors import GradxError
from gradx.lessons.grading import chosen, key
from gradx.lessons.grading.key import lines_of, tidied
from gradx.lessons.quiz import item

NOTHING = ["", " ", "-", "–", "\n\n", "<p></p>", "<p>&nbsp;</p>", "."]


@pytest.mark.parametrize("cell", NOTHING)
def test_nothing_was_answered(cell: str) -> None:
    assert tidied(cell) == ""


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2x", ["2x"]),
        ("=2*x", ["2*x"]),
        ("'=2*x", ["2*x"]),
        ("'-2*x", ["-2*x"]),
        ("0,5", ["0.5"]),
        ("-1,25.", ["-1.25"]),
        ("max(1,5)", ["max(1,5)"]),
        ("dw = 2x, db = 3", ["dw = 2x", "db = 3"]),
        ("dw = max(x, 0)", ["dw = max(x, 0)"]),
        ("a) dw = 2x\nb) db = 3", ["dw = 2x", "db = 3"]),
        ("• dw = 2x\r\n• db = 3", ["dw = 2x", "db = 3"]),
        ("- 2x", ["- 2x"]),
        ("dw = dz*x = (a-y)*x", ["dw = dz*x = (a-y)*x"]),
        ("w := w - alpha*dw", ["w := w - alpha*dw"]),
        ("where(x >= 0, 1, 0)", ["where(x >= 0, 1, 0)"]),
        ("where(x == 0, 1, 0)", ["where(x == 0, 1, 0)"]),
        ("<p>dw = x<sup>2</sup></p><ul><li>db = 1</li></ul>", ["dw = x^(2)", "db = 1"]),
        ("x&lt;3", ["x<3"]),
        ("$3x^2$", ["3x^2"]),
        (r"\( \frac{dJ}{da} = a - y \)", [r"\frac{dJ}{da} = a - y"]),
        ("where(x<b, b, i)", ["where(x<b, b, i)"]),
    ],
)
def test_the_lines_of_an_answer(cell: str, found: list[str]) -> None:
    assert lines_of(tidied(cell)) == found


@given(st.text())
def test_what_is_tidy_stays_as_it_is(cell: str) -> None:
    once = tidied(cell)
    assert once == once.strip()
    assert "\r" not in once


@pytest.mark.parametrize("text", ["x" * 401, "x+\n" * 2000, "x\n" * 81])
def test_what_is_too_long_is_not_read(text: str) -> None:
    with pytest.raises(GradxError, match="not read"):
        lines_of(tidied(text))


@pytest.mark.parametrize("module", [key, item, chosen])
def test_the_examples_in_the_docstrings(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted
    assert not found.failed
