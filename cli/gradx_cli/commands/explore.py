"""gradx explore: one page on which a program moves."""

from __future__ import annotations

from gradx.errors import GradxError
from gradx.point.exploration import Options, explore
from gradx_cli.explorer.page import page
from gradx_cli.options import Checks, Filed
from gradx_cli.pages.graph import answer, pictured
from gradx_cli.renderers import DEFAULT

ENDINGS = (".html", ".htm")


def command(typed: Filed, *, checks: Checks = "auto") -> int:
    """One page on which the program moves: forward, backward, nudged.

    [bold]Examples[/bold]

      gradx explore "3*(a+b*c)" a=5 b=3 c=2 --output card.html
      gradx explore @planar --output planar.html

    The file needs nothing else, and no network: the graph, both passes step by step with the chain rule of each step, a
    slider for every input, a nudge that travels, a descent. What Python proved at the point given is marked so; away
    from it the page computes by itself, in float64.
    """
    if typed.output is None and typed.name == DEFAULT:
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
    typed.show(answer(pictured(asked.program, exploration), "explore"))
    return 0
