"""What a point comes to: the verdict on every gradient asked for, and on the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.point.verdict import UNCHECKED, Verdict
from gradx.sweeps.forward import Forward

if TYPE_CHECKING:
    from flint import arb

Checks = Literal["auto", "all", "none"]

EXACT_DIGITS = 25
"""How many digits exact numbers have when nobody asks for more."""

NOT_TAKEN = Verdict("unchecked", "in a branch that is not taken")

_FAILED = ("inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided")


class Judgement(NamedTuple):
    """The verdict on every node asked for, and on the value; remarks in words; `confirmed` as in an Exploration.

    `values` are the nodes' exact values, `slopes` the balls around the true gradients where there are such.
    """

    gradients: dict[int, Verdict]
    value: Verdict
    remarks: tuple[str, ...] = ()
    values: Mapping[int, str] = {}
    slopes: Mapping[int, arb] = {}

    @property
    def confirmed(self) -> bool | None:
        statuses = [v.status for v in (*self.gradients.values(), self.value) if v is not NOT_TAKEN]
        if any(status in _FAILED for status in statuses):
            return False
        return None if "unchecked" in statuses else True


def unjudged(nodes: Sequence[int], run: Forward[float]) -> Judgement:
    """Nothing looked at."""
    return Judgement({i: NOT_TAKEN if i in run.dropped else UNCHECKED for i in nodes}, UNCHECKED)
