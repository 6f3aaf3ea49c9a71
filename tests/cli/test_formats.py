"""Every command in every format: the numbers are there, what is written is well-formed, and nothing acts."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradx_cli import renderers
from gradx_cli.blocks import GAP, Entry, Item, Items, Math, Sentence, Title
from gradx_cli.commands import COMMANDS
from gradx_cli.renderers import html, latex, markdown, text
from gradx_cli.renderers.json import line

ANSWERS = Path(__file__).parents[1] / "cases" / "grade"

RUNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "eval": (("eval", "3*(a+b*c)", "a=5", "b=3", "c=2", "--no-symbolic"), ("33", "9")),
    "explain": (("explain", "3*(a+b*c)", "a=5", "b=3", "c=2", "--wrt", "b"), ("3", "6")),
    "nudge": (("nudge", "3*(a+b*c)", "b", "a=5", "b=3", "c=2"), ("33.006", "6.002")),
    "graph": (("graph", "3*(a+b*c)", "a=5", "b=3", "c=2"), ("33", "6")),
    "explore": (("explore", "3*(a+b*c)", "a=5", "b=3", "c=2"), ("33", "6")),
    "cost": (("cost", "--nodes", "10000", "--parameters", "100000"), ("110,000", "1,000,000,000")),
    "check": (("check", "b^2 + c", "db=3*b", "db=2*b", "b=4", "c=2", "--no-symbolic"), ("12", "8")),
    "plot": (("plot", "w^2", "--over", "w=-3..3", "w=1", "--points", "7"), ("9", "-3")),
    "descend": (("descend", "(w - 3)^2", "w=0", "--steps", "3"), ("1.464", "-3.072")),
    "diff": (("diff", "x^3", "x=2"), ("12",)),
    "export": (("export", "x^3", "x=2", "--to", "c"), ("12", "8")),
    "quiz": (("quiz", "w^3 + 5*w", "--kind", "number", "--count", "1", "--seed", "1"), ("3", "5")),
    "grade": (("grade", str(ANSWERS / "canvas_quiz.csv"), "--key", str(ANSWERS / "key.csv")), ("6", "3")),
    "functions": (("functions", "leaky_relu", "log10"), ("0.01", "10")),
    "examples": (("examples",), ("22",)),
}
"""A command line of every command, and numbers that belong to its answer."""

VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """A document as it is read: every tag with its attributes, and the text outside of the style."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(document)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += "" if "style" in self._open else data


def written(*blocks: Any, by: Any) -> str:
    """What a renderer makes of blocks."""
    return "\n".join(line for block in blocks for line in by(block))


def test_every_command_is_run() -> None:
    assert set(RUNS) == set(COMMANDS)


@pytest.mark.parametrize("format", [name for name in renderers.formats() if name not in ("table", "json")])
@pytest.mark.parametrize("name", RUNS)
def test_every_command_has_every_format(gradx_inside: Any, name: str, format: str) -> None:
    words, numbers = RUNS[name]
    answer = gradx_inside(*words, "--format", format)
    assert (answer.code, answer.err) == (1 if name == "check" else 0, "")
    plain = re.sub(r"<[^>]*>", " ", answer.out).replace("−", "-")
    for number in numbers:
        digits = re.escape(number).replace(",", ",?")
        assert re.search(rf"(?<![\d.]){digits}(?:\.0)?(?!\.?\d)", plain), number


@pytest.mark.parametrize("name", RUNS)
def test_a_page_of_html_stands_alone(gradx_inside: Any, name: str) -> None:
    document = gradx_inside(*RUNS[name][0], "--format", "html").out
    page = Page(document)
    tags = {tag for tag, _ in page.tags}
    assert {"html", "head", "title", "style", "main"} <= tags
    assert not tags & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert "http" not in document
    assert not re.search(r"\son\w+=|javascript:|@import|url\(", document)
    assert "prefers-color-scheme: dark" in document
    assert ("html", {"lang": "en"}) in page.tags


@pytest.mark.parametrize("name", ["eval", "nudge", "cost", "descend"])
def test_a_table_of_html_says_whose_each_number_is(gradx_inside: Any, name: str) -> None:
    page = Page(gradx_inside(*RUNS[name][0], "--format", "html").out)
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    rows = sum(tag == "tr" for tag, _ in page.tags)
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert set(scopes) == {"col", "row"}
    assert scopes.count("row") == rows - tables
    assert sum(tag == "caption" for tag, _ in page.tags) == tables


@pytest.mark.parametrize("name", ["graph", "plot", "descend"])
def test_a_drawing_in_html_is_told_too(gradx_inside: Any, name: str) -> None:
    document = gradx_inside(*RUNS[name][0], "--format", "html").out
    drawings = re.findall(r"<svg.*?</svg>", document, re.DOTALL)
    assert drawings
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        title = root.find("title")
        assert title is not None
        assert title.text


@pytest.mark.parametrize(
    "program", ["x^2*sin(x) + y/x", "where(x < y, sqrt(x), -x)", "w_1*max(x, y, 3)^-2", "lambda*1.5e-7 + cbrt(y_hat)"]
)
def test_mathematics_in_html_is_well_formed(gradx_inside: Any, program: str) -> None:
    document = gradx_inside("explain", program, "--format", "html").out
    formulas = re.findall(r"<math.*?</math>", document)
    assert len(formulas) > 5
    for formula in formulas:
        root = ElementTree.fromstring(formula.replace("&#160;", " "))
        for element in root.iter():
            leaf = element.tag in ("mi", "mn", "mo", "mtext")
            assert leaf == bool(element.text), ElementTree.tostring(element)
            assert not element.tail
            assert len(element) == {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "mover": 2}.get(
                element.tag, len(element)
            )


HOSTILE = "<script>alert(1)</script>\"' & <!-- ]]> $x$ `a` | _b_ \\end{align*} % #"


@pytest.mark.parametrize("by", [html.lines_of, markdown.lines_of, latex.lines_of, text.lines_of])
def test_text_stays_text(by: Any) -> None:
    """What no name can hold goes through every format as what it says."""
    out = written(
        Title(HOSTILE), Sentence(HOSTILE), Items([Item("!", HOSTILE)]), Entry(HOSTILE, HOSTILE, (HOSTILE,)), by=by
    )
    if by is html.lines_of:
        assert HOSTILE in Page(out).words
        assert {tag for tag, _ in Page(out).tags} <= {"h1", "h2", "code", "p", "ul", "li", "span", "div", "section"}
    elif by is markdown.lines_of:
        assert not re.search(r"(?<!\\)[<>|]", re.sub(r"`+[^\n]*`+", "", out))
    elif by is latex.lines_of:
        assert r"\end{align" not in out
        assert not re.search(r"(?<!\\)[%#&]", out)


def test_mathematics_of_gradx_s_own_is_not_escaped() -> None:
    assert written(Sentence((Math("<mi>x</mi>"), " < 1")), by=html.lines_of).endswith(
        "<math><mi>x</mi></math> &lt; 1</p>"
    )
    assert written(Sentence((Math("x_{1}"), " < 1_0")), by=markdown.lines_of).startswith(r"$x_{1}$ \< 1\_0")


def test_a_batch_is_one_document(gradx: Any) -> None:
    problems = "x^2 | dx=2*x\nx^2 | dx=3*x | x=1\nx^ | dx=1\n"
    answer = gradx("check", "--batch", "-", "--format", "html", "--no-symbolic", stdin=problems)
    assert answer.code == 2
    page = Page(answer.out)
    assert sum(tag == "html" for tag, _ in page.tags) == 1
    assert "3 problems, 2 claims: 1 correct, 1 wrong" in page.words
    rows = list(csv.DictReader(io.StringIO(gradx("check", "--batch", "-", "--format", "csv", stdin=problems).out)))
    assert [row["status"] for row in rows] == ["correct", "wrong", "unreadable"]
    assert [row["line"] for row in rows] == ["1", "2", "3"]


@pytest.mark.parametrize("name", RUNS)
def test_rows_of_csv_have_the_header_s_cells(gradx_inside: Any, name: str) -> None:
    header, *rows = csv.reader(io.StringIO(gradx_inside(*RUNS[name][0], "--format", "csv").out))
    assert rows
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} == {len(header)}


def test_html_in_ascii_is_the_same_document(gradx_inside: Any) -> None:
    words = ("explain", "α*β + sin(α)", "α=1", "β=2", "--format", "html")
    plain, ascii_only = gradx_inside(*words).out, gradx_inside(*words, "--ascii").out
    assert ascii_only.isascii()
    assert Page(ascii_only).words == Page(plain).words


TOY = """
def render(answer, screen):
    from gradx_cli.answer import Medium
    from gradx_cli.notation import TextNotation

    names = [type(block).__name__ for block in answer.page(Medium(TextNotation))]
    screen.write(["toy: " + " ".join(names)])
"""


@pytest.mark.parametrize("name", RUNS)
def test_a_format_is_one_file_and_every_command_has_it(
    gradx_inside: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy.py").write_text(TOY, "utf-8")
    assert gradx_inside(*RUNS[name][0], "--format", "toy").code == 2
    monkeypatch.setattr(renderers, "__path__", [*renderers.__path__, str(tmp_path)])
    answer = gradx_inside(*RUNS[name][0], "--format", "toy")
    assert answer.out.startswith("toy: ")
    assert answer.err == ""


def test_an_unknown_format_is_told_with_those_that_there_are(gradx_inside: Any) -> None:
    answer = gradx_inside("eval", "x", "x=1", "--format", "yaml")
    assert answer.code == 2
    assert "table, csv, html, json, latex, markdown or text" in answer.err
    assert "did you mean markdown?" in gradx_inside("nudge", "x", "x", "x=1", "--format", "markdwn").err
    picture = gradx_inside("eval", "x", "x=1", "--format", "pdf")
    assert "gradx graph and gradx plot write pictures: --output picture.pdf" in picture.err


def test_blocks_without_words_write_nothing() -> None:
    for by in (html.lines_of, markdown.lines_of, latex.lines_of, text.lines_of):
        assert written(GAP, by=by) == ""


def test_a_sentence_begins_with_a_capital_but_for_a_name(gradx_inside: Any) -> None:
    lines = gradx_inside("nudge", "3*(a+b*c)", "b", "a=5", "b=3", "c=2", "--format", "text").out.splitlines()
    assert lines[0].startswith("b goes from 3 to 3.001")
    assert lines[-1] == "b ↑ 0.001 ⇒ J ↑ 6 × 0.001, so dJ/db = 6."
    assert "Minimise over w, rate 0.1." in gradx_inside(*RUNS["descend"][0], "--format", "text").out
    assert "a is an input, with value 5 and gradient da = 3." in gradx_inside(*RUNS["graph"][0], "--format", "text").out


def test_a_list_in_markdown_ends_before_what_follows(gradx: Any) -> None:
    problems = "x^2 | dx=2*x\nx^2 | dx=2*x\n"
    lines = gradx("check", "--batch", "-", "--format", "markdown", "--no-symbolic", stdin=problems).out.splitlines()
    second = lines.index("line 2: x^2")
    assert lines[second - 1] == ""
    assert lines[second - 2].startswith("- ✓")


ATOMS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
VALUES = st.recursive(
    ATOMS,
    lambda parts: st.one_of(
        st.lists(parts),
        st.dictionaries(st.text(max_size=3), parts),
        st.lists(st.fixed_dictionaries({"a%s": parts, "{b}": parts}), max_size=4),
    ),
)


@given(VALUES)
def test_json_is_what_python_writes(value: Any) -> None:
    assert line(value) == json.dumps(value, separators=(",", ":")).replace("\x7f", r"\u007f")


class Pair(NamedTuple):
    left: object
    right: object


@dataclass(frozen=True)
class Named:
    name: str
    parts: object


class Word(str):
    __slots__ = ()


def test_json_of_records_of_several_forms() -> None:
    same = {"x": 1}
    records = [
        Pair(1, 1.0),
        Pair(True, None),
        Named("n", [same, same, {"x": 2}, {"y": 2}, {}, {}]),
        Pair(math.inf, Pair(-math.inf, math.nan)),
        Named("m", (Word("w"), frozenset({3}), iter("ab"))),
    ]
    assert line(records) == (
        '[{"left":1,"right":1.0},{"left":true,"right":null},'
        '{"name":"n","parts":[{"x":1},{"x":1},{"x":2},{"y":2},{},{}]},'
        '{"left":"inf","right":{"left":"-inf","right":"nan"}},'
        '{"name":"m","parts":["w",[3],["a","b"]]}]'
    )


def test_a_choice_keeps_its_letter_in_sentences(gradx: Any) -> None:
    lines = gradx("quiz", "chain", "--kind", "choice", "--count", "1", "--format", "text").out.splitlines()
    assert lines[1].startswith("1. Which one is ")
    assert "? a) " in lines[1]
    assert [line[:4] for line in lines[3:]] == ["1a) ", "1b) ", "1c) ", "1d) "]


def test_csv_in_ascii_has_no_other_sign(gradx: Any) -> None:
    assert gradx("explain", "@planar", "--format", "csv").out.isascii() is False
    assert gradx("explain", "@planar", "--format", "csv", "--ascii").out.isascii()
