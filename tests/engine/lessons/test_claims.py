"""What is a claim, what it says, and what is said where it cannot be read."""

from __future__ import annotations

import pytest

from gradx.errors import GradxError
from gradx.language.program import read, read_plainly
from gradx.lessons.claims.claim import is_claim, read_claim

CHAIN = "u = b*c; v = a + u; J = 3*v"


@pytest.mark.parametrize(
    ("program", "word", "expected"),
    [
        ("w*x", "dw=x", True),
        ("w*x", " dw = x", True),
        ("w*x", "dJ=1", True),
        ("w*x", "w=3", False),
        ("w*x", "dq=3", False),
        ("w*x", "w", False),
        ("d*x", "d=3", False),
        ("d*x", "dd=x", True),
        ("x*dx", "dx=3", False),
        ("x*dx", "dJ/dx=dx", True),
        ("x*dx", "∂x=dx", True),
        (CHAIN, "du/db=c", True),
        (CHAIN, "d/db=3*c", True),
        ("sin(w*x)", "dv1=cos(v1)", True),
        ("w₁*x", "dw₁=x", True),
        ("w₁*x", "dw[1]=x", True),
        ("w1*x", "dw₁=x", True),
        ("w*x", "d\u202ew=x", False),
        ("w*x", "d½=x", False),
    ],
)
def test_a_claim_is_told_from_a_binding(program: str, word: str, expected: bool) -> None:
    assert is_claim(read_plainly(program).graph, word) is expected


@pytest.mark.parametrize(
    ("program", "word", "of", "wrt", "text"),
    [
        (CHAIN, "db=3*c", "J", "b", "3*c"),
        (CHAIN, "du/db = c", "u", "b", "c"),
        (CHAIN, "∂J/∂u=3", "J", "u", "3"),
        (CHAIN, "d/dv=3", "J", "v", "3"),
        ("w₁*x", "∂J/∂w^[1]=x", "J", "w1", "x"),
        ("x*y", "dx=where(x == 1, y, y)", "J", "x", "where(x == 1, y, y)"),
    ],
)
def test_it_says_what_is_differentiated(program: str, word: str, of: str, wrt: str, text: str) -> None:
    graph = read(program).graph
    claim = read_claim(read(program), word)
    assert (graph.names[claim.of], graph.names[claim.wrt], claim.text) == (of, wrt, text)


@pytest.mark.parametrize(
    ("program", "word", "kind", "marked", "mentions"),
    [
        (CHAIN, "db=3*q", "name", "q", "can use"),
        ("weight*x", "dx=wieght", "name", "wieght", "weight"),
        (CHAIN, "db=3*", "syntax", "", "missing"),
        (CHAIN, "db=3*(c", "syntax", "(", 'db="3*c"'),
        (CHAIN, "db=", "claim", "=", "no formula"),
        (CHAIN, "db=c=2", "claim", "c=", "one expression"),
        (CHAIN, "db=k=2; k*c", "claim", "k=", "one expression"),
        (CHAIN, "dK/db=c", "claim", "dK", "no node K"),
        (CHAIN, "du/dx=c", "claim", "dx", "no node x"),
        (CHAIN, "du/b=c", "claim", "b", "does not say"),
        (CHAIN, "∂=c", "claim", "∂", "does not say"),
    ],
)
def test_what_cannot_be_read_is_marked_in_the_claim(
    program: str, word: str, kind: str, marked: str, mentions: str
) -> None:
    with pytest.raises(GradxError) as caught:
        read_claim(read(program), word)
    problem = caught.value.problem
    span = problem.span
    assert problem.kind == kind
    assert span is not None
    assert span.source.text == word
    assert word[span.offset : span.offset + span.length].strip() == marked
    assert mentions in f"{problem.message} {problem.hint}"
    assert span.source.name.startswith("claim")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("-0.620", (3, -3)),
        ("0.62", (2, -2)),
        ("1.5e3", (2, 2)),
        ("120.", (3, 0)),
        pytest.param(f"0.{'3' * 5000}", None, id="more digits than anybody rounds to"),
        ("3", None),
        ("2/3", None),
        ("x", None),
    ],
)
def test_the_digits_of_a_decimal(text: str, digits: tuple[int, int] | None) -> None:
    assert read_claim(read("x^2"), f"dx={text}").decimals == digits
