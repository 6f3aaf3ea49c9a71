"""SymPy's process, one for all the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradx.witnesses.symbolic import SymbolicWitness


@pytest.fixture(scope="module")
def witness() -> Iterator[SymbolicWitness]:
    with SymbolicWitness.start() as started:
        yield started
