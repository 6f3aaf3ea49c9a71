"""`make bench`: every measured claim, in one run on one machine, written to docs/benchmarks.md.

    python tests/bench/bench.py [--quick] [--output docs/benchmarks.md] [--only SECTION]

Each pair is measured in turn, figures are medians. What could not be set up is said. With `--only` one section is
measured again, and the others stay as they are in the file.
"""

from __future__ import annotations

import argparse
import compileall
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import peers
from programs import formula, statements
from repeated import LIBRARIES as STEPPED
from rounds import against, growth, in_turn, python

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
REPEATED_STEPS = 2_000
Page = list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller programs, for trying it out")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    sections = {
        "Start-up": start_up,
        "One shot": one_shot,
        "One shot as a whole process": whole_processes,
        "One expression as a whole process": one_expression,
        "Repeated evaluation": repeated,
        "Backprop against the forward pass": sweeps,
        "Large files": big_files,
        "Every command on 100,000 operations": commands,
        "Many points": many_points,
        "Exported code": exported_code,
        "Vectors and matrices": vectors,
        "Checked at every size": checks,
        "Rows of data": rows_of_data,
    }
    parser.add_argument("--only", choices=sections, help="measure this section again, and keep the others")
    given = parser.parse_args()
    # As it is where it was installed: what was not compiled yet would be compiled at every start.
    for folder in ("engine", "cli"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    found, skipped = peers.set_up()
    kept = given.output.read_text(encoding="utf-8").split("\n## ") if given.only else []
    page = heading(found, skipped)
    began = time.perf_counter()
    for title, section in sections.items():
        if given.only in (None, title):
            part = [*section(tuple(found), given.quick), "", busy(quick=given.quick, again=given.only is not None)]
            print("\n".join(part), flush=True)
        else:
            part = ["", *next(f"## {old}".rstrip().split("\n") for old in kept if old.startswith(f"{title}\n"))]
        page += part
        # After each section: what was measured is kept where a later one fails.
        write(page, given.output)
    print(f"\n{(time.perf_counter() - began) / 60:.0f} minutes", flush=True)


def write(page: Page, output: Path) -> None:
    notes = (HERE / "notes.md").read_text(encoding="utf-8").strip()
    output.parent.mkdir(exist_ok=True)
    output.write_text("\n".join([*page, "", notes]) + "\n", encoding="utf-8")


def heading(found: dict[str, str], skipped: Sequence[str]) -> Page:
    libraries = ", ".join(f"{name} {number}" for name, number in found.items())
    return [
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


def busy(*, quick: bool, again: bool) -> str:
    """With how much beside it a section was measured, and whether after the others."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    how = f"{'again, ' if again else ''}{'with --quick, ' if quick else ''}"
    return f"Measured {how}at a load of {load} on {os.cpu_count()} processors."


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
    names = ("gradx", "compile", *found)
    rows = []
    memory = []
    failed: dict[str, str] = {}
    times: dict[str, list[float]] = {}
    smallest = math.inf
    for size in SIZES[:3] if quick else SIZES:
        answers = in_turn(
            lambda name, size=size: [*python(name), str(HERE / "one_shot.py"), name, str(size)],
            names,
            failed,
            1 if quick or size >= 1_000_000 else 15 if size <= 10_000 else 3,
        )
        rows.append((f"{size:,}", *against(answers, names, failed)))
        smallest = min(smallest, *map(abs, answers["gradx"][0]["gradients"]))
        for name, found_of in answers.items():
            times.setdefault(name, []).append(statistics.median(r["seconds"] for r in found_of))
        if size == 100_000:
            memory = [
                (name, f"{max(r['mebibytes'] for r in answers[name]) * 2**20 / size:.0f}")
                for name in names
                if name in answers and name != "compile"
            ]
    return [
        *("", "## One shot", ""),
        "From the text of a program to its value and all gradients, in seconds; in brackets, how many times gradx's",
        "(the aim is 5). `compile` is Python reading the same text and doing nothing with it: what every library that",
        "starts from Python code pays first.",
        "",
        *table(("operations", *names), rows),
        "",
        "≠ is a peer one of whose gradients is off by more than 1e-9 of the largest; every gradient of every peer is",
        f"compared, and the smallest of all is {smallest:.1e}: none vanishes.",
        "",
        "How the time grows over the last decade that was measured (1 is in proportion), and by how many bytes an",
        "operation the process grew, at 100,000 operations.",
        "",
        *table(("library", "exponent", "bytes"), [growth(name, times[name], dict(memory)) for name in times]),
    ]


def from_files(names: Sequence[str], text: Callable[[int], str], rounds: Callable[[int], int]) -> list[Sequence[str]]:
    """A row a size: who of `names` takes how long over a file with the `text` of that size, as whole processes."""
    rows: list[Sequence[str]] = []
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES[:3]:
            file = Path(folder) / f"{size}.txt"
            file.write_text(text(size), encoding="utf-8")
            answers = in_turn(
                lambda name, file=file: [*python(name), str(HERE / "one_shot.py"), name, "--file", str(file)],
                names,
                failed,
                rounds(size),
            )
            rows.append((f"{size:,}", *against(answers, names, failed)))
    return rows


def one_expression(found: Sequence[str], quick: bool) -> Page:
    names = ("gradx", "compile of its terms", *(["ddx, from the text"] if "ddx" in found else []))
    rows = from_files(names, formula, lambda _: 3 if quick else 7)
    return [
        *("", "## One expression as a whole process", ""),
        "A sum of quotients, `sin(x1*x7)/(1 + x2*x3) + …`: its value and all gradients, beside Python's `compile` of",
        "one term after the other (the aim is that gradx takes at most 3 times that: at least 0.33 here), and the peer",
        "that reads text itself.",
        "",
        *table(("operations", *names), rows),
    ]


def whole_processes(found: Sequence[str], quick: bool) -> Page:
    names = ("gradx", "compile", *found)
    rows = from_files(names, statements, lambda size: 1 if quick else 5 if size <= 10_000 else 3)
    return [
        *("", "## One shot as a whole process", ""),
        "The same with the start of Python and the import of the library: what one run of a script costs, in seconds.",
        "",
        *table(("operations", *names), rows),
    ]


def repeated(found: Sequence[str], quick: bool) -> Page:
    names = ("gradx", *(name for name in found if name in STEPPED))
    failed: dict[str, str] = {}
    answers = in_turn(
        lambda name: [*python(name), str(HERE / "repeated.py"), name, str(REPEATED_STEPS)],
        names,
        failed,
        1 if quick else 5,
    )
    return [
        *("", "## Repeated evaluation", ""),
        f"{REPEATED_STEPS:,} steps of descent on one program of 30 operations, in seconds, with the preparation.",
        "",
        *table(names, [against(answers, names, failed)]),
    ]


def sweeps(found: Sequence[str], quick: bool) -> Page:
    measured = script("sweeps.py")
    rows = ((r["what"], ms(r["forward_s"]), f"{r['ratio']:.2f}") for r in measured["sweeps"])
    head = ("program", "forward", "backward / forward (at most 2.5)")
    page = ["", "## Backprop against the forward pass", "", *table(head, rows)]
    second = measured["hessian"]
    said = f"A Hessian of {second['inputs']} inputs on 10,000 operations takes {second['ratio']:.0f} times as long"
    return [*page, "", f"{said} as one backward pass ({ms(second['backward_s'])}; at most 100 times)."]


def big_files(found: Sequence[str], quick: bool) -> Page:
    rows = []
    before: dict[str, float] = {}
    for r in script("big_files.py", "100000" if quick else "1000000"):
        growth = f"{r['gradx_s'] / before[r['what']]:.1f}" if r["what"] in before else ""
        before[r["what"]] = r["gradx_s"]
        seconds = (f"{r['gradx_s']:.2f} s", f"{r['compile_s']:.2f} s" if r["compile_s"] else "cannot")
        ratio = f"{r['ratio']:.2f}" if r["ratio"] else "–"
        rows.append((r["what"], f"{r['operations']:,}", *seconds, ratio, growth, f"{r['mebibytes']:.0f} MiB"))
    head = (
        "program",
        "operations",
        "gradx",
        "compile",
        "ratio (at most 8)",
        "growth (at most 11)",
        "peak (at most 2048)",
    )
    page = ["", "## Large files", ""]
    page += ["`eval` of a file as a whole process, against `compile` of the same text.", ""]
    return [*page, *table(head, rows)]


def commands(found: Sequence[str], quick: bool) -> Page:
    rows = [
        (r["what"], f"{r['seconds']:.2f} s", f"{r['mebibytes']:.0f} MiB", str(r["code"]), r["end"])
        for r in script("big_commands.py", "10000" if quick else "100000")
    ]
    page = ["", f"## Every command on {10_000 if quick else 100_000:,} operations", ""]
    page += ["Whole processes; at most 5 s and 1024 MiB, or an error that says what is too large.", ""]
    return [*page, *table(("command", "time", "peak", "exit code", "how it ends"), rows)]


def many_points(found: Sequence[str], quick: bool) -> Page:
    rows = []
    for name, most in (("descent.py", 3.0), ("curve.py", 1.5)):
        r = script(name)
        rows.append((r["what"], ms(r["gradx"]), ms(r["hand"]), f"{r['ratio']:.2f}", f"{most:.1f}"))
    return ["", "## Many points", "", *table(("what", "gradx", "by hand", "ratio", "at most"), rows)]


def exported_code(found: Sequence[str], quick: bool) -> Page:
    done = subprocess.run([sys.executable, str(HERE / "exported.py")], stdout=subprocess.PIPE, text=True, check=True)
    rows = []
    for line in done.stdout.splitlines():
        r = json.loads(line)
        limit = f"{r['limit']:.1f}" if r["limit"] else "–"
        rows.append((r["what"], r["language"], ms(r["gradx"]), ms(r["hand"]), f"{r['ratio']:.2f}", limit))
    page = ["", "## Exported code", ""]
    page += ["Value and gradient, C by `cc -O2` at 200,000 points, NumPy on columns of 10,000, 20 times.", ""]
    return [*page, *table(("program", "language", "gradx", "by hand", "ratio", "at most"), rows)]


def checks(found: Sequence[str], quick: bool) -> Page:
    answer = script("checks.py", "1000" if quick else "100000")
    rows = []
    for r in answer["rows"]:
        told = ", ".join(f"{count:,} {status}" for status, count in r["verdicts"].items())
        sympy = f"{r['sympy']:.1f}" if r["sympy"] else "–"
        ratio = f"{r['checked'] / r['unchecked']:.2f}"
        rows.append((r["what"], f"{r['operations']:,}", ms(r["checked"]), ms(r["unchecked"]), ratio, sympy, told))
    head = ("program", "operations", "with checks", "without", "ratio (at most 1.5)", "SymPy asked", "verdicts")
    page = ["", "## Checked at every size", ""]
    page += [
        "`eval` with its checks against `--checks none`: processor time of whole processes, SymPy not asked. How many"
    ]
    page += ["times as long it takes on the clock where SymPy is asked, as far as it is asked.", "", *table(head, rows)]
    page += ["", "How many points of the card a loop answers in a second of a processor, the start taken off.", ""]
    points = [(r["what"], f"{r['a_second']:,.0f}") for r in answer["loops"]]
    return [*page, *table(("loop", "points a second (at least 1,000)"), points)]


def vectors(found: Sequence[str], quick: bool) -> Page:
    page = ["", "## Vectors and matrices", ""]
    page += [
        "Every gradient of `eval` for 40 programs (`tests/bench/vectors.py`), against that of a library; NumPy's by the"
    ]
    page += ["complex step. How far the farthest is off, relatively to the largest entry, or to 1.", ""]
    rows = [
        (
            name,
            *((f"{r['programs']}", f"{r['gradients']:,}", f"{r['farthest']:.1e}") if r else ("it is not here", "", "")),
        )
        for name, r in script("vectors.py").items()
    ]
    page += table(("library", "programs", "gradients", "farthest (at most 1e-10)"), rows)
    done = subprocess.run([sys.executable, str(HERE / "network.py")], stdout=subprocess.PIPE, text=True, check=True)
    steps = [
        (f"{r['rows']}", ms(r["gradx"]), ms(r["hand"]), f"{r['ratio']:.2f}", f"{r['first_s']:.1f} s")
        for r in map(json.loads, done.stdout.splitlines())
    ]
    page += ["", "A step of descent of a 784-25-10 network, against NumPy by hand; the ratio is at most 2.", ""]
    return [*page, *table(("rows of data", "gradx", "by hand", "ratio", "reading and holding, once"), steps)]


def rows_of_data(found: Sequence[str], quick: bool) -> Page:
    python = str(peers.PYTHON)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb", "polars"], check=False)
    r = script("row_sums.py", python, *(["--quick"] if quick else []))
    ours, ours_processor = r["seconds"]["gradx"], r["processor"]["gradx"]
    rows = [
        (name, f"{seconds:.1f} s", f"{ours / seconds:.2f}", f"{r['processor'][name]:.1f} s",
         f"{ours_processor / r['processor'][name]:.2f}")
        for name, seconds in r["seconds"].items()
    ]  # fmt: skip
    said = (
        f"One step of logistic regression over {r['rows']:,} rows of Parquet, as a whole process: J and its five",
        "gradients where it starts and where it leads. The SQL and the JAX program (`jit` of `vmap` of",
        "`value_and_grad`, where JAX is installed) are written by hand. Least of the runs, measured in turn.",
    )
    head = ("", "by the clock", "gradx takes so many times that", "processor time", "gradx takes so many times that")
    memory = f"gradx takes {r['large_mib']:.0f} MiB at the most over {4 * r['rows']:,} rows."
    return ["", "## Rows of data", "", *said, "", *table(head, rows), "", memory]


def script(name: str, *arguments: str) -> Any:
    """The JSON that one of the other scripts prints."""
    command = [sys.executable, str(HERE / name), *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def median_of(command: Sequence[str], runs: int) -> float:
    """Seconds of a command, in a folder of its own: some write their session where they are started."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=folder)
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Page:
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    main()
