"""Every node, numbers too, knows the text that it comes from; every error points at what is wrong."""

from __future__ import annotations

import pytest

from gradx.errors import GradxError
from gradx.language.program import read_plainly as read


def places(text: str) -> list[str]:
    graph = read(text).graph
    return [
        text[offset : offset + length] for offset, length in zip(graph.places.starts, graph.places.lengths, strict=True)
    ]


@pytest.mark.parametrize(
    ("program", "nodes"),
    [
        ("2.5*x + 1", ["2.5", "x", "2.5*x", "1", "2.5*x + 1"]),
        ("x ^ 2", ["x", "2", "x ^ 2"]),
        ("x²", ["x", "²", "x²"]),
        ("x⁻²", ["x", "²", "⁻²", "x⁻²"]),
        ("x¹²+1", ["x", "¹²", "x¹²", "1", "x¹²+1"]),
        ("sin^2(x)", ["x", "sin^2(x)", "2", "sin^2(x)"]),
        ("1 + sin ** 12 (x)", ["1", "x", "sin ** 12 (x)", "12", "sin ** 12 (x)", "1 + sin ** 12 (x)"]),
        ("cos³(x)*y", ["x", "cos³(x)", "³", "cos³(x)", "y", "cos³(x)*y"]),
        ("-x", ["x", "-x"]),
        ("a - -x", ["a", "x", "-x", "a - -x"]),
        ("√x", ["x", "√x"]),
        ("√(x + 1)", ["x", "1", "x + 1", "√(x + 1)"]),
        ("a √x", ["a", "x", "√x", "a √x"]),
        ("2(x + y)", ["2", "x", "y", "x + y", "2(x + y)"]),
        ("½(a − y)", ["½", "a", "y", "a − y", "½(a − y)"]),
        ("(x)(y)", ["x", "y", "(x)(y)"]),
        ("pi x", ["pi", "x", "pi x"]),
        ("x e", ["x", "e", "x e"]),
        ("max(x, 2, y)", ["x", "2", "y", "max(x, 2, y)"]),
        ("where(x < 2, y, 3)", ["x", "2", "y", "3", "where(x < 2, y, 3)"]),
        ("3 + where(x < 2, y, 3)", ["3", "x", "2", "y", "where(x < 2, y, 3)", "3 + where(x < 2, y, 3)"]),
        ("u = x*y; u + 1", ["x", "y", "x*y", "1", "u + 1"]),
        ("u = x\nu + u", ["x", "x", "u + u"]),
    ],
)
def test_a_node_has_its_place(program: str, nodes: list[str]) -> None:
    assert places(program) == nodes


@pytest.mark.parametrize(
    ("program", "reading"),
    [
        ("√x²", "J = sqrt(x)^2"),
        ("√x^2", "J = sqrt(x)^2"),
        ("√√x²", "J = sqrt(sqrt(x))^2"),
        ("-x²", "J = -x^2"),
        ("a√x²", "J = a*sqrt(x)^2"),
        ("2x²y", "J = 2*x^2*y"),
        ("x^y²", "J = x^y^2"),
        ("x²^y", "J = x^2^y"),
        ("sin²(x)^2", "J = (sin(x)^2)^2"),
        ("a b(x)/b", "J = a*b*x/b"),
    ],
)
def test_what_binds_what(program: str, reading: str) -> None:
    assert read(program).reading == reading


@pytest.mark.parametrize(
    ("program", "place"),
    [
        ("2(x", 1), ("x + (y", 4), ("sin^2(x", 5), ("sin²(x", 4), ("sin(x", 3), ("x (x + y", 2), ("√(x", 1),
        ("max(x, (y", 7), ("x + \ny", 3), ("x +", 3), ("x + ; y", 3),
        ("(sin x)", 1), ("sin x", 0), ("x)", 1), ("(x))", 3),
        ("x, y", 1), ("(x, y)", 2), ("x < y", 2), ("where(x < y < 2, x, y)", 12), ("where(x, y, 2)", 0), ("sin()", 0),
        ("x ² ³", 4), ("2 3", 2), ("2.3.4", 3), ("x₁2", 2), ("a x(x - 1)^", 11), ("*x", 0), ("x *", 3),
        ("x + ²", 4), ("x @ y", 2), ("x＋y＠", 3), ("１ + @", 0), ("max()", 0), ("hypot()", 0), ("sin(x, y)", 0),
        ("where(x < 1, y)", 0), ("a*√(x-1", 3), ("1e999", 0), ("x^1e999", 2), ("x + 1e999*y", 4), ("2x + 1e", 5),
    ],
)  # fmt: skip
def test_an_error_has_its_place(program: str, place: int) -> None:
    with pytest.raises(GradxError) as error:
        read(program)
    assert error.value.problem.span is not None
    assert error.value.problem.span.offset == place, error.value.problem.message
