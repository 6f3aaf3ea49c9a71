"""The computation graph, drawn: one diagram, one layout, a writer for each kind of file.

Here, the colours of pictures, on a light page and on a dark one: every text at least 4.5:1 against what is behind it.
"""

from __future__ import annotations

from typing import Literal

Theme = Literal["light", "dark"]

PALETTES: dict[Theme, dict[str, str]] = {
    "light": {
        "page": "#ffffff", "box": "#f6f8fa", "edge": "#8c959f", "grid": "#e9ecef", "ink": "#1f2328", "quiet": "#57606a",
        "forward": "#0b7285", "backward": "#c92a2a", "tangent": "#ad5700", "secant": "#862e9c",
    },
    "dark": {
        "page": "#0d1117", "box": "#161b22", "edge": "#6e7681", "grid": "#262c36", "ink": "#e6edf3", "quiet": "#9198a1",
        "forward": "#3bc9db", "backward": "#ff8787", "tangent": "#ffa94d", "secant": "#d0a2f7",
    },
}  # fmt: skip
