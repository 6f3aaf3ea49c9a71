"""Hostile command lines in forks of one process: many rows in the time of one start.

    python forked_rows.py ID...

writes for each row a line with its id and what was not as documented. What a row can change before Python has started
(its environment) it cannot change here: those rows are for `rows.run`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

from forks import forked, warm_up
from hostile.rows import FILES, Outcome, Row, faults, limit, rows


def run(row: Row, folder: Path) -> Outcome:
    """As `rows.run`."""
    streams = folder.parent
    (streams / "in").write_bytes((row.stdin or "").encode("utf-8", "surrogateescape"))
    began = time.monotonic()
    code, processor_s = forked(row.argv, streams, folder, limit)
    return Outcome(
        code,
        (streams / "out").read_bytes(),
        (streams / "err").read_bytes(),
        tuple(sorted(os.listdir(folder))),
        processor_s,
        time.monotonic() - began,
    )


if __name__ == "__main__":
    warm_up()
    wanted = set(sys.argv[1:])
    for row in chain.from_iterable(map(rows, FILES)):
        if row.id in wanted:
            with tempfile.TemporaryDirectory() as scratch:
                empty = Path(scratch, "folder")
                empty.mkdir()
                print(json.dumps([row.id, row.argv[:4], list(faults(row, run(row, empty)))]), flush=True)
