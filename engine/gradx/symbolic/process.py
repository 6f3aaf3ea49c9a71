"""SymPy's process: started at once, spoken to in lines, waited for no longer than asked, ended for certain.

It imports nothing from the folder it is started in (`-P`, and a module path handed over without that folder), reads no
PYTHON* or SYMPY_* setting that could change what it answers, and hashes as in every other run. SymPy counts with
Python's own integers, whatever else is installed: that spares it the import of FLINT. The process ends when its
standard input does, so also when this process dies, however that happens.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

_MAIN = "import sys; sys.path[:] = sys.argv[1:]; from gradx.symbolic.worker import main; main()"
_KEPT = {"PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"}
_LONGEST_LINE = 1 << 22
_REAP_S = 5.0


class Lost(Exception):  # noqa: N818 - it is not an error, and is named for what has happened
    """The process is gone; the message says how."""


class Late(Exception):  # noqa: N818
    """The process has not answered in time."""


def command() -> list[str]:
    """How the process is started: this Python, without site and environment, with this process's module path."""
    return [sys.executable, "-P", "-s", "-S", "-X", "utf8", "-c", _MAIN, *_module_path()]


class Process:
    """One process and its two pipes. Not to be shared between threads."""

    def __init__(self, words: Sequence[str] | None = None) -> None:
        """Start it, by `words` in place of `command()`, and return at once. Where that fails, `receive` says so."""
        self.spoke_at: float | None = None
        """When (of `time.monotonic()`) the first line came that has been received."""
        self._lines: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        self._threads: list[Thread] = []
        self._listening = False
        self._failure = ""
        self._process: subprocess.Popen[bytes] | None = None
        if words is None and not sys.executable:
            self._failure = "there is no Python to start it with"
            return
        try:
            self._process = subprocess.Popen(
                words or command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except (OSError, ValueError) as error:
            self._failure = f"its process could not be started ({error})"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def send(self, line: bytes) -> None:
        """Write a line, without waiting for the process to read it."""
        process = self._process
        if not process:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not self._listening:
                self._listening = True
                self._start(partial(self._listen, process.stdout))
            self._start(partial(_write, process.stdin, line))
        except RuntimeError as error:
            self.end()
            self._process, self._failure = None, f"nothing can speak to its process ({error})"

    def receive(self, until: float) -> bytes:
        """The next line that came before `until` (of `time.monotonic()`), as soon as it is there. `Late` or `Lost`."""
        if not self._process:
            raise Lost(self._failure)
        try:
            came, line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            raise Late from None
        if came > until:
            raise Late
        if self.spoke_at is None:
            self.spoke_at = came
        if line:
            return line
        self._lines.put((came, b""))
        raise Lost(_how_it_ended(self._process))

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        process = self._process
        if not process:
            return
        process.kill()
        # They see at once that it is gone, where a wait with a time limit looks for it in ever longer intervals.
        for thread in self._threads:
            thread.join(_REAP_S)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_REAP_S)
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):
                pipe.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        thread.start()
        self._threads = [*filter(Thread.is_alive, self._threads), thread]

    def _listen(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            for line in iter(partial(pipe.readline, _LONGEST_LINE), b""):
                self._lines.put((time.monotonic(), line))
        self._lines.put((time.monotonic(), b""))


def _write(pipe: IO[bytes], line: bytes) -> None:
    with suppress(OSError, ValueError):  # it is gone, and the listener says so
        pipe.write(line)
        pipe.flush()


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(_REAP_S)
    except subprocess.TimeoutExpired:
        return "its process stopped answering"
    how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
    return f"its process ended early ({how})"


def _module_path() -> list[str]:
    """This process's module path without the folder it was started in (unless gradx itself lives there)."""
    try:
        here = os.getcwd()
    except OSError:
        here = ""  # the folder is gone, and nothing can be imported from it
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folders = dict.fromkeys(os.path.join(here, folder) for folder in sys.path if folder)
    return [folder for folder in folders if folder == home or os.path.normpath(folder) != here]


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(("PYTHON", "SYMPY_", "MPMATH_"))
    }
    return {**kept, "PYTHONHASHSEED": "0", "SYMPY_GROUND_TYPES": "python"}
