"""A sample of the proof of `gradx check` (`make proof` runs the whole of it)."""

from __future__ import annotations

import pytest
from proof.homework import FIRST, NAMED, marked


@pytest.mark.sampled(3)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [31, 32, 33])
def test_generated_homework_is_marked_right(seed: int) -> None:
    tally, broken = marked(seed, 60)
    assert broken == []
    assert tally["wrong"] > 10
    assert tally["named"] >= NAMED * tally["wrong"] - 1
    assert tally["first"] >= FIRST * tally["wrong"] - 1
