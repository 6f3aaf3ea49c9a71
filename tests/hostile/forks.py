"""Command lines run in forks of one process that has imported gradx: many rows in the time of one start.

    python forks.py FILE ID...

writes for each row a line with its id and what was not as documented. What a row can change before Python has started
(its environment) it cannot change here: those rows are for `rows.run`.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import rich.table  # noqa: F401 - imported once, for all the forks
from hostile.rows import Outcome, Row, faults, limit, rows

import gradx_cli.menu  # noqa: F401
from gradx_cli.app import main


def run(row: Row, folder: Path) -> Outcome:
    """As `rows.run`."""
    stdin = folder.parent / "in"
    stdin.write_bytes((row.stdin or "").encode("utf-8", "surrogateescape"))
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os._exit(_answer(row, folder))
    _, status, usage = os.wait4(pid, 0)
    return Outcome(
        os.waitstatus_to_exitcode(status),
        (folder.parent / "out").read_bytes(),
        (folder.parent / "err").read_bytes(),
        tuple(sorted(os.listdir(folder))),
        usage.ru_utime + usage.ru_stime,
        time.monotonic() - began,
    )


def _answer(row: Row, folder: Path) -> int:
    code = 70
    try:
        os.chdir(folder)
        for name, number, mode in (("in", 0, os.O_RDONLY), ("out", 1, os.O_WRONLY), ("err", 2, os.O_WRONLY)):
            os.dup2(os.open(folder.parent / name, mode | os.O_CREAT), number)
        sys.stdin, sys.stdout, sys.stderr = (_stream(number, "r" if number == 0 else "w") for number in range(3))
        limit()
        code = main(row.argv)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", line_buffering=number == 2)


if __name__ == "__main__":
    wanted = set(sys.argv[2:])
    for row in rows(sys.argv[1]):
        if row.id in wanted:
            with tempfile.TemporaryDirectory() as scratch:
                empty = Path(scratch, "folder")
                empty.mkdir()
                print(json.dumps([row.id, row.argv[:4], list(faults(row, run(row, empty)))]), flush=True)
