"""The diagram as a Mermaid flowchart: what GitHub, GitLab and many wikis draw from a code block."""

from __future__ import annotations

from collections.abc import Iterator

from gradx_cli.drawing.boxes import boxes
from gradx_cli.drawing.model import Diagram

_PLAIN = frozenset(" .,=+-()[]/^%←")


def mermaid(diagram: Diagram) -> str:
    """A flowchart from left to right; every argument is an edge, labelled with its local partial."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "flowchart LR"
    for at, box in enumerate(boxes(diagram)):
        label = "<br/>".join(quoted(line) for line in box.texts)
        yield f'  n{at}["{label}"]'
    for wire in diagram.wires:
        local = f'|"{quoted(wire.local)}"|' if wire.local is not None else ""
        yield f"  n{wire.source} -->{local} n{wire.target}"
    active = [f"n{at}" for at, label in enumerate(diagram.labels) if label.state == "active"]
    untaken = [f"n{at}" for at, label in enumerate(diagram.labels) if label.state == "untaken"]
    yield from (f"  style {node} stroke-width:4px" for node in active)
    yield from (f"  style {node} stroke-dasharray:4" for node in untaken)


def quoted(text: str) -> str:
    """The text inside quotes: whatever Mermaid or HTML could take for a sign of its own is a character reference."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)
