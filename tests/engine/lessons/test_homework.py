"""A sample of the proof of `gradx check` (`make proof` runs the whole of it)."""

from __future__ import annotations

import pytest
from proof.homework import FIRST, NAMED, marked


@pytest.mark.sampled(4)
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "problems"), [(30, 24), (31, 60), (32, 60), (33, 60)])
def test_generated_homework_is_marked_right(seed: int, problems: int) -> None:
    tally, broken = marked(seed, problems)
    assert broken == []
    assert tally["wrong"] > problems // 6
    assert tally["named"] >= NAMED * tally["wrong"] - 1
    assert tally["first"] >= FIRST * tally["wrong"] - 1
