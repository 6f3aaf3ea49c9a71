"""A million points of a curve and its derivative, against NumPy written by hand.

Prints one line of JSON: medians in seconds, and their ratio, measured alternately in one process.
"""

from __future__ import annotations

import json
import statistics
import time

import numpy as np
from numpy.typing import NDArray

from gradx.language.program import read
from gradx.lessons.curves.curve import Curve, curve

POINTS = 1_000_000
ROUNDS = 15
PROGRAM = "x*exp(-x^2/2) + sin(3*x)/(1 + x^2)"


def by_hand() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same function and its chain rule, worked out."""
    x = np.linspace(-3, 3, POINTS)
    bell = np.exp(-(x**2) / 2)
    below = 1 + x**2
    wave = np.sin(3 * x) / below
    value = x * bell + wave
    slope = bell - x * x * bell + 3 * np.cos(3 * x) / below - 2 * x * wave / below
    return value, slope


def main() -> None:
    graph = read(PROGRAM).graph

    def by_gradx() -> Curve:
        return curve(graph, {}, "x", -3.0, 3.0, POINTS)

    value, slope = by_hand()
    found = by_gradx()
    assert np.allclose(found.value, value, rtol=1e-9, atol=1e-12)
    assert np.allclose(found.derivative, slope, rtol=1e-9, atol=1e-12)
    times: dict[str, list[float]] = {"hand": [], "gradx": []}
    for _ in range(ROUNDS):
        for name in times:
            start = time.perf_counter()
            by_hand() if name == "hand" else by_gradx()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    ratio = medians["gradx"] / medians["hand"]
    print(json.dumps({"what": "curve", "points": POINTS, **medians, "ratio": ratio, "limit": 1.5}))


if __name__ == "__main__":
    main()
