"""The table read with NumPy says what it says in float64."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from gradx.numbers.arrays import ARRAYS, quiet
from gradx.numbers.float64 import FLOAT64
from gradx.primitive import Primitive
from gradx.table import TABLE

POINTS = 40
EDGES = (0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, 710.0, -750.0, 1e300, -1e300, math.inf, -math.inf, math.nan)


def arguments(row: Primitive) -> list[list[float]]:
    draw = random.Random(row.name)
    samples = row.sample if len(row.sample) == (row.arity or 2) else row.sample * (row.arity or 2)
    return [[draw.uniform(low, high) for _ in range(POINTS)] for low, high in samples]


def agree(found: float, wanted: float) -> bool:
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-300) or (math.isnan(found) and math.isnan(wanted))


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_values_and_partials_are_those_of_float64(row: Primitive) -> None:
    columns = arguments(row)
    wanted = [True] * len(columns)
    with quiet():
        xs = [np.array(column) for column in columns]
        value = np.broadcast_to(row.value(ARRAYS, *xs), POINTS)
        partials = [np.broadcast_to(w, POINTS) for w in row.local_partials(ARRAYS, value, xs, wanted) if w is not None]
    for k, numbers in enumerate(zip(*columns, strict=True)):
        expected = row.value(FLOAT64, *numbers)
        assert agree(float(value[k]), expected)
        for found, each in zip(partials, row.local_partials(FLOAT64, expected, numbers, wanted), strict=True):
            assert each is not None
            assert agree(float(found[k]), each)


# Outside a row's domain nobody looks at its value: that is judged by the table.
AT_THE_EDGES = [
    pytest.param(row, x, id=f"{row.name}-{x}")
    for row in TABLE.values()
    for x in EDGES
    if row.arity == 1 and (row.domain is None or row.domain.holds(FLOAT64, x))
]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("row", "x"), AT_THE_EDGES)
def test_one_argument_at_the_edges_has_a_value_where_float64_has_one(row: Primitive, x: float) -> None:
    expected = row.value(FLOAT64, x)
    with quiet():
        found = float(row.value(ARRAYS, np.array([x]))[0])
    assert agree(found, expected)


def test_where_has_no_value_for_a_condition_without_one() -> None:
    nothing, one = np.array([math.nan, 1.0]), np.array([1.0, 1.0])
    found = ARRAYS.where("<=", nothing, one, one, one + 1.0)
    assert math.isnan(found[0])
    assert found[1] == 1.0


def test_the_largest_of_something_without_a_value_has_none() -> None:
    assert math.isnan(ARRAYS.maximum(np.array([1.0]), np.array([math.nan]))[0])
    assert math.isnan(ARRAYS.minimum(np.array([math.nan]), np.array([1.0]))[0])
