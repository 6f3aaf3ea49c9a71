"""What balls say of a domain: yes, no, or not known."""

from __future__ import annotations

import pytest
from flint import arb

from gradx.numbers.balls import BALLS
from gradx.table import TABLE


@pytest.mark.parametrize(
    ("name", "xs", "inside"),
    [
        ("%", (1, arb(0)), False), ("%", (1, arb(0, 0.1)), None), ("%", (1, arb(0.3, 0.1)), True),
        ("/", (0, arb(0)), False), ("/", (1, arb(0, 0.1)), None), ("^", (0, arb(-1)), False),
        ("^", (0, arb(0, 0.1)), None), ("^", (-2, arb(3)), True), ("^", (-2, arb(0.5)), False),
        ("acos", (arb(1),), True), ("acos", (arb(1, 0.1),), None), ("gamma", (arb(-2),), False),
    ],
)  # fmt: skip
def test_a_domain_in_balls(name: str, xs: tuple[arb, ...], inside: bool | None) -> None:
    assert BALLS.inside(TABLE[name], tuple(map(arb, xs))) is inside


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_a_whole_power_of_a_ball_around_0_is_a_ball_around_0(n: int) -> None:
    found = BALLS.power(arb(0, 0.5), arb(n))
    assert found.contains(arb(0.5) ** n)
    assert found.abs_upper() < 1.01 * 0.5**n
    assert not BALLS.power(arb(0, 0.5), arb(-n)).is_finite()
    assert not BALLS.power(arb(0, 0.5), arb(n) + arb(0.5)).is_finite()
