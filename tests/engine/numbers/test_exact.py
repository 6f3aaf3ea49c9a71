"""Numbers whose equality is known: what is claimed to be exact is, and what needs no digits is claimed."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.exact import ExactNumbers
from gradx.numbers.exact_number import Exact
from gradx.numbers.multiprecision import Multiprecision, is_known
from gradx.sweeps.forward import forward
from gradx.table import CALLABLE, OPERATORS, TABLE
from gradx.witnesses.identities import ExactReading

DIGITS = 60

BINARY = ("{} + {}", "{} - {}", "({})*({})", "({})/({})", "({})^({})", "max({}, {})", "min({}, {})", "hypot({}, {})",
          "atan2({}, {})", "({}) % ({})")  # fmt: skip
UNARY = tuple(f"{row.name}({{}})" for row in CALLABLE.values() if row.arity == 1)
LEAVES = ("x", "y", "x", "y", "1", "2", "0.5", "3", "0", "4", "10")


def read_exactly(text: str, **point: float) -> tuple[Graph, list[Exact]]:
    graph = read(text).graph
    numbers = ExactNumbers(Multiprecision(DIGITS))
    run = forward(graph, numbers, {i: numbers.number(point[graph.names[i]]) for i in graph.inputs})
    return graph, run.values


def result(text: str, **point: float) -> Exact:
    graph, values = read_exactly(text, **point)
    return values[graph.output]


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("sqrt((10 + x)^2)", 7),
        ("(x/7)*7", -3),
        ("0.1*x*10", Fraction(0.1) * -30),
        ("(x^-1)*x", 1),
        ("sqrt(4/9)*3", 2),
        ("cbrt(x^3*8)", -6),
        ("(x^2)^0.5", 3),
        ("(x^2)^1.5", 27),
        ("exp(log(2))", 2),
        ("log(exp(x))", -3),
        ("atanh(tanh(2)) + asinh(sinh(x)) + sinh(asinh(1)) + tanh(atanh(0.5))", Fraction(1, 2)),
        ("tan(atan(x))", -3),
        ("cot(acot(x)) + sin(asin(0.25)) + cos(acos(0.5))", Fraction(-9, 4)),
        ("cos(x) - cos(-x) + cosh(x) - cosh(-x) + sin(x) + sin(-x) + erf(x) + erf(-x)", 0),
        ("acos(cos(x)) + cosh(acosh(2)) + acosh(cosh(x)) + acosh(cosh(0))", 8),
        ("asin(sin(x)) + acos(-1)", 3),
        ("asin(sin(7)) + 2*acos(-1) + asin(sin(1))", 8),
        ("atan(tan(x)) - acos(-1)", -3),
        ("acos(cos(7)) + acos(cos(4))", 3),
        ("asec(sec(x)) + acsc(csc(1)) + acot(cot(1))", 5),
        ("1/sqrt(2) - sqrt(2)/2 + 1/cbrt(4) - cbrt(4)^2/4 + sec(acot(1)) - hypot(1, -1)", 0),
        ("exp(x) - exp(x) + x", -3),
        ("exp(2*log(3)) + exp(log(4)/2) + exp(-log(2)) + exp(log(2) + log(3) - log(6))", Fraction(25, 2)),
        ("log(9)/log(3) + log10(8)/log10(2) + log2(9)/log2(3) - log(1/8)/log(2)", 10),
        ("10^log10(3) + 2^log2(5) + 3^(log(7)/log(3))", 15),
        ("exp(softplus(0)) + expm1(softplus(0)) + softplus(log(expm1(2)))", 5),
        ("4*sigmoid(log(3)) + 5*tanh(log(2)) + 4*cosh(log(2)) + 4*sinh(log(2)) + tanh(-log(2))*5", 11),
        ("exp(lgamma(4)) + exp(x + log(2)) - 2*exp(x)", 6),
        ("cos(acsc(1)) + sin(atan2(0, x)) + cos(acos(-1)) + sin(asin(1)*2)", -1),
        ("log2(8) + log10(1/1000) + log2(0.25)", -2),
        ("gamma(5) + lgamma(1) + lgamma(2)", 24),
        ("expm1(0) + log1p(0) + gelu(0) + sigmoid(0) + exp(0) + cosh(0) + cos(0) + acos(1) + log(1)", Fraction(7, 2)),
        ("floor(2*sin(1)) + ceil(x/2) + 7.5 % 2 + sign(x)", Fraction(1, 2)),
        ("sqrt(2)*sqrt(2) + (2^0.5)^2", 4),
        ("exp(2)^3/(exp(2)*exp(2)*exp(2))", 1),
        ("max(sin(1), sin(1)) - min(sin(1), 2)", 0),
        ("abs(sin(x)) + sin(x)", 0),
        ("x^0 + 0^2 + relu(x) + leaky_relu(0)", 1),
        ("hypot(3, 4) + sqrt(0)", 5),
        ("asin(0.5)*6 - acos(-1) + acos(0.5)*3 - acos(-0.5)*1.5", 0),
        ("sin(asin(1)/3) + cos(acos(-1)*2/3) + sin(atan(1)*4) + cos(atan(1)*8)", 1),
        ("tan(atan2(1, -1)) + cot(atan2(2, 2)) + tan(acos(-1)*1.25) + tan(acos(-1)*1.75)", 0),
        ("sin(atan(1)*5)*sqrt(2) + cos(acos(-1)*5/6)/sqrt(3) + sin(acos(-1)*4/3)/sqrt(3)", -2),
    ],
)
def test_an_identity_is_seen(text: str, ratio: Fraction | int) -> None:
    assert result(text, x=-3.0).ratio == ratio


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)^2 + cos(x)^2 - 1",
        "0.1 + 0.2 - 0.3",
        "x - 3*exp(1)/exp(1.0000001)",
        "asin(0.25)*acos(-1) - 0.793848",
        "sin(acos(-1)/5) + cos(acos(-1)*0.3)",
        "tanh(100) - 1",
        "asin(sin(acos(0) + exp(-200))) - acos(0) - exp(-200)",
        "acos(cos(exp(-200))) + exp(-200)",
        "asin(sin(10^30 + 1)) - 10^30 - 1",
        "atan(sin(x)/cos(2*x)) - x",
        "atan(sin(x)*cos(x)) - x",
        "atan(sin(x)^2/cos(x)) - x",
        "1/cbrt(x*pi) - cbrt(x*pi)^2",
        "log(6) - log(2)*log(3)",
        "exp(log(2)/3) - exp(log(2)/4)",
        "2^log10(2) - 2",
        "(-2)^log2(8) - 8",
        "log(1048583) - log(1048581)",
        "tanh(log(2) + 1) - 3/5",
    ],
)
def test_what_is_not_known_to_be_zero_is_not_claimed_to_be(text: str) -> None:
    assert result(text, x=3.0).ratio != 0


def expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(LEAVES)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda form, a: form.format(a), st.sampled_from(UNARY), inner),
            st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(BINARY), inner, inner),
        ),
        max_leaves=8,
    )


@settings(max_examples=200, deadline=None)
@given(expressions(), st.sampled_from((-2.0, -1.0, 0.0, 0.5, 1.0, 3.0)), st.sampled_from((0.1, 2.0, -0.75)))
def test_a_rational_number_is_the_value_and_equal_forms_are_equal(text: str, x: float, y: float) -> None:
    """Held against the same rows read in mpmath with five times the digits and no forms."""
    graph = read(f"J = {text}").graph
    numbers = ExactNumbers(Multiprecision(DIGITS))
    point = {i: {"x": x, "y": y}[graph.names[i]] for i in graph.inputs}
    found = forward(graph, numbers, {i: numbers.number(v) for i, v in point.items()})
    m = Multiprecision(5 * DIGITS)
    plain = forward(graph, m, {i: m.number(v) for i, v in point.items()})
    values = ExactReading(graph, Multiprecision(DIGITS), point).known.values
    by_form: dict[object, mpmath.mpf] = {}
    for i, (exact, value) in enumerate(zip(found.values, plain.values, strict=True)):
        if i in found.faults or i in plain.faults or value != value or exact.value != exact.value:
            continue
        near = abs(exact.value - value) <= abs(value) * mpmath.mpf(10) ** -20 + mpmath.mpf(10) ** -20
        if near and values.get(i) is not None:
            assert abs(m.ratio(values[i]) - value) <= (1 + abs(value)) * mpmath.mpf(10) ** -DIGITS
        if near:
            before = by_form.setdefault(exact.form, value)
            assert abs(before - value) <= (1 + abs(value)) * mpmath.mpf(10) ** -(DIGITS // 2)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tan(atan2(1, x))", {"J"}),
        ("x/(sqrt(2)^2 - 2) + x", {"v1"}),
        ("log(x) + acosh(cos(x))", {"v1"}),
        ("x + 1", set()),
    ],
)
def test_who_has_no_value_exactly_there(text: str, names: set[str]) -> None:
    graph = read(text).graph
    found = ExactReading(graph, Multiprecision(DIGITS), dict.fromkeys(graph.inputs, 0.0)).known
    assert {graph.names[i] for i, value in found.values.items() if value is None} == names


def test_operators_and_functions_are_all_read() -> None:
    """No row asks an arithmetic for something that this one does not have."""
    numbers = ExactNumbers(Multiprecision(DIGITS))
    for row in (*OPERATORS, *CALLABLE.values()):
        xs = [numbers.number(low + (high - low) / 3) for low, high in row.sample]
        value = row.value(numbers, *xs)
        plain = row.value(numbers.m, *(x.value for x in xs))
        assert abs(value.value - plain) <= abs(plain) * mpmath.mpf(10) ** (5 - DIGITS), row


@pytest.mark.parametrize(
    ("text", "still"),
    [
        ("y/y", True),
        ("x - (y + x - y)", True),
        ("where(x > 0, y/y, y)", True),
        ("where(y > 0, x, y)", True),
        ("(y*x) % abs(y)", False),
        ("y*x", False),
        ("relu(y - 3)", False),
        ("max(y, 3)*0", True),
        ("atan2(2*y, y)", True),
        ("atan2(y, x)", False),
        ("abs(y) - y", True),
        ("sign(y)", True),
    ],
)
def test_what_is_known_not_to_move_with_y(text: str, still: bool) -> None:
    graph = read(text + " + 0*x + 0*y").graph
    point = {i: {"x": 1.5, "y": 3.0}[graph.names[i]] for i in graph.inputs}
    moved = ExactReading(graph, Multiprecision(DIGITS), point).moving(graph.downstream(graph.index["y"]))
    assert (graph.output not in moved) == still


@pytest.mark.parametrize(("row", "still"), [("ceil", True), ("sign", True), ("floor", True), ("abs", False)])
def test_a_step_of_what_is_certainly_on_none_of_its_edges_does_not_move(row: str, still: bool) -> None:
    graph = read(f"u = tanh(10^9*y); {row}(u)").graph
    moved = ExactReading(graph, Multiprecision(DIGITS), {graph.index["y"]: 1.0})
    assert (graph.output not in moved.moving(graph.downstream(graph.index["u"]))) == still
    edge = read(f"u = y - 1; {row}(u)").graph
    moved = ExactReading(edge, Multiprecision(DIGITS), {edge.index["y"]: 1.0})
    assert edge.output in moved.moving(edge.downstream(edge.index["u"]))


THREE, OTHERS = "(sin(1) + sin(2) + sin(3))", "(cos(1) + cos(2) + cos(3))"
SUM = f"({' + '.join(f'sin({k})' for k in range(1, 12))})"
PRODUCT = f"({'*'.join(f'sin({k})' for k in range(1, 12))})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{THREE}*{OTHERS} - {THREE}*{OTHERS}", 0),
        (f"{SUM} - {SUM}", 0),
        (f"{PRODUCT}/{PRODUCT}", 1),
        (f"{PRODUCT}*sin(20) - {PRODUCT}*sin(20)", 0),
        (f"sqrt({SUM})^2 - {SUM}", 0),
        (f"({SUM})^2 - {SUM}*{SUM}", 0),
        (f"cbrt({THREE})^3 - {THREE}", 0),
        (f"log(exp({SUM})) - {SUM}", 0),
        ("(2^5000 + 1) - 2^5000", 1),
    ],
)
def test_what_is_too_long_for_a_form_is_still_equal_to_itself(text: str, expected: int) -> None:
    assert result(f"{text} + 0*x", x=1.0).ratio == expected


LARGE, LARGER = "exp(exp(exp(10*x)))", "exp(exp(exp(11*x)))"


@pytest.mark.parametrize(
    "text", ["where({} > {}, 1, 2)", "max({}, {})", "min({}, {})", "sign({} - {})", "abs({} - {})"]
)
def test_of_two_numbers_too_large_to_be_told_apart_nothing_is_known(text: str) -> None:
    found = result(text.format(LARGE, LARGER), x=1.0)
    assert found.ratio is None
    assert not is_known(found.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"where({LARGE} > {LARGE}, 1, 2)", 2),
        (f"where({LARGE} > 5, 1, 2)", 1),
        (f"where(-{LARGE} > 5, 1, 2)", 2),
        (f"sign({LARGE} - 7)", 1),
        (f"max({LARGE}, 3) - {LARGE}", 0),
        (f"max(-{LARGE}, 3)", 3),
        (f"floor(tanh({LARGE}))", 0),
    ],
)
def test_the_sign_of_a_number_too_large_is_known(text: str, expected: int) -> None:
    assert result(text, x=1.0).ratio == expected


def test_what_is_not_known_of_another_node_does_not_move() -> None:
    graph = read(f"u = where({LARGE} > {LARGER}, 1, 2); y/y + u").graph
    point = {i: {"x": 1.0, "y": 3.0}[graph.names[i]] for i in graph.inputs}
    y = graph.index["y"]
    assert ExactReading(graph, Multiprecision(DIGITS), point).moving(graph.downstream(y)) == [y]


def test_what_has_no_fraction_left_has_no_known_floor() -> None:
    found = result("floor(exp(exp(6)))")
    assert (found.ratio, found.sign) == (None, None)
    assert found.value != found.value


@pytest.mark.parametrize(("text", "value"), [("sin(atan(1)*4/3)", 0.75), ("cos(atan(1)*4/6)", 0.75)])
def test_a_sine_that_is_no_rational_number_is_only_computed(text: str, value: float) -> None:
    found = result(text)
    assert found.ratio is None
    assert abs(found.value**2 - value) < 1e-50


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.relation is None])
def test_local_partials_in_exact_numbers_are_those_in_mpmath(name: str) -> None:
    row, m = TABLE[name], Multiprecision(DIGITS)
    numbers = ExactNumbers(m)
    points = [low + (high - low) * 0.37 for low, high in row.sample] or [0.7]
    xs = (points * 3)[: row.arity or 3]
    wanted = [True] * len(xs)
    exact = [numbers.number(x) for x in xs]
    plain = [m.number(x) for x in xs]
    found = row.local_partials(numbers, row.value(numbers, *exact), exact, wanted)
    for w, v in zip(found, row.local_partials(m, row.value(m, *plain), plain, wanted), strict=True):
        assert w is not None
        assert abs(w.value - v) <= abs(v) * 1e-50
