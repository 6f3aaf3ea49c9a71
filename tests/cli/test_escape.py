"""safe(): no text from outside can do anything to a terminal."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from gradx_cli.escape import safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3*(a + b·c) = ½", "3*(a + b·c) = ½"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("x\u202e\u2066", r"x\u202e\u2066"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
        ("\u2028", r"\u2028"),
        ("😀", "😀"),
    ],
)
def test_what_is_not_plainly_visible_is_written_out(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.slow
def test_no_character_of_a_harmful_category_passes() -> None:
    passed = [chr(code) for code in range(sys.maxunicode + 1) if safe(chr(code)) == chr(code)]
    assert {unicodedata.category(character) for character in passed}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"})
