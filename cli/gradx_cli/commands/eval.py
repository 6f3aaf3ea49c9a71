"""gradx eval: every node of a program, its value and its gradient, checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from gradx.errors import GradxError
from gradx.language.bindings import RANGE
from gradx.point.exploration import Options, explore
from gradx.point.verdict import Checks as ChecksName
from gradx_cli.options import Checks, DataFile, Digits, Epsilon, ExitZero, NoSymbolic, Only, Typed, Unfold, Wrt
from gradx_cli.renderers import renderer

EXACT_DIGITS = 25
"""At least this many digits of true values are worked out."""


def command(
    context: typer.Context,
    typed: Typed,
    *,
    eps: Epsilon = 0.001,
    wrt: Wrt = None,
    data: DataFile = None,
    checks: Checks = "auto",
    no_symbolic: NoSymbolic = False,
    digits: Digits = 10,
    only: Only = None,
    unfold: Unfold = False,
    exit_zero: ExitZero = False,
) -> int:
    """Every node's value and gradient, checked.

    [bold]Examples[/bold]

      gradx eval "3*(a+b*c)" a=5 b=3 c=2
      gradx eval "z = w*x + b; a = tanh(z)" w=1/2 x=2 b=-1
      gradx eval "relu(w*x + b)" w=1 x=2 b=-1 --json
      gradx eval @neuron
      gradx eval "sin(w*x)" w=2 x=0..1:0.25
      gradx eval "w*x + b" --data points.csv b=1 --format csv

    For each input and each operation: what it is, its value, its gradient by backprop, what a small nudge does to the
    output, and SymPy's formula with the numbers put in. The exit code is 1 where a gradient that was checked is not
    proved to be right.

    A range gives a row of answers for each of its numbers (x=1..3 is 1, 2, 3; several are a grid), --data one for each
    row of a CSV file: the inputs, the value, the gradients, and what is proved of them. The exit code is then 1 where a
    row is not proved or has no value; the others are answered all the same.
    """
    if data is not None or any(RANGE in word for word in typed.words or ()):
        return _rows(typed, data, wrt, checks, digits, only, exit_zero=exit_zero)
    asked = typed.read("gradx eval")
    point = asked.point()
    options = Options(eps, asked.chosen(wrt), checks, max(digits, EXACT_DIGITS))
    witness = None if no_symbolic or asked.program.bundles is not None else context.obj
    # What writes the answer is imported before the exploration, which waits for SymPy.
    from gradx_cli.pages.eval import answer

    renderer(typed.name)
    exploration = explore(asked.program, point.values, options, witness, point.warnings, asked.bindings)
    if asked.program.bundles is not None:
        from gradx_cli.pages.folded import answer as folded

        if asked.words and not unfold:
            hint = f"--unfold {asked.words[0]} gives each of its entries a row"
            raise GradxError("usage", f"{asked.words[0]} is no value: a value is written x=3", hint=hint)
        typed.show(folded(exploration, digits, only, unfold=unfold, whole=asked.words))
        return 0 if exploration.confirmed is not False or exit_zero else 1
    typed.show(answer(exploration, digits, asked.only(only)))
    return 0 if exploration.confirmed is not False or exit_zero else 1


def _rows(
    typed: Typed,
    data: Path | None,
    wrt: Sequence[str] | None,
    checks: ChecksName,
    digits: int,
    only: str | None,
    *,
    exit_zero: bool,
) -> int:
    """The same at many points, of the inputs alone."""
    from gradx_cli.data import Data
    from gradx_cli.rows import Rows, is_range

    if only is not None:
        hint = "--wrt names the inputs whose gradients a row has"
        raise GradxError("usage", "--only chooses nodes of one point, and a row has no nodes", hint=hint)
    if data is not None and str(data) == typed.expression == "-":
        raise GradxError(
            "usage", "standard input holds the program or the data, not both", hint="--file F for one of them"
        )
    table = None if data is None else Data(data)
    asked = typed.read("gradx eval", is_range, table.names if table else ())
    rows = Rows(asked, table, Options(wrt=asked.chosen(wrt), checks=checks, digits=max(digits, EXACT_DIGITS)))
    typed.show(rows.answer(digits))
    return 1 if rows.has_failed and not exit_zero else 0
