"""gradx cost: why backprop, N + P steps against N × P."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.cost import Cost, Measured, count, measure
from gradx.point.exploration import Options, explore
from gradx_cli.arguments import Request, request, whole_number
from gradx_cli.options import Ascii, Expression, File, Format, Json, Words, Wrt
from gradx_cli.pages.cost import answer
from gradx_cli.renderers import DEFAULT, show

LARGEST = 10**15


def _nodes(text: object) -> int:
    return whole_number("--nodes", str(text), 1, LARGEST, expression=True)


def _parameters(text: object) -> int:
    return whole_number("--parameters", str(text), 1, LARGEST, expression=True)


Nodes = Annotated[
    int | None,
    typer.Option("--nodes", parser=_nodes, metavar="N", show_default=False, help="Count for so many operation nodes."),
]
Parameters = Annotated[
    int | None,
    typer.Option("--parameters", parser=_parameters, metavar="P", show_default=False, help="And for so many inputs."),
]


def command(
    expression: Expression = None,
    words: Words = None,
    *,
    wrt: Wrt = None,
    nodes: Nodes = None,
    parameters: Parameters = None,
    file: File = None,
    json: Json = False,
    format: Format = DEFAULT,
    ascii: Ascii = False,
) -> int:
    """Why backprop: N+P steps against N*P, counted and timed.

    [bold]Examples[/bold]

      gradx cost "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx cost --nodes 10000 --parameters 100000

    N is the number of operation nodes, P the number of inputs (of --wrt, where it is given). With bindings, both ways
    to all derivatives are run on this graph, counted and timed.
    """
    program: Program | None = None
    measured: Measured | None = None
    warnings: tuple[str, ...] = ()
    if nodes is not None or parameters is not None:
        cost = _counted(expression, words, file, nodes, parameters)
    else:
        asked = request(expression, words, file, command="gradx cost")
        program = asked.program
        cost, measured, warnings = _of_program(asked, asked.chosen(wrt))
    show(answer(program, cost, measured, warnings), "json" if json else format, ascii=ascii)
    return 0


def _counted(
    expression: str | None, words: Sequence[str] | None, file: Path | None, nodes: int | None, parameters: int | None
) -> Cost:
    """The count for a size that is given in numbers, and nothing else."""
    if nodes is None or parameters is None:
        there, missing = ("--parameters", "--nodes") if nodes is None else ("--nodes", "--parameters")
        raise GradxError(
            "usage", f"{there} needs {missing} beside it", hint="gradx cost --nodes 10000 --parameters 100000"
        )
    if expression is not None or words or file is not None:
        raise GradxError(
            "usage", "an expression has its own number of nodes and parameters", hint="give one or the other"
        )
    return Cost(nodes, parameters)


def _of_program(asked: Request, wrt: tuple[str, ...] | None) -> tuple[Cost, Measured | None, tuple[str, ...]]:
    program, graph = asked.program, asked.program.graph
    inputs = graph.inputs if wrt is None else tuple(graph.index[name] for name in wrt)
    cost = count(graph, inputs)
    point = asked.point_if_bound()
    if point is None:
        return cost, None, program.remarks
    exploration = explore(program, point.values, Options(wrt=wrt, checks="none"), warnings=point.warnings)
    at = {i: point.values[graph.names[i]] for i in graph.inputs}
    return cost, measure(graph, at, inputs), exploration.warnings
