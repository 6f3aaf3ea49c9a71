"""SymPy's process as it is started and ended, but with site packages of its own, so that coverage can look inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from gradx.language.printer import written_out
from gradx.language.program import read
from gradx.symbolic import worker
from gradx.symbolic.protocol import Answer, packed, unpacked

posix = pytest.mark.skipif(sys.platform == "win32", reason="has no limits of this kind")

LOADED: dict[str, object] = {"loaded": True}


@contextmanager
def started(shadow: Path | None = None, before: Callable[[], None] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    path = os.environ.get("PYTHONPATH", "")
    environment = os.environ | {"PYTHONPATH": path if shadow is None else os.pathsep.join((str(shadow), path))}
    with subprocess.Popen(
        [sys.executable, "-m", "gradx.symbolic.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        preexec_fn=before,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[bytes]) -> dict[str, object]:
    assert process.stdout is not None
    found = json.loads(process.stdout.readline())
    assert isinstance(found, dict)
    return found


def ask(process: subprocess.Popen[bytes], number: int, text: str) -> None:
    assert process.stdin is not None
    graph = read(text).graph
    request = {
        "id": number,
        "ask": "derivatives",
        "graph": packed(graph),
        "targets": list(graph.inputs),
        "exact": True,
    }
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()


def swept(answer: dict[str, object]) -> str:
    """The formula that the value of an answer comes from."""
    sheet = cast("Answer", answer)["exact"]
    assert sheet is not None
    graph = unpacked(sheet)
    return written_out(graph, graph.output)


def ended(process: subprocess.Popen[bytes]) -> int:
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(30)


def test_requests_are_answered_one_after_the_other_until_the_input_ends() -> None:
    with started() as process:
        assert line(process) == LOADED
        for number, text, formula in ((7, "w^3", "3*w^2"), (8, "sin(w)", "cos(w)")):
            ask(process, number, text)
            answer = line(process)
            assert (answer["id"], answer["formula"], swept(answer)) == (number, formula, formula)
            assert line(process)["node"] is None
        assert ended(process) == 0


def test_an_input_that_ends_ends_an_answer() -> None:
    with started() as process:
        assert line(process) == LOADED
        ask(process, 1, "max(" + ", ".join(f"x{k}*x{k + 1}" for k in range(60)) + ")")
        assert ended(process) == 0


@pytest.mark.parametrize(
    ("missing", "imported", "reason"),
    [
        ("sympy", "sympy", "SymPy is not installed"),
        ("sympy", "nonsense", "SymPy cannot be loaded (No module named 'nonsense')"),
    ],
)
def test_a_library_that_is_not_there_is_the_answer(missing: str, imported: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / f"{missing}.py").write_text(
        f"raise ModuleNotFoundError(name={imported!r})" if imported == missing else f"import {imported}"
    )
    with started(tmp_path) as process:
        assert line(process) == LOADED
        ask(process, 3, "w^2")
        assert line(process) == {"id": 3, "absent": reason}
        assert ended(process) == 0


def test_it_works_where_the_system_has_no_limits(tmp_path: Path) -> None:
    (tmp_path / "resource.py").write_text("raise ImportError('as on Windows')")
    with started(tmp_path) as process:
        assert line(process) == LOADED
        ask(process, 1, "w^2")
        assert swept(line(process)) == "2*w"
        assert ended(process) == 0


@posix
def test_limits_that_are_tighter_already_stay() -> None:
    import resource

    def tighter() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (worker.MEMORY - (1 << 20), worker.MEMORY - (1 << 20)))
        resource.setrlimit(resource.RLIMIT_CPU, (worker.CPU_S - 20, worker.CPU_S - 20))

    with started(before=tighter) as process:
        assert line(process) == LOADED
        ask(process, 1, "w^2")
        assert swept(line(process)) == "2*w"
        assert ended(process) == 0


@posix
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_process_has_its_limits() -> None:
    with started() as process:
        assert line(process) == LOADED
        ask(process, 1, "w^2")
        assert line(process)["id"] == 1
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        soft = {row[:26].strip(): row[26:].split()[0] for row in limits.splitlines()[1:]}
        assert int(soft["Max address space"]) == worker.MEMORY
        assert worker.CPU_S <= int(soft["Max cpu time"]) <= worker.CPU_S + 20
        assert int(soft["Max core file size"]) == 0
