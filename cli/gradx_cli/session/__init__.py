"""A program that stays: typed at a prompt, or read line by line from a script, and asked again and again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial

from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.inputs import read_file
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
        from gradx_cli.session.lines import answer_lines

        return answer_lines(session, stdin, opening, json=shown.name == "json")
    finally:
        gc.disable()
        sys.stdin = stdin
        if witness is not None:
            witness.close()
