"""gradx examples: programs to begin with."""

from __future__ import annotations

from gradx.lessons.examples import EXAMPLES
from gradx_cli.options import Ascii, Format, Json
from gradx_cli.pages.examples import answer
from gradx_cli.renderers import DEFAULT, show


def command(*, json: Json = False, format: Format = DEFAULT, ascii: Ascii = False) -> int:
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
    show(answer(EXAMPLES), "json" if json else format, ascii=ascii)
    return 0
