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
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("distributed", reason="Dask is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

LOGISTIC = ("descend", "z = w1*x1 + w2*x2 + b; softplus(z) - y*z", "w1=0", "w2=0", "b=0", "--rate", "2", "--json")


@contextmanager
def running(*words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


class Cluster:
    """A scheduler, and workers as they are asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack, self._count = folder, stack, 0
        file = folder / "scheduler.json"
        stack.enter_context(
            running("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                    "--scheduler-file", str(file))
        )  # fmt: skip
        while not (file.exists() and file.read_text()):
            time.sleep(0.1)
        self.address: str = json.loads(file.read_text())["address"]

    def worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """One more, of one thread; it is there when this returns."""
        from distributed import Client

        self._count += 1
        process = self._stack.enter_context(
            running(*options, "-m", "distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1",
                    "--no-dashboard", "--local-directory", str(self._folder / f"w{self._count}"), **environment)
        )  # fmt: skip
        with Client(self.address, timeout=30) as client:
            client.wait_for_workers(self._count, timeout=60)
        return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300,000 rows: five blocks. One has a bad cell."""
    rng = np.random.Generator(np.random.PCG64(2))
    x = rng.normal(size=(300_000, 2))
    y = (rng.random(len(x)) < 1 / (1 + np.exp(-x @ [1.0, -2.0]))).astype(int)
    path = tmp_path_factory.mktemp("data") / "rows.csv"
    lines = [f"{a!r},{b!r},{c}" for (a, b), c in zip(x.tolist(), y.tolist(), strict=True)]
    lines[200_000] = "1.5,?,1"
    path.write_text("\n".join(("x1,x2,y", *lines)) + "\n", "ascii")
    return path


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


def test_one_two_and_three_workers_give_the_digits_of_this_machine(cluster: Cluster, rows: Path) -> None:
    words = (*LOGISTIC, "--data", str(rows), "--steps", "3")
    here = told(gradx(*words))
    assert (here[-1]["data"]["rows"], here[-1]["data"]["skipped"], len(here)) == (299_999, 1, 5)
    assert here[-1]["data"]["refused"][0].startswith("line 200002, column 2 (x2)")
    for _ in range(3):
        cluster.worker()
        assert told(gradx(*words, "--on", cluster.address)) == here
    strict = gradx(*words, "--on", cluster.address, "--strict")
    assert (strict.returncode, "line 200002, column 2 (x2)" in strict.stderr) == (2, True)


def test_workers_of_this_machine(rows: Path) -> None:
    words = (*LOGISTIC, "--data", str(rows), "--steps", "1")
    assert told(gradx(*words, "--on", "dask")) == told(gradx(*words))


def test_a_worker_that_dies_on_the_way_changes_nothing(cluster: Cluster, rows: Path) -> None:
    dying, _ = cluster.worker(), cluster.worker()
    words = (*LOGISTIC, "--data", str(rows), "--steps", "12")
    process = subprocess.Popen(
        [sys.executable, "-m", "gradx_cli", *words, "--on", cluster.address], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(3)]
    dying.kill()
    rest, _ = process.communicate(timeout=200)
    assert process.returncode == 0
    found = [json.loads(line) for line in (*first, *rest.splitlines())]
    found[-1]["data"].pop("on")
    assert found == told(gradx(*words))


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
    cluster.worker("-S", PYTHONPATH=path)
    answer = gradx(*LOGISTIC[:-1], "--data", str(rows), "--on", cluster.address)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert all(part in answer.stderr for part in said(__version__))
    assert len(answer.stderr.splitlines()) == 2


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no file there that one process alone sees")
def test_a_file_that_only_the_client_sees_is_one_line(cluster: Cluster, rows: Path) -> None:
    cluster.worker()
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


def test_a_wait_ends_where_the_workers_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client, LocalCluster

    from gradx.errors import GradxError
    from gradx_cli import on_dask

    monkeypatch.setattr(on_dask, "PAUSE_S", 1)
    monkeypatch.setattr(on_dask, "WORKERS_S", 2)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
        pytest.raises(GradxError, match="workers are gone"),
    ):
        on_dask._gathered(client, [client.submit(abs, -1)])
