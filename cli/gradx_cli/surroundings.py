"""What of the surroundings a run settles for itself: streams, limits, threads, widths, matplotlib's settings."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


NARROWEST_HELP, WIDEST_HELP = 40, 120
"""Columns of a help page, whatever COLUMNS says: below it nothing can be read, and a wider one is mostly blanks."""

_SETTINGS = ("MATPLOTLIB", "MPL", "XDG_")
_FOLDERS = ("HOME", "USERPROFILE", "MPLCONFIGDIR", "PATH")


NO_ROOM = ("failed to map", "cannot allocate")
"""What the system's loader says where there is no memory for a library."""

TIME_TO_SAY = 0.3
"""Seconds of a limit on processor time that are kept for saying that it is reached."""


class OutOfTimeError(BaseException):
    """The processor time that the system gives is used up. Like Ctrl-C it passes what catches an Exception."""


def settle() -> None:
    """Leave no core file, hear of a limit on processor time, let NumPy's arithmetic start no threads, and take no width
    that is none from COLUMNS.

    OpenBLAS starts a thread a processor for arithmetic that gradx has no use for, and where the system gives none it
    interrupts the program. What is started later inherits all of this.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        seconds = resource.getrlimit(resource.RLIMIT_CPU)[0]
        if seconds != resource.RLIM_INFINITY:
            _within(seconds)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in ("COLUMNS", "LINES", "TERMINAL_WIDTH"):
        if name in os.environ and columns(name) is None:
            del os.environ[name]
    asked = columns("TERMINAL_WIDTH") or columns("COLUMNS")
    if asked is not None:
        os.environ["TERMINAL_WIDTH"] = str(min(max(asked, NARROWEST_HELP), WIDEST_HELP))


def _within(seconds: int) -> None:
    """Raise `OutOfTimeError` shortly before so much processor time is used; where that is held up, say so and end.

    At the limit itself the system ends a process that is not told before (`ulimit -t` sets both limits).
    """
    import signal
    import time

    def heard(*_: object) -> None:
        signal.signal(signal.SIGPROF, ended)
        raise OutOfTimeError

    def ended(*_: object) -> None:
        os.write(2, f"error: {NO_TIME}\n".encode())
        os._exit(2)

    signal.signal(signal.SIGPROF, heard)
    signal.signal(signal.SIGXCPU, ended)
    signal.setitimer(signal.ITIMER_PROF, max(seconds - time.process_time() - TIME_TO_SAY, 0.01), TIME_TO_SAY / 2)


NO_TIME = "the processor time that the system gives is used up"


def stop_counting() -> None:
    """No second signal, while it is said that the time is used up."""
    import signal

    signal.setitimer(signal.ITIMER_PROF, 0)


def columns(variable: str) -> int | None:
    """The width, or height, that an environment variable asks for; None where that is not a number above 0."""
    text = os.environ.get(variable, "")
    return int(text[:6]) or None if text.isascii() and text.isdigit() else None


def memory_is_limited() -> bool:
    """Whether the system gives this process less memory than it has (`ulimit -v`)."""
    try:
        import resource
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def out_of_memory(error: BaseException | None) -> bool:
    """Whether an error is, or comes of, the system having no memory left; a library may not have found room either."""
    while error is not None:
        no_room = isinstance(error, ImportError) and any(words in str(error).lower() for words in NO_ROOM)
        # A module in C, and Python's compiler, that find no room may fail without saying so.
        no_room |= isinstance(error, SystemError | SyntaxError) and memory_is_limited()
        if no_room or isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


def room_for(size: int) -> None:
    """MemoryError where the system would not give `size` MiB: a library in C that finds no room ends the program."""
    import mmap

    try:
        mmap.mmap(-1, size << 20).close()
    except (OSError, ValueError):
        raise MemoryError from None


@contextmanager
def secluded() -> Iterator[None]:
    """The process in an empty folder of its own that is also its home, without the settings that libraries look for.

    matplotlib obeys a file in the working folder, starts the programs that it names, and keeps a list of fonts at home.
    """
    import logging
    from tempfile import TemporaryDirectory

    kept = dict(os.environ)
    try:
        here = os.getcwd()
    except OSError:
        here = None  # the folder is gone
    with TemporaryDirectory(prefix="gradx-") as folder:
        for name in kept:
            if name.startswith(_SETTINGS):
                del os.environ[name]
        os.environ |= {**dict.fromkeys(_FOLDERS, folder), "MPL_IGNORE_SYSTEM_FONTS": "1"}
        os.chdir(folder)
        logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            os.chdir(here or os.path.dirname(folder))
            os.environ.clear()
            os.environ.update(kept)


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
