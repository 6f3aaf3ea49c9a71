"""gradx plot: a function over a range of one input, its derivative, the tangent at a point."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, NamedTuple

from gradx.errors import GradxError, Note, Source, Span
from gradx.language.bindings import bind
from gradx.language.tokens import NAME_PATTERN
from gradx.lessons.curves.curve import Curve, curve, index_of
from gradx_cli.arguments import Request, is_value
from gradx_cli.drawing.curves import FARTHEST
from gradx_cli.numbers import shown
from gradx_cli.options import Epsilon, Filed, Theme, number, option, whole
from gradx_cli.pages.plot import answer
from gradx_cli.surroundings import room_for

LARGEST = 1_000_000
FEWEST = 2
ENDINGS = (".svg", ".png", ".pdf")
ARRAYS = 96
"""MiB of address space that NumPy takes."""


class Over(NamedTuple):
    """The input that moves, and between what."""

    name: str
    low: float
    high: float


_EXTENT = re.compile(
    rf"\s*(?:({NAME_PATTERN})\s*(?:=|\bin\b)\s*)?(?P<open>[\[(](?=[^()\[\]]*[\])]\s*\Z))?"
    r"((?:(?!\.\.)[^:=])+?)(?:\.\.|:|,|\bto\b)((?:(?!\.\.)[^:=])+?)(?(open)[\])])\s*"
)
"""`x=-3..3`, `x in [-3, 3]`, `-3 to 3`: a name, and two ends."""


def _over(_option: str, text: str) -> Over:
    """`x=-3..3`, read. GradxError("usage") where it is something else."""
    found = _EXTENT.fullmatch(text)
    if found is None:
        raise GradxError(
            "usage",
            "--over needs an input and its range",
            hint="as in --over x=-3..3",
            span=Span(Source("--over", text), 0, len(text)) if text else None,
        )
    name, low, high = found[1] or "", found[3].strip(), found[4].strip()
    over = Over(name, number("--over", low), number("--over", high))
    extent = Span(Source("--over", text), found.start(3), found.end(4) - found.start(3))
    if not over.low < over.high:
        lacking = f"{low} is not below {high}"
        raise GradxError("usage", f"--over goes from a smaller number to a larger one, and {lacking}", span=extent)
    if max(-over.low, over.high) > FARTHEST:
        raise GradxError("usage", f"--over goes farther than a plot reaches, which is {FARTHEST:g}", span=extent)
    return over


Moving = Annotated[Over | None, option("--over", "The input that moves: x=-3..3.", "NAME=FROM..TO", reads=_over)]
Points = Annotated[int, option("--points", "How many points.", "N", reads=whole(FEWEST, LARGEST), default=True)]


def command(
    typed: Filed, *, over: Moving = None, points: Points = 501, eps: Epsilon = 0.001, theme: Theme = None
) -> int:
    """The function, its derivative, the tangent.

    [bold]Examples[/bold]

      gradx plot "x^2" --over x=-3..3 x=1
      gradx plot "sin(x)/x" --over x=-10..10
      gradx plot "relu(w*x + b)" --over x=-2..2 w=1 b=0 --output relu.svg

    Draws the program as a function of one input, the others as bound, and its derivative below. Where the input that
    moves is bound too, the tangent there and the secant of a nudge (--eps) are drawn. Poles, jumps and holes are gaps.
    An image (--output, .svg, .png or .pdf) needs matplotlib (the extra gradx\\[image]).
    """
    kind = typed.kind(ENDINGS)
    words = list(typed.words or ())
    ends = [word for word in words if "=" not in word and is_value(f"x={word}")]
    ranges = [f"{ends[0]}..{ends[1]}"] if len(ends) == 2 else [word for word in words if _RANGE.fullmatch(word)]
    words = [word for word in words if word not in (*ranges, *(ends if len(ends) == 2 else ()))]
    asked = replace(typed, words=words).read("gradx plot")
    said: tuple[str, ...] = ()
    if over is None and len(ranges) == 1:
        over = _over("--over", ranges[0])
    if over is None:
        over = _chosen(asked)
        said = (Note(f"plotted over {over.name}={over.low:g}..{over.high:g}; --over takes another range"),)
    if not over.name:
        over = over._replace(name=_moving(asked))
    room_for(ARRAYS)
    found, warnings = _sampled(asked, over, points, eps)
    warnings = (*said, *warnings)
    if kind is not None:
        from gradx_cli.pages.plot_image import picture

        extent = f"{over.name} from {shown(over.low, 6)} to {shown(over.high, 6)}"
        typed.save(picture(asked.program, found, eps, kind.removeprefix("."), theme), extent)
    typed.show(answer(asked.program, found, eps, warnings))
    return 0


def _sampled(asked: Request, over: Over, points: int, eps: float) -> tuple[Curve, tuple[str, ...]]:
    """The curve, and the warnings about bindings. The input that moves need not be bound."""
    program = asked.program
    given = {binding.name for binding in asked.bindings} | set(program.defaults)
    bindings = asked.bindings
    index_of(program.graph, over.name)
    if over.name not in given:
        program = replace(program, defaults={**program.defaults, over.name: over.low})
    point = bind(program, bindings, f"gradx plot --over {over.name}={over.low:g}..{over.high:g}")
    at = point.values.get(over.name) if over.name in given else None
    found = curve(program.graph, point.values, over.name, over.low, over.high, points, at=at, epsilon=eps)
    return found, point.warnings


def _moving(asked: Request) -> str:
    """The one input that is not bound, or the only one. GradxError("usage") where that is none or several."""
    graph = asked.program.graph
    names = [graph.names[i] for i in graph.inputs]
    bound = {binding.name for binding in asked.bindings} | set(asked.program.defaults)
    free = [name for name in names if name not in bound] or names
    if len(free) != 1:
        name = free[0] if free else "x"
        raise GradxError("usage", "there is no range to plot over", hint=f"as in --over {name}=-3..3")
    return free[0]


def _chosen(asked: Request) -> Over:
    """The range where none is given: 3 to both sides of the value, or of 0; half of a value that is far out."""
    name = _moving(asked)
    centre = next((binding.value for binding in asked.bindings if binding.name == name), 0.0)
    reach = 3.0 if abs(centre) < FAR_OUT else abs(centre) / 2
    return Over(name, centre - reach, centre + reach)


FAR_OUT = 1e9
"""A value beyond this is far from 0."""

_RANGE = re.compile(rf"(?:{NAME_PATTERN}=)?[^=]+\.\.[^=]+|{NAME_PATTERN}=[^=:@]+:[^=:]+|\[[^=\[\]]+[,:][^=\[\]]+\]")
