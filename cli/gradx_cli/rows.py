"""A command with more than one point: the rows of a file, the numbers of ranges, and every pairing of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, product, takewhile
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gradx.errors import GradxError, Note, Source, Span
from gradx.graph import Graph
from gradx.language.bindings import MOST_ROWS, RANGE, Binding, bind, read_range, too_many
from gradx.language.diagnosis import brief
from gradx.language.program import Program
from gradx.language.tokens import meant_name
from gradx.lessons.rows import Row, answered
from gradx.lessons.tables import BLOCK_ROWS, Table
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request
from gradx_cli.escape import quoted
from gradx_cli.options import Typed
from gradx_cli.output import replacing
from gradx_cli.pages.rows import Asked, Tally, Wanted, answer, headings, saved
from gradx_cli.surroundings import is_heard
from gradx_cli.synonyms import close
from gradx_cli.tables import MARK, Refusing, chosen, named, open_table, unused
from gradx_cli.terminal import warn
from gradx_cli.waiting import on_standard_error

if TYPE_CHECKING:
    from gradx.lessons.mapped import Answers
    from gradx.lessons.mapped import Asked as AskedOfAll
T = TypeVar("T", bound=Typed)

MOST_PROVED = 10_000
"""Every row of a file with so many is judged; of a larger one those that may not be smooth, and some others."""

PATIENCE_S = 2.0
"""After so many seconds of silence the progress is told."""


def is_range(_graph: Graph, word: str) -> bool:
    """Whether a word gives an input several numbers: `x=1..3`."""
    return RANGE in word.partition("=")[2]


class Rows:
    """The points that are asked for, and an answer to each, worked out as somebody reads it."""

    def __init__(self, asked: Request, table: Table | None, *, strict: bool = False) -> None:
        """GradxError where a point cannot be read, an input has no value or two, or ranges give too many rows.

        `strict`: a cell that cannot be used is an error; else its row is skipped.
        """
        check_scalar(asked.program, f"a file may be a value: X=@{table.where}" if table is not None else None)
        table = Refusing(table, strict=True) if strict and table is not None else table
        self._asked, self._table = asked, table
        self.is_large = False
        graph = asked.program.graph
        inputs = [graph.names[i] for i in graph.inputs]
        ranges = [read_range(word) for word in asked.words]
        if ranges and prod(map(len, ranges)) > MOST_ROWS:
            raise too_many(prod(map(len, ranges)))
        self._beside = list(product(*ranges))
        columns = [] if table is None else chosen(table, inputs)
        first = [] if table is None else self._first(table, columns)
        moving = {binding.name: binding.value for binding in (*first, *self._beside[0])}
        words = [Source("binding", word) for word in asked.words]
        check_once([*(binding.source for binding in asked.bindings), *words], table)
        # What a row binds is no longer missing: whatever is, `bind` tells with a command that runs.
        program = replace(asked.program, defaults={**asked.program.defaults, **moving})
        typed = [binding.name for binding in asked.bindings]
        try:
            point = bind(program, asked.bindings, with_data(asked.command, table), asked.words)
        except GradxError as error:
            missing = [name for name in inputs if name not in program.defaults and name not in typed]
            raise _without(error, table, inputs, missing) from None
        self.held = {name: value for name, value in point.values.items() if name not in moving}
        self.moving = [name for name in point.values if name in moving]
        ranged = [binding.name for binding in self._beside[0]]
        notes = map(Note, table.remarks()) if table is not None else ()
        unused = _unused(inputs, table, ranged)
        self.warnings = (*asked.program.remarks, *point.warnings, *notes, *unused)
        self.has_failed = False

    def _first(self, table: Table, columns: Sequence[str]) -> Sequence[Binding]:
        """The first numbers, once it is known that there are some, and that they can be used."""
        batches = table.batches(columns)
        first = next(batches, None)
        if first is None:
            raise GradxError("file", f"{table.where} has names and no rows", hint="every row is a point")
        self._blocks = chain([first], batches)
        self.is_large = max(len(first), table.count or 0) > MOST_PROVED and len(self._beside) == 1
        good = 0 if first.skipped is None else int(first.skipped.argmin())
        try:
            return table.point(first, good, columns)
        except GradxError as error:
            problem = error.problem
            none = f"none of the first {BLOCK_ROWS:,} rows" if len(first) == BLOCK_ROWS else "no row"
            message = f"{none} can be read; the first: {problem.message}"
            raise GradxError("file", message, hint=problem.hint, span=problem.span) from None

    def answer(self, wanted: Wanted) -> Answer:
        """A table, an object, a line each."""
        return answer(self._page(wanted), partial(self._answered, wanted))

    def _page(self, wanted: Wanted) -> Asked:
        return Asked(self._asked.program, self.moving, self.held, self.warnings, wanted)

    def _all(self, wanted: Wanted) -> AskedOfAll:
        from gradx.lessons.mapped import Asked as AskedOfAll

        return AskedOfAll(self._asked.program.graph, self.held, self._asked.bindings, wanted.wrt or (), wanted.at_point)

    def _answered(self, wanted: Wanted) -> Iterator[Row]:
        """Every row as soon as it is there; how far this is, is told where it takes long."""
        with on_standard_error(PATIENCE_S) as progress:
            for done, row in enumerate(self._rows(wanted), 1):
                self.has_failed |= row.proved is False
                yield row
                progress.tell(f"{done:,} rows")
                if not is_heard():
                    return

    def _rows(self, wanted: Wanted) -> Iterator[Row]:
        graph, table = self._asked.program.graph, self._table
        if table is None:
            yield from answered(graph, self.held, self._asked.bindings, self._beside, wanted.at_point)
            return
        from gradx.lessons.mapped import answers, rows_apart

        asked = self._all(wanted)
        if wanted.wrt is not None and self.is_large:
            for found in answers(asked, table, self._blocks, all_judged=False):
                yield from map(found.row, range(found.count))
            return
        for batch in self._blocks:
            yield from (row for _, row in rows_apart(asked, table, batch, range(len(batch)), self._beside))

    def save(self, wanted: Wanted, output: Path, *, force: bool) -> Answer:
        """Write the rows to a file, and answer what they come to. GradxError("file") where it cannot be written."""
        from gradx_cli.tables import write_rows

        _check_other(self._table, output)
        page = self._page(wanted)
        tally = Tally(page)
        with replacing(output, force=force) as (file, path):
            blocks = self._counted(self._all(wanted), tally)
            write_rows(file, path, output.suffix.lower(), headings(page, self.moving), blocks)
        return saved(page, tally, output)

    def as_csv(self, wanted: Wanted) -> None:
        """Write the rows of a large file to standard output as CSV, a block at a time."""
        from gradx_cli.tables import write_csv

        page, graph = self._page(wanted), self._asked.program.graph
        warn(self.warnings)
        blocks = takewhile(lambda _: is_heard(), self._counted(self._all(wanted), Tally(page)))
        write_csv(sys.stdout, headings(page, [graph.names[i] for i in graph.inputs]), blocks)

    def _counted(self, asked: AskedOfAll, tally: Tally) -> Iterator[Answers]:
        from gradx.lessons.mapped import answers

        assert self._table is not None
        with on_standard_error(PATIENCE_S) as progress:
            for found in answers(asked, self._table, self._blocks, all_judged=not self.is_large):
                tally.add_computed(found.count - len(found.apart))
                for row in found.apart.values():
                    tally.add(row)
                    self.has_failed |= row.proved is False
                yield found
                progress.tell(f"{tally.count:,} rows")


def table_of(typed: T, data: Path | None, *, again: bool = False) -> tuple[T, Table | None]:
    """The points of a file, None without one, and what is typed without the words that name its columns.

    GradxError("usage") where standard input holds the program as well.
    """
    if data is None:
        return typed, None
    if str(data) == typed.expression == "-":
        raise GradxError(
            "usage", "standard input holds the program or the data, not both", hint="--file F for one of them"
        )
    table = open_table(data, again=again)
    return replace(typed, words=named(table, typed.words or ())), table


def _without(error: GradxError, table: Table | None, inputs: Sequence[str], missing: Sequence[str]) -> GradxError:
    """The error for inputs without a value, with a column that could be one of theirs, if any is left."""
    columns = [] if table is None else [name for name in table.names if name]
    free = [name for name in columns if name not in inputs]
    if not (free and missing):
        return error
    problem, first, listed = error.problem, missing[0], ", ".join(map(brief, columns[:8]))
    begins = (name for name in free if name.casefold().startswith(first.casefold()))
    near = next(begins, None) or close(first, free, 0.3) or free[-1]
    hint = f"the columns are {listed}; {first}={MARK}{quoted(near)} reads one, {first}=1 is a number for all rows"
    return GradxError(problem.kind, problem.message, hint=hint, span=problem.span)


def check_scalar(program: Program, hint: str | None) -> None:
    """GradxError("usage") for vectors and matrices."""
    if program.bundles is not None:
        message = "a program of vectors and matrices is taken at one point, and --data has one in each row"
        raise GradxError("usage", message, hint=hint)


def check_once(words: Sequence[Source], table: Table | None) -> None:
    """GradxError("binding") for an input that has numbers from two places; `words` are bindings and ranges."""
    columns = {} if table is None else dict.fromkeys(table.names, f"is a column of {table.where}, and has a value here")
    seen: set[str] = set()
    for source in words:
        name = meant_name(source.text.partition("=")[0].strip())
        if name in columns or name in seen:
            message = f"`{brief(name)}` {columns.get(name, 'has two values')}"
            span = Span(source, 0, len(source.text))
            raise GradxError("binding", message, hint="leave one of them out", span=span)
        seen.add(name)


def _check_other(table: Table | None, output: Path) -> None:
    """GradxError("file") where the rows would be written over those that are read."""
    if table is not None and table.path.exists() and output.exists() and table.path.samefile(output):
        raise GradxError(
            "file", f"{table.where} is the input, and is not written over", hint="give --output another name"
        )


def with_data(command: str, table: Table | None) -> str:
    """A command with its option for the table."""
    return command if table is None else f"{command} --data {quoted(str(table.path))}"


def _unused(inputs: Sequence[str], table: Table | None, ranged: Sequence[str]) -> Iterator[str]:
    """What is given and not read."""
    yield from () if table is None else unused(table, inputs)
    for name in ranged:
        if name not in inputs:
            yield f"{brief(name)} is not used: the program has no such input"
