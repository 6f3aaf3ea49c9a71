"""Witnesses and error bounds, weighed: how far a gradient or a value can be trusted.

A gradient has four readings: backprop in float64 (the number shown), backprop in mpmath (the same rules, nothing
lost), the limit (no rules at all) and SymPy (rules of its own). The limit decides what is true where it can; SymPy
may contradict it; the rules are wrong where they miss the truth with nothing lost; and what float64 lost must be
within its error bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.sweeps.error_bound import UNIT

if TYPE_CHECKING:
    from mpmath import mpf

    from gradx.numbers.multiprecision import Multiprecision
    from gradx.witnesses.limit import Limit

Status = Literal["agree", "inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided", "unchecked"]

AGREEMENT = 1e-9
"""The largest relative error, within the error bound, of a number that is called right."""

CONTRADICTION = 1e-12
"""The relative difference from which two readings of one gradient at high precision are two answers."""

FAINTEST = 2.0**-1074
"""The smallest number of float64 above zero."""

LONGEST_EXPONENT = 20
"""The characters of an exponent up to which a sentence writes it out."""

LIMIT_DIGITS = 20
"""The digits of a slope that the limit alone vouches for."""


class Verdict(NamedTuple):
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
TOO_FAR_OUT = "a number on the way is too large to be evaluated exactly"
UNSETTLED = "the limit does not settle, even at 1,100 digits"
UNSETTLED_VALUE = "the value does not settle, even at 1,100 digits"
UNAFFORDABLE = "the budget of the checks does not reach this far (--checks all lifts it)"
TOO_DEAR = "it takes some {:,} digits to tell, and " + UNAFFORDABLE
TOO_MANY = "it takes some {:,} digits to tell: that is too many"


class Evidence(NamedTuple):
    """What a verdict on one gradient weighs.

    `gradient` and its error `bound` (inf: nothing is known) from float64; `rules`, `rules_error` and `rules_noise`
    (what it may be wrong by: seen at a lower precision, and expected at this one) from backprop in mpmath (None where
    it has no number); `limit`; `symbolic`, SymPy's decimal, None where it is not heard; `bend`, in words, the
    primitive on whose boundary the point stands and `convention` what backprop takes there, None where there is none.
    """

    gradient: float
    bound: float
    rules: mpf | None
    rules_error: mpf | None
    rules_noise: mpf | None
    limit: Limit
    symbolic: str | None
    bend: str | None
    convention: str | None = None


def weigh(evidence: Evidence, m: Multiprecision, digits: int = 25) -> Verdict:
    """The verdict on one gradient; `digits` of the true value are given."""
    limit = evidence.limit
    if limit.conclusion in ("kink", "edge", "jump", "vertical"):
        return _bent(evidence)
    known = min(digits, LIMIT_DIGITS)
    symbolic = None if evidence.symbolic is None else m.parsed(evidence.symbolic)
    if limit.slope is None or limit.radius is None:
        if symbolic is None or evidence.bend is not None:
            return _silent(evidence)
        truth, radius = symbolic, abs(symbolic) * 1e-18
    else:
        truth, radius = limit.slope, limit.radius
        # SymPy calls zero what float64 cannot tell from it.
        known_as_zero = m.number(FAINTEST) if not symbolic else 0
        if symbolic is not None and evidence.bend is None and _contradict(symbolic, truth, radius + known_as_zero):
            reason = f"the limit gives {decimal(m, truth, 17)}, SymPy gives {decimal(m, symbolic, 17)}"
            return Verdict("undecided", reason)
    if evidence.rules is not None and evidence.rules_error is not None and evidence.rules_noise is not None:
        rules_radius = radius + 10 * evidence.rules_error + evidence.rules_noise + m.number(FAINTEST)
        if not _contradict(evidence.rules, truth, rules_radius):
            sharp = abs(evidence.rules) > radius if truth else evidence.rules_noise < abs(evidence.rules) <= radius
            sharp = sharp and max(evidence.rules_error, evidence.rules_noise) <= radius + CONTRADICTION * abs(truth)
            truth, known = (evidence.rules, digits) if sharp else (truth, known)
        elif evidence.bend is None:
            return _contradicted(evidence.gradient, truth, m, known)
    return _compared(evidence, truth, radius, m, known)


def weigh_value(value: float, bound: float, truth: mpf, m: Multiprecision, digits: int = 25) -> Verdict:
    """The verdict on a value: `truth` is what mpmath makes of it."""
    exact = decimal(m, truth, digits)
    error = _distance(value, truth, m)
    if _right(error, truth, bound):
        return Verdict("agree", None, exact, surviving(error, truth, m))
    return Verdict("inexact", _loss(value, truth, error, m, "the value"), exact, surviving(error, truth, m))


def decimal(m: Multiprecision, x: mpf, digits: int) -> str:
    """`x` as a decimal of up to `digits` significant digits, zeros trimmed."""
    return m.decimal(x, digits)


def short(m: Multiprecision, x: mpf) -> str:
    """`x` with ten significant digits, as sentences give it: 6, -8.333333333e-10, about 10^(1.783975431e+1294)."""
    text = decimal(m, x, 10)
    _, _, exponent = text.partition("e")
    if len(exponent) > LONGEST_EXPONENT:
        power = decimal(m, m.context.log10(abs(x)), 10).replace(".0e", "e")
        return f"about {'-' if x < 0 else ''}10^({power})"
    return text.replace(".0e", "e").removesuffix(".0")


def surviving(error: float | mpf, truth: mpf, m: Multiprecision) -> int:
    """How many of 16 significant digits are right."""
    if not error:
        return 16
    if not truth or not error < abs(truth):
        return 0
    return max(0, min(16, int(-m.context.log10(error / abs(truth)))))


def _bent(evidence: Evidence) -> Verdict:
    limit = evidence.limit
    left, right = _as_float(limit.left), _as_float(limit.right)
    bend = evidence.bend or "the function ends here"
    takes = "" if evidence.convention is None else f"; backprop takes {evidence.convention}"
    if limit.conclusion == "edge":
        sides = [name for name, slope in (("left", left), ("right", right)) if slope is None]
        reason = f"{bend}: there is no value on the {' or the '.join(sides)}"
        known = right if left is None else left
        if known is not None:
            reason += f", the slope on the {'right' if left is None else 'left'} is {_plain(known)}"
        return Verdict("edge", reason, None, None, left, right)
    if limit.conclusion == "vertical":
        return Verdict("vertical", f"{bend}: the slope is {_plain(left)} on both sides", None, None, left, right)
    reason = f"{bend}: left slope {_plain(left)}, right slope {_plain(right)}{takes}"
    return Verdict("kink" if limit.conclusion == "kink" else "jump", reason, None, None, left, right)


def _silent(evidence: Evidence) -> Verdict:
    conclusion = evidence.limit.conclusion
    if conclusion == "unaffordable":
        return Verdict("unchecked", UNAFFORDABLE)
    if conclusion == "doubtful":
        return Verdict("undecided", evidence.bend)
    return Verdict("undecided", TOO_FAR_OUT if conclusion == "valueless" else UNSETTLED)


def _contradicted(gradient: float, truth: mpf, m: Multiprecision, digits: int) -> Verdict:
    reason = f"backprop gives {_plain(gradient)}, the limit gives {short(m, truth)}"
    return Verdict("disagree", reason, decimal(m, truth, digits), surviving(_distance(gradient, truth, m), truth, m))


def _compared(evidence: Evidence, truth: mpf, radius: mpf, m: Multiprecision, digits: int) -> Verdict:
    error = _distance(evidence.gradient, truth, m)
    exact, survive = decimal(m, truth, digits), surviving(error, truth, m)
    if _right(error, truth, evidence.bound + _as_finite(radius)):
        return Verdict("agree", None, exact, survive)
    if evidence.bound == math.inf or not math.isfinite(evidence.gradient) or error <= 4 * evidence.bound + radius:
        named = evidence.bend is not None and evidence.convention is not None
        if named and evidence.gradient == evidence.gradient and not survive:
            takes = f"backprop takes {evidence.convention}, {_plain(evidence.gradient)}"
            return Verdict("inexact", f"{evidence.bend}: {takes}; exactly it is {short(m, truth)}", exact, survive)
        return Verdict("inexact", _loss(evidence.gradient, truth, error, m, "the gradient"), exact, survive)
    return _contradicted(evidence.gradient, truth, m, digits)


def _right(error: mpf, truth: mpf, bound: float) -> bool:
    size = abs(truth)
    if error <= 8 * UNIT * size:
        return True
    return bool(error <= 4 * bound and (error <= AGREEMENT * size or (not size and bound < AGREEMENT)))


def _contradict(a: mpf, b: mpf, radius: mpf) -> bool:
    return not abs(a - b) <= CONTRADICTION * abs(b) + radius


def _distance(number: float, truth: mpf, m: Multiprecision) -> mpf:
    return abs(m.number(number) - truth) if math.isfinite(number) else m.context.inf


def _loss(number: float, truth: mpf, error: mpf, m: Multiprecision, what: str) -> str:
    """One sentence: how float64 lost the digits, and what the number is."""
    exactly = f"exactly it is {short(m, truth)}"
    if math.isinf(number) or abs(truth) > m.number(1.7976931348623157e308):
        return f"overflow: float64 gives {_plain(number)}, {exactly}"
    if number != number:
        return f"float64 has no number for {what} here (0 × ∞ or ∞ − ∞); {exactly}"
    if 0 < abs(truth) < m.number(2.0**-1022):
        return f"underflow: float64 gives {_plain(number)}, {exactly}"
    return f"{what} is lost to rounding: {surviving(error, truth, m)} of 16 digits survive; {exactly}"


def _as_float(x: mpf | None) -> float | None:
    return None if x is None else float(x)


def _as_finite(x: mpf) -> float:
    return float(x) if x < 1e300 else math.inf


def _plain(x: float | None) -> str:
    return "none" if x is None else f"{x:.10g}"
