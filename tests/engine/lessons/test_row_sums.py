"""Sums over rows: the same digits however the rows are dealt out, and the numbers of a sum in exact arithmetic."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gradx.errors import GradxError
from gradx.language.bindings import Binding
from gradx.language.program import read
from gradx.lessons.descents.row_sums import Draws, LocalRows, Part, Row, RowSums, joined
from gradx.lessons.tables import BLOCK_ROWS, Batch

Array = NDArray[np.float64]


class Memory:
    """Columns as a table."""

    path, where, count = Path("memory"), "memory", None

    def __init__(self, columns: Mapping[str, Array], skipped: Sequence[int] = ()) -> None:
        self._columns, self.names = columns, tuple(columns)
        self._skipped = np.zeros(len(next(iter(columns.values()))), bool)
        self._skipped[list(skipped)] = True
        self.reads = 0

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        self.reads += 1
        for at in range(first, len(self._skipped) if end is None else end, BLOCK_ROWS):
            part = slice(at, at + BLOCK_ROWS)
            skipped = self._skipped[part]
            yield Batch(at, {name: self._columns[name][part] for name in names}, skipped if skipped.any() else None)

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        raise NotImplementedError

    def fault(self, message: str, column: int, hint: str) -> GradxError:
        raise NotImplementedError

    def remarks(self) -> Sequence[str]:
        return ()


def table(rows: int, seed: int = 0, skipped: Sequence[int] = ()) -> Memory:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows) * 10.0 ** rng.integers(-8, 9, rows)
    return Memory({"x": x, "y": rng.normal(size=rows)}, skipped)


LINE = RowSums(read("(w*x + b - y)^2"), ("x", "y"), ("w", "b"), {})


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5 * BLOCK_ROWS), st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_who_sums_which_block_in_which_order_changes_no_digit(rows: int, seed: int, dealt: random.Random) -> None:
    data = table(rows, seed)
    parts = [LINE(batch, (0.5, -1.0)) for batch in data.batches(("x", "y"))]
    in_order = joined(parts)
    assert in_order.rows == rows
    dealt.shuffle(parts)
    assert joined(parts) == in_order
    half = dealt.randint(0, len(parts))
    assert joined((*parts[half:], *parts[:half])) == in_order


def test_blocks_add_up_to_the_exact_sum_in_any_order() -> None:
    sizes = (2.0**60, 1.0, -(2.0**60), 2.0**-40)
    parts = [Part(1, (size,)) for size in sizes]
    assert {joined(some).sums for some in permutations(parts)} == {(float(sum(map(Fraction, sizes))),)}


@pytest.mark.parametrize("kept", [0, 2**20, 2**30], ids=["read anew", "some kept", "all kept"])
def test_threads_and_what_is_kept_change_no_digit(kept: int) -> None:
    data = table(3 * BLOCK_ROWS + 17, skipped=[5, BLOCK_ROWS + 1])
    expected = joined(LINE(batch, (0.5, -1.0)) for batch in data.batches(("x", "y")))
    rows = LocalRows(data, ("x", "y"), kept)
    data.reads = 0
    for _ in range(3):
        assert joined(rows.parts(LINE, (0.5, -1.0))) == expected
    assert (expected.rows, expected.skipped) == (3 * BLOCK_ROWS + 15, 2)
    assert data.reads == (1 if kept == 2**30 else 3)


def test_a_sum_is_near_the_exact_one() -> None:
    rng = np.random.default_rng(3)
    data = Memory({"x": rng.normal(size=70_000)})
    found = joined(LocalRows(data, ("x",)).parts(RowSums(read("w*x"), ("x",), ("w",), {}), (1.0,)))
    exact = sum(map(Fraction, next(data.batches(("x",))).columns["x"].tolist()), Fraction(0))
    exact += sum(map(Fraction, list(data.batches(("x",)))[1].columns["x"].tolist()), Fraction(0))
    assert abs(Fraction(found.sums[1]) - exact) <= Fraction(1, 10**11)
    assert found.sums[0] == found.sums[1]


def test_a_pickled_function_sums_the_same() -> None:
    sums = RowSums(read("e = x*w; where(e > 0, log(e), v*e)^2"), ("x",), ("w",), {"v": 0.25})
    again = pickle.loads(pickle.dumps(sums))
    batch = Batch(0, {"x": np.linspace(-2, 2, 101)}, None)
    assert again(batch, (0.7,)) == sums(batch, (0.7,))
    named_e = RowSums(read("e*x", frozenset("e")), ("x",), ("e",), {})
    assert pickle.loads(pickle.dumps(named_e))(batch, (0.7,)) == named_e(batch, (0.7,))


def test_rows_without_a_value_are_counted_with_the_first_of_them() -> None:
    sums = RowSums(read("1/(1/(x - w))"), ("x",), ("w",), {})
    x = np.array([1.0, 5.0, 2.0, 3.0, 2.0])
    skipped = np.array([False, True, False, False, False])
    found = sums(Batch(BLOCK_ROWS, {"x": x}, skipped), (2.0,))
    # NumPy has 1/inf = 0 there: the infinity is gone from the result.
    assert (found.rows, found.gone, found.first_gone) == (4, 2, Row(BLOCK_ROWS + 2, (2.0,)))
    assert sums(Batch(0, {"x": x}, None), (4.0,)).gone == 0


def test_joined_parts_keep_the_first_row_that_is_gone() -> None:
    parts = [Part(2, (1.0,), gone=1, first_gone=Row(9, (1.0,))), Part(3, (2.0,), gone=2, first_gone=Row(4, (1.0,)))]
    assert joined(parts) == Part(5, (3.0,), gone=3, first_gone=Row(4, (1.0,)))


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 500), st.integers(0, 2**53))
def test_an_epoch_draws_every_row_once(rows: int, size: int, seed: int) -> None:
    draws = Draws({"x": np.arange(float(rows))}, np.arange(rows), size, seed)
    for _ in range(2):
        drawn: list[float] = []
        assert draws.begins
        while not drawn or not draws.begins:
            (batch,) = draws.next()
            assert len(batch) == min(size, rows - len(drawn))
            drawn += batch.columns["x"].tolist()
        assert sorted(drawn) == list(range(rows))


def test_skipped_rows_are_not_drawn_and_what_is_too_large_for_memory_is_said() -> None:
    data = table(1000, skipped=[3, 999])
    draws = LocalRows(data, ("x", "y")).drawn(1000, 0)
    assert (draws.rows, sum(map(len, draws.next()))) == (998, 998)
    with pytest.raises(GradxError, match="mini-batches are drawn from rows in memory"):
        LocalRows(data, ("x", "y"), 1000).drawn(10, 0)
