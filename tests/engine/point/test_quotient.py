"""The difference quotient with Cauchy's remainder: it holds the slope, and there is none where nothing is analytic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import acb, arb
from single_rows import ROWS, bounds, contains, fraction, points, program, slope, slope_of

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.complex_balls import COMPLEX_BALLS
from gradx.numbers.decimals import significant
from gradx.point.quotient import (
    LEAST_HALVINGS,
    Quotient,
    exponent,
    node_quotient,
    quotient,
    scales,
    upright_quotient,
)
from gradx.point.reading import Reading
from gradx.primitive import Primitive
from gradx.sweeps.forward import value_in
from gradx.table import TABLE


def reading(graph: Graph, point: dict[int, float], bits: int = 256) -> Reading:
    return Reading(graph, BALLS, lambda m: {i: arb(x) for i, x in point.items()}, bits)


def along(text: str, radius: int, bits: int = 256, **point: float) -> Quotient | None:
    """The quotient along x on a ball of radius 2^`radius`."""
    graph = read(text).graph
    i = graph.index["x"]
    at = {graph.index[name]: x for name, x in point.items()}
    return node_quotient(reading(graph, at, bits), i, graph.downstream(i), radius)


def slots(row: Primitive) -> range:
    """The arguments along which a row is differentiated."""
    return range(2 if row.relation is not None else 0, len(row.sample))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_quotient_of_every_row_holds_its_slope(row: Primitive) -> None:
    graph = program(row)
    for point in points(row, 12):
        here = reading(graph, point)
        for slot in slots(row):
            true = slope(row, slot, point)
            found = node_quotient(here, slot, [slot, graph.output], -20)
            assert found is not None
            assert contains(found.slope, true)
            assert float(found.slope.rad()) <= 1e-38 * (1 + abs(float(true)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("spread", [0.0, 2.0**-60])
def test_so_does_the_one_along_the_imaginary_axis(row: Primitive, spread: float) -> None:
    for point in points(row, 12):
        for slot in slots(row):
            true = slope(row, slot, point)
            xs = [arb(point[k], spread * (k == slot)) for k in range(len(point))]
            for radius in (0, -3, -20):
                with precision(256):
                    on, x = _row_along(row, xs, slot)
                    found = upright_quotient(on, x, radius, 256)
                assert found is None or contains(found, true), (point, slot, radius)


@pytest.mark.parametrize("text", ["sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "sinh", "sigmoid", "log1p"])
def test_that_one_keeps_the_digits_of_its_argument(text: str) -> None:
    row, x = TABLE[text], arb(0.75, 2.0**-200)
    with precision(256):
        on, _ = _row_along(row, [x], 0)
        found = upright_quotient(on, x, -12, 256)
        assert found is not None
        assert found.rel_accuracy_bits() > 190


def _row_along(row: Primitive, xs: list[arb], slot: int) -> tuple[Callable[[acb], acb], arb]:
    """A row as a function of one of its arguments on complex balls, and that argument."""
    fixed = [acb(x) for x in xs]
    value_of = value_in(COMPLEX_BALLS, row)
    return lambda z: value_of(*fixed[:slot], z, *fixed[slot + 1 :]), xs[slot]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_holds_the_slope_on_every_ball_on_which_there_is_one(row: Primitive) -> None:
    graph = program(row)
    for point in points(row, 4):
        here = reading(graph, point)
        for slot in slots(row):
            true = slope(row, slot, point)
            for radius in (2, 0, -1, -2, -3, -5, -8, -40, -64):
                found = node_quotient(here, slot, [slot, graph.output], radius)
                assert found is None or contains(found.slope, true), (point, slot, radius)


DISTANCE = 10


@pytest.mark.parametrize(
    ("text", "x"),
    [
        *(
            (f"{name}(x)", 0.0)
            for name in ("log", "log2", "log10", "sqrt", "cbrt", "abs", "relu", "leaky_relu", "acot")
        ),
        *((f"{name}(x)", 0.0) for name in ("sign", "gamma", "lgamma", "digamma", "csc", "cot")),
        *((f"{name}(x)", 1.0) for name in ("acosh", "asec", "acsc", "floor", "ceil")),
        *((f"{name}(-x)", -1.0) for name in ("asin", "acos", "atanh")),
        ("log1p(x)", -1.0),
        ("1/x", 0.0),
        ("x^0.5", 0.0),
        ("x^(-2)", 0.0),
        ("x^x", 0.0),
        ("x % 1", 2.0),
        ("1 % x", 0.5),
        ("hypot(x, 0)", 0.0),
        ("atan2(0, -x)", 0.0),
        ("max(x, 1)", 1.0),
        ("min(1, x)", 1.0),
        ("where(x < 1, x, 2)", 1.0),
        ("where(x >= 1, x, 2)", 1.0),
    ],
)
def test_a_ball_that_reaches_a_boundary_gives_none_and_one_that_does_not_gives_the_slope(text: str, x: float) -> None:
    here = x + 2.0**-DISTANCE
    assert along(text, 1 - DISTANCE, x=here) is None
    nearer = 12 if text == "acot(x)" else 1  # atan(1/z): the strip in which atan is looked at is narrow
    found = along(text, -nearer - DISTANCE, x=here)
    assert found is not None
    assert contains(found.slope, slope_of(read(text).graph, "x", x=here))


@pytest.mark.parametrize(
    ("text", "distance"),
    [
        ("atan(x)", 1.0),  # ±i
        ("asinh(x)", 1.0),
        ("1/(x^2 + 1)", 1.0),
        ("hypot(x, 1)", 1.0),
        ("log(x^2 + 1)", 1.0),
        ("sqrt(x^2 + 1)", 1.0),
        ("tanh(x)", 1.5707963267948966),  # ±iπ/2
        ("atan2(x, 1)", 1.0),
        ("sigmoid(x)", 3.141592653589793),  # ±iπ
        ("softplus(x)", 3.141592653589793),
        ("silu(x)", 3.141592653589793),
    ],
)
def test_a_pole_or_a_cut_off_the_real_line_counts_too(text: str, distance: float) -> None:
    beyond = 1 if distance < 2 else 2
    assert along(text, beyond, x=0.0) is None
    found = along(text, beyond - 3, x=0.0)
    assert found is not None
    assert contains(found.slope, slope_of(read(text).graph, "x", x=0.0))


@pytest.mark.parametrize("text", ["exp(x)", "sin(x)", "cos(x)", "sinh(x)", "cosh(x)", "erf(x)", "gelu(x)", "expm1(x)"])
def test_what_is_analytic_everywhere_has_a_quotient_on_a_ball_of_any_size(text: str) -> None:
    for radius in (0, 2, 4):
        found = along(text, radius, x=0.75)
        assert found is not None
        assert contains(found.slope, slope_of(read(text).graph, "x", x=0.75))


POLYNOMIALS = [
    (0, 0, 0, 1),
    (1, -2, 0, 5),
    (0, 1, 0, -1, 0, 1),
    (3, 1, 4, 1, 5, 9, 2, 6),
    tuple(range(1, 16)),
    (7, 0, 0, 0, 0, 0, 0, 0, 0, 1),
]

ON_THE_CIRCLE = [(1, 0, 1), (-1, 0, 1), (0, 1, 1), (3, 4, 5), (-5, 12, 13), (8, -15, 17), (-20, -21, 29)]


@pytest.mark.parametrize("radius", [-20, -3, 0, 2])
@pytest.mark.parametrize("coefficients", POLYNOMIALS)
def test_the_remainder_of_a_polynomial_in_exact_fractions(coefficients: tuple[int, ...], radius: int) -> None:
    x = Fraction(3, 4)

    with precision(256):
        found = quotient(
            value_of(coefficients, acb), value_of(coefficients, arb), arb(0.75), value_of(coefficients, arb)(arb(0.75)),
            radius, 256,
        )  # fmt: skip
    assert found is not None
    h, reach, bound = fraction(found.step), fraction(found.radius), fraction(found.bound)
    remainder, q = fraction(found.remainder), h / reach
    true = sum(k * c * x ** (k - 1) for k, c in enumerate(coefficients) if k)
    difference = (exactly(coefficients, x + h) - exactly(coefficients, x - h)) / (2 * h)
    assert reach == Fraction(2) ** radius
    assert 0 < q <= Fraction(1, 2**LEAST_HALVINGS)
    for a, b, c in ON_THE_CIRCLE:
        assert change(coefficients, x, reach * Fraction(a, c), reach * Fraction(b, c)) <= bound**2
    estimate = bound / reach * q**2 / (1 - q**2)
    assert estimate <= remainder <= estimate * (1 + Fraction(1, 10**8))
    assert abs(difference - true) <= remainder
    lower, upper = bounds(found.slope)
    assert lower <= true <= upper
    assert lower <= difference - remainder < difference + remainder <= upper


def value_of(coefficients: tuple[int, ...], number: Callable[[int], acb | arb]) -> Callable[[acb | arb], acb | arb]:
    def at(z: acb | arb) -> acb | arb:
        total = number(0)
        for c in reversed(coefficients):
            total = total * z + c
        return total

    return at


def exactly(coefficients: tuple[int, ...], x: Fraction) -> Fraction:
    return sum((c * x**k for k, c in enumerate(coefficients)), Fraction(0))


def change(coefficients: tuple[int, ...], x: Fraction, a: Fraction, b: Fraction) -> Fraction:
    """|f(x + a + bi) - f(x)|^2."""
    re, im, real, imaginary = Fraction(1), Fraction(0), Fraction(0), Fraction(0)
    for c in coefficients:
        real, imaginary = real + c * re, imaginary + c * im
        re, im = re * (x + a) - im * b, re * b + im * (x + a)
    return (real - exactly(coefficients, x)) ** 2 + imaginary**2


def test_a_quotient_is_as_sharp_as_a_third_of_the_bits_and_more_bits_sharpen_it() -> None:
    digits = []
    for bits in (256, 640, 1_800, 4_000):
        found = along("exp(sin(x))", -20, bits, x=0.3)
        assert found is not None
        digits.append(significant(found.slope))
    assert digits[0] >= 40
    assert all(more > 2 * fewer for fewer, more in pairwise(digits))


def test_other_nodes_are_held() -> None:
    # d/dx of u + x^2 along u is 1, although u depends on x
    graph = read("u = x^3; u + x^2").graph
    u = graph.index["u"]
    found = node_quotient(reading(graph, {graph.index["x"]: 2.0}), u, graph.downstream(u), -20)
    assert found is not None
    assert found.slope.contains(1)


@pytest.mark.parametrize(
    ("x", "expected"),
    [(0.0, (0,)), (0.3, (0,)), (3.0, (2,)), (1e6, (20,)), (1e30, (100, 0)), (1e-30, (0, -99)), (-1e30, (100, 0))],
)
def test_scales(x: float, expected: tuple[int, ...]) -> None:
    assert scales(arb(x)) == expected


def test_an_exponent_is_that_of_the_far_end_of_a_ball() -> None:
    assert exponent(arb(0)) is None
    assert exponent(arb.nan()) is None
    assert exponent(arb.pos_inf()) is None
    assert exponent(arb(1)) == 1
    assert exponent(arb(-5)) == 3
    assert exponent(arb(1, 7.5)) == 4
