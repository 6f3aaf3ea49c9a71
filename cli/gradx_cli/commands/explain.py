"""gradx explain: where the gradients come from, step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from gradx.errors import GradxError
from gradx.lessons.chain_rule import completed, explain
from gradx.point.exploration import Exploration, Options
from gradx.point.verdict import Checks as CheckKind
from gradx_cli.answer import Answer
from gradx_cli.arguments import Request, names_of
from gradx_cli.options import Checks, Digits, Proof, Step, Typed, Wrt, option
from gradx_cli.pages.explain import answer
from gradx_cli.pages.picture import check_step
from gradx_cli.renderers import DEFAULT
from gradx_cli.terminal import terminal

Interactive = Annotated[
    bool, option("--interactive", "With --format html: the page moves, as that of gradx explore does.")
]


def command(
    typed: Typed,
    *,
    wrt: Wrt = None,
    proof: Proof = None,
    step: Step = None,
    interactive: Interactive = False,
    checks: Checks = "auto",
    digits: Digits = 10,
) -> int:
    """Backprop from right to left: where each gradient comes from.

    [bold]Examples[/bold]

      gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --wrt b
      gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --proof b
      gradx explain "a = tanh(w*x + b)" --format latex

    Each gradient is the chain rule once: the upstream gradient times the local derivative, in symbols and then with
    numbers; a sum where a node is used more than once. Without bindings the page has symbols alone. --wrt shows only
    what these inputs need, and the product along each path; --proof shows why one gradient is right. --format latex
    (needs amsmath) and --format markdown give a solution that can be pasted; --format html --interactive is a page that
    moves.
    """
    asked = typed.read("gradx explain", known=names_of(wrt))
    chosen = asked.chosen(wrt)
    if interactive:
        if chosen is not None or proof is not None or step is not None:
            raise GradxError("usage", "--interactive shows every step", hint="leave --wrt, --step and --proof out")
        return _page(typed, asked, checks)
    if proof is not None and step is not None:
        raise GradxError("usage", "--proof is of one gradient, --step of all", hint="leave one of them out")
    found = asked.explored_if_bound(Options(wrt=chosen, checks=checks))
    told = _passes(asked, chosen, found, step, digits) if proof is None else _proof(found, proof, digits)
    # Its equations are read as they stand: as text they are what they are on a terminal.
    (replace(typed, format=DEFAULT) if typed.format == "text" else typed).show(told)
    return 0


def _passes(
    asked: Request, chosen: tuple[str, ...] | None, found: Exploration | None, step: int | None, digits: int
) -> Answer:
    """Both passes, the second as far as `step`."""
    program = asked.program
    if program.bundles is not None:
        if found is None:
            raise GradxError("usage", "vectors and matrices need values here", hint='give each one: "x=[1 2 3]"')
        from gradx_cli.pages.bundle_explain import answer as of_bundles

        return of_bundles(found, digits, step)
    explanation = explain(program, found, chosen)
    if step is not None:
        order = list(completed(program.graph))
        check_step(step, len(order))
        reached = frozenset(order[:step])
        steps = tuple(one for one in explanation.steps if one.node in reached)
        explanation = replace(explanation, steps=steps, paths=explanation.paths if step == len(order) else ())
    return answer(explanation, found.warnings if found else program.remarks, digits)


def _page(typed: Typed, asked: Request, checks: CheckKind) -> int:
    """The page that moves, on standard output."""
    from gradx_cli.explorer.page import page

    if typed.name != "html":
        raise GradxError("usage", "--interactive is a page of HTML", hint="--format html, or gradx explore --output")
    found = asked.explored(Options(checks=checks))
    screen = terminal()
    if not screen.unicode:
        raise GradxError(
            "usage", "the page is UTF-8, and standard output is not", hint="gradx explore --output page.html"
        )
    screen.write(page(found).splitlines())
    return 0


def _proof(exploration: Exploration | None, name: str, digits: int) -> Answer:
    from gradx.lessons.proof import shown_proof
    from gradx_cli.pages.explain import proof

    if exploration is None:
        hint = "bind every input: a gradient is proved at a point"
        raise GradxError("usage", "--proof needs values", hint=hint)
    return proof(exploration, shown_proof(exploration, name), digits)
