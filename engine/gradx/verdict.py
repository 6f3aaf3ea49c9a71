"""Witnesses and error bounds, weighed: how far a gradient or a value can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "agree", "inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided", "unchecked"
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one number.

    `exact` is the true value as a decimal of at least 17 digits, `digits` how many of float64's 16 survive, `left` and
    `right` the one-sided slopes of a kink, edge, jump or vertical tangent (None where that side has no value).
    """

    status: Status
    reason: str | None = None
    exact: str | None = None
    digits: int | None = None
    left: float | None = None
    right: float | None = None


UNCHECKED = Verdict("unchecked")
