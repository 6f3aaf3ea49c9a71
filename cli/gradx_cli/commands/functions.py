"""gradx functions: every function, with its domain and its derivative."""

from __future__ import annotations

from typing import Annotated

from gradx.lessons.catalogue import catalogue, described
from gradx_cli.options import Shown, argument
from gradx_cli.pages.functions import answer

Names = Annotated[list[str] | None, argument("[NAME]...", "The functions to show. Default: all of them.")]


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
