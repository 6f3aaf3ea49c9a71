"""When a decimal is right although it is not the exact number: the rule for rounded answers.

A decimal that is the derivative, correctly rounded to the digits that are written, is right if these are at least
three significant ones: -0.620 for -0.6200736. `-0.62` is refused, with the reason, and so is a whole number that is not
exact: a teacher accepts rounding, and not a guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradx.lessons.claims.claim import Claim

if TYPE_CHECKING:
    from mpmath import mpf

LEAST_DIGITS = 3


def is_rounded(claim: Claim, exact: mpf) -> bool:
    """Whether the claim is `exact` rounded, to at least three significant digits."""
    return _fits(claim, exact) and claim.decimals is not None and claim.decimals[0] >= LEAST_DIGITS


def rounded_too_far(claim: Claim, exact: mpf) -> str | None:
    """The reason why a decimal that would fit is refused; None where it does not fit or is not refused."""
    if not _fits(claim, exact) or is_rounded(claim, exact):
        return None
    return f"it is right as far as it goes, but a rounded number needs at least {LEAST_DIGITS} significant digits"


def _fits(claim: Claim, exact: mpf) -> bool:
    from mpmath import mp, mpf

    if claim.decimals is None:
        return False
    _, last = claim.decimals
    with mp.workdps(60):
        written = mpf("".join(claim.text.split()).replace("−", "-"))
        return bool(abs(written - exact) <= mpf(10) ** last / 2 * (1 + mpf(10) ** -12))
