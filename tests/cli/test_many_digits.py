"""`--digits N`: values and gradients to N correct digits, past what float64 holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import mpmath
import pytest


def shown(*arguments: str) -> str:
    command = [sys.executable, "-m", "gradx_cli", "eval", *arguments, "--no-symbolic", "--format", "text"]
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout


@pytest.mark.sampled(3)
@pytest.mark.parametrize("digits", [20, 60, 1000])
def test_value_and_gradient_have_as_many_correct_digits_as_are_asked_for(digits: int) -> None:
    text = shown("sin(x)", "x=1", "--digits", str(digits))
    with mpmath.workdps(digits + 10):
        sine, cosine = mpmath.nstr(mpmath.sin(1), digits), mpmath.nstr(mpmath.cos(1), digits)
    assert re.search(r"J = sin\(x\) = ([\d.]+)\.\n", text)[1] == sine  # type: ignore[index]
    assert re.search(r"gradient dx = ([\d.]+)\. ", text)[1] == cosine  # type: ignore[index]


def test_digits_that_are_not_known_are_not_shown_and_it_is_said() -> None:
    command = [sys.executable, "-m", "gradx_cli", "eval", "cosh(x) - sinh(x)", "x=12716", "--digits", "1000", "--json"]
    found = json.loads(subprocess.run([*command, "--no-symbolic"], capture_output=True, encoding="utf-8").stdout)
    value, gradient = found["value_verdict"]["exact"], found["nodes"][0]["verdict"]["exact"]
    digits = [len(number.lstrip("-0.").partition("e")[0].replace(".", "")) for number in (value, gradient)]
    assert 990 < digits[0] <= 1000
    assert 500 < digits[1] < 1000
    with mpmath.workdps(1300):
        true = mpmath.exp(-12716)
        assert abs(mpmath.mpf(value) - true) < true * mpmath.mpf(10) ** (2 - digits[0])
        assert abs(mpmath.mpf(gradient) + true) < true * mpmath.mpf(10) ** (2 - digits[1])
    assert any("1,000 digits" in warning for warning in found["warnings"])


def test_an_input_is_the_binary64_number_that_it_is() -> None:
    assert "with value 0.1000000000000000055511151231257827" in shown("x^2", "x=0.1", "--digits", "34")


def test_a_nudge_stays_float64s_own() -> None:
    assert "moves J to 9.006001:" in shown("x^2", "x=3", "--digits", "50")
