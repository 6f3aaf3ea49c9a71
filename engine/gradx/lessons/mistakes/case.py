"""One point at which a wrong claim is looked into: what is claimed, and the sweep in which a mistake is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradx.lessons.claims.claim import Claim, Own
from gradx.lessons.claims.sweep import Sweep
from gradx.lessons.claims.trial import same

if TYPE_CHECKING:
    from flint import arb


@dataclass(frozen=True)
class Case:
    """`claimed` at a point, to be held against what comes out of `sweep`; `half` is how far a rounded number may be
    off. `above` are the derivatives that stand above, by their place on the page, as they count in this reading."""

    claim: Claim
    sweep: Sweep[arb] = field(repr=False)
    claimed: arb
    bits: int
    half: arb | None = None
    above: Mapping[int, arb] = field(default_factory=dict, repr=False)

    def gives(self, number: arb) -> bool:
        """Whether `number`, another result for the derivative, is what is claimed."""
        if self.half is not None:
            return bool((abs(number - self.claimed) - self.half).contains(0)) or bool(
                abs(number - self.claimed) <= self.half
            )
        return same(number, self.claimed, self.sweep.exact.abs_lower())

    def point(self, own: Own) -> dict[int, arb]:
        """What the inputs of the claim's own formula are here."""
        known = {i: self.sweep.value(j) for i, j in own.operands.items()}
        return known | {i: self.above[k] for i, k in own.uses.items()}

    @property
    def exact(self) -> arb:
        return self.sweep.exact
