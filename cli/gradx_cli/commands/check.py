"""gradx check: is this hand-made derivative right, and if not, where did it go wrong?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from gradx.errors import GradxError, Note
from gradx.graph import Graph
from gradx.language.bindings import read_binding
from gradx.language.tokens import is_name
from gradx.lessons.checking import solve
from gradx.lessons.claims.claim import Claim, is_claim, read_claim
from gradx.symbolic.witness import SymbolicWitness
from gradx_cli.arguments import Request
from gradx_cli.options import Digits, ExitZero, NoSymbolic, Typed, path
from gradx_cli.pages.check import answer

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CLAIM]... [NAME=VALUE]...",
        show_default=False,
        help="Claims, as in dx='2*x' or du/db=c; and, to check at one point too, the inputs' values.",
    ),
]
Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        parser=path("--batch"),
        metavar="FILE",
        show_default=False,
        help="A problem a line: program | claims | bindings ('-': stdin).",
    ),
]


@dataclass(frozen=True, slots=True)
class Claimed(Typed):
    """The words behind the program are claims and bindings."""

    words: Words = None


def command(
    context: typer.Context,
    typed: Claimed,
    *,
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
      gradx check --batch homework.txt

    A claim dX=FORMULA is compared with the derivative at 20 points or more, and proved where SymPy can; a number is
    compared at the values given. A rounded number is right when it is correctly rounded to three significant digits or
    more. A claim that is wrong gets a counterexample, the mistake that leads to it, and the right derivative.

    The exit code is 1 where a claim is not right. In a batch it is 2 where a line could not be read; the other lines
    are checked all the same. In a line, blanks, commas or semicolons stand between one claim or binding and the next.
    """
    witness = None if no_symbolic else context.obj
    code = _one(typed, witness, digits) if batch is None else _many(typed, batch, witness, digits)
    return 0 if exit_zero and code == 1 else code


def _one(typed: Typed, witness: SymbolicWitness | None, digits: int) -> int:
    asked = typed.read("gradx check", _is_claim)
    if asked.program.bundles is not None:
        return _whole_gradients(typed, asked, digits)
    claims, asked = _claims(asked)
    point = asked.point_if_bound()
    solved = solve(asked.program, claims, asked.bindings, point, witness)
    typed.show(answer(solved, digits))
    return 0 if solved.all_right else 1


def _whole_gradients(typed: Typed, asked: Request, digits: int) -> int:
    """Claims of the gradients of vectors and matrices."""
    from gradx.lessons.bundle_claims import check_bundles, read_claim
    from gradx_cli.pages.bundle_check import answer as told

    bundles, point = asked.program.bundles, asked.point()
    assert bundles is not None
    if not asked.words:
        raise GradxError("usage", "there is no claim", hint=f'write one: "d{bundles.groups[0].name}=…"')
    claims = [read_claim(bundles, word) for word in asked.words]
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


def _is_claim(graph: Graph, word: str) -> bool:
    """Whether a word is a claim, or can only have been meant as one."""
    if is_claim(graph, word):
        return True
    name, equals, _ = word.partition("=")
    if not equals and ":" not in word and "\n" not in word:
        return True
    if is_name(name.strip()) and name.strip() in graph.index:
        return False
    try:
        read_binding(word)
    except GradxError:
        return True
    from gradx.lessons.claims.written import may_be

    return may_be(graph, word)


def _claims(asked: Request) -> tuple[list[Claim], Request]:
    """The claims, and the request with the bindings that stood in them."""
    graph = asked.program.graph
    claims: list[Claim] = []
    bindings = list(asked.bindings)
    words = asked.words
    if len(words) > 1:
        from gradx.lessons.claims.written import resolved

        words = tuple(resolved(words, frozenset(graph.index)))
    for word in words:
        try:
            if not is_claim(graph, word) or SEVERAL.search(word):
                raise GradxError("claim", "")
            claims.append(read_claim(asked.program, word))
        except GradxError as error:
            from gradx.lessons.claims.written import written

            try:
                found = written(asked.program, word)
                for text in found.claims:
                    claim = read_claim(asked.program, text)
                    claims.append(replace(claim, remarks=(Note(f"read as {text}"), *claim.remarks)))
            except GradxError as other:
                raise (error if error.problem.message else other) from None
            beside = map(read_binding, found.bindings)
            bindings += [b for b in beside if (b.name, b.value) not in {(old.name, old.value) for old in bindings}]
    if not asked.words:
        some = graph.names[graph.shown[0]]
        raise GradxError(
            "usage", "there is no claim to check", hint=f'write your derivative after the expression: d{some}="…"'
        )
    return claims, replace(asked, bindings=tuple(bindings))


SEVERAL = re.compile(r"[;\n\\]|,\s*[d∂]|\b(?:at|when|for)\b|\sd\w+\s*$")
"""What a claim that is plain does not hold: another one, a value, a differential."""
