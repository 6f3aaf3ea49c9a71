"""The verdict on a number, and on all of a point: what is proved, and whether float64's number is that.

The truth is a ball that no rule of differentiation was used for. float64's number is right where it is within 1e-9 of
every point of the ball. Where it is not, backprop's rules read in balls tell whose fault that is: where they overlap
the truth, float64 lost digits; where they do not, the rule is proved wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Literal, NamedTuple

from gradx.numbers.decimals import decimal, is_writable, outward, short, significant
from gradx.sweeps.forward import Forward

if TYPE_CHECKING:
    from flint import arb

    from gradx.point.differences import Difference
    from gradx.point.quotient import Quotient

Status = Literal["agree", "inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided", "unchecked"]
Checks = Literal["auto", "all", "none"]
Method = Literal["quotient", "chain", "series", "exact"]
Cause = Literal["branch", "cancellation", "rounding", "underflow", "overflow", "no-number"]
"""Why float64's number is not the true one: no digit is lost where a branch was taken that has another slope."""

AGREEMENT = 1e-9
"""The largest relative error of a number that is called right."""

FAINTEST, DEEP_BITS = 2.0**-1074, 10_000
"""A number that may be 0, and is below all that binary64 has if it is not, is shown as 0 where 10,000 bits tell no
more."""

SHOWN_DIGITS = 17
"""A true value is shown when it has at least so many digits."""

EXACT_DIGITS = 25
"""How many digits exact numbers have when nobody asks for more."""

SHARP_BITS, SHARP_DIGITS = 40, 13
"""From so many bits, and digits, on the middle of a ball as a float may stand for the ball."""

SMALLEST_NORMAL = 2.0**-1022
LARGEST = 1.7976931348623157e308


class Proof(NamedTuple):
    """A ball around the true number, and what proves that it lies there, at a precision of `bits`.

    `quotient` is the difference quotient, of an order above 1 the difference; None for other methods.
    """

    ball: arb
    method: Method
    bits: int
    quotient: Quotient | Difference | None = None

    @property
    def is_zero(self) -> bool:
        """Whether the number is 0, as far as float64 could tell."""
        if self.ball.is_zero():
            return True
        return self.bits >= DEEP_BITS and bool(self.ball.contains(0) and self.ball.abs_upper() < FAINTEST)

    def is_settled(self, digits: int) -> bool:
        """Whether it is known to so many digits."""
        return significant(self.ball) >= digits or self.is_zero

    def shown(self, digits: int) -> str | None:
        """The number as a decimal of up to `digits` digits, all of them proved; None where fewer than 17 are."""
        known = min(digits, significant(self.ball))
        if known >= min(digits, SHOWN_DIGITS) and is_writable(self.ball):
            return decimal(self.ball, known)
        return "0.0" if self.is_zero else None

    @property
    def lower(self) -> str:
        """A decimal at or below the number."""
        return outward(self.ball)[0]

    @property
    def upper(self) -> str:
        """A decimal at or above the number."""
        return outward(self.ball)[1]

    @property
    def step(self) -> str | None:
        """The step of the quotient as a decimal of ten digits."""
        return None if self.quotient is None else short(self.quotient.step)

    @property
    def remainder(self) -> str | None:
        """Cauchy's remainder as a decimal of ten digits, rounded up."""
        return None if self.quotient is None else outward(self.quotient.remainder, 10)[1]


class Verdict(NamedTuple):
    """What is known of one number, and `told`, why.

    `left` and `right` are the one-sided slopes of a kink, edge, jump or vertical tangent (None where that side has no
    value). `proof` encloses the true number, of which `asked` digits are shown; `number` is float64's. `cause` says of
    an `inexact` number what made it so.
    """

    status: Status
    told: str | Callable[[], str] | None = None
    left: float | None = None
    right: float | None = None
    proof: Proof | None = None
    number: float | None = None
    asked: int = SHOWN_DIGITS
    cause: Cause | None = None

    @property
    def reason(self) -> str | None:
        """Why, in words, put together when somebody asks."""
        return self.told() if callable(self.told) else self.told

    @property
    def is_proved(self) -> bool:
        """Whether it is proved what the number is, or what bends there: a ball, or one-sided series."""
        return self.proof is not None or self.status in ("kink", "edge", "jump", "vertical")

    @property
    def exact(self) -> str | None:
        """The true value as a decimal of at least 17 digits, all of them proved; None where it is not known."""
        return None if self.proof is None else self.proof.shown(self.asked)

    @property
    def digits(self) -> int | None:
        """How many of float64's 16 digits are right; None where a number beside 0 is, which has no first digit."""
        if self.proof is None or self.number is None or (self.status == "agree" and self.proof.is_zero and self.number):
            return None
        return surviving(self.number, self.proof)


UNCHECKED = Verdict("unchecked")


NOT_TAKEN = Verdict("unchecked", "in a branch that is not taken")

_FAILED = ("inexact", "kink", "edge", "jump", "vertical", "disagree", "undecided")


def confirmed(verdicts: Iterable[Verdict]) -> bool | None:
    """Whether every number is proved to be right; None where one was not judged."""
    statuses = {v.status for v in verdicts if v is not NOT_TAKEN}
    if not statuses.isdisjoint(_FAILED):
        return False
    return None if "unchecked" in statuses else True


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
        return confirmed(chain(self.gradients.values(), (self.value,)))


def unjudged(nodes: Sequence[int], run: Forward[float]) -> Judgement:
    """Nothing looked at."""
    gradients = dict.fromkeys(nodes, UNCHECKED)
    gradients.update(dict.fromkeys(run.dropped.intersection(nodes), NOT_TAKEN))
    return Judgement(gradients, UNCHECKED)


def agrees(number: float, truth: Proof, scale: float = 1.0) -> bool:
    """Whether float64's number is within 1e-9 of every point of the truth.

    Where the truth is 0, within 1e-9 of the smaller of 1 and `scale`, the size of what was added up to it.
    """
    if not math.isfinite(number):
        return False
    ball = truth.ball
    middle = float(ball)
    sharp = SMALLEST_NORMAL < abs(middle) < LARGEST and ball.rel_accuracy_bits() > SHARP_BITS
    # The middle as a float, and the ball around it, are off by less than the tenth that is left.
    if sharp and abs(middle - number) <= 0.9 * AGREEMENT * abs(middle):
        return True
    if truth.is_zero:
        return abs(number) <= AGREEMENT * min(1.0, scale)
    return bool(abs(ball - number) <= AGREEMENT * ball.abs_lower())


def weigh(
    number: float,
    truth: Proof,
    typed: Proof | None = None,
    *,
    what: str = "the gradient",
    scale: float = 1.0,
    digits: int = 25,
    why: tuple[Cause, str] | None = None,
) -> Verdict:
    """The verdict on a number, given the truth at the binary64 point, and at the decimals as `typed` where that was
    looked at. `why` says what lost it, where that is known."""
    if agrees(number, truth, scale):
        return right(number, truth, digits)
    if typed is not None and agrees(number, typed, scale):
        return right(number, typed, digits)
    return wrong(number, truth, typed, what, digits, why)


def wrong(
    number: float, truth: Proof, typed: Proof | None, what: str, digits: int, why: tuple[Cause, str] | None
) -> Verdict:
    """The verdict on a number that agrees with neither."""
    if not truth.is_settled(SHOWN_DIGITS):
        return Verdict("undecided", _too_wide(truth))
    cause, reason = why or _loss(number, truth, what)
    told = partial(_with_the_truth, reason, truth, typed)
    return Verdict("inexact", told, None, None, truth, number, digits, cause)


def _with_the_truth(reason: str, truth: Proof, typed: Proof | None) -> str:
    true = _told(truth)
    nearest = truth.is_zero and not truth.ball.is_zero()
    reason += f"; exactly it is {true}" + (", or nearer to 0 than any other number of float64" if nearest else "")
    if typed is not None and typed.is_settled(SHOWN_DIGITS) and (other := _told(typed)) != true:
        reason += f" ({other} for the decimals as typed)"
    return reason


def right(number: float, truth: Proof, digits: int) -> Verdict:
    """The verdict on a number that agrees with the truth."""
    return Verdict("agree", None, None, None, truth, number, digits)


def agreeing(numbers: Sequence[float], truths: Mapping[int, Proof], digits: int) -> dict[int, Verdict]:
    """The verdicts on those of many numbers that a float shows to agree with their truths of more than SHARP_DIGITS."""
    most = 0.9 * AGREEMENT
    seen = [
        i
        for i, truth in truths.items()
        if SMALLEST_NORMAL < (size := abs(middle := float(truth.ball))) < LARGEST
        and abs(middle - numbers[i]) <= most * size
    ]
    nothing = repeat(None)
    proofs, own = map(truths.__getitem__, seen), map(numbers.__getitem__, seen)
    parts = zip(repeat("agree"), nothing, nothing, nothing, proofs, own, repeat(digits), nothing, strict=False)
    return dict(zip(seen, map(tuple.__new__, repeat(Verdict), parts), strict=False))


def contradicted(number: float, rules: arb, truth: Proof, digits: int) -> Verdict:
    """The verdict where the rules' ball and the truth have no number in common."""
    reason = f"backprop's rules give {short(rules)}, the difference quotient proves {short(truth.ball)}"
    return Verdict("disagree", reason, None, None, truth, number, digits)


def surviving(number: float, truth: Proof) -> int:
    """How many of 16 significant digits are right, for every point of the truth."""
    if truth.is_zero or not math.isfinite(number):
        return 16 if number == 0 and truth.is_zero else 0
    error = (abs(truth.ball - number) / truth.ball.abs_lower()).abs_upper()
    if not error < 1:
        return 0
    return 16 if error < 1e-16 else max(0, min(16, int(-math.log10(float(error)))))


def plain(x: float | None) -> str:
    """A one-sided slope in a sentence."""
    return "none" if x is None else f"{x:.10g}"


def _told(truth: Proof) -> str:
    return "0" if truth.is_zero else short(truth.ball)


def _too_wide(truth: Proof) -> str:
    lower, upper = outward(truth.ball, 5)
    return f"it lies between {lower} and {upper}: {truth.bits:,} bits tell no more"


def _loss(number: float, truth: Proof, what: str) -> tuple[Cause, str]:
    """How float64 lost the digits."""
    size = truth.ball.abs_upper()
    if size > LARGEST:
        return "overflow", f"overflow: float64 gives {plain(number)}"
    if math.isinf(number):
        return "overflow", f"overflow on the way: float64 gives {plain(number)}"
    if number != number:
        return "no-number", f"float64 has no number for {what} here (0 × ∞ or ∞ − ∞)"
    if not truth.is_zero and size < SMALLEST_NORMAL:
        return "underflow", f"underflow: float64 gives {plain(number)}"
    return "rounding", f"{what} is lost to rounding: {surviving(number, truth)} of 16 digits survive"
