"""Modules with a fault in them, to see whether tests notice it."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType


def copied(module: ModuleType, line: str, instead: str) -> ModuleType:
    """A copy of a module with one line of it changed."""
    source = inspect.getsource(module)
    assert source.count(line) == 1
    copy = ModuleType(module.__name__ + "_broken")
    sys.modules[copy.__name__] = copy
    try:
        exec(compile(source.replace(line, instead), copy.__name__, "exec"), copy.__dict__)
    finally:
        del sys.modules[copy.__name__]
    return copy
