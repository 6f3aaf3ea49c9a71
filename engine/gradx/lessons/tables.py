"""Rows of data: what a file of them gives, block by block, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gradx.errors import GradxError
from gradx.language.bindings import Binding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_ROWS = 65_536
"""Rows of a block: its columns fit a processor's cache, and what a block costs beside its rows does not count."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A block of rows. `first` is the number of its first row in the file, from 0: a multiple of BLOCK_ROWS, unless the
    block begins where rows were asked for. `columns` are of one length, at most BLOCK_ROWS; a row that is `skipped` has
    a cell that cannot be used, and not-a-number there (None: no row is)."""

    first: int
    columns: Mapping[str, NDArray[np.float64]]
    skipped: NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def usable(self) -> NDArray[np.intp]:
        """The places of the rows that are not skipped."""
        import numpy as np

        return np.arange(len(self)) if self.skipped is None else np.flatnonzero(~self.skipped)


class Table(Protocol):
    """A file of rows. `where` is how it is named in words, `names` are its columns, as inputs bear them, and
    `places` where in the file each stands, from 0; `count` is how many rows it has where that is known before they are
    read."""

    path: Path
    where: str
    names: tuple[str, ...]
    places: tuple[int, ...]
    count: int | None

    def batches(self, names: Sequence[str], first: int = 0, end: int | None = None) -> Iterator[Batch]:
        """The rows from `first` up to `end`, in blocks, in order. GradxError("file") for what is no table."""
        ...

    def point(self, batch: Batch, row: int, names: Sequence[str]) -> list[Binding]:
        """The numbers in a row of the block that was read last, as the file writes them.

        GradxError("file") where one of its cells cannot be used: which one that is, and why.
        """
        ...

    def fault(self, message: str, column: int, hint: str) -> GradxError:
        """The error for a heading."""
        ...

    def remarks(self) -> Sequence[str]:
        """How what is not plain was read, as far as the rows have been."""
        ...
