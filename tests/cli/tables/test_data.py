"""Files of rows as people have them, read, answered and written, from outside."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

REAL = """\
이름,"키 (cm)",측정일,소득,합격,메모
"김, 하나",170,2024-01-05,"1,234.5",yes,
"이
둘",165.5,2024-01-06,2000,no,x
박셋,,2024-01-07,1500,true,
최넷,160,2024-01-08,2024-01-08,false,
이름,"키 (cm)",측정일,소득,합격,메모
정다섯,1.7e2,2024-01-09,12%,1,

강여섯,180,2024-01-10,3000,0,,

조일곱,175,2024-01-11,3500,no,,넘침
윤여덟,171,2024-01-12,4000,YES"""

REFUSED = [
    "line 2, column 4 (소득) is not a number: its digits are in groups, or its decimal has a comma",
    "line 5, column 2 (키 (cm)) is empty",
    "line 6, column 4 (소득) is not a number: it is a date",
    "line 7 repeats the names",
    "line 8, column 4 (소득) is not a number: it is a percentage",
    "line 12 has 7 cells, and the first line names 6 columns",
]
KEPT = [(Fraction("165.5"), 2000, 0), (Fraction(180), 3000, 0), (Fraction(171), 4000, 1)]
PROGRAM = ("eval", "h*i + p", "h=@키 (cm)", "i=@소득", "p=@합격", "--wrt", "h,p", "--data")


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_real_file_goes_through_with_each_refusal_in_words(
    gradx: Any, tmp_path: Path, encoding: str, end: str
) -> None:
    file = tmp_path / "real.csv"
    file.write_bytes(REAL.replace("\n", end).encode(encoding))
    answer = gradx(*PROGRAM, str(file), "--format", "csv")
    assert answer.code == 1
    head, *rows = table(answer.out)
    assert head == ["h", "i", "p", "value", "dh", "dp", "status", "reason"]
    assert [row[-1] for row in rows if row[-2] == "skipped"] == REFUSED
    good = [row for row in rows if row[-2] == "ok"]
    assert [row[:-2] for row in good] == [[str(float(x)) for x in (k, s, p, k * s + p, s, 1)] for k, s, p in KEPT]
    assert len(rows) == len(REFUSED) + len(KEPT)
    assert all(f"note: {word} is read as {n}" in answer.err for word, n in (("yes", 1), ("YES", 1), ("no", 0)))
    assert ("was read as Korean (CP949)" in answer.err) == (encoding == "cp949")
    page = gradx(*PROGRAM, str(file)).out
    assert f"! {len(REFUSED)} rows: skipped" in page
    assert all(reason in page for reason in REFUSED[:3])
    assert "(and so on for 3 more)" in page


def test_strict_stops_at_the_first_bad_cell(gradx: Any) -> None:
    answer = gradx(*PROGRAM, "-", "--strict", stdin=REAL)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"error: {REFUSED[0]}\n  2 | ")
    assert answer.err.splitlines()[-1] == "hint: write 1234.5"


def test_a_file_without_a_usable_row_is_an_error(gradx: Any) -> None:
    answer = gradx("eval", "x*y", "--data", "-", stdin="x;y\n1,5;2\n2,5;3\n")
    assert (answer.code, answer.out) == (2, "")
    assert "line 2, column 1 (x) is not a number" in answer.err
    assert "hint: write 1.5" in answer.err


def test_windows_text_is_read_and_named(gradx: Any) -> None:
    answer = gradx(
        "eval", "2x", "x=@Größe", "--data", "-", "--format", "csv", stdin="Größe;Maß\n1;a\n2;b\n".encode("cp1252")
    )
    assert [row[1] for row in table(answer.out)[1:]] == ["2.0", "4.0"]
    assert "note: standard input is not UTF-8, and was read as Windows-1252" in answer.err


def test_a_byte_that_is_no_text_harms_only_its_own_cell(gradx: Any) -> None:
    answer = gradx("eval", "2x", "--data", "-", "--quiet", stdin=b"x,y\n" + b"1,2\n" * 40_000 + b"3,\xff\n\xff4,5\n")
    assert "read as" not in answer.err
    assert (answer.code, answer.out.split()[-2:]) == (1, ["6", "nan"])


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("x=@Size",), "standard input has no column Size", "its columns are Height (cm), y"),
        ((), "no column of standard input is an input of the program", '; x=@"Height (cm)" is one under another name'),
    ],
)
def test_a_column_that_is_not_there_lists_those_that_are(gradx: Any, words: Any, message: str, hint: str) -> None:
    answer = gradx("eval", "2x", *words, "--data", "-", stdin="Height (cm),y\n1,2\n")
    assert answer.code == 2
    assert message in answer.err
    assert hint in answer.err


def many(count: int) -> str:
    return "x,y\n" + "".join(f"{k},{k % 7}\n" for k in range(count))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "large.csv"
    file.write_text(many(70_000) + "oh,1\n70001,1\n")
    return file


def test_of_a_large_file_rows_that_are_not_smooth_are_judged(gradx: Any, large: Path) -> None:
    words = ("eval", "relu(0.1*x - 6543.2)*y", "--data", str(large))
    answer = gradx(*words, "--format", "csv")
    assert answer.code == 1
    head, *rows = table(answer.out)
    assert head == ["x", "y", "value", "dx", "dy", "status", "reason"]
    statuses = Counter(row[5] for row in rows)
    assert statuses["computed"] > 69_900
    assert statuses["ok"] >= 20
    assert {row[0]: row[5] for row in rows if row[5] not in ("computed", "ok")} == {"65432.0": "inexact", "": "skipped"}
    assert rows[70_000][6].startswith("line 70002, column 1 (x) is not a number")
    for x, y, *found in (map(float, row[:5]) for row in rows if row[5] in ("computed", "ok")):
        tenths = max(x - 65432, 0)  # exact, as the products are
        expected = (tenths * y, y if tenths else 0, tenths)
        assert all(abs(10 * a - b) <= 1e-8 for a, b in zip(found, expected, strict=True))
    assert "70,002 rows" in gradx(*words).out


def test_rows_are_written_to_a_file(gradx: Any, large: Path, tmp_path: Path) -> None:
    words = ("eval", "w*x*y", "w=2", "--data", str(large), "--output", "out.csv")
    answer = gradx(*words)
    assert answer.code == 1
    assert "70,002 rows in out.csv" in answer.out
    assert "! 1 row: skipped" in answer.out
    assert "computed rows are not proved" in answer.out
    head, *rows = table((tmp_path / "out.csv").read_text())
    assert head == ["x", "y", "value", "dw", "dx", "dy", "status", "reason"]
    assert len(rows) == 70_002
    assert rows[69_999][:6] == ["69999.0", "6.0", "839988.0", "419994.0", "12.0", "139998.0"]
    assert rows[70_000][:7] == ["", "1.0", "", "", "", "", "skipped"]
    again = gradx(*words)
    assert (again.code, again.err) == (2, "error: out.csv exists already\nhint: --force overwrites it\n")
    told = json.loads(gradx(*words, "--force", "--json").out)
    assert told["written"] == "out.csv"
    assert sum(told["statuses"].values()) == 70_002
    assert told["statuses"]["skipped"] == 1


def test_a_small_file_is_written_with_every_row_proved(gradx: Any, tmp_path: Path) -> None:
    answer = gradx("eval", "x*y", "--data", "-", "--output", "out.csv", stdin="x,y\n1,2\n3,1/3\n")
    assert answer.code == 0
    assert "all 2 rows are proved" in answer.out
    shown = gradx("eval", "x*y", "--data", "-", "--format", "csv", stdin="x,y\n1,2\n3,1/3\n")
    assert (tmp_path / "out.csv").read_text() == shown.out


def test_what_fails_leaves_no_file(gradx: Any, large: Path, tmp_path: Path) -> None:
    before = set(os.listdir(tmp_path))
    for words in (("--strict",), ("y=@z",)):
        assert gradx("eval", "x*y", "--data", str(large), "--output", "out.csv", *words).code == 2
    assert gradx("eval", "x*y", "--data", str(large), "--output", "out.txt").code == 2
    assert gradx("eval", "x*y", "x=1..3", "y=2", "--output", "out.csv").code == 2
    assert gradx("eval", "x*y", "x=1", "y=2", "--output", "out.csv").code == 2
    assert set(os.listdir(tmp_path)) == before


def start(tmp_path: Path, *words: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "gradx_cli", "eval", "x*y", "--data", "-", *words]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent otherwise there")
def test_an_interruption_leaves_no_file(tmp_path: Path) -> None:
    with start(tmp_path, "--output", "out.csv") as process:
        assert process.stdin is not None
        process.stdin.write(many(70_000).encode())
        process.stdin.flush()
        for _ in range(300):
            if os.listdir(tmp_path):
                break
            time.sleep(0.1)
        assert os.listdir(tmp_path) != ["out.csv"]
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        assert process.wait(30) == 130
    assert os.listdir(tmp_path) == []


def test_where_nobody_listens_no_more_is_computed(tmp_path: Path) -> None:
    """Standard input is not closed: who goes on reading it would wait for ever."""
    with start(tmp_path, "--format", "csv") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.write(many(200_000).encode())
            process.stdin.flush()
        assert process.wait(40) == 0
        with suppress(BrokenPipeError):
            process.stdin.close()


@pytest.mark.skipif(os.name == "nt", reason="how much memory was used is asked otherwise there")
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    script = (
        "import resource, subprocess, sys\n"
        "rows = ('%d,%d\\n' % (k, k % 7) for k in range(int(sys.argv[1])))\n"
        "words = [sys.executable, '-m', 'gradx_cli', 'eval', 'x*y', '--data', '-', '--output', sys.argv[1] + '.csv']\n"
        "with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:\n"
        "    process.stdin.write('x,y\\n')\n"
        "    process.stdin.writelines(rows)\n"
        "    process.stdin.close()\n"
        "assert process.returncode == 0\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    peaks = [
        int(subprocess.check_output([sys.executable, "-c", script, str(rows)], cwd=tmp_path, timeout=60))
        for rows in (140_000, 420_000)
    ]
    assert peaks[1] < 1.15 * peaks[0]
