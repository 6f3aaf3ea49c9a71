"""A sample of the statistical proof (`make proof` runs the whole of it)."""

from __future__ import annotations

import pytest
from proof.enclosures import enclosures
from proof.gradients import (
    LEAST_CALLED_WRONG,
    LEAST_PROVED,
    MOST_INEXACT,
    MOST_UNDECIDED,
    broken_rules,
    right_rules,
)
from proof.second_derivatives import second_derivatives


@pytest.mark.sampled(5)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "programs"), [(10, 120), (11, 300), (14, 300), (15, 300), (16, 300)])
def test_every_verdict_is_true(seed: int, programs: int) -> None:
    tally, broken = right_rules(seed, programs)
    assert broken == []
    assert sum(tally[name] for name in tally if name.startswith("held ")) > programs
    for place, most in MOST_UNDECIDED.items():
        assert tally[f"undecided {place}"] <= most * tally[f"gradients {place} a boundary"]
    assert tally["ordinary inexact"] <= MOST_INEXACT * tally["ordinary gradients"]
    assert tally["proved"] >= LEAST_PROVED * tally["gradients"]
    assert tally["enclosures missed"] == 0


@pytest.mark.sampled(5)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "programs"), [(20, 50), (21, 150), (22, 150), (23, 150), (24, 150)])
def test_wrong_gradients_are_never_called_right(seed: int, programs: int) -> None:
    tally, broken = broken_rules(seed, programs)
    assert broken == []
    assert tally["wrong gradients"] > programs / 3
    assert tally["wrong and called disagree"] >= LEAST_CALLED_WRONG * tally["wrong gradients"]


def test_what_is_proved_holds_the_truth() -> None:
    tally, missed = enclosures(31, 1000)
    assert missed == []
    assert tally["small enclosures"] >= 1000


@pytest.mark.sampled(3)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "programs"), [(40, 40), (41, 120), (42, 120)])
def test_every_verdict_on_a_second_derivative_is_true(seed: int, programs: int) -> None:
    tally, broken = second_derivatives(seed, programs)
    assert broken == []
    assert tally["enclosures held"] > 5 / 3 * programs
    assert tally["agree"] > 0.6 * tally["derivatives"]
