"""How far a budget goes: precision climbs until enough digits are proved, and what is not reached is said to be so."""

from __future__ import annotations

import mpmath
import pytest

from gradx.language.program import read
from gradx.numbers.balls import BALLS
from gradx.point.bend import Bend
from gradx.point.enclosure import (
    AUTO_BUDGET,
    AUTO_LEVELS,
    FURTHER,
    MOST_ON_SIDES,
    Budget,
    Enclosures,
    OpenError,
    OverBudgetError,
)
from gradx.point.exploration import Options, explore
from gradx.point.judge import UNAFFORDABLE
from gradx.point.reading import LADDER, Readings
from gradx.point.verdict import Judgement, Proof, Verdict


def enclosures(text: str, *, digits: int = 28, everything: bool = False, **point: float) -> Enclosures:
    graph = read(text).graph
    readings = Readings(graph, BALLS, {graph.index[name]: x for name, x in point.items()})
    return Enclosures(readings, Budget(everything=everything), digits)


def gradient(text: str, name: str = "x", *, everything: bool = False, **point: float) -> Proof:
    found = enclosures(text, everything=everything, **point)
    proof = found.gradient(found.readings.graph.index[name])
    assert isinstance(proof, Proof)
    return proof


def is_near(proof: Proof, true: mpmath.mpf) -> bool:
    shown = proof.shown(25)
    with mpmath.workdps(30):
        return shown is not None and bool(abs(mpmath.mpf(shown) - true) <= abs(true) * mpmath.mpf("1e-24"))


def test_a_budget_pays_until_it_is_spent_and_all_checks_have_no_end() -> None:
    budget = Budget()
    assert budget.levels == AUTO_LEVELS
    budget.spend(AUTO_BUDGET - 1)
    budget.spend(1)
    with pytest.raises(OverBudgetError):
        budget.spend(1)
    budget.spend(0)
    everything = Budget(everything=True)
    everything.spend(10**30)
    assert everything.levels == len(LADDER)


@pytest.mark.parametrize(
    ("text", "x", "bits", "slope"),
    [
        ("sin(x)", 0.7, 256, lambda x: mpmath.cos(x)),
        # e^200 has 289 bits before the point, e^700 1,010: what a sine leaves of them
        ("sin(exp(x))", 200.0, 640, lambda x: mpmath.exp(x) * mpmath.cos(mpmath.exp(x))),
        ("sin(exp(x))", 700.0, 1_800, lambda x: mpmath.exp(x) * mpmath.cos(mpmath.exp(x))),
        # e^-800 is lost beside 1 below 1,155 bits
        ("(1 + exp(-x)) - 1", 800.0, 1_800, lambda x: -mpmath.exp(-x)),
    ],
)
def test_precision_climbs_until_the_value_is_known(text: str, x: float, bits: int, slope: object) -> None:
    found = enclosures(text, x=x)
    assert LADDER[found.level] == bits
    assert found.value().bits == bits
    proof = found.gradient(found.readings.graph.index["x"])
    assert isinstance(proof, Proof)
    assert proof.bits >= bits
    with mpmath.workdps(1_000):
        assert is_near(proof, slope(mpmath.mpf(x)))  # type: ignore[operator]


def test_a_precision_that_the_one_before_shows_to_be_too_low_is_left_out() -> None:
    """Two coupled sequences, which no cut parts, lose some 1.4 bits a step on a way of 900 steps."""
    lines = ["a0 = x", "b0 = y"]
    for k in range(1, 901):
        lines += [f"a{k} = a{k - 1} + 2*cos(b{k - 1})", f"b{k} = b{k - 1} - sin(a{k - 1})"]
    found = enclosures(";\n".join([*lines, "J = a900 + b900"]), x=0.3, y=0.5)
    assert LADDER[found.level] == 1_800
    assert found.value().is_settled(28)
    assert sorted(found.readings._read) == [0, 2]
    assert found.readings[1].output.rel_accuracy_bits() < 8


def test_more_digits_take_more_bits() -> None:
    few, many = enclosures("exp(sin(x))", x=0.7), enclosures("exp(sin(x))", x=0.7, digits=200)
    assert [LADDER[found.level] for found in (few, many)] == [256, 1_800]
    proof = many.gradient(0)
    assert isinstance(proof, Proof)
    with mpmath.workdps(230):
        x = mpmath.mpf(0.7)
        true = mpmath.cos(x) * mpmath.exp(mpmath.sin(x))
        shown = proof.shown(200)
        assert shown is not None
        assert abs(mpmath.mpf(shown) / true - 1) < mpmath.mpf(10) ** -198


@pytest.mark.parametrize("distance", [2.0**-30, 2.0**-100, 2.0**-300, 2.0**-900])
def test_the_ball_shrinks_where_a_boundary_is_near(distance: float) -> None:
    # relu(y) + x*sqrt(y) with y = distance off its edge
    proof = gradient("sqrt(y + 0*x) + relu(y)", "y", x=1.0, y=distance)
    with mpmath.workdps(60):
        assert is_near(proof, 1 / (2 * mpmath.sqrt(mpmath.mpf(distance))) + 1)


def test_each_of_the_methods_has_its_place() -> None:
    assert gradient("x^2", x=3.0).method == "quotient"
    assert gradient("x^2 + 0*y", "y", x=3.0, y=1.0).is_zero
    aside = gradient("u = x^3; 2*x", "u", x=3.0)
    assert (aside.method, aside.ball) == ("exact", 0)
    assert gradient("x^2", "J", x=3.0).method == "exact"
    assert gradient("x^2", "J", x=3.0).ball == 1
    assert gradient("x*abs(x)", x=0.0).method == "series"
    bend = enclosures("abs(x)", x=0.0).gradient(0)
    assert isinstance(bend, Bend)
    assert bend.finding == "kink"
    step = gradient("x^2", x=3.0)
    assert step.step is not None
    assert step.remainder is not None
    assert gradient("x*abs(x)", x=0.0).step is None


@pytest.mark.parametrize(("text", "x"), [("sin(x)^2 + cos(x)^2 - 1", 0.7), ("exp(x)*exp(-x)", 3.0)])
def test_a_number_that_10_000_bits_do_not_tell_from_0_is_0(text: str, x: float) -> None:
    proof = gradient(text, x=x)
    assert proof.is_zero
    assert proof.bits >= 10_000
    assert proof.shown(25) == "0.0"


def test_a_number_that_they_do_tell_from_0_is_none_however_small() -> None:
    with mpmath.workdps(30):
        assert is_near(gradient("1e-200*(1e-200*x)", x=1.0), mpmath.mpf(1e-200) ** 2)
        assert is_near(gradient("(1 + exp(-x)) - 1", x=800.0), -mpmath.exp(-800))
        # 10^-2606 beside 1: 8,656 bits
        assert is_near(gradient("(1 + exp(-x)) - 1", x=6000.0), -mpmath.exp(-6000))


def test_what_a_sum_drowns_is_no_zero_where_the_chain_rule_sees_it() -> None:
    # along u the sum only sees 1 + e^-9000*u, of which 10,000 bits keep the 1; the chain rule has e^-9000 itself
    proof = gradient("1 + exp(-9000)*x", x=2.0)
    with mpmath.workdps(30):
        assert is_near(proof, mpmath.exp(-9000))


def test_what_stays_open_says_at_which_node_and_what_is_known_all_the_same() -> None:
    found = enclosures("erf(x) % 1", x=200.0)
    with pytest.raises(OpenError) as value:
        found.value()
    assert value.value.node == found.readings.graph.output
    assert value.value.bits == LADDER[FURTHER]
    wide = enclosures("sin(exp(exp(x)))", x=15.0)
    with pytest.raises(OpenError) as error:
        wide.gradient(0)
    assert error.value.node is None
    assert error.value.truth is not None
    assert error.value.truth.ball.contains(0)


@pytest.mark.slow
def test_beside_a_boundary_of_a_large_graph_nothing_is_looked_at() -> None:
    steps = "".join(f"u{k + 1} = u{k} + 1\n" for k in range(MOST_ON_SIDES))
    text = f"u0 = x\n{steps}abs(x)*u{MOST_ON_SIDES}"
    with pytest.raises(OverBudgetError):
        enclosures(text, x=0.0).gradient(0)
    found = explore(read(text), {"x": 0.0})
    slope = next(node.verdict for node in found.nodes if node.name == "x")
    assert slope == Verdict("unchecked", UNAFFORDABLE)
    assert not found.confirmed


def test_what_the_budget_does_not_reach_is_unchecked_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    text, point = "x*y + sin(x)", {"x": 0.7, "y": 2.0}
    monkeypatch.setattr("gradx.point.enclosure.AUTO_BUDGET", 20)
    found = explore(read(text), point)
    reached = {node.name: node.verdict for node in found.nodes}
    assert {v.status for v in reached.values()} == {"agree", "unchecked"}
    assert {v.reason for v in reached.values() if v.status == "unchecked"} == {UNAFFORDABLE}
    assert "--checks all" in UNAFFORDABLE
    assert (found.value_verdict.status, found.confirmed) == ("agree", None)
    monkeypatch.setattr("gradx.point.enclosure.AUTO_BUDGET", 0)
    nothing = explore(read(text), point)
    unchecked = Verdict("unchecked", UNAFFORDABLE)
    assert [node.verdict for node in nothing.nodes if node.name != "J"] == [unchecked] * 4
    assert nothing.nodes[-1].verdict.status == "agree"  # the output's own slope is 1, for nothing
    assert nothing.value_verdict == Verdict("unchecked", UNAFFORDABLE)
    assert explore(read(text), point, Options(checks="all")).confirmed is True


def test_what_is_proved_does_not_depend_on_what_else_is_asked() -> None:
    text, point = "u = x*y\nv = sin(u)\nv/(1 + u^2)", {"x": 0.7, "y": 2.0}
    found = enclosures(text, **point)
    order = list(found.readings.graph.shown)
    forwards = {i: found.gradient(i) for i in order}
    other = enclosures(text, **point)
    for i in reversed(order):
        proof, same = other.gradient(i), forwards[i]
        assert isinstance(proof, Proof)
        assert isinstance(same, Proof)
        assert (proof.lower, proof.upper, proof.method, proof.bits) == (same.lower, same.upper, same.method, same.bits)


def test_all_gradients_at_once_hold_what_each_alone_holds() -> None:
    found = enclosures("u = x*y\nv = sin(u)\nv/(1 + u^2) + exp(-x)", x=0.7, y=2.0)
    together = found.all_gradients(range(len(found._graph.primitives)))
    for i in found.readings.graph.shown:
        alone = found.gradient(i)
        assert isinstance(alone, Proof)
        assert together[i].ball.overlaps(alone.ball)
        assert together[i].method == "chain"
        assert together[i].is_settled(28)


def test_a_walk_tells_what_it_leaves_around_0() -> None:
    found = enclosures("exp(x)*y - exp(x)*y + y + where(x > 1, x, z)", x=1.0, y=2.0, z=3.0)
    found.all_gradients(range(3))
    known = {name: found.is_left_around_0(found.readings.graph.index[name]) for name in "xyz"}
    assert known == {"x": False, "y": False, "z": False}  # x moves a condition: nothing is known of it
    blunt = enclosures("exp(x)*y - exp(x)*y + y", x=1.0, y=2.0)
    blunt.all_gradients(range(2))
    assert [blunt.is_left_around_0(blunt.readings.graph.index[name]) for name in "xy"] == [True, False]


def test_all_gradients_at_once_leave_out_what_is_not_known() -> None:
    found = enclosures("u = relu(x)\nu + y^2", x=0.0, y=1.5)
    graph = found.readings.graph
    together = found.all_gradients(range(len(found._graph.primitives)))
    assert graph.index["x"] not in together
    assert together[graph.index["y"]].ball.contains(3)


@pytest.mark.parametrize(
    ("statuses", "value", "confirmed"),
    [
        (("agree", "agree"), "agree", True),
        (("agree", "unchecked"), "agree", None),
        (("agree", "agree"), "unchecked", None),
        (("unchecked", "inexact"), "agree", False),
        (("agree", "agree"), "undecided", False),
        (("kink", "agree"), "agree", False),
        (("disagree", "unchecked"), "agree", False),
    ],
)
def test_a_judgement_is_confirmed_where_all_of_it_is_right(
    statuses: tuple[str, str], value: str, confirmed: bool | None
) -> None:
    gradients = {i: Verdict(status) for i, status in enumerate(statuses)}  # type: ignore[arg-type]
    assert Judgement(gradients, Verdict(value)).confirmed is confirmed  # type: ignore[arg-type]
