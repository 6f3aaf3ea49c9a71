"""A curve as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradx.language.program import Program
from gradx.lessons.curves.curve import Curve
from gradx_cli.drawing import PALETTES, Theme
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.pages.imaging import for_both, image, studio
from gradx_cli.pages.plot import heights, pieces, remarks, slope_pieces, straight

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Colors = dict[str, str]
"""What has which colour; see `PALETTES`."""

LONGEST_TITLE = 90


def picture(program: Program, curve: Curve, epsilon: float, kind: str, theme: Theme | None = None) -> bytes:
    """The bytes of an image; `kind` is "svg", "png" or "pdf". GradxError("usage") where matplotlib is not installed.

    Without a theme an .svg is light or dark as the page it is in, the others are light.
    """
    with studio(theme or "light"):
        import numpy

        # A tangent may leave what can be drawn, and nothing is to be said about that.
        with numpy.errstate(all="ignore"):
            drawn = image(_drawn(program, curve, epsilon, PALETTES[theme or "light"]), kind)
    return for_both(drawn) if kind == "svg" and theme is None else drawn


def _drawn(program: Program, curve: Curve, epsilon: float, colors: Colors) -> Figure:
    from matplotlib.figure import Figure

    graph = program.graph
    output, over = safe(graph.names[graph.output]), safe(curve.over)
    figure = Figure(figsize=(7.2, 6.0), dpi=150, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _function(above, curve, over, epsilon, colors)
    for piece in slope_pieces(curve):
        below.plot(*zip(*piece, strict=True), color=colors["backward"], linewidth=1.8)
    _frame(above, _plain(output), heights(curve, curve.value.tolist()), colors["quiet"])
    _frame(below, _plain(f"d{output}/d{over}"), heights(curve, curve.derivative.tolist()), colors["quiet"])
    below.set_xlim(float(curve.x[0]), float(curve.x[-1]))
    below.set_xlabel(_plain(over))
    above.set_title(_plain(safe(program.shortened(LONGEST_TITLE))), fontsize=11, loc="left")
    notes = [*([curve.note] if curve.note else []), *remarks(curve, over)]
    said = _plain("; ".join(map(safe, notes)))
    if curve.tangent is not None or curve.secant is not None:
        figure.legend(
            loc="outside lower left", alignment="left", edgecolor="none", fontsize=8, title=said, title_fontsize=8
        )
    elif notes:
        figure.supxlabel(said, fontsize=8, color=colors["quiet"])
    figure.align_ylabels()
    return figure


def _function(axes: Axes, curve: Curve, over: str, epsilon: float, colors: Colors) -> None:
    lines = (
        (curve.secant, colors["secant"], "--", f"secant of the nudge by {shown(epsilon)}: slope "),
        (curve.tangent, colors["tangent"], "-", "tangent: slope "),
    )
    ends = (float(curve.x[0]), float(curve.x[-1]))
    for line, color, style, label in lines:
        if line is not None:
            heights_at = [line(end) for end in ends]
            axes.plot(ends, heights_at, color=color, linestyle=style, linewidth=1.3, label=label + shown(line.slope))
    for piece in pieces(curve):
        axes.plot(
            *zip(*piece, strict=True), color=colors["forward"], linewidth=2.2, marker="." if len(piece) == 1 else None
        )
    for found in curve.breaks:
        if found.kind == "pole":
            axes.axvline(found.at, color=colors["quiet"], linewidth=0.8, linestyle=":")
        elif found.kind == "hole" and found.left is not None:
            axes.plot(
                found.at, found.left, marker="o", markersize=6, markerfacecolor=colors["page"], color=colors["forward"]
            )
        elif found.kind == "kink" and found.left is not None:
            axes.plot(found.at, found.left, marker="D", markersize=4, color=colors["forward"])
    if curve.tangent is not None:
        at = curve.tangent
        label = _plain(f"{over} = {shown(at.at)}: {straight(at, over, '−')}")
        axes.plot(at.at, at.value, marker="o", markersize=6, color=colors["tangent"], linestyle="", label=label)


def _frame(axes: Axes, name: str, heights_shown: tuple[float, float], faint: str) -> None:
    axes.set_ylim(*heights_shown)
    axes.set_ylabel(name)
    axes.grid(linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=faint, linewidth=0.6)


def _plain(text: str) -> str:
    """Text that matplotlib does not read as mathematics."""
    return text.replace("$", r"\$")
