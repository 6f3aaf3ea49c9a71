"""10,000 steps of descent on a program of 30 nodes, against a loop written by hand that does the same arithmetic.

Prints one line of JSON: medians in seconds, and their ratio, measured alternately in one process.
"""

from __future__ import annotations

import json
import math
import statistics
import time

from gradx.language.program import read
from gradx.lessons.descents.descent import Descent, Task

STEPS = 10_000
ROUNDS = 21
RATE = 0.1

LOGISTIC = """
p = log(1 + exp(-w - b))
q = log(1 + exp(b)) - b
r = log(1 + exp(w + b))
s = log(1 + exp(-(2*w + b)))
J = (p + q + r + s + 0.01*w^2 + 0.01*b^2)/4
"""


def by_hand(w: float, b: float, steps: int) -> list[tuple[float, float, float, float, float]]:
    """The same program, its chain rule worked out: every step's w, b, J, dJ/dw, dJ/db."""
    exp, log = math.exp, math.log
    found = []
    for _ in range(steps + 1):
        e1 = exp(-w - b)
        d1 = 1 + e1
        e2 = exp(b)
        d2 = 1 + e2
        e3 = exp(w + b)
        d3 = 1 + e3
        e4 = exp(-(2 * w + b))
        d4 = 1 + e4
        value = (log(d1) + (log(d2) - b) + log(d3) + log(d4) + 0.01 * w**2 + 0.01 * b**2) / 4
        u = 1 / 4
        g1 = u * (1 / d1) * e1
        g2 = u * (1 / d2) * e2
        g3 = u * (1 / d3) * e3
        g4 = -(u * (1 / d4) * e4)
        slope_w = u * 0.01 * (2 * w) + g4 * 2 + g3 - g1
        slope_b = u * 0.01 * (2 * b) + g4 + g3 - u + g2 - g1
        found.append((w, b, value, slope_w, slope_b))
        if abs(slope_w) <= 0.0 and abs(slope_b) <= 0.0:
            break
        w = w - RATE * slope_w
        b = b - RATE * slope_b
    return found


def main() -> None:
    graph = read(LOGISTIC).graph

    def by_gradx() -> list[tuple[float, ...]]:
        descent = Descent(Task(graph, {"w": 0.5, "b": -0.5}, ("w", "b"), RATE, STEPS, 0.0))
        steps = descent.advance(STEPS + 1)
        assert len(steps) == STEPS + 1
        return [(*step.point, step.value, *step.gradient) for step in (steps[0], steps[-1])]

    theirs, ours = by_hand(0.5, -0.5, STEPS)[-1], by_gradx()[-1]
    assert all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(theirs, ours, strict=True))
    times: dict[str, list[float]] = {"hand": [], "gradx": []}
    for _ in range(ROUNDS):
        for name in times:
            start = time.perf_counter()
            by_hand(0.5, -0.5, STEPS) if name == "hand" else by_gradx()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in times.items()}
    result = {
        "what": "descent",
        "nodes": len(graph.shown),
        "steps": STEPS,
        **medians,
        "ratio": medians["gradx"] / medians["hand"],
        "limit": 3.0,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
