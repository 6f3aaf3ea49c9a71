"""Images by matplotlib's Figure (never pyplot: no window, no global state)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gradx.errors import GradxError
from gradx_cli.drawing import PALETTES, Theme
from gradx_cli.escape import safe
from gradx_cli.surroundings import room_for, secluded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROOM = 200
"""MiB of address space that drawing takes; with less a library in C says so itself, and ends the program."""

UNDATED: dict[str, dict[str, Any]] = {
    "svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}  # fmt: skip
"""What matplotlib is not to write into a file, so that the same drawing gives the same bytes."""

SETTINGS: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "gradx", "pdf.fonttype": 42, "axes.unicode_minus": True,
    "figure.constrained_layout.w_pad": 0.15, "figure.constrained_layout.h_pad": 0.12,
}  # fmt: skip
"""Text stays text: it can be searched and read aloud."""


def _colors(theme: Theme) -> dict[str, str]:
    colors = PALETTES[theme]
    inks = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), colors["ink"])
    edges = dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), colors["quiet"])
    pages = dict.fromkeys(("figure.facecolor", "axes.facecolor", "legend.facecolor"), colors["page"])
    return {**inks, **edges, **pages, "grid.color": colors["grid"]}


@contextmanager
def studio(theme: Theme = "light") -> Iterator[None]:
    """Where matplotlib draws: secluded, in the theme's colours. GradxError("usage") where it is not installed."""
    room_for(ROOM)
    with secluded():
        try:
            import matplotlib
        except ImportError:
            raise GradxError(
                "usage",
                "an image needs matplotlib, which is not installed",
                hint="pip install matplotlib where gradx is installed (the extra gradx[image])",
            ) from None
        with matplotlib.rc_context(SETTINGS | _colors(theme)):
            yield


def image(figure: Figure, kind: str) -> bytes:
    """The figure as a file's bytes; `kind` is "svg", "png" or "pdf". GradxError("usage") for a sign without a glyph."""
    stream = BytesIO()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        figure.savefig(stream, format=kind, metadata=UNDATED[kind])
    for missing in filter(None, (re.match(r"Glyph (\d+)", str(warning.message)) for warning in said)):
        raise GradxError(
            "usage",
            f"the font of an image has no sign {safe(chr(int(missing[1])))}",
            hint="a file that ends in .svg is shown in the reader's own fonts",
        )
    return stream.getvalue()


def for_both(svg: bytes) -> bytes:
    """An image in light colours that changes them where the reader's page is dark; who knows no style sees it light."""
    rules = (
        f'[style*="{paint}: {color}"] {{ {paint}: {PALETTES["dark"][role]} !important }}'
        for role, color in PALETTES["light"].items()
        for paint in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark) {{\n{chr(10).join(rules)}\n}}</style>\n</svg>"
    head, _, rest = svg.rpartition(b"</svg>")
    return head + style.encode() + rest
