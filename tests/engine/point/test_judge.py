"""What is said of a program at a point: every verdict is true, what float64 lost is told from what a rule got wrong."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import pytest

from gradx.errors import GradxError
from gradx.language.program import Program, read
from gradx.numbers.float64 import FLOAT64, Float64
from gradx.point.exploration import Exploration, NodeReport, Options, explore
from gradx.point.judge import UNAFFORDABLE, Judge
from gradx.point.verdict import NOT_TAKEN, Verdict
from gradx.primitive import Primitive
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.table import TABLE

ALL = Options(checks="all")


def explored(text: str, options: Options | None = None, **point: float) -> Exploration:
    return explore(read(text), point, options)


def report(found: Exploration, name: str) -> NodeReport:
    return next(node for node in found.nodes if node.name == name)


def verdict(text: str, name: str = "x", **point: float) -> Verdict:
    return report(explored(text, **point), name).verdict


def is_near(found: str | None, exact: str | mpmath.mpf) -> bool:
    with mpmath.workdps(30):
        expected = mpmath.mpf(exact)
        return found is not None and bool(abs(mpmath.mpf(found) - expected) <= abs(expected) * mpmath.mpf("1e-15"))


@pytest.mark.parametrize(
    ("text", "point", "status", "left", "right"),
    [
        ("relu(x)", 0.0, "kink", 0.0, 1.0),
        ("abs(x)^0.5", 0.0, "kink", float("-inf"), float("inf")),
        ("sqrt(x)", 0.0, "edge", None, float("inf")),
        ("cbrt(x)", 0.0, "vertical", float("inf"), float("inf")),
        ("floor(x)", 2.0, "jump", float("inf"), 0.0),
        ("sign(x)", 0.0, "jump", float("inf"), float("inf")),
        ("where(x >= 0, 1, log(x))", 0.0, "edge", None, 0.0),
        # 1 at 0, 0 above, and no value below
        ("0^x", 0.0, "edge", None, float("-inf")),
    ],
)
def test_one_sided_slopes(text: str, point: float, status: str, left: float | None, right: float | None) -> None:
    found = verdict(text, x=point)
    assert (found.status, found.left, found.right) == (status, left, right)
    assert found.is_proved


@pytest.mark.parametrize(
    ("text", "point", "name", "reason"),
    [
        (
            "relu(w*x + b)",
            {"w": 1.0, "x": 2.0, "b": -2.0},
            "w",
            "relu has a kink at w*x + b = 0: left slope 0, right slope 2; backprop takes relu'(0) = 0",
        ),
        (
            "sqrt(x)",
            {"x": 0.0},
            "x",
            "x = 0 is at the edge of the domain of sqrt: there is no value on the left, the slope on the right is inf",
        ),
        (
            "sqrt(-abs(x))",
            {"x": 0.0},
            "x",
            "-abs(x) = 0 is at the edge of the domain of sqrt: there is no value on the left or the right",
        ),
        ("cbrt(x)", {"x": 0.0}, "x", "cbrt has a vertical tangent at x = 0: the slope is inf on both sides"),
        (
            "floor(x)",
            {"x": 2.0},
            "x",
            "floor jumps at x = 2: left slope inf, right slope 0; backprop takes slope 0",
        ),
        (
            "max(x, y)",
            {"x": 1.0, "y": 1.0},
            "x",
            "max(x, y) has a kink at this point: left slope 0, right slope 1; "
            "backprop takes the first of the arguments that tie",
        ),
    ],
)
def test_a_sentence_names_the_primitive_the_place_and_the_convention(
    text: str, point: dict[str, float], name: str, reason: str
) -> None:
    assert verdict(text, name, **point).reason == reason


def test_a_boundary_that_is_touched_and_not_crossed_is_none_of_the_function() -> None:
    # floor(1 - x^4) is 1 at 0 and 0 on both sides of it: the product is 0 all around, and backprop multiplies by 1
    found = verdict("x*floor(1 - x^4)", x=0.0)
    assert (found.status, found.exact, found.number) == ("inexact", "0.0", 1.0)
    assert found.reason == (
        "J is smooth here, on a boundary of floor(1 - x^4): backprop takes slope 0, which gives 1; exactly it is 0"
    )


def test_a_boundary_that_only_float64_stands_on_is_not_blamed() -> None:
    # exp(-800) is 0 in float64; what drowns beside exp(exp(10)) is read off series, as beside a boundary
    found = verdict("hypot(exp(exp(10)), abs(exp(x)))", x=-800.0)
    assert (found.status, found.cause, found.number) == ("inexact", "underflow", 0.0)
    assert found.proof is not None
    assert found.proof.method == "series"
    assert found.reason == "underflow: float64 gives 0; exactly it is 1.433106413e-10261"


@pytest.mark.parametrize(
    ("text", "x", "exact"),
    [
        # looks bent at any distance that float64 has, and is smooth: d/dx sqrt(x^2 + 1e-300) = 0 at 0
        ("sqrt(x^2 + 1e-300)", 0.0, "0.0"),
        # a step at any such distance: d/dx tanh(1e80 x) = 1e80 at 0
        ("tanh(1e80*x)", 0.0, "1e80"),
        # outside the domain at any such distance, inside it at x: d/dx log(x + 1e-200) = 1e200
        ("log(x + 1e-200)", 0.0, "1e200"),
        # an underflow of the derivative, not a zero: 1/cosh(400)^2 = 4 exp(-800) to 16 digits
        ("tanh(x)", 400.0, "1.467149833671074885e-347"),
    ],
)
def test_what_looks_bent_from_afar_is_smooth(text: str, x: float, exact: str) -> None:
    found = verdict(text, x=x)
    assert found.status == ("inexact" if x else "agree")
    assert found.is_proved
    assert is_near(found.exact, exact)


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
    found = verdict("sin(x + y)", x=x, y=y)
    assert found.status == "inexact"
    with mpmath.workdps(60):
        assert is_near(found.exact, mpmath.cos(mpmath.mpf(x) + mpmath.mpf(y)))


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
    assert {node.verdict.status for node in explored(text, **point).nodes} <= {"agree", "inexact", "edge", "unchecked"}


@pytest.mark.parametrize(
    ("text", "x", "of"),
    [
        ("where(x == 0, 0, x*sin(1/x))", 0.0, "where(x == 0, 0, x*sin(1/x))"),
        ("floor(sin(x)^2 + cos(x)^2)", 1.0, "floor(sin(x)^2 + cos(x)^2)"),
    ],
)
def test_on_a_boundary_it_is_not_said_that_the_side_is_open(text: str, x: float, of: str) -> None:
    verdict = report(explored(text, x=x), "x").verdict
    said = f"it is not decided whether there is a slope here, on a boundary of {of}"
    assert (verdict.status, verdict.reason) == ("undecided", said)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("erf(x) % -1", {"x": -200.0}),
        ("erf(x) % 0.5", {"x": 200.0}),
        ("3 % erf(x)", {"x": 200.0}),
        ("log(2 + exp(-x) - 2)", {"x": 30_000.0}),
        ("y^erf(x)", {"x": 200.0, "y": -1.5}),
    ],
)
def test_what_40_000_bits_do_not_tell_from_a_boundary_is_undecided(text: str, point: dict[str, float]) -> None:
    # 1 - erf(200) is 10^-17375, exp(-30000) is 10^-13029; 40,000 bits are 12,041 digits
    found = explored(text, **point)
    said = f"40,000 bits do not tell on which side of a boundary of {text} this point lies"
    for judged in (found.value_verdict, report(found, "x").verdict):
        assert (judged.status, judged.reason, judged.exact) == ("undecided", said, None)
        assert not judged.is_proved


@pytest.mark.parametrize(
    ("text", "x", "value", "asked"),
    [
        # 10,000 bits are 3,010 digits: one precision more tells these, unasked
        ("erf(x) % 1", 100.0, 1.0, []),
        ("erf(x) % 0.5", 100.0, 0.5, []),
        ("log(2 + exp(-x) - 2)", 9_000.0, -9_000.0, []),
        pytest.param("erf(x) % 0.5", 200.0, 0.5, [ALL], marks=pytest.mark.slow),
        ("log(2 + exp(-x) - 2)", 30_000.0, -30_000.0, [ALL]),
    ],
)
def test_more_bits_tell_it(text: str, x: float, value: float, asked: list[Options]) -> None:
    found = explored(text, *asked, x=x)
    assert found.value_verdict.exact is not None
    assert float(found.value_verdict.exact) == value
    with mpmath.workdps(4_200):
        at = mpmath.mpf(x)
        slope = -mpmath.mpf(1) if text.startswith("log") else 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(at**2))
    assert is_near(report(found, "x").verdict.exact, slope)


def test_without_checks_nothing_is_judged_and_a_branch_that_is_not_taken_is_told() -> None:
    found = explored("u = 2*x; where(x > 0, x, u)", Options(checks="none"), x=3.0)
    told = {node.name: node.verdict for node in found.nodes}
    assert told == {"x": Verdict("unchecked"), "u": NOT_TAKEN, "J": Verdict("unchecked")}
    assert (found.value_verdict, found.warnings, found.confirmed) == (Verdict("unchecked"), (), None)


def test_a_power_of_what_is_below_0_sees_that_an_exponent_is_next_to_1() -> None:
    with pytest.raises(GradxError, match="a negative base needs a whole exponent"):
        explored("y^tanh(x)", ALL, x=6126.0, y=-1.5)


def test_what_is_drowned_is_no_domain_error() -> None:
    # The argument is half of e^-6000.
    found = explored("log(1 - cos(exp(-x)))", x=3000.0)
    with mpmath.workdps(30):
        assert is_near(found.value_verdict.exact, -6000 - mpmath.log(2))
    with pytest.raises(GradxError) as certain:
        explored("log(x - 1)", x=1.0)
    assert certain.value.problem.message.endswith("x - 1 is 0 here")


def test_the_value_is_judged_too() -> None:
    lost = explored("1/(1/x^2)", x=1e-200)
    assert lost.value_verdict.status == "inexact"
    assert is_near(lost.value_verdict.exact, "1e-400")
    over = explored("x + y", x=1e308, y=1e308)
    assert over.value_verdict.reason == "overflow: float64 gives inf; exactly it is 2e+308"
    assert over.confirmed is False
    assert over.confirmed is False
    under = explored("x*y", x=1e-200, y=1e-200)
    assert under.value_verdict.reason == "underflow: float64 gives 0; exactly it is 1e-400"


def test_an_underflow_is_not_a_domain_error() -> None:
    # float64 divides by zero here; exactly the value is 1e400
    found = explored("1/x^2", x=1e-200)
    assert found.value_verdict.status == "inexact"
    assert is_near(found.value_verdict.exact, "1e400")


def test_what_no_precision_resolves_is_undecided_and_not_zero() -> None:
    # exp(exp(15)) has 1,419,717 digits before the point: its sine and cosine would need more digits than there are
    found = explored("sin(exp(exp(x)))", x=15.0)
    assert found.value_verdict.status == "undecided"
    assert "40,000 bits tell no more" in (found.value_verdict.reason or "")
    assert [report(found, name).verdict.status for name in ("x", "v2")] == ["undecided"] * 2
    assert found.confirmed is False


def test_as_many_bits_are_read_as_that_takes_all_of_them_with_all_checks() -> None:
    # e^20000 has 8,686 digits, e^30000 has 13,029; 40,000 bits are 12,041 digits
    for text, x, asked in (("cos(erf(y)*exp(x))", 20_000.0, Options()), ("cos(exp(x))", 30_000.0, ALL)):
        point = {"x": x, "y": 3.0} if "y" in text else {"x": x}
        found = explored(text, asked, **point)
        with mpmath.workdps(13_200):
            value = mpmath.cos((mpmath.erf(3) if "y" in text else 1) * mpmath.exp(x))
        assert is_near(found.value_verdict.exact, value)
        assert {node.verdict.status for node in found.nodes} <= {"agree", "inexact"}
    assert explored("cos(exp(x))", x=30_000.0).value_verdict.status == "undecided"


def test_the_same_question_gets_the_same_answer() -> None:
    text = " + ".join(f"sin(x{k}*x{k + 1})" for k in range(60))
    point = {f"x{k}": 0.5 + k / 7 for k in range(61)}
    first, second = (explored(text, **point) for _ in range(2))
    assert [told(n.verdict) for n in first.nodes] == [told(n.verdict) for n in second.nodes]
    assert {n.verdict.status for n in first.nodes} == {"agree"}


def told(found: Verdict) -> tuple[object, ...]:
    proof = found.proof
    return (found.status, found.reason, found.exact, found.left, found.right, found.digits) + (
        () if proof is None else (proof.method, proof.bits, proof.lower, proof.upper, proof.step, proof.remainder)
    )


def test_of_300_inputs_every_one_is_judged() -> None:
    count = 300
    text = " + ".join(f"x{k}^2" for k in range(count))
    found = explored(text, **{f"x{k}": float(k) for k in range(count)})
    for k in range(count):
        slope = report(found, f"x{k}").verdict
        assert (slope.status, slope.is_proved) == ("agree", True)
        assert slope.exact is not None
        assert float(slope.exact) == 2 * k
    assert found.confirmed is True
    assert found.confirmed is True
    assert found.warnings == ()


def test_where_their_sum_is_past_float64_too() -> None:
    names = [f"x{k}" for k in range(300)]
    found = explored(f"1e307*({' + '.join(names)})", **dict.fromkeys(names, 0.001))
    assert {report(found, name).verdict.status for name in names} == {"agree"}


def test_a_branch_not_taken_has_no_value_no_gradient_and_no_verdict() -> None:
    found = explored("u = log(x); where(x > 0, u, x)", x=-1.0)
    u = report(found, "u")
    assert (u.value, u.gradient, u.verdict) == (None, None, NOT_TAKEN)
    assert found.confirmed is True


@pytest.mark.slow
def test_what_the_budget_does_not_reach_is_unchecked_in_words() -> None:
    found = explored(" + ".join(f"relu(x*{k})" for k in range(2, 502)), x=0.0)
    assert found.nodes[0].verdict == Verdict("unchecked", UNAFFORDABLE)
    assert "--checks all" in UNAFFORDABLE
    assert found.value_verdict.exact == "0.0"


@pytest.mark.parametrize("x", [k / 7 for k in range(1, 20)])
def test_a_value_below_all_noise_is_zero(x: float) -> None:
    found = explored("sin(x)^2 + cos(x)^2 - 1", x=x)
    assert (found.value_verdict.status, found.value_verdict.exact) == ("agree", "0.0")
    assert (report(found, "x").verdict.status, report(found, "x").verdict.exact) == ("agree", "0.0")


class CosineOff(Float64):
    """float64 with a cosine that is off by one part in a million."""

    @staticmethod
    def cos(x: float) -> float:  # type: ignore[override]
        return FLOAT64.cos(x) * 1.000001


class LogarithmOff(Float64):
    """float64 with a logarithm that is off by one part in a hundred million."""

    @staticmethod
    def log(x: float) -> float:  # type: ignore[override]
        return FLOAT64.log(x) * 1.00000001


@pytest.mark.parametrize(
    ("text", "broken", "wrong", "right"),
    [("sin(x)*y", CosineOff(), "x", "y"), ("x^y", LogarithmOff(), "y", "x")],
)
def test_a_broken_float64_function_is_never_right(text: str, broken: Float64, wrong: str, right: str) -> None:
    program = read(text)
    point = dict.fromkeys(program.graph.inputs, 1.25)
    run = forward(program.graph, broken, point)
    back = backprop(program.graph, broken, run)
    judged = Judge(program.graph, run, point).judgement(back, list(program.graph.shown))
    assert judged.gradients[program.graph.index[wrong]].status == "inexact"
    assert judged.gradients[program.graph.index[right]].status == "agree"
    assert judged.confirmed is False


def with_partial(program: Program, name: str, factor: float) -> Program:
    """The program with the first local partial of one row off by a factor."""
    row = TABLE[name]
    assert isinstance(row.partials, tuple)
    rule, *others = row.partials
    wrong = replace(row, partials=(lambda m, v, *xs: rule(m, v, *xs) * factor, *others))
    rows: dict[Primitive | None, Primitive] = {row: wrong}
    graph = replace(program.graph, primitives=tuple(rows.get(r, r) for r in program.graph.primitives))
    return replace(program, graph=graph)


@pytest.mark.parametrize(
    ("text", "name", "x"),
    [("sin(x)", "sin", 1.25), ("exp(x^2)*x", "exp", 0.5), ("log(x) + x", "log", 2.0), ("sqrt(x)", "sqrt", 3.0)],
)
def test_a_wrong_rule_is_proved_wrong(text: str, name: str, x: float) -> None:
    right = explored(text, x=x)
    assert right.confirmed is True
    slope = explore(with_partial(right.program, name, 1.0 + 2.0**-20), {"x": x}).nodes[0].verdict
    assert slope.status == "disagree"
    assert (slope.reason or "").startswith("backprop's rules give ")
    assert slope.exact == right.nodes[0].verdict.exact
    assert explore(with_partial(right.program, name, 1.0), {"x": x}).confirmed is True


@pytest.mark.parametrize(
    ("text", "x", "cause", "reason"),
    [
        (
            "acos(cos(x))",
            math.pi,
            "rounding",
            "rounding: float64 takes cos(x) for -1, on a boundary of acos(cos(x)); exactly it is 1",
        ),
        ("sqrt(x*x)", 1e200, "overflow", "overflow: float64 takes x*x for inf (it is 1e+400); exactly it is 1"),
        ("1/(x*x + 1)", 1e200, "underflow", "underflow: float64 gives 0; exactly it is -2e-600"),
        (
            "acosh(cosh(x))",
            1e-9,
            "rounding",
            "rounding: float64 takes acosh(cosh(x)) for 0 (it is 1e-9); exactly it is 1",
        ),
    ],
)
def test_what_lost_a_gradient_is_what_went_wrong(text: str, x: float, cause: str, reason: str) -> None:
    found = verdict(text, x=x)
    assert (found.status, found.cause, found.reason) == ("inexact", cause, reason)


DEEP = "h0 = x\n" + "\n".join(f"h{k + 1} = tanh(h{k})*1.01 + 0.001*sin(h{k})" for k in range(1_000))
"""So many nodes that no single one is read with thousands of bits."""


def softmax(bias: str, shift: str = "0*x") -> str:
    """The cross entropy of three classes behind many layers."""
    logits = "\n".join(f"z{k} = {k + 1}*h1000 + {bias}" for k in range(3))
    total = " + ".join(f"exp(z{k} - m)" for k in range(3))
    return f"{DEEP}\n{logits}\nm = {shift}\nJ = m + log({total}) - z1"


@pytest.mark.parametrize(
    ("text", "name"),
    [(softmax("b"), "b"), (softmax("b^3*y"), "y"), (softmax("b", "max(z0, z1, z2)"), "m"), (softmax("b", "y"), "m")],
)
def test_a_gradient_that_cancels_in_a_large_graph_is_proved_to_be_0(text: str, name: str) -> None:
    point = {key: value for key, value in (("x", 0.7), ("b", 0.3), ("y", -1.5)) if key in text}
    judged = verdict(text, name, **point)
    assert (judged.status, judged.exact) == ("agree", "0.0")
    assert judged.proof is not None
    assert judged.proof.ball.is_zero()


@pytest.mark.parametrize(("rest", "slope"), [("1e-300*b", 1.0), ("1e-300*sin(b)", math.cos(0.3))])
def test_one_that_nearly_cancels_there_is_not_said_to_be_0(rest: str, slope: float) -> None:
    judged = verdict(softmax("b").replace("J = m", f"J = {rest} + m"), "b", x=0.7, b=0.3)
    assert judged.status == "inexact"
    assert float(judged.exact or 0) == pytest.approx(1e-300 * slope, rel=1e-14)
