"""The verdict on one number from all that is known of it: each threshold from both sides, each sentence whole."""

from __future__ import annotations

import math

import pytest

from gradx.judgement import SPARE_DIGITS, known_digits
from gradx.language.program import read
from gradx.numbers.multiprecision import MAX_EXPONENT, Multiprecision
from gradx.sweeps.error_bound import UNIT
from gradx.point.verdict import (
    AGREEMENT,
    FAINTEST,
    LIMIT_DIGITS,
    TOO_FAR_OUT,
    UNAFFORDABLE,
    UNCHECKED,
    UNSETTLED,
    UNSETTLED_VALUE,
    Evidence,
    Verdict,
    short,
    surviving,
    weigh,
    weigh_value,
)
from gradx.witnesses.limit import Conclusion, Limit
from gradx.witnesses.precise import Readings

M = Multiprecision(100)
F = M.context.mpf
NOTHING = F(10) ** -60


def slope(truth: object, radius: object = 0) -> Limit:
    value = F(truth)
    return Limit("slope", value, F(radius), value, value)


def evidence(
    gradient: float,
    limit: Limit,
    *,
    bound: float = 0.0,
    rules: object = None,
    error: object = 0,
    noise: object = NOTHING,
    symbolic: str | None = None,
    bend: str | None = None,
    convention: str | None = None,
) -> Evidence:
    known = rules is not None
    return Evidence(
        *(gradient, bound, F(rules) if known else None, F(error) if known else None, F(noise) if known else None),
        *(limit, symbolic, bend, convention),
    )


def weighed(*args: object, **kwargs: object) -> Verdict:
    return weigh(evidence(*args, **kwargs), M)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gradient", "truth", "bound", "status"),
    [
        # Within eight roundings nothing has to be explained; beyond, the bound has to explain it.
        (3.0, 3, 0.0, "agree"),
        (3.0 * (1 + 7 * UNIT), 3, 0.0, "agree"),
        (1 + 8 * UNIT, 1, 0.0, "agree"),
        (1 + 10 * UNIT, 1, 0.0, "disagree"),
        (1.0, "0.99999999999999905628", 0.0, "disagree"),  # 8.5 roundings
        (1.0, "0.99999999999999912", 0.0, "agree"),  # 7.9
        (1 + 10 * UNIT, 1, 3 * UNIT, "agree"),
        # The bound counts four times, and no error above 1e-9 is right.
        (1 + 0.5e-9, 1, 0.2e-9, "agree"),
        (1 + 0.5e-9, 1, 0.11e-9, "disagree"),
        (1 + 0.9 * AGREEMENT, 1, 1.0, "agree"),
        (1 + 1.1 * AGREEMENT, 1, 1.0, "inexact"),
        (1 + 1.1 * AGREEMENT, 1, 0.3 * AGREEMENT, "inexact"),
        (1 + 1.1 * AGREEMENT, 1, 0.26 * AGREEMENT, "disagree"),
        # Nothing is relative to 0: there the bound itself has to be small.
        (0.0, 0, 0.0, "agree"),
        (1e-16, 0, 1e-16, "agree"),
        (1e-10, 0, 0.9 * AGREEMENT, "agree"),
        (1e-10, 0, 1.1 * AGREEMENT, "inexact"),
        (1e-10, 0, 1e-12, "disagree"),
        # Where nothing is known of the error, and where there is no number, no rule is blamed.
        (2.0, 1, math.inf, "inexact"),
        (math.inf, 1, 0.0, "inexact"),
        (math.nan, 1, 0.0, "inexact"),
        (-math.inf, 1, 0.0, "inexact"),
    ],
)
def test_what_float64_may_be_off_by(gradient: float, truth: float | str, bound: float, status: str) -> None:
    found = weighed(gradient, slope(truth), bound=bound)
    assert found.status == status
    assert found.exact is not None
    assert F(found.exact) == F(truth)
    assert (found.reason is None) == (status == "agree")


def test_the_limit_is_known_to_its_radius_only() -> None:
    assert weighed(1.0, slope(1.1, "0.05")).status == "disagree"
    assert weighed(1.0, slope(1.1, "0.11")).status == "inexact"
    assert weighed(1 + 0.5e-9, slope(1, "0.2e-9")).status == "agree"
    assert weighed(1e-9, slope(0, 1e300)).status == "inexact"
    assert weighed(1e-9, slope(0, "1e400")).status == "inexact"


@pytest.mark.parametrize(
    ("gradient", "truth", "kept"),
    [
        (1.0, 1, 16), (1.25, 1, 0), (1.05, 1, 1), (1.005, 1, 2), (0.5, 1, 0), (2.0, 1, 0), (-1.0, 1, 0), (1.0, 0, 0),
        (1 + 2.0**-40, 1, 12), (99.0, 100, 2), (-99.0, -100, 2), (math.inf, 1, 0),
    ],
)  # fmt: skip
def test_how_many_digits_survive(gradient: float, truth: float, kept: int) -> None:
    assert weighed(gradient, slope(truth), bound=math.inf).digits == kept
    assert weigh_value(gradient, math.inf, F(truth), M).digits == kept


def test_surviving_digits_end_at_sixteen_and_at_none() -> None:
    assert surviving(F(0), F(0), M) == 16
    assert surviving(F("1e-30"), F(1), M) == 16
    assert surviving(F("0.999"), F(1), M) == 0
    assert surviving(F(1), F(1), M) == 0
    assert surviving(F(1), F(0), M) == 0


@pytest.mark.parametrize(("off", "status"), [("1e-20", "agree"), ("0.9e-12", "agree"), ("1.1e-12", "undecided")])
def test_sympy_may_contradict(off: str, status: str) -> None:
    symbolic = M.decimal(F(2) * (1 + F(off)), 30)
    found = weighed(2.0, slope(2), symbolic=symbolic)
    assert found.status == status
    if status == "undecided":
        assert found.reason == "the limit gives 2.0, SymPy gives 2.0000000000022"
        assert found.exact is None
    third = weighed(1 / 3, slope(F(1) / 3), symbolic="0.33333333333444444444444")
    assert third.reason == "the limit gives 0.33333333333333333, SymPy gives 0.33333333333444444"
    assert weighed(2.0, slope(2), symbolic="3.0", bend="abs has a kink at x = 0").status == "agree"


def test_sympy_calls_zero_what_float64_cannot_tell_from_it() -> None:
    assert weighed(0.0, slope(F(FAINTEST) / 2), symbolic="0.0", bound=FAINTEST).status == "inexact"
    assert weighed(0.0, slope(F(FAINTEST) * 3), symbolic="0.0").status == "undecided"
    assert weighed(0.0, slope(F(FAINTEST) / 2), symbolic="1e-100").status == "undecided"
    assert weighed(0.0, slope("1e-324"), symbolic="2e-324").status == "undecided"


@pytest.mark.parametrize(
    ("conclusion", "status", "reason"),
    [
        ("undecided", "undecided", UNSETTLED),
        ("valueless", "undecided", TOO_FAR_OUT),
        ("unaffordable", "unchecked", UNAFFORDABLE),
    ],
)
def test_where_the_limit_is_silent_sympy_is_heard(conclusion: Conclusion, status: str, reason: str) -> None:
    silent = Limit(conclusion)
    assert weighed(2.0, silent) == Verdict(status, reason)  # type: ignore[arg-type]
    assert weighed(2.0, silent, symbolic="2.0").status == "agree"
    assert weighed(2.0, silent, symbolic="2.5").status == "disagree"
    assert weighed(2.0, silent, symbolic="2.0", bend="a bend") == Verdict(status, reason)  # type: ignore[arg-type]
    assert weighed(2.0, Limit(conclusion, F(2)), symbolic=None).status == status


def test_a_doubtful_point_says_what_it_may_lie_on() -> None:
    found = weighed(2.0, Limit("doubtful"), bend="1,100 digits do not tell", symbolic="2.0")
    assert found == Verdict("undecided", "1,100 digits do not tell")


def test_the_rules_are_wrong_where_they_miss_the_truth_with_nothing_lost() -> None:
    wrong = weighed(2.0, slope(3), bound=math.inf, rules=2)
    assert wrong.status == "disagree"
    assert wrong.reason == "backprop gives 2, the limit gives 3"
    assert (wrong.exact, wrong.digits) == ("3.0", 0)
    assert weighed(1 + 3e-7, slope(1)).digits == 6
    assert weighed(1 + 3e-7, slope(1), rules=2).digits == 6
    assert weighed(2.0, slope(3), bound=math.inf, rules=2, bend="a bend").status == "inexact"
    assert weighed(2.0, slope(3), bound=math.inf, rules=2, error="0.1").status == "inexact"
    assert weighed(2.0, slope(3), bound=math.inf, rules=2, error="0.095").status == "disagree"
    assert weighed(2.0, slope(3), bound=math.inf, rules=2, noise="0.95").status == "disagree"
    assert weighed(2.0, slope(3), bound=math.inf, rules=2, noise="1.05").status == "inexact"
    assert weighed(0.0, slope(0), rules=FAINTEST, noise=0).status == "agree"
    assert weighed(0.0, slope(0), rules=F(FAINTEST) * 2, noise=0).status == "disagree"
    assert weighed(1.0, slope(1), bound=1e-11, rules=1 + F("0.9e-12")).status == "agree"
    assert weighed(1.0, slope(1), bound=1e-11, rules=1 + F("1.1e-12")).status == "disagree"


def test_the_rules_are_sharper_than_the_limit() -> None:
    third = F(1) / 3
    digits = "0.33333333333333333333333333333333333333"
    limit = slope(third + F(10) ** -22, F(10) ** -21)
    found = weigh(evidence(1 / 3, limit, rules=third), M, 38)
    assert found.exact == digits
    assert weigh(evidence(1 / 3, limit), M, 38).exact == M.decimal(third + F(10) ** -22, 20)
    assert weigh(evidence(1 / 3, slope(third)), M, 38).exact == "0." + 20 * "3"
    assert weigh(evidence(1 / 3, slope(third)), M, 10).exact == "0." + 10 * "3"
    assert weigh(evidence(1 / 3, limit, rules=third), M).exact == "0." + 25 * "3"
    assert weigh(evidence(1 / 3, slope(third), rules=third, noise="1e-12"), M, 30).exact == "0." + 20 * "3"
    assert weigh(evidence(1 / 3, slope(third), rules=third, noise="1e-13"), M, 30).exact == "0." + 30 * "3"
    # But not where all that they have is noise, nor beside a limit of zero where they are above its radius.
    assert weigh(evidence(0.0, slope(0, "1e-20"), rules="1e-25", noise="1e-24"), M).exact == "0.0"
    assert weigh(evidence(0.0, slope(0, "1e-20"), rules="1e-25", noise="1e-26"), M).exact == "1.0e-25"
    assert weigh(evidence(0.0, slope("1e-40", "1e-20"), rules="1e-25", noise="1e-26"), M).exact == "1.0e-40"


@pytest.mark.parametrize(
    ("limit", "convention", "verdict"),
    [
        (Limit("kink", None, None, F(0), F(1)), "relu'(0) = 0",
         Verdict("kink", "B: left slope 0, right slope 1; backprop takes relu'(0) = 0", None, None, 0.0, 1.0)),
        (Limit("kink", None, None, F(-1), F("0.1")), None,
         Verdict("kink", "B: left slope -1, right slope 0.1", None, None, -1.0, 0.1)),
        (Limit("jump", None, None, F(0), M.context.inf), "slope 0",
         Verdict("jump", "B: left slope 0, right slope inf; backprop takes slope 0", None, None, 0.0, math.inf)),
        (Limit("vertical", None, None, M.context.inf, M.context.inf), None,
         Verdict("vertical", "B: the slope is inf on both sides", None, None, math.inf, math.inf)),
        (Limit("edge", None, None, None, F(2)), "any",
         Verdict("edge", "B: there is no value on the left, the slope on the right is 2", None, None, None, 2.0)),
        (Limit("edge", None, None, F(2), None), None,
         Verdict("edge", "B: there is no value on the right, the slope on the left is 2", None, None, 2.0, None)),
        (Limit("edge"), None,
         Verdict("edge", "B: there is no value on the left or the right", None, None, None, None)),
    ],
)  # fmt: skip
def test_a_bend_is_told_with_both_sides(limit: Limit, convention: str | None, verdict: Verdict) -> None:
    assert weighed(0.0, limit, bend="B", convention=convention) == verdict
    without = weighed(0.0, limit, convention=convention)
    assert without.reason is not None
    assert without.reason.startswith("the function ends here: ")


def test_a_slope_at_a_bend_that_backprop_takes_by_convention() -> None:
    kept = {"bend": "max(x, x) changes its rule at x = 0", "convention": "the first of the arguments that tie"}
    found = weighed(0.0, slope(2), bound=math.inf, **kept)
    assert found.reason == f"{kept['bend']}: backprop takes {kept['convention']}, 0; exactly it is 2"
    assert found == Verdict("inexact", found.reason, "2.0", 0)
    for told in ({"bend": kept["bend"]}, {"convention": kept["convention"]}, {}):
        plain = weighed(0.0, slope(2), bound=math.inf, **told)
        assert plain.reason == "the gradient is lost to rounding: 0 of 16 digits survive; exactly it is 2"
    assert "lost to rounding" in str(weighed(1.99, slope(2), bound=math.inf, **kept).reason)
    assert "no number" in str(weighed(math.nan, slope(2), bound=math.inf, **kept).reason)


@pytest.mark.parametrize(
    ("number", "truth", "sentence"),
    [
        (1.5, "2", "the value is lost to rounding: 0 of 16 digits survive; exactly it is 2"),
        (math.inf, "1.4e400", "overflow: float64 gives inf, exactly it is 1.4e+400"),
        (-math.inf, "5", "overflow: float64 gives -inf, exactly it is 5"),
        (math.nan, "1.4e400", "overflow: float64 gives nan, exactly it is 1.4e+400"),
        (0.0, "-1.4e400", "overflow: float64 gives 0, exactly it is -1.4e+400"),
        (math.nan, "5", "float64 has no number for the value here (0 × ∞ or ∞ − ∞); exactly it is 5"),
        (0.0, "2.5e-400", "underflow: float64 gives 0, exactly it is 2.5e-400"),
        (0.0, "-2e-308", "underflow: float64 gives 0, exactly it is -2e-308"),
        (0.0, "3e-308", "the value is lost to rounding: 0 of 16 digits survive; exactly it is 3e-308"),
        (99.0, "100", "the value is lost to rounding: 2 of 16 digits survive; exactly it is 100"),
        (0.0, "1.79e308", "the value is lost to rounding: 0 of 16 digits survive; exactly it is 1.79e+308"),
        (0.0, "1.8e308", "overflow: float64 gives 0, exactly it is 1.8e+308"),
        (1.0, "0", "the value is lost to rounding: 0 of 16 digits survive; exactly it is 0"),
    ],
)
def test_how_a_value_was_lost(number: float, truth: str, sentence: str) -> None:
    found = weigh_value(number, math.inf, F(truth), M)
    assert found.status == "inexact"
    assert found.reason == sentence


def test_a_value_is_right_within_its_bound() -> None:
    assert weigh_value(1.0, 0.0, F(1), M, 30) == Verdict("agree", None, "1.0", 16)
    assert weigh_value(1 + 0.5e-9, 0.2e-9, F(1), M).status == "agree"
    assert weigh_value(1 + 0.5e-9, 0.1e-9, F(1), M).status == "inexact"
    assert weigh_value(1 / 3, 0.0, F(1) / 3, M, 30).exact == "0." + "3" * 30
    assert weigh_value(1 / 3, 0.0, F(1) / 3, M).exact == "0." + "3" * 25


def test_what_is_not_known_is_none() -> None:
    assert tuple(Verdict("agree")) == ("agree", None, None, None, None, None)
    assert Verdict("unchecked", None, None, None, None, None) == UNCHECKED
    assert UNSETTLED_VALUE == "the value does not settle, even at 1,100 digits"
    assert UNSETTLED == "the limit does not settle, even at 1,100 digits"
    assert evidence(0.0, slope(0)).convention is None
    assert Evidence(0.0, 0.0, None, None, None, slope(0), None, None).convention is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("6", "6"), ("-8.3333333333333e-10", "-8.333333333e-10"), ("2e300", "2e+300"), ("1e-5", "1e-5"), ("0", "0"),
        ("0.125", "0.125"), ("123456789012", "1.23456789e+11"),
    ],
)  # fmt: skip
def test_numbers_in_sentences(number: str, text: str) -> None:
    assert short(M, F(number)) == text


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_with_a_long_exponent_in_a_sentence(sign: int) -> None:
    """The exponent is written out up to twenty characters, its sign among them."""
    power = {"": sign, "-": -sign}
    for written, s in power.items():
        found = short(M, s * M.power(F(10), F(10) ** 30))
        assert found == f"about {'-' if s < 0 else ''}10^(1e+30)", written
        assert short(M, s * M.power(F(10), -(F(10) ** 30))) == f"about {'-' if s < 0 else ''}10^(-1e+30)"
    assert short(M, M.power(F(10), F(10) ** 30 / 3)) == "about 10^(3.333333333e+29)"
    assert short(M, M.power(F(10), F(10) ** 18 + F("0.3010299956639812"))).endswith("e+1000000000000000000")


def test_rules_that_differ_by_more_than_can_be_worked_with_leave_the_limit_its_digits() -> None:
    far = M.context.ldexp(1, MAX_EXPONENT + 1)
    level = Readings(read("x").graph, {0: 1.0}).level(1)
    assert known_digits(evidence(1.0, slope(1), rules=1, error=far, noise=0), level) == LIMIT_DIGITS
    assert known_digits(evidence(1.0, slope(1), rules=1, error=0, noise=0), level) == level.digits - SPARE_DIGITS
