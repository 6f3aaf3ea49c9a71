"""The diagram in Graphviz's language: every argument is an edge, labelled with its local partial."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli.drawing.boxes import boxes
from gradx_cli.drawing.model import Diagram


def dot(diagram: Diagram) -> str:
    """A digraph that `dot -Tsvg` and its like accept."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "digraph gradx {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="monospace"];'
    yield '  edge [color="#0e7490", fontcolor="#c81e1e", fontname="monospace", fontsize=10];'
    for at, box in enumerate(boxes(diagram)):
        label = "\\l".join(quoted(line) for line in box.texts)
        style = {"active": ", penwidth=3", "untaken": ", style=dashed", "plain": ""}[box.state]
        yield f'  n{at} [label="{label}\\l"{style}];'
    for wire in diagram.wires:
        local = f' [label="{quoted(wire.local)}"]' if wire.local is not None else ""
        yield f"  n{wire.source} -> n{wire.target}{local};"
    yield "}"


def quoted(text: str) -> str:
    r"""The text inside a quoted label: `"` and `\` escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
