"""gradx explore: a prompt at which a program stays, or one page on which it moves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gradx.errors import GradxError
from gradx.point.exploration import Exploration, Options
from gradx_cli import session
from gradx_cli.explorer.page import page
from gradx_cli.inputs import shown
from gradx_cli.options import Checks, Filed, NoSymbolic, file_option
from gradx_cli.output import make_folder, write_file
from gradx_cli.pages.graph import answer, content, pictured
from gradx_cli.renderers import DEFAULT
from gradx_cli.terminal import tell

ENDINGS = (".html", ".htm")


MOST_SLIDES = 200

Slides = Annotated[
    Path | None,
    file_option("--steps", "Write a picture (.svg) of each step of backprop into DIR, all equally large.", "DIR"),
]


def command(
    context: typer.Context,
    typed: Filed,
    *,
    steps: Slides = None,
    checks: Checks = "auto",
    no_symbolic: NoSymbolic = False,
) -> int:
    """A prompt, or one page, on which the program moves: forward, backward, nudged.

    [bold]Examples[/bold]

      gradx explore "3*(a+b*c)" a=5 b=3 c=2
      gradx explore "3*(a+b*c)" a=5 b=3 c=2 --json < values.txt
      gradx explore "3*(a+b*c)" a=5 b=3 c=2 --output card.html
      gradx explore @planar --output planar.html
      gradx explore @neuron --steps slides

    At the prompt the program stays, and what is typed is about it: b=3.5 shows what that changes, dw = x*(1 - a^2) is
    checked, nudge b, diff and every command of gradx answer; help says what else. Where nobody types, each line of
    standard input is answered, with --json by an object a line.

    The file of --output needs nothing else, and no network: the graph, both passes step by step with the chain rule of
    each step, a slider for every input, a nudge that travels, a descent. What Python proved at the point given is
    marked so; away from it the page computes by itself, in float64.
    """
    if typed.output is None and steps is None:
        menu: Any = context.find_root().command
        return session.run(menu.answer, menu.list_commands(context), typed, symbolic=not no_symbolic)
    typed.kind(ENDINGS)
    asked = typed.read("gradx explore")
    _write(typed, steps, asked.explored(Options(checks=checks)))
    return 0


def _write(typed: Filed, steps: Path | None, exploration: Exploration) -> None:
    """The page, the slides, and as an answer what graph tells."""
    if typed.output is not None:
        document = page(exploration)
        typed.save(document, f"{len(document.encode()) / 1000:.0f} kB for any browser")
    if steps is not None:
        _write_slides(steps, exploration, force=typed.force)
    if typed.output is not None or typed.name != DEFAULT:
        typed.show(answer(pictured(exploration.program, exploration), "explore"))


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
    tell(f"wrote {count + 1} pictures into {shown(folder)}")
