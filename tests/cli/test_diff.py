"""gradx diff, from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def result(gradx_inside: Any, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gradx_inside("diff", *words, "--json").out)
    return found


def formulas(gradx_inside: Any, *words: str) -> dict[str, str]:
    found = result(gradx_inside, *words)["derivatives"]
    return {f"{d['of']}/{','.join(d['wrt'])}": d["formula"] for d in found}


LOGISTIC = "z = w*x + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("x^2*y",), {"J/x": "2*x*y", "J/y": "x^2"}),
        (("x^2*y", "--wrt", "y"), {"J/y": "x^2"}),
        (("x^5", "--order", "5"), {"J/x,x,x,x,x": "120"}),
        (("x*y*z^2", "--by", "x,y,z"), {"J/x,y,z": "2*z"}),
        (("x*y^2", "--order", "2"), {"J/x,x": "0", "J/x,y": "2*y", "J/y,y": "2*x"}),
        (("x = r*cos(t); y = r*sin(t)", "--of", "x,y", "--wrt", "r"), {"x/r": "cos(t)", "y/r": "sin(t)"}),
        ((LOGISTIC, "--wrt", "w"), {"L/w": "x*(a - y)"}),
        ((LOGISTIC, "--wrt", "w", "--in", "inputs"), {"L/w": "x*(sigmoid(w*x + b) - y)"}),
        ((LOGISTIC, "--wrt", "a"), {"L/a": "(a - y)/(a*(1 - a))"}),
        (("x^2 + y^2 = 25", "--implicit", "y"), {"y/x": "-x/y"}),
        (("x^2 + y^2 = 25", "--implicit", "y", "--order", "2"), {"y/x,x": "-25/y^3"}),
        (("y*digamma(x)",), {"J/y": "digamma(x)", "J/x": None}),
    ],
)
def test_formulas(gradx_inside: Any, words: tuple[str, ...], expected: dict[str, str]) -> None:
    assert formulas(gradx_inside, *words) == expected


@pytest.mark.parametrize(
    ("program", "point", "order", "value", "status"),
    [
        ("x^2*sin(x)", "x=2", "1", 1.972602361, "agree"),
        ("exp(x)*sin(x)", "x=1", "2", 2.9373878798, "agree"),
        ("x*abs(x)", "x=0", "1", 0.0, "agree"),
        ("x*abs(x)", "x=0", "2", None, "kink"),
        ("where(x < 0, 0, 1)", "x=0", "1", None, "jump"),
        ("where(x < 0, 0, 1)", "x=0", "2", None, "jump"),
        ("relu(x)^2", "x=0", "2", None, "kink"),
        ("relu(x)^3", "x=0", "2", 0.0, "agree"),
        ("x^2*abs(x)", "x=0", "3", None, "kink"),
        ("tanh(x)", "x=0", "2", 0.0, "agree"),
        ("abs(x)", "x=2", "3", 0.0, "agree"),
    ],
)
def test_numbers_of_any_order(
    gradx_inside: Any, program: str, point: str, order: str, value: float | None, status: str
) -> None:
    """Values by mpmath's diff; the broken ones have different one-sided derivatives by hand."""
    (found,) = result(gradx_inside, program, point, "--order", order)["derivatives"]
    assert found["verdict"]["status"] == status
    if value is not None:
        assert found["value"] == pytest.approx(value, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("program", "point", "kind"),
    [
        ("x^2 + y^2", ("x=0", "y=0"), "minimum"),
        ("-x^2 - 3*y^2", ("x=0", "y=0"), "maximum"),
        ("x^2 - y^2", ("x=0", "y=0"), "saddle"),
        ("x*y", ("x=0", "y=0"), "saddle"),
        ("x*y", ("x=1", "y=2"), "indefinite"),
        ("x^3 - 3*x*y + y^3", ("x=1", "y=1"), "minimum"),
        ("x*y + y*z + z*x", ("x=0", "y=0", "z=0"), "saddle"),
        ("x^2 + y^4", ("x=0", "y=0"), None),
        ("exp(x + y)", ("x=1", "y=0"), None),
    ],
)
def test_the_signs_of_a_hessian(gradx_inside: Any, program: str, point: tuple[str, ...], kind: str | None) -> None:
    found = result(gradx_inside, program, "--order", "2", *point)["curvature"]
    assert (found and found["kind"]) == kind


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x*y", "--order", "3"), "--order 3 needs one input"),
        (("x*y", "--wrt", "q"), "not a node"),
        (("x", "--by", "x", "--order", "2"), "do not go together"),
        (("x + y", "--implicit", "q"), "not an input"),
        (("x + y", "--implicit", "y", "--of", "J"), "do not go together"),
        (("log(x)", "x=-1"), "needs an argument above 0"),
    ],
)
def test_what_cannot_be_asked(gradx_inside: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx_inside("diff", *words)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x*y", "x=1", "y=2", "--taylor", "2"), "along one input"),
        (("x^2", "--taylor", "2"), "needs a number"),
        (("x^2", "x=1", "--taylor", "2", "--order", "2"), "do not go together"),
        (("x^2", "x=1", "--taylor", "0"), "--taylor"),
        (("x^2 + y^2 = 25", "--implicit", "y", "--taylor", "2"), "do not go together"),
        (("x^2", "x=1", "--taylor", "2", "--wrt", "z"), "not an input"),
    ],
)
def test_what_cannot_be_asked_of_a_polynomial(gradx_inside: Any, words: tuple[str, ...], said: str) -> None:
    answer = gradx_inside("diff", *words)
    assert answer.code == 2
    assert said in answer.err


def test_steps_name_the_rules(gradx_inside: Any) -> None:
    steps = result(gradx_inside, "x^2*sin(3*x)", "--steps")["steps"]
    assert [(step["part"], step["rules"], step["formula"]) for step in steps] == [
        ("x^2", ["power"], "2*x"),
        ("3*x", ["constant factor"], "3"),
        ("sin(3*x)", ["table", "chain"], "3*cos(3*x)"),
        ("x^2*sin(3*x)", ["product"], "x*(3*x*cos(3*x) + 2*sin(3*x))"),
    ]


def test_a_point_beside_the_curve_is_said(gradx_inside: Any) -> None:
    assert "not on the curve" in gradx_inside("diff", "x^2 + y^2 = 25", "--implicit", "y", "x=3", "y=5").err


@pytest.mark.parametrize("words", [(), ("-",), ("--file", "circle.txt")])
def test_an_equation_comes_from_everywhere(gradx: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "circle.txt").write_text("x^2 + y^2 = 25\n")
    stdin = None if "--file" in words else "x^2 + y^2 = 25\n"
    assert gradx("diff", *words, "--implicit", "y", "--quiet", stdin=stdin).out == "x -x/y\n"


def test_where_it_holds_is_said(gradx_inside: Any) -> None:
    where = result(gradx_inside, "log(x) + abs(y)")["where"]
    assert any("log(x) needs an argument above 0" in sentence for sentence in where)
    assert any(sentence.startswith("abs(y) has no derivative where") for sentence in where)


@pytest.mark.parametrize(
    ("words", "polynomial"),
    [
        (("sin(x)", "x=0", "--taylor", "5"), "x - x^3/6 + x^5/120"),
        (("exp(x)", "x=0", "--taylor", "4"), "1 + x + x^2/2 + x^3/6 + x^4/24"),
        (("log(1 + x)", "x=0", "--taylor", "4"), "x - x^2/2 + x^3/3 - x^4/4"),
        (("1/(1 - x)", "x=0", "--taylor", "3"), "1 + x + x^2 + x^3"),
        (("tanh(x)", "x=0", "--taylor", "5"), "x - x^3/3 + 2*x^5/15"),
        (("x^2", "x=3", "--taylor", "1"), "9 + 6*(x - 3)"),
        (("1/x", "x=-2", "--taylor", "2"), "-1/2 - (x + 2)/4 - (x + 2)^2/8"),
        (("a*x^2 + b", "x=1", "a=2", "b=5", "--taylor", "2", "--wrt", "x"), "7 + 4*(x - 1) + 2*(x - 1)^2"),
        (("x^3", "x=0", "--taylor", "2"), "0"),
        (("abs(x)", "x=0", "--taylor", "1"), None),
        (("x*abs(x)", "x=0", "--taylor", "2"), None),
        (("x*abs(x)", "x=0", "--taylor", "1"), "0"),
    ],
)
def test_taylor_polynomials_of_the_textbooks(gradx_inside: Any, words: tuple[str, ...], polynomial: str | None) -> None:
    found = result(gradx_inside, *words)["taylor"]
    assert found["formula"] == polynomial
    assert (found["reason"] is None) == (polynomial is not None)


def test_a_taylor_polynomial_in_decimals_keeps_the_digits_that_float64_loses(gradx_inside: Any) -> None:
    from mpmath import mp, mpf, taylor

    with mp.workdps(40):
        expected = [float(c) for c in taylor(lambda x: (1 - mp.cos(x)) / x**2, mpf("1e-4"), 2)]
    found = result(gradx_inside, "(1 - cos(x))/x^2", "x=1e-4", "--taylor", "2")["taylor"]
    assert [c["value"] for c in found["coefficients"]] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("table", "T2 = 1 + x + x^2/2"),
        ("text", "x^2/2"),
        ("csv", "2,0.5,1/2"),
        ("markdown", r"T_{2} = 1 + x + \frac{x^{2}}{2}"),
        ("latex", r"T_{2} &= 1 + x + \frac{x^{2}}{2}"),
        ("html", "<mfrac>"),
    ],
)
def test_a_taylor_polynomial_in_every_format(gradx_inside: Any, format: str, shown: str) -> None:
    assert shown in gradx_inside("diff", "exp(x)", "x=0", "--taylor", "2", "--format", format).out


def test_the_polynomial_alone(gradx: Any) -> None:
    answer = gradx("diff", "exp(x)", "--taylor", "3", "x=0", "--quiet")
    assert (answer.code, answer.out) == (0, "1 + x + x^2/2 + x^3/6\n")
