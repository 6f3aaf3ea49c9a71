"""`gradx descend --data --on`: the same sums on Dask's workers, which are processes of this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed"),
]

STEPS = 6

UNWATCHED = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"}
"""A worker does not look a hundred times a second at what it is doing."""

LOGISTIC = ("descend", "z = w1*x1 + w2*x2 + b; softplus(z) - y*z", "w1=0", "w2=0", "b=0", "--rate", "2",
            "--steps", str(STEPS), "--json")  # fmt: skip


@contextmanager
def running(*words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **UNWATCHED, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


class Cluster:
    """A scheduler, and as many workers of one thread as a test asks for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack, self._started = folder, ExitStack(), 0
        self._workers: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._stack.enter_context(
            running("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                    "--scheduler-file", str(file))
        )  # fmt: skip
        while not (file.exists() and file.read_text()):
            time.sleep(0.05)
        self.address: str = json.loads(file.read_text())["address"]
        from distributed import Client  # longer to import than most tests take, and collected by every run

        self.client = self._stack.enter_context(Client(self.address, timeout=30))

    def close(self) -> None:
        self._stack.close()

    def known(self) -> set[str]:
        """The addresses of the workers that the scheduler knows."""
        return set(self.client.scheduler_info()["workers"])

    def of(self, count: int) -> list[subprocess.Popen[bytes]]:
        """So many workers, all of them there when this returns."""
        self._workers = [worker for worker in self._workers if worker.poll() is None]
        for worker in self._workers[count:]:
            worker.kill()
        self._workers = self._workers[:count]
        self._workers += [self._start() for _ in range(count - len(self._workers))]
        self._settle(count)
        return self._workers

    @contextmanager
    def odd_one(self, *options: str, **environment: str) -> Iterator[str]:
        """The address of one more, started otherwise than the others."""
        before = self.known()
        worker = self._start(*options, **environment)
        try:
            self._settle(len(before) + 1)
            (address,) = self.known() - before
            yield address
        finally:
            worker.kill()
            self._settle(len(before))

    def _start(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        self._started += 1
        return self._stack.enter_context(
            running(*options, "-m", "distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1",
                    "--no-dashboard", "--local-directory", str(self._folder / f"w{self._started}"), **environment)
        )  # fmt: skip

    def _settle(self, count: int) -> None:
        end = time.monotonic() + 100
        while len(self.known()) != count:
            assert time.monotonic() < end, f"{len(self.known())} workers, and not {count}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200,000 rows: four blocks. One, in the last, has a bad cell."""
    rng = np.random.Generator(np.random.PCG64(2))
    x = rng.normal(size=(200_000, 2))
    y = (rng.random(len(x)) < 1 / (1 + np.exp(-x @ [1.0, -2.0]))).astype(int)
    path = tmp_path_factory.mktemp("data") / "rows.csv"
    lines = [f"{a!r},{b!r},{c}" for (a, b), c in zip(x.tolist(), y.tolist(), strict=True)]
    lines[199_000] = "1.5,?,1"
    path.write_text("\n".join(("x1,x2,y", *lines)) + "\n", "ascii")
    return path


@pytest.fixture(scope="module")
def here(rows: Path) -> list[dict[str, Any]]:
    """What is told where this process alone sums, of which the workers must give every digit."""
    found = told(gradx(*LOGISTIC, "--data", str(rows)))
    data = found[-1]["data"]
    assert (data["rows"], data["skipped"], len(found)) == (199_999, 1, STEPS + 2)
    assert data["refused"][0].startswith("line 199002, column 2 (x2)")
    return found


def gradx(*words: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gradx_cli", *words], capture_output=True, text=True, timeout=200, **settings
    )


def told(answer: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """All that is told, but for where it was summed."""
    assert (answer.returncode, answer.stderr) == (0, "")
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    found[-1]["data"].pop("on")
    return found


@pytest.mark.parametrize("count", [1, 2, 3])
def test_workers_give_the_digits_of_this_machine(
    cluster: Cluster, rows: Path, here: list[dict[str, Any]], count: int
) -> None:
    cluster.of(count)
    assert told(gradx(*LOGISTIC, "--data", str(rows), "--on", cluster.address)) == here


def test_workers_of_this_machine(rows: Path, here: list[dict[str, Any]]) -> None:
    assert told(gradx(*LOGISTIC, "--data", str(rows), "--on", "dask")) == here


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be halted there")
def test_a_worker_that_dies_on_the_way_changes_nothing(
    cluster: Cluster, rows: Path, here: list[dict[str, Any]]
) -> None:
    _, dying = cluster.of(2)
    process = subprocess.Popen(
        [sys.executable, "-m", "gradx_cli", *LOGISTIC, "--data", str(rows), "--on", cluster.address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    dying.send_signal(signal.SIGSTOP)
    with pytest.raises(subprocess.TimeoutExpired):  # its blocks are waited for: it dies with work to do
        process.wait(1)
    dying.kill()
    rest, errors = process.communicate(timeout=200)
    assert told(subprocess.CompletedProcess((), process.returncode, first + rest, errors)) == here


def test_on_workers_a_bad_cell_ends_it_where_rows_must_be_sound(cluster: Cluster, rows: Path) -> None:
    cluster.of(2)
    answer = gradx(*LOGISTIC[:-1], "--data", str(rows), "--on", cluster.address, "--strict")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "line 199002, column 2 (x2)" in answer.stderr


def test_a_scheduler_that_is_not_there_is_one_line(rows: Path) -> None:
    answer = gradx(*LOGISTIC[:-1], "--data", str(rows), "--on", "tcp://127.0.0.1:1")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: no scheduler answers at tcp://127.0.0.1:1\n")
    assert len(answer.stderr.splitlines()) == 2


def without_gradx() -> str:
    """The folders of installed packages. What is only linked there, as gradx is, is not found without `site`."""
    return os.pathsep.join(path for path in sys.path if path and not (Path(path) / "gradx").exists())


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (None, lambda here: ("has no gradx", f"install gradx {here} there")),
        ("0.0.9", lambda here: (f"has gradx 0.0.9, and here is {here}", "the same versions have to be installed")),
    ],
    ids=["none", "another"],
)
def test_a_worker_with_another_gradx_or_none_is_one_line(
    cluster: Cluster, rows: Path, version: str | None, said: Callable[[str], tuple[str, str]]
) -> None:
    from gradx import __version__

    path = without_gradx()
    if version is not None:
        stub = rows.parent / "stub" / "gradx"
        stub.mkdir(parents=True)
        (stub / "__init__.py").write_text(f"__version__ = {version!r}\n")
        path = f"{stub.parent}{os.pathsep}{path}"
    cluster.of(1)
    with cluster.odd_one("-S", PYTHONPATH=path) as odd:
        answer = gradx(*LOGISTIC[:-1], "--data", str(rows), "--on", cluster.address)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert all(part in answer.stderr for part in (f"worker {odd} ", *said(__version__)))
    assert len(answer.stderr.splitlines()) == 2


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no file there that one process alone sees")
def test_a_file_that_only_the_client_sees_is_one_line(cluster: Cluster, rows: Path) -> None:
    cluster.of(1)
    with rows.open("rb") as file:
        own = f"/proc/self/fd/{file.fileno()}"
        answer = gradx(*LOGISTIC[:-1], "--data", own, "--on", cluster.address, pass_fds=[file.fileno()])
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"does not see {own}" in answer.stderr
    assert "hint: it has to be at this path on every worker" in answer.stderr
    assert len(answer.stderr.splitlines()) == 2


@pytest.mark.skipif(os.name == "nt", reason="a terminal's Ctrl-C cannot be sent there")
def test_a_terminals_interrupt_is_answered_by_the_client_alone(tmp_path: Path) -> None:
    path, saved = tmp_path / "rows.csv", tmp_path / "s.json"
    path.write_text("x,y\n1,2\n2,4\n3,7\n")
    words = ("(w*x - y)^2", "w=0", "--rate", "1e-9", "--steps", "10^9", "--json", "--save", str(saved))
    process = subprocess.Popen(
        [sys.executable, "-m", "gradx_cli", "descend", *words, "--data", str(path), "--on", "dask"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=200)
    assert (process.returncode, err.splitlines()[0][:6], len(err.splitlines())) == (130, "wrote ", 1)
    end = json.loads(out.splitlines()[-1])
    assert (end["reason"], list(json.loads(saved.read_text())["parameters"])) == ("interrupted", ["w"])


def test_a_wait_ends_where_the_workers_are_gone(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradx.errors import GradxError
    from gradx_cli import on_dask

    monkeypatch.setattr(on_dask, "PAUSE_S", 1)
    monkeypatch.setattr(on_dask, "WORKERS_S", 2)
    cluster.of(0)
    with pytest.raises(GradxError, match="workers are gone"):
        on_dask._gathered(cluster.client, [cluster.client.submit(abs, -1)])
