"""A page on a terminal that stands before all of it is known, and is drawn over when the rest has come."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from io import StringIO

from gradx_cli.answer import Answer
from gradx_cli.renderers.table import render
from gradx_cli.terminal import Terminal, warn
from gradx_cli.width import cells

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
