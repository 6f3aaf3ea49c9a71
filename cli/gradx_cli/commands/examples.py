"""gradx examples: programs to begin with."""

from __future__ import annotations

from gradx.lessons.examples import EXAMPLES
from gradx_cli.options import Shown
from gradx_cli.pages.examples import answer


def command(shown: Shown) -> int:
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
    shown.show(answer(EXAMPLES))
    return 0
