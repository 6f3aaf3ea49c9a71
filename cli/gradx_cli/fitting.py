"""A descent over the rows of a file: which inputs are its columns, and what the rows are summed by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradx.errors import GradxError, Note
from gradx.language.bindings import bind
from gradx.lessons.descents.descent import Descent, Task
from gradx.lessons.descents.fit import SAMPLE, Fit, Sampled, sampled
from gradx.lessons.descents.row_sums import DRAWN_BYTES, KEPT_BYTES, LocalRows, RowSource, RowSums
from gradx.lessons.tables import Table
from gradx_cli.arguments import Request, names_of
from gradx_cli.pages.fitted import Fitted, How
from gradx_cli.rows import check_once, check_scalar, with_data
from gradx_cli.tables import MOST_TOLD, Refusing, chosen

if TYPE_CHECKING:
    from gradx_cli.on_dask import DaskRows


class Fitting:
    """What every descent over the rows shares. `start` has the numbers of all inputs that are no columns, `moving` are
    those that move."""

    def __init__(
        self, asked: Request, table: Table, how: How, wrt: Sequence[str] | None, renamed: tuple[str, ...], strict: bool
    ) -> None:
        """`renamed` are columns under other names, as they were typed; see `gradx_cli.commands.descend`.

        GradxError where no column is an input, an input has no number or two, or a column is asked to move.
        """
        check_scalar(asked.program, "write the sum out: w1*x1 + w2*x2 + b")
        program, graph = asked.program, asked.program.graph
        inputs = [graph.names[i] for i in graph.inputs]
        self.program = program
        self.columns = tuple(chosen(table, inputs))
        check_once([binding.source for binding in asked.bindings], table)
        known = {**program.defaults, **dict.fromkeys(self.columns, math.nan)}
        point = bind(replace(program, defaults=known), asked.bindings, with_data(asked.command, table), asked.words)
        self.start = {name: number for name, number in point.values.items() if name not in self.columns}
        self.warnings = (*program.remarks, *point.warnings)
        bound = {binding.name for binding in asked.bindings}
        self.moving = tuple(name for name in self.start if name in bound) or tuple(self.start)
        for name in names_of(wrt):
            if name in self.columns:
                raise GradxError("usage", f"{name} is a column of {table.where}, and columns are data")
        self.moving = asked.chosen(wrt) or self.moving if wrt else self.moving
        if not self.moving:
            raise GradxError(
                "usage",
                f"there is nothing to fit: every input is a column of {table.where}, and none is left to move",
                hint="a parameter is an input that is no column",
            )
        held = {name: number for name, number in self.start.items() if name not in self.moving}
        self._sums = RowSums(program, self.columns, self.moving, held)
        self._raw = table
        self._table, self._renamed, self._strict = Refusing(table, strict=strict), renamed, strict
        self._workers: DaskRows | None = None
        self.how = replace(how, where=table.where, columns=self.columns)

    @cached_property
    def _rows(self) -> RowSource:
        if self.how.on is None:
            return self._local
        from gradx_cli.on_dask import DaskRows

        file = self._table.path, self.columns, self._renamed
        self._workers = DaskRows(self.how.on, *file, strict=self._strict)
        return self._workers

    @cached_property
    def _local(self) -> LocalRows:
        return LocalRows(self._table, self.columns, DRAWN_BYTES if self.how.batch else KEPT_BYTES)

    def begin(self, task: Task) -> Fit:
        """A descent under way."""
        how = self.how
        draws = None if how.batch is None else self._local.drawn(how.batch, how.seed)
        if draws is not None and draws.size >= draws.rows:
            draws, self.how = None, replace(how, batch=None)
        shared = self._rows, self._sums
        return Fit(task, *shared, reduce=how.reduce, momentum=how.momentum, draws=draws, nothing=self._nothing)

    def _nothing(self) -> GradxError:
        """The error where no row can be used: what is wrong with the first."""
        try:
            for _ in Refusing(self._raw, strict=True).batches(self.columns):
                pass
        except GradxError as error:
            problem = error.problem
            message = f"no row has a number in every column that the program reads: {problem.message}"
            return GradxError(problem.kind, message, hint=problem.hint, span=problem.span)
        hint = "every line below the names is a row"
        return GradxError("file", f"{self._raw.where} has names and no numbers", hint=hint)

    @cached_property
    def sampled(self) -> Sampled:
        """The rows whose gradients are proved at the start."""
        point = [self.start[name] for name in self.moving]
        return sampled(self.program.graph, self._sums, point, self._rows.sample(self.columns, SAMPLE))

    def ended(self, fit: Descent) -> Fitted:
        """What there is to be told of a descent that `begin` began and that has ended."""
        assert isinstance(fit, Fit)
        reason = fit.outcome and fit.outcome.reason
        curvature = fit.curvature() if reason in ("diverged", "domain") else None
        workers = self._workers
        refused = self._table.refused if workers is None else workers.refused[:MOST_TOLD]
        remarks = self._table.remarks() if workers is None else workers.remarks
        return Fitted(self.how, fit, self.sampled, tuple(refused), tuple(map(Note, remarks)), curvature)

    def close(self) -> None:
        """Let workers go that were asked for."""
        if self._workers is not None:
            self._workers.close()
