"""Command lines in forks of one process that has gradx imported: what starts anew each time is all but Python itself.

    python forks.py        answers requests, a JSON object a line, as `Forks` sends them

A fork is a process of its own with streams, folder and environment of its own. What Python reads as it starts (PYTHON*,
the locale) a fork cannot change.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

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


class Forks:
    """A process whose forks run command lines."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, words: Sequence[str | bytes], stdin: bytes, env: Mapping[str, str], cwd: Path, timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Exit code, standard output and standard error of a command line. Raises TimeoutExpired."""
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        with tempfile.TemporaryDirectory() as streams:
            Path(streams, "in").write_bytes(stdin)
            request = {"words": list(map(os.fsdecode, words)), "env": dict(env), "cwd": str(cwd), "streams": streams}
            process.stdin.write(json.dumps({**request, "seconds": math.ceil(timeout)}).encode() + b"\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
            if code == -signal.SIGALRM:
                raise subprocess.TimeoutExpired([*words], timeout)
            return code, Path(streams, "out").read_bytes(), Path(streams, "err").read_bytes()

    def end(self) -> None:
        if self._process:
            self._process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        # NumPy's threads would not survive a fork.
        env = {**os.environ, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        )


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


def warm_up() -> None:
    """Import, in this process, what the commands import."""
    from gradx_cli.app import main

    shown = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        for words in WARM:
            main(words)
    sys.stdout, sys.stderr = shown


def _serve() -> None:
    warm_up()
    for line in sys.stdin.buffer:
        request = json.loads(line)

        def prepare(env: Mapping[str, str] = request["env"], seconds: int = request["seconds"]) -> None:
            os.environ.clear()
            os.environ.update(env)
            signal.alarm(seconds)

        code, _ = forked(request["words"], Path(request["streams"]), Path(request["cwd"]), prepare)
        print(code, flush=True)


if __name__ == "__main__":
    _serve()
