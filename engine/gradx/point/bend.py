"""What the two sides of a point come to, as `gradx.point.sides` finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from flint import arb

if TYPE_CHECKING:
    from gradx.numbers.known import Known

Finding = Literal["kink", "edge", "jump", "vertical", "smooth", "undecided", "pole", "hole"]
"""`pole` and `hole` are found only where there is no value at the point itself."""


class Side(NamedTuple):
    """One side. `value` says whether there is one; `slope` is a ball, or ±inf, None without a value; `coefficient` the
    finite slope with its exact form; `limit` is what the value tends to, ±inf too."""

    value: bool
    slope: arb | None = None
    jumps: bool = False
    coefficient: Known | None = None
    limit: arb | None = None

    @property
    def runs_away(self) -> bool:
        """Whether the value grows beyond all bounds."""
        return self.limit is not None and bool(abs(self.limit) == arb.pos_inf())


class Bend(NamedTuple):
    """What the two sides come to. `slope` where they are one smooth whole, `culprit` the node to blame otherwise, which
    jumps itself where `jumps`; `opened` the node at which it is open what happens; `left` or `right` None where it is
    open. `order` is that of the derivative: of what is not smooth the first, whose slopes these are."""

    finding: Finding
    left: Side | None = None
    right: Side | None = None
    slope: arb | None = None
    culprit: int | None = None
    opened: int | None = None
    jumps: bool = False
    order: int = 1

    @property
    def is_nowhere(self) -> bool:
        """Whether there is no value at the point itself, for certain."""
        return self.slope is None and self.culprit is None and self.finding != "undecided"
