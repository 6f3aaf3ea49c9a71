"""Lines from a script, answered one by one, so that it has a gradx that is warm."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import TextIO

from gradx.errors import GradxError
from gradx_cli import INTERRUPTED
from gradx_cli.boundary import guarded
from gradx_cli.inputs import LARGEST_BYTES, decoded
from gradx_cli.session.session import Session


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
