"""The one boundary between what can go wrong and what is said of it: for a command line, and a line of a session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from gradx.errors import GradxError, Problem
from gradx_cli import FAULT, UNUSABLE
from gradx_cli.surroundings import NO_TIME, OutOfTimeError, out_of_memory, stop_counting

LESS = "a shorter program, or fewer points, steps or digits, take less"

NO_FLINT = (
    "python-flint, which the proofs need, cannot be loaded here: install it (it has wheels for Linux with glibc, macOS "
    "and Windows), or do without proofs by --checks none"
)


def guarded(ask: Callable[[], int], *, json: bool, stream: TextIO | None = None) -> int:
    """The exit code of `ask`; where that raises, what went wrong is told on `stream` (standard error), and its code."""
    try:
        code = ask()
        sys.stdout.flush()
        return code
    except (Exception, OutOfTimeError) as error:
        return told(error, stream or sys.stderr, json=json)


def told(error: BaseException, stream: TextIO, *, json: bool) -> int:
    """Say what went wrong; the exit code for it."""
    if isinstance(error, OutOfTimeError):
        stop_counting()
        return _tell(Problem("size", NO_TIME, LESS), stream, json=json)
    if isinstance(error, GradxError):
        return _tell(error.problem, stream, json=json)
    if out_of_memory(error):
        return _tell(Problem("size", "there is not enough memory for this", LESS), stream, json=json)
    if isinstance(error, OSError):
        problem = Problem("file", f"cannot write the answer: {error.strerror or 'it failed'}")
        return _tell(problem, stream, json=json)
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "flint":
        return _fault(NO_FLINT)
    return _fault(f"gradx itself failed ({type(error).__name__}: {error}); please report it, with the command")


def _tell(problem: Problem, stream: TextIO, *, json: bool) -> int:
    from gradx_cli.diagnostics import as_json, caret_lines

    if json:
        from gradx_cli.answer import SCHEMA
        from gradx_cli.renderers.json import write

        write({"schema": SCHEMA, "error": as_json(problem)}, stream)
    else:
        from gradx_cli.terminal import terminal

        screen = terminal(stream=stream)
        screen.write_styled(caret_lines(problem, screen))
    stream.flush()
    return UNUSABLE


def _fault(message: str) -> int:
    from gradx_cli.escape import safe

    print(f"error: {safe(message)[:500]}", file=sys.stderr, flush=True)
    return FAULT
