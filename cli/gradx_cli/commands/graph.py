"""gradx graph: the computation graph of a program, drawn."""

from __future__ import annotations

from typing import Annotated

from gradx.point.exploration import Options
from gradx_cli.escape import safe
from gradx_cli.numbers import counted
from gradx_cli.options import Filed, Step, Theme, option
from gradx_cli.pages.graph import answer, pictured

ENDINGS = (".svg", ".png", ".pdf", ".dot", ".mmd", ".txt")


Title = Annotated[str | None, option("--title", "Stands above the picture. Default: the program as read.", "TEXT")]


def command(typed: Filed, *, step: Step = None, title: Title = None, theme: Theme = None) -> int:
    r"""The computation graph, drawn.

    [bold]Examples[/bold]

      gradx graph "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2
      gradx graph "u = b*c; v = a + u; J = 3v" a=5 b=3 c=2 --step 2
      gradx graph "z = w*x + b; a = tanh(z)" --output neuron.svg

    From left to right, a box for each node: its value goes forward, its gradient backward. Without
    values the operations alone are drawn. --output writes .svg, .png, .pdf, .dot (Graphviz), .mmd (Mermaid)
    or .txt; .png and .pdf need matplotlib (the extra gradx\[image]).
    """
    kind = typed.kind(ENDINGS)
    asked = typed.read("gradx graph")
    options = Options(checks="none")
    exploration = asked.explored_if_bound(options) if step is None else asked.explored(options)
    picture = pictured(asked.program, exploration, step)
    if kind is not None and typed.output is not None:
        from gradx_cli.pages.graph import content

        headed = None if title is None else safe(title)
        drawn = content(picture, kind, ascii_only=typed.ascii, headed=headed, theme=theme)
        typed.save(drawn, counted(len(picture.boxes), "node"))
    typed.show(answer(picture))
    return 0
