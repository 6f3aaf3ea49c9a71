"""The diagram in languages that others draw: every argument is an edge, labelled with its local partial."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradx_cli.drawing.boxes import boxes
from gradx_cli.drawing.model import Diagram

MOST_EDGES = 500
"""Mermaid's own limit, which a file cannot lift."""

_PLAIN = frozenset(" .,=+-()[]/^%←")


def dot(diagram: Diagram) -> str:
    """A digraph in Graphviz's language, which `dot -Tsvg` and its like accept."""
    return "\n".join(_dot(diagram)) + "\n"


def _dot(diagram: Diagram) -> Iterator[str]:
    yield "digraph gradx {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="monospace"];'
    yield '  edge [color="#0e7490", fontcolor="#c81e1e", fontname="monospace", fontsize=10];'
    for at, box in enumerate(boxes(diagram)):
        label = "\\l".join(map(_escaped, box.texts))
        style = {"active": ", penwidth=3", "untaken": ", style=dashed", "plain": ""}[box.state]
        yield f'  n{at} [label="{label}\\l"{style}];'
    for wire in diagram.wires:
        local = f' [label="{_escaped(wire.local)}"]' if wire.local is not None and wire.reached else ""
        yield f"  n{wire.source} -> n{wire.target}{local};"
    yield "}"


def _escaped(text: str) -> str:
    r"""The text inside a quoted label of Graphviz: `"` and `\` escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def mermaid(diagram: Diagram) -> str:
    """A flowchart from left to right, which GitHub, GitLab and many wikis draw from a code block."""
    return "\n".join(_mermaid(diagram)) + "\n"


def _mermaid(diagram: Diagram) -> Iterator[str]:
    yield "flowchart LR"
    for at, box in enumerate(boxes(diagram)):
        label = "<br/>".join(map(_referred, box.texts))
        yield f'  n{at}["{label}"]'
    for wire in diagram.wires:
        local = f'|"{_referred(wire.local)}"|' if wire.local is not None and wire.reached else ""
        yield f"  n{wire.source} -->{local} n{wire.target}"
    for state, style in (("active", "stroke-width:4px"), ("untaken", "stroke-dasharray:4")):
        yield from (f"  style n{at} {style}" for at, label in enumerate(diagram.labels) if label.state == state)


def _referred(text: str) -> str:
    """The text inside quotes: whatever Mermaid or HTML could take for a sign of its own is a character reference."""
    # Of several blanks HTML shows one.
    text = re.sub("(?<= ) | (?= )", "\N{NO-BREAK SPACE}", text)
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)
