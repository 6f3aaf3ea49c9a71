"""Command lines that a hint offers: with the options that were given, and with a point for a comma in an option."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.errors import GradxError
from gradx_cli.escape import quoted


def with_options(error: GradxError, command: str, options: Sequence[str]) -> GradxError:
    """The error, every whole line of this command in its hint with these options."""
    kind, message, hint, span = error.problem
    given = "".join(f" {quoted(option)}" for option in options)
    offered = re.sub(rf"\b{command}(?= (?:[\"']|--data ))", lambda line: line[0] + given, hint or "")
    return error if offered == (hint or "") else GradxError(kind, message, hint=offered, span=span)


def with_point(error: GradxError, command: str, words: Sequence[str]) -> GradxError:
    """The error about an option's value; where that is a decimal with a comma, the whole line with a point for it."""
    kind, message, _, span = error.problem
    if span is None or not re.fullmatch(r"[-+]?[0-9]+,[0-9]+", span.source.text):
        return error
    comma = span.source.text
    line = [word.replace(comma, comma.replace(",", ".")) for word in words]
    return GradxError(kind, message, hint=" ".join([command, *map(quoted, line)]), span=span)
