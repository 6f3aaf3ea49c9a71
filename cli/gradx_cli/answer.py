"""What a command hands over: its result as a page for people, as records and rows for scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from gradx.language.program import Program
    from gradx_cli.blocks import Block
    from gradx_cli.notation import Notation

T = TypeVar("T")

SCHEMA = "gradx/1"

Record = Mapping[str, object]
"""A result by its names: what JSON encodes. An iterator in it is a list whose entries are made one by one."""


class Medium(NamedTuple):
    """What a page is written for: the notation of its mathematics, and whether all of a long answer is wanted.

    `pasted`: it becomes a part of somebody's own document. `document`: it is one itself, with a title and formulas
    that are set.
    """

    notation: type[Notation]
    whole: bool = False
    pasted: bool = False
    document: bool = False


class Answer(NamedTuple):
    """One result, for every format; each of them is worked out when it is asked for.

    `records` are objects, one a line; `rows` have the same keys. `alone` is the answer and nothing else, a line each
    (`x 6`); None: the page is that.
    """

    page: Callable[[Medium], Iterable[Block]]
    records: Iterable[Record]
    rows: Iterable[Record]
    warnings: tuple[str, ...] = ()
    alone: Iterable[str] | None = None


def head(command: str, program: Program | None, warnings: Iterable[str], **place: object) -> dict[str, object]:
    """What every record begins with, notes on the reading apart from warnings.

    `place` says of what it is an answer, where there are several.
    """
    from gradx.errors import Note

    warnings = list(warnings)
    return {
        "schema": SCHEMA,
        "command": command,
        **place,
        "expression": program.source.text if program else None,
        "reading": program.reading if program else None,
        "warnings": [warning for warning in warnings if not isinstance(warning, Note)],
        "notes": [str(warning) for warning in warnings if isinstance(warning, Note)],
    }


def ends(items: Sequence[T], most: int, at_each_end: int) -> Sequence[T]:
    """All of a few items, the first and the last of more than `most`."""
    return items if len(items) <= most else [*items[:at_each_end], *items[-at_each_end:]]


def selected(result: object, *names: str) -> dict[str, object]:
    """Of a result what has these names."""
    return {name: getattr(result, name) for name in names}
