"""gradx explore: one page on which a program moves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from gradx.errors import GradxError
from gradx.point.exploration import Exploration, Options, explore
from gradx_cli.explorer.page import page
from gradx_cli.inputs import shown
from gradx_cli.options import Checks, Filed, file_option
from gradx_cli.output import make_folder, write_file
from gradx_cli.pages.graph import answer, pictured
from gradx_cli.pages.graph_files import content
from gradx_cli.renderers import DEFAULT
from gradx_cli.terminal import terminal

ENDINGS = (".html", ".htm")


MOST_SLIDES = 200

Slides = Annotated[
    Path | None,
    file_option("--steps", "Write a picture (.svg) of each step of backprop into DIR, all equally large.", "DIR"),
]


def command(typed: Filed, *, steps: Slides = None, checks: Checks = "auto") -> int:
    """One page on which the program moves: forward, backward, nudged.

    [bold]Examples[/bold]

      gradx explore "3*(a+b*c)" a=5 b=3 c=2 --output card.html
      gradx explore @planar --output planar.html
      gradx explore @neuron --steps slides

    The file needs nothing else, and no network: the graph, both passes step by step with the chain rule of each step, a
    slider for every input, a nudge that travels, a descent. What Python proved at the point given is marked so; away
    from it the page computes by itself, in float64.
    """
    if typed.output is None and steps is None and typed.name == DEFAULT:
        raise GradxError("usage", "explore writes a page, and needs a file for it", hint="--output page.html")
    typed.kind(ENDINGS)
    asked = typed.read("gradx explore")
    point = asked.point()
    options = Options(checks=checks)
    exploration = explore(asked.program, point.values, options, warnings=point.warnings, bindings=asked.bindings)
    if typed.output is not None:
        document = page(exploration)
        typed.save(document)
        typed.say_written(f"{len(document.encode()) / 1000:.0f} kB for any browser")
    if steps is not None:
        _write_slides(steps, exploration, force=typed.force)
    if typed.output is not None or typed.name != DEFAULT:
        typed.show(answer(pictured(asked.program, exploration), "explore"))
    return 0


def _write_slides(folder: Path, exploration: Exploration, *, force: bool) -> None:
    """Step 0 is the forward pass alone; each file is what `gradx graph --step` draws."""
    count = len(pictured(exploration.program, exploration).visits)
    if count > MOST_SLIDES:
        message = f"backprop takes {count:,} steps here, and slides are for up to {MOST_SLIDES}"
        raise GradxError("size", message, hint="gradx graph --step K draws one of them")
    make_folder(folder, empty=not force)
    for k in range(count + 1):
        drawn = content(pictured(exploration.program, exploration, k), ".svg")
        write_file(folder / f"step-{k:0{len(str(count))}}.svg", drawn, force=force)
    screen = terminal(stream=sys.stderr)
    screen.write([screen.drawn(f"wrote {count + 1} pictures into {shown(folder)}")])
