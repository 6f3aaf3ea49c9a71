"""An exploration as LaTeX: the forward pass, then every gradient."""

from __future__ import annotations

from gradx.language.latex import latex, latex_name
from gradx.point.exploration import Exploration, NodeReport
from gradx.point.verdict import Status
from gradx_cli.views.latex import mathematics, number
from gradx_cli.views.numbers import decimal, exactly
from gradx_cli.views.terminal import Terminal

_SAID: dict[Status, str] = {
    "inexact": "digits are lost",
    "kink": "kink",
    "edge": "edge",
    "jump": "jump",
    "vertical": "vertical",
    "disagree": "the witnesses disagree",
    "undecided": "undecided",
}


def show(exploration: Exploration, terminal: Terminal, digits: int) -> None:
    """Write an `align*` environment (amsmath) that can be pasted into a document.

    What is not confirmed is said at the right of its row.
    """
    graph = exploration.graph
    output = latex_name(graph.names[graph.output])
    lines = [r"% needs \usepackage{amsmath}", r"\begin{align*}"]
    lines += [f"  {_forward(exploration, node, digits)} \\\\" for node in exploration.nodes]
    lines[-1] += "[1ex]"
    lines += [
        rf"  \frac{{\partial {output}}}{{\partial {latex_name(node.name)}}} &= {_backward(node, digits)} \\[1ex]"
        for node in reversed(exploration.nodes)
    ]
    lines[-1] = lines[-1].removesuffix(r" \\[1ex]")
    lines.append(r"\end{align*}")
    terminal.write(map(terminal.drawn, lines))


def _forward(exploration: Exploration, node: NodeReport, digits: int) -> str:
    value = mathematics(exactly(node.value, node.exact_value, digits))
    if node.definition is not None:
        value = f"{latex(exploration.graph, node.index)} = {value}"
    row = f"{latex_name(node.name)} &= {value}"
    if node.index == exploration.graph.output:
        verdict = exploration.value_verdict
        return row + _remark(verdict.status, verdict.exact, None, None, digits)
    return row


def _backward(node: NodeReport, digits: int) -> str:
    verdict = node.verdict
    gradient = mathematics(exactly(node.gradient, verdict.exact, digits))
    return gradient + _remark(verdict.status, verdict.exact, verdict.left, verdict.right, digits)


def _remark(status: Status, exact: str | None, left: float | None, right: float | None, digits: int) -> str:
    """What stands behind a number that is not confirmed."""
    if status not in _SAID:
        return ""
    said = rf"\text{{{_SAID[status]}}}"
    if status == "inexact" and exact is not None:
        said += rf"\text{{, exactly }}{{{mathematics(decimal(exact, digits))}}}"
    for side, slope in (("left", left), ("right", right)):
        if slope is not None:
            said += rf"\text{{, {side} slope }}{{{number(slope, digits)}}}"
    return rf" \qquad {said}"
