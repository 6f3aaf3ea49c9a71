"""Tables in files: every separator, encoding and end of line, .xlsx, and byte for byte what is not filled in."""

from __future__ import annotations

from pathlib import Path

import pytest
from answer_sheets import CASES, as_xlsx, packed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradx.errors import GradxError
from gradx_cli import sheets, workbook
from gradx_cli.sheets import read_sheet

ROWS = [["Name", "Q 1"], ['Zoë; "B"', "a, b\n=2*x"], ["Bo", "½"]]


def written(separator: str, end: str) -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in ROWS]
    return end.join(separator.join(row) for row in quoted) + end


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_of_any_kind_is_read(tmp_path: Path, separator: str, end: str, encoding: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(written(separator, end).encode(encoding))
    sheet = read_sheet(path)
    assert [list(row.cells) for row in (sheet.heading, *sheet.rows)] == ROWS
    assert sheet.filled({}) == path.read_bytes()
    assert bool(sheet.remarks) == (encoding == "cp1252")


def test_the_separator_that_excel_names_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(b"sep=;\r\na,b;c\r\n1,5;2\r\n")
    sheet = read_sheet(path)
    assert sheet.rows[0].cells == ("1,5", "2")
    assert sheet.filled({(0, 1): "3"}) == b"sep=;\r\na,b;c\r\n1,5;3\r\n"


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=2 * settings().max_examples, deadline=None
)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le"]),
    st.data(),
)
def test_filling_a_cell_leaves_every_other_byte(
    tmp_path: Path, rows: list[list[str]], code: str, data: st.DataObject
) -> None:
    lines = [["h,1", "h2"], *rows]
    raw = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in lines]
    path = tmp_path / "answers.csv"
    path.write_bytes("\r\n".join(",".join(row) for row in raw).encode(code))
    sheet = read_sheet(path)
    assert [list(row.cells) for row in sheet.rows] == rows
    k = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, 1))
    raw[k + 1][column] = '"new, ""cell"""'
    assert sheet.filled({(k, column): 'new, "cell"'}) == "\r\n".join(",".join(row) for row in raw).encode(code)


@pytest.mark.parametrize("inline", [False, True])
def test_a_workbook_is_read(tmp_path: Path, inline: bool) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(
        as_xlsx([["Name", "Q1", "Q2"], ["", "", ""], ["Ann", "", 0.1], ["Bo", "a < b & c\n_x0041_"]], inline=inline)
    )
    sheet = read_sheet(path)
    assert sheet.heading.cells == ("Name", "Q1", "Q2")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("Ann", "", "0.1")), (4, ("Bo", "a < b & c\nA"))]


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04nonsense", "no workbook"),
        (packed(BOMB), "declares entities"),
        (
            packed("<worksheet><sheetData><row r='1'><c r='ZZZ9999999'><v>1</v></c></row></sheetData></worksheet>"),
            "more than",
        ),
        (
            packed("<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>7</v></c></row></sheetData></worksheet>"),
            "no workbook",
        ),
        (packed("<worksheet><sheetData><row r='1'>"), "no workbook"),
        (packed("<worksheet/>"), "no sheet with anything"),
        (b"\xd0\xcf\x11\xe0old", ".xls"),
        (b"\n \n,,\n", "empty"),
        (b'a,b\n"never closed', "nothing closes"),
        (b"\xff\xfea", "UTF-16"),
    ],
)
def test_what_is_no_table_is_an_error(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(content)
    with pytest.raises(GradxError, match=said):
        read_sheet(path)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(as_xlsx([["x" * 5000]]))
    monkeypatch.setattr(workbook, "LARGEST_PART", 4000)
    with pytest.raises(GradxError, match="unpacks to more"):
        read_sheet(path)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("a\n" * 50)
    monkeypatch.setattr(sheets, "MOST_ROWS", 49)
    with pytest.raises(GradxError, match="more than 49 rows"):
        read_sheet(path)


def test_the_sheets_of_the_tools_are_read_and_stay_as_they_are() -> None:
    for path in CASES.glob("*.csv"):
        assert read_sheet(path).filled({}) == path.read_bytes()


def test_a_lone_letter_that_half_of_a_syllable_begins_with_makes_no_file_korean(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes("name,q1\nÁngel,2*x\nJosé".encode("cp1252"))
    assert [row.cell(0) for row in read_sheet(path).rows] == ["Ángel", "José"]
    path.write_bytes("name,q1\nÁngel,2*x\n".encode("cp1252"))
    assert [row.cell(0) for row in read_sheet(path).rows] == ["Ángel"]
    path.write_bytes("name,q1\n김철수,2*x".encode("cp949"))
    assert read_sheet(path).rows[0].cell(0) == "김철수"
