"""The page: one file with a drawing, the steps, and a script that computes with the exported tape. Nothing from
elsewhere, and nothing that the policy in its head does not name.
"""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import chain

from gradx.errors import GradxError, Span
from gradx.export.live import Live
from gradx.lessons.descents.descent import parameters
from gradx.point.exploration import Exploration
from gradx_cli.blocks import Equations
from gradx_cli.drawing.svg import svg
from gradx_cli.escape import safe
from gradx_cli.explorer.scene import MOST_STEPS, STEPS_AT_EACH_END, BundleScene, NodeScene, Step, filled, scene
from gradx_cli.pages.conclusion import conclusion, told
from gradx_cli.pages.picture import diagram, title
from gradx_cli.renderers.html import head, lines_of, style

MOST_BOXES = 200
"""More boxes are listed, not drawn."""

MOST_NODES = 5_000
MOST_SLIDERS = 120

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def page(exploration: Exploration) -> str:
    """The page of a program at its point. GradxError("size") for more than MOST_NODES nodes, ("usage") where JavaScript
    lacks a function."""
    graph = exploration.graph
    if len(graph.operations) > MOST_NODES:
        message = f"the program has {len(graph.operations):,} operations, and a page takes up to {MOST_NODES:,}"
        raise GradxError("size", message, hint="gradx eval --json tells all of them")
    stage = scene(exploration)
    steps = list(stage.steps())
    drawing, drawing_style = _drawing(stage)
    room = files(__package__)
    css = style() + drawing_style + (room / "explorer.css").read_text("utf-8")
    own = "".join((room / name).read_text("utf-8") for name in ("numbers.js", "descent.js", "explorer.js"))
    script = f'"use strict";\n{stage.live.source}{own}'
    data = json.dumps(_data(stage, exploration, steps), ensure_ascii=False, separators=(",", ":"))
    body = (room / "explorer.html").read_text("utf-8")
    parts = {
        "title": escape(title(stage)), "drawing": drawing, "steps": "\n".join(_steps(steps)),
        "known": "\n".join(_known(exploration)), "data": data.replace("<", r"\u003c"), "script": script,
    }  # fmt: skip
    document = _head(title(stage), css, script) + re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], body)
    return "\n".join(map(safe, document.split("\n")))


def _head(said: str, css: str, script: str) -> str:
    """The policy names script and style by what they are."""
    own = f"script-src '{_hash(script)}'; style-src '{_hash(css)}'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    lines = head(said, f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    return "\n".join([*lines, f"<style>{css}</style>", "</head>", ""])


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _drawing(stage: NodeScene | BundleScene) -> tuple[str, str]:
    """The drawing and its style; of a large graph a sentence."""
    if len(stage.boxes) > MOST_BOXES:
        said = f"{len(stage.boxes):,} nodes are too many to be drawn (up to {MOST_BOXES})"
        many = f"(of a pass with more than {MOST_STEPS} the first and the last {STEPS_AT_EACH_END})"
        return f"<p>{said}: the steps {many} and the numbers stand below</p>", ""
    drawn = svg(diagram(stage), title(stage), "", embedded=True, marked=True)
    found = _STYLE.search(drawn)
    return filled(_STYLE.sub("", drawn)), found[1] if found else ""


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        lines = chain.from_iterable(lines_of(Equations([equation], step.phase)) for equation in step.equations)
        yield f"<li>{''.join(lines)}</li>"


def _known(exploration: Exploration) -> Iterator[str]:
    """What Python found at the point that the page opens with."""
    for item in conclusion(exploration):
        yield f'<li class="{item.tone or "quiet"}">{escape(item.mark)} {escape(told(item))}</li>'


def _data(stage: NodeScene | BundleScene, exploration: Exploration, steps: Sequence[Step]) -> dict[str, object]:
    """What the script reads: the point, the boxes with the places of their numbers, the steps."""
    graph, live = exploration.graph, stage.live
    moving = set(parameters(exploration.program)[0])
    order = sorted(stage.boxes)
    users: dict[int, list[int]] = {i: [] for i in order}
    for k, via in enumerate(order):
        for i in users.keys() & set(stage.arguments(via)):
            users[i].append(k)
    entries = _entries(exploration, live)

    def box(i: int) -> dict[str, object]:
        named = zip(stage.entries(i), stage.entry_names(i), strict=True)
        return {
            "name": safe(stage.called(i)),
            "is": safe(stage.definition(i) or ""),
            "entries": [entries[j] | {"name": name} for j, name in named],
            "users": users[i],
            "span": _span(graph.span(stage.entries(i)[-1])),
        }

    return {
        "source": _plain(graph.source.text),
        "x": [_number(exploration.point[graph.names[i]]) for i in graph.inputs],
        "gradients": [live.gradients[i] for i in graph.inputs],
        "moving": [graph.names[i] in moving for i in graph.inputs],
        "nudges": len(live.nudged),
        "boxes": list(map(box, order)),
        "output": order.index(stage.output),
        "steps": [{"box": order.index(step.box), "phase": step.phase, "said": step.said} for step in steps],
        "rounding": live.rounding,
        "proved": exploration.confirmed,
        "sliders": MOST_SLIDERS,
    }


def _entries(exploration: Exploration, live: Live) -> dict[int, dict[str, object]]:
    """Of each node where its numbers stand, and what Python found at the opening point."""
    graph, forward, back = exploration.graph, exploration.forward, exploration.backprop
    inputs = {i: k for k, i in enumerate(graph.inputs)}
    nudges = {i: k for k, i in enumerate(live.nudged)}
    verdicts = {i: verdict.status for i, verdict in exploration.judgement.gradients.items()}
    rows = graph.primitives
    return {
        i: {
            "v": place,
            "g": live.gradients[i],
            "needed": live.needed.get(i),
            "input": inputs.get(i),
            "nudge": nudges.get(i),
            "edges": live.distances[i],
            "row": None if (row := rows[i]) is None else row.name,
            "found": [_number(forward.values[i]), _number(back.adjoints[i])],
            "status": verdicts.get(i),
        }
        for i, place in live.values.items()
    }


def _number(x: float) -> float | str:
    """JSON has no word for what is not finite."""
    return x if math.isfinite(x) else repr(x)


def _plain(text: str) -> str:
    """A program as it stands on the page, a statement a line; as long as it was typed."""
    letters = (x if x.isprintable() or x == "\n" else "\ufffd" * (1 + (x > "\uffff")) for x in text)
    return "".join(letters).replace("; ", ";\n")


def _span(span: Span) -> tuple[int, int]:
    """Where a node stands in the program, counted as JavaScript counts."""
    text = span.source.text
    start, end = (
        len(text[:k].encode("utf-16-le", "surrogatepass")) // 2 for k in (span.offset, span.offset + span.length)
    )
    return start, end
