"""The two sides of a point: slopes, what is found, and who is to blame. Slopes by hand, or from the source named."""

from __future__ import annotations

import csv
import json
from math import cos, cosh, inf, log, pi, tan
from typing import Any

import pytest
from conftest import CASES

from gradx.language.program import read
from gradx.numbers.balls import precision
from gradx.point.bend import Bend, Side
from gradx.point.exact_point import exact_point
from gradx.point.sides import sides

LIES = [json.loads(line) for line in (CASES / "lies.jsonl").read_text("utf-8").splitlines()]
HARD = list(csv.DictReader((CASES / "hard_cases.csv").read_text("utf-8").splitlines()))


def bend(text: str, node: str = "x", bits: int = 256, **point: float) -> tuple[Bend, str]:
    """What is found, and the name of the primitive that is to blame, or at which it is open."""
    graph = read(text, frozenset(point)).graph
    with precision(bits):
        at = exact_point(graph, {graph.index[name]: float(x) for name, x in point.items()})
        found = sides(graph, at, graph.index[node])
    blamed = found.culprit if found.culprit is not None else found.opened
    row = None if blamed is None else graph.primitives[blamed]
    return found, row.name if row else ""


def slope(side: Side | None) -> float | None:
    """A slope as a float, None where the side has no value."""
    assert side is not None
    if not side.value:
        assert side.slope is None
        return None
    assert side.slope is not None
    if side.slope.is_finite():
        return float(side.slope)
    return inf if side.slope > 0 else -inf


@pytest.mark.parametrize("row", LIES, ids=lambda row: row["program"])
def test_programs_that_distances_get_wrong(row: dict[str, Any]) -> None:
    expected = row["expected"]
    found, _ = bend(row["program"], row["node"], **row["point"])
    if expected["status"] == "inexact":
        assert found.finding == "smooth"
        assert slope(found.left) == slope(found.right) == expected["exact"]
    else:
        sides_expected = [None if s is None else float(s) for s in (expected["left"], expected["right"])]
        assert found.finding == expected["status"]
        assert [slope(found.left), slope(found.right)] == sides_expected


def _hard() -> list[tuple[str, dict[str, float], str, str, str]]:
    rows = []
    for row in HARD:
        if row["expected_value"].startswith("error"):
            continue
        point = {k: float(v) for k, _, v in (b.partition("=") for b in row["bindings"].split(";")) if k}
        for name, _, gradient in (g.partition("=") for g in row["expected_gradients"].split(";")):
            rows.append((row["expression"], point, name, gradient, row["notes"]))
    return rows


@pytest.mark.parametrize(("text", "point", "name", "gradient", "notes"), _hard())
def test_hard_cases(text: str, point: dict[str, float], name: str, gradient: str, notes: str) -> None:
    found, _ = bend(text, name, 2600, **point)
    if gradient.startswith("kink"):
        left, right = gradient.removeprefix("kink(").removesuffix(")").split(",")
        assert found.finding == ("edge" if "undef" in gradient else "kink")
        for side, expected in ((found.left, left), (found.right, right)):
            assert slope(side) == (None if expected == "undef" else pytest.approx(float(expected), rel=1e-15))
    elif gradient == "nan":
        assert found.finding == ("jump" if "[jump" in notes else "edge")
        if "[jump" in notes:
            values = notes.partition("left=")[2].removesuffix("]").split(",right=")
            assert [slope(found.left), slope(found.right)] == [float(values[0]), float(values[1])]
    else:
        assert found.finding == "smooth"
        assert found.slope is not None
        assert float(found.slope) == pytest.approx(float(gradient), rel=1e-15, abs=0)


KINKS = [
    ("abs(sqrt(x)^2 - 2)", 2, -1, 1, "abs"), ("relu(sqrt(5)*sqrt(x) - 10)", 20, 0, 0.25, "relu"),
    ("sqrt(x^2)", 0, -1, 1, "sqrt"), ("hypot(x, 0)", 0, -1, 1, "hypot"), ("abs(x)^0.5", 0, -inf, inf, "abs"),
    ("max(x, x^2, x^3)", 1, 1, 3, "max"), ("leaky_relu(x)", 0, 0.01, 1, "leaky_relu"),
    ("gelu(abs(x))", 0, -0.5, 0.5, "abs"),
    ("where(x <= 0, 0, x*log(x))", 0, 0, -inf, "where<="), ("where(x > 0, sqrt(x), 0)", 0, 0, inf, "where>"),
    ("where(x == 0, 0, (exp(x) - 1 - x)/abs(x))", 0, -0.5, 0.5, "where=="),
    ("where(x == 0, 0, 1/log(abs(x)))", 0, inf, -inf, "where=="),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "left", "right", "culprit"), KINKS)
def test_kinks(text: str, x: float, left: float, right: float, culprit: str) -> None:
    found, name = bend(text, x=x)
    assert (found.finding, slope(found.left), slope(found.right), name) == ("kink", left, right, culprit)


SMOOTH = [
    ("max(x, 0) + log1p(exp(-abs(x)))", 0, 0.5), ("abs(x) - abs(x)", 0, 0), ("x*abs(x)", 0, 0), ("sqrt(x^4)", 0, 0),
    ("abs(x)^1.5", 0, 0), ("where(x == 0, 1, sin(x)/x)", 0, 0), ("where(x == 0, 1, expm1(x)/x)", 0, 0.5),
    ("where(x == 0, 0, x^2*sin(1/x))", 0, 0), ("x % x", 2, 0), ("where(x == 0, 0, exp(-1/x^2))", 0, 0),
    ("where(x <= 0, 0, exp(-1/x))", 0, 0), ("where(x == 0, 0, 1/gamma(x))", 0, 1), ("cbrt(x^3)", 0, 1),
    ("abs(asin(x) + acos(x) - asin(1))", 0.3, 0), ("abs(exp(log(x)) - x)", 3.3, 0),
    ("abs(gamma(x) - gamma(x))", 0.5, 0),
    ("abs(sin(x)^2 + cos(x)^2 - 1)", 0.7, 0), ("abs(tanh(x) - (exp(2*x) - 1)/(exp(2*x) + 1))", 0.3, 0),
    ("abs(x - sqrt(x^2))", 0.3, 0), ("where(x == 0, 0.5, (1 - cos(x))/x^2)", 0, 0), ("x^(10^12)", 1, 1e12),
    ("(max(x, x) + x^2 - sigmoid(x)%tanh(x))^(3/x - acosh(2)) % 1 * 0", 0.25, 0),
    ("ceil(cbrt(x)/cbrt(x))", 2, 0), ("(x + x) % x", 0.3, 0), ("sqrt(x^2 + 1e-300)", -1e200, -1),
    ("floor(x^2 - 2)", 1.4142135623730951, 0), ("where(cos(x^3) < 1, x, 2*x)", 0, 1),
    ("softplus(x) - relu(x) - abs(x)*0", 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "expected"), SMOOTH)
def test_smooth_where_it_does_not_look_so(text: str, x: float, expected: float | None) -> None:
    found, _ = bend(text, x=x)
    assert found.finding == "smooth"
    assert found.slope is not None
    # sigmoid(1) - 1 = -1/(1 + e)
    assert float(found.slope) == (expected if expected is not None else pytest.approx(-0.2689414213699951, rel=1e-15))


OTHERS = [
    ("hypot(x^1.5, x - gelu(0.5))", 0, "edge", None, -1, "^"),
    ("log(sqrt(x))^cbrt(x)", 1, "edge", None, 0.5, "^"),
    ("asin(x^x)", 0, "edge", None, -inf, "^"),
    ("x^x", 0, "edge", None, -inf, "^"), ("x^sqrt(2)", 0, "edge", None, 0, "^"),
    ("asec(x)", 1, "edge", None, inf, "asec"),
    ("sqrt(-abs(x))", 0, "edge", None, None, "sqrt"), ("where(x >= 0, 1, log(x))", 0, "edge", None, 0, "where>="),
    ("cbrt(x)", 0, "vertical", inf, inf, "cbrt"),
    ("where(x == 0, 0, x*log(abs(x)))", 0, "vertical", -inf, -inf, "where=="),
    ("acot(x)", 0, "jump", inf, -1, "acot"), ("sign(log(x*8) - 3*log(2))", 1, "jump", inf, inf, "sign"),
    ("floor(sqrt(x)^2)", 2, "jump", inf, 0, "floor"), ("where(x == 0, 0, atan(1/x))", 0, "jump", inf, inf, "where=="),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "finding", "left", "right", "culprit"), OTHERS)
def test_edges_jumps_and_verticals(
    text: str, x: float, finding: str, left: float | None, right: float | None, culprit: str
) -> None:
    found, name = bend(text, x=x)
    assert (found.finding, slope(found.left), slope(found.right), name) == (finding, left, right, culprit)


W = "where(x == 0, 1, sin(x)/x)"

CONSTANTS = [
    ("x % x", 1), ("(2*x) % x", 1.5), ("(x^2 + 1) % (x^2 + 1)", 1), ("sqrt(x % x)", 2), ("floor(x/x)", -3),
    ("(2*(asinh(x - 4) + 3)) % (asinh(x - 4) + 3)", 4), ("floor((2*sin(x) + 2)/(sin(x) + 1))", 1),
    ("floor(-exp(x)/exp(x))", 0), ("floor(exp(x) + 3 - exp(x))", 0), ("where(gamma(x)/gamma(x) == 1, 2, x)", 1.5),
    (f"where({W}/{W} == 1, 2, x)", 0), ("(relu(sqrt(x) - sqrt(2)) - abs(sqrt(x) - sqrt(2)) + abs(sqrt(x) - sqrt(2)) "
     "- relu(sqrt(x) - sqrt(2))) % 1", 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x"), CONSTANTS)
def test_multiples_of_one_function_of_t_leave_no_rest(text: str, x: float) -> None:
    found, _ = bend(text, x=x)
    assert (found.finding, slope(found.left), slope(found.right)) == ("smooth", 0, 0)


def test_twins_behind_an_operation_that_moves_leave_no_rest() -> None:
    found, _ = bend("y = x^2\nfloor(sin(y)/sin(y))", "y", x=1)
    assert (found.finding, slope(found.left)) == ("smooth", 0)


def test_what_is_no_multiple_is_not_taken_for_one() -> None:
    found, name = bend("floor(exp(x) + x - exp(x))", x=0)
    assert (found.finding, slope(found.left), slope(found.right), name) == ("jump", inf, 0, "floor")
    found, name = bend("floor((exp(x) + x)/exp(x))", x=0)
    assert (found.finding, slope(found.left), slope(found.right), name) == ("jump", inf, 0, "floor")


@pytest.mark.parametrize(
    "text",
    ["floor(min(exp(x) + exp(-1/x), exp(x)) - (exp(x) + exp(-1/x)))", "floor(floor(sin(1/x)/x) - sin(1/x)/x)"],
)
def test_what_may_be_another_number_is_not_taken_for_it(text: str) -> None:
    found, _ = bend(f"where(x > 0, {text}, 0)", x=0)  # a number below every power of t, and one that swings
    assert found.finding == "undecided"


@pytest.mark.parametrize("inverse", ["tan(atan(x))", "sin(asin(x))", "cos(acos(x))", "tanh(atanh(x))"])
def test_a_function_undoes_its_inverse(inverse: str) -> None:
    found, name = bend(f"abs({inverse} - 0.25)", x=0.25)
    assert found.finding == "kink"
    assert (slope(found.left), slope(found.right)) == (pytest.approx(-1), pytest.approx(1))
    assert name == "abs"


@pytest.mark.parametrize("order", range(1, 7))
def test_a_touch_of_any_order(order: int) -> None:
    crosses = order % 2 == 1
    spread = {1: "x - 1", 2: "x^2 - 2*x + 1", 3: "x^3 - 3*x^2 + 3*x - 1", 4: "x^4 - 4*x^3 + 6*x^2 - 4*x + 1",
              5: "x^5 - 5*x^4 + 10*x^3 - 10*x^2 + 5*x - 1",
              6: "x^6 - 6*x^5 + 15*x^4 - 20*x^3 + 15*x^2 - 6*x + 1"}[order]  # fmt: skip
    found, name = bend(f"where({spread} > 0, x, 2 - x)", x=1)
    assert (found.finding, slope(found.right)) == ("kink" if crosses else "smooth", 1) or not crosses
    if crosses:
        assert (slope(found.left), name) == (-1, "where>")
    found, name = bend(f"sign({spread})", x=1)
    assert (found.finding, slope(found.left), slope(found.right)) == ("jump", inf if crosses else -inf, inf)
    found, _ = bend(f"abs({spread})", x=1)
    assert found.finding == ("kink" if order == 1 else "smooth")


@pytest.mark.parametrize(
    ("text", "x", "opened"),
    [("where(x == 0, 0, x*sin(1/x))", 0, "where=="), ("abs(sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6)) + 0*x)", 1, "abs")],
)
def test_what_nothing_decides_is_said_to_be_open(text: str, x: float, opened: str) -> None:
    found, name = bend(text, x=x)
    assert (found.finding, name) == ("undecided", opened)


def test_an_operation_can_be_the_node_that_moves() -> None:
    found, name = bend("y = x^2\nabs(y - 4)", "y", x=2)
    assert (found.finding, slope(found.left), slope(found.right), name) == ("kink", -1, 1, "abs")


def test_what_steps_over_a_jump_and_back_tends_to_its_value() -> None:
    found, _ = bend("(softplus(x % x))^(x - 0.25)", x=1)  # log(2)^(x - 1/4)
    assert found.finding == "smooth"
    assert found.slope is not None
    assert float(found.slope) == pytest.approx(log(2) ** 0.75 * log(log(2)), rel=1e-15)
    found, _ = bend("hypot(sinh(sec(x) + x/4), acos(ceil(x)))", x=1)  # the hypotenuse of a number and 0, and nothing
    assert found.finding == "edge"
    assert slope(found.left) == pytest.approx(cosh(1 / cos(1) + 0.25) * (tan(1) / cos(1) + 0.25), rel=1e-14)


def test_of_two_equal_operations_only_the_one_named_moves() -> None:
    for node, slopes in (("a", (-1, 1)), ("b", (2, -2))):
        found, _ = bend("a = sqrt(x)\nb = sqrt(x)\nabs(a) - 2*abs(b)", node, x=0)
        assert (slope(found.left), slope(found.right)) == slopes


@pytest.mark.parametrize(
    ("text", "node", "point", "slope_of"),
    [("x^y", "x", {"x": 0, "y": 1}, 1), ("x^y", "x", {"x": 0, "y": 2}, 0), ("x^y", "y", {"x": 0, "y": 1}, 0),
     ("x^y", "x", {"x": -2, "y": 3}, 12), ("x^y", "x", {"x": -2, "y": 0}, 0), ("x^y", "x", {"x": 0, "y": 0}, 0),
     ("x^(y + 0*z)", "x", {"x": -2, "y": 2, "z": 1}, -4)],
)  # fmt: skip
def test_a_power_is_smooth_along_an_exponent_that_stays(
    text: str, node: str, point: dict[str, float], slope_of: float
) -> None:
    found, _ = bend(text, node, **point)
    assert (found.finding, slope(found.left), slope(found.right)) == ("smooth", slope_of, slope_of)


@pytest.mark.parametrize(
    ("text", "node", "point", "finding"),
    [("x^y", "y", {"x": 0, "y": 0}, "edge"), ("x^y", "y", {"x": -2, "y": 3}, "edge"),
     ("x^(1 + x)", "x", {"x": 0}, "edge"), ("x^(2 + relu(x))", "x", {"x": -2}, "smooth"),
     ("(x - 1)^(2 + relu(x))", "x", {"x": 0}, "edge"), ("abs(x)^(x + 1)", "x", {"x": 0}, "kink")],
)  # fmt: skip
def test_a_power_with_an_exponent_that_moves(text: str, node: str, point: dict[str, float], finding: str) -> None:
    found, _ = bend(text, node, **point)
    assert found.finding == finding


def test_the_cut_of_atan2_only_counts_left_of_0() -> None:
    found, name = bend("atan2(y, x)", "y", x=-2, y=0)
    assert (found.finding, slope(found.left), slope(found.right), name) == ("jump", inf, -0.5, "atan2")
    found, _ = bend("atan2(y, x)", "y", x=2, y=0)
    assert (found.finding, slope(found.left)) == ("smooth", 0.5)


NOWHERE = [
    ("1/x", 0, "pole", -inf, inf), ("1/x^2", 0, "pole", inf, inf), ("log(x)", 0, "pole", None, -inf),
    ("gamma(x)", -2, "pole", -inf, inf), ("1/cot(atan2(3, x))", 0, "pole", -inf, inf),
    ("sin(x)/x", 0, "hole", 1, 1), ("(x^2 - 1)/(x - 1)", 1, "hole", 2, 2), ("(x - sin(x))/x^3", 0, "hole", 1/6, 1/6),
    ("exp(-1/x^2)", 0, "hole", 0, 0), ("(1 - cos(x))/x^2", 0, "hole", 0.5, 0.5),
    ("abs(x)/x", 0, "jump", -1, 1), ("atan(1/x)", 0, "jump", -pi/2, pi/2), ("floor(x)*x/x", 0, "jump", -1, 0),
    ("x*log(x)", 0, "edge", None, 0), ("1/log(x)", 0, "edge", None, 0),
    ("sqrt(-abs(x) - x^2)/x", 0, "edge", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "finding", "left", "right"), NOWHERE)
def test_beside_a_point_without_a_value(
    text: str, x: float, finding: str, left: float | None, right: float | None
) -> None:
    found, _ = bend(text, x=x)
    assert (found.finding, found.is_nowhere) == (finding, True)
    for side, limit in ((found.left, left), (found.right, right)):
        assert side is not None
        assert (None if side.limit is None else float(side.limit)) == (limit if limit is None else pytest.approx(limit))
        assert side.runs_away is (limit in (inf, -inf))


def test_what_a_side_tends_to_is_known_where_there_is_a_value_too() -> None:
    found, _ = bend("where(x < 1, x^2, 3 - x)", x=1)
    assert found.left is not None
    assert found.right is not None
    assert (found.left.limit, found.right.limit, found.is_nowhere) == (1, 2, False)
