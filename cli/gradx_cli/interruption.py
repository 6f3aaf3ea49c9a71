"""Ctrl-C as a question that is answered between two steps, so that what was done can still be shown."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Self


class Interruption:
    """While it is entered, the first Ctrl-C only sets `asked`; a second one ends the program as it always does."""

    def __init__(self) -> None:
        self.asked = False
        self._before: signal._HANDLER = None
        self._heard = False

    def __enter__(self) -> Self:
        try:
            self._before = signal.signal(signal.SIGINT, self._ask)
        except ValueError:
            return self  # only a program's first thread is told of Ctrl-C
        self._heard = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._heard:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
