"""The one boundary between what can go wrong and what is said of it: for a command line, and a line of a session."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from gradx.errors import Problem

LESS = "a shorter program, or fewer points, steps or digits, take less"
NO_ROOM = ("failed to map", "cannot allocate")
"""What the system's loader says where there is no memory for a library."""

UNUSABLE, FAULT, INTERRUPTED = 2, 70, 130

NO_FLINT = (
    "python-flint, which the proofs need, cannot be loaded here: install it (it has wheels for Linux with glibc, macOS "
    "and Windows), or do without proofs by --checks none"
)


def guarded(ask: Callable[[], int], *, json: bool, stream: TextIO | None = None) -> int:
    """The exit code of `ask`; where that raises, what went wrong is said on `stream` (standard error), and its code."""
    from gradx.errors import GradxError, Problem
    from gradx_cli.surroundings import NO_TIME, OutOfTimeError, stop_counting

    def tell(problem: Problem) -> int:
        return _tell(problem, stream or sys.stderr, json=json)

    try:
        code = ask()
        sys.stdout.flush()
        return code
    except OutOfTimeError:
        stop_counting()
        return tell(Problem("size", NO_TIME, LESS))
    except GradxError as error:
        return tell(error.problem)
    except Exception as error:
        if out_of_memory(error):
            return tell(Problem("size", "there is not enough memory for this", LESS))
        if isinstance(error, OSError):
            return tell(Problem("file", f"cannot write the answer: {error.strerror or 'it failed'}"))
        if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "flint":
            return _fault(NO_FLINT)
        return _fault(f"gradx itself failed ({type(error).__name__}: {error}); please report it, with the command")


def out_of_memory(error: BaseException | None) -> bool:
    """Whether an error is, or comes of, the system having no memory left; a library may not have found room either."""
    from gradx_cli.surroundings import memory_is_limited

    while error is not None:
        no_room = isinstance(error, ImportError) and any(words in str(error).lower() for words in NO_ROOM)
        # A module in C, and Python's compiler, that find no room may fail without saying so.
        no_room |= isinstance(error, SystemError | SyntaxError) and memory_is_limited()
        if no_room or isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


def _tell(problem: Problem, stream: TextIO, *, json: bool) -> int:
    from gradx_cli.diagnostics import as_json, caret_lines

    if json:
        from gradx_cli.answer import SCHEMA
        from gradx_cli.renderers.json import write

        write({"schema": SCHEMA, "error": as_json(problem)}, stream)
    else:
        from gradx_cli.terminal import terminal

        screen = terminal(stream=stream)
        screen.write_styled(caret_lines(problem, screen.drawn))
    stream.flush()
    return UNUSABLE


def _fault(message: str) -> int:
    from gradx_cli.escape import safe

    print(f"error: {safe(message)[:500]}", file=sys.stderr, flush=True)
    return FAULT
