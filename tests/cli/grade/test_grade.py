"""gradx grade from outside: a class with known marks, the tools' own sheets, and answers that mean harm."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from answer_sheets import CASES, KEY, QUESTIONS, Handed, a_class, as_csv, as_xlsx


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(marks: float | None) -> str:
    return "" if marks is None else f"{marks:g}"


def graded(gradx: Any, folder: Path, text: str | bytes, *words: str, key: Path = KEY, code: int = 0) -> Any:
    path = folder / "answers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = gradx("grade", str(path), "--key", str(key), "--output", str(folder / "out"), *words)
    assert answer.code == code, answer.err
    return answer


# Marks


@pytest.mark.sampled(2)
@pytest.mark.parametrize("options", [(), ("--no-follow",)])
def test_a_class_of_sixty_gets_the_marks_that_a_teacher_gave(
    gradx: Any, tmp_path: Path, options: tuple[str, ...]
) -> None:
    handed = a_class(60, "no_follow" if options else "mark")
    graded(gradx, tmp_path, as_csv(handed), *options)
    rows = table(tmp_path / "out" / "grades.csv")
    assert [row["name"] for row in rows] == [one.name for one in handed]
    for one, row in zip(handed, rows, strict=True):
        empty = not any(one.answers)
        assert tuple(row[question] for question in QUESTIONS) == tuple("" if empty else told(m) for m in one.marks)
        assert row["total"] == ("" if None in one.marks or empty else told(sum(m for m in one.marks if m is not None)))
    left = table(tmp_path / "out" / "look.csv")
    wanted = [(one.name, q) for one in handed for q, m in zip(QUESTIONS, one.marks, strict=True) if m is None]
    assert [(row["name"], row["question"]) for row in left if row["question"]] == wanted
    assert all(row["reason"] for row in left)
    for row in rows:
        page = tmp_path / "out" / row["page"]
        assert row["name"] in page.read_text("utf-8")
        assert page.with_suffix(".md").exists()


def test_a_line_that_follows_earns_its_marks_and_only_the_first_is_a_mistake(gradx: Any, tmp_path: Path) -> None:
    page = "da = 2*(a - y)\ndw = da*x\ndb = da"
    one = Handed("Ann", (page, "3cos(3x+1)", "0.5"), ())
    graded(gradx, tmp_path, as_csv([one]))
    assert table(tmp_path / "out" / "grades.csv")[0]["Q1"] == "2"
    assert [(row["question"], row["asked"], row["count"]) for row in table(tmp_path / "out" / "tally.csv")] == [
        ("Q1", "da", "1")
    ]


def test_the_tally_counts_answers_and_shows_one(gradx: Any, tmp_path: Path) -> None:
    handed = [Handed(f"S{k}", ("", text, ""), ()) for k, text in enumerate(["cos(3x+1)", "cos(1+3x)", "-3cos(3x+1)"])]
    graded(gradx, tmp_path, as_csv(handed))
    first, second = table(tmp_path / "out" / "tally.csv")
    assert (first["mistake"], first["count"], first["example"]) == ("missing-inner-derivative", "2", "cos(3x+1)")
    assert (second["mistake"], second["count"]) == ("wrong-sign", "1")
    assert "the inner derivative is missing" in first["message"]


def test_the_marks_of_a_question_are_shared_out(gradx: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,program,ask,marks\nQ1,x*y^2,dx dy,1/2\n")
    graded(gradx, tmp_path, "Name,Q1\nAnn,dx = y^2; dy = 2*x\n", key=key)
    assert table(tmp_path / "out" / "grades.csv")[0]["total"] == "0.25"


def test_what_is_given_twice_and_once_wrong_is_looked_at(gradx: Any, tmp_path: Path) -> None:
    graded(gradx, tmp_path, as_csv([Handed("Ann", ("", "dx = cos(3x+1); dx = 3cos(3x+1)", ""), ())]))
    (row,) = table(tmp_path / "out" / "look.csv")
    assert "more than once" in row["reason"]


def test_who_hands_in_twice_is_looked_at(gradx: Any, tmp_path: Path) -> None:
    one = Handed("Ann", ("", "3cos(3x+1)", "0.5"), ())
    graded(gradx, tmp_path, as_csv([one, one]))
    assert [row["total"] for row in table(tmp_path / "out" / "grades.csv")] == ["", ""]
    assert [row["reason"] for row in table(tmp_path / "out" / "look.csv")] == ["handed in more than once"] * 2


def test_a_row_that_has_come_apart_is_looked_at(gradx: Any, tmp_path: Path) -> None:
    graded(gradx, tmp_path, "Name,Q1,Q2,Q3\nAnn,da = a-y, dw = x,3cos(3x+1),0.5\n")
    (row,) = table(tmp_path / "out" / "look.csv")
    assert "5 cells" in row["reason"]


@pytest.mark.slow
def test_the_same_answer_is_judged_once(gradx: Any, tmp_path: Path) -> None:
    """500 submissions of three questions take no longer than those of which they are made."""
    began = time.monotonic()
    graded(gradx, tmp_path, as_csv(a_class(500)))
    assert time.monotonic() - began < 55
    assert len(table(tmp_path / "out" / "grades.csv")) == 500


# The tools


@pytest.mark.parametrize("name", ["google_forms", "moodle_responses", "canvas_quiz"])
def test_the_answers_are_found_in_what_the_tools_export(gradx: Any, tmp_path: Path, name: str) -> None:
    answer = gradx("grade", str(CASES / f"{name}.csv"), "--key", str(KEY), "--json")
    record = json.loads(answer.out)
    first, second = record["students"]
    assert first["total"] == 6
    assert [each["marks"] for each in second["answers"]] == [2, 0, 0 if name == "moodle_responses" else None]


def test_a_workbook_is_graded(gradx: Any, tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(as_xlsx([["Name", *QUESTIONS], ["Ann", "da = a - y\ndw = da*x\ndb = da", "3cos(3x+1)", 0.5]]))
    record = json.loads(gradx("grade", str(path), "--key", str(KEY), "--json").out)
    assert record["students"][0]["total"] == 6


def test_moodle_s_sheet_is_filled_and_all_else_stays(gradx: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,program,ask,marks\nOnline text,a = w*x + b; J = 1/2*(a - y)^2,da dw db,3\n")
    before = (CASES / "moodle_worksheet.csv").read_bytes()
    graded(gradx, tmp_path, before, "--format", "moodle", key=key)
    after = (tmp_path / "out" / "moodle.csv").read_bytes()
    lines, new = before.decode("utf-8").split("\r\n"), after.decode("utf-8").split("\r\n")
    assert [k for k, (a, b) in enumerate(zip(lines, new, strict=True)) if a != b] == [1, 2]
    assert new[1] == lines[1].replace('grading - ",,', 'grading - ",3,')[: -0 or None] + new[1][len(lines[1]) + 1 :]
    assert '"Bo ""B"" Neil"' in new[2]
    row = next(csv.reader([new[2]]))
    assert row[4] == "2"
    assert "dw = da: " in row[10]
    assert not re.search("<(?!br)", row[10])


def test_canvas_s_sheet_is_filled_by_id(gradx: Any, tmp_path: Path) -> None:
    gradebook = CASES / "canvas_gradebook.csv"
    words = ("--format", "canvas", "--sheet", str(gradebook))
    graded(gradx, tmp_path, (CASES / "canvas_quiz.csv").read_bytes(), *words)
    before = gradebook.read_text("utf-8").splitlines()
    after = (tmp_path / "out" / "canvas.csv").read_text("utf-8").splitlines()
    assert after[2] == before[2].replace("Calculus,,", "Calculus,6,")
    assert [*after[:2], *after[3:]] == [*before[:2], *before[3:]]


def test_who_may_be_two_people_gets_no_mark_in_canvas_s_sheet(gradx: Any, tmp_path: Path) -> None:
    """Another sheet's ids are no proof: here they run from 501 on, in another order."""
    words = ("--format", "canvas", "--sheet", str(CASES / "canvas_gradebook.csv"))
    text = "id,name,Q1,Q2,Q3\n502,Ann Lee,,3cos(3x+1),0.5\n77,Bo Neil,,3cos(3x+1),0.5\n"
    answer = graded(gradx, tmp_path, text, *words)
    before = (CASES / "canvas_gradebook.csv").read_text("utf-8").splitlines()
    after = (tmp_path / "out" / "canvas.csv").read_text("utf-8").splitlines()
    assert [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [3]
    assert "Ann Lee" in answer.err


def test_a_sheet_without_a_column_gets_the_one_that_is_named(gradx: Any, tmp_path: Path) -> None:
    text = "Student,ID,Q1,Q2,Q3\r\nAnn,1,da = a - y; dw = da*x; db = da,3cos(3x+1),0.5\r\n"
    answer = gradx("grade", "answers.csv", "--key", str(KEY), "--output", "out", "--format", "canvas")
    assert answer.code == 2
    graded(gradx, tmp_path, text, "--format", "canvas", "--column", "Homework")
    assert (tmp_path / "out" / "canvas.csv").read_bytes().decode() == text.replace("Q3\r", "Q3,Homework\r").replace(
        "0.5\r", "0.5,6\r"
    )


# Harm


HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "</code></main><img src=x onerror=alert(1)>",
    "__import__('os').system('touch pwned')",
    "x" * 10_000,
    "(" * 4000,
    "\x1b[31mred\x07",
    "9" * 4000,
    "x^9^9^9^9",
    "\u202eabc",
    "`a` | **b** [c](http://evil.example)",
    "gamma(gamma(gamma(x)))" * 20,
]
NAMES = [
    "../../evil",
    "/etc/passwd",
    "CON",
    "a/b\\c",
    "..",
    "=1+1",
    "\x00nul",
    "<b>Bo</b>",
    "é" * 300,
    "",
    "%s%n",
    "-rf",
]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)


def test_answers_and_names_that_mean_harm_do_none(gradx: Any, tmp_path: Path) -> None:
    rows = [Handed(NAMES[k % len(NAMES)], (text, text, text), ()) for k, text in enumerate(HOSTILE)]
    graded(gradx, tmp_path, as_csv(rows))
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.split("/")[0] for path in made} == {"answers.csv", "out"}
    for path in made - {"answers.csv"}:
        assert re.fullmatch(r"out/(students/[a-z0-9-]{1,60}\.(md|html)|(grades|tally|look)\.csv)", path)
        text = (tmp_path / path).read_text("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text)
        if path.endswith(".html"):
            assert not Tags(text).found & {"script", "img", "b", "iframe"}
        if path.endswith(".csv"):
            for cells in csv.reader(text.splitlines()):
                assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert not any(row["total"] == "0" for row in table(tmp_path / "out" / "grades.csv") if row["row"] in "2345")


def test_a_cell_of_ten_megabytes_is_looked_at(gradx: Any, tmp_path: Path) -> None:
    began = time.monotonic()
    graded(gradx, tmp_path, f"Name,Q1,Q2,Q3\nAnn,{'x+' * 5_000_000}x,3cos(3x+1),0.5\n")
    assert time.monotonic() - began < 30
    (row,) = table(tmp_path / "out" / "look.csv")
    assert "characters" in row["reason"]
    assert table(tmp_path / "out" / "grades.csv")[0]["Q2"] == "2"


def test_a_million_rows_are_refused_at_once(gradx: Any, tmp_path: Path) -> None:
    began = time.monotonic()
    answer = graded(gradx, tmp_path, "Name,Q1,Q2,Q3\n" + "a,1,1,1\n" * 1_000_000, code=2)
    assert time.monotonic() - began < 30
    assert "rows" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_sheet_without_answers_is_an_error(gradx: Any, tmp_path: Path) -> None:
    assert "no answers" in graded(gradx, tmp_path, "Name,Q1,Q2,Q3\n", code=2).err


def test_a_folder_that_holds_something_is_left_alone(gradx: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "grades.csv").write_text("mine")
    text = as_csv([Handed("Ann", ("", "3cos(3x+1)", "0.5"), ())])
    assert "--force" in graded(gradx, tmp_path, text, code=2).err
    assert (tmp_path / "out" / "grades.csv").read_text() == "mine"
    graded(gradx, tmp_path, text, "--force")
    assert "Ann" in (tmp_path / "out" / "grades.csv").read_text()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("question,prog\n1,2\n", "no column program"),
        ("question,program,ask\nQ1,x*y,dx dq\n", "line 2 of the key (Q1)"),
        ("question,program,ask\nQ1,x*,dx\n", "line 2 of the key (Q1)"),
        ("question,program\nQ1,x*y\n", "asks for nothing"),
        ("question,program,marks\nQ1,x,many\n", "number of marks"),
        ("question,program,point\nQ1,x^2,x=\n", "line 2 of the key"),
        ("question,program,ask,point\nQ1,sum(x^2),dx,x=[1 2]\n", "(Q1): vectors and matrices are not graded"),
        ("question,program\nQ9,x\n", "no column of"),
        ("question,program\n", "no question"),
    ],
)
def test_a_key_that_does_not_fit_is_an_error(gradx: Any, tmp_path: Path, key: str, said: str) -> None:
    (tmp_path / "key.csv").write_text(key)
    answer = graded(gradx, tmp_path, "Name,Q1\nAnn,1\n", key=tmp_path / "key.csv", code=2)
    assert said in answer.err
    assert len(answer.err.splitlines()) <= 6


# Progress and Ctrl-C


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no such terminal")
def test_a_terminal_is_told_how_far_it_is(tmp_path: Path) -> None:
    import pty

    path = tmp_path / "answers.csv"
    path.write_text(as_csv(a_class(60)), "utf-8")
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "gradx_cli", "grade", str(path), "--key", str(KEY), "--quiet"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=slave, timeout=55)
    os.close(slave)
    told = os.read(master, 65_536).decode()
    os.close(master)
    assert done.returncode == 0
    assert re.search(r"graded \d+ of 60", told)
    assert told.endswith("\r\x1b[K")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    terms = [f"sin({k}*x)^2*exp(cos({k + 1}*x))" for k in range(2, 400)]
    handed = [Handed(f"S{k}", ("", term, ""), ()) for k, term in enumerate(terms)]
    path = tmp_path / "answers.csv"
    path.write_text(as_csv(handed), "utf-8")
    words = [
        sys.executable,
        "-m",
        "gradx_cli",
        "grade",
        str(path),
        "--key",
        str(KEY),
        "--output",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    students = tmp_path / "out" / "students"
    until = time.monotonic() + 40
    while not (students.exists() and len(os.listdir(students)) >= 6) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    assert process.returncode == 130
    assert b"Traceback" not in err
    done = table(tmp_path / "out" / "grades.csv")
    assert 3 <= len(done) < len(handed)
    assert {row["page"] for row in done} <= {f"students/{name}" for name in os.listdir(students)}
    assert out


# Assumptions, helpers, updates


@pytest.mark.parametrize(
    ("row", "text", "marks"),
    [
        ("sqrt(x^2),dx,,1,x > 0", "1", "1"),
        ("sqrt(x^2),dx,,1,x > 0", "x/sqrt(x^2)", "1"),
        ("sqrt(x^2),dx,,1,x > 0", "-1", "0"),
        ("sqrt(x^2),dx,,1,", "x/sqrt(x^2)", "1"),
        ("sqrt(x^2),dx,,1,", "1", ""),
        ("z = w*x + b; a = sigmoid(z); J = (a - y)^2,dw,,1,", "s = a*(1-a)\nda = 2*(a-y)\ndw = da*s*x", "1"),
        ("z = w*x + b; a = sigmoid(z); J = (a - y)^2,da dw,,2,", "da = a - y; dz = da*a*(1-a); dw = dz*x", "1"),
        ("z = w*x + b; a = sigmoid(z); J = (a - y)^2,dw,,1,", "dw = 2*(a-y)*a*(1-a)*x\nw := w - alpha*dw", "1"),
        ("x^2*y^3,d2J/dxdy,,1,", "6*x*y^2", "1"),
        ("a*b,da db,a=2 b=3,2,", "da = 3, db = 2", "2"),
    ],
)
def test_an_answer_gets_its_marks(gradx: Any, tmp_path: Path, row: str, text: str, marks: str) -> None:
    program, ask, point, most, where = row.rsplit(",", 4)
    key = tmp_path / "key.csv"
    key.write_text(f"question,program,ask,point,marks,where\nQ1,{program},{ask},{point},{most},{where}\n")
    graded(gradx, tmp_path, f'Name,Q1\nAnn,"{text}"\n', key=key)
    (got,) = table(tmp_path / "out" / "grades.csv")
    assert got["Q1"] == marks, table(tmp_path / "out" / "look.csv")


def test_what_only_follows_is_told_as_that_and_is_no_mistake_of_its_own(gradx: Any, tmp_path: Path) -> None:
    one = Handed("Ann", ("da = 2*(a - y)\ndw = da*x\ndb = da", "", ""), ())
    graded(gradx, tmp_path, as_csv([one]), "--no-follow")
    row = table(tmp_path / "out" / "grades.csv")[0]
    assert row["Q1"] == "0"
    page = (tmp_path / "out" / row["page"]).with_suffix(".md").read_text("utf-8")
    assert page.count("follows from the lines above") == 2
    assert "none of the usual" not in page
    assert [each["asked"] for each in table(tmp_path / "out" / "tally.csv")] == ["da"]


def test_a_key_asks_no_question_twice(gradx: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,program,ask\nQ1,x^2,dx\nQ2,x^4,dx\nq1,x^3,dx\n")
    answer = graded(gradx, tmp_path, "name,Q1,Q2\nA,2*x,4*x^3\n", key=key, code=2)
    assert "line 4 of the key asks q1 again, as line 2 does" in answer.err


def test_bytes_that_are_no_workbook_are_told_so(gradx: Any, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(bytes(range(256)) * 8)
    answer = gradx("grade", str(path), "--key", str(KEY))
    assert answer.code == 2
    assert "is not an .xlsx file" in answer.err


@pytest.mark.parametrize("options", [(), ("--no-follow",)])
def test_what_is_worked_out_from_a_rounded_number_earns_its_marks(
    gradx: Any, tmp_path: Path, options: tuple[str, ...]
) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,program,ask,point\nQ1,a = w*x; L = (a - y)^2,da dw,w=1.1 x=3 y=2.767\n")
    for dw in ("da*x", "3.21", "1.07*3"):
        graded(gradx, tmp_path, f"name,Q1\nA,da = 1.07; dw = {dw}\n", "--force", *options, key=key)
        assert table(tmp_path / "out" / "grades.csv")[0]["total"] == "2"


def test_values_of_nodes_are_no_answers_and_one_that_may_be_meant_as_one_is_looked_at(
    gradx: Any, tmp_path: Path
) -> None:
    key = tmp_path / "key.csv"
    key.write_text("question,program,ask,point\nQ1,y = x^2,dx,\nQ2,z = w*x + b; J = z^2,dw,w=1 x=2 b=3\n", "utf-8")
    sheet = "name,Q1,Q2\nAnn,y = x^2; dx = 2x,z = 5; dw = 20\nBo,y = 2x,z = 7; dw = 28\nCy,dx = 2x,J = 20\n"
    graded(gradx, tmp_path, sheet, key=key)
    rows = table(tmp_path / "out" / "grades.csv")
    assert [(row["Q1"], row["Q2"]) for row in rows] == [("1", "1"), ("", "1"), ("1", "")]
