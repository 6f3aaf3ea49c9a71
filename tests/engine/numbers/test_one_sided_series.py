"""One-sided expansions: against mpmath a little beside the point, and in what they leave open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flint import arb, fmpq
from mpmath import mp, mpf

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.expansion import Expansion
from gradx.numbers.known import TooFewTerms, Undecided, known
from gradx.numbers.normal_form import Exponent
from gradx.numbers.one_sided_series import OneSidedSeries
from gradx.sweeps.forward import forward
from gradx.table import FUNCTIONS, OPERATORS

BITS, NEAR = 700, 60
"""t is 2^-60."""


def expansion(text: str, x: float, direction: int, order: int = 6) -> Expansion:
    graph: Graph = read(text).graph
    m = OneSidedSeries(order)
    return forward(graph, m, {graph.index["x"]: m.beside(known(x), direction)}).values[graph.output]


def _power(t: arb, e: Exponent) -> arb:
    return t ** arb(fmpq(e.numerator, e.denominator))


def at(x: Expansion, t: arb) -> arb:
    """The sum of the terms at t."""
    total = arb(0)
    for e, k, c in x.terms:
        total += c.ball * _power(t, e) * (-t.log()) ** k
    return total


def close(x: Expansion, truth: arb, t: arb) -> bool:
    """Whether the terms miss the truth by no more than the rest, t^R up to a factor and powers of log t; where there is
    none, by what an exponent of 200 bits may."""
    slack = 2.0**-190 * abs(truth) + 2.0**-600 if x.rest is None else 1e5 * _power(t, x.rest) * (-t.log()) ** 8
    return bool(abs(at(x, t) - truth) <= slack)


BESIDE: list[tuple[str, float, int, Callable[[mpf], mpf]]] = [
    ("sqrt(x)", 0, 1, lambda t: mp.sqrt(t)),
    ("sqrt(x^3 + x^4)", 0, 1, lambda t: mp.sqrt(t**3 + t**4)),
    ("cbrt(x)", 0, -1, lambda t: -mp.cbrt(t)),
    ("x^1.05", 0, 1, lambda t: t ** mpf(1.05)),
    ("x^x", 0, 1, lambda t: t**t),
    ("x^sqrt(2)", 0, 1, lambda t: t ** mp.sqrt(2)),
    ("sin(x)^x", 0, 1, lambda t: mp.sin(t) ** t),
    ("(1 + x)^(1/x)", 0, 1, lambda t: (1 + t) ** (1 / t)),
    ("log(sin(x))", 0, 1, lambda t: mp.log(mp.sin(t))),
    ("log(x)*log(x)*x", 0, 1, lambda t: mp.log(t) ** 2 * t),
    ("asin(x)", 1, -1, lambda t: mp.asin(1 - t)),
    ("asin(x)", -1, 1, lambda t: mp.asin(-1 + t)),
    ("acos(x)", 1, -1, lambda t: mp.acos(1 - t)),
    ("acos(x)", -1, 1, lambda t: mp.acos(-1 + t)),
    ("acosh(x)", 1, 1, lambda t: mp.acosh(1 + t)),
    ("atanh(x)", 1, -1, lambda t: mp.atanh(1 - t)),
    ("asec(x)", 1, 1, lambda t: mp.asec(1 + t)),
    ("acsc(x)", -1, -1, lambda t: mp.acsc(-1 - t)),
    ("acot(x)", 0, -1, lambda t: mp.acot(-t)),
    ("atan(1/x)", 0, 1, lambda t: mp.atan(1 / t)),
    ("atan(1/x)", 0, -1, lambda t: mp.atan(-1 / t)),
    ("tanh(log(x))", 0, 1, lambda t: mp.tanh(mp.log(t))),
    ("sigmoid(log(x))", 0, 1, lambda t: t / (1 + t)),
    ("asinh(1/x)", 0, 1, lambda t: mp.asinh(1 / t)),
    ("asinh(1/x)", 0, -1, lambda t: mp.asinh(-1 / t)),
    ("softplus(-log(x))", 0, 1, lambda t: mp.log(1 + 1 / t)),
    ("gamma(x)", 0, 1, lambda t: mp.gamma(t)),
    ("gamma(x)", -3, -1, lambda t: mp.gamma(-3 - t)),
    ("lgamma(x)", -2, 1, lambda t: mp.log(abs(mp.gamma(-2 + t)))),
    ("digamma(x)", -1, 1, lambda t: mp.digamma(-1 + t)),
    ("x % 0.75", 3, -1, lambda t: mpf(0.75) - t),
    ("0.75 % x", 0.25, 1, lambda t: mpf(0.75) - 2 * (mpf(0.25) + t)),
    ("tan(x)/x", 0, 1, lambda t: mp.tan(t) / t),
    ("(x - sin(x))/(x - tan(x))", 0, 1, lambda t: (t - mp.sin(t)) / (t - mp.tan(t))),
    ("hypot(x, x^2)", 0, -1, lambda t: mp.hypot(t, t**2)),
    ("atan2(x, -1)", 0, -1, lambda t: mp.atan2(-t, -1)),
    ("exp(-1/x)", 0, 1, lambda t: mp.exp(-1 / t)),
    ("erf(1/x)", 0, -1, lambda t: mp.erf(-1 / t)),
    ("floor(x)*x", 2, -1, lambda t: 2 - t),
    ("max(x, x^2, x^3)", 1, -1, lambda t: 1 - t),
    ("(-2)^(x - x)", 1, 1, lambda t: mpf(1)),
]


@pytest.mark.parametrize(
    ("text", "x", "direction", "truth"), BESIDE, ids=lambda v: str(v) if isinstance(v, str) else ""
)
def test_beside_an_edge(text: str, x: float, direction: int, truth: Callable[[mpf], mpf]) -> None:
    mp.prec = BITS
    with precision(BITS):
        found = expansion(text, x, direction)
        exact = arb(mp.nstr(truth(mpf(2) ** -NEAR), 190))
        assert found.missing is None
        assert close(found, exact + exact * arb(0, 2.0**-620), arb(2) ** -NEAR)


@pytest.mark.parametrize("row", [*OPERATORS, *FUNCTIONS], ids=lambda row: row.name)
@pytest.mark.parametrize("part", [0.19, 0.5, 0.83])
def test_every_row_beside_a_regular_point(row, part: float) -> None:  # type: ignore[no-untyped-def]
    m = OneSidedSeries(5)
    arguments = [a + (b - a) * part for a, b in row.sample]
    with precision(BITS):
        t = arb(2) ** -NEAR
        for slot in range(len(arguments)):
            for direction in (-1, 1):
                xs = [m.beside(known(x), direction) if k == slot else m.number(x) for k, x in enumerate(arguments)]
                balls = [arb(x) + direction * t if k == slot else arb(x) for k, x in enumerate(arguments)]
                try:
                    found = row.value(m, *xs)
                except Undecided:  # an exponent that moves, of a base below zero
                    pytest.fail("a regular point is known")
                assert close(found, row.value(BALLS, *balls), t)


@pytest.mark.parametrize(
    ("text", "x", "direction"),
    [("log(x)", 0, -1), ("sqrt(x)", 0, -1), ("x^0.5", 0, -1), ("asin(x)", 1, 1), ("acos(x)", -1, -1),
     ("acosh(x)", 1, -1), ("atanh(x)", 1, 1), ("asec(x)", 1, -1), ("(-2)^x", 1, 1), ("0^x", 0, -1), ("x^x", 0, -1),
     ("log1p(x)", -1, -1),
     ("1/(x - x)", 1, 1), ("log(x - x)", 1, 1), ("x % (x - x)", 1, 1)],
)  # fmt: skip
def test_there_is_no_value_on_this_side(text: str, x: float, direction: int) -> None:
    graph = read(text).graph
    m = OneSidedSeries(4)
    with precision(128):
        run = forward(graph, m, {graph.index["x"]: m.beside(known(x), direction)})
    assert run.faults[graph.output] >= 0


@pytest.mark.parametrize("text", ["sin(1/x)", "cos(1/x) + x"])
def test_what_swings_is_only_known_to_be_bounded(text: str) -> None:
    found = expansion(text, 0, 1)
    assert (found.terms, found.rest) == ((), 0)


@pytest.mark.parametrize("text", ["exp(1/x)", "log(log(1/x))", "tan(1/x)", "1/(1 + 1/log(x))"])
def test_what_is_no_such_expansion_is_undecided(text: str) -> None:
    with pytest.raises(Undecided):
        expansion(text, 0, 1)


def test_exponents_that_cannot_be_told_apart_are_undecided() -> None:
    with precision(512), pytest.raises(Undecided):
        expansion("x^sqrt(2) - x^1.4142135623730951*x^(sqrt(2) - 1.4142135623730951)*x^(2^-120)", 0, 1)


def test_a_sign_beyond_the_order_asks_for_more_terms() -> None:
    text = "sin(x) - x + x^3/6 - x^5/120"
    with pytest.raises(TooFewTerms):
        expansion(text, 0, 1, 3).sign()
    assert expansion(text, 0, 1, 8).sign() == -1


def test_polynomials_are_exact() -> None:
    found = expansion("(x - 1)^9 - (x - 1)^8*(x - 1)", 1, 1, 2)
    assert (found.terms, found.rest) == ((), None)
