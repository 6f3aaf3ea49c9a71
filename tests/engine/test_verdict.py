"""Each witness can fail alone, and the verdict says so; what float64 lost is told from what a rule got wrong."""

from __future__ import annotations

import mpmath
import pytest
from gradx.witnesses.limit import Limit
from gradx.witnesses.precise import Readings
from multiprecision import Multiprecision

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64, Float64
from gradx.point.exploration import Exploration, Options, explore
from gradx.point.judgement import exact_value, judge
from gradx.point.verdict import UNAFFORDABLE, Evidence, Verdict, weigh
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward

M = Multiprecision(100)


def explored(text: str, **point: float) -> Exploration:
    return explore(read(text), point, Options())


def verdict(text: str, name: str, **point: float) -> Verdict:
    return next(node.verdict for node in explored(text, **point).nodes if node.name == name)


def evidence(**changes: object) -> Evidence:
    six = M.number(6.0)
    zero = M.number(0.0)
    base = Evidence(6.0, 1e-15, six, zero, zero, Limit("slope", six, zero, six, six), "6.0", None)
    return base._replace(**changes)  # type: ignore[arg-type]


def test_all_witnesses_together() -> None:
    found = weigh(evidence(), M)
    assert (found.status, found.exact, found.digits, found.reason) == ("agree", "6.0", 16, None)


def test_a_wrong_limit_is_contradicted_by_sympy() -> None:
    wrong = M.number(6.0625)
    found = weigh(evidence(limit=Limit("slope", wrong, M.number(0.0), wrong, wrong)), M)
    assert found.status == "undecided"
    assert found.reason == "the limit gives 6.0625, SymPy gives 6.0"


def test_a_wrong_limit_alone_is_no_agreement() -> None:
    wrong = M.number(6.0625)
    found = weigh(evidence(limit=Limit("slope", wrong, M.number(0.0), wrong, wrong), symbolic=None), M)
    assert found.status == "disagree"


def test_a_wrong_sympy_is_contradicted_by_the_limit() -> None:
    assert weigh(evidence(symbolic="6.0000001"), M).status == "undecided"


def test_a_wrong_rule_disagrees_however_wide_the_error_bound() -> None:
    found = weigh(evidence(gradient=6.0000001, bound=1.0, rules=M.number(6.0000001)), M)
    assert found.status == "disagree"
    assert found.reason == "backprop gives 6.0000001, the limit gives 6"


def test_a_wrong_float64_sweep_disagrees_when_it_is_outside_its_bound() -> None:
    assert weigh(evidence(gradient=6.0000001), M).status == "disagree"


def test_lost_digits_within_the_bound_are_inexact() -> None:
    found = weigh(evidence(gradient=6.001, bound=0.01), M)
    assert (found.status, found.digits, found.exact) == ("inexact", 3, "6.0")


def test_a_gradient_that_float64_has_no_number_for_is_lost_and_not_wrong() -> None:
    assert weigh(evidence(gradient=float("nan"), bound=1e-15), M).status == "inexact"


def test_sympy_speaks_alone_where_the_limit_does_not_settle() -> None:
    assert weigh(evidence(limit=Limit("undecided")), M).status == "agree"
    assert weigh(evidence(limit=Limit("undecided"), symbolic=None), M).status == "undecided"


def test_a_budget_that_is_spent_leaves_a_gradient_unchecked() -> None:
    found = weigh(evidence(limit=Limit("unaffordable"), symbolic=None), M)
    assert found.status == "unchecked"
    assert found.reason
    assert "--checks all" in found.reason


class CosineOff(Float64):
    """float64 with a cosine that is off by one part in a million."""

    @staticmethod
    def cos(x: float) -> float:  # type: ignore[override]
        return FLOAT64.cos(x) * 1.000001


def test_a_broken_float64_function_is_not_blamed_on_rounding() -> None:
    graph = read("sin(x)*y").graph
    point = dict.fromkeys(graph.inputs, 1.25)
    run = forward(graph, CosineOff(), point)
    back = backprop(graph, CosineOff(), run)
    judged = judge(graph, run, back, Readings(graph, point), list(graph.shown), dict, "auto")
    assert judged.gradients[graph.index["x"]].status == "disagree"
    assert judged.gradients[graph.index["y"]].status == "agree"
    assert judged.confirmed is False


@pytest.mark.parametrize(
    ("text", "point", "status", "left", "right"),
    [
        ("relu(x)", 0.0, "kink", 0.0, 1.0),
        ("abs(x)^0.5", 0.0, "kink", float("-inf"), float("inf")),
        ("sqrt(x)", 0.0, "edge", None, float("inf")),
        ("cbrt(x)", 0.0, "vertical", float("inf"), float("inf")),
        ("floor(x)", 2.0, "jump", float("inf"), 0.0),
        ("sign(x)", 0.0, "jump", float("inf"), float("inf")),
    ],
)
def test_one_sided_slopes(text: str, point: float, status: str, left: float | None, right: float | None) -> None:
    found = verdict(text, "x", x=point)
    assert (found.status, found.left, found.right) == (status, left, right)


def test_the_sentence_of_a_kink_names_the_primitive_the_place_and_the_convention() -> None:
    reason = verdict("relu(w*x + b)", "w", w=1.0, x=2.0, b=-2.0).reason
    assert reason == "relu has a kink at w*x + b = 0: left slope 0, right slope 2; backprop takes relu'(0) = 0"


@pytest.mark.parametrize(
    ("text", "x", "exact"),
    [
        # looks bent at any distance that a 100-digit quotient uses, and is smooth: d/dx sqrt(x^2 + 1e-300) = 0 at 0
        ("sqrt(x^2 + 1e-300)", 0.0, "0.0"),
        # a step at any such distance: d/dx tanh(1e80 x) = 1e80 at 0
        ("tanh(1e80*x)", 0.0, "1e80"),
        # outside the domain at any such distance, inside it at x: d/dx log(x + 1e-200) = 1e200
        ("log(x + 1e-200)", 0.0, "1e200"),
        # an underflow of the derivative, not a zero: 1/cosh(400)^2 = 4 exp(-800) to 16 digits
        ("tanh(x)", 400.0, "1.467149833671074885e-347"),
    ],
)
def test_what_looks_bent_from_afar_is_looked_at_closer(text: str, x: float, exact: str) -> None:
    found = verdict(text, "x", x=x)
    assert found.status in ("agree", "inexact")
    assert is_near(found.exact, exact)


def is_near(found: str | None, exact: str) -> bool:
    expected = M.context.mpf(exact)
    return found is not None and bool(abs(M.context.mpf(found) - expected) <= abs(expected) * 1e-15)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (64.03599311520772, 1.4669288559102835e18),
        (-2.368200288952835, 8.279804434776178e18),
        (-47.48159721833631, 5.053431109396559e18),
        (-54.186166981687414, 6.126380351040224e18),
    ],
)
def test_a_sum_too_large_for_its_sine_is_lost_digits_and_no_wrong_rule(x: float, y: float) -> None:
    assert verdict("sin(x + y)", "x", x=x, y=y).status == "inexact"


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("where((3/0.1) % 2 < softplus(max(y, 1)), 100*sqrt(2), sin(y) - hypot(y, 3))", {"y": 1.1532108935005203}),
        ("sigmoid(hypot(cot(sinh(y)) + ceil(softplus(y)), z*erf(z^y)))", {"y": 54.821196025000596, "z": 0.0}),
        ("(y + z)^2*max(tanh(x), gelu(z))", {"x": -0.001775939002134317, "y": -4.0, "z": -16.761927622281103}),
        (
            "atan2(log(0.1 + (y*y + min(0.1, y))), 0.1^(-1)*(acot(x)/(y*0.1))/digamma(tanh(x + x)))",
            {"x": -73.06191179938965, "y": -7.63889626878759e-08},
        ),
        ("sin(0.1*x*sin(x)) - sigmoid(y/z)*abs(exp(x)) + sin(z)", {"x": 0.0, "y": -1.0, "z": 1.5686079605153454e-07}),
    ],
    ids=[
        "another branch",
        "an argument that may be anything",
        "a row of several steps",
        "no number in float64",
        "far below float64",
    ],
)
def test_right_rules_are_not_called_wrong(text: str, point: dict[str, float]) -> None:
    assert "disagree" not in {node.verdict.status for node in explored(text, **point).nodes}


@pytest.mark.parametrize(
    ("text", "x", "factor"),
    [
        ("tanh(sinh(x)) % -1", -9.0, 1),
        ("tanh(sinh(x)) % 1", -9.0, 1),
        ("tanh(sinh(x)) % 1", 9.0, 1),
    ],
)
def test_a_remainder_by_1_sees_what_a_number_next_to_1_lacks(text: str, x: float, factor: int) -> None:
    context = mpmath.MPContext()
    context.dps = 4_000
    slope = factor * context.cosh(x) / context.cosh(context.sinh(x)) ** 2
    verdict = explored(text, x=x).nodes[0].verdict
    assert verdict.status == "inexact"
    assert verdict.exact is not None
    assert abs(context.mpf(verdict.exact) / slope - 1) < 1e-15


@pytest.mark.parametrize("text", ["tanh(sinh(x)) % 0.5", "1 % tanh(sinh(x))", "3 % tanh(sinh(x))"])
def test_a_remainder_by_another_number_does_not_see_it_and_claims_no_jump(text: str) -> None:
    assert verdict(text, "x", x=9.0).status == "undecided"


@pytest.mark.parametrize("text", ["log(2 + exp(-x) - 2)", "log(x + exp(-x) - x)"])
def test_where_the_domain_ends_nearer_than_anybody_looks_it_does_not_end_here(text: str) -> None:
    found = explored(text, x=9000.0)
    assert found.value_verdict.exact == "-9000.0"
    assert {node.verdict.status for node in found.nodes[:-1]} == {"undecided"}


@pytest.mark.parametrize(("text", "x"), [("y^tanh(x)", 6126.0), ("y^(-tanh(x))", 6126.0), ("y^erf(x)", 200.0)])
def test_a_power_of_what_is_below_0_sees_that_an_exponent_is_next_to_1(text: str, x: float) -> None:
    with pytest.raises(GradxError, match="a negative base needs a whole exponent"):
        explored(text, x=x, y=-1.5)


def test_where_digits_do_not_tell_an_argument_from_0_the_error_says_so() -> None:
    with pytest.raises(GradxError) as drowned:
        explored("log(1 - cos(exp(-x)))", x=3000.0)
    assert drowned.value.problem.message.endswith("1 - cos(exp(-x)) is 0 here, as far as 1,100 digits tell")
    with pytest.raises(GradxError) as certain:
        explored("log(x - 1)", x=1.0)
    assert certain.value.problem.message.endswith("x - 1 is 0 here")


def test_the_value_is_judged_too() -> None:
    lost = explored("1/(1/x^2)", x=1e-200)
    assert lost.value_verdict.status == "inexact"
    assert is_near(lost.value_verdict.exact, "1e-400")
    over = explored("x + y", x=1e308, y=1e308)
    assert over.value_verdict.reason == "overflow: float64 gives inf, exactly it is 2e+308"
    assert over.confirmed is False


def test_an_underflow_is_not_a_domain_error() -> None:
    # float64 divides by zero here; exactly the value is 1e400
    found = explored("1/x^2", x=1e-200)
    assert found.value_verdict.status == "inexact"
    assert is_near(found.value_verdict.exact, "1e400")


def test_what_no_precision_resolves_is_undecided_and_not_zero() -> None:
    # exp(exp(15)) has 1,419,717 digits before the point: its sine and cosine would need more digits than there are
    found = explored("sin(exp(exp(x)))", x=15.0)
    assert found.value_verdict.status == "undecided"
    assert [node.verdict.status for node in found.nodes if node.name in ("x", "v2")] == ["undecided"] * 2


def test_what_takes_more_digits_than_the_budget_pays_is_unchecked_and_the_value_is_not_known() -> None:
    # exp(exp(12)) has 70,684 digits before the point
    found = explored("sin(exp(exp(x)))", x=12.0)
    assert found.value_verdict.status == "undecided"
    assert "70,784 digits" in (found.value_verdict.reason or "")
    assert "--checks all" in (found.value_verdict.reason or "")
    assert [node.verdict for node in found.nodes if node.name in ("x", "v2")] == [
        Verdict("unchecked", UNAFFORDABLE)
    ] * 2
    assert found.confirmed is False
    assert not found.warnings


def test_all_checks_read_as_many_digits_as_that_takes() -> None:
    # e^20000 has 8,686 digits, and their error function costs more than the budget
    program, point = read("cos(erf(y)*exp(x))"), {"x": 20_000.0, "y": 3.0}
    found = explore(program, point, Options(checks="all"))
    with mpmath.workdps(8_800):
        value = mpmath.cos(mpmath.erf(3) * mpmath.exp(20_000))
    with mpmath.workdps(25):
        assert is_near(found.value_verdict.exact, str(+value))
    assert {node.verdict.status for node in found.nodes} <= {"agree", "inexact"}
    assert explore(program, point, Options()).value_verdict.status == "undecided"


def test_the_same_question_gets_the_same_answer() -> None:
    text = " + ".join(f"sin(x{k}*x{k + 1})" for k in range(60))
    point = {f"x{k}": 0.5 + k / 7 for k in range(61)}
    first, second = (explored(text, **point) for _ in range(2))
    assert [n.verdict for n in first.nodes] == [n.verdict for n in second.nodes]


@pytest.mark.slow
def test_more_inputs_than_the_budget_holds_are_sampled_and_it_is_said() -> None:
    count = 300
    text = " + ".join(f"x{k}^2" for k in range(count))
    found = explored(text, **{f"x{k}": float(k) for k in range(count)})
    statuses = [node.verdict.status for node in found.nodes if node.kind == "input"]
    assert statuses.count("agree") == 5
    assert statuses.count("unchecked") == count - 5
    assert found.confirmed is None
    assert any("a random direction through all of them agrees with backprop" in text for text in found.warnings)
    everything = explore(read(text), found.point, Options(checks="all"))
    assert everything.confirmed is True


def test_gradients_whose_sum_is_past_float64_are_sampled_too() -> None:
    names = [f"x{k}" for k in range(300)]
    found = explored(f"1e307*({' + '.join(names)})", **dict.fromkeys(names, 0.001))
    assert any("a random direction through all of them agrees with backprop" in text for text in found.warnings)


def test_a_branch_not_taken_has_no_value_no_gradient_and_no_verdict() -> None:
    found = explored("u = log(x); where(x > 0, u, x)", x=-1.0)
    u = next(node for node in found.nodes if node.name == "u")
    assert (u.value, u.gradient, u.verdict.status) == (None, None, "unchecked")
    assert found.confirmed is True


@pytest.mark.slow
def test_a_value_that_needs_more_digits_than_a_large_graph_is_given_is_unchecked() -> None:
    terms = (f"(sin(x*{k})^2 + cos(x*{k})^2 - 1)" for k in range(2, 252))
    found = explore(read(" + ".join(terms)), {"x": 0.7})
    assert found.value_verdict == Verdict("unchecked", UNAFFORDABLE)
    assert found.nodes[0].verdict.status == "unchecked"


@pytest.mark.parametrize("x", [k / 7 for k in range(1, 20)])
def test_a_value_below_all_noise_is_zero(x: float) -> None:
    readings = Readings(read("sin(x)^2 + cos(x)^2 - 1").graph, {0: x})
    assert exact_value(readings, 3) == 0
