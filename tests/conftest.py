"""What every test can use: the real command, run as a user runs it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from forks import Forks

from gradx.language.program import read
from gradx.symbolic.witness import SymbolicWitness

CASES = Path(__file__).parent / "cases"

# A shell's background jobs do not hear Ctrl-C, nor does what they start: here it is heard in any case.
signal.signal(signal.SIGINT, signal.default_int_handler)

INHERITED = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Of a test that is `sampled(n)`, all cases but one in n are slow."""
    seen: Counter[str] = Counter()
    for item in items:
        if mark := item.get_closest_marker("sampled"):
            name = item.nodeid.partition("[")[0]
            if seen[name] % mark.args[0]:
                item.add_marker("slow")
            seen[name] += 1


def pytest_collection_finish() -> None:
    """The thousands of tests that were collected stay: the search for cycles need not go through them every time."""
    gc.collect()
    gc.freeze()


class Answer(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


READ_AS_PYTHON_STARTS = ("PYTHON", "LC_", "LANG")


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """One process whose forks run command lines."""
    found = Forks()
    yield found
    found.end()


@pytest.fixture
def gradx(tmp_path: Path, forks: Forks) -> Run:
    """Run `gradx WORDS…` in an empty folder with a bare environment; `env` adds to that, `stdin` is text or bytes.

    Each is a process of its own; Python itself is started anew where it matters, and where there are no forks.
    """

    def run(
        *words: str | bytes,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path = tmp_path,
        timeout: float = 30,
    ) -> Answer:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {"PYTHONUTF8": "1"} | dict(env or {})
        given = stdin.encode() if isinstance(stdin, str) else stdin
        if hasattr(os, "fork") and not any(name.startswith(READ_AS_PYTHON_STARTS) for name in env or {}):
            code, out, err = forks.run(words, given, environment, cwd, timeout)
            return Answer(code, out.decode(), err.decode())
        done = subprocess.run(
            [sys.executable, "-m", "gradx_cli", *words],
            input=given,
            capture_output=True,
            env=environment,
            cwd=cwd,
            timeout=timeout,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


class Lent:
    """SymPy's process, one for all command lines that are run in here; what was asked in vain ends it."""

    def __init__(self, witness: SymbolicWitness) -> None:
        self._witness = witness

    def __getattr__(self, name: str) -> object:
        return getattr(self._witness, name)

    def start(self) -> Lent:
        """The process, with all that it loads: on a busy machine that takes longer than a command waits."""
        if self._witness.pid is None:
            self._witness.derivatives(read("x").graph, [0], None, deadline=40)
        return self

    def close(self) -> None:
        if self._witness._open:
            self._witness.close()
            self._witness._open.clear()


@pytest.fixture(scope="session")
def lent() -> Iterator[Lent]:
    with SymbolicWitness() as witness:
        yield Lent(witness)


@pytest.fixture
def gradx_inside(lent: Lent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The same in this process, for tables of cases that would take long otherwise. `env` is as in `gradx`."""
    from gradx_cli.app import main

    monkeypatch.setattr(SymbolicWitness, "start", lent.start)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, env: Mapping[str, str] | None = None) -> Answer:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            code = main(words)
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    yield run
    gc.enable()
