"""Exported code beside the same written by hand: C, compiled with -O2, and NumPy on arrays.

Prints a line of JSON for each program and language: medians in seconds and their ratio, measured alternately.
"""

from __future__ import annotations

import ctypes
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gradx.export.routine import exported, language
from gradx.language.program import read

ROUNDS = 31
POINTS = {"c": 200_000, "numpy": 10_000}
CALLS = 20
LIMIT = 1.2


class Work(NamedTuple):
    """A program, and a person's code of its value and gradient in C and NumPy."""

    program: str
    c: str
    numpy: str


CARD = Work(
    "3*(a + b*c)",
    """
    double v = a + b*c;
    gradient[0] = 3; gradient[1] = 3*c; gradient[2] = 3*b;
    return 3*v;
    """,
    "return 3*(a + b*c), (3, 3*c, 3*b)",
)
LOGISTIC = Work(
    "z = w1*x1 + w2*x2 + b; L = softplus(z) - y*z",
    """
    double z = w1*x1 + w2*x2 + b, e = exp(-fabs(z));
    double d = (z >= 0 ? 1 : e)/(1 + e) - y;
    gradient[0] = d*x1; gradient[1] = d*w1; gradient[2] = d*x2; gradient[3] = d*w2; gradient[4] = d; gradient[5] = -z;
    return (z > 0 ? z : 0) + log1p(e) - y*z;
    """,
    """
    z = w1*x1 + w2*x2 + b
    e = np.exp(-np.abs(z))
    d = np.where(z >= 0, 1, e)/(1 + e) - y
    return np.maximum(z, 0) + np.log1p(e) - y*z, (d*x1, d*w1, d*x2, d*w2, d, -z)
    """,
)
UNIT = Work(
    "z = w*x + b; a = sigmoid(z); L = (a - y)^2",
    """
    double z = w*x + b, e = exp(-fabs(z)), high = 1/(1 + e), low = e*high;
    double a = z >= 0 ? high : low;
    double d = 2*(a - y)*high*low;
    gradient[0] = d*x; gradient[1] = d*w; gradient[2] = d; gradient[3] = -2*(a - y);
    return (a - y)*(a - y);
    """,
    """
    z = w*x + b
    e = np.exp(-np.abs(z))
    high = 1/(1 + e)
    low = e*high
    a = np.where(z >= 0, high, low)
    s = 2*(a - y)
    d = s*high*low
    return (a - y)**2, (d*x, d*w, d, -s)
    """,
)
SHORT_UNIT = Work(
    UNIT.program,
    """
    double a = 1/(1 + exp(-(w*x + b)));
    double d = 2*(a - y)*a*(1 - a);
    gradient[0] = d*x; gradient[1] = d*w; gradient[2] = d; gradient[3] = -2*(a - y);
    return (a - y)*(a - y);
    """,
    """
    a = 1/(1 + np.exp(-(w*x + b)))
    s = 2*(a - y)
    d = s*a*(1 - a)
    return (a - y)**2, (d*x, d*w, d, -s)
    """,
)
C_REST = """
    gradient[0] = d1*x; gradient[1] = d1*w1 + d2*w2; gradient[2] = d1; gradient[3] = d2*x; gradient[4] = d2;
    gradient[5] = d*h1; gradient[6] = d*h2; gradient[7] = d; gradient[8] = -d;
    return d*d/2;
"""
NUMPY_REST = "return d*d/2, (d1*x, d1*w1 + d2*w2, d1, d2*x, d2, d*h1, d*h2, d, -d)"
LAYERS = Work(
    "h1 = tanh(w1*x + b1); h2 = tanh(w2*x + b2); p = v1*h1 + v2*h2 + c; L = (p - y)^2/2",
    f"""
    double z1 = w1*x + b1, z2 = w2*x + b2, e1 = exp(-2*fabs(z1)), e2 = exp(-2*fabs(z2));
    double h1 = tanh(z1), h2 = tanh(z2), d = v1*h1 + v2*h2 + c - y;
    double d1 = d*v1*4*e1/((1 + e1)*(1 + e1)), d2 = d*v2*4*e2/((1 + e2)*(1 + e2));
    {C_REST}
    """,
    f"""
    z1, z2 = w1*x + b1, w2*x + b2
    e1, e2 = np.exp(-2*np.abs(z1)), np.exp(-2*np.abs(z2))
    h1, h2 = np.tanh(z1), np.tanh(z2)
    d = v1*h1 + v2*h2 + c - y
    d1, d2 = d*v1*4*e1/(1 + e1)**2, d*v2*4*e2/(1 + e2)**2
    {NUMPY_REST}
    """,
)
SHORT_LAYERS = Work(
    LAYERS.program,
    f"""
    double h1 = tanh(w1*x + b1), h2 = tanh(w2*x + b2), d = v1*h1 + v2*h2 + c - y;
    double d1 = d*v1*(1 - h1*h1), d2 = d*v2*(1 - h2*h2);
    {C_REST}
    """,
    f"""
    h1, h2 = np.tanh(w1*x + b1), np.tanh(w2*x + b2)
    d = v1*h1 + v2*h2 + c - y
    d1, d2 = d*v1*(1 - h1*h1), d*v2*(1 - h2*h2)
    {NUMPY_REST}
    """,
)
WORKS = {
    "the card": CARD,
    "logistic loss": LOGISTIC,
    "a sigmoid unit": UNIT,
    "two layers of tanh": LAYERS,
    "a sigmoid unit by a(1 - a), which loses digits": SHORT_UNIT,
    "two layers by 1 - h^2, which loses digits": SHORT_LAYERS,
}


def main() -> None:
    for name, work in WORKS.items():
        for target, make in (("c", in_c), ("numpy", in_numpy)):
            with tempfile.TemporaryDirectory() as folder:
                runs = make(work, Path(folder))
                times: dict[str, list[float]] = {way: [] for way in runs}
                for _ in range(ROUNDS):
                    for way, run in runs.items():
                        times[way].append(run())
            medians = {way: statistics.median(seconds) for way, seconds in times.items()}
            limit = None if "loses" in name else LIMIT
            ratio = statistics.median(a / b for a, b in zip(times["gradx"], times["hand"], strict=True))
            result = {"what": name, "language": target, **medians, "ratio": ratio, "limit": limit}
            print(json.dumps(result), flush=True)


def in_c(work: Work, folder: Path) -> Mapping[str, Callable[[], float]]:
    """Seconds of one pass over all points, a call a point, timed in C."""
    program = read(work.program)
    names = [program.graph.names[i] for i in program.graph.inputs]
    parameters = ", ".join(f"double {name}" for name in names)
    output = program.graph.names[program.graph.output]
    codes = {
        "gradx": exported(program, language("c"), program.graph.inputs),
        "hand": f"#include <math.h>\ndouble {output}({parameters}, double gradient[{len(names)}])\n{{{work.c}}}\n",
    }
    numbers = columns(len(names), POINTS["c"])
    given = ", ".join(f"x[{k}*count + i]" for k in range(len(names)))
    driver = f"""
void run(long count, const double *x, double *found)
{{
    for (long i = 0; i < count; i++)
        found[(size_t)i*{len(names) + 1}] = {output}({given}, found + (size_t)i*{len(names) + 1} + 1);
}}
"""
    runs: dict[str, Callable[[], float]] = {}
    found: dict[str, np.ndarray] = {}
    for way, code in codes.items():
        source, library = folder / f"{way}.c", folder / f"{way}.so"
        source.write_text("#include <stddef.h>\n" + code + driver)
        subprocess.run(["cc", "-std=c99", "-O2", "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
        function = ctypes.CDLL(str(library)).run
        found[way] = np.zeros((POINTS["c"], len(names) + 1))
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (numbers, found[way])]

        def run(function: Callable[..., None] = function, pointers: Sequence[object] = pointers) -> float:
            start = time.perf_counter()
            function(ctypes.c_long(POINTS["c"]), *pointers)
            return time.perf_counter() - start

        run()
        runs[way] = run
    assert np.allclose(found["gradx"], found["hand"], rtol=1e-9, atol=1e-12)
    return runs


def in_numpy(work: Work, folder: Path) -> Mapping[str, Callable[[], float]]:
    """Seconds of one call with columns."""
    program = read(work.program)
    names = [program.graph.names[i] for i in program.graph.inputs]
    space: dict[str, Callable[..., tuple[object, object]]] = {}
    exec(exported(program, language("numpy"), program.graph.inputs), space)
    body = "\n".join("    " + line.strip() for line in work.numpy.strip().splitlines())
    exec(f"import numpy as np\ndef by_hand({', '.join(names)}):\n{body}\n", space)
    ours, theirs = space[program.graph.names[program.graph.output]], space["by_hand"]
    numbers = list(columns(len(names), POINTS["numpy"]))
    value, gradient = ours(*numbers)
    other, slopes = theirs(*numbers)
    assert np.allclose(value, other)
    assert all(map(np.allclose, gradient.values(), slopes))

    def timed(function: Callable[..., object]) -> Callable[[], float]:
        def run() -> float:
            start = time.perf_counter()
            for _ in range(CALLS):
                function(*numbers)
            return time.perf_counter() - start

        return run

    return {"gradx": timed(ours), "hand": timed(theirs)}


def columns(count: int, points: int) -> np.ndarray:
    return np.random.default_rng(7).uniform(-2, 2, (count, points))


if __name__ == "__main__":
    main()
