"""Programs of 10^4 to 10^6 operations through the command, against Python's own `compile` of the same text; JSON.

Statements and one long expression, as JSON and as a table, with few inputs and with many.

python big_files.py [LARGEST]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from programs import formula, statements, wide

FEW = 10
"""So many inputs are given as bindings; more stand in the file."""

GRADX = str(Path(sys.executable).with_name("gradx"))
COMPILE = """
import sys, time
text = open(sys.argv[1]).read()
start = time.perf_counter()
compile(text, "program", "exec")
print(time.perf_counter() - start)
"""


def measured(file: str, inputs: int, *options: str) -> tuple[float, float]:
    """Seconds and peak MiB of `gradx eval --file FILE` on the program in `file`."""
    point = [f"x{k}={0.5 + k % 10 / 20}" for k in range(inputs)] if inputs <= FEW else []
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        with subprocess.Popen([GRADX, "eval", "--file", file, "--exit-zero", *options, *point], stdout=out) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"gradx eval --file {file} ended with {process.returncode}")
        return time.perf_counter() - start, usage.ru_maxrss / 1024


def compiled(file: str) -> float | None:
    """Seconds that `compile` takes; None where it cannot."""
    done = subprocess.run([sys.executable, "-c", COMPILE, file], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def row(what: str, text: str, operations: int, inputs: int, *options: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "program.txt")
        if inputs > FEW:
            text = "\n".join(f"x{k} = {0.5 + k % 10 / 20}" for k in range(inputs)) + "\n" + text
        Path(file).write_text(text, encoding="utf-8")
        ours, theirs, peaks = [], [], []
        for _ in range(5 if operations < 100_000 else 3 if operations < 1_000_000 else 1):
            seconds, peak = measured(file, inputs, *options)
            ours.append(seconds)
            peaks.append(peak)
            theirs.append(compiled(file))
    ratios = [a / b for a, b in zip(ours, theirs, strict=True) if b is not None]
    return {
        "what": what,
        "operations": operations,
        "gradx_s": statistics.median(ours),
        "compile_s": statistics.median(b for b in theirs if b) if ratios else None,
        "ratio": statistics.median(ratios) if ratios else None,
        "mebibytes": max(peaks),
    }


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= largest]
    rows = [row("statements, JSON", statements(size), size, 10, "--json") for size in sizes]
    rows += [row("one expression, JSON", formula(size), size, 10, "--json") for size in sizes]
    rows.append(row("statements, table", statements(largest), largest, 10))
    rows.append(row("one expression, table", formula(largest), largest, 10))
    rows.append(row("statements, 100,000 inputs, JSON", wide(100_000, largest), largest, 100_000, "--json"))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
