"""gradx examples: programs to begin with."""

from __future__ import annotations

from gradx.lessons.examples import EXAMPLES
from gradx_cli.options import Ascii, Json
from gradx_cli.views.terminal import terminal


def command(*, json: Json = False, ascii: Ascii = False) -> int:
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
    if json:
        from gradx_cli.views.examples import json as examples_json

        examples_json.show(EXAMPLES)
        return 0
    from gradx_cli.views.examples import text as examples_text

    examples_text.show(EXAMPLES, terminal(ascii))
    return 0
