"""gradx examples: programs to begin with."""

from __future__ import annotations

from typing import Annotated

from gradx.lessons.examples import EXAMPLES, MARK, find
from gradx_cli.options import Shown, argument
from gradx_cli.pages.examples import answer

Names = Annotated[list[str] | None, argument("[NAME]...", "The examples to show. Default: all.")]


def command(shown: Shown, names: Names = None) -> int:
    """Programs to try, each under a name.

    [bold]Examples[/bold]

      gradx examples
      gradx eval @neuron
      gradx explain @three-steps --wrt b
      gradx eval @square w=-3

    These are the courses' own programs with their values, and two that are hard. @NAME stands for the program and its
    point in every command that takes an expression; a value that you give takes the place of the example's own.
    (PowerShell wants it in quotes: '@neuron'.)
    """
    chosen = [find(MARK + name.removeprefix(MARK)) for name in names or ()] or EXAMPLES
    shown.show(answer(chosen))
    return 0
