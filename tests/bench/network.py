"""Steps of descent of a 784-25-10 network, against NumPy written by hand that does the same arithmetic.

Prints a line of JSON for 1, 20 and 100 rows of data: processor seconds a step, medians, and the median of their ratios,
measured alternately in one process, with one thread; and what it takes to get to the first step.
"""

from __future__ import annotations

import json
import os
import statistics
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from numpy.typing import NDArray

from gradx.errors import Source, Span
from gradx.language.bundles.reading import read_bundles
from gradx.language.bundles.values import Value
from gradx.lessons.descents.by_arrays import array_gradient
from gradx.lessons.descents.descent import Descent, Task, parameters

PROGRAM = "Z1 = W1 X + b1; A1 = relu(Z1); Z2 = W2 A1 + b2; P = softmax(Z2, axis=0); J = -sum(Y*log(P))/{}"
RATE, STEPS, ROUNDS = 0.1, 100, 11
Arrays = dict[str, NDArray[np.float64]]


def data(rows: int) -> Arrays:
    rng = np.random.default_rng(0)
    pixels = rng.random((784, rows))
    return {
        "W1": rng.normal(size=(25, 784)) * 0.05, "b1": np.zeros((25, 1)),
        "W2": rng.normal(size=(10, 25)) * 0.3, "b2": np.zeros((10, 1)),
        "X": np.where(pixels > 0.8, pixels, 0), "Y": np.eye(10)[rng.integers(0, 10, rows)].T.copy(),
    }  # fmt: skip


def by_hand(arrays: Arrays, steps: int) -> list[float]:
    """J at every step."""
    w1, b1, w2, b2, x, y = (array.copy() for array in arrays.values())
    rows = x.shape[1]
    found = []
    for _ in range(steps):
        z1 = w1 @ x + b1
        a1 = np.maximum(z1, 0)
        z2 = w2 @ a1 + b2
        e = np.exp(z2 - z2.max(axis=0))
        p = e / e.sum(axis=0)
        found.append(-float((y * np.log(p)).sum()) / rows)
        dz2 = (p - y) / rows
        dz1 = (w2.T @ dz2) * (z1 > 0)
        w1 -= RATE * (dz1 @ x.T)
        b1 -= RATE * dz1.sum(axis=1, keepdims=True)
        w2 -= RATE * (dz2 @ a1.T)
        b2 -= RATE * dz2.sum(axis=1, keepdims=True)
    return found


def by_gradx(descent: Descent, steps: int) -> list[float]:
    found: list[float] = []
    while len(found) < steps:
        found += [step.value for step in descent.advance(steps - len(found))]
    return found


def measured(rows: int) -> dict[str, float]:
    arrays, nowhere = data(rows), Span(Source("", ""), 0, 0)
    began = time.process_time()
    numbers = {name: tuple(array.ravel().tolist()) for name, array in arrays.items()}
    values = [Value(n, (a.shape[0], a.shape[1]), numbers[n], tuple(map(repr, numbers[n])), nowhere)
              for n, a in arrays.items()]  # fmt: skip
    found = read_bundles(PROGRAM.format(rows), values, summed=True)
    start = {binding.name: binding.value for binding in found.bindings}
    moving, _ = parameters(found.program)
    steps = array_gradient(found.program, start, moving)
    assert steps is not None
    first_s = time.process_time() - began
    task = Task(found.program.graph, start, moving, RATE, 10**9, 0.0, arrays=steps)
    descent = Descent(task)
    assert np.allclose(by_gradx(descent, STEPS), by_hand(arrays, STEPS), rtol=1e-9, atol=1e-12)
    pairs = []
    for _ in range(ROUNDS):
        a = time.process_time()
        by_hand(arrays, STEPS)
        b = time.process_time()
        by_gradx(descent, STEPS)
        pairs.append((b - a, time.process_time() - b))
    hand, gradx = (statistics.median(times) / STEPS for times in zip(*pairs, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    return {"rows": rows, "first_s": first_s, "hand": hand, "gradx": gradx, "ratio": ratio}


if __name__ == "__main__":
    for rows in (1, 20, 100):
        print(json.dumps(measured(rows)), flush=True)
