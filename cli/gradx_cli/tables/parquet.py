"""Rows in Parquet files, by Polars: the only file that knows of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gradx.errors import GradxError, Source
from gradx.language.bindings import Binding
from gradx.language.diagnosis import brief
from gradx.language.tokens import meant_name
from gradx.lessons.tables import BLOCK_ROWS, Batch
from gradx_cli.inputs import cannot, open_file, shown

if TYPE_CHECKING:
    import numpy as np
    import polars
    from numpy.typing import NDArray

    from gradx.lessons.mapped import Answers
    from gradx_cli.pages.rows import Headings


def _check_polars() -> None:
    """GradxError("file") where it is not installed."""
    try:
        import polars  # noqa: F401
    except ImportError:
        hint = 'pip install "gradx[data]"; CSV needs nothing'
        raise GradxError("file", "Parquet is read and written by Polars, which is not installed", hint=hint) from None


class ParquetTable:
    """A Parquet file. Numbers of any kind are columns; true and false are 1 and 0."""

    def __init__(self, path: Path) -> None:
        """GradxError("file") for what is no Parquet file, and without Polars."""
        _check_polars()
        import polars as pl

        self.path, self.where = path, shown(path)
        try:
            open_file(path).close()
            self._rows = pl.scan_parquet(path, glob=False)
            self._schema = self._rows.collect_schema()
            self.count: int | None = self._rows.select(pl.len()).collect().item()
        except (OSError, ValueError) as error:
            raise cannot("read", path, error) from None
        except pl.exceptions.PolarsError:
            with open_file(path) as file:
                is_begun = file.read(4) == b"PAR1"
            message = "cannot be read as Parquet: it is cut off or broken" if is_begun else "is not a Parquet file"
            hint = "get the file once more" if is_begun else "CSV has the ending .csv"
            raise GradxError("file", f"{self.where} {message}", hint=hint) from None
        self._headings = self._schema.names()
        self.names = tuple(map(meant_name, self._headings))
        self.places = tuple(range(len(self.names)))

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        rows = self._rows.select(list(map(self._column, names)))
        rows = rows.slice(first, None if end is None else max(0, end - first))
        for frame in rows.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True):
            yield _batch(first, {name: frame[name].to_numpy() for name in names})
            first += frame.height

    def _column(self, name: str) -> polars.Expr:
        import polars as pl

        column = self.places[self.names.index(name)]
        kind = self._schema[self._headings[column]]
        if not kind.is_numeric() and kind != pl.Boolean:
            heading = brief(self._headings[column])
            message = f"the column {heading} of {self.where} holds no numbers: it is of the type {kind}"
            raise self.fault(message, column, "write the file with a column of numbers made of it")
        return pl.col(self._headings[column]).cast(pl.Float64).alias(name)

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        numbers = {name: float(batch.columns[name][row]) for name in names}
        for name, number in numbers.items():
            if math.isnan(number):
                message = f"row {batch.first + row + 1:,} has no finite number in {brief(name)}"
                raise GradxError("file", message, hint="every point has a number for every input")
        return [Binding(name, x, Source(f"binding {name}", f"{name}={x!r}")) for name, x in numbers.items()]

    def fault(self, message: str, column: int, hint: str) -> GradxError:
        return GradxError("file", message, hint=hint)

    def remarks(self) -> Sequence[str]:
        return ()


def _batch(first: int, columns: dict[str, NDArray[np.float64]]) -> Batch:
    """The block; what is no finite number is not-a-number."""
    import numpy as np

    bad = {name: ~finite for name, column in columns.items() if not (finite := np.isfinite(column)).all()}
    if not bad:
        return Batch(first, columns, None)
    columns |= {name: np.where(where, math.nan, columns[name]) for name, where in bad.items()}
    return Batch(first, columns, np.logical_or.reduce(list(bad.values())))


def write_parquet(path: Path, headings: Headings, blocks: Iterable[Answers]) -> None:
    """Write blocks of answers, each as it comes. What is not a number is null. GradxError("file") without Polars."""
    _check_polars()
    import polars as pl
    from polars.io.plugins import register_io_source

    names = [*headings.inputs, headings.value, *headings.derivatives.values()]
    texts = (headings.status, headings.reason)
    schema = dict.fromkeys(names, pl.Float64()) | dict.fromkeys(texts, pl.String())
    failed: list[BaseException] = []

    def frames(*_: object) -> Iterator[polars.DataFrame]:
        try:
            for block in blocks:
                yield _frame(block, headings, names)
        except BaseException as error:
            failed.append(error)
            raise

    try:
        register_io_source(frames, schema=schema).sink_parquet(path)
    except pl.exceptions.PolarsError as error:
        # Polars tells in its own words what happened to the blocks.
        if failed:
            raise failed[0] from None
        raise GradxError("file", f"the rows cannot be written: {error}") from None


def _frame(block: Answers, headings: Headings, names: Sequence[str]) -> polars.DataFrame:
    import polars as pl

    inputs = [block.inputs[name] for name in headings.inputs]
    columns = [*inputs, block.value, *(block.gradients[name] for name in headings.derivatives)]
    apart = sorted(block.apart)
    status = pl.repeat("computed", block.count, dtype=pl.String, eager=True)
    reason = pl.repeat(None, block.count, dtype=pl.String, eager=True)
    if apart:
        status = status.scatter(apart, [block.apart[k].status for k in apart])
        reason = reason.scatter(apart, pl.Series([block.apart[k].reason for k in apart], dtype=pl.String))
    numbers = {name: pl.Series(column, nan_to_null=True) for name, column in zip(names, columns, strict=True)}
    return pl.DataFrame(numbers | {headings.status: status, headings.reason: reason})
