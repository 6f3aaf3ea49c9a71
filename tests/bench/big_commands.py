"""Every command on one program of many operations: its time, its peak, its exit code and what it says at the end; JSON.

python big_commands.py [OPERATIONS]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from big_files import GRADX
from programs import statements

POINT = [f"x{k}={0.5 + k / 20}" for k in range(10)]

COMMANDS = {
    "eval": ["eval", *POINT],
    "explain": ["explain", *POINT],
    "explain --wrt": ["explain", "--wrt", "x1", *POINT],
    "nudge": ["nudge", "x1", *POINT],
    "graph": ["graph", *POINT],
    "graph --json": ["graph", "--json", *POINT],
    "graph --output g.svg": ["graph", "--output", "g.svg", "--force", *POINT],
    "cost": ["cost", *POINT],
    "check": ["check", "dx1=3", *POINT],
    "check --json": ["check", "dx1=3", "--json", *POINT],
    "plot": ["plot", "--over", "x1=-1..1", *(word for word in POINT if not word.startswith("x1="))],
    "descend": ["descend", "--rate", "0.1", "--steps", "3", *POINT],
}


def measured(what: str, words: list[str], file: str, folder: str) -> dict[str, object]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        command = [GRADX, words[0], "--file", file, *words[1:]]
        with subprocess.Popen(command, stdout=out, stderr=err, cwd=folder) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        err.seek(0)
        said = err.readline().strip()
        written = out.seek(0, os.SEEK_END)
    return {
        "what": what,
        "seconds": seconds,
        "mebibytes": usage.ru_maxrss / 1024,
        "code": process.returncode,
        "end": said if process.returncode == 2 else f"{written:,} bytes",
    }


def main() -> None:
    operations = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "program.txt")
        Path(file).write_text(statements(operations), encoding="utf-8")
        print(json.dumps([measured(what, words, file, folder) for what, words in COMMANDS.items()]))


if __name__ == "__main__":
    main()
