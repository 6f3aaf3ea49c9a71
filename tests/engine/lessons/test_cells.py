"""A claim is tried wherever the program or the claim bends, jumps, chooses or ends, however far out that is."""

from __future__ import annotations

import pytest

from gradx.language.program import read
from gradx.lessons.checking import Checked, check
from gradx.lessons.claims.cells import beside_boundaries
from gradx.lessons.claims.claim import read_claim
from gradx.lessons.claims.jumps import jumps_alone


def checked(program: str, word: str) -> Checked:
    read_program = read(program)
    return check(read_program, [read_claim(read_program, word)])[0]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("max(0, x - 5000)", "where(x > 5000, 1, 0)", ["0", "1", "where(x > 0, 1, 0)"]),
        ("abs(x - 2500)", "sign(x - 2500)", ["1", "-1", "sign(x)"]),
        ("relu(3*x + 1e5)", "where(3*x + 1e5 > 0, 3, 0)", ["3", "0"]),
        ("min(x, -70000)", "where(x < -70000, 1, 0)", ["0", "1"]),
        ("sign(x - 777)*x", "sign(x - 777)", ["-1", "1"]),
        ("leaky_relu(x - 1e9)", "where(x > 1e9, 1, 0.01)", ["0.01", "1"]),
        ("min(x, 3000) + max(x, 9000)", "where(x < 3000, 1, where(x > 9000, 1, 0))", ["0", "1"]),
        ("where(x > 1e-7, x^2, x)", "where(x > 1e-7, 2*x, 1)", ["2*x", "1"]),
        ("where(x > 1e13, x^2, x)", "where(x > 1e13, 2*x, 1)", ["1", "2*x"]),
        ("where(x < -2e-8, x^2, x)", "where(x < -2e-8, 2*x, 1)", ["1", "2*x"]),
        ("x", "1", ["where(x > 8e5, 2, 1)", "where(x < -12345, 2, 1)", "1 + floor(x/1e7)"]),
        ("x*floor(x/1000)", "floor(x/1000)", ["0", "-1"]),
        ("x*ceil(x/300)", "ceil(x/300)", ["0", "1"]),
        ("x*floor(x/1e6)", "floor(x/1e6)", ["0", "-1"]),
        ("x*(x % 4000)", "x + x % 4000", ["2*x", "x"]),
        ("floor(x)*floor(x/70)*x", "floor(x)*floor(x/70)", ["0"]),
        ("sqrt((x - 77)^2)", "sign(x - 77)", ["1", "-1"]),
        ("sqrt(x^2 - 9000*x + 20250000)", "sign(x - 4500)", ["1", "-1"]),
        ("cbrt((x + 300)^2)", "2/(3*cbrt(x + 300))", ["2/(3*cbrt(abs(x + 300)))"]),
    ],
)
def test_bends_and_jumps_far_out(program: str, right: str, wrong: list[str]) -> None:
    assert checked(program, f"dx={right}").status == "correct"
    assert [checked(program, f"dx={claim}").status for claim in wrong] == ["wrong"] * len(wrong)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("where(x > 10, where(y > 10, x*y, 0), 0)", "where(x > 10, where(y > 10, y, 0), 0)", "0"),
        ("where(x > 10, where(y > 20, where(z > 30, x*y*z, 0), 0), 0)", None, "0"),
        ("where(x > 10, where(y > 20, where(z > 30, where(w < -40, x*y*z, 0), 0), 0), 0)", None, "0"),
        ("where(x + y > 5000, where(x - y > 5000, x^2, x), x)", None, "1"),
        ("where(x*y > 1000, x^2, x)", "where(x*y > 1000, 2*x, 1)", "1"),
        ("where((x - 300)^2 < 1, 3*x, x)", "where((x - 300)^2 < 1, 3, 1)", "1"),
        ("where(abs(x - 5000) < 0.01, 3*x, x)", "where(abs(x - 5000) < 0.01, 3, 1)", "1"),
        ("where(x^2 + y^2 < 1e-4, x^2, x)", "where(x^2 + y^2 < 1e-4, 2*x, 1)", "1"),
        ("where(x > 80, where(y < -66, x*y, x), 5*x)", "where(x > 80, where(y < -66, y, 1), 5)", "where(x > 80, y, 5)"),
        (
            "where(x > 8e6, where(y < 300, x*y, x), 5*x)",
            "where(x > 8e6, where(y < 300, y, 1), 5)",
            "where(x > 8e6, 1, 5)",
        ),
        ("where(x > y + 35e4, where(y > 74*x, 2*x, 7*x), x)", None, "where(x > y + 35e4, 7, 1)"),
        ("where(x > y + 550, where(y > 60*x, 2*x, 7*x), x)", None, "where(x > y + 550, 7, 1)"),
        ("relu(relu(y*x - 5000)*z - 7)", None, "0"),
        ("relu(x - 400)*relu(y - 300)", "where(x > 400, relu(y - 300), 0)", "0"),
        ("max(x, 500)*min(y, -600)", "where(x > 500, min(y, -600), 0)", "0"),
        ("where(x > y + 1e4, x^2, x)", "where(x > y + 1e4, 2*x, 1)", "1"),
        ("relu(relu(x))", "where(x > 0, 1, 0)", "1"),
        ("abs(relu(relu(x) - 90))", "where(x > 90, 1, 0)", "1"),
        ("where(y > 0, x^2, 3)", "where(y > 0, 2*x, 0)", "2*x"),
    ],
)
def test_every_combination_of_choices(program: str, right: str | None, wrong: str) -> None:
    assert right is None or checked(program, f"dx={right}").status == "correct"
    assert checked(program, f"dx={wrong}").status == "wrong"


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("log(x - 101325)", "1/(x - 101325)", "1/x"),
        ("sqrt(x - 1e6)", "1/(2*sqrt(x - 1e6))", "1/sqrt(x - 1e6)"),
        ("asin(x/500)", "1/sqrt(250000 - x^2)", "1/sqrt(1 - (x/500)^2)"),
        ("acos(x - 4321)", "-1/sqrt(1 - (x - 4321)^2)", "1/sqrt(1 - (x - 4321)^2)"),
        ("acosh(x/1e4)", "1/sqrt(x^2 - 1e8)", "1e-4/sqrt(x^2 - 1e8)"),
        ("log(sqrt(x - 1e6) - 5)", "1/(2*sqrt(x - 1e6)*(sqrt(x - 1e6) - 5))", "1/(sqrt(x - 1e6) - 5)"),
        ("log(x - 1e5)*sqrt(y - 1e4)", "sqrt(y - 1e4)/(x - 1e5)", "1/(x - 1e5)"),
        ("log(-3e7 - x)", "1/(x + 3e7)", "-1/(x + 3e7)"),
    ],
)
def test_a_domain_far_out(program: str, right: str, wrong: str) -> None:
    found = checked(program, f"dx={right}")
    assert (found.status, found.points >= 20) == ("correct", True)
    assert checked(program, f"dx={wrong}").status == "wrong"


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("2*x + sin(16*pi*x)", "2 + 16*pi*cos(16*pi*x)", ["2", "2 + 16*pi"]),
        ("2*x + sin(32*pi*x)", "2 + 32*pi*cos(32*pi*x)", ["2", "2 + 32*pi"]),
        ("x + cos(16*pi*x)", "1 - 16*pi*sin(16*pi*x)", ["1"]),
        ("x + cos(1024*pi*x)", "1 - 1024*pi*sin(1024*pi*x)", ["1"]),
        ("x + sin(32*pi*x)^2", "1 + 32*pi*sin(64*pi*x)", ["1"]),
        ("3*x + sin(800*pi*x)/(800*pi)", "3 + cos(800*pi*x)", ["4"]),
    ],
)
def test_what_looks_the_same_at_every_fraction(program: str, right: str, wrong: list[str]) -> None:
    assert checked(program, f"dx={right}").status == "correct"
    assert [checked(program, f"dx={claim}").status for claim in wrong] == ["wrong"] * len(wrong)


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("max(0, x - 5000)", "dx=0"),
        ("abs(x - 2500)", "dx=-1"),
        ("where(x > 10, where(y > 10, x*y, 0), 0)", "dx=0"),
        ("2*x + sin(16*pi*x)", "dx=2"),
        ("where((x - 300)^2 < 1, 3*x, x)", "dx=1"),
        ("log(x - 101325)", "dx=2/(x - 101325)"),
    ],
)
def test_the_counterexample_is_at_round_numbers(program: str, word: str) -> None:
    shown = checked(program, word).counterexample
    assert shown is not None
    assert all(x == float(f"{x:.2g}") for x in shown.point.values())
    assert shown.claimed != pytest.approx(shown.actual, rel=1e-6)


def test_the_points_are_on_all_sides_and_always_the_same() -> None:
    program = read("relu(x - 5000)*relu(-y - 3)")
    claim = read_claim(program, "dx=1")
    x, y = program.graph.inputs
    first, again = (beside_boundaries(program.graph, claim, [{x: 1.0, y: 1.0}]) for _ in range(2))
    assert first == again
    assert {(point[x] > 5000, point[y] < -3) for point in first} == {
        (a, b) for a in (True, False) for b in (True, False)
    }


def test_in_a_large_program_other_sides_are_looked_at_too() -> None:
    bent = " + ".join(f"max(0, x - {k})" for k in range(260))
    assert checked(bent, "dx=0").status == "wrong"
    assert checked(bent, "dx=260").status == "wrong"


@pytest.mark.parametrize(
    ("program", "claim", "alone"),
    [
        ("z = w*x + b; a = tanh(z)", "dz=1 - a^2", False),
        ("x^3", "dx=3*x^2", False),
        ("x^2", "dx=2*x + where(x == 2, 1, 0)", True),
        ("x^2", "dx=2*x + 1 - sign(x)^2", True),
        ("abs(x)", "dx=sign(x)", False),
        ("sqrt((x - y)^2)", "dx=where(y < x, 1, -1)", False),
        ("a = relu(w*x); J = a^2", "dx=2*a*w*where(a > 0, 1, 0)", False),
        ("log(x)", "dx=where(x > 0, 1/x, 0)", False),
        ("x*floor(x)", "dx=floor(x)", False),
        ("max(0, 2*x - 4)", "dx=where(x > 2, 2, 0)", False),
        ("max(0, 1 - y*z)", "dz=where(-y*z > -1, -y, 0)", False),
        ("max(0, 0.1*x - 0.3)", "dx=where(x > 3, 0.1, 0)", False),
        ("max(0, 2*x - 4)", "dx=where(x > 2, 2, where(x == 1, 1, 0))", True),
        ("log(x)", "dx=1/x + where(x == 3, 1, 0)", True),
        ("abs(x)", "dx=sign(x) + 1 - sign(x - 4)^2", True),
        ("k = abs(y); J = k + x^2", "dx=2*x + where(x == y, 1, 0)", True),
    ],
)
def test_whether_a_claim_jumps_where_the_program_is_smooth(program: str, claim: str, alone: bool) -> None:
    read_program = read(program)
    assert jumps_alone(read_program.graph, read_claim(read_program, claim)) is alone


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("x^2", "2*x", "2*x + tanh(1e6*(x - 40)) + 1"),
        ("x^2", "2*x", "2*x + exp(-(1e6*(x - 40.1))^2)"),
        ("x^2", "2*x", "2*x + sigmoid(1e6*(x - 1/3)) - sigmoid(1e6*(x - 0.4))"),
        ("x^2", "2*x", "2*x + 2^(-(1e5*(x - 77.7))^2)"),
        ("x^2", "2*x", "2*x + erf(1e6*(log(x) - 5)) + 1"),
        ("x^2*y", "2*x*y", "2*x*y + sigmoid(1e9*(x + y - 123.4))"),
        ("x^2 + log(cosh(1e6*(x - 40)))/1e6 + x", "2*x + tanh(1e6*(x - 40)) + 1", "2*x"),
    ],
)
def test_steep_places(program: str, right: str, wrong: str) -> None:
    assert checked(program, f"dx={right}").status == "correct"
    assert checked(program, f"dx={wrong}").status == "wrong"


def test_no_more_points_where_nothing_is_steep() -> None:
    assert checked("tanh(w*x + b)", "dw=x*(1 - tanh(w*x + b)^2)").points == 20
    assert checked("x*exp(-x^2/2)", "dx=(1 - x^2)*exp(-x^2/2)").points == 20


@pytest.mark.parametrize("number", ["17.3", "0.333", "1234.56789012", "1e-7"])
@pytest.mark.parametrize(("program", "right"), [("x^2", "2*x"), ("abs(x)", "sign(x)")])
def test_a_claim_that_is_wrong_at_one_decimal(program: str, right: str, number: str) -> None:
    assert checked(program, f"dx={right}").status == "correct"
    assert checked(program, f"dx={right} + where(x == {number}, 1, 0)").status == "wrong"
