"""gradx nudge: one small change, carried through every node it moves."""

from __future__ import annotations

from typing import Annotated

import typer

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.tokens import normal_name
from gradx.lessons.carried_nudge import carry, find_node, settling
from gradx.point.exploration import Options, explore
from gradx_cli.arguments import request
from gradx_cli.options import Ascii, Digits, Epsilons, Expression, File, Format, Json
from gradx_cli.pages.nudge import answer
from gradx_cli.renderers import DEFAULT, show

EPSILON = 0.001

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME] [NAME=VALUE]...",
        show_default=False,
        help="The node to nudge, and the inputs' values: b a=5 b=3 c=2.",
    ),
]


def command(
    expression: Expression = None,
    words: Words = None,
    *,
    eps: Epsilons = None,
    file: File = None,
    json: Json = False,
    format: Format = DEFAULT,
    digits: Digits = 10,
    ascii: Ascii = False,
) -> int:
    """One small change, carried through every node it moves.

    [bold]Examples[/bold]

      gradx nudge "u = b*c; v = a + u; J = 3v" b a=5 b=3 c=2
      gradx nudge "u = b*c; v = a + u; J = 3v" u a=5 b=3 c=2
      gradx nudge "w^3" w w=2 --eps 0.1 --eps 0.01 --eps 0.001

    NAME, an input or an intermediate, goes up by 0.001 (or --eps). For each node that moves: before and after, the
    change, and the change over the nudge beside the derivative.
    """
    asked = request(expression, words, file, command="gradx nudge", set_aside=_is_name)
    graph = asked.program.graph
    variable = find_node(graph, _name(graph, asked.words))
    point = asked.point()
    sizes = eps or [EPSILON]
    exploration = explore(
        asked.program, point.values, Options(epsilon=sizes[0], checks="none"), warnings=point.warnings
    )
    carried = carry(exploration, variable, sizes[0])
    sizes_tried = settling(exploration, variable, sizes)
    show(answer(exploration, carried, sizes_tried, digits), "json" if json else format, ascii=ascii)
    return 0


def _is_name(graph: Graph, word: str) -> bool:
    return "=" not in word and bool(word)


def _name(graph: Graph, words: tuple[str, ...]) -> str:
    """The node that is to be nudged, the only input where none is named. GradxError("usage") where it is not one."""
    some = graph.names[graph.shown[0]]
    inputs = [graph.names[i] for i in graph.inputs]
    if not words and len(inputs) == 1:
        return inputs[0]
    if not words:
        raise GradxError(
            "usage",
            "there is no node to nudge",
            hint=f"name one after the expression: gradx nudge EXPR {some} …",
        )
    if len(words) > 1:
        raise GradxError(
            "usage",
            f"one node is nudged at a time, and here are {len(words)}: {' '.join(words)}",
            hint=f"write one of them: gradx nudge EXPR {words[0]} …",
        )
    return normal_name(words[0])
