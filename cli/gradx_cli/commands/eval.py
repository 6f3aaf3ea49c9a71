"""gradx eval: every node of a program, its value and its gradient, checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import typer

from gradx.point.exploration import Exploration, Options, explore
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
    format_option,
)
from gradx_cli.session import symbolic
from gradx_cli.views.terminal import Terminal, terminal, warn

EXACT_DIGITS = 25
"""At least this many digits of true values are worked out."""

View = Callable[[Exploration, Terminal, int], None]
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
    format: Annotated[Format, format_option(Format)] = "table",
    digits: Digits = 10,
    ascii: Ascii = False,
    exit_zero: ExitZero = False,
) -> int:
    """Every node's value and gradient, checked.

    [bold]Examples[/bold]

      gradx eval "3*(a+b*c)" a=5 b=3 c=2
      gradx eval "z = w*x + b; a = tanh(z)" w=1/2 x=2 b=-1
      gradx eval "relu(w*x + b)" w=1 x=2 b=-1 --json
      gradx eval @neuron

    For each input and each operation: what it is, its value, its gradient by backprop, what a small nudge does to the
    output, and SymPy's formula with the numbers put in. The exit code is 1 where a gradient that was checked is not
    confirmed.
    """
    asked = request(expression, words, file)
    point = asked.point()
    options = Options(eps, asked.chosen(wrt), checks, max(digits, EXACT_DIGITS))
    witness = None if no_symbolic else symbolic(context)
    # The view is imported before the exploration, which waits for SymPy.
    show = _view("json" if json else format)
    exploration = explore(asked.program, point.values, options, witness, point.warnings, asked.bindings)
    if not (json or format == "json"):
        warn(exploration.warnings)
    show(exploration, terminal(ascii), digits)
    return 0 if exploration.confirmed is not False or exit_zero else 1


def _view(format: Format) -> View:
    """What writes an exploration in `format`; the imports that this needs, and no others, are done here."""
    if format == "json":
        from gradx_cli.views.eval import json as eval_json

        return eval_json.show
    if format == "csv":
        from gradx_cli.views.eval import csv

        return csv.show
    if format == "text":
        from gradx_cli.views.eval import text

        return text.show
    if format == "markdown":
        from gradx_cli.views.eval import markdown

        return markdown.show
    if format == "latex":
        from gradx_cli.views.eval import latex

        return latex.show
    from gradx_cli.views.eval import table

    return table.show
