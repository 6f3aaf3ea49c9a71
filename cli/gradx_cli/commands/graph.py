"""gradx graph: the computation graph of a program, drawn."""

from __future__ import annotations

from typing import Annotated

import typer

from gradx.point.exploration import Options, explore
from gradx_cli.options import Filed, whole
from gradx_cli.pages.graph import answer
from gradx_cli.pages.picture import Picture

ENDINGS = (".svg", ".dot", ".mmd", ".txt")


READ = whole("--step", 0, hint="--step 0 is the forward pass alone, --step 1 the first step of backprop")
Step = Annotated[
    int | None,
    typer.Option("--step", parser=READ, metavar="K", show_default=False, help="Stop backprop after K nodes."),
]


def command(typed: Filed, *, step: Step = None) -> int:
    """The computation graph, drawn.

    [bold]Examples[/bold]

      gradx graph "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx graph "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --step 2
      gradx graph "z = w*x + b; a = tanh(z)" --output neuron.svg

    From left to right, a box for each node: its value goes forward, its gradient backward. Without
    values the operations alone are drawn. --output writes .svg, .dot (Graphviz), .mmd (Mermaid) or .txt.
    """
    kind = typed.kind(ENDINGS)
    asked = typed.read("gradx graph")
    point = asked.point() if step is not None else asked.point_if_bound()
    exploration = None
    if point is not None:
        options = Options(checks="none")
        exploration = explore(asked.program, point.values, options, warnings=point.warnings)
    picture = Picture(asked.program, exploration, step)
    if kind is not None:
        from gradx_cli.pages.graph_files import content

        typed.save(content(picture, kind, ascii_only=typed.ascii))
    typed.show(answer(picture))
    return 0
