"""gradx nudge: one small change, carried through every node it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.tokens import normal_name
from gradx.lessons.carried_nudge import carry, find_node, settling
from gradx.point.exploration import Options
from gradx_cli.options import Digits, Epsilons, Typed, Wrt, argument
from gradx_cli.pages.nudge import answer

EPSILON = 0.001

Words = Annotated[
    list[str] | None, argument("[NAME] [NAME=VALUE]...", "The node to nudge, and the inputs' values: b a=5 b=3 c=2.")
]


@dataclass(frozen=True, slots=True)
class Named(Typed):
    """The words behind the program are a node's name and bindings."""

    words: Words = None


def command(typed: Named, *, eps: Epsilons = None, wrt: Wrt = None, digits: Digits = 10) -> int:
    """One small change, carried through every node it moves.

    [bold]Examples[/bold]

      gradx nudge "u = b*c; v = a + u; J = 3v" b a=5 b=3 c=2
      gradx nudge "u = b*c; v = a + u; J = 3v" u a=5 b=3 c=2
      gradx nudge "w^3" w w=2 --eps 0.1 --eps 0.01 --eps 0.001

    NAME, an input or an intermediate, goes up by 0.001 (or --eps). For each node that moves: before and after, the
    change, and the change over the nudge beside the derivative.
    """
    asked = typed.read("gradx nudge", lambda graph, word: "=" not in word and bool(word))
    graph = asked.program.graph
    variable = find_node(graph, _name(graph, asked.words or tuple(wrt or ())))
    sizes = eps or [EPSILON]
    exploration = asked.explored(Options(epsilon=sizes[0], checks="none"))
    carried = carry(exploration, variable, sizes[0])
    sizes_tried = settling(exploration, variable, sizes)
    typed.show(answer(exploration, carried, sizes_tried, digits))
    return 0


def _name(graph: Graph, words: tuple[str, ...]) -> str:
    """The node that is to be nudged, the only input where none is named. GradxError("usage") where it is not one."""
    some = graph.names[graph.shown[0]]
    inputs = [graph.names[i] for i in graph.inputs]
    if not words and len(inputs) == 1:
        return inputs[0]
    if not words:
        hint = f"name one after the expression: gradx nudge EXPR {some} …"
        raise GradxError("usage", "there is no node to nudge", hint=hint)
    if len(words) > 1:
        message = f"one node is nudged at a time, and here are {len(words)}: {' '.join(words)}"
        raise GradxError("usage", message, hint=f"write one of them: gradx nudge EXPR {words[0]} …")
    return words[0] if words[0] in graph.index else normal_name(words[0])
