"""Reading a program from a file or from standard input."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from gradx.errors import GradxError
from gradx_cli.escape import safe

LARGEST_BYTES = 64 * 2**20
"""A larger program is refused."""

NO_INPUT = "there is no standard input to read from"

PATIENCE_S = 2.0
"""For somebody to open the other end of a named pipe."""


STANDARD_INPUT = Path("-")


def read_file(path: Path) -> str:
    """The text of a file (`-`: of standard input), as UTF-8 with or without a BOM.

    GradxError("file") where it cannot be had, ("size") for too much.
    """
    return decoded(read_bytes(path), source(path))


def read_bytes(path: Path) -> bytes:
    """What a file holds (`-`: standard input), in the same way."""
    if path == STANDARD_INPUT and sys.stdin is None:
        raise GradxError("file", NO_INPUT)
    try:
        content = sys.stdin.buffer.read(LARGEST_BYTES + 1) if path == STANDARD_INPUT else _bytes(path)
    except (OSError, ValueError) as error:
        raise cannot("read", path, error) from None
    if len(content) > LARGEST_BYTES:
        raise GradxError("size", f"{source(path)} holds more than {LARGEST_BYTES // 2**20} MiB, which is too much")
    return content


def piped(stream: TextIO | None) -> bool:
    """Whether another program has written, or is about to write, to standard input."""
    import select

    try:
        kind = 0 if stream is None else os.fstat(stream.fileno()).st_mode
        if stream is None or stat.S_ISREG(kind):
            return stream is not None
        return stat.S_ISFIFO(kind) and bool(select.select([stream], [], [], PATIENCE_S)[0])
    except (OSError, ValueError):
        return False


def cannot(verb: str, path: Path, error: OSError | ValueError) -> GradxError:
    """The error for a path that the system refuses."""
    reason = (error.strerror or "it failed") if isinstance(error, OSError) else "this is not a file's name"
    return GradxError("file", f"cannot {verb} {source(path) if verb == 'read' else shown(path)}: {reason}")


def source(path: Path) -> str:
    """What is read, as a message calls it."""
    return "standard input" if path == STANDARD_INPUT else shown(path)


def shown(path: Path) -> str:
    """A path as a message shows it: escaped, and no longer than a line."""
    text = safe(str(path))
    return text if len(text) <= 60 else f"{text[:28]}…{text[-28:]}"


def open_file(path: Path) -> BinaryIO:
    """The bytes of a file or a named pipe, unbuffered. OSError or ValueError where they cannot be had."""
    if path.is_dir():
        raise GradxError("file", f"{shown(path)} is a folder, not a file")
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if os.name != "nt":
        if stat.S_ISFIFO(os.fstat(handle).st_mode):
            import select

            # Without a writer at the other end of a named pipe, reading it ends at once.
            select.select([handle], [], [], PATIENCE_S)
        os.set_blocking(handle, True)
    return cast("BinaryIO", open(handle, "rb", buffering=0))


def _bytes(path: Path) -> bytes:
    with open_file(path) as file:
        parts = bytearray()
        while len(parts) <= LARGEST_BYTES and (part := file.read(2**20)):
            parts += part
        return bytes(parts)


def decoded(content: bytes, where: str) -> str:
    """The bytes as UTF-8, with or without a BOM. GradxError("file") for what is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{where} is not UTF-8 text: byte {error.start + 1} is 0x{content[error.start]:02x}"
        raise GradxError("file", message, hint="save it as UTF-8") from None
