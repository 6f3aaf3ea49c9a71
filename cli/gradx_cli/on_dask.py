"""Rows summed by Dask: each worker reads blocks of the same file, keeps them, and sums as one machine does.

Dask is imported here alone. What its workers run are the functions of this file; what they hand back are the sums of
blocks, which are put together in one way only, so that their digits do not know who had which block. A worker that
dies has its blocks read again by another: that is Dask's business.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import platform
import signal
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from gradx.errors import GradxError, Problem
from gradx.lessons.descents.row_sums import Part, Row, RowSums, spread
from gradx.lessons.tables import BLOCK_ROWS, Batch
from gradx_cli.inputs import shown
from gradx_cli.tables import Refusing, named, open_table

if TYPE_CHECKING:
    from distributed import Client, Future

HERE = "dask"
"""What asks for workers on this machine, one a processor."""

CONNECT_S, WORKERS_S = 5, 30
"""How long a scheduler has to answer, and the first of its workers to be there."""

PAUSE_S = 5
"""How often it is asked, while something is waited for, whether there are workers."""

RANGES, MOST_BLOCKS = 4, 16
"""Each thread of the workers has so many ranges of rows, or more, so that no range has more blocks than that."""

VERSIONS = ("gradx", "numpy", "dask", "distributed")


class Loaded(NamedTuple):
    """The blocks of a range of rows, why its first skipped rows are, how what is not plain was read, and what was wrong
    with the file."""

    batches: Sequence[Batch]
    refused: Sequence[str]
    remarks: Sequence[str]
    problem: Problem | None = None


class DaskRows:
    """The columns of a file on the workers of a scheduler, `where` that is (`dask`: of this machine)."""

    def __init__(
        self, where: str, path: Path, columns: Sequence[str], renamed: Sequence[str] = (), *, strict: bool = False
    ) -> None:
        """`renamed` are columns under other names; see `gradx_cli.tables.named`."""
        self._where = where
        self._client = _client(where)
        try:
            self._sums: tuple[RowSums, Future] | None = None
            self.refused: list[str] = []
            self.remarks: dict[str, None] = {}
            self._loaded = self._load(_File(str(path.absolute()), tuple(columns), tuple(renamed), strict))
        except BaseException:
            self.close()
            raise

    def parts(self, sums: RowSums, point: Sequence[float]) -> Sequence[Part]:
        """See `RowSource`."""
        client = self._client
        with _told(self._where):
            if self._sums is None or self._sums[0] is not sums:
                # A task and not data: Dask makes it again where the worker that had it is gone.
                self._sums = sums, client.submit(RowSums.of, *sums.made_of, pure=False)
            found = client.map(_summed, self._loaded, function=self._sums[1], point=tuple(point), pure=False)
            return list(chain.from_iterable(cast("list[list[Part]]", _gathered(client, found))))

    def sample(self, columns: Sequence[str], count: int) -> Sequence[Row]:
        """See `RowSource`."""
        with _told(self._where):
            mapped = self._client.map(_spread, self._loaded, columns=tuple(columns), count=count)
            found = cast("list[list[Row]]", _gathered(self._client, mapped))
        rows = list(chain.from_iterable(found))
        return [rows[k * (len(rows) - 1) // max(1, count - 1)] for k in range(count)] if len(rows) > count else rows

    def close(self) -> None:
        """Let the workers go; those of this machine end."""
        with _silent():
            cluster = self._client.cluster
            self._client.close()
            if cluster is not None:
                cluster.close()

    def _load(self, file: _File) -> list[Future]:
        """The ranges of rows, read and kept by the workers. GradxError where they are not fit for it."""
        client = self._client
        with _told(self._where):
            _same_versions(client)
            for worker, sees in client.run(os.path.isfile, file.path).items():
                if not sees:
                    hint = "it has to be at this path on every worker"
                    raise GradxError("file", f"worker {worker} does not see {shown(Path(file.path))}", hint=hint)
            threads = sum(client.nthreads().values())
            (rows,) = cast("list[int | Problem]", _gathered(client, [client.submit(_counted, file, pure=False)]))
            if isinstance(rows, Problem):
                raise _again(rows)
            blocks = -(-rows // BLOCK_ROWS)
            size = max(1, min(MOST_BLOCKS, -(-blocks // (RANGES * threads)))) * BLOCK_ROWS
            loaded = client.map(_loaded, range(0, max(1, rows), size), file=file, rows=size, pure=False)
            told = cast("list[Loaded]", _gathered(client, client.map(_told_of, loaded, pure=False)))
        for each in told:
            self.refused += each.refused
            self.remarks |= dict.fromkeys(each.remarks)
            if each.problem is not None:
                raise _again(each.problem)
        return cast("list[Future]", loaded)


def _gathered(client: Client, futures: list[Future]) -> list[object]:
    """What the tasks answer. GradxError where no worker has been there for `WORKERS_S`."""
    from distributed import wait

    absent_s = 0
    while True:
        try:
            wait(futures, timeout=PAUSE_S)
            return cast("list[object]", client.gather(futures))
        except TimeoutError:
            absent_s = 0 if client.nthreads() else absent_s + PAUSE_S
            if absent_s >= WORKERS_S:
                hint = "--save and --from keep what a run came to"
                raise GradxError("file", "Dask's workers are gone", hint=hint) from None


def _again(problem: Problem) -> GradxError:
    return GradxError(problem.kind, problem.message, hint=problem.hint, span=problem.span)


class _File(NamedTuple):
    """What a worker reads of a file, and how."""

    path: str
    columns: tuple[str, ...]
    renamed: tuple[str, ...]
    strict: bool

    def table(self) -> Refusing:
        found = open_table(Path(self.path))
        named(found, self.renamed)
        return Refusing(found, strict=self.strict)


def _counted(file: _File) -> int | Problem:
    try:
        table = file._replace(strict=False).table()
        return sum(map(len, table.batches(file.columns))) if table.count is None else table.count
    except GradxError as error:
        return error.problem


def _loaded(first: int, file: _File, rows: int) -> Loaded:
    try:
        table = file.table()
        batches = list(table.batches(file.columns, first, first + rows))
    except GradxError as error:
        return Loaded((), (), (), error.problem)
    return Loaded(batches, tuple(table.refused), tuple(table.remarks()))


def _told_of(loaded: Loaded) -> Loaded:
    return loaded._replace(batches=())


def _summed(loaded: Loaded, function: RowSums, point: Sequence[float]) -> list[Part]:
    return [function(batch, point) for batch in loaded.batches]


def _spread(loaded: Loaded, columns: Sequence[str], count: int) -> list[Row]:
    return spread(loaded.batches, columns, count)


def _client(where: str) -> Client:
    """A connection to a scheduler, or one of this machine. GradxError where Dask or the scheduler is not there."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        message = "--on needs Dask, which is not installed"
        raise GradxError("usage", message, hint="pip install 'gradx[dask]'") from None
    with _silent():
        if where == HERE:
            with _without_interrupts():
                cluster = LocalCluster(threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)
            return Client(cluster)
        try:
            client = Client(where, timeout=CONNECT_S)
        except OSError:
            hint = "dask scheduler starts one, and says its address"
            raise GradxError("file", f"no scheduler answers at {where}", hint=hint) from None
        except (ValueError, ImportError) as error:
            raise GradxError("usage", f"{where} is no scheduler's address: {_brief(error)}") from None
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError:
            client.close()
            hint = f"dask worker {where} starts one"
            raise GradxError("file", f"the scheduler at {where} has no workers", hint=hint) from None
        return client


def _same_versions(client: Client) -> None:
    """GradxError where a worker lacks what it is to run, or has another version of it."""
    python = ".".join(platform.python_version_tuple()[:2])
    _compare("Python", python, {w: ".".join(v[:2]) for w, v in client.run(platform.python_version_tuple).items()})
    for name in VERSIONS:
        version = f"{name}:__version__"
        _compare(name, pkgutil.resolve_name(version), client.run(pkgutil.resolve_name, version, on_error="return"))


def _compare(name: str, here: str, workers: Mapping[str, object]) -> None:
    for worker, there in workers.items():
        if isinstance(there, ImportError):
            raise GradxError("file", f"worker {worker} has no {name}", hint=f"install {name} {here} there")
        if there != here:
            hint = "the same versions have to be installed here and there"
            raise GradxError("file", f"worker {worker} has {name} {there}, and here is {here}", hint=hint)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A terminal's Ctrl-C reaches every process, and is for this one to answer: threads and processes that begin here
    keep it blocked, as do those that they begin."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # where it begins later, it unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """What Dask raises, in a line."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        with _silent():
            yield
    except KilledWorker as error:
        hint = "a worker needs the memory for its rows"
        raise GradxError(
            "file", f"Dask gave up: the workers that had the task died ({error.last_worker.address})", hint=hint
        ) from None
    except (OSError, CancelledError) as error:
        message = f"the scheduler at {where} is gone: {_brief(error)}"
        raise GradxError("file", message, hint="--save and --from keep what a run came to") from None


@contextmanager
def _silent() -> Iterator[None]:
    """Without Dask's own words on standard error."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _brief(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
