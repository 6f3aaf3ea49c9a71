"""Whole processes, in turn, from the outside: what a user waits for. Prints the ratios as JSON.

python startup.py [RUNS]
"""

from __future__ import annotations

import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CARD = ["3*(a+b*c)", "a=5", "b=3", "c=2"]
GRADX = [str(Path(sys.executable).with_name("gradx"))]

BARE_TABLE = """
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(add_completion=False)

@app.command()
def main(expression: str, bindings: list[str]):
    table = Table("node", "is", "value", "gradient", "nudged by 0.001", "verdict")
    for name in ("a", "b", "c", "v1", "v2", "J"):
        table.add_row(name, "input", "5", "d = 3", "J -> 33.003 3", "ok")
    Console().print(table)

app()
"""

BARE_SYMPY = """
import sympy
a, b, c, u, v = sympy.symbols("a b c u v", real=True)
J = 3*(a + b*c)
point = {a: 5, b: 3, c: 2}
for x in (a, b, c):
    d = sympy.diff(J, x)
    print(d, d.evalf(subs=point))
for f, x in ((3*(a + u), u), (3*v, v)):
    d = sympy.diff(f, x)
    print(d, d.evalf(subs=point))
print(J.evalf(subs=point))
"""


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def seconds_until_the_table(command: list[str]) -> float:
    """Until the last line of the table can be read on a terminal."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(theirs)
        written = b""
        while b"gradients are proved" not in written:
            written += os.read(ours, 1 << 16)
        found = time.perf_counter() - start
        while process.poll() is None:
            if select.select([ours], [], [], 0.1)[0]:
                with suppress(OSError):  # it has ended
                    os.read(ours, 1 << 16)
    os.close(ours)
    return found


def paired(
    ours: list[str], theirs: list[str], runs: int, clock: Callable[[list[str]], float] = seconds
) -> dict[str, float]:
    """The median of our time over theirs, run by run in turn, and both medians; ours by that clock."""
    clock(ours), seconds(theirs)
    pairs = [(clock(ours), seconds(theirs)) for _ in range(runs)]
    return {
        "ours_s": statistics.median(a for a, _ in pairs),
        "theirs_s": statistics.median(b for _, b in pairs),
        "ratio": statistics.median(a / b for a, b in pairs),
    }


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    python = sys.executable
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in (("table.py", BARE_TABLE), ("symbolic.py", BARE_SYMPY)):
            Path(name).write_text(text, encoding="utf-8")
        fast = [*GRADX, "eval", *CARD, "--no-symbolic", "--checks", "none"]
        checked = [*GRADX, "eval", *CARD, "--no-symbolic"]
        full = [*GRADX, "eval", *CARD]
        check = [*GRADX, "check", "3*(a+b*c)", "db=3*c", "a=5", "b=3", "c=2"]
        pairs = (
            (
                "eval without SymPy and checks, against a bare Typer + Rich table",
                fast,
                [python, "table.py", *CARD],
                1.25,
            ),
            ("eval in full, against a bare SymPy script", full, [python, "symbolic.py"], 0.75),
            ("--version, against `import typer`", [*GRADX, "--version"], [python, "-c", "import typer"], 1.15),
            ("the checks, against eval without them (no SymPy)", checked, fast, 1.5),
            ("check, against eval", check, full, 1.3),
        )
        for what, ours, theirs, most in pairs:
            rows.append({"what": what, "at_most": most, **paired(ours, theirs, runs)})
        if sys.platform != "win32":
            what = "until the table stands on a terminal, against the same script"
            found = paired(full, [python, "symbolic.py"], runs, clock=seconds_until_the_table)
            rows.append({"what": what, "at_most": 0.3, **found})
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
