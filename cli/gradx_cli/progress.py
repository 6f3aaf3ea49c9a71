"""How far a long descent is, on standard error."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self, TextIO

from gradx.lessons.descents.descent import Step
from gradx_cli.numbers import shown

PATIENCE = 1.0
"""Seconds before anything is said."""

ON_A_TERMINAL, IN_A_LOG = 0.2, 5.0
"""Seconds between two messages."""


class Progress:
    """Shows where a descent is, once it has taken a while: one line that is rewritten, or one now and then in a log."""

    def __init__(self, stream: TextIO, steps: int) -> None:
        self._stream = stream
        self._steps = steps
        self._tty = stream.isatty()
        self._next = time.monotonic() + PATIENCE
        self._written = False

    def __enter__(self) -> Self:
        return self

    def show(self, last: Sequence[Step]) -> None:
        """Say where the descents are, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (ON_A_TERMINAL if self._tty else IN_A_LOG)
        values = ", ".join(shown(step.value, 6) for step in last)
        text = f"step {max(step.number for step in last):,} of {self._steps:,}: {values} (Ctrl-C shows what there is)"
        self._stream.write(f"\r\x1b[K{text}" if self._tty else f"{text}\n")
        self._stream.flush()
        self._written = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._written and self._tty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
