"""gradx eval: every node of a program, its value and its gradient, checked."""

from __future__ import annotations

import typer

from gradx.point.exploration import Options, explore
from gradx_cli.options import Checks, Digits, Epsilon, ExitZero, NoSymbolic, Only, Typed, Wrt
from gradx_cli.renderers import renderer

EXACT_DIGITS = 25
"""At least this many digits of true values are worked out."""


def command(
    context: typer.Context,
    typed: Typed,
    *,
    eps: Epsilon = 0.001,
    wrt: Wrt = None,
    checks: Checks = "auto",
    no_symbolic: NoSymbolic = False,
    digits: Digits = 10,
    only: Only = None,
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
    proved to be right.
    """
    asked = typed.read("gradx eval")
    point = asked.point()
    options = Options(eps, asked.chosen(wrt), checks, max(digits, EXACT_DIGITS))
    witness = None if no_symbolic else context.obj
    # What writes the answer is imported before the exploration, which waits for SymPy.
    from gradx_cli.pages.eval import answer

    renderer(typed.name)
    exploration = explore(asked.program, point.values, options, witness, point.warnings, asked.bindings)
    typed.show(answer(exploration, digits, asked.only(only)))
    return 0 if exploration.confirmed is not False or exit_zero else 1
