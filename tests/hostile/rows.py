"""Hostile command lines: how a row of tests/cases/hostile*.jsonl is run, and what it must come to.

A row's `argv` and `stdin` are text or `[[unit, count], ...]` to be joined. `env` holds variables, but for two words:
`CWD` runs it in a folder with a hostile `sympy.py`, `rich.py`, ..., `PIPE` closes standard output early. `expect` is
`reject` (exit code 2 and an error of the documented form), `accept` (any other), or `either`.
"""

from __future__ import annotations

import json
import math
import os
import re
import resource
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from gradx_cli.app import wants_json

CASES = Path(__file__).parents[1] / "cases"

FILES = ("hostile.jsonl", "hostile_more.jsonl")
"""Rows from outside, and of our own."""

MEMORY = 1 << 30
"""Bytes of address space that each process of a command line may take."""

SECONDS = 5.0
"""What a command line may take: of the clock where the machine is idle, of the processor always."""

PATIENCE = 50.0
"""Seconds after which a command line is ended, should it sleep: the machine may be busy with other tests."""

PLANTED = "gradx_pwned"
"""The file that code from a row would make."""

SHADOWED = (
    "sympy", "mpmath", "rich", "typer", "numpy", "plotext", "gradx", "gradx_cli", "json", "re", "csv", "tempfile",
    "subprocess", "dataclasses", "sitecustomize", "usercustomize",
)  # fmt: skip

COMMAND = (str(Path(sys.executable).with_name("gradx")),)

ERROR_LINES = 6

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Row(NamedTuple):
    id: str
    category: str
    argv: tuple[str, ...]
    stdin: str | None
    env: Mapping[str, str]
    expect: Literal["reject", "accept", "either"]


class Outcome(NamedTuple):
    """What a command line came to. `processor_s` is its processor time, with that of the processes it waited for."""

    code: int | None
    out: bytes
    err: bytes
    files: tuple[str, ...]
    processor_s: float
    elapsed_s: float


def rows(name: str) -> list[Row]:
    """The rows of a file in tests/cases."""
    found = []
    for line in (CASES / name).read_text("utf-8").splitlines():
        row = json.loads(line)
        stdin = None if row["stdin"] is None else _joined(row["stdin"])
        argv = tuple(map(_joined, row["argv"]))
        found.append(Row(row["id"], row["category"], argv, stdin, row["env"], row["expect"]))
    return found


def run(row: Row, folder: Path, command: Sequence[str] = COMMAND) -> Outcome:
    """Run the real command in `folder`, which is empty, under the limits."""
    if "CWD" in row.env:
        for name in SHADOWED:
            (folder / f"{name}.py").write_text(f"open({PLANTED!r}, 'w').close()\nraise SystemExit(99)\n")
    before = set(os.listdir(folder))
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"PYTHONUTF8": "1"} | {name: value for name, value in row.env.items() if name not in ("CWD", "PIPE")}
    began, used = time.monotonic(), _processor_time()
    process = subprocess.Popen(
        [*command, *map(os.fsencode, row.argv)],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=_pipe_without_a_reader() if "PIPE" in row.env else subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limit,
    )
    try:
        out, err = process.communicate((row.stdin or "").encode("utf-8", "surrogateescape"), PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Outcome(None, b"", b"", (), PATIENCE, PATIENCE)
    files = tuple(sorted(set(os.listdir(folder)) - before))
    return Outcome(process.returncode, out or b"", err, files, _processor_time() - used, time.monotonic() - began)


def faults(row: Row, outcome: Outcome) -> Iterator[str]:
    """What is not as documented; nothing where all is well."""
    if outcome.code is None:
        yield f"no end after {PATIENCE:g} s"
        return
    if outcome.code not in (0, 1, 2):
        yield f"exit code {outcome.code}"
    if row.expect == "reject" and outcome.code != 2:
        yield f"it should be rejected, and the exit code is {outcome.code}"
    if row.expect == "accept" and outcome.code == 2:
        yield "it should be accepted"
    if outcome.processor_s > 2 * SECONDS:
        yield f"{outcome.processor_s:.1f} s of processor time"
    if b"processor time that the system gives" in outcome.err:
        yield f"more than {SECONDS:g} s of processor time in one process"
    if PLANTED in outcome.files:
        yield "code from the input was run"
    elif set(outcome.files) - {word.rstrip("/") for word in row.argv}:
        yield f"it made {outcome.files}"
    if b"Traceback" in outcome.out + outcome.err:
        yield "a traceback"
    encoding = "ascii" if "PYTHONIOENCODING" in row.env else "utf-8"
    for stream in (outcome.out, outcome.err):
        try:
            yield from _invisible(stream.decode(encoding), coloured="FORCE_COLOR" in row.env)
        except UnicodeDecodeError:
            yield "bytes that are not text"
    if outcome.code == 2:
        yield from _form(outcome.err.decode("utf-8", "replace"), json_wanted=wants_json(row.argv))


def _invisible(text: str, *, coloured: bool) -> Iterator[str]:
    """Characters that a terminal acts on, but for the end of a line (and colours, where they are asked for)."""
    text = _COLOUR.sub("", text) if coloured else text
    acting = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    if acting:
        yield f"invisible characters: {sorted(map(ascii, acting))}"


def _form(err: str, *, json_wanted: bool) -> Iterator[str]:
    """`error: ...`, perhaps carets under a source line, perhaps `hint: ...`; or one JSON object."""
    lines = [line for line in err.splitlines() if not line.startswith("warning: ")]
    if json_wanted:
        error = json.loads(err)["error"]
        if not error["message"] or set(error) != {
            "kind", "message", "hint", "source", "offset", "length", "line", "column",
        }:  # fmt: skip
            yield f"a JSON error that says too little: {err!r}"
        return
    if not lines or not lines[0].startswith("error: ") or len(lines[0]) < 12:
        yield f"no error is said: {err[:200]!r}"
        return
    if len(lines) > ERROR_LINES:
        yield f"the error has {len(lines)} lines"
    rest = [line for line in lines[1:] if not line.startswith("hint: ")]
    if rest and (len(rest) != 2 or not re.fullmatch(r" *\^+", rest[1])):
        yield f"lines that are neither source, caret nor hint: {rest!r}"


def _joined(text: str | Sequence[tuple[str, int]]) -> str:
    return text if isinstance(text, str) else "".join(unit * count for unit, count in text)


def limit() -> None:
    """Hold this process, and each that it starts, to the memory and the processor time that it may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(SECONDS), math.ceil(SECONDS) + 1))


def _processor_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _pipe_without_a_reader() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer
