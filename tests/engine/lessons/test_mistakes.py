"""The mistake behind a wrong derivative: its kind, its place, its words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import mpmath
import pytest

from gradx.language.bindings import read_binding
from gradx.language.program import read
from gradx.lessons.checking import check
from gradx.lessons.claims.claim import read_claim
from gradx.lessons.mistakes.faults import KINDS, Kind, Mistake
from gradx.point.typed import typed_point

CASES = Path(__file__).parents[2] / "cases"
ROWS = [row for name in ("claims.json", "more_claims.json") for row in json.loads((CASES / name).read_text("utf-8"))]


def mistake(program: str, word: str, *bindings: str) -> Mistake | None:
    read_program = read(program)
    point = (
        typed_point(read_program.graph, [read_binding(text) for text in bindings], read_program.defaults)
        if bindings
        else None
    )
    return check(read_program, [read_claim(read_program, word)], point)[0].mistake


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row["correct"]], ids=lambda row: f"{row['expression']} | {row['claim']}"
)
def test_the_kind(row: dict[str, str]) -> None:
    found = mistake(row["expression"], f"d{row['wrt']}={row['claim']}")
    assert (found.kind if found else None) in row["mistake"]


@pytest.mark.parametrize(
    ("program", "word", "place", "message"),
    [
        ("sin(3*x + 1)", "dx=cos(3*x + 1)", "3*x + 1", "the inner derivative is missing: d/dx of 3*x + 1 is 3"),
        ("x^2 + 5", "dx=2*x + 5", "5", "5 does not change with x"),
        ("x*sin(x)", "dx=sin(x)", "sin(x)", "x*cos(x)"),
        ("1 + cos(3*x)", "dx=3*sin(3*x)", "cos(3*x)", "d/dx of cos(3*x) is -3*sin(3*x)"),
        ("x^3 + x", "dx=3*x^3 + 1", "x^3", "d/dx of x^3 is 3*x^2, 12 at x = 2"),
        ("u = x^2; sin(u)", "dx=cos(x)*2*x", "x^2", "it belongs at u"),
        ("3*(a + b*c)", "db=3*b", "c", "3*b is dJ/dc; dJ/db is 3*c"),
        ("exp(3*x)/3", "dx=exp(3*x)/9", "exp(3*x)/3", "antiderivative"),
    ],
)
def test_the_place_and_the_words(program: str, word: str, place: str, message: str) -> None:
    found = mistake(program, word)
    assert found is not None
    span = found.place
    assert program[span.offset : span.offset + span.length] == place
    assert message in found.message


SLIDE = "z1 = w1*x + b1; a1 = relu(z1); z2 = w2*a1 + b2; a2 = relu(z2); J = 1/2*(a2 - y)^2"
SLIDE_POINT = ("x=1", "y=5", "w1=2", "b1=0", "w2=3", "b2=1")


def test_a_number_on_a_slide_that_belongs_to_another_variable() -> None:
    found = mistake(SLIDE, "dw2=6", *SLIDE_POINT)
    assert found is not None
    assert found.kind == "wrong-variable"
    assert found.message == "6 is dJ/dw1 (and dJ/db1); dJ/dw2 is 4"


def test_an_output_that_does_not_depend_on_the_variable() -> None:
    found = mistake("u = 5*y; J = u*x", "du/dx=5*y")
    assert found is not None
    assert (found.kind, found.message) == (
        "constant-kept",
        "a constant is kept: 5*y does not change with x, its derivative is 0",
    )


def test_other_kinds_that_fit_are_named_too() -> None:
    found = mistake("1/2*(a - y)^2", "dy=a - y")
    assert found is not None
    assert {found.kind, *found.also} >= {"wrong-sign", "missing-inner-derivative", "wrong-variable"}
    assert found.kind not in found.also


@pytest.mark.parametrize(
    ("program", "word", "message"),
    [
        ("x^2 + sin(3*x) + sin(3*x)", "dx=2*x + 2*cos(3*x)", "d/dx of 3*x is 3 (both times)"),
        ("sin(x) + sin(5*x)*sin(5*x)*sin(5*x)", "dx=cos(x) + 3*sin(5*x)^2*cos(5*x)", "d/dx of 5*x is 5 (all 3 times)"),
        ("log(2*x + 1) + sin(x^2)", "dx=1/(2*x + 1) + cos(x^2)", "is 2*x, 2 at x = 1; d/dx of 2*x + 1 is 2"),
        (
            "sin(2*x) + sin(3*x) + sin(4*x) + sin(5*x)",
            "dx=cos(2*x) + cos(3*x) + cos(4*x) + cos(5*x)",
            "d/dx of 5*x is 5; d/dx of 4*x is 4; d/dx of 3*x is 3; and so on, at 4 places",
        ),
    ],
)
def test_both_times_is_said_where_the_same_thing_stands_twice(program: str, word: str, message: str) -> None:
    found = mistake(program, word)
    assert found is not None
    assert found.message.endswith(message)
    assert ("times" in found.message) == ("times" in message)


@pytest.mark.parametrize(
    ("program", "word", "offset", "text"),
    [
        ("u = 3*x; J = u^2 + x", "dx=6*u", 19, "x"),
        ("x^3 + x^2 + x", "dx=3*x^2 + 2*x", 12, "x"),
        ("x*sin(x)", "dx=sin(x)", 2, "sin(x)"),
        ("a*x + x*sin(x)", "dx=a + sin(x)", 8, "sin(x)"),
        ("x^x", "dx=x^x*log(x)", 0, "x^x"),
        ("hypot(3, x) + atan2(x, 2) + x", "dx=x/hypot(3, x) + 2/(x^2 + 4)", 28, "x"),
        ("hypot(x, y) + atan2(x*y, (x))", "dx=x/hypot(x, y) + y*x/(x^2*y^2 + x^2)", 14, "atan2(x*y, (x))"),
    ],
)
def test_the_place_is_where_the_argument_stands_that_is_named(program: str, word: str, offset: int, text: str) -> None:
    found = mistake(program, word)
    assert found is not None
    assert (found.place.offset, found.place.text) == (offset, text)


def test_every_kind_has_its_place_in_the_order() -> None:
    assert sorted(KINDS) == sorted(get_args(Kind))


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("x^2", "dx=2.0001*x + 1e-9"),
        ("3*x", "dx=7"),
        ("sin(x)", "dx=1.0000001*cos(x) + 1e-12"),
    ],
)
def test_what_does_not_fit_exactly_is_not_named(program: str, word: str) -> None:
    assert mistake(program, word) is None


def test_a_long_program_is_searched_in_linear_time() -> None:
    program = "; ".join([*(f"u{k} = sin(u{k - 1})" if k else "u0 = sin(x)" for k in range(150)), "J = u149^2"])
    found = mistake(program, "dx=3")
    assert found is None or found.kind in KINDS


def test_a_slope_too_long_to_write_is_told_as_a_number() -> None:
    inner = "x*exp(x)*sin(x)*atan(x)*asinh(x)"
    found = mistake(f"sin({inner})", f"dx=cos({inner})")
    assert found is not None
    told = re.search(r"d/dx of (?P<of>\S+) is (?P<slope>\S+) at x = (?P<x>\S+)", found.message)
    assert told is not None
    slope = mpmath.diff(
        lambda x: x * mpmath.exp(x) * mpmath.sin(x) * mpmath.atan(x) * mpmath.asinh(x), mpmath.mpf(told["x"])
    )
    assert float(told["slope"]) == pytest.approx(float(slope), rel=1e-9)


def test_a_factor_of_any_size_is_a_factor() -> None:
    found = mistake("x^2", "dx=2e20*x")
    assert found is not None
    assert found.kind == "constant-factor"
    assert "1e+20 times the derivative" in found.message


def test_a_number_of_the_program_is_a_factor_that_may_be_lost() -> None:
    found = mistake("7.3*x", "dx=1")
    assert found is not None
    assert "constant-factor" in (found.kind, *found.also)


def test_among_very_many_paths_none_is_blamed() -> None:
    squares = "; ".join(["a0 = x*x", *(f"a{k} = a{k - 1}*a{k - 1}" for k in range(1, 12)), "J = a11"])
    assert mistake(squares, "dx=7*x") is None


@pytest.mark.parametrize(
    ("program", "word", "message"),
    [
        (
            "a = sigmoid(x); J = 3*a",
            "dx=3*(1 - a)",
            "with the factor a behind 3*(1 - a) it would be right: 3*(1 - a)*a",
        ),
        ("x*(1 - x)*y", "dy=1 - x", "with the factor x behind 1 - x it would be right: (1 - x)*x"),
    ],
)
def test_a_factor_may_be_missing_that_stands_in_a_sum(program: str, word: str, message: str) -> None:
    found = mistake(program, word)
    assert found is not None
    assert (found.kind, found.message) == ("missing-factor", message)


@pytest.mark.parametrize(
    ("program", "word", "kind", "message"),
    [
        ("relu(t)", "dt=relu(t)", "outer-kept", "the outer function is not differentiated"),
        ("(a - b)*(a + b)", "db=2*b", "wrong-sign", "sign is wrong: "),
        ("sqrt(x + 1)", "dx=1/sqrt(x + 1)", "missing-power-factor", "the exponent does not come down as a factor"),
        ("(x + y)*(x - y)", "dy=(x - y) + (x + y)", "wrong-sign", "d/dy of x - y is -1"),
        ("(s + 2*t)*(s - 3*t)", "dt=2*(s - 3*t) + 3*(s + 2*t)", "wrong-sign", "d/dt of s - 3*t is -3"),
        (
            "K/(1 + A*exp(-r*t))", "dt=K/(1 + A*exp(-r*t))^2", "missing-power-factor",
            "does not come down as a factor, and the inner derivative is missing: d/dt of K/",
        ),
        (
            "u = x^2; v = u*x + u; w = v*x; J = w + v", "dx=x*u", "missing-term", "and this is one term of the sum"
        ),
    ],
)  # fmt: skip
def test_what_is_said_is_so(program: str, word: str, kind: Kind, message: str) -> None:
    found = mistake(program, word)
    assert found is not None
    assert found.kind == kind
    assert message in found.message


@pytest.mark.parametrize("program", ["exp(x)/x", "sin(x)*cos(x)", "x*exp(-x)"])
def test_terms_that_cancel_by_chance_are_not_why_somebody_writes_0(program: str) -> None:
    assert mistake(program, "dx=0") is None


@pytest.mark.parametrize("program", ["x^2", "log(x)", "tanh(x)"])
def test_what_is_left_out_is_not_called_a_factor_where_it_is_all_there_is(program: str) -> None:
    found = mistake(program, "dx=1")
    assert found is None or found.message == "with 1 divided by x it would be right: 1/x"


@pytest.mark.parametrize(
    ("program", "word", "at"),
    [
        ("x^2 + x*y + y^2", "dx=2*x + x", len("dx=2*x + ")),
        ("exp(x)/x", "dx=exp(x)/x - exp(x)/x", len("dx=exp(x)/x - exp(x)/")),
    ],
)
def test_an_edit_of_a_name_that_stands_twice_is_shown_where_it_is_made(program: str, word: str, at: int) -> None:
    found = mistake(program, word)
    assert found is not None
    assert (found.place.offset, found.place.length) == (at, 1)


def test_a_slope_that_mixes_value_and_argument_is_not_taken_for_that_of_a_sister() -> None:
    found = mistake("log(sin(x))", "dx=tan(x)")
    assert found is not None
    assert "derivative of sec" not in found.message


def test_a_numerator_that_does_not_change_has_no_derivative_to_be_divided() -> None:
    found = mistake("1/(1 + x^2)", "dx=1/(2*x)")
    assert found is not None
    assert found.message.startswith("differentiating the denominator alone does not differentiate the quotient: d/dx")


@pytest.mark.parametrize(
    ("program", "word", "derivative"),
    [("x^3*y^2", "dx=3xy^2", "3*x^2*y^2"), ("x^2*y^3", "dx=2xy^2", "2*x*y^3"), ("a*x^2*y^3", "dx=2axy^2", "2*a*x*y^3")],
)
def test_what_an_edit_makes_of_letters_side_by_side_is_the_derivative(program: str, word: str, derivative: str) -> None:
    found = mistake(program, word)
    assert found is not None
    assert found.repair is not None
    names = dict(zip("axy", (mpmath.mpf(3), mpmath.mpf(5), mpmath.mpf(7)), strict=True))
    assert eval(found.repair.replace("^", "**"), {}, names) == eval(derivative.replace("^", "**"), {}, names)


@pytest.mark.parametrize("claim", ["2*x + 1e-14*x", "2*x*(1 + 1e-16)"])
def test_a_factor_that_shows_as_1_is_not_called_off(claim: str) -> None:
    found = mistake("x^2", f"dx={claim}")
    assert found is None or "is 1 times" not in found.message
