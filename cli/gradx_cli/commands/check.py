"""gradx check: is this hand-made derivative right, and if not, where did it go wrong?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gradx.errors import GradxError
from gradx.lessons.checking import solve
from gradx.lessons.claims.page import Page, is_page_line, read_page, used_as_helper
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.arguments import Request
from gradx_cli.inputs import read_file
from gradx_cli.options import Digits, ExitZero, NoSymbolic, Typed, argument, file_option
from gradx_cli.pages.check import answer

CLAIMED = "Claims, as in dx='2*x' or du/db=c; and, to check at one point too, the inputs' values."
Words = Annotated[list[str] | None, argument("[CLAIM]... [NAME=VALUE]...", CLAIMED)]
Batch = Annotated[Path | None, file_option("--batch", "A problem a line: program | claims | bindings ('-': stdin).")]
Claims = Annotated[Path | None, file_option("--claims", "The claims, a line each, from a file ('-': stdin).")]


@dataclass(frozen=True, slots=True)
class Claimed(Typed):
    """The words behind the program are claims and bindings."""

    words: Words = None


def command(
    context: typer.Context,
    typed: Claimed,
    *,
    claims: Claims = None,
    batch: Batch = None,
    no_symbolic: NoSymbolic = False,
    digits: Digits = 10,
    exit_zero: ExitZero = False,
) -> int:
    """Is this hand-made derivative right?

    [bold]Examples[/bold]

      gradx check "sin(3*x + 1)" dx="cos(3*x + 1)"
      gradx check "z = w*x + b; a = tanh(z)" dz="1 - a^2" dw="x*(1 - a^2)"
      gradx check "u = b*c; v = a + u; J = 3v" du/db=c db=9 a=5 b=3 c=2
      gradx check "x^2*y^3" "d2J/dx2=2*y^3" "d^2J/dxdy=6*x*y^2"
      gradx check "z = w*x + b; a = tanh(z); J = (a - y)^2" "da = 2*(a - y)" "dz = da*(1 - a)" "dw = dz*x"
      gradx check "abs(x)" "dx = 1" "x > 0"
      gradx check "z = w*x + b; a = sigmoid(z)" --claims page.txt
      gradx check --batch homework.txt

    A claim dX=FORMULA is compared with the derivative at 20 points or more, and proved where SymPy can; a number is
    compared at the values given. A rounded number is right when it is correctly rounded to three significant digits or
    more, on a page of numbers to two decimals too. A claim that is wrong gets a counterexample, the mistake that leads
    to it, and the right derivative.

    Claims are a page, in order: one may use those above it (dz, dL/dz), s = a*(1 - a) names a helper,
    w := w - alpha*dw is an update, x > 0 says where the claims are meant to hold. A claim that only follows from a
    wrong one above is told apart from the one in which it went wrong.

    The exit code is 1 where a claim is not right. In a batch it is 2 where a line could not be read; the other lines
    are checked all the same. In a line, blanks, commas or semicolons stand between one claim or binding and the next.
    """
    witness = None if no_symbolic else context.obj
    code = _one(typed, claims, witness, digits) if batch is None else _many(typed, batch, witness, digits)
    return 0 if exit_zero and code == 1 else code


def _one(typed: Typed, file: Path | None, witness: SymbolicWitness | None, digits: int) -> int:
    asked = typed.read("gradx check", is_page_line)
    if asked.program.bundles is not None:
        return _whole_gradients(typed, asked, _lines(asked, file), digits)
    page, asked = _page(asked, _lines(asked, file))
    point = asked.point_if_bound()
    solved = solve(asked.program, page.claims, asked.bindings, point, witness, page.assumptions)
    typed.show(answer(solved, digits))
    return 0 if solved.all_right else 1


def _whole_gradients(typed: Typed, asked: Request, lines: Sequence[str], digits: int) -> int:
    """Claims of the gradients of vectors and matrices."""
    from gradx.lessons.bundle_claims import check_bundles, read_claim
    from gradx_cli.pages.bundle_check import answer as told

    bundles, point = asked.program.bundles, asked.point()
    assert bundles is not None
    if not lines:
        raise GradxError("usage", "there is no claim", hint=f'write one: "d{bundles.groups[0].name}=…"')
    claims = [read_claim(bundles, word) for word in lines]
    results = check_bundles(asked.program, point.values, claims)
    typed.show(told(asked.program, results, point.warnings, digits))
    return 0 if all(result.status == "correct" for result in results) else 1


def _many(typed: Typed, file: Path, witness: SymbolicWitness | None, digits: int) -> int:
    if typed.expression is not None or typed.file is not None:
        raise GradxError("usage", "--batch takes its programs from the file", hint="leave the expression out")
    from gradx_cli.batch import Batch

    problems = Batch(file, witness)
    typed.show(problems.answer(digits))
    return problems.exit_code()


def _lines(asked: Request, file: Path | None) -> list[str]:
    """What is claimed, in order: on the command line, then in the file."""
    lines = [line for word in asked.words for line in word.splitlines()]
    if file is not None:
        lines += read_file(file).splitlines()
    return [line for line in lines if line.strip()]


def _page(asked: Request, lines: Sequence[str]) -> tuple[Page, Request]:
    """The page of claims, and the request with the bindings that stood on it."""
    graph = asked.program.graph
    typed = [binding.source.text for binding in asked.bindings]
    helpers = [text for text in typed if used_as_helper(graph, text, [*lines, *typed])]
    page = read_page(asked.program, [*helpers, *lines])
    if not page.claims:
        some = graph.names[graph.shown[0]]
        hint = f'write your derivative after the expression: d{some}="…"'
        raise GradxError("usage", "there is no claim to check", hint=hint)
    bindings = [binding for binding in asked.bindings if binding.source.text not in helpers]
    known = {(binding.name, binding.value) for binding in bindings}
    bindings += [binding for binding in page.bindings if (binding.name, binding.value) not in known]
    return page, asked._replace(bindings=tuple(bindings))
