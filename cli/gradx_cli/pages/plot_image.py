"""A curve as a picture, by matplotlib's Figure (never pyplot: no window, no global state)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from gradx.errors import GradxError
from gradx.language.program import Program
from gradx.lessons.curves.curve import Curve
from gradx_cli.escape import safe
from gradx_cli.numbers import shown
from gradx_cli.pages.pieces import heights, pieces, slope_pieces
from gradx_cli.pages.plot import straight, summary
from gradx_cli.surroundings import room_for, secluded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FUNCTION, SLOPE, TANGENT, SECANT, FAINT = "#0b7285", "#c92a2a", "#e67700", "#862e9c", "#868e96"
LONGEST_TITLE = 90
ROOM = 160
"""MiB of address space that drawing takes."""


def picture(program: Program, curve: Curve, epsilon: float, kind: str) -> bytes:
    """The bytes of an image; `kind` is "svg" or "png". GradxError("usage") where matplotlib is not installed."""
    room_for(ROOM)
    with secluded():
        try:
            import matplotlib
        except ImportError:
            raise GradxError(
                "usage",
                "an image needs matplotlib, which is not installed",
                hint="pip install matplotlib where gradx is installed (pipx inject gradx matplotlib)",
            ) from None
        import numpy

        # Text stays text (it can be searched and read aloud), and the same curve gives the same bytes.
        # A tangent may leave what can be drawn, and nothing is to be said about that.
        with (
            matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "gradx", "axes.unicode_minus": True}),
            numpy.errstate(all="ignore"),
        ):
            return _drawn(program, curve, epsilon, kind)


def _drawn(program: Program, curve: Curve, epsilon: float, kind: str) -> bytes:
    from matplotlib.figure import Figure

    graph = program.graph
    output, over = safe(graph.names[graph.output]), safe(curve.over)
    figure = Figure(figsize=(7.2, 6.0), dpi=150, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _function(above, curve, over, epsilon)
    for piece in slope_pieces(curve):
        below.plot(*zip(*piece, strict=True), color=SLOPE, linewidth=1.8)
    _frame(above, _plain(output), heights(curve, curve.value.tolist()))
    _frame(below, _plain(f"d{output}/d{over}"), heights(curve, curve.derivative.tolist()))
    below.set_xlim(float(curve.x[0]), float(curve.x[-1]))
    below.set_xlabel(_plain(over))
    above.set_title(_plain(safe(program.shortened(LONGEST_TITLE))), fontsize=11, loc="left")
    notes = [*([curve.note] if curve.note else []), *summary(curve.breaks, over)]
    if notes:
        figure.supxlabel(_plain("; ".join(map(safe, notes))), fontsize=8, color=FAINT)
    figure.align_ylabels()
    stream = BytesIO()
    figure.savefig(stream, format=kind, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return stream.getvalue()


def _function(axes: Axes, curve: Curve, over: str, epsilon: float) -> None:
    lines = (
        (curve.secant, SECANT, "--", f"secant of the nudge by {shown(epsilon)}: slope "),
        (curve.tangent, TANGENT, "-", "tangent: slope "),
    )
    ends = (float(curve.x[0]), float(curve.x[-1]))
    for line, color, style, label in lines:
        if line is not None:
            heights_at = [line(end) for end in ends]
            axes.plot(ends, heights_at, color=color, linestyle=style, linewidth=1.3, label=label + shown(line.slope))
    for piece in pieces(curve):
        axes.plot(*zip(*piece, strict=True), color=FUNCTION, linewidth=2.2, marker="." if len(piece) == 1 else None)
    for found in curve.breaks:
        if found.kind == "pole":
            axes.axvline(found.at, color=FAINT, linewidth=0.8, linestyle=":")
        elif found.kind == "hole" and found.left is not None:
            axes.plot(found.at, found.left, marker="o", markersize=6, markerfacecolor="white", color=FUNCTION)
        elif found.kind == "kink" and found.left is not None:
            axes.plot(found.at, found.left, marker="D", markersize=4, color=FUNCTION)
    if curve.tangent is not None:
        at = curve.tangent
        label = _plain(f"{over} = {shown(at.at)}: {straight(at, over, '−')}")
        axes.plot(at.at, at.value, marker="o", markersize=6, color=TANGENT, linestyle="", label=label)
    if curve.tangent is not None or curve.secant is not None:
        axes.legend(fontsize=8, edgecolor="none", facecolor="white", framealpha=0.9)


def _frame(axes: Axes, name: str, heights_shown: tuple[float, float]) -> None:
    axes.set_ylim(*heights_shown)
    axes.set_ylabel(name)
    axes.grid(color="#e9ecef", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=FAINT, linewidth=0.6)


def _plain(text: str) -> str:
    """Text that matplotlib does not read as mathematics."""
    return text.replace("$", r"\$")
