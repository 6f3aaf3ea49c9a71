"""gradx cost: why backprop, N + P steps against N × P."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from gradx.errors import GradxError
from gradx.lessons.cost import Cost, count, measure
from gradx.point.exploration import Options
from gradx_cli.answer import Answer
from gradx_cli.arguments import names_of
from gradx_cli.options import Typed, Wrt, option, whole
from gradx_cli.pages.cost import answer

LARGEST_COUNT = 10**15

COUNTED = whole(1, LARGEST_COUNT, expression=True)
SO_MANY = "Count for so many operation nodes."
Nodes = Annotated[int | None, option("--nodes", SO_MANY, "N", reads=COUNTED)]
Parameters = Annotated[int | None, option("--parameters", "And for so many inputs.", "P", reads=COUNTED)]


def command(typed: Typed, *, wrt: Wrt = None, nodes: Nodes = None, parameters: Parameters = None) -> int:
    """Why backprop: N+P steps against N*P, counted and timed.

    [bold]Examples[/bold]

      gradx cost "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx cost --nodes 10000 --parameters 100000

    N is the number of operation nodes, P the number of inputs (of --wrt, where it is given). With bindings, both ways
    to all derivatives are run on this graph, counted and timed.
    """
    is_of_program = nodes is None and parameters is None
    typed.show(_of_program(typed, wrt) if is_of_program else answer(_of_size(typed, nodes, parameters)))
    return 0


def _of_size(typed: Typed, nodes: int | None, parameters: int | None) -> Cost:
    """The count for a size that is given in numbers, and nothing else."""
    if nodes is None or parameters is None:
        there, missing = ("--parameters", "--nodes") if nodes is None else ("--nodes", "--parameters")
        hint = "gradx cost --nodes 10000 --parameters 100000"
        raise GradxError("usage", f"{there} needs {missing} beside it", hint=hint)
    if typed.expression is not None or typed.words or typed.file is not None:
        message = "an expression has its own number of nodes and parameters"
        raise GradxError("usage", message, hint="give one or the other")
    return Cost(nodes, parameters)


def _of_program(typed: Typed, wrt: Sequence[str] | None) -> Answer:
    asked = typed.read("gradx cost", known=names_of(wrt))
    program, graph = asked.program, asked.program.graph
    chosen = asked.chosen(wrt)
    inputs = graph.inputs if chosen is None else tuple(graph.index[name] for name in chosen)
    cost = count(graph, inputs)
    exploration = asked.explored_if_bound(Options(wrt=chosen, checks="none"))
    if exploration is None:
        return answer(cost, program, None, program.remarks)
    at = {i: exploration.point[graph.names[i]] for i in graph.inputs}
    return answer(cost, program, measure(graph, at, inputs), exploration.warnings)
