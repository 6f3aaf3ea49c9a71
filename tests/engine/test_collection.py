"""The search for cycles is off while something large is built, and afterwards as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from gradx import collection
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    was_on = gc.isenabled()
    yield
    gc.enable() if was_on else gc.disable()


@pytest.mark.parametrize("on", [True, False])
def test_afterwards_it_is_as_before(on: bool) -> None:
    gc.enable() if on else gc.disable()
    with collection.postponed():
        assert not gc.isenabled()
        with collection.postponed():
            assert not gc.isenabled()
    assert gc.isenabled() == on
    with pytest.raises(ZeroDivisionError), collection.postponed():
        raise ZeroDivisionError
    assert gc.isenabled() == on


def test_backprop_of_a_large_graph_is_searched_once_at_most() -> None:
    gc.enable()
    searched: list[str] = []
    gc.callbacks.append(lambda phase, info: searched.append(phase))
    try:
        text = "\n".join(f"t{k + 1} = t{k} * x" for k in range(20_000))
        graph = read(f"t0 = x + 1\n{text}\nt20000").graph
        run = forward(graph, FLOAT64, {graph.index["x"]: 1.0})
        searched.clear()
        backprop(graph, FLOAT64, run)
        assert searched.count("start") <= 1  # the one that was due meanwhile
        searched.clear()
        read(f"t0 = x + 1\n{text}\nt20000")
        assert searched.count("start") <= 1
    finally:
        gc.callbacks.pop()
    assert gc.isenabled()
