"""A command with more than one point: the rows of a file, the numbers of ranges, and every pairing of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, product
from math import prod
from pathlib import Path

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.bindings import RANGE, Binding, bind
from gradx.language.diagnosis import brief
from gradx.language.ranges import MOST_ROWS, read_range, too_many
from gradx.language.tokens import meant_name
from gradx.lessons.rows import AtPoint, Row, answered
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request
from gradx_cli.data import Data
from gradx_cli.escape import quoted
from gradx_cli.pages.rows import Asked, Command, answer
from gradx_cli.progress import Progress

PATIENCE_S = 2.0
"""After so many seconds of silence the progress is told."""

ON_A_TERMINAL_S, IN_A_LOG_S = 0.2, 5.0
"""Between two messages."""


def is_range(_graph: Graph, word: str) -> bool:
    """Whether a word gives an input several numbers: `x=1..3`."""
    return RANGE in word.partition("=")[2]


class Rows:
    """The points that are asked for, and an answer to each, worked out as somebody reads it."""

    def __init__(self, asked: Request, data: Data | None) -> None:
        """GradxError where a point cannot be read, an input has no value or two, or ranges give too many rows."""
        if asked.program.bundles is not None:
            message = "a program of vectors and matrices is taken at one point, and --data has one in each row"
            hint = f"a file may be a value: X=@{data.where}" if data is not None else None
            raise GradxError("usage", message, hint=hint)
        self._asked = asked
        graph = asked.program.graph
        inputs = [graph.names[i] for i in graph.inputs]
        axes = [data.points(inputs)] if data is not None else []
        axes += [[[binding] for binding in read_range(word)] for word in asked.words]
        self._axes = axes
        self.count = prod(map(len, axes))
        if asked.words and self.count > MOST_ROWS:
            raise too_many(self.count)
        moving = [binding for axis in axes for binding in axis[0]]
        ranges = [Source("binding", word) for word in asked.words]
        _check_once([*(binding.source for binding in asked.bindings), *ranges], data)
        # What a row binds is no longer missing: whatever is, `bind` tells with a command that runs.
        defaults = {**asked.program.defaults, **{binding.name: binding.value for binding in moving}}
        program, command = replace(asked.program, defaults=defaults), _command(asked.command, data)
        point = bind(program, asked.bindings, command, asked.words)
        moved = {binding.name for binding in moving}
        self.held = {name: value for name, value in point.values.items() if name not in moved}
        self.moving = [name for name in point.values if name in moved]
        self.warnings = (*asked.program.remarks, *point.warnings, *_unused(inputs, data, moving))
        self.has_failed = False

    def answer(self, command: Command, derivatives: Sequence[str], at_point: AtPoint, digits: int) -> Answer:
        """A table, an object, a line each."""
        asked = Asked(
            self._asked.program, self.moving, self.held, derivatives, self.count, digits, self.warnings, command
        )
        return answer(asked, partial(self._answered, at_point))

    def _answered(self, at_point: AtPoint) -> Iterator[Row]:
        """Every row as soon as it is there; how far this is, is told where it takes long."""
        points = (tuple(chain.from_iterable(parts)) for parts in product(*self._axes))
        rows = answered(self._asked.program.graph, self.held, self._asked.bindings, points, at_point)
        tty = sys.stderr.isatty()
        pause_s = ON_A_TERMINAL_S if tty else IN_A_LOG_S
        with Progress(sys.stderr, PATIENCE_S, pause_s, rewritten=tty) as progress:
            for done, row in enumerate(rows, 1):
                self.has_failed |= row.proved is False
                yield row
                progress.tell(f"{done:,} of {self.count:,} rows")


def table_of(data: Path | None, expression: str | None) -> Data | None:
    """The points of a file, None without one. GradxError("usage") where standard input holds the program as well."""
    if data is None:
        return None
    if str(data) == expression == "-":
        raise GradxError(
            "usage", "standard input holds the program or the data, not both", hint="--file F for one of them"
        )
    return Data(data)


def _check_once(words: Sequence[Source], data: Data | None) -> None:
    """GradxError("binding") for an input that has numbers from two places; `words` are bindings and ranges."""
    columns = {} if data is None else dict.fromkeys(data.names, f"a column in {data.where}, and a value here")
    seen: set[str] = set()
    for source in words:
        name = meant_name(source.text.partition("=")[0].strip())
        if name in columns or name in seen:
            message = f"`{brief(name)}` has {columns.get(name, 'two values')}"
            span = Span(source, 0, len(source.text))
            raise GradxError("binding", message, hint="leave one of them out", span=span)
        seen.add(name)


def _command(command: str, data: Data | None) -> str:
    return command if data is None else f"{command} --data {quoted(str(data.path))}"


def _unused(inputs: Sequence[str], data: Data | None, moving: Sequence[Binding]) -> Iterator[str]:
    """What is given and not read."""
    for name in data.names if data is not None else ():
        if name and name not in inputs:
            yield f"the column {brief(name)} is not used: the program has no such input"
    for binding in moving:
        if binding.name not in inputs:
            yield f"{brief(binding.name)} is not used: the program has no such input"
