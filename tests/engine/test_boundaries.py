"""Where each primitive has a value, and where it is bent: to the last number of float64 on either side."""

from __future__ import annotations

import math
import re
from itertools import permutations, product

import pytest

from gradx.numbers.arrays import ARRAYS, quiet
from gradx.numbers.float64 import FLOAT64
from gradx.table import TABLE

TINY = 5e-324
ABOVE_1, BELOW_1 = math.nextafter(1, 2), math.nextafter(1, 0)

Points = list[tuple[float, ...]]

DOMAINS: dict[str, tuple[Points, Points]] = {
    "/": ([(1, TINY), (0, -1)], [(1, 0), (0, -0.0)]),
    "%": ([(1, TINY), (0, -1)], [(1, 0)]),
    "^": (
        [(TINY, -0.5), (0, 0), (0, 0.5), (0, 2), (-2, 3), (-2, -3), (-2, 0)],
        [(0, -1), (0, -0.5), (-2, 0.5), (-TINY, 1.5)],
    ),
    "log": ([(TINY,)], [(0,), (-1,)]),
    "log2": ([(TINY,)], [(0,), (-1,)]),
    "log10": ([(TINY,)], [(0,), (-1,)]),
    "log1p": ([(-BELOW_1,)], [(-1,), (-ABOVE_1,)]),
    "sqrt": ([(0,), (TINY,)], [(-TINY,)]),
    "csc": ([(TINY,), (math.pi,)], [(0,)]),
    "cot": ([(TINY,), (math.pi,)], [(0,)]),
    "asin": ([(1,), (-1,)], [(ABOVE_1,), (-ABOVE_1,)]),
    "acos": ([(1,), (-1,)], [(ABOVE_1,), (-ABOVE_1,)]),
    "asec": ([(1,), (-1,)], [(BELOW_1,), (-BELOW_1,), (0,)]),
    "acsc": ([(1,), (-1,)], [(BELOW_1,), (-BELOW_1,), (0,)]),
    "atan2": ([(0, TINY), (TINY, 0), (0, -1), (-1, 0)], [(0, 0)]),
    **{name: ([(TINY,), (-TINY,)], [(0,)]) for name in ("csch", "coth", "acsch")},
    "asech": ([(TINY,), (1,)], [(0,), (-0.5,), (ABOVE_1,)]),
    "acoth": ([(ABOVE_1,), (-ABOVE_1,)], [(1,), (-1,), (0,)]),
    "root": ([(TINY, 2), (0, 0.5), (-8, 3), (-8, -3), (8, -2)], [(-8, 2), (-8, 2.5), (0, -1), (0, 0), (1, 0)]),
    "logb": ([(TINY, 2), (1, TINY), (1, BELOW_1)], [(0, 2), (1, 1), (1, 0), (1, -2)]),
    "xlogy": ([(0, 0), (0, TINY), (-1, TINY)], [(1, 0), (0, -1), (TINY, 0)]),
    "fmod": ([(1, TINY), (0, -1)], [(1, 0)]),
    "acosh": ([(1,), (ABOVE_1,)], [(BELOW_1,), (-2,)]),
    "atanh": ([(BELOW_1,), (-BELOW_1,)], [(1,), (-1,), (2,)]),
    **{name: ([(TINY,), (-0.5,), (-1.0000001,)], [(0,), (-1,), (-2,)]) for name in ("gamma", "lgamma", "digamma")},
}
"""Points of the domain, and points outside it."""

EVERYWHERE_OR_NO_EDGE_IN_FLOAT64 = {"tan", "sec"}


def test_every_domain_is_here() -> None:
    assert DOMAINS.keys() | EVERYWHERE_OR_NO_EDGE_IN_FLOAT64 == {n for n, row in TABLE.items() if row.domain}


@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_ends_where_it_should(name: str) -> None:
    domain = TABLE[name].domain
    assert domain is not None
    inside, outside = DOMAINS[name]
    assert [xs for xs in inside if not domain.holds(FLOAT64, *xs)] == []
    assert [xs for xs in outside if domain.holds(FLOAT64, *xs)] == []


@pytest.mark.parametrize("name", ["log", "log1p", "sqrt", "acosh"])
def test_the_words_of_a_domain_name_its_limit(name: str) -> None:
    domain = TABLE[name].domain
    assert domain is not None
    limit = {"log": "0", "log1p": "-1", "sqrt": "0", "acosh": "1"}[name]
    assert re.search(r"-?\d+", domain.words)[0] == limit  # type: ignore[index]


SMOOTH = {
    *("+", "-", "*", "neg", "identity", "exp", "expm1", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh"),
    *("sigmoid", "softplus", "silu", "gelu", "erf"),
    *("exp2", "exp10", "logaddexp", "sech", "mish", "logsigmoid", "erfc", "normcdf"),
}

BOUNDARIES: dict[str, tuple[Points, Points]] = {
    "/": ([(1, 0)], [(0, 1), (0, -1)]),
    "%": ([(6, 3), (-6, 3), (0, 3), (1, 0)], [(7, 3), (-7, 3), (7.5, -3), (1, 2)]),
    # only whole exponents have a value below 0; x^1, x^2, … are smooth at 0, other powers end or bend there
    "^": (
        [(0, 0.5), (0, 1.5), (0, -1), (0, 0), (-2, 3), (-2, -1), (-2, 0)],
        [(0, 1), (0, 2), (0, 3), (2, 0), (2, 3), (2, -0.5), (TINY, 0.5), (-2, 0.5)],
    ),
    **{name: ([(0,)], [(TINY,), (1,)]) for name in ("log", "log2", "log10", "sqrt", "cbrt", "abs", "sign")},
    "log1p": ([(-1,)], [(0,), (-0.5,), (1,)]),
    "floor": ([(0,), (2,), (-3,)], [(0.25,), (2.5 + 1e-9,), (-0.75,), (1.9,)]),
    "ceil": ([(0,), (2,), (-3,)], [(0.25,), (2.5 + 1e-9,), (-0.75,), (1.9,)]),
    **{name: ([], [(0.0,), (1.0,), (math.pi / 2,)]) for name in ("tan", "sec")},
    **{name: ([(0,)], [(1.0,), (math.pi,)]) for name in ("csc", "cot")},
    **{name: ([(1,), (-1,)], [(0,), (0.5,)]) for name in ("asin", "acos", "atanh")},
    **{name: ([(1,), (-1,)], [(2,), (-2,), (0,)]) for name in ("asec", "acsc")},
    **{name: ([(0,)], [(-1,), (1,)]) for name in ("acot", "relu", "leaky_relu")},
    "atan2": ([(0, -1), (0, 0)], [(0, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (1, 1)]),
    "hypot": ([(0, 0)], [(0, 1), (1, 0), (-3, 4)]),
    "acosh": ([(1,)], [(ABOVE_1,), (2,), (0,), (-1,)]),
    **{
        name: ([(0,), (-1,), (-2,)], [(0.25,), (0.6,), (1,), (2,), (-0.75,), (-1.25,)])
        for name in ("gamma", "lgamma", "digamma")
    },
    **{name: ([(0,)], [(TINY,), (-1,), (1,)]) for name in ("csch", "coth", "acsch", "elu", "selu", "softsign", "sinc")},
    "asech": ([(0,), (1,)], [(0.5,), (-1,), (2,)]),
    "acoth": ([(1,), (-1,)], [(0,), (2,), (-2,)]),
    "hardtanh": ([(1,), (-1,)], [(0,), (2,), (ABOVE_1,)]),
    "relu6": ([(0,), (6,)], [(3,), (-1,), (7,)]),
    "clip": ([(0, 0, 1), (1, 0, 1), (3, 5, 5)], [(0.5, 0, 1), (2, 0, 1), (-1, 0, 1), (3, 5, 1)]),
    # below 0 only odd roots have a value; at 0 every root ends, bends or is vertical, but for the first
    "root": ([(0, 2), (0, 5), (-8, 3), (2, 0)], [(8, 3), (2, 2.5), (-8, 2), (TINY, 3)]),
    "logb": ([(0, 2), (2, 1), (2, 0)], [(1, 2), (9, 3), (9, 0.5)]),
    "xlogy": ([(0, 0), (1, 0)], [(0, 1), (1, 1), (-1, TINY)]),
    "fmod": ([(6, 3), (-6, 3), (0, 3), (1, 0)], [(7, 3), (-7, 3), (7.5, -3), (1, 2)]),
    "max": ([(1, 1), (1, 2, 2), (2, 1, 2)], [(1, 2), (2, 1), (1, 1, 2), (2, 1, 1), (5,)]),
    "min": ([(1, 1), (2, 1, 1), (1, 2, 1)], [(1, 2), (2, 1), (2, 2, 1), (1, 2, 2), (5,)]),
    **{
        f"where{relation}": ([(1, 1, 5, 6), (0, 0, 0, 0)], [(1, 2, 5, 5), (2, 1, 5, 5)])
        for relation in ("<", "<=", ">", ">=", "==", "!=")
    },
}
"""Points where a primitive has a kink, a jump, a branch or an edge, and points where it has none."""


def is_at_a_boundary(name: str, xs: tuple[float, ...]) -> bool:
    row = TABLE[name]
    return row.boundaries is not None and not all(row.boundaries(FLOAT64, *map(float, xs)))


def test_every_primitive_is_smooth_or_has_its_boundaries_here() -> None:
    assert SMOOTH | BOUNDARIES.keys() == TABLE.keys()
    assert all(TABLE[name].boundaries is None for name in SMOOTH)


@pytest.mark.parametrize("name", BOUNDARIES)
def test_a_boundary_is_where_the_primitive_is_bent_and_nowhere_else(name: str) -> None:
    at, beside = BOUNDARIES[name]
    assert [xs for xs in at if not is_at_a_boundary(name, xs)] == []
    assert [xs for xs in beside if is_at_a_boundary(name, xs)] == []


def test_where_0_to_a_power_jumps_a_boundary_is_met_along_the_exponent() -> None:
    # a base of 0 is on a boundary at either exponent
    boundaries = TABLE["^"].boundaries
    assert boundaries is not None
    assert [boundaries(FLOAT64, 0.0, exponent).count(0.0) for exponent in (0.5, 0.0)] == [1, 2]


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("name", ["max", "min"])
def test_a_boundary_of_max_and_min_changes_its_sign_where_another_argument_wins(name: str, count: int) -> None:
    row = TABLE[name]
    assert row.boundaries is not None
    best = max if name == "max" else min
    for xs, ys in product(permutations((-2.0, 1.0, 1.5, 4.0)[:count]), repeat=2):
        before, after = row.boundaries(FLOAT64, *xs), row.boundaries(FLOAT64, *ys)
        crossed = any(a * b < 0 for a, b in zip(before, after, strict=True))
        assert crossed == (xs.index(best(xs)) != ys.index(best(ys)))


JUMPS = {"%", "fmod", "^", "sign", "floor", "ceil", "acot", "atan2"} | {
    name for name in TABLE if name.startswith("where")
}
PIECEWISE = {"sign", "floor", "ceil", "relu", "max", "min", "hardtanh", "relu6", "clip"} | {
    name for name in TABLE if name.startswith("where")
}


def test_what_jumps_and_what_does_not_depend_on_an_argument_is_said() -> None:
    # 0^y jumps from 1 to 0 at y = 0, atan2 by a turn at its cut, acot by half a turn at 0
    assert {name for name, row in TABLE.items() if row.jumps} == JUMPS
    assert {name for name, row in TABLE.items() if row.piecewise} == PIECEWISE


def test_a_primitive_that_is_bent_inside_its_domain_says_what_backprop_takes() -> None:
    bent = {*JUMPS, "abs", "relu", "leaky_relu", "hypot", "max", "min", "selu", "hardtanh", "relu6", "clip"} - {"^"}
    assert {name for name, row in TABLE.items() if row.convention} == bent


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.domain is not None])
def test_outside_its_domain_a_value_is_no_number(name: str) -> None:
    row = TABLE[name]
    assert row.domain is not None
    grid = (-3.0, -2.5, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)
    for xs in product(grid, repeat=len(row.sample)):
        if not row.domain.holds(FLOAT64, *xs):
            assert not math.isfinite(row.value(FLOAT64, *xs)), xs
            with quiet():
                assert not math.isfinite(row.value(ARRAYS, *map(ARRAYS.number, xs))), xs
