"""Programs of 10^4 to 10^6 operations through the command, against Python's own `compile` of the same text; JSON.

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

from programs import statements

GRADX = str(Path(sys.executable).with_name("gradx"))
COMPILE = """
import sys, time
text = open(sys.argv[1]).read()
start = time.perf_counter()
compile(text, "program", "exec")
print(time.perf_counter() - start)
"""


def measured(file: str) -> tuple[float, float]:
    """Seconds and peak MiB of `gradx eval --file FILE --json` on the program in `file`."""
    point = [f"x{k}={0.5 + k / 20}" for k in range(10)]
    start = time.perf_counter()
    with subprocess.Popen([GRADX, "eval", "--file", file, "--json", *point], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        size = 10_000
        while size <= largest:
            file = str(Path(folder) / f"{size}.txt")
            Path(file).write_text(statements(size), encoding="utf-8")
            runs = 5 if size < 100_000 else 3 if size < 1_000_000 else 1
            ours, theirs, peaks = [], [], []
            for _ in range(runs):
                seconds, peak = measured(file)
                ours.append(seconds)
                peaks.append(peak)
                found = subprocess.run(
                    [sys.executable, "-c", COMPILE, file], capture_output=True, text=True, check=True
                )
                theirs.append(float(found.stdout))
            rows.append(
                {
                    "operations": size,
                    "gradx_s": statistics.median(ours),
                    "compile_s": statistics.median(theirs),
                    "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
                    "mebibytes": max(peaks),
                }
            )
            size *= 10
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
