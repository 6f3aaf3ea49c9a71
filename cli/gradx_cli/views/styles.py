"""What a colour means, the same in every view: nothing is told by colour alone."""

from __future__ import annotations

FORWARD = "cyan"
BACKWARD = "bright_red"
CONFIRMED = "green"
WRONG = "bright_red"
DOUBTFUL = "yellow"
QUIET = "bright_black"
