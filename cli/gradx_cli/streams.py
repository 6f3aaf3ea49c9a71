"""Standard output and error that can be written to, whatever the caller has done with them."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CLOSED = frozenset({errno.EPIPE})
"""Nobody listens (`gradx … | head`): what is left to say is lost on them, and the exit code is not."""

DEAF = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT})
"""A warning or an error that cannot be written down takes no answer away."""


class _Lenient(io.FileIO):
    """A stream of which some failures end nothing, and none happens twice: after the first it leads nowhere."""

    def __init__(self, number: int, forgiven: Collection[int]) -> None:
        super().__init__(number, "wb", closefd=False)
        self._forgiven = forgiven
        self.is_heard = True

    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            self.is_heard = False
            if error.errno not in self._forgiven:
                raise
            return super().write(content)


def open_streams() -> None:
    """Give `sys.stdout` and `sys.stderr` their leniency, and a place to write to where the caller has closed them."""
    sys.stdout = _opened(sys.stdout, sys.__stdout__, CLOSED)
    sys.stderr = _opened(sys.stderr, sys.__stderr__, DEAF)


def is_heard() -> bool:
    """Whether what is written to standard output still goes anywhere."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.is_heard if isinstance(raw, _Lenient) else True


def _opened(stream: TextIO | None, original: TextIO | None, forgiven: Collection[int]) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        buffer = stream.buffer
        if stream is original and type(getattr(buffer, "raw", buffer)) is io.FileIO:
            stream.flush()
            lenient = io.BufferedWriter(_Lenient(stream.fileno(), forgiven))
            lines = stream.line_buffering or stream.write_through
            stream = io.TextIOWrapper(lenient, stream.encoding, line_buffering=lines)
        stream.reconfigure(errors="backslashreplace")
    return stream
