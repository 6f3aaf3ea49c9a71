"""The numbers of a range."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gradx.errors import GradxError
from gradx.language.bindings import MOST_ROWS, read_range


@given(some.integers(-500, 500), some.integers(1, 60), some.integers(1, 90), some.integers(0, 3))
def test_every_number_is_the_decimal_nearest_to_what_is_written(low: int, steps: int, step: int, places: int) -> None:
    scale = 10**places
    first, by, last = (str(float(Fraction(k, scale))) for k in (low, step, low + step * steps))
    found = [binding.value for binding in read_range(f"x={first}..{last}:{by}")]
    assert found == [float(Fraction(low + k * step, scale)) for k in range(steps + 1)]


@given(some.integers(2, 997))
def test_the_last_number_is_met_where_the_steps_come_to_it(parts: int) -> None:
    found = [binding.value for binding in read_range(f"x=0..1:1/{parts}")]
    assert found == [k / parts for k in range(parts + 1)]


def test_a_step_that_does_not_come_to_the_end_stops_before_it() -> None:
    assert [binding.value for binding in read_range("x=0..1:0.4")] == [0, 0.4, 0.8]


def test_a_range_has_so_many_numbers_and_no_more() -> None:
    assert len(read_range(f"x=1..{MOST_ROWS}")) == MOST_ROWS
    with pytest.raises(GradxError, match="100,001 rows"):
        read_range(f"x=0..{MOST_ROWS}")


@pytest.mark.parametrize(
    ("text", "hint"),
    [("x=1..0", "write x=0..1"), ("x=1..0:0.5", "write x=0..1:0.5"), ("x=1..0:-0.5", "write x=0..1:0.5")],
)
def test_a_range_that_goes_down_is_turned_round(text: str, hint: str) -> None:
    with pytest.raises(GradxError) as caught:
        read_range(text)
    assert caught.value.problem.hint == hint
    assert len(read_range(hint.removeprefix("write "))) > 1
