"""What every test can use: command lines, run as a user runs them; and which cases `make test` leaves out."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
import typer.rich_utils  # noqa: F401 - it looks for colours in the environment when it is imported

from gradx.language.program import read
from gradx.symbolic.witness import Equality, Question, Symbolic, SymbolicWitness

CASES = Path(__file__).parent / "cases"

# A shell's background jobs do not hear Ctrl-C, nor does what they start: here it is heard in any case.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How wide the terminal is in which the tests are run is nothing to them.
os.environ.pop("COLUMNS", None)

INHERITED = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


MOST_CASES = 4
"""Of a test with more cases `make test` runs so many, from all parts of their list; `sampled` says it of fewer."""

EVERY_CASE = (
    *("test_primitives", "test_table", "test_boundaries", "test_further_rows", "test_hard_cases"),
    *("sweeps", "point", "derive/test_formulas"),
    *(f"language/test_{name}" for name in ("places", "language", "errors", "functions", "printer")),
)
"""What holds the table, the sweeps, the verdict and the parser: every case is run."""


FEW_EXAMPLES = 30
"""Of what is said of all texts or graphs `make test` tries so many, where `make test-whole` tries a hundred."""


def pytest_configure(config: pytest.Config) -> None:
    if config.option.markexpr == "not slow":
        hypothesis.settings.register_profile("few", max_examples=FEW_EXAMPLES)
        hypothesis.settings.load_profile("few")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Of a test that is `sampled(n)`, all cases but one in n are slow; of one with many cases, all but MOST_CASES."""
    whole = tuple(f"tests/engine/{name}" for name in EVERY_CASE)
    names = [item.nodeid.partition("[")[0] for item in items]
    cases, seen = Counter(names), Counter[str]()
    for name, item in zip(names, items, strict=True):
        number, count = seen[name], cases[name]
        seen[name] += 1
        if mark := item.get_closest_marker("sampled"):
            is_left_out = number % mark.args[0] > 0
        else:
            most = count if name.startswith(whole) else min(MOST_CASES, count)
            is_left_out = number > 0 and number * most // count == (number - 1) * most // count
        if is_left_out:
            item.add_marker("slow")


def pytest_collection() -> None:
    """The thousands of tests that are collected stay: the search for cycles need not go through them every time."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


class Answer(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


READ_AS_PYTHON_STARTS = ("PYTHON", "LC_", "LANG")
ENCODING = "PYTHONIOENCODING"
"""All that it does is the encoding of the streams, whatever PYTHONUTF8 says."""


def new_process(
    words: Sequence[str | bytes], stdin: bytes | None, environment: Mapping[str, str], cwd: Path, timeout: float
) -> Answer:
    """What `gradx WORDS…` comes to as a user starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "gradx_cli", *words],
        **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}),
        capture_output=True,
        env=environment,
        cwd=cwd,
        timeout=timeout,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def answer_here(words: list[str], stdin: bytes | None, encoding: str = "utf-8") -> Answer:
    """The same in this process, with streams of its own."""
    from gradx_cli.app import main

    kept = sys.stdin, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, errors) for errors in ("strict", "backslashreplace"))
    with (
        open(os.devnull, "rb") if stdin is None else tempfile.TemporaryFile() as file,
        io.TextIOWrapper(file, encoding, "surrogateescape") as given,
    ):
        if stdin:
            given.buffer.write(stdin)
            given.buffer.seek(0)
        sys.stdin, sys.stdout, sys.stderr = given, out, err
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
    return Answer(code, *(said(stream) for stream in (out, err)))


def said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.buffer.seek(0)
    return stream.buffer.read().decode()


class Lent:
    """SymPy's process, one for all command lines that are run in here; what was asked in vain ends it."""

    def __init__(self, witness: SymbolicWitness) -> None:
        self._witness = witness

    def __getattr__(self, name: str) -> object:
        return getattr(self._witness, name)

    def start(self) -> Lent:
        """The process, with all that it loads: on a busy machine that takes longer than a command waits."""
        if self._witness.pid is None:
            self._witness.answers(self._witness.ask(read("x").graph, [0], None), 40)
        return self

    def answers(self, question: Question, deadline: float) -> dict[int, Symbolic]:
        """They are waited for: this machine may be busy."""
        return self._witness.answers(question, 4 * deadline)

    def equality(self, question: Question, deadline: float) -> Equality:
        return self._witness.equality(question, 4 * deadline)

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._witness._open:
            self._witness.close()
            self._witness._open.clear()


@pytest.fixture(scope="session")
def lent() -> Iterator[Lent]:
    with SymbolicWitness() as witness:
        yield Lent(witness)


@pytest.fixture
def sympy_lent(lent: Lent, monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy's process is not started for each answer: that takes longer than most answers."""
    monkeypatch.setattr(SymbolicWitness, "start", lent.start)


@pytest.fixture
def gradx(tmp_path: Path, sympy_lent: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `gradx WORDS…` in an empty folder with a bare environment; `env` adds to that, `stdin` is text or bytes.

    It runs in this process, with SymPy's process lent to it; Python is started anew where it matters: where `env` has
    what Python reads as it starts, other than the encoding of the streams.
    """

    def run(
        *words: str | bytes,
        stdin: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path = tmp_path,
        timeout: float = 30,
    ) -> Answer:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {"PYTHONUTF8": "1"} | dict(env or {})
        given = stdin.encode() if isinstance(stdin, str) else stdin
        encoding = environment.get(ENCODING, "utf-8")
        at_start = {name for name in env or {} if name.startswith(READ_AS_PYTHON_STARTS)}
        if at_start - ({ENCODING, "PYTHONUTF8"} if ENCODING in at_start else set()):
            return new_process(words, given, environment, cwd, timeout)
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            patch.setattr(os, "environ", environment)
            return answer_here(list(map(os.fsdecode, words)), given, encoding)

    yield run
    gc.enable()


@pytest.fixture
def gradx_inside(gradx: Run) -> Run:
    """The same, where that it runs in this process is what a test needs."""
    return gradx
