"""Every row of the table, held against arithmetic that is not ours: a new row is tested the day it is added."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable
from pathlib import Path

import mpmath
import pytest
from multiprecision import Multiprecision

from gradx.numbers.balls import BALLS
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.primitive import row as new_row
from gradx.row_shape import crosses, functions_of, operation_of
from gradx.sweeps.forward import value_in
from gradx.table import CALLABLE, TABLE

CASES = Path(__file__).parents[1] / "cases"
M = Multiprecision(60)
mp = M.context

ELSEWHERE: dict[str, Callable[..., mpmath.mpf]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "%": lambda x, y: x - y * mp.floor(x / y),
    "^": lambda x, y: mp.exp(y * mp.ln(x)),
    "neg": lambda x: -x,
    "identity": lambda x: x,
    "abs": abs,
    "log": mp.ln,
    "logb": mp.log,
    "root": lambda x, n: mp.exp(mp.ln(x) / n),
    "fmod": lambda x, y: x - y * mp.sign(x / y) * mp.floor(abs(x / y)),
    "exp2": lambda x: mp.exp(x * mp.ln(2)),
    "exp10": lambda x: mp.exp(x * mp.ln(10)),
    "xlogy": lambda x, y: x * mp.ln(y),
    "logaddexp": lambda x, y: x + mp.ln(1 + mp.exp(y - x)),
    "elu": lambda x: x if x > 0 else mp.exp(x) - 1,
    "selu": lambda x: x * mp.mpf(1.0507009873554805) if x > 0 else (mp.exp(x) - 1) * mp.mpf(1.7580993408473768),
    "mish": lambda x: x * ((1 + mp.exp(x)) ** 2 - 1) / ((1 + mp.exp(x)) ** 2 + 1),
    "softsign": lambda x: x / (1 + abs(x)),
    "logsigmoid": lambda x: -mp.ln(1 + mp.exp(-x)),
    "hardtanh": lambda x: (abs(x + 1) - abs(x - 1)) / 2,
    "relu6": lambda x: (abs(x) - abs(x - 6)) / 2 + 3,
    "clip": lambda x, lo, hi: sorted((lo, x, hi))[1] if lo <= hi else hi,
    "normcdf": mp.ncdf,
    "log2": lambda x: mp.ln(x) / mp.ln(2),
    "acot": lambda x: mp.pi / 2 - mp.atan(x),
    "relu": lambda x: (x + abs(x)) / 2,
    "leaky_relu": lambda x: x if x > 0 else x * mp.mpf(0.01),
    "sigmoid": lambda x: (1 + mp.tanh(x / 2)) / 2,
    "softplus": lambda x: mp.ln(1 + mp.exp(x)),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * mp.ncdf(x),
    "lgamma": lambda x: mp.ln(abs(mp.gamma(x))),
    "max": lambda x, y: (x + y + abs(x - y)) / 2,
    "min": lambda x, y: (x + y - abs(x - y)) / 2,
}
"""What a primitive is, in mpmath, by another way than the table's; a name that mpmath knows needs no entry."""

ROWS = [row for row in TABLE.values() if row.relation is None]


def points(row: Primitive, count: int = 25) -> list[list[float]]:
    generator = random.Random(row.name)
    return [[generator.uniform(*side) for side in row.sample] for _ in range(count)]


def reference(row: Primitive) -> Callable[..., mpmath.mpf]:
    found = ELSEWHERE.get(row.name) or getattr(mp, row.name, None)
    assert found is not None, f"mpmath has no {row.name}: say in ELSEWHERE what it is"
    return found


def test_a_row_is_shown_by_its_name() -> None:
    assert repr(TABLE["sin"]) == "<sin>"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_value_is_that_of_mpmath(row: Primitive) -> None:
    for xs in points(row):
        expected = reference(row)(*map(mp.mpf, xs))
        assert abs(row.value(M, *map(M.number, xs)) - expected) <= abs(expected) * mp.mpf(10) ** -50
        assert math.isclose(row.value(FLOAT64, *xs), float(expected), rel_tol=1e-13, abs_tol=1e-15)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_partials_are_the_slopes_of_the_value(row: Primitive) -> None:
    f = reference(row)
    h = mp.mpf(10) ** -20
    for xs in points(row):
        exact = [mp.mpf(x) for x in xs]
        wanted = [True] * len(xs)
        rules = row.local_partials(M, row.value(M, *exact), exact, wanted)
        floats = row.local_partials(FLOAT64, row.value(FLOAT64, *xs), xs, wanted)
        for k, (rule, number) in enumerate(zip(rules, floats, strict=True)):
            up, down = ([*exact[:k], exact[k] + s * h, *exact[k + 1 :]] for s in (1, -1))
            slope = (f(*up) - f(*down)) / (2 * h)
            assert rule is not None
            assert number is not None
            assert abs(rule - slope) <= mp.mpf(10) ** -30 * (1 + abs(slope))
            assert math.isclose(number, float(slope), rel_tol=1e-12, abs_tol=1e-14)


@pytest.mark.parametrize("row", [r for r in ROWS if r.written], ids=lambda row: row.name)
def test_what_a_course_writes_is_the_rule(row: Primitive) -> None:
    for xs in points(row):
        exact = [mp.mpf(x) for x in xs]
        v = row.value(M, *exact)
        rules = row.local_partials(M, v, exact, [True] * len(xs))
        for slot, rule in enumerate(rules):
            assert rule is not None
            assert abs(row.written_partial(M, v, exact, slot) - rule) <= mp.mpf(10) ** -40 * (1 + abs(rule))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_sample_lies_inside_the_domain_and_off_the_boundaries(row: Primitive) -> None:
    for xs in points(row):
        assert row.domain is None or row.domain.holds(FLOAT64, *xs)
        assert row.boundaries is None or all(row.boundaries(FLOAT64, *xs))


def nearby(row: Primitive, xs: list[float]) -> list[float] | None:
    """A point beside `xs` with no boundary between them; None where one is too near."""
    if row.boundaries is not None and any(abs(b) < 1e-3 for b in row.boundaries(FLOAT64, *xs)):
        return None
    return [x + 1e-6 for x in xs]


def constant_partials(row: Primitive) -> bool:
    """Whether the local partials are the same at points that no boundary parts."""
    pairs = [(xs, beside) for xs in points(row) if (beside := nearby(row, xs)) is not None]
    assert len(pairs) > 10
    wanted = [True] * len(row.sample)
    both = [[row.local_partials(FLOAT64, row.value(FLOAT64, *xs), xs, wanted) for xs in pair] for pair in pairs]
    return all(here == there for here, there in both)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_linear_where_its_partials_are_constant(row: Primitive) -> None:
    assert row.linear == constant_partials(row)


@pytest.mark.parametrize("row", [r for r in ROWS if r.linear and not r.boundaries], ids=lambda row: row.name)
def test_what_is_linear_everywhere_is_a_sum_with_signs(row: Primitive) -> None:
    for xs in points(row):
        signs = row.local_partials(FLOAT64, row.value(FLOAT64, *xs), xs, [True] * len(xs))
        assert all(abs(sign or 0.0) == 1 for sign in signs)
        assert row.value(FLOAT64, *xs) == math.fsum((sign or 0.0) * x for sign, x in zip(signs, xs, strict=True))


@pytest.mark.parametrize("row", [r for r in TABLE.values() if r.exact], ids=lambda row: row.name)
def test_an_exact_row_is_not_rounded(row: Primitive) -> None:
    for xs in points(row):
        assert row.value(FLOAT64, *xs) == row.value(M, *map(M.number, xs))


NO_BINARY64_POLE = {"tan", "sec"}


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.domain and r.name not in NO_BINARY64_POLE], ids=lambda row: row.name
)
def test_a_domain_has_words_and_an_outside(row: Primitive) -> None:
    assert row.domain is not None
    assert row.domain.words.startswith(("a ", "an ", "arguments "))
    grid = [-2.0, -1.5, -1.0, 0.0, 0.5, 1.0, math.nan]
    width = len(row.sample)
    outside = [xs for xs in ([x] * width for x in grid) if not row.domain.holds(FLOAT64, *xs)]
    assert outside


@pytest.mark.parametrize("relation", ["<", "<=", ">", ">=", "==", "!="])
def test_where_takes_one_branch_and_hands_on_its_slope_alone(relation: str) -> None:
    row = TABLE[f"where{relation}"]
    for left, right in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0)):
        holds = {
            "<": left < right,
            "<=": left <= right,
            ">": left > right,
            ">=": left >= right,
            "==": left == right,
            "!=": left != right,
        }[relation]
        assert row.value(FLOAT64, left, right, 10.0, 20.0) == (10.0 if holds else 20.0)
        assert row.branches(FLOAT64, (left, right, 10.0, 20.0)) == (holds, not holds)
        partials = row.local_partials(FLOAT64, 0.0, (left, right, 10.0, 20.0), [True] * 4)
        assert partials == [0.0, 0.0, float(holds), float(not holds)]


@pytest.mark.parametrize("row", [r for r in ROWS if r.root or r.log_base], ids=lambda row: row.name)
def test_a_root_and_a_logarithm_are_undone_by_a_power(row: Primitive) -> None:
    for (x,) in points(row):
        v = row.value(M, M.number(x))
        undone = v**row.root if row.root else mp.mpf(row.log_base) ** v
        assert abs(undone - x) <= mp.mpf(10) ** -50 * abs(x)


def test_what_the_value_of_a_new_row_asks_for_is_known_without_being_said() -> None:
    scaled = new_row("erfcx", lambda m, x: m.exp(x * x) * m.erfc(x), lambda m, v, x: 2.0 * x * v)
    assert functions_of(scaled) == {"exp", "erfc"}
    assert functions_of(TABLE["*"]) == set()


def edge_values() -> list[dict[str, str]]:
    with open(CASES / "edge_values.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", edge_values(), ids=lambda c: f"{c['primitive']}({c['arguments']})")
def test_edge_values(case: dict[str, str]) -> None:
    row = TABLE[case["primitive"]]
    xs = [float(x) for x in case["arguments"].split()]
    value = row.value(FLOAT64, *xs)
    assert value == pytest.approx(float(case["value"]), rel=1e-14, abs=0)
    if case["partials"]:
        expected = [float(x) for x in case["partials"].split()]
        found = row.local_partials(FLOAT64, value, xs, [True] * len(xs))
        assert found == pytest.approx(expected, rel=1e-13, abs=0, nan_ok=True)


def test_every_name_leads_to_its_row() -> None:
    assert CALLABLE["ln"] is TABLE["log"]
    assert CALLABLE["arctan"] is TABLE["atan"]
    assert all(CALLABLE[name] is row for row in CALLABLE.values() for name in row.names)


def test_the_gamma_family_below_zero_is_quick_and_right() -> None:
    # digamma(-2000000.5) = digamma(2000001.5) (reflection at a half), mpmath's own value at the positive point
    assert FLOAT64.digamma(-2000000.5) == pytest.approx(float(mpmath.digamma(2000001.5)), rel=1e-15)
    assert FLOAT64.trigamma(-0.5) == pytest.approx(float(mpmath.psi(1, -0.5)), rel=1e-15)
    # trigamma(-2000000.5) = pi^2 - trigamma(2000001.5), by the same reflection
    expected = mpmath.pi**2 - mpmath.psi(1, mpmath.mpf(2000001.5))
    assert float(BALLS.trigamma(BALLS.number(-2000000.5))) == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize(("name", "operation"), [("+", "+"), ("-", "-"), ("*", "*"), ("/", "divide"), ("neg", "neg")])
def test_a_row_that_is_one_operation_says_which(name: str, operation: str) -> None:
    assert operation_of(TABLE[name]) == operation


@pytest.mark.parametrize(
    "value",
    [
        lambda m, x, y: y - x,
        lambda m, x, y: x,
        lambda m, x, y: m.sin(x),
        lambda m, x, y: x + 1.0,
        lambda m, x, y: 2.0 * x,
        lambda m, x, y: m.atan2(x, m.sin(y)),
        lambda m, x, y: -(x + y),
        lambda m, x, y: m.maximum(x, y, y),
    ],
)
def test_one_that_is_more_or_other_says_none(value: Callable[..., object]) -> None:
    row = new_row("other", value, lambda m, v, x, y: x, lambda m, v, x, y: y)
    assert operation_of(row) is None
    assert value_in(FLOAT64, row)(0.25, 3.0) == value(FLOAT64, 0.25, 3.0)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.arity], ids=repr)
def test_and_so_a_value_is_the_same_without_what_stands_between(row: Primitive) -> None:
    for x in (-2.5, -1.0, -0.25, 0.0, 0.75, 1.0, 2.5):
        xs = [x, 1.5 * x + 0.25, 2.0, x][: row.arity]
        assert repr(value_in(FLOAT64, row)(*xs)) == repr(row.value(FLOAT64, *xs))


def test_the_local_partials_of_a_product_alone_are_its_operands_crosswise() -> None:
    assert {row.name for row in TABLE.values() if crosses(row)} == {"*"}


def test_nor_do_they_cross_where_only_one_of_them_is_the_other_operand() -> None:
    assert not crosses(new_row("one", lambda m, x, y: x * y, lambda m, v, x, y: y, lambda m, v, x, y: v))
    assert not crosses(new_row("other", lambda m, x, y: x * y, lambda m, v, x, y: v, lambda m, v, x, y: x))
