"""Every hostile command line against the real command, one after the other: how each ends, and what it takes.

The clock counts here, so the machine should have nothing else to do. `--rows FILE...` (all there are), `--slowest N`.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile.rows import SECONDS, faults, rows, run

FILES = ("hostile.jsonl", "hostile_more.jsonl")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", default=FILES)
    parser.add_argument("--slowest", type=int, default=10)
    options = parser.parse_args()
    taken: list[tuple[float, str, str]] = []
    wrong = 0
    for row in [row for name in options.rows for row in rows(name)]:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "folder")
            folder.mkdir()
            outcome = run(row, folder)
        found = list(faults(row, outcome))
        if outcome.elapsed_s > SECONDS:
            found.append(f"{outcome.elapsed_s:.1f} s")
        if found:
            wrong += 1
            print(f"{row.id}: {found}", flush=True)
        taken.append((outcome.elapsed_s, row.id, row.category))
    taken.sort(reverse=True)
    for seconds, name, category in taken[: options.slowest]:
        print(f"{seconds:6.2f} s  {name}  {category}")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    middle = taken[len(taken) // 2][0]
    print(f"{len(taken)} command lines, {wrong} not as documented; half of them within {middle:.2f} s,")
    print(f"all within {taken[0][0]:.2f} s; the largest process took {largest / 2**20:.0f} MiB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
