"""`make bench`: every measured claim, in one run on one machine, written to docs/benchmarks.md.

    python tests/bench/bench.py [--quick] [--output docs/benchmarks.md]

Each pair is measured in turn, figures are medians. What could not be set up is said.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import peers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PATIENCE_S = 240
Page = list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller programs, for trying it out")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    given = parser.parse_args()
    found, skipped = peers.set_up()
    page = heading(found, skipped, quick=given.quick)
    for section in (start_up, one_shot, sweeps, big_files, many_points):
        part = section(tuple(found), given.quick)
        print("\n".join(part), flush=True)
        page += part
    page += ["", (HERE / "notes.md").read_text(encoding="utf-8").strip()]
    given.output.parent.mkdir(exist_ok=True)
    given.output.write_text("\n".join(page) + "\n", encoding="utf-8")


def heading(found: dict[str, str], skipped: Sequence[str], *, quick: bool) -> Page:
    libraries = ", ".join(f"{name} {number}" for name, number in found.items())
    page = [
        "# Benchmarks",
        "",
        "Written by `make bench`; not edited by hand. Figures are medians; each pair was measured in turn, in one run.",
        "Ratios carry over to other machines, seconds do not.",
        "",
        f"- {platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        f"- typer {version('typer')}, rich {version('rich')}, sympy {version('sympy')}",
        f"- peers: {libraries}",
        *(f"- {sentence}" for sentence in skipped),
    ]
    return [*page, "- a quick run: fewer rounds, smaller programs"] if quick else page


def start_up(found: Sequence[str], quick: bool) -> Page:
    page = ["", "## Start-up", "", "Whole processes; the example is `3*(a+b*c)` at a=5 b=3 c=2.", ""]
    page += table(
        ("what", "gradx", "the other", "ratio", "at most"),
        (
            (r["what"], ms(r["ours_s"]), ms(r["theirs_s"]), f"{r['ratio']:.2f}", f"{r['at_most']:.2f}")
            for r in script("startup.py", "5" if quick else "21")
        ),
    )
    commands = {name: [str(peers.PYTHON), "-c", peers.SCRIPTS[name]] for name in found}
    commands |= {name: command for name, command in peers.PROGRAMS.items() if shutil.which(name)}
    rows = [(name, ms(median_of(command, 3 if quick else 9))) for name, command in commands.items()]
    page += ["", "The same example as a script of each peer, for scale (gradients alone: no table, no checks).", ""]
    return [*page, *table(("peer", "whole process"), rows)]


def one_shot(found: Sequence[str], quick: bool) -> Page:
    rows = []
    memory = []
    given_up: set[str] = set()
    times = []
    for size in SIZES[:3] if quick else SIZES:
        ours = [r for r in (library("gradx", size) for _ in range(1 if size >= 1_000_000 else 3)) if r]
        seconds = statistics.median(r["seconds"] for r in ours)
        times.append(seconds)
        memory.append(f"{size:,}: {max(r['mebibytes'] for r in ours) * 2**20 / size:.0f}")
        row = [f"{size:,}", f"{seconds:.3g}"]
        for name in ("compile", *found):
            theirs = None if name in given_up else library(name, size)
            if theirs is None:
                given_up.add(name)
                row.append("–")
            else:
                same = all(map(close, theirs["gradients"], ours[0]["gradients"]))
                row.append(f"{theirs['seconds']:.3g} ({theirs['seconds'] / seconds:.2f}){'' if same else ' ≠'}")
        rows.append(row)
    return [
        *("", "## One shot", ""),
        "From the text of a program to its value and all gradients, in seconds; in brackets, how many times gradx's.",
        "`compile` is Python reading the same text and doing nothing with it.",
        "",
        *table(("operations", "gradx", "compile", *found), rows),
        "",
        f"– is a peer that failed (recursion) or took more than {PATIENCE_S} s; ≠ one whose gradients differ.",
        f"Growth exponent of gradx over the last decade: {math.log10(times[-1] / times[-2]):.2f}.",
        f"Bytes a node, as the process grew: {'; '.join(memory)}.",
    ]


def sweeps(found: Sequence[str], quick: bool) -> Page:
    rows = ((r["what"], ms(r["forward_s"]), f"{r['ratio']:.2f}") for r in script("sweeps.py"))
    head = ("program", "forward", "backward / forward (at most 2.5)")
    return ["", "## Backprop against the forward pass", "", *table(head, rows)]


def big_files(found: Sequence[str], quick: bool) -> Page:
    measured = script("big_files.py", "100000" if quick else "1000000")
    rows = []
    for before, r in zip((None, *measured), measured, strict=False):
        growth = "" if before is None else f"{r['gradx_s'] / before['gradx_s']:.1f}"
        seconds = (f"{r['gradx_s']:.2f} s", f"{r['compile_s']:.2f} s")
        rows.append((f"{r['operations']:,}", *seconds, f"{r['ratio']:.2f}", growth, f"{r['mebibytes']:.0f} MiB"))
    head = ("operations", "gradx", "compile", "ratio (at most 8)", "growth (at most 11)", "peak (at most 2048)")
    page = ["", "## Large files", ""]
    page += ["`gradx eval --file F --json` as a whole process, against `compile` of the same text.", ""]
    return [*page, *table(head, rows)]


def many_points(found: Sequence[str], quick: bool) -> Page:
    rows = []
    for name, most in (("descent.py", 3.0), ("curve.py", 1.5)):
        r = script(name)
        rows.append((r["what"], ms(r["gradx"]), ms(r["hand"]), f"{r['ratio']:.2f}", f"{most:.1f}"))
    return ["", "## Many points", "", *table(("what", "gradx", "by hand", "ratio", "at most"), rows)]


def library(name: str, size: int) -> dict[str, Any] | None:
    """What one_shot.py says of `name` at `size` operations; None where it fails or takes too long."""
    python = sys.executable if name in ("gradx", "compile") else str(peers.PYTHON)
    command = [python, str(HERE / "one_shot.py"), name, str(size)]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


def script(name: str, *arguments: str) -> Any:
    """The JSON that one of the other scripts prints."""
    command = [sys.executable, str(HERE / name), *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def median_of(command: Sequence[str], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-7)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Page:
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    main()
