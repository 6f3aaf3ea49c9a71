"""Images by matplotlib's Figure (never pyplot: no window, no global state)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gradx.errors import GradxError
from gradx_cli.surroundings import room_for, secluded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROOM = 160
"""MiB of address space that drawing takes."""

UNDATED: dict[str, dict[str, Any]] = {
    "svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}  # fmt: skip
"""What matplotlib is not to write into a file, so that the same drawing gives the same bytes."""

SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "gradx", "pdf.fonttype": 42, "axes.unicode_minus": True}
"""Text stays text: it can be searched and read aloud."""


@contextmanager
def studio() -> Iterator[None]:
    """Where matplotlib draws: secluded, with settings of ours. GradxError("usage") where it is not installed."""
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
        with matplotlib.rc_context(SETTINGS):
            yield


def image(figure: Figure, kind: str) -> bytes:
    """The figure as a file's bytes; `kind` is "svg", "png" or "pdf"."""
    stream = BytesIO()
    figure.savefig(stream, format=kind, metadata=UNDATED[kind])
    return stream.getvalue()
