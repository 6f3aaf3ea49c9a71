"""Blocks in columns of characters: for a terminal. Here, the colour of each tone."""

from __future__ import annotations

from gradx_cli.blocks import Tone

STYLES: dict[Tone, str] = {
    "": "",
    "strong": "bold",
    "forward": "cyan",
    "backward": "bright_red",
    "confirmed": "green",
    "wrong": "bright_red",
    "doubtful": "yellow",
    "quiet": "quiet",
    "tangent": "yellow",
    "secant": "magenta",
}
