"""The commands: one row each, and nothing imported until one is used.

A command is a file in this folder with a function `command`, and a row here. `gradx_cli.arguments` says how one is
written.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A command's line in the overview, and whether it asks SymPy (then started first of all)."""

    help: str
    symbolic: bool = False


COMMANDS: dict[str, Row] = {
    "eval": Row("Every node's value and gradient, checked.", symbolic=True),
    "explain": Row("Backprop from right to left, step by step."),
    "nudge": Row("One small change, carried through every node it moves."),
    "graph": Row("The computation graph, drawn."),
    "cost": Row("Why backprop: N+P steps against N*P."),
    "check": Row("Is this hand-made derivative right?", symbolic=True),
    "plot": Row("The function, its derivative, the tangent."),
    "descend": Row("Gradient descent, step by step."),
    "examples": Row("Programs to try: @neuron and others."),
}
