"""gradx functions: every function, with its domain and its derivative."""

from __future__ import annotations

from typing import Annotated

import typer

from gradx.lessons.catalogue import catalogue, described
from gradx_cli.options import Shown
from gradx_cli.pages.functions import answer

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", show_default=False, help="The functions to show. Default: all of them."),
]


def command(shown: Shown, names: Names = None) -> int:
    """Every function, with its domain and derivative.

    [bold]Examples[/bold]

      gradx functions
      gradx functions tanh ln
      gradx functions --json

    A derivative is the rule by which gradx differentiates, in terms of the function's own arguments: by each of them,
    where there are several. A function without a remark has a value everywhere.
    """

    shown.show(answer(described(names) if names else catalogue(), all_of_them=not names))
    return 0
