"""Command lines in forks of one process that has gradx imported: what starts anew each time is all but Python itself.

A fork is a process of its own with streams and folder of its own. What Python reads as it starts (PYTHON*, the locale)
a fork cannot change. SymPy's process is a fork too, of the same one, which has SymPy loaded.
"""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

WARM = (
    ("eval", "relu(x)^2", "x=1", "--no-symbolic"),
    ("eval", "x/3", "x=1", "--no-symbolic", "--json"),
    ("explain", "x^2", "x=1"),
    ("nudge", "x^2", "x", "x=1"),
    ("graph", "x^2", "x=1"),
    ("cost", "x^2", "x=1"),
    ("check", "x^2", "dx=2*x", "--no-symbolic"),
    ("plot", "x^2", "--over", "x=-1..1"),
    ("descend", "x^2", "x=1", "--steps", "3"),
    ("eval", "x+"),
)
"""What is run once, so that all it imports is there."""


def forked(words: Sequence[str], streams: Path, cwd: Path, prepare: Callable[[], None]) -> tuple[int, float]:
    """The exit code of a command line run in a fork, and its processor time in seconds.

    It reads `streams`/in and writes `streams`/out and `streams`/err; `prepare` is called in the fork, first of all.
    """
    pid = os.fork()
    if pid == 0:
        os._exit(_answer(words, streams, cwd, prepare))
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def _answer(words: Sequence[str], streams: Path, cwd: Path, prepare: Callable[[], None]) -> int:
    from gradx_cli.app import main

    code = 70
    try:
        os.chdir(cwd)
        for name, number, mode in (("in", 0, os.O_RDONLY), ("out", 1, os.O_WRONLY), ("err", 2, os.O_WRONLY)):
            os.dup2(os.open(streams / name, mode | os.O_CREAT), number)
        sys.stdin, sys.stdout, sys.stderr = (_stream(number, "r" if number == 0 else "w") for number in range(3))
        prepare()
        code = main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    errors = "backslashreplace" if number == 2 else "surrogateescape"
    file = io.FileIO(number, mode, closefd=False)
    buffered = io.BufferedReader(file) if mode == "r" else io.BufferedWriter(file)
    return io.TextIOWrapper(buffered, encoding="utf-8", errors=errors, line_buffering=number == 2)


class ForkedSympy:
    """In place of the `Popen` of SymPy's process: a fork of this one, where SymPy is loaded already."""

    def __init__(self, command: Sequence[str], **_: object) -> None:
        assert "gradx.symbolic.worker" in command[command.index("-c") + 1]
        requests, answers = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _answer_as_sympy(requests[0], answers[1])
        os.close(requests[0])
        os.close(answers[1])
        self.stdin, self.stdout = os.fdopen(requests[1], "wb"), os.fdopen(answers[0], "rb")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _answer_as_sympy(requests: int, answers: int) -> NoReturn:
    from gradx.symbolic import worker

    try:
        for number, stream in enumerate((requests, answers, os.open(os.devnull, os.O_WRONLY))):
            os.dup2(stream, number)
        os.closerange(3, 256)
        sys.stdin, sys.stdout = _stream(0, "r"), _stream(1, "w")
        worker.main()
    finally:
        os._exit(0)


def warm_up() -> None:
    """Import, in this process, what the commands and SymPy's process import; the next start of that is a fork."""
    from gradx_cli.app import main

    shown = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        for words in WARM:
            main(words)
    sys.stdout, sys.stderr = shown
    from gradx.language.program import read
    from gradx.symbolic import answers, process, protocol

    request = {"ask": "derivatives", "graph": protocol.packed(read("sin(x)/x").graph), "targets": [0], "exact": True}
    list(answers.answers(json.loads(json.dumps(request))))
    process.subprocess.Popen = ForkedSympy  # type: ignore[assignment,misc]
    gc.collect()
    gc.freeze()
