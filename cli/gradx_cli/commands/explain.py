"""gradx explain: where the gradients come from, step by step."""

from __future__ import annotations

from typing import Annotated, Literal

from gradx.lessons.chain_rule import Explanation, explain
from gradx.point.exploration import Options, explore
from gradx_cli.arguments import request
from gradx_cli.options import Ascii, Checks, Digits, Expression, File, Json, Words, Wrt, format_option
from gradx_cli.views.terminal import terminal, warn

Format = Literal["text", "json", "markdown", "latex"]


def command(
    expression: Expression = None,
    words: Words = None,
    *,
    wrt: Wrt = None,
    file: File = None,
    checks: Checks = "auto",
    json: Json = False,
    format: Annotated[Format, format_option(Format)] = "text",
    digits: Digits = 10,
    ascii: Ascii = False,
) -> int:
    """Backprop from right to left: where each gradient comes from.

    [bold]Examples[/bold]

      gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx explain "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --wrt b
      gradx explain "a = tanh(w*x + b)" --format latex

    Each gradient is the chain rule once: the upstream gradient times the local derivative, in symbols and then with
    numbers; a sum where a node is used more than once. Without bindings the page has symbols alone. --wrt shows only
    what these inputs need, and the product along each path. --format latex (needs amsmath) and --format markdown give
    a solution that can be pasted.
    """
    asked = request(expression, words, file, command="gradx explain")
    point, chosen = asked.point_if_bound(), asked.chosen(wrt)
    exploration = None
    warnings = asked.program.remarks
    if point is not None:
        options = Options(wrt=chosen, checks=checks)
        exploration = explore(asked.program, point.values, options, warnings=point.warnings)
        warnings = exploration.warnings
    _show(explain(asked.program, exploration, chosen), warnings, "json" if json else format, digits, ascii=ascii)
    return 0


def _show(explanation: Explanation, warnings: tuple[str, ...], format: Format, digits: int, *, ascii: bool) -> None:
    if format == "json":
        from gradx_cli.views.explain import json as explain_json

        explain_json.show(explanation, warnings)
        return
    warn(warnings)
    screen = terminal(ascii)
    if format == "text":
        from gradx_cli.views.explain import text as explain_text

        explain_text.show(explanation, screen, digits)
    elif format == "markdown":
        from gradx_cli.views.explain import markdown as explain_markdown

        explain_markdown.show(explanation, screen, digits)
    else:
        from gradx_cli.views.explain import latex as explain_latex

        explain_latex.show(explanation, screen, digits)
