"""gradx export: value and gradient as a function of another language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

from gradx.bundle import Bundles
from gradx.errors import GradxError
from gradx.export.routine import LANGUAGES, Expected, exported, language
from gradx.point.exploration import Options
from gradx_cli.arguments import Request, names_of
from gradx_cli.numbers import counted
from gradx_cli.options import Filed, Wrt, one_of, option, whole
from gradx_cli.pages.export import answer

NOT_FINITE = "a number at this point is not finite: the code does not check itself"
ENDINGS = {".py": "python", ".c": "c", ".mjs": "javascript", ".js": "javascript", ".tex": "latex"}


OTHERWISE = {"torch": "pytorch", "py": "python", "np": "numpy", "js": "javascript", "tex": "latex"}


To = Annotated[str | None, option("--to", f"{', '.join(LANGUAGES)}.", "LANGUAGE", reads=one_of(LANGUAGES, OTHERWISE))]
CURVED = "2: a second function too, the Hessian times a direction."
Order = Annotated[int, option("--order", CURVED, "N", reads=whole(1, 2), default=True)]


def command(typed: Filed, *, to: To = None, wrt: Wrt = None, order: Order = 1) -> int:
    """Value and gradient as code of another language.

    [bold]Examples[/bold]

      gradx export "z = w*x + b; a = sigmoid(z); L = (a - y)^2" --to python w=1 x=2 b=-1 y=1
      gradx export "log(1 + exp(x))" --to numpy
      gradx export "3*(a+b*c)" a=5 b=3 c=2 --output card.c
      gradx export "x^2*y^3" --to jax --order 2

    One function, named as the program names things, which computes by the stable rules that gradx itself
    uses. With values the file checks itself: run it, and it says whether its numbers are those of gradx.

    A program of vectors and matrices is one function of arrays in numpy, pytorch and jax, with its matrix forms as
    backprop; in python, c and javascript it takes the entries, one by one.
    """
    asked = typed.read("gradx export", lambda _, word: word in LANGUAGES, known=names_of(wrt))
    target = to or (asked.words[0] if asked.words else _by_ending(typed))
    program = asked.program
    chosen = asked.chosen(wrt)
    inputs = program.graph.inputs if chosen is None else tuple(program.graph.index[name] for name in chosen)
    if program.bundles is not None and language(target).title in WHOLE:
        code, warnings = _of_bundles(asked, program.bundles, target, inputs, order)
    else:
        expected, warnings = _expected(asked, inputs)
        code = exported(program, language(target), inputs, expected, order=2 if order == 2 else 1)
    typed.save(code, counted(code.count("\n"), "line"))
    typed.show(answer(program, target, code, warnings))
    return 0


def _by_ending(typed: Filed) -> str:
    kind = typed.kind(tuple(ENDINGS))
    if kind is None:
        hint = f"--to {LANGUAGES[0]}, say; or {', '.join(LANGUAGES[1:])}"
        raise GradxError("usage", "export needs a language", hint=hint)
    return ENDINGS[kind]


WHOLE = ("NumPy", "PyTorch", "JAX", "LaTeX")
"""The languages that have whole arrays, by their titles; the others take a program's entries, one by one."""


def _of_bundles(
    asked: Request, bundles: Bundles, target: str, inputs: Sequence[int], order: int
) -> tuple[str, tuple[str, ...]]:
    """One function of arrays, and what is to be said."""
    from gradx.export.bundle_page import bundle_latex, bundle_page
    from gradx.point.held_forms import held

    if order == 2:
        hint = "--to python, c and javascript have it entry by entry"
        raise GradxError("usage", "there is no Hessian of whole arrays", hint=hint)
    program, graph = asked.program, asked.program.graph
    wrt = bundles.owners([graph.names[i] for i in inputs])
    if target == "latex":
        return bundle_latex(program, wrt), asked.program.remarks
    found = asked.explored(Options(checks="none"))
    apart = held(found).apart
    if apart:
        message = f"at this point, where entries tie, the gradient of {apart[0]} is not what its matrix form says"
        raise GradxError("usage", message, hint="--to python, c and javascript have it entry by entry")
    gradient = {graph.names[i]: found.backprop.adjoints[i] for i in graph.inputs}
    if not all(map(math.isfinite, (found.value, *gradient.values()))):
        return bundle_page(program, language(target), wrt), (*found.warnings, NOT_FINITE)
    return bundle_page(program, language(target), wrt, (found.point, found.value, gradient)), found.warnings


def _expected(asked: Request, inputs: Sequence[int]) -> tuple[Expected | None, tuple[str, ...]]:
    """gradx's numbers at the values given, None where there are none or one of them is not finite."""
    found = asked.explored_if_bound(Options(checks="none"))
    if found is None:
        return None, asked.program.remarks
    graph = asked.program.graph
    numbers = [found.value, *(found.backprop.adjoints[i] for i in inputs)]
    expected = Expected([found.point[graph.names[i]] for i in graph.inputs], numbers[0], numbers[1:])
    if all(map(math.isfinite, numbers)):
        return expected, found.warnings
    return None, (*found.warnings, NOT_FINITE)
