"""Tables block by block: the same rows whatever is asked of them, and in whatever format they are."""

from __future__ import annotations

import csv
import io
import math
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradx.errors import GradxError
from gradx.lessons.tables import Table
from gradx_cli.tables import delimited, open_table, parquet

BLOCK = 8


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK_ROWS", BLOCK)
    monkeypatch.setattr(parquet, "BLOCK_ROWS", BLOCK)


def drawn(seed: int) -> tuple[str, list[list[float]]]:
    """A text with quotes, line ends in cells, blank lines and bad cells, and its numbers by Python's own reader."""
    draw = random.Random(seed)
    lines = ["note,x,y"]
    for _ in range(60):
        note = draw.choice(["", "plain", '"a,b"', '"two\nlines"', '"a ""quote"""'])
        x, y = (draw.choice([f"{draw.gauss(0, 9):.3f}", f"{draw.randint(-9, 9)}", "1e-3", " 7 "]) for _ in "xy")
        x = draw.choice(["", "oh", f'"{x}"']) if draw.random() < 0.1 else x
        lines.append(f"{note},{x},{y}" + draw.choice([""] * 9 + [",", "\n", "\n,,"]))
    if draw.random() < 0.3:
        lines = [line for line in lines if '"' not in line and "\n" not in line]
    text = "\n".join(lines)
    cells = [row for row in csv.reader(io.StringIO(text)) if any(map(str.strip, row))][1:]
    return text, [[float(cell) if cell.strip()[-1:].isdigit() else math.nan for cell in row[1:3]] for row in cells]


def rows(table: Table, *extent: int) -> list[list[float]]:
    found = []
    for batch in table.batches(["x", "y"], *extent):
        assert batch.first == (extent[0] if extent else 0) + len(found)
        assert 0 < len(batch) <= BLOCK
        bad = np.zeros(len(batch), dtype=bool) if batch.skipped is None else batch.skipped
        for k in range(len(batch)):
            numbers = [float(batch.columns[name][k]) for name in ("x", "y")]
            assert bad[k] == any(map(math.isnan, numbers))
            if bad[k]:
                with pytest.raises(GradxError, match=r"^(line|row) "):
                    table.point(batch, k, ["x", "y"])
            else:
                assert [binding.value for binding in table.point(batch, k, ["x", "y"])] == numbers
            found.append(numbers)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_blocks_are_the_rows_of_the_file(small_blocks: None, tmp_path: Path, seed: int) -> None:
    text, expected = drawn(seed)
    file = tmp_path / "drawn.csv"
    file.write_text(text, newline="")
    table = open_table(file)
    np.testing.assert_equal(rows(table), expected)
    for extent in ((0, 3), (BLOCK,), (2 * BLOCK, 3 * BLOCK), (BLOCK, BLOCK + 5), (80 * BLOCK,), (BLOCK, BLOCK)):
        np.testing.assert_equal(
            rows(table, *extent), expected[slice(*extent) if len(extent) > 1 else slice(*extent, None)]
        )


def test_standard_input_is_read_again_where_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x,y\n1,2\n3,4\n")))
    table = open_table(Path("-"), again=True)
    assert [[list(b.columns["y"]) for b in table.batches(["y"])] for _ in range(3)] == [[[2.0, 4.0]]] * 3


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"PK\x03\x04", "a workbook or an archive"), (b"\x1f\x8b\x08", "compressed"), (b"PAR1", "Parquet")],
)
def test_what_is_no_text_is_said(gradx: Any, content: bytes, what: str) -> None:
    answer = gradx("eval", "x", "--data", "-", stdin=content + bytes(range(256)))
    assert answer.code == 2
    assert f"standard input is {what}, and no CSV\nhint: " in answer.err


def test_without_polars_the_extra_is_named(gradx: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    (tmp_path / "x.csv").write_text("x\n1\n")
    for words in (("--data", "x.parquet"), ("--data", "x.csv", "--output", "y.parquet")):
        answer = gradx("eval", "x^2", *words)
        assert answer.code == 2
        assert "Parquet is read and written by Polars, which is not installed" in answer.err
        assert 'hint: pip install "gradx[data]"' in answer.err
    assert gradx("eval", "x^2", "--data", "x.csv", "--quiet").out == "1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


@pytest.fixture
def pl() -> Any:
    return pytest.importorskip("polars", reason="Parquet needs Polars")


def test_parquet_has_the_rows_of_the_frame(small_blocks: None, pl: Any, tmp_path: Path) -> None:
    x = [0.5, None, math.nan, math.inf, *map(float, range(30))]
    y = [k % 3 for k in range(len(x))]
    pl.DataFrame({"x": x, "y": y, "when": ["a"] * len(x)}).write_parquet(tmp_path / "x.parquet", row_group_size=7)
    table = open_table(tmp_path / "x.parquet")
    assert (table.count, table.names) == (34, ("x", "y", "when"))
    expected = [[a if a is not None and math.isfinite(a) else math.nan, float(b)] for a, b in zip(x, y, strict=True)]
    np.testing.assert_equal(rows(table), expected)
    np.testing.assert_equal(rows(table, BLOCK, 2 * BLOCK + 3), expected[BLOCK : 2 * BLOCK + 3])


def test_parquet_goes_in_and_out(gradx: Any, pl: Any, tmp_path: Path) -> None:
    count = 70_000
    frame = {"x": [*map(float, range(count - 1)), None], "Ja / Nein": [k % 2 == 0 for k in range(count)]}
    pl.DataFrame(frame).write_parquet(tmp_path / "in.parquet")
    words = ("eval", "relu(x - 500)*y", "y=@Ja / Nein", "--wrt", "x", "--data", "in.parquet")
    answer = gradx(*words, "--output", "out.parquet")
    assert answer.code == 1
    assert "! 1 row: kink" in answer.out
    assert "row 70,000 has no finite number in x" in answer.out
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.columns == ["x", "y", "value", "dx", "status", "reason"]
    assert found.height == count
    assert found.row(60_000) == (60000.0, 1.0, 59500.0, 1.0, "computed", None)
    assert found.row(500)[4:] == (
        "kink", "dx: relu has a kink at x - 500 = 0: left slope 0, right slope 1; backprop takes relu'(0) = 0",
    )  # fmt: skip
    assert found.row(count - 1)[:5] == (None, 0.0, None, None, "skipped")
    assert found["value"].sum() == sum(max(0, k - 500) for k in range(0, count - 1, 2))
    strict = gradx(*words, "--output", "out.parquet", "--force", "--strict")
    assert (strict.code, strict.err.splitlines()[0]) == (2, "error: row 70,000 has no finite number in x")
    assert pl.read_parquet(tmp_path / "out.parquet").height == count
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_a_small_parquet_file_is_answered_like_csv(gradx: Any, pl: Any, tmp_path: Path) -> None:
    pl.DataFrame({"x": [1.0, 2.5], "y": [3, 4]}).write_parquet(tmp_path / "in.parquet")
    csv_answer = gradx("eval", "x*y", "--data", "-", "--json", stdin="x,y\n1.0,3.0\n2.5,4.0\n")
    assert gradx("eval", "x*y", "--data", "in.parquet", "--json").out == csv_answer.out


def test_what_is_wrong_with_a_parquet_file_is_said(gradx: Any, pl: Any, tmp_path: Path) -> None:
    from datetime import date

    pl.DataFrame({"x": [date(2024, 1, 5)], "t": ["1"], "y": [1]}).write_parquet(tmp_path / "in.parquet")
    (tmp_path / "no.parquet").write_text("x,y\n1,2\n")
    for words, message in (
        (("2x", "--data", "in.parquet"), "the column x of in.parquet holds no numbers: it is of the type Date"),
        (("2t", "--data", "in.parquet"), "the column t of in.parquet holds no numbers: it is of the type String"),
        (("2z", "--data", "in.parquet"), "no column of in.parquet is an input of the program"),
        (("2x", "--data", "no.parquet"), "no.parquet is not a Parquet file"),
        (("2x", "--data", "gone.parquet"), "cannot read gone.parquet: No such file or directory"),
    ):
        answer = gradx("eval", *words)
        assert answer.code == 2
        assert message in answer.err


def test_a_parquet_file_that_is_cut_off_or_has_no_rows_is_said(gradx: Any, pl: Any, tmp_path: Path) -> None:
    pl.DataFrame({"x": [1.0, 2.0]}).write_parquet(tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[: len(content) // 2])
    (tmp_path / "bad.parquet").write_text("x\n1\n")
    pl.DataFrame({"x": []}, schema={"x": pl.Float64}).write_parquet(tmp_path / "none.parquet")
    pl.DataFrame({"s": [[1], [2]]}).write_parquet(tmp_path / "list.parquet")
    assert "cut.parquet cannot be read as Parquet: it is cut off" in gradx("eval", "2x", "--data", "cut.parquet").err
    assert "hint: CSV has the ending .csv" in gradx("eval", "2x", "--data", "bad.parquet").err
    assert "none.parquet has names and no rows" in gradx("eval", "2x", "--data", "none.parquet").err
    answer = gradx("eval", "2x", "x=@s", "--data", "list.parquet")
    assert answer.err.startswith(
        "error: the column s of list.parquet holds no numbers: it is of the type List(Int64)\n"
    )
    twice = gradx("eval", "x*y", "y=@x", "--data", "whole.parquet", "--format", "csv")
    assert [line.split(",")[:3] for line in twice.out.split()[1:]] == [["1.0", "1.0", "1.0"], ["2.0", "2.0", "4.0"]]
