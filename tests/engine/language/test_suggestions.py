"""Hints for functions: each can be read, and none makes another function of what was typed."""

from __future__ import annotations

import re

import pytest

from gradx.errors import GradxError
from gradx.language.program import read
from gradx.language.suggestions import FOREIGN, UNKNOWN, function_hint, slip_of
from gradx.table import CALLABLE


def hint(text: str) -> str:
    with pytest.raises(GradxError) as caught:
        read(text, frozenset({"x", "y"}))
    return caught.value.problem.hint or ""


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_written_for_a_foreign_function_can_be_read(name: str) -> None:
    assert name not in CALLABLE
    advice = FOREIGN[name]
    found = re.match(r"write (.+?)(?: for (?:x )?degrees|, or define .*)?\Z", advice)
    if found is None:
        assert "differentiates for you" in advice or "written out" in advice
        return
    for code in re.split(r" or ", found[1]):
        assert read(code).graph.output >= 0


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_function_that_is_not_known_is_not_taken_for_one_that_is(name: str) -> None:
    assert name not in CALLABLE
    assert "did you mean" not in function_hint(name)
    assert "not known here" in hint(f"{name}(x)")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sni", "sin"), ("sinn", "sin"), ("csoh", "cosh"),
        ("sigmod", "sigmoid"), ("tahn", "tanh"), ("lgama", "lgamma"), ("sing", "sign"),
        ("arctann", "arctan"), ("softpuls", "softplus"), ("sotfsign", "softsign"), ("hypit", "hypot"),
        ("reluu", "relu"),
    ],
)  # fmt: skip
def test_a_slip_of_the_hand_is_told(typed: str, meant: str) -> None:
    assert hint(f"{typed}(x)" if meant != "hypot" else f"{typed}(x, y)") == f"did you mean {meant}?"


@pytest.mark.parametrize(
    "typed", ["erfi", "cis", "tanx", "asinc", "sinhc", "celu", "prelu", "cost", "exp3", "foo", "cose", "cosn"]
)
def test_another_name_is_none(typed: str) -> None:
    assert slip_of(typed, CALLABLE) is None


def test_what_could_not_be_read_is_not_offered() -> None:
    assert hint("atna2(x)").startswith("define it first")  # atan2 takes two
    assert hint("atna2(y, x)") == "did you mean atan2?"
    assert hint("WHERE(x)").startswith("define it first")
    assert "capital" in hint("WHERE(x > 0, 1, 2)")
    assert hint("sni(x) + csoh(x)") == "did you mean sin?"  # the second mistake stands behind the first


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Σ(x)", "sums are written out: x1 + x2, or taken of vectors: sum((y - x)^2) where y=[1 2 3]"),
        ("f'(x)", "gradx eval shows it for every node"),
        ("f''(x)", 'write the function alone, as in gradx diff "x^3" --order 2'),
        ("sin(30°)", 'gradx explain "sin(30*pi/180)"'),
        ("sin(x°)", 'gradx explain "sin(x*pi/180)"'),
        ("sind(x)", "write sin(x*pi/180) for x degrees"),
        ("logb(x)", "write logb(x, b)"),
        ("clip(x)", "write clip(x, lo, hi)"),
        ("root(x)", "write root(x, n)"),
        ("atan2(x)", "write atan2(y, x)"),
        ("fmod(x)", "write fmod(x, y)"),
        ("np.mean(x)", "write (x1 + x2)/2"),
        ("F.softmax(x)", "write exp(a)/(exp(a) + exp(b))"),
        ("tan^{-1}(x)", 'gradx explain "atan(x)" or gradx explain "1/tan(x)"'),
        ("x^{(1)}", 'gradx explain "x^1" or gradx explain "x_1"'),
    ],
)
def test_a_hint_means_what_was_typed(typed: str, said: str) -> None:
    assert hint(typed) == said


@pytest.mark.parametrize(
    ("exponent", "said"),
    [(2 / 3, "root(x, 3)^2"), (0.2, "root(x, 5)"), (-0.4, "root(x, 5)^(-2)"), (1.4, "root(x, 5)^7")],
)
def test_a_power_of_a_negative_number_gets_its_real_root(exponent: float, said: str) -> None:
    from gradx.language.constants import outside
    from gradx.table import TABLE

    assert outside(TABLE["^"], (-8.0, exponent), ("x", str(exponent)))[1] == f"the real root is {said}"
    assert read(said).graph.output >= 0
    assert "root" not in outside(TABLE["^"], (-8.0, 0.5), ("x", "0.5"))[1]
