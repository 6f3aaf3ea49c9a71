"""The cost of backprop against the forward pass, for few inputs and for many, and of a Hessian against backprop.

Medians of one process, as JSON.

The cyclic garbage collector is off, as it is in the command.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from programs import layered, statements, wide

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.sweeps.second_order import hessian

ROUNDS = 9


def ratio(text: str) -> tuple[float, float]:
    """Seconds of the forward pass, and backprop as a multiple of it: medians over rounds taken in turn."""
    graph = read(text).graph
    point = {i: 0.5 + (i % 7) / 10 for i in graph.inputs}
    forward_s, ratios = [], []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.perf_counter()
        run = forward(graph, FLOAT64, point)
        middle = time.perf_counter()
        backprop(graph, FLOAT64, run)
        end = time.perf_counter()
        forward_s.append(middle - start)
        ratios.append((end - middle) / (middle - start))
    return statistics.median(forward_s), statistics.median(ratios)


def of_a_hessian(text: str) -> tuple[int, float, float]:
    """The inputs, seconds of backprop, and the Hessian of all inputs as a multiple of it."""
    graph = read(text).graph
    point = {i: 0.5 + (i % 7) / 10 for i in graph.inputs}
    run = forward(graph, FLOAT64, point)
    hessian(graph, point, graph.inputs)
    backward_s, ratios = [], []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.perf_counter()
        backprop(graph, FLOAT64, run)
        middle = time.perf_counter()
        hessian(graph, point, graph.inputs)
        end = time.perf_counter()
        backward_s.append(middle - start)
        ratios.append((end - middle) / (middle - start))
    return len(graph.inputs), statistics.median(backward_s), statistics.median(ratios)


def main() -> None:
    gc.disable()
    rows = []
    for what, text in (
        ("100,000 mixed operations, 10 inputs", statements(100_000)),
        ("200,000 operations, 10 inputs", wide(10, 200_000)),
        ("200,000 operations, 1,000 inputs", wide(1_000, 200_000)),
        ("200,000 operations, 100,000 inputs", wide(100_000, 200_000)),
    ):
        seconds, found = ratio(text)
        rows.append({"what": what, "forward_s": seconds, "ratio": found})
    inputs, seconds, found = of_a_hessian(layered(100, 10_000))
    print(json.dumps({"sweeps": rows, "hessian": {"inputs": inputs, "backward_s": seconds, "ratio": found}}))


if __name__ == "__main__":
    main()
