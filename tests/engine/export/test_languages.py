"""Exported code computes what gradx computes: every function of the table, and random programs, in every language that
is here to run it."""

from __future__ import annotations

import ctypes
import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hessian_products import product
from proof.random_expressions import expression, point

from gradx.errors import GradxError
from gradx.export.routine import LANGUAGES, Expected, exported, language
from gradx.language.program import Program, read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.table import FUNCTIONS, OPERATORS


class Found(NamedTuple):
    """What exported code answers; no `product` where the second derivative is not to be had."""

    value: float
    gradient: Sequence[float]
    product: Sequence[float]


AS_EXACT = 1e-12
"""Of the largest number on the way."""


class Case(NamedTuple):
    program: Program
    expected: Expected
    scale: float
    direction: Sequence[float]
    product: Sequence[float]
    product_scale: float


def case(text: str, at: Mapping[str, float]) -> Case | None:
    """A program at a point, with gradx's float64 numbers; None where one is not finite."""
    program = read(text, frozenset(at))
    graph = program.graph
    try:
        run = forward(graph, FLOAT64, {i: at[graph.names[i]] for i in graph.inputs})
        adjoints = backprop(graph, FLOAT64, run).adjoints
    except GradxError:
        return None
    numbers = [*run.values, *adjoints]
    if run.faults or not graph.inputs or not all(map(math.isfinite, numbers)):
        return None
    given = [at[graph.names[i]] for i in graph.inputs]
    largest = max(map(abs, run.values)) * max(1.0, *map(abs, adjoints))
    expected = Expected(given, run.values[graph.output], [adjoints[i] for i in graph.inputs])
    direction = [1.0, -0.5, 2.0, 0.25][: len(given)]
    with suppress(GradxError):
        bent, size = product(graph, given, direction)
        if math.isfinite(sum(bent)):
            return Case(program, expected, largest, direction, bent, size)
    return Case(program, expected, largest, [], [], 0.0)


def calls() -> list[Case]:
    """Each row of the table at two points inside its domain."""
    generator = random.Random(7)
    found = []
    for row in (*OPERATORS, *FUNCTIONS):
        names = [f"x{k}" for k in range(len(row.sample))]
        if row.arity is None:
            names = [*names, "x9"]
        text = row.text.template.format(", ".join(names)) if row.text.template.count("{}") == 1 else ""
        text = text or row.text.template.format(*names)
        for _ in range(2):
            at = {name: generator.uniform(*row.sample[k % len(row.sample)]) for k, name in enumerate(names)}
            made = case(text, at)
            assert made is not None, text
            found.append(made)
    return found


def random_programs(count: int) -> list[Case]:
    generator = random.Random(20261128)
    found: list[Case] = []
    while len(found) < count:
        made = case(expression(generator, generator.randint(1, 4)).text, point(generator))
        if made is not None and made.scale < 1e6 and made.product_scale < 1e6:
            found.append(made)
    return found


def in_python(codes: Sequence[str], cases: Sequence[Case], _folder: Path) -> list[Found]:
    found: list[Found] = []
    for code, case in zip(codes, cases, strict=True):
        space: dict[str, Callable[..., Any]] = {"__name__": "exported"}
        exec(compile(code, "exported", "exec"), space)
        value, gradient = space["J"](*case.expected.point)
        product: Mapping[str, float] = {}
        if case.product:
            direction = dict(zip(gradient, case.direction, strict=True))
            product = space["hessian_product"](*case.expected.point, direction)
        found.append(Found(float(value), list(map(float, gradient.values())), list(map(float, product.values()))))
    return found


def in_c(codes: Sequence[str], cases: Sequence[Case], folder: Path) -> list[Found]:
    """All of them in one library, each under a name of its own."""
    definitions = language("c").definitions.values()
    parts = ["#include <math.h>", *definitions]
    for k, code in enumerate(codes):
        for definition in definitions:
            code = code.replace(definition, "")
        code = code.replace("double J(", f"double J{k}_(").replace("void J_hess", f"void J{k}_hess")
        parts.append(code.replace("#include <math.h>", ""))
    source, library = folder / "all.c", folder / "all.so"
    source.write_text("\n".join(parts))
    strict = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-O1")
    subprocess.run(["cc", *strict, "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
    loaded = ctypes.CDLL(str(library))
    found: list[Found] = []
    for k, case in enumerate(cases):
        function = getattr(loaded, f"J{k}_")
        function.restype = ctypes.c_double
        given = [ctypes.c_double(x) for x in case.expected.point]
        gradient, product = ((ctypes.c_double * len(given))() for _ in range(2))
        value = function(*given, gradient)
        if case.product:
            direction = (ctypes.c_double * len(given))(*case.direction)
            getattr(loaded, f"J{k}_hessian_product")(*given, direction, product)
        found.append(Found(value, list(gradient), list(product) if case.product else []))
    return found


def in_node(codes: Sequence[str], cases: Sequence[Case], folder: Path) -> list[Found]:
    """A module each, and one that asks them all."""
    asked = ["const all = [];"]
    for k, (code, case) in enumerate(zip(codes, cases, strict=True)):
        (folder / f"a{k}.mjs").write_text(code, encoding="utf-8")
        asked.insert(0, f'import * as m{k} from "./a{k}.mjs";')
        given = ", ".join(map(repr, case.expected.point))
        names = (case.program.graph.names[i] for i in case.program.graph.inputs)
        along = json.dumps(dict(zip(names, case.direction, strict=False)))
        product = f"m{k}.hessian_product({given}, {along})" if case.product else "{}"
        asked.append(f"all.push([m{k}.J({given}), {product}]);")
    told = "[f.value, Object.values(f.gradient), Object.values(p)]"
    asked.append(f"console.log(JSON.stringify(all.map(([f, p]) => {told})));")
    (folder / "ask.mjs").write_text("\n".join(asked), encoding="utf-8")
    done = subprocess.run(["node", folder / "ask.mjs"], check=True, capture_output=True, text=True)
    return [Found(*numbers) for numbers in json.loads(done.stdout)]


RUN: dict[str, tuple[Callable[[Sequence[str], Sequence[Case], Path], list[Found]], bool]] = {
    "python": (in_python, True),
    "numpy": (in_python, True),
    "pytorch": (in_python, find_spec("torch") is not None),
    "jax": (in_python, find_spec("jax") is not None),
    "c": (in_c, shutil.which("cc") is not None),
    "javascript": (in_node, shutil.which("node") is not None),
}


def others(cases: Sequence[Case], target: str, folder: Path) -> tuple[int, list[str]]:
    """How many of the programs the language can say, and those for which it finds other numbers than gradx."""
    run, is_here = RUN[target]
    if not is_here:
        pytest.skip(f"{target} is not here")
    said: list[tuple[str, Case]] = []
    for case in cases:
        inputs = case.program.graph.inputs
        with suppress(GradxError):
            said.append((exported(case.program, language(target), inputs, order=2 if case.product else 1), case))
    codes, kept = [code for code, _ in said], [case for _, case in said]
    wrong = []
    for case, found in zip(kept, run(codes, kept, folder), strict=True):
        first = zip((found.value, *found.gradient), (case.expected.value, *case.expected.gradient), strict=True)
        second = zip(found.product, case.product, strict=True)
        if not (close(first, case.scale) and close(second, max(case.scale, case.product_scale))):
            wrong.append(case.program.reading)
    return len(said), wrong


def close(pairs: Iterable[tuple[float, float]], scale: float) -> bool:
    bound = AS_EXACT * max(1e-3, scale)
    return all(abs(found - wanted) <= max(bound, AS_EXACT * abs(wanted)) for found, wanted in pairs)


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


def ran_alone(source: str, target: str, folder: Path) -> int:
    path = folder / {"c": "out.c", "javascript": "out.mjs"}.get(target, "out.py")
    path.write_text(source, encoding="utf-8")
    if target == "c":
        subprocess.run(
            ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", path, "-o", folder / "a.out", "-lm"],
            check=True,
        )
        return subprocess.run([folder / "a.out"], capture_output=True, check=False).returncode
    import sys

    runner = "node" if target == "javascript" else sys.executable
    return subprocess.run([runner, path], capture_output=True, check=False).returncode


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
    with pytest.raises(GradxError, match="JavaScript has no erf"):
        exported(read("erf(x)"), language("javascript"), ())


def test_a_long_program_is_statements() -> None:
    text = " + ".join(f"sin(x{k}*{k + 2})^2" for k in range(200))
    code = exported(read(text), language("python"), read(text).graph.inputs)
    assert max(map(len, code.splitlines()[10:-2])) < 300
