"""How far something long has come, on standard error."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

ON_A_TERMINAL_S, IN_A_LOG_S = 0.2, 5.0
"""Between two messages."""


class Progress:
    """Says nothing for `patience_s` seconds, then something every `pause_s`; `rewritten`: on one line of a terminal."""

    def __init__(self, stream: TextIO, patience_s: float, pause_s: float, *, rewritten: bool = False) -> None:
        self._stream = stream
        self._pause_s = pause_s
        self._next = time.monotonic() + patience_s
        self._rewritten = rewritten
        self.has_told = False

    def __enter__(self) -> Self:
        return self

    def tell(self, text: str) -> None:
        """Say it, if it is time to."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._pause_s
            self.write(f"\r\x1b[K{text}" if self._rewritten else f"{text}\n")

    def write(self, text: str) -> None:
        """Say it now."""
        self.has_told = True
        self._stream.write(text)
        self._stream.flush()

    def __exit__(self, *_: object) -> None:
        if self.has_told and self._rewritten:
            self.write("\r\x1b[K")


def on_standard_error(patience_s: float) -> Progress:
    """On one line of a terminal, in lines of a log."""
    tty = sys.stderr.isatty()
    return Progress(sys.stderr, patience_s, ON_A_TERMINAL_S if tty else IN_A_LOG_S, rewritten=tty)
