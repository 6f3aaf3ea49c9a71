"""What follows from a proof and a number: right, lost, wrong or open; and every sentence read aloud is true."""

from __future__ import annotations

import math

import pytest
from flint import arb

from gradx.numbers.balls import precision
from gradx.point.quotient import Quotient
from gradx.point.verdict import (
    AGREEMENT,
    Proof,
    Verdict,
    agrees,
    contradicted,
    plain,
    right,
    surviving,
    weigh,
)

THIRD = arb(1) / 3


def proof(middle: float | str | arb, radius: float | str = 0, bits: int = 256) -> Proof:
    with precision(256):
        return Proof(arb(middle, arb(radius)), "quotient", bits)


SIX = proof(6)


@pytest.mark.parametrize(
    ("number", "truth", "scale", "expected"),
    [
        (6.0, SIX, 1.0, True),
        (6.0 + 5e-9, SIX, 1.0, True),
        (6.0 + 7e-9, SIX, 1.0, False),
        (6.0 - 5e-9, SIX, 1.0, True),
        (6.0 - 7e-9, SIX, 1.0, False),
        (-6.0, SIX, 1.0, False),
        # within 1e-9 of the middle, and not of every point of the ball
        (6.0, proof(6, 1e-7), 1.0, False),
        (6.0, proof(6, 1e-9), 1.0, True),
        (6.0, proof(6, 7e-9), 1.0, False),
        (6.0 + 5e-9, proof(6, 2e-9), 1.0, False),
        (float("nan"), SIX, 1.0, False),
        (float("inf"), proof(1e308), 1.0, False),
        (float("inf"), proof("1e400"), 1.0, False),
        (0.0, proof("1e-400"), 1.0, False),
        (5e-324, proof(5e-324), 1.0, True),
        (1e-310, proof(1e-310), 1.0, True),
        (1.7e308, proof(1.7e308), 1.0, True),
        # where the truth is 0 a number is held against what was added up to it
        (0.0, proof(0), 1.0, True),
        (1e-9, proof(0), 1.0, True),
        (2e-9, proof(0), 1.0, False),
        (2e-9, proof(0), 1e9, False),
        (1e-12, proof(0), 1e-4, False),
        (1e-14, proof(0), 1e-4, True),
        (0.0, proof(0, 1e-100), 1.0, False),
    ],
)
def test_a_number_agrees_within_a_billionth_of_every_point(
    number: float, truth: Proof, scale: float, expected: bool
) -> None:
    assert agrees(number, truth, scale) is expected


@pytest.mark.parametrize("bits", [53, 64, 256])
@pytest.mark.parametrize("factor", [1 + 0.999 * AGREEMENT, 1 - 0.999 * AGREEMENT, 1 + 1.001 * AGREEMENT, 1 - 1.001e-9])
def test_the_short_way_and_the_long_way_come_to_the_same(factor: float, bits: int) -> None:
    middle = 1.2345678901234567
    narrow = proof(middle, 2.0 ** -(bits - 2))
    assert agrees(middle * factor, narrow) is (abs(factor - 1) < AGREEMENT)


def test_zero_is_what_is_0_and_what_10_000_bits_do_not_tell_from_it() -> None:
    assert proof(0).is_zero
    faint = "1e-400"
    assert proof(0, faint, 10_000).is_zero
    assert not proof(0, faint, 4_000).is_zero
    assert not proof(0, 1e-300, 10_000).is_zero  # binary64 has numbers of that size
    assert not proof(0, 5e-324, 10_000).is_zero
    assert not proof("1e-401", "1e-402", 10_000).is_zero  # known not to be 0


@pytest.mark.parametrize(
    ("truth", "digits", "shown"),
    [
        (proof(6), 25, "6.0"),
        (proof("1e400"), 25, "1.0e+400"),
        (proof(0), 25, "0.0"),
        (proof(0, "1e-400", 10_000), 25, "0.0"),
        (proof(0, "1e-400"), 25, None),
        (proof(1, 1e-10), 25, None),
        (proof(1, 1e-10), 8, "1.0"),
        (proof(1.5, 1e-20), 25, "1.5"),
    ],
)
def test_only_digits_that_are_proved_are_shown(truth: Proof, digits: int, shown: str | None) -> None:
    assert truth.shown(digits) == shown


def test_bounds_are_rounded_outward() -> None:
    step, remainder = arb("1e-20"), arb("2.00000000012e-30")
    found = Quotient(THIRD, step, THIRD, THIRD, step, THIRD, remainder)
    truth = Proof(THIRD, "quotient", 53, found)
    # the radius of a third is 2^-54 or so; decimals of 20 digits enclose it
    assert float(truth.lower) <= 1 / 3 <= float(truth.upper)
    assert truth.lower < truth.upper
    assert truth.step == "1e-20"
    assert truth.remainder == "2.000000001e-30"
    assert (SIX.lower, SIX.upper, SIX.step, SIX.remainder) == ("6.0", "6.0", None, None)


@pytest.mark.parametrize(
    ("number", "truth", "digits"),
    [
        (6.0, SIX, 16),
        (6.000006, SIX, 6),  # off by 1e-6
        (6.001, SIX, 3),  # by 1.7e-4
        (-6.0, SIX, 0),
        (0.0, SIX, 0),
        (float("inf"), SIX, 0),
        (float("nan"), SIX, 0),
        (0.0, proof(0), 16),
        (1e-300, proof(0), 0),
        (6.0, proof(6, 0.06), 1),  # the ball alone leaves two digits open: at worst it is 1 in 100 off
        (1e-320, proof("1e-400"), 0),
    ],
)
def test_how_many_digits_survive(number: float, truth: Proof, digits: int) -> None:
    assert surviving(number, truth) == digits


def test_a_right_number_is_proved_and_says_nothing_more() -> None:
    found = weigh(6.0, SIX)
    assert found == right(6.0, SIX, 25)
    assert (found.status, found.reason, found.exact, found.digits, found.is_proved) == ("agree", None, "6.0", 16, True)


def test_a_number_right_for_the_decimals_as_typed_is_right_and_shows_that_truth() -> None:
    found = weigh(0.0, proof(2.0**-55), proof(0))
    assert (found.status, found.exact) == ("agree", "0.0")
    assert weigh(2.0**-55, proof(2.0**-55), proof(0)).exact == "2.775557561562891351059079e-17"


@pytest.mark.parametrize(
    ("number", "truth", "typed", "reason"),
    [
        (6.001, SIX, None, "the gradient is lost to rounding: 3 of 16 digits survive; exactly it is 6"),
        (0.5, proof(0), None, "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 0"),
        (
            math.inf,
            proof(0, "1e-900", bits=10_000),
            None,
            "overflow on the way: float64 gives inf; exactly it is 0, or nearer to 0 than any other number of float64",
        ),
        (math.inf, proof("2e308"), None, "overflow: float64 gives inf; exactly it is 2e+308"),
        (-math.inf, proof("-1e600"), None, "overflow: float64 gives -inf; exactly it is -1e+600"),
        (0.0, proof("1e-400"), None, "underflow: float64 gives 0; exactly it is 1e-400"),
        # from 2^-1022 on a number has all its digits: nothing is too small for float64
        (
            0.0,
            proof(2.0**-1022),
            None,
            "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 2.225073859e-308",
        ),
        (math.inf, SIX, None, "overflow on the way: float64 gives inf; exactly it is 6"),
        (math.nan, SIX, None, "float64 has no number for the gradient here (0 × ∞ or ∞ − ∞); exactly it is 6"),
        (
            1.0,
            SIX,
            proof(7),
            "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 6 (7 for the decimals as typed)",
        ),
        # the same to the ten digits that are told, or not known well enough: nothing to add
        (1.0, SIX, proof(6, 1e-30), "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 6"),
        (1.0, SIX, proof(7, 0.1), "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 6"),
    ],
)
def test_what_is_lost_is_said_in_words(number: float, truth: Proof, typed: Proof | None, reason: str) -> None:
    found = weigh(number, truth, typed)
    assert (found.status, found.reason) == ("inexact", reason)
    assert found.proof is truth
    assert found.is_proved


def test_a_reason_that_is_known_stands_in_place_of_rounding() -> None:
    found = weigh(1.0, SIX, why=("branch", "relu has a kink at x = 0"))
    assert found.reason == "relu has a kink at x = 0; exactly it is 6"
    assert (found.cause, weigh(1.0, SIX).cause) == ("branch", "rounding")
    assert weigh(6.0, SIX, why=("branch", "relu has a kink at x = 0")).reason is None
    assert (weigh(7.0, SIX, what="the value").reason or "").startswith("the value is lost")


def test_a_ball_too_wide_to_judge_by_leaves_it_undecided() -> None:
    found = weigh(6.0, proof(6, 0.5, 1_800))
    assert (found.status, found.reason) == ("undecided", "it lies between 5.4999 and 6.5001: 1,800 bits tell no more")
    assert (found.proof, found.exact, found.is_proved) == (None, None, False)
    # what is far outside of it cannot be right, and is not called so
    assert weigh(9.0, proof(6, 0.5)).status == "undecided"
    assert weigh(0.0, proof(0, 1e-30)).status == "undecided"


def test_rules_that_miss_the_truth_are_contradicted() -> None:
    found = contradicted(7.0, arb(7), SIX, 25)
    assert found.status == "disagree"
    assert found.reason == "backprop's rules give 7, the difference quotient proves 6"
    assert (found.exact, found.is_proved) == ("6.0", True)


@pytest.mark.parametrize(
    ("found", "is_proved"),
    [
        (Verdict("unchecked"), False),
        (Verdict("undecided", "open"), False),
        (Verdict("kink", "bent", 0.0, 1.0), True),
        (Verdict("edge", "ends", None, 1.0), True),
        (Verdict("agree", proof=SIX, number=6.0), True),
    ],
)
def test_what_counts_as_proved(found: Verdict, is_proved: bool) -> None:
    assert found.is_proved is is_proved


def test_a_slope_in_a_sentence() -> None:
    assert [plain(x) for x in (None, 0.5, math.inf, -math.inf, 1 / 3)] == ["none", "0.5", "inf", "-inf", "0.3333333333"]


def test_digits_are_not_counted_of_a_number_beside_0_that_is_right() -> None:
    # 0.1*3 - 0.3 is 5.6e-17 in float64 and 0 as it is typed: right, and no digit of it is one of the truth's
    found = weigh(2.0**-54, proof(2.0**-56), proof(0))
    assert (found.status, found.digits) == ("agree", None)
    assert weigh(0.0, proof(0)).digits == 16
    assert weigh(2.0, proof(0)).digits == 0


@pytest.mark.parametrize(
    ("radius", "shown"), [("2e-18", None), ("1e-18", "0.33333333333333333"), ("1e-19", "0.333333333333333333")]
)
def test_a_true_number_is_shown_from_seventeen_proved_digits_on(radius: str, shown: str | None) -> None:
    with precision(256):
        third = Proof(arb(arb(1) / 3, arb(radius)), "quotient", 256)
    assert third.shown(25) == shown
    assert third.shown(5) == "0.33333"


def test_a_verdict_that_tells_of_no_lost_digits_has_no_cause() -> None:
    assert Verdict("kink", "relu bends at 0").cause is None
