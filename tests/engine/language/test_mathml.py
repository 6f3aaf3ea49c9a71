"""Formulas in MathML: well-formed, with the numbers and names of the formula, and brackets where they are needed."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from gradx.language.mathml import mathml, mathml_name, mathml_number, mathml_written_out
from gradx.language.program import read
from gradx.table import TABLE

ARGUMENTS = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "mover": 2}
LEAVES = {"mi", "mn", "mo", "mtext"}


def tree(inside: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<math>{inside.replace('&#160;', ' ')}</math>")


def words(inside: str) -> str:
    """What is read, from left to right."""
    return "".join(tree(inside).itertext())


def formula(text: str) -> str:
    graph = read(text).graph
    return mathml_written_out(graph, graph.output)


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_every_row_of_the_table_is_set(row: object) -> None:
    name, arity = getattr(row, "name"), getattr(row, "arity") or 3  # noqa: B009
    if name in ("identity", "neg") or not name[0].isalpha() or name.startswith("where"):
        pytest.skip("an operator has no call")
    letters = ["x", "y", "z"][:arity]
    inside = formula(f"{name}({', '.join(letters)})")
    for element in tree(inside).iter():
        assert (element.tag in LEAVES) == bool(element.text)
        assert not element.tail
        assert len(element) == ARGUMENTS.get(element.tag, len(element))
    assert all(letter in words(inside) for letter in letters)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("a + b*c", "a+b·c"),
        ("(a + b)*c", "(a+b)·c"),
        ("-x^2", "−x2"),
        ("(-x)^2", "(−x)2"),
        ("a - (b - c)", "a−(b−c)"),
        ("max(a, b, 3)", "max(a,b,3)"),
        ("abs(x) % 2", "|x|mod2"),
        ("pi*lambda", "π·λ"),
        ("where(x < 0, 1, x)", "{1if x<0xotherwise "),
        ("log10(x)", "log10(x)"),
    ],
)
def test_a_formula_is_read_in_its_order(text: str, read_as: str) -> None:
    assert words(formula(text)) == read_as


def test_what_stands_above_and_below() -> None:
    fraction = tree(formula("(a + 1)/b"))[0]
    assert fraction.tag == "mfrac"
    assert ["".join(part.itertext()) for part in fraction] == ["a+1", "b"]
    root = tree(formula("cbrt(x + 1)"))[0]
    assert root.tag == "mroot"
    assert ["".join(part.itertext()) for part in root] == ["x+1", "3"]


def test_an_operation_is_in_its_inputs_names() -> None:
    graph = read("u = b*c; v = a + u; J = 3*v").graph
    assert words(mathml(graph, graph.index["v"])) == "a+u"
    assert words(mathml(graph, graph.output)) == "3\u2062v"


@pytest.mark.parametrize(
    ("name", "tag", "parts"),
    [("w1", "msub", ["w", "1"]), ("y_hat", "mover", ["y", "^"]), ("rate_2", "msub", ["rate", "2"])],
)
def test_a_name_has_its_index_below_and_its_accent_above(name: str, tag: str, parts: list[str]) -> None:
    found = tree(mathml_name(name))[0]
    assert found.tag == tag
    assert ["".join(part.itertext()) for part in found] == parts


@pytest.mark.parametrize(
    ("decimal", "read_as"),
    [("-2", "−2"), ("1.5e-7", "1.5·10−7"), ("1e10", "1010"), ("-1e3", "−103"), ("0/0", "00")],
)
def test_a_number(decimal: str, read_as: str) -> None:
    assert words(mathml_number(decimal)[0]) == read_as
