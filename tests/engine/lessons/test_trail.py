"""A long descent is remembered evenly, with its first and its last step."""

from __future__ import annotations

from itertools import pairwise

from gradx.lessons.descents.descent import KEPT, Steps, Trail


def trail(count: int, block: int) -> Trail:
    found = Trail()
    for start in range(0, count, block):
        records = [(float(n), float(n), 1.0) for n in range(start, min(start + block, count))]
        found.keep(Steps(start, 1, records))
    return found


def test_a_short_one_is_kept_whole() -> None:
    assert [step.number for step in trail(100, 7).steps] == list(range(100))


def test_a_long_one_is_thinned_evenly() -> None:
    steps = trail(100_003, 500).steps
    assert len(steps) <= KEPT + 1
    assert (steps[0].number, steps[-1].number) == (0, 100_002)
    assert len({b.number - a.number for a, b in pairwise(steps[:-1])}) == 1
    assert all(step.point == (float(step.number),) for step in steps)


def test_blocks_do_not_matter() -> None:
    assert trail(20_001, 1_000).steps == trail(20_001, 13).steps


def test_a_selection_is_spread_from_the_first_to_the_last() -> None:
    assert [step.number for step in trail(101, 10).spread(11)] == list(range(0, 101, 10))
    chosen = [step.number for step in trail(50_001, 500).spread(11)]
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 50_000, 11)
    assert all(abs((b - a) - 5_000) <= 32 for a, b in pairwise(chosen))


def test_a_selection_of_more_than_there_are_is_all_of_them() -> None:
    assert [step.number for step in trail(5, 2).spread(11)] == list(range(5))


def test_a_descent_without_steps_leaves_no_trail() -> None:
    found = Trail()
    found.keep(Steps(0, 1, []))
    assert list(found.steps) == found.spread(3) == []
