"""The picture by matplotlib's Figure, for .png and .pdf. One pixel is one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from gradx_cli.drawing import PALETTES, Theme
from gradx_cli.drawing.sketch import TIP_PX, Part, Sketch, Step, Text, Voice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS_AN_INCH = 72
_LARGEST_DOTS = 16_000
_DOTS_A_PIXEL = 2.0

_CODES = {"M": [Path.MOVETO], "L": [Path.LINETO], "Q": [Path.CURVE3, Path.CURVE3]}
_COLORS: dict[Voice, str] = {
    "value": "forward", "gradient": "backward", "note": "quiet", "legend": "quiet", "local": "quiet", "wire": "forward",
}  # fmt: skip
_BOLD: tuple[Voice, ...] = ("name", "title")


def figure(page: Sketch, theme: Theme) -> Figure:
    """The picture, so large that a letter can be read on paper and on a wall."""
    colors = PALETTES[theme]
    dots = min(_DOTS_A_PIXEL, _LARGEST_DOTS / max(page.width, page.height))
    size = page.width / POINTS_AN_INCH, page.height / POINTS_AN_INCH
    made = Figure(figsize=size, dpi=POINTS_AN_INCH * dots, facecolor=colors["page"])
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, page.width)
    axes.set_ylim(page.height, 0)
    for wire in page.wires:
        axes.add_patch(PathPatch(_path(wire.steps), fill=False, edgecolor=colors["forward"], linewidth=1.5))
        for joint in wire.joints:
            axes.add_patch(Circle(joint, 3, facecolor=colors["forward"], linewidth=0))
    for part in page.parts:
        _draw_part(axes, part, colors)
    for text in page.texts:
        _draw_text(axes, text, colors)
    return made


def _path(steps: tuple[Step, ...]) -> Path:
    codes = [code for letter, _ in steps for code in _CODES[letter]]
    return Path([point for _, points in steps for point in points], codes)


def _draw_part(axes: Axes, part: Part, colors: dict[str, str]) -> None:
    if part.frame is not None:
        x, y, width, height, state = part.frame
        box = FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=4",
            facecolor=colors["box"],
            edgecolor=colors["backward" if state == "active" else "edge"],
            linewidth=3 if state == "active" else 1,
            linestyle=(0, (4, 3)) if state == "untaken" else "solid",
        )
        axes.add_patch(box)
    for text in part.texts:
        _draw_text(axes, text, colors)
    length, half = TIP_PX
    for x, y in part.tips:
        corners = [(x, y), (x - length, y - half), (x - length, y + half)]
        axes.add_patch(Polygon(corners, facecolor=colors["forward"], linewidth=0))


def _draw_text(axes: Axes, line: Text, colors: dict[str, str]) -> None:
    x = line.x - line.width if line.ends else line.x
    for piece, voice in line.pieces:
        axes.text(
            x,
            line.y,
            piece,
            fontsize=line.size,
            family="DejaVu Sans Mono",
            weight="bold" if voice in _BOLD else "normal",
            color=colors[_COLORS.get(voice, "ink")],
            parse_math=False,
        )
        x += len(piece) * line.letter
