"""What cells of files say, as people write them."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from conftest import CASES

from gradx_cli.csv_text import read_cell

ROWS = [json.loads(line) for line in (CASES / "cells.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row["cell"] for row in ROWS])
def test_a_cell_is_a_number_or_says_why_not(row: dict[str, Any]) -> None:
    cell = read_cell(row["cell"])
    assert cell.number == row.get("number")
    assert row.get("says", "") in cell.message
    assert row.get("hint", "") in (cell.hint or "")


def test_a_long_cell_is_refused_in_time_that_grows_with_it() -> None:
    started = process_time()
    assert read_cell("9" * 20_000 + "x" * 20_000).number is None
    assert process_time() - started < 2
