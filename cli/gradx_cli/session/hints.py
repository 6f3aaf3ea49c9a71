"""Hints that are written for a shell, as they are typed in a session: there the program is put in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.errors import GradxError
from gradx_cli.escape import quoted


def typed_here(error: GradxError, commands: Sequence[str], program: str | None) -> GradxError:
    """The same error with a hint in which `gradx nudge "x^2" x` is `nudge x`, where x^2 is the program."""
    kind, message, hint, span = error.problem
    if hint is None or "gradx " not in hint:
        return error
    hint = hint.replace("gradx --help", "help")
    texts = [] if program is None else [quoted(program), f'"{program}"']
    known = "|".join(map(re.escape, ["EXPR", *texts]))
    hint = re.sub(rf"gradx explore (?:(?:{known}) )?(?=\S)", "", hint)
    return GradxError(
        kind, message, hint=re.sub(rf"gradx ({'|'.join(commands)})\b(?: (?:{known}))?", r"\1", hint), span=span
    )
