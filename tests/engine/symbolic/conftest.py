"""SymPy's process, one for all the tests of a file; where coverage is measured its work is done here, and is seen."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator

import pytest
from coverage import Coverage

from gradx.symbolic.process import Process
from gradx.symbolic.witness import SymbolicWitness


class Here(Process):
    """What SymPy's process does, line for line, without another process."""

    def __init__(self) -> None:
        self.spoke_at = 0.0
        self._answered = deque([json.dumps({"loaded": True})])

    @property
    def pid(self) -> int | None:
        return None

    def send(self, line: bytes) -> None:
        from gradx.symbolic.answers import answers

        request = json.loads(line)
        self._answered.extend(json.dumps({"id": request["id"], **answer}) for answer in answers(request))

    def receive(self, until: float) -> bytes:
        return self._answered.popleft().encode()

    def end(self) -> None:
        self._answered.clear()


@pytest.fixture(scope="module")
def witness() -> Iterator[SymbolicWitness]:
    measured = Coverage.current() is not None
    with SymbolicWitness(Here()) if measured else SymbolicWitness.start() as started:
        yield started
