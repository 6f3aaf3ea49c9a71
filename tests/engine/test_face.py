"""`import gradx`: what its documents say is run, names that Python cannot say are given, a notebook gets a page."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import gradx
import gradx.derive.formulas
import gradx.face

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("sympy_lent")


@pytest.mark.parametrize("module", [gradx, gradx.face, gradx.derive.formulas], ids=lambda module: module.__name__)
def test_what_the_docstrings_show_is_so(module: object) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_what_the_readme_shows_is_so() -> None:
    session = re.search(r"```pycon\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert session
    shown = doctest.DocTestParser().get_doctest(session[1], {}, "README.md", None, None)
    result = doctest.DocTestRunner().run(shown)
    assert (result.attempted, result.failed) == (5, 0)


def test_every_name_is_there_and_no_other() -> None:
    assert set(dir(gradx)) == {*gradx.__all__, "__version__"}
    assert all(getattr(gradx, name).__doc__ for name in gradx.__all__)
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        gradx.reed  # noqa: B018


@pytest.mark.parametrize(
    ("at", "values"),
    [
        ({"lambda": 3, "β": 2}, {}),
        ({"lambda": 3}, {"β": 2}),
        ({}, {"lambda": "6/2", "β": Fraction(2)}),
        ({"lambda": np.float32(3.0)}, {"β": 2.0}),
    ],
)
def test_any_name_can_be_given(at: Mapping[str, gradx.face.Number], values: Mapping[str, gradx.face.Number]) -> None:
    point = gradx.explore("lambda*β^2", at, **values)
    assert (point.value, point.gradients, point.confirmed) == (12.0, {"lambda": 4.0, "β": 12.0}, True)


@pytest.mark.parametrize("name", ["program", "at", "options", "self", "e"])
def test_no_name_is_taken_by_a_parameter(name: str) -> None:
    assert gradx.explore(f"{name}^2", **{name: 3}).gradients == {name: 6.0}


def test_claims_are_checked_at_a_point_and_a_claim_is_called_what_it_is() -> None:
    solved = gradx.check("claims^2 + at*x", ["dclaims = 6", "dat=x"], {"claims": 3}, at=1, x=2)
    assert solved.all_right
    assert [result.claim.text for result in solved.results] == ["6", "x"]
    assert repr(solved) == "<J = claims^2 + at*x: dclaims = 6 is correct, dat = x is correct>"


@pytest.mark.parametrize("third", ["1/3", Fraction(1, 3)])
def test_a_fraction_is_exact_and_a_float_the_decimal_that_it_prints_as(third: str | Fraction) -> None:
    assert gradx.explore("3*x - 1", x=third).value_verdict.status == "agree"
    assert gradx.explore("3*x - 1", x=1 / 3).value_verdict.status == "inexact"
    assert gradx.explore("10*x - 1", x=0.1).value_verdict.status == "agree"


def test_what_cannot_be_used_says_so() -> None:
    with pytest.raises(gradx.GradxError, match="x has no value"):
        gradx.explore("x^2")
    with pytest.raises(gradx.GradxError, match="`x` has two values"):
        gradx.explore("x^2", {"x": 1}, x=2)
    with pytest.raises(gradx.GradxError, match="no node y"):
        gradx.derivative("x^2", "y")
    with pytest.raises(gradx.GradxError, match="too long"):
        gradx.derivative("^".join("x" * 10), "x")
    with pytest.raises(KeyError, match="y"):
        gradx.explore("x^2", x=1)["y"]


def test_what_is_printed_of_large_things_is_short() -> None:
    program = gradx.read("+".join(f"sin(x{k})" for k in range(300)))
    point = gradx.explore(program, {f"x{k}": 0 for k in range(300)}, gradx.Options(checks="none"))
    assert len(repr(program)) < 150
    assert len(repr(point)) < 300
    assert repr(point).endswith(", …; 899 unchecked>")


def test_options_count_and_an_exploration_says_what_is_not_proved() -> None:
    point = gradx.explore("relu(x) + y", {"x": 0, "y": 1}, gradx.Options(wrt=("x",)))
    assert list(point.gradients) == ["x"]
    assert repr(point) == "<J = relu(x) + y = 1.0: dx = 0.0; 1 kink, 2 proved>"


ASK = "import gradx; print(gradx.explore('x^2', {'x': 3}, gradx.Options(checks='none'))._repr_html_())"


def test_a_notebook_gets_the_page_from_whatever_is_installed_for_it(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [f"{name} = {target}" for name, target in project["entry-points"]["gradx.pages"].items()]
    metadata = tmp_path / "gradx-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.4\nName: gradx\nVersion: 0\n")
    (metadata / "entry_points.txt").write_text("\n".join(["[gradx.pages]", *lines]))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, encoding="utf-8", env=environment)
    assert done.stderr == ""
    assert done.stdout.startswith('<iframe class="gradx"')
    assert done.stdout.endswith("</iframe>\n")


def test_the_engine_alone_has_no_page_and_no_need_of_one() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'engine')!r}); {ASK}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("None\n", "")
