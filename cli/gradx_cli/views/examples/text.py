"""The examples on the terminal: what each teaches, its program, its point."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.lessons.examples import MARK, Example
from gradx_cli.views.terminal import Terminal


def show(examples: Sequence[Example], screen: Terminal) -> None:
    """Write a block for every example."""
    for example in examples:
        screen.write(["", screen.styled((f"  {MARK}{example.name}", "bold"), (f"  {example.teaches}", ""))])
        screen.write([f"    {example.program}", f"    {example.bindings}"])
    screen.write(["", f"  try one: gradx explain {MARK}neuron"])
