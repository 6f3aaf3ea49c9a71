"""Random command lines: each ends in the documented way. `--lines N` (100,000), `--seed S`, `--line K` for one."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile.command_lines import TooLong, command_line, run, standard_input
from hostile.rows import Row, faults

SEED = 20_260_101


def faults_of(seed: int, k: int) -> tuple[list[str], list[str], int | None]:
    """What is wrong with line `k`, the line, and its exit code."""
    generator = random.Random(f"{seed}:{k}")
    words, stdin = command_line(generator), standard_input(generator)
    try:
        outcome = run(words, stdin)
    except TooLong:
        return ["it does not end"], words, None
    row = Row(str(k), "random", tuple(words), None, {}, "either")
    return list(faults(row, outcome._replace(files=()))), words, outcome.code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--line", type=int)
    options = parser.parse_args()
    began = time.monotonic()
    codes: Counter[int | None] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for k in range(options.lines) if options.line is None else [options.line]:
            found, words, code = faults_of(options.seed, k)
            codes[code] += 1
            if found or options.line is not None:
                wrong += bool(found)
                print(f"line {k}: {words!a}\n    {found!a}", flush=True)
    print(f"{codes.total():,} command lines in {time.monotonic() - began:.0f} s: {wrong} did not end as documented")
    print("exit codes: " + ", ".join(f"{code}: {count:,}" for code, count in sorted(codes.items(), key=str)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
