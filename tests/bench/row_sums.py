"""One step of logistic regression over the rows of a Parquet file, as whole processes: gradx, DuckDB, JAX.

    python tests/bench/row_sums.py [--quick] [PYTHON of the peers]

A step is J and its five gradients where it starts, and the same where it leads. The SQL and the JAX program are written
by hand for this formula. Prints one line of JSON: of each the least time of several runs in turn, and the least
processor time; gradx's memory on four times as many rows.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

ROWS, QUICK_ROWS, ROUNDS = 10_000_000, 1_000_000, 5
START = (0.1, 0.2, 0.3, 0.4, 0.5)
PROGRAM = "z = w1*x1 + w2*x2 + w3*x3 + w4*x4 + b; softplus(z) - y*z"

DUCKDB = """
import sys, duckdb
def step(w):
    return duckdb.sql(f'''
        SELECT avg(greatest(z, 0) + ln(1 + exp(-abs(z))) - y*z), avg(d*x1), avg(d*x2), avg(d*x3), avg(d*x4), avg(d)
        FROM (SELECT *, 1/(1 + exp(-z)) - y AS d FROM (
            SELECT *, {w[0]}*x1 + {w[1]}*x2 + {w[2]}*x3 + {w[3]}*x4 + {w[4]} AS z FROM read_parquet('{sys.argv[1]}')))
    ''').fetchall()[0]
w = [0.1, 0.2, 0.3, 0.4, 0.5]
print(*step([a - b for a, b in zip(w, step(w)[1:])]))
"""

JAX = """
import sys, jax, jax.numpy as np, polars as pl
jax.config.update("jax_enable_x64", True)
def loss(w, x, y):
    z = x @ w[:4] + w[4]
    return np.logaddexp(z, 0) - y*z
both = jax.vmap(jax.value_and_grad(loss), (None, 0, 0))
@jax.jit
def step(w, x, y):
    value, slopes = both(w, x, y)
    return value.mean(), slopes.mean(0)
rows = pl.read_parquet(sys.argv[1])
x, y = np.asarray(rows.select("x1", "x2", "x3", "x4").to_numpy()), np.asarray(rows["y"].to_numpy())
w = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
value, slopes = step(w - step(w, x, y)[1], x, y)
print(value, *slopes)
"""


class Run(NamedTuple):
    """Seconds by the clock and of processors, MiB at the most, and J with its gradient behind the step."""

    seconds: float
    processor: float
    mib: float
    numbers: list[float]


def run(words: list[str]) -> Run:
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    seconds = time.perf_counter() - began
    numbers = said.splitlines()[-1]
    if numbers.startswith("{"):
        last = json.loads(numbers)
        found = [last["value"], *last["gradient"].values()]
    else:
        found = list(map(float, numbers.split()))
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, found)


def make(folder: Path, rows: int) -> None:
    """The rows, and four times as many."""
    rng = np.random.Generator(np.random.PCG64(1))
    x = rng.normal(size=(rows, 4))
    y = (rng.random(rows) < 1 / (1 + np.exp(-(x @ [0.5, -1.0, 0.25, 2.0] + 0.3)))).astype(float)
    columns = {f"x{k + 1}": x[:, k] for k in range(4)}
    pl.DataFrame({**columns, "y": y}).write_parquet(folder / "rows.parquet")
    pl.concat([pl.scan_parquet(folder / "rows.parquet")] * 4).sink_parquet(folder / "large.parquet")


def gradx(data: Path) -> list[str]:
    given = [f"{name}={number}" for name, number in zip(("w1", "w2", "w3", "w4", "b"), START, strict=True)]
    words = [*given, "--data", str(data), "--rate", "1", "--steps", "1", "--json"]
    return [sys.executable, "-m", "gradx_cli", "descend", PROGRAM, *words]


def main() -> None:
    quick = "--quick" in sys.argv
    peers = next((word for word in sys.argv[1:] if not word.startswith("--")), sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: what is started by one that has been large counts as large.
        rows = QUICK_ROWS if quick else ROWS
        subprocess.run([sys.executable, __file__, "--make", folder, str(rows)], check=True)
        data = Path(folder) / "rows.parquet"
        ways = {"gradx": gradx(data)}
        for name, text in (("duckdb", DUCKDB), ("jax", JAX)):
            if subprocess.run([peers, "-c", f"import {name}, polars"], capture_output=True).returncode == 0:
                ways[name] = [peers, "-c", text, str(data)]
        runs: dict[str, list[Run]] = {name: [] for name in ways}
        for _ in range(2 if quick else ROUNDS):
            for name, words in ways.items():
                runs[name].append(run(words))
        first = runs["gradx"][0].numbers
        for found in runs.values():
            assert all(
                math.isclose(a, b, rel_tol=1e-9) for each in found for a, b in zip(each.numbers, first, strict=True)
            )
        mib = run(gradx(Path(folder) / "large.parquet")).mib
    least = {name: min(each.seconds for each in found) for name, found in runs.items()}
    processor = {name: min(each.processor for each in found) for name, found in runs.items()}
    print(json.dumps({"rows": rows, "seconds": least, "processor": processor, "large_mib": mib}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
