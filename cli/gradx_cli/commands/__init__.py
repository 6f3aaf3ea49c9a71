"""The commands: one row each, and nothing imported until one is used.

A command is a file in this folder with a function `command`, and a row here. `gradx_cli.arguments` says how one is
written.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """Where a command lives, its line in the overview, and whether it asks SymPy (then started first of all)."""

    target: str
    help: str
    symbolic: bool = False


COMMANDS: dict[str, Row] = {
    "eval": Row("gradx_cli.commands.eval:command", "Every node's value and gradient, checked.", symbolic=True),
    "explain": Row("gradx_cli.commands.explain:command", "Backprop from right to left, step by step."),
    "nudge": Row("gradx_cli.commands.nudge:command", "One small change, carried through every node it moves."),
    "graph": Row("gradx_cli.commands.graph:command", "The computation graph, drawn."),
    "cost": Row("gradx_cli.commands.cost:command", "Why backprop: N+P steps against N*P."),
    "check": Row("gradx_cli.commands.check:command", "Is this hand-made derivative right?", symbolic=True),
    "plot": Row("gradx_cli.commands.plot:command", "The function, its derivative, the tangent."),
    "descend": Row("gradx_cli.commands.descend:command", "Gradient descent, step by step."),
    "export": Row("gradx_cli.commands.export:command", "Value and gradient as code of another language."),
    "examples": Row("gradx_cli.commands.examples:command", "Programs to try: @neuron and others."),
}
