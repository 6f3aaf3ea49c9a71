"""The prompt: what is typed on a terminal, with history, completion, and paste of several lines."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from gradx_cli import INTERRUPTED
from gradx_cli.boundary import guarded
from gradx_cli.session.session import Session
from gradx_cli.terminal import terminal

_WORD = re.compile(r"@?[\w∂-]+")
GREETING = "gradx: type an expression, as in 3*(a+b*c) a=5 b=3 c=2; help says what else, Ctrl-D ends"


class _Words(Completer):
    """What a word can become."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        word = document.get_word_before_cursor(pattern=_WORD)
        before = document.current_line_before_cursor[: -len(word) or None]
        for name, says in self._session.completions(not before.strip()).items():
            if name.startswith(word):
                yield Completion(name, -len(word), display_meta=says)


def converse(session: Session, stdin: TextIO, opening: Callable[[], int] | None) -> int:
    """Ask and answer until the end of the input."""
    screen = terminal()
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    asked: PromptSession[str] = PromptSession(
        completer=_Words(session),
        complete_while_typing=False,
        key_bindings=keys,
        history=_history(),
        input=create_input(stdin),
        prompt_continuation=". ",
    )
    if opening is None:
        screen.write([GREETING])
    else:
        _answered(opening)
    while not session.has_ended:
        try:
            for line in session.lines(asked.prompt("> ")):
                if _answered(partial(session.answer, line)) == INTERRUPTED:
                    break  # and with it what was pasted behind it
        except KeyboardInterrupt:
            continue  # the line is abandoned
        except EOFError:
            break
    return 0


def _history() -> History:
    """In memory alone, unless there is a file for it: whoever wants one makes it, and empties it."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    file = os.path.join(state, "gradx", "history")
    is_wanted = os.path.isfile(file) and os.access(file, os.R_OK | os.W_OK)
    return FileHistory(file) if is_wanted else InMemoryHistory()


def _answered(ask: Callable[[], int]) -> int:
    """An answer, which Ctrl-C abandons; its exit code."""
    try:
        code = guarded(ask, json=False)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        screen = terminal(stream=sys.stderr)
        screen.write(["", "interrupted"])
    return code
