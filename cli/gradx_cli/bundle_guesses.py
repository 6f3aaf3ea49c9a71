"""Programs whose vectors and matrices have no values: which names lack one, and a command with some that runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradx.errors import GradxError, Source, Span
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.rows import FUNCTIONS, SPELLINGS
from gradx.language.bundles.values import Value, read_value
from gradx.language.constants import CONSTANTS
from gradx.language.tokens import NAME_PATTERN
from gradx.table import CALLABLE
from gradx_cli.escape import quoted

VECTOR, MATRIX = "[1 2 3]", "eye(3)"
"""What stands for a name in small letters and for one in capitals."""


def without_values(text: str, values: Sequence[Value], words: Sequence[str], command: str) -> GradxError | None:
    """That names have no value, with a command that runs; None where vectors of 3 do not make it run."""
    names = _free(text, {value.name for value in values})
    guesses = [f"{name}={MATRIX if name[0].isupper() else VECTOR}" for name in names]
    try:
        found = read_bundles(text, [*values, *map(read_value, guesses)]).program
    except GradxError:
        return None
    assert found.bundles is not None
    inputs = {group.name for group in found.bundles.groups if group.is_input}
    if not names or not inputs.issuperset(names):
        return None
    said = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    message = f"{said} {'has' if len(names) == 1 else 'have'} no value"
    place = re.search(rf"(?<!\w){re.escape(names[0])}(?!\w)", text)
    span = place and Span(Source("program", text), place.start(), len(names[0]))
    given = " ".join(map(quoted, (*words, *guesses)))
    return GradxError("binding", message, hint=f"{command} {quoted(text)} {given}", span=span)


def _free(text: str, known: set[str]) -> list[str]:
    """The names of a text that it does not define, each once."""
    taken = {*known, *CALLABLE, *FUNCTIONS, *SPELLINGS, *CONSTANTS, "T", "axis"}
    taken.update(re.findall(rf"(?:^|[;\n(,])[ \t]*({NAME_PATTERN})[ \t]*=(?!=)", text))
    return [name for name in dict.fromkeys(re.findall(NAME_PATTERN, text)) if name not in taken]
