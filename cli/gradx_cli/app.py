"""The program `gradx`: one boundary between what can go wrong and what is said about it.

What is slow to import is imported late: SymPy's process is started before Typer is imported, so that both happen at
once. And nothing that takes time is imported before main() is there to catch Ctrl-C.
"""

from __future__ import annotations

import _thread
import gc
import os
import sys
import time
from contextlib import suppress

from gradx_cli import ANSWERED, FAULT, INTERRUPTED, UNUSABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradx.symbolic.witness import SymbolicWitness

_LONG_FILE_B = 200_000
"""Bytes: a program of more has more nodes than SymPy is asked about, unless it is mostly comments."""

SPARE_B = 2 << 20
"""Bytes of address space that are given back where memory ends: to say so takes some, too."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return the exit code. Never raises, but for SystemExit."""
    # One command makes few cycles and, for a large graph, millions of objects that stay: looking through them again and
    # again is a fifth of the time.
    gc.disable()
    hook, sys.unraisablehook = sys.unraisablehook, _interrupt_again
    try:
        # Even the first imports take long enough for Ctrl-C.
        return _guarded([_as_typed(word) for word in (sys.argv[1:] if argv is None else argv)])
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _last_words(error)
    finally:
        sys.unraisablehook = hook
        if argv is None:
            # The process ends: what it leaves goes with it, without Python looking through all of it once more.
            gc.freeze()


def _interrupt_again(fault: sys.UnraisableHookArgs) -> None:
    """Ctrl-C inside a destructor is dropped by Python, with a traceback; it is an interruption like any other.

    Nothing is said of other failures there: what Ctrl-C left half made (a chart's points) fails as it goes, and takes
    nothing away from an answer.
    """
    if fault.exc_type is KeyboardInterrupt:
        # At once it would be raised in here, and dropped again.
        _thread.start_new_thread(_interrupt_soon, (_thread.get_ident(),))


def _interrupt_soon(thread: int) -> None:
    import signal

    time.sleep(0.02)
    if sys.unraisablehook is not _interrupt_again:
        return
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, signal.SIGINT)  # Wakes it where it waits, too.
    else:
        _thread.interrupt_main()


def _guarded(words: list[str]) -> int:
    from gradx_cli.surroundings import OutOfTimeError, open_streams, settle

    open_streams()
    spare = [bytearray(SPARE_B)]
    try:
        settle()
        code = _answer(words)
        sys.stdout.flush()
        return code
    except (Exception, OutOfTimeError) as error:
        spare.clear()
        from gradx_cli.boundary import told

        return told(error, sys.stderr, json=wants_json(words))


def _last_words(error: Exception) -> int:
    """Say in plain bytes what went wrong while something was to be said."""
    from gradx_cli.surroundings import out_of_memory

    scarce = out_of_memory(error)
    said = "there is not enough memory for this" if scarce else f"gradx itself failed ({type(error).__name__})"
    with suppress(OSError):
        os.write(2, f"error: {said}\n".encode())
    return UNUSABLE if scarce else FAULT


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, and so for its errors too."""
    from itertools import pairwise

    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options or "--format=json" in options or ("--format", "json") in pairwise(options)


def _as_typed(word: str) -> str:
    """The word read as UTF-8, also where the locale knows no such letters and Python has kept its bytes."""
    if word.isascii():
        return word
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        return word


def _answer(words: list[str]) -> int:
    if words == ["--version"]:
        from gradx import __version__

        print(f"gradx {__version__}")
        return ANSWERED
    if not words and _on_a_terminal():
        words = ["explore"]
    if words:
        from gradx_cli.commands import COMMANDS

        if words[0] not in COMMANDS and words[0] not in ("--help", "-h"):
            from gradx_cli.guessed import meant

            words = meant(words)
            if words == ["--version"]:
                return _answer(words)
    witness = _witness(words) if _asks_sympy(words) else None
    try:
        from gradx_cli.menu import run

        return run(words, witness)
    finally:
        if witness:
            witness.close()


def _witness(words: Sequence[str]) -> SymbolicWitness:
    """SymPy, which loads while all else is imported; where it will hardly be asked, it starts with the question."""
    from gradx.symbolic.process import Process

    process = None if any(map(_is_long, words)) else Process()
    from gradx.symbolic.witness import SymbolicWitness

    return SymbolicWitness(process)


def _on_a_terminal() -> bool:
    """Whether somebody types here, and reads."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _is_long(word: str) -> bool:
    """Whether a word names a file so long that SymPy will hardly be asked about what stands in it."""
    with suppress(OSError, ValueError):
        return os.path.getsize(word.removeprefix("--file=")) > _LONG_FILE_B
    return False


def _asks_sympy(words: Sequence[str]) -> bool:
    """Whether to start SymPy before the command line is even understood. A wrong guess costs time, nothing else."""
    from gradx_cli.commands import COMMANDS

    if len(words) < 2 or words[0] not in COMMANDS or not COMMANDS[words[0]].symbolic:
        return False
    if any(word.startswith("--data") or ".." in word for word in words):
        return False  # Rows of answers do without it.
    if words[0] == "eval" and any("=[" in word or "=@" in word for word in words[2:]):
        return False  # So do vectors and matrices.
    return not {"--no-symbolic", "--help", "-h"}.intersection(words)
