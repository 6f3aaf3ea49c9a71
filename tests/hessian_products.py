"""The Hessian of a program times a direction, by the recorded tape in float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradx.graph import Graph
from gradx.sweeps.prepared import record
from gradx.sweeps.recording import played
from gradx.sweeps.second_order import second_order


def product(graph: Graph, at: Sequence[float], direction: Sequence[float]) -> tuple[list[float], float]:
    """The product by the tape in float64, and the largest number on the way to it, at least 1e-3."""
    recording = record(graph, graph.inputs, {})
    move = {i: recording.recorder.input() for i in graph.inputs}
    found = second_order(graph, recording, move)
    outputs = [found.adjoint_tangents[i] for i in graph.inputs]
    tape = recording.recorder.tape(outputs)
    steps = (instruction.output for instruction in tape.instructions)
    numbers = played(replace(tape, outputs=(*tape.outputs, *steps)), [*at, *direction])
    return numbers[: len(outputs)], max(1e-3, *map(abs, numbers))
