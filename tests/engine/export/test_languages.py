"""Exported code computes what gradx computes: every function of the table, and random programs, in every language that
is here to run it."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from exported_code import RUN, Case, calls, case, close, ran_alone, random_programs

from gradx.errors import GradxError
from gradx.export.routine import LANGUAGES, Expected, exported, language
from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward


def others(cases: Sequence[Case], target: str, folder: Path) -> tuple[int, list[str]]:
    """How many of the programs the language can say, and those for which it finds other numbers than gradx."""
    run, is_here = RUN[target]
    if not is_here:
        pytest.skip(f"{target} is not here")
    said: list[tuple[str, Case]] = []
    for one in cases:
        inputs = one.program.graph.inputs
        with suppress(GradxError):
            said.append((exported(one.program, language(target), inputs, order=2 if one.product else 1), one))
    codes, kept = [code for code, _ in said], [one for _, one in said]
    wrong = []
    for one, found in zip(kept, run(codes, kept, folder), strict=True):
        first = zip((found.value, *found.gradient), (one.expected.value, *one.expected.gradient), strict=True)
        second = zip(found.product, one.product, strict=True)
        if not (close(first, one.scale) and close(second, max(one.scale, one.product_scale))):
            wrong.append(one.program.reading)
    return len(said), wrong


@pytest.mark.parametrize("target", RUN)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_function_is_gradx_s(target: str, tmp_path: Path) -> None:
    said, wrong = others(calls(), target, tmp_path)
    assert (said > 80, wrong) == (True, [])


@pytest.mark.parametrize("target", RUN)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs_are_gradx_s(target: str, tmp_path: Path) -> None:
    said, wrong = others(random_programs(200), target, tmp_path)
    assert (said > 100, wrong) == (True, [])


CARD = "u = b*c; v = a + u; J = 3v"
COURSE = [
    (CARD, {"a": 5.0, "b": 3.0, "c": 2.0}),
    ("z = w*x + b; a = sigmoid(z); L = ½(a−y)²", {"w": 1.0, "x": 2.0, "b": -1.0, "y": 1.0}),
    ("w1 = λ*β₁; J = softplus(w1) + class^3 % 2", {"λ": 0.5, "β1": 2.0, "class": 1.5}),
]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("text", "at"), COURSE, ids=["card", "logistic", "names"])
@pytest.mark.parametrize("target", ["python", "numpy", "c", "javascript"])
def test_a_file_checks_itself_and_fails_where_a_number_is_another(
    text: str, at: dict[str, float], target: str, tmp_path: Path
) -> None:
    if not RUN[target][1]:
        pytest.skip(f"{target} is not here")
    made = case(text, at)
    assert made is not None
    inputs = made.program.graph.inputs
    wrong = made.expected._replace(gradient=[made.expected.gradient[0] + 1e-6, *made.expected.gradient[1:]])
    for expected, code in ((made.expected, 0), (wrong, 1)):
        source = exported(made.program, language(target), inputs, expected)
        assert ran_alone(source, target, tmp_path) == code, source


BRANCHES = [
    ("z = log(x); J = where(x > 0, z, x^2)", {"x": -1.0}),
    ("u = sqrt(x - 1); v = 1/(x - 1); J = where(x > 1, u*v, x)", {"x": 1.0}),
    ("t = exp(x); J = where(x > 0, 1, t*x)*where(x > 0, y, t)", {"x": 1000.0, "y": 2.0}),
]


@pytest.mark.parametrize(("text", "at"), BRANCHES)
@pytest.mark.parametrize("target", ["python", "numpy", "c", "javascript"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_branch_that_is_not_taken_may_have_no_value(
    text: str, at: dict[str, float], target: str, tmp_path: Path
) -> None:
    run, is_here = RUN[target]
    if not is_here:
        pytest.skip(f"{target} is not here")
    program = read(text)
    point = {i: at[program.graph.names[i]] for i in program.graph.inputs}
    swept = forward(program.graph, FLOAT64, point)
    slopes = backprop(program.graph, FLOAT64, swept).adjoints
    expected = Expected(list(point.values()), swept.values[program.graph.output], [slopes[i] for i in point])
    made = Case(program, expected, 1.0, [], [], 0.0)
    (found,) = run([exported(program, language(target), program.graph.inputs)], [made], tmp_path)
    assert (found.value, list(found.gradient)) == (expected.value, list(expected.gradient))


@pytest.mark.parametrize("target", RUN)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_too_large_for_float64_is_infinite_and_no_word(target: str, tmp_path: Path) -> None:
    run, is_here = RUN[target]
    if not is_here:
        pytest.skip(f"{target} is not here")
    program = read("J = x*1e308/1e-308")
    made = Case(program, Expected([3.0], math.inf, [math.inf]), 1.0, [], [], 0.0)
    code = exported(program, language(target), program.graph.inputs)
    if target == "javascript":  # whose JSON has no infinity
        assert '"x": Infinity' in code
        return
    (found,) = run([code], [made], tmp_path)
    assert list(found.gradient) == [math.inf]


def test_a_power_of_ten_is_a_base_in_brackets() -> None:
    assert r"\left(1.5 \cdot 10^{-07}\right)^{x}" in exported(read("1.5e-7^x"), language("latex"), ())


def test_where_there_is_no_value_python_raises() -> None:
    for text in ("log(x)", "z = log(x); J = where(x < 0, z, x)"):
        space: dict[str, Callable[..., Any]] = {"__name__": "exported"}
        exec(exported(read(text), language("python"), (0,)), space)
        with pytest.raises(ValueError, match=r"domain|no value"):
            space["J"](-1.0)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")
def test_javascript_tells_every_node_if_asked(tmp_path: Path) -> None:
    """Of 40 random programs value and gradient of every node that gradx gives both."""
    made = [one for one in random_programs(60) if "erf" not in one.program.reading][:40]
    told, codes = [], []
    for one in made:
        with suppress(GradxError):
            inputs = one.program.graph.inputs
            codes.append(exported(one.program, language("javascript"), inputs, every_node=True))
            told.append(one)
    asked = ["const all = [];"]
    for k, (code, one) in enumerate(zip(codes, told, strict=True)):
        (tmp_path / f"a{k}.mjs").write_text(code, encoding="utf-8")
        asked.insert(0, f'import {{J as J{k}}} from "./a{k}.mjs";')
        asked.append(f"all.push(J{k}({', '.join(map(repr, one.expected.point))}).nodes);")
    (tmp_path / "ask.mjs").write_text("\n".join([*asked, "console.log(JSON.stringify(all));"]), encoding="utf-8")
    done = subprocess.run(["node", tmp_path / "ask.mjs"], check=True, capture_output=True, text=True)
    for one, nodes in zip(told, json.loads(done.stdout), strict=True):
        graph = one.program.graph
        swept = forward(graph, FLOAT64, dict(zip(graph.inputs, one.expected.point, strict=True)))
        slopes = backprop(graph, FLOAT64, swept).adjoints
        assert list(nodes) == [graph.names[i] for i in graph.shown]
        for i in graph.shown:
            found = nodes[graph.names[i]]
            if i not in swept.dropped:
                pairs = [(found["value"], swept.values[i]), (found["gradient"], slopes[i])]
                assert close(pairs, one.scale), (one.program.reading, graph.names[i])
    assert len(told) >= 30


def test_what_cannot_tell_every_node_says_so() -> None:
    with pytest.raises(GradxError, match="C code does not tell every node"):
        exported(read("x^2"), language("c"), (0,), every_node=True)


def test_sigmoid_and_what_it_is_made_of_need_one_exponential() -> None:
    text = "z = w*x + b; a = sigmoid(z); J = softplus(-z) - y*a + sigmoid(z)*sigmoid(-z)"
    for target in ("python", "numpy", "c", "javascript"):
        code = exported(read(text), language(target), read(text).graph.inputs)
        function = code[code.rindex("J(w, x") if target != "c" else code.rindex("double J(") :]
        assert function.count("faded(z)") == 1
        assert "exp(" not in function


def test_the_hessian_product_has_a_function_of_its_own() -> None:
    code = exported(read(CARD), language("python"), read(CARD).graph.inputs, order=2)
    assert "def hessian_product(b, c, a, direction):" in code
    assert "    return {'b': 3*c_dot, 'c': 3*b_dot, 'a': 0}" in code.splitlines()
    assert "void J_hessian_product(double x, const double direction[1], double product[1])" in exported(
        read("x^3"), language("c"), (0,), order=2
    )
    square = read("x^2*y^2")
    latex = exported(square, language("latex"), square.graph.inputs, order=2)
    assert r"\nabla^2 J &= \begin{bmatrix} 2v_{2} & t_{12} " in latex, latex


def test_a_second_derivative_that_is_not_known_is_named() -> None:
    with pytest.raises(GradxError, match="trigamma"):
        exported(read("digamma(x)"), language("jax"), (0,), order=2)


ODD_NAMES = ["NULL", "M_PI", "bool", "j0", "isnan", "linux", "stdin", "HUGE_VAL", "await", "None", "len", "np", "value"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("target", ["python", "numpy", "c", "javascript"])
def test_names_that_a_language_keeps_are_no_names_in_it(target: str, tmp_path: Path) -> None:
    if not RUN[target][1]:
        pytest.skip(f"{target} is not here")
    for k, name in enumerate(ODD_NAMES):
        above = f"u = x*x; {name} = u*y; direction = {name}^2; product = direction + u"
        for text in (f"J = {name}*(x + {name})", above):
            made = case(text, {name: 0.5, "x": 1.5, "y": 2.5})
            assert made is not None
            source = exported(made.program, language(target), made.program.graph.inputs, made.expected, order=2)
            folder = tmp_path / f"{k}{len(text)}"
            folder.mkdir()
            assert ran_alone(source, target, folder) == 0, source


def test_without_inputs_there_is_a_function_too(tmp_path: Path) -> None:
    for target in ("python", "c", "javascript"):
        if RUN[target][1]:
            source = exported(read("2 + 3"), language(target), (), Expected((), 5.0, ()), order=2)
            folder = tmp_path / target
            folder.mkdir()
            assert ran_alone(source, target, folder) == 0, source


def test_names_are_the_program_s_own() -> None:
    code = exported(read(CARD), language("python"), read(CARD).graph.inputs)
    for line in ("def J(b, c, a):", "    u = b*c", "    v = a + u", "    J = 3*v", "    db = 3*c"):
        assert line in code.splitlines()
    program = read("class = 2*math; J = sin(class)*β")
    strange = exported(program, language("python"), program.graph.inputs)
    assert "class_ = 2*math_" in strange
    assert "v1 = math.sin(class_)" in strange
    assert "double beta1" in exported(read("J = 2*β₁*a"), language("c"), ())


@pytest.mark.parametrize("target", LANGUAGES)
def test_nothing_of_a_program_leaves_its_comment(target: str) -> None:
    code = exported(read('J = w^[1]*x # */ */ """ \n'), language(target), ())
    assert '""" \n' not in code
    assert "*/ */" not in code


def test_what_a_language_lacks_is_named() -> None:
    with pytest.raises(GradxError, match="C has no digamma"):
        exported(read("digamma(x)"), language("c"), ())


def test_a_long_program_is_statements() -> None:
    text = " + ".join(f"sin(x{k}*{k + 2})^2" for k in range(200))
    code = exported(read(text), language("python"), read(text).graph.inputs)
    assert max(map(len, code.splitlines()[10:-2])) < 300


@pytest.mark.parametrize("target", LANGUAGES)
def test_a_function_of_any_number_of_arguments_takes_one(target: str) -> None:
    program = read("hypot(x) + max(x) + min(x)")
    assert "abs" in exported(program, language(target), program.graph.inputs) or target == "latex"
