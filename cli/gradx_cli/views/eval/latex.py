"""An exploration as LaTeX: the forward pass, then every gradient."""

from __future__ import annotations

from gradx.exploration import Exploration, NodeReport
from gradx.language.latex import latex, latex_name
from gradx_cli.views.latex import number
from gradx_cli.views.terminal import Terminal


def show(exploration: Exploration, terminal: Terminal, digits: int) -> None:
    """Write an `align*` environment (amsmath) that can be pasted into a document."""
    graph = exploration.graph
    output = latex_name(graph.names[graph.output])
    lines = [r"\begin{align*}"]
    lines += [_forward(exploration, node, digits) for node in exploration.nodes]
    lines[-1] += "[1ex]"
    lines += [
        rf"  \frac{{\partial {output}}}{{\partial {latex_name(node.name)}}} &= {number(node.gradient, digits)} \\"
        for node in reversed(exploration.nodes)
    ]
    lines[-1] = lines[-1].removesuffix(r" \\")
    lines.append(r"\end{align*}")
    terminal.write(map(terminal.drawn, lines))


def _forward(exploration: Exploration, node: NodeReport, digits: int) -> str:
    name = latex_name(node.name)
    if node.definition is None:
        return rf"  {name} &= {number(node.value, digits)} \\"
    return rf"  {name} &= {latex(exploration.graph, node.index)} = {number(node.value, digits)} \\"
