"""Lines in a frame of characters, by plotext; and the computation graph, as wide as the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gradx_cli.blocks import Chart, Drawing
from gradx_cli.drawing.boxes import Role
from gradx_cli.drawing.curves import UPWARDS, Pen, ticks
from gradx_cli.drawing.text import draw
from gradx_cli.layout import STYLES
from gradx_cli.numbers import shown
from gradx_cli.surroundings import room_for
from gradx_cli.terminal import COLOURS, Segment, Terminal
from gradx_cli.width import cells

WIDEST = 100
NARROWEST = 20
CANVAS = 32
"""MiB that plotext and its drawing take: what is written in C++ ends the program where it finds no room."""


class Ink(NamedTuple):
    """How a line is drawn: plotext's name for its marker, the character that stands for it in ASCII, its colour for
    plotext and for everybody else."""

    marker: str
    ascii: str
    color: str
    style: str


INKS: dict[Pen, Ink] = {
    "curve": Ink("hd", "*", "cyan", "cyan"),
    "slope": Ink("hd", "*", "red+", "bright_red"),
    "tangent": Ink("braille", "-", "orange", "yellow"),
    "secant": Ink("braille", "~", "magenta", "magenta"),
    "second": Ink("hd", "+", "orange", "yellow"),
    "third": Ink("hd", "x", "magenta", "magenta"),
    "fourth": Ink("hd", "o", "green", "green"),
    "fifth": Ink("hd", "#", "blue", "blue"),
}


ZERO = Ink("┄", ".", "gray", "quiet")

_SWITCH = re.compile(r"\x1b\[(?:38;5;)?([0-9]+)m")
_STYLES = {"0": "", "8": ZERO.style, "9": "bright_red", **{str(k): name for k, name in enumerate(COLOURS) if k}}
"""What plotext switches to. Its only grey is bright black: on some terminals it is the background's."""


def chart_lines(chart: Chart, screen: Terminal) -> Iterator[str]:
    """The heading, the drawn lines, coloured where the screen has colours, and the name of what goes to the right."""
    names = {line.name: INKS[line.pen] for line in chart.plot.lines if line.name}
    heading: list[Segment] = [("  ", ""), (screen.drawn(chart.label), STYLES[chart.tone])]
    for name, ink in names.items() if len(names) > 1 else ():
        sample = "▄▄" if screen.unicode and screen.color else ink.ascii
        heading += [("   ", ""), (sample, ink.style), (f" {name}", "")]
    fits = screen.width is None or sum(cells(text) for text, _ in heading) <= screen.width
    yield screen.styled(*(heading if fits else heading[:2]))
    yield from () if fits else (screen.styled(*heading[k : k + 3]) for k in range(2, len(heading), 3))
    yield from _frame(chart, screen)
    if chart.named_under:
        yield f"  {screen.drawn(chart.plot.over)}"


def _frame(chart: Chart, screen: Terminal) -> Iterator[str]:
    room_for(CANVAS)
    import plotext

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.canvas("default")
    figure.plot_size(max(NARROWEST, min(screen.width or 80, WIDEST)), chart.height)
    figure.axes(False, side=1)
    plot = chart.plot
    for axis, ends, count, width in (("x", plot.x, 7, 0), ("y", plot.y, UPWARDS, chart.gutter)):
        places = ticks(*ends, count)
        figure.ruler(axis).lim(*ends)
        figure.ruler(axis).ticks(places, [shown(place, 6).rjust(width) for place in places])
    if plot.y[0] < 0 < plot.y[1]:
        marker = plotext.marker(ZERO.marker if screen.unicode else ZERO.ascii, pixel=ZERO.color)
        figure.draw(figure.signal(list(plot.x), [0.0, 0.0], marker=marker).lines())
    for line, part in plot.parts():
        ink = INKS[line.pen]
        marker = plotext.marker(ink.marker if screen.unicode else ink.ascii, pixel=ink.color)
        figure.draw(figure.signal(*map(list, zip(*part, strict=True)), marker=marker).lines())
    for mark in chart.plot.seen():
        sign = "○●"[not mark.hollow] if screen.unicode else "o@"[not mark.hollow]
        marker = plotext.marker(sign, pixel=INKS[mark.pen].color)
        figure.draw(figure.signal([mark.at[0]], [mark.at[1]], marker=marker))
    for row in figure.build().string(colorless=not screen.color).splitlines():
        first, *switched = _SWITCH.split(row)
        texts = zip([first, *switched[1::2]], ["", *map(_STYLES.__getitem__, switched[::2])], strict=True)
        yield screen.styled(*((screen.drawn(text), style) for text, style in texts if text))


INDENT = "  "

ROLES: dict[Role, str] = {
    "name": STYLES["strong"],
    "operation": "",
    "value": STYLES["forward"],
    "gradient": STYLES["backward"],
    "note": STYLES["quiet"],
    "frame": STYLES["quiet"],
    "active": f"bold {STYLES['backward']}",
    "wire": STYLES["forward"],
    "blank": "",
}


def drawing_lines(drawing: Drawing, screen: Terminal) -> Iterator[list[Segment]]:
    """The drawing and what its signs mean, or how large the graph is and how it can be seen."""
    if drawing.summary:
        yield from screen.folded_lines(screen.drawn(drawing.title), INDENT, "")
        yield []
        for sentence in drawing.summary:
            yield from screen.folded_lines(screen.drawn(sentence), INDENT, "")
        return
    width = None if screen.width is None else max(screen.width - len(INDENT), 1)
    drawn = draw(drawing.diagram, width, ascii_only=not screen.unicode)
    for line in drawn.lines:
        yield [(INDENT, ""), *((text, ROLES[role]) for text, role in line)]
    remarks = list(drawing.remarks)
    if drawn.bands > 1:
        remarks.append("a name in brackets: the wire goes on where the name stands again")
    if width is not None and drawn.width > width:
        remarks.append(f"this takes {drawn.width + len(INDENT)} columns; --output graph.svg draws it for a browser")
    yield from [[]] * bool(remarks)
    for remark in remarks:
        yield from screen.folded_lines(screen.drawn(remark), INDENT, "")
