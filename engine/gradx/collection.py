"""Python's search for cycles that nothing refers to, put off while something large is built.

Every 700 new objects the search goes through the young ones, and now and then through all: of a million nodes, which
stay and make no cycle, it took a third of the time (`make bench` has the figures).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def postponed() -> Iterator[None]:
    """No search inside, and after it as before. Threads may overlap: who found it on turns it on again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
