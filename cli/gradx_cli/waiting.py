"""What is shown while somebody waits: how far it is, a page that is drawn over; and Ctrl-C, heard between two steps."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterable
from io import StringIO
from types import FrameType
from typing import Self, TextIO

from gradx_cli.answer import Answer
from gradx_cli.renderers.table import render
from gradx_cli.terminal import Terminal, warn
from gradx_cli.width import cells

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


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

_UP, _LINE, _ALL_BELOW = "\x1b[{}F", "\x1b[K", "\x1b[J"
"""ECMA-48, 8.3.13, 8.3.41 and 8.3.39: to the first column some lines above; what they say is erased."""


class Window:
    """The lines that were drawn last, on a terminal that keeps its size meanwhile."""

    def __init__(self, screen: Terminal) -> None:
        self._screen = screen
        self._drawn = 0
        self._size = self._measured()

    def draw(self, answer: Answer) -> None:
        """Write the page, if all of it can be drawn over: it is lower than the window, and no line of it is broken."""
        lines = self._lines(answer)
        columns, rows = self._size
        if len(lines) < rows and all(cells(_COLOUR.sub("", line)) <= columns for line in lines):
            warn(answer.warnings)
            self._write(line + "\n" for line in lines)
            self._drawn = len(lines)

    def show(self, answer: Answer) -> None:
        """Write the page, over what was drawn of it. Where the window has another size by now, below that."""
        lines = self._lines(answer)
        if not self._drawn:
            warn(answer.warnings)
        if not self._drawn or self._measured() != self._size:
            self._write(line + "\n" for line in lines)
        else:
            # All at once: nobody sees half of it. Behind a line as wide as the window its last sign would be erased.
            over = "".join(f"{_LINE}{line}\n" for line in lines)
            self._write([_UP.format(self._drawn) + over + _ALL_BELOW])

    def _lines(self, answer: Answer) -> list[str]:
        page = StringIO()
        render(answer, self._screen._replace(stream=page))
        return page.getvalue().splitlines()

    def _measured(self) -> tuple[int, int]:
        """Columns and rows; none where the terminal does not tell, or cannot be drawn over."""
        try:
            size = os.get_terminal_size(self._screen.stream.fileno())
        except (OSError, ValueError):
            return 0, 0
        return (0, 0) if os.environ.get("TERM") in ("dumb", "unknown") else (size.columns, size.lines)

    def _write(self, texts: Iterable[str]) -> None:
        self._screen.stream.writelines(texts)
        self._screen.flush()
