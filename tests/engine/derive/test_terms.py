"""Formulas are simplified where a reader expects it, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from gradx.derive.formulas import Term, Terms
from gradx.errors import Source
from gradx.graph import GraphBuilder
from gradx.language.printer import written_out

SIMPLIFIED: dict[str, Callable[[Terms, Term, Term], Term]] = {
    "x": lambda m, x, y: x + 0.0,
    "y": lambda m, x, y: 0.0 + y,
    "x - 2": lambda m, x, y: x + -2.0,
    "x - y": lambda m, x, y: x + -y,
    "3": lambda m, x, y: m.number(1.0) + 2.0,
    "x + 1": lambda m, x, y: x + 1.0,
    "1 + x": lambda m, x, y: 1.0 + x,
    "x + y": lambda m, x, y: x - -y,
    "-y": lambda m, x, y: 0.0 - y,
    "0.25": lambda m, x, y: m.number(0.75) - 0.5,
    "0.1 - 1": lambda m, x, y: m.number(0.1) - 1.0,
    "y - x": lambda m, x, y: y - (x - 0.0),
    "0": lambda m, x, y: 0.0 * x,
    "-0.5": lambda m, x, y: m.number(0.5) * -1.0,
    "x*y": lambda m, x, y: 1.0 * x * y,
    "-x": lambda m, x, y: x * -1.0,
    "6": lambda m, x, y: m.number(2.0) * 3.0,
    "0.1*0.1": lambda m, x, y: m.number(0.1) * 0.1,
    "1e308*1e308": lambda m, x, y: m.number(1e308) * 1e308,
    "-x*y": lambda m, x, y: -(x * y),
    "-x/y": lambda m, x, y: -m.divide(x, y),
    "y*x": lambda m, x, y: -(-y * x),
    "x/y": lambda m, x, y: m.divide(x, y),
    "2*x": lambda m, x, y: m.divide(2.0 * x, m.number(1.0)),
    "0/0*x": lambda m, x, y: m.divide(m.number(0.0), m.number(0.0)) * x,
    "y + x": lambda m, x, y: m.divide(m.number(0.0), x) + y + x,
    "x^2": lambda m, x, y: m.power(x, m.number(2.0)),
    "x + x": lambda m, x, y: m.power(x, m.number(1.0)) + x,
    "1": lambda m, x, y: m.power(x, m.number(0.0)),
    "x*log(y)": lambda m, x, y: x * m.log(y),
    "x % y": lambda m, x, y: m.modulo(x, y),
    "max(x, y)": lambda m, x, y: m.maximum(x, y),
    "min(x, y)": lambda m, x, y: m.minimum(x, y),
    "hypot(x, y)": lambda m, x, y: m.hypot(x, y),
    "atan2(y, x)": lambda m, x, y: m.atan2(y, x),
    "erfc(x)": lambda m, x, y: m.erfc(x),
    "pi*x": lambda m, x, y: m.pi() * x,
    "-pi": lambda m, x, y: -m.pi(),
    "where(x < y, 1, 2)": lambda m, x, y: m.where("<", x, y, m.number(1.0), m.number(2.0)),
    "y^2": lambda m, x, y: m.where("<", m.number(3.0), m.number(2.0), x, m.power(y, m.number(2.0))),
}


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_a_term(text: str) -> None:
    builder = GraphBuilder(Source("formula", ""))
    x, y = builder.input("x", (0, 0)), builder.input("y", (0, 0))
    m = Terms(builder)
    term = SIMPLIFIED[text](m, Term(m, x), Term(m, y))
    graph = builder.finish(term.node)
    written = written_out(graph, term.node)
    assert written == text


def test_zero_has_no_sign() -> None:
    m = Terms(GraphBuilder(Source("formula", "")))
    assert math.copysign(1.0, (-m.number(0.0)).value or 0.0) == 1.0


def test_what_programs_cannot_call_cannot_be_written() -> None:
    m = Terms(GraphBuilder(Source("formula", "")))
    unknown = m.trigamma(m.number(2.0))
    assert not unknown.is_writable
    assert not (2.0 * m.sin(unknown) - 1.0).is_writable
    assert not m.log(unknown).is_writable


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [(1.0, 2.0, "0.5"), (1.0, 3.0, "1/3"), (6.0, 3.0, "2"), (0.0, 3.0, "0"), (1.0, 0.0, "1/0")],
)
def test_a_quotient_of_numbers_is_a_short_decimal_where_that_is_exact(above: float, below: float, text: str) -> None:
    builder = GraphBuilder(Source("formula", ""))
    terms = Terms(builder)
    output = terms.quotient(terms.number(above), terms.number(below)).node
    assert written_out(builder.finish(output), output) == text


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_cannot_be_written(value: float) -> None:
    assert not Terms(GraphBuilder(Source("formula", ""))).number(value).is_writable
