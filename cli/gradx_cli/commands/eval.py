"""gradx eval: every node of a program, its value and its gradient, checked."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from gradx.exploration import Exploration, Options, explore
from gradx_cli.arguments import request
from gradx_cli.options import (
    Ascii,
    Checks,
    Digits,
    Epsilon,
    ExitZero,
    Expression,
    File,
    Json,
    NoSymbolic,
    Words,
    Wrt,
)
from gradx_cli.session import symbolic
from gradx_cli.views.terminal import terminal, warn

EXACT_DIGITS = 25
"""At least this many digits of true values are worked out."""

Format = Literal["table", "text", "json", "csv", "markdown", "latex"]


def command(
    context: typer.Context,
    expression: Expression = None,
    words: Words = None,
    *,
    eps: Epsilon = 0.001,
    wrt: Wrt = None,
    file: File = None,
    checks: Checks = "auto",
    no_symbolic: NoSymbolic = False,
    json: Json = False,
    format: Annotated[Format, typer.Option("--format", help="How to write it.", rich_help_panel="Output")] = "table",
    digits: Digits = 10,
    ascii: Ascii = False,
    exit_zero: ExitZero = False,
) -> int:
    """Every node's value and gradient, checked.

    [bold]Examples[/bold]

      gradx eval "3*(a+b*c)" a=5 b=3 c=2
      gradx eval "z = w*x + b; a = tanh(z)" w=1/2 x=2 b=-1
      gradx eval "relu(w*x + b)" w=1 x=2 b=-1 --json

    For each input and each operation: what it is, its value, its gradient by backprop, what a small nudge does to the
    output, and SymPy's formula with the numbers put in. The exit code is 1 where a gradient that was checked is not
    confirmed.
    """
    asked = request(expression, words, file)
    point = asked.point()
    options = Options(eps, asked.chosen(wrt), checks, max(digits, EXACT_DIGITS))
    witness = None if no_symbolic else symbolic(context)
    exploration = explore(asked.program, point.values, options, witness, point.warnings)
    _show(exploration, "json" if json else format, digits, ascii=ascii)
    return 0 if exploration.confirmed is not False or exit_zero else 1


def _show(exploration: Exploration, format: Format, digits: int, *, ascii: bool) -> None:
    """Write the exploration in one of the formats, and the warnings where the format does not hold them."""
    if format == "json":
        from gradx_cli.views import eval_json

        eval_json.show(exploration, sys.stdout)
        return
    warn(exploration.warnings)
    screen = terminal(ascii)
    if format == "csv":
        from gradx_cli.views import csv

        csv.show(exploration, screen)
    elif format == "table":
        from gradx_cli.views import table

        table.show(exploration, screen, digits)
    elif format == "text":
        from gradx_cli.views import text

        text.show(exploration, screen, digits)
    elif format == "markdown":
        from gradx_cli.views import markdown

        markdown.show(exploration, screen, digits)
    else:
        from gradx_cli.views import latex

        latex.show(exploration, screen, digits)
