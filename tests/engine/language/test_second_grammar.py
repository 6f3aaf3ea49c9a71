"""The parser and a declarative grammar agree; `python tests/proof/language.py` asks ten times as often."""

from __future__ import annotations

import random

import pytest
from proof.language import DifferenceError, compare, run

from gradx.language import parser
from gradx.table import TABLE


@pytest.mark.slow
def test_they_agree_on_random_programs_whole_and_broken() -> None:
    found = run(1_000, seed=7)
    assert found["whole: read"] > 950
    assert found["broken: read"] > 200
    assert found["broken: refused (syntax)"] > 400


@pytest.mark.parametrize(("text", "sign", "wrong"), [("a - b - c", "-", 3), ("2/3x", "/", 1), ("a*b^c", "^", 2)])
def test_a_parser_that_binds_wrongly_is_noticed(
    text: str, sign: str, wrong: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(parser.INFIX, sign, (wrong if sign == "^" else 4, (wrong, TABLE[sign], None)))
    with pytest.raises(DifferenceError):
        compare(text, frozenset(), random.Random(0))
