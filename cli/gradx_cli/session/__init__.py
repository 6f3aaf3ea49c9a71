"""A program that stays: typed at a prompt, or read line by line from a script, and asked again and again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TextIO

from gradx.errors import GradxError
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli import INTERRUPTED
from gradx_cli.boundary import guarded
from gradx_cli.inputs import LARGEST_BYTES, decoded, read_file
from gradx_cli.options import Shown, Typed
from gradx_cli.session.session import Session

Menu = Callable[[Sequence[str], SymbolicWitness | None], int]
"""What runs a command line, with SymPy's process."""


def run(menu: Menu, commands: Sequence[str], typed: Typed, *, symbolic: bool) -> int:
    """Answer the expression, if there is one, and what is typed after it, until that ends. The exit code: of a prompt
    0, of lines the largest of theirs."""
    stdin, is_prompt = sys.stdin, sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    witness = SymbolicWitness.start() if symbolic and is_prompt else SymbolicWitness() if symbolic else None
    shown = Shown(typed.json, typed.format, typed.ascii, typed.quiet)
    session = Session(lambda words: menu(words, witness), commands, shown)
    words = list(typed.words or ())
    if typed.file is not None and typed.expression is not None:
        words.insert(0, typed.expression)
    text = typed.expression if typed.file is None else read_file(typed.file)
    opening = None if text is None else partial(session.open, text, words)
    # Lines are the session's: no command reads them. And a session is long: cycles are looked for again.
    sys.stdin = None
    gc.freeze()
    gc.enable()
    try:
        if is_prompt:
            from gradx_cli.session.prompt import converse

            return converse(session, stdin, opening)
        return answer_lines(session, stdin, opening, json=shown.name == "json")
    finally:
        gc.disable()
        sys.stdin = stdin
        if witness is not None:
            witness.close()


def answer_lines(session: Session, stdin: TextIO | None, opening: Callable[[], int] | None, *, json: bool) -> int:
    """Answer the opening and every line; the largest exit code. With `json` an error is an answer like any other: it
    is written where answers are, so that each line has one.

    GradxError("usage") where there is nothing to answer.
    """
    asked: Iterator[Callable[[], int]]
    asked = chain([] if opening is None else [opening], (partial(_answer, session, line) for line in _read(stdin)))
    stream = sys.stdout if json else sys.stderr
    largest = None
    for ask in asked:
        largest = max(largest or 0, guarded(ask, json=json, stream=stream))
        if session.has_ended or largest == INTERRUPTED:
            break
    if largest is None:
        hint = 'write it first, in quotes: gradx explore "3*(a+b*c)" a=5 b=3 c=2'
        raise GradxError("usage", "there is no expression", hint=hint)
    return largest


def _answer(session: Session, line: bytes) -> int:
    return session.answer(decoded(line, "the line"))


def _read(stdin: TextIO | None) -> Iterator[bytes]:
    if stdin is not None:
        yield from iter(lambda: stdin.buffer.readline(LARGEST_BYTES), b"")
