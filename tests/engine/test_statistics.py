"""A sample of the statistical proof (`make proof` runs the whole of it)."""

from __future__ import annotations

import pytest
from proof.gradients import broken_rules, right_rules


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_right_gradients_are_never_called_wrong(seed: int) -> None:
    tally, broken = right_rules(seed, 500)
    assert broken == []
    assert tally["held against the other evaluator"] > 500
    assert tally["undecided"] == 0
    assert tally["inexact"] <= tally["gradients"] * 0.01


@pytest.mark.sampled(4)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [21, 22, 23, 24])
def test_wrong_gradients_are_never_called_right(seed: int) -> None:
    tally, broken = broken_rules(seed, 150)
    assert broken == []
    assert tally["wrong and called disagree"] > 50
