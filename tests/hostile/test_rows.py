"""Every hostile command line in forks of one start, under limits, with more of their kinds; against the real command,
started anew, under `ulimit`. Of both `make test` runs a few and `make test-whole` all.

`make proof` runs all of both kinds against the real command (tests/proof/hostile_rows.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile.rows import CASES, FILES, Row, faults, rows, run

EACH = 15
"""Of the rows of our own, one in this many is run here."""

BATCHES = 24

STATED, MORE = map(rows, FILES)
OURS = MORE[::EACH]


@pytest.mark.sampled(100)
@pytest.mark.parametrize("row", [*STATED, *(row for row in OURS if row.env)], ids=lambda row: row.id)
def test_a_hostile_command_line_ends_as_documented(row: Row, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert list(faults(row, run(row, folder))) == [], row.argv


@pytest.mark.sampled(BATCHES)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_so_does_each_in_a_fork(batch: int) -> None:
    chosen = [row.id for row in (*STATED, *OURS) if not row.env][batch::BATCHES]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("forked_rows.py")), *chosen],
        env={"PYTHONPATH": str(CASES.parent), "PATH": ""},
        stdout=subprocess.PIPE,
        check=True,
        timeout=240,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row for row, *_ in found] == chosen
    assert [row for row in found if row[2]] == []


def test_a_fault_would_be_seen(tmp_path: Path) -> None:
    script = tmp_path / "gradx"
    script.write_text("#!/bin/sh\ntouch gradx_pwned\nprintf 'x\\033[31m'\necho Traceback >&2\nexit 2\n")
    script.chmod(0o700)
    (tmp_path / "folder").mkdir()
    found = [fault.partition(":")[0] for fault in faults(STATED[0], run(STATED[0], tmp_path / "folder", [str(script)]))]
    assert found == ["code from the input was run", "a traceback", "invisible characters", "no error is said"]
