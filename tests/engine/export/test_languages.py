"""Exported code computes what gradx computes: every function of the table, and random programs, in every language that
is here to run it."""

from __future__ import annotations

import ctypes
import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from proof.random_expressions import expression, point

from gradx.errors import GradxError
from gradx.export.routine import LANGUAGES, Expected, exported, language
from gradx.language.program import Program, read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.table import FUNCTIONS, OPERATORS

Found = tuple[float, Sequence[float]]

AS_EXACT = 1e-12
"""Of the largest number on the way."""


class Case(NamedTuple):
    program: Program
    expected: Expected
    scale: float


def case(text: str, at: Mapping[str, float]) -> Case | None:
    """A program at a point, with gradx's float64 numbers; None where one is not finite."""
    program = read(text)
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
    return Case(program, Expected(given, run.values[graph.output], [adjoints[i] for i in graph.inputs]), largest)


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
        if made is not None and made.scale < 1e6:
            found.append(made)
    return found


def in_python(code: str, case: Case, _folder: Path) -> Found:
    names: dict[str, Callable[..., tuple[float, Mapping[str, float]]]] = {"__name__": "exported"}
    exec(compile(code, "exported", "exec"), names)
    value, gradient = names["J"](*case.expected.point)
    return float(value), [float(slope) for slope in gradient.values()]


def in_c(code: str, case: Case, folder: Path) -> Found:
    source, library = folder / "a.c", folder / f"{abs(hash(code))}.so"
    source.write_text(code)
    strict = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O1")
    subprocess.run(["cc", *strict, "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
    function = ctypes.CDLL(str(library)).J
    function.restype = ctypes.c_double
    gradient = (ctypes.c_double * len(case.expected.gradient))()
    value = function(*map(ctypes.c_double, case.expected.point), gradient)
    return value, list(gradient)


def in_node(code: str, case: Case, folder: Path) -> Found:
    source = folder / "a.mjs"
    call = f"J({', '.join(map(repr, case.expected.point))})"
    source.write_text(f"{code}\nconst found = {call};\n" + NODE_END, encoding="utf-8")
    done = subprocess.run(["node", source], check=True, capture_output=True, text=True)
    numbers = json.loads(done.stdout.splitlines()[-1])
    return numbers[0], numbers[1:]


NODE_END = "console.log(JSON.stringify([found.value, ...Object.values(found.gradient)]));\n"

RUN: dict[str, tuple[Callable[[str, Case, Path], Found], bool]] = {
    "python": (in_python, True),
    "numpy": (in_python, True),
    "pytorch": (in_python, find_spec("torch") is not None),
    "jax": (in_python, find_spec("jax") is not None),
    "c": (in_c, shutil.which("cc") is not None),
    "javascript": (in_node, shutil.which("node") is not None),
}


def agrees(case: Case, target: str, folder: Path) -> bool | None:
    """Whether the exported code finds gradx's numbers; None where the language cannot say the program."""
    run, is_here = RUN[target]
    if not is_here:
        pytest.skip(f"{target} is not here")
    try:
        code = exported(case.program, language(target), case.program.graph.inputs)
    except GradxError:
        return None
    value, gradient = run(code, case, folder)
    pairs = zip((value, *gradient), (case.expected.value, *case.expected.gradient), strict=True)
    bounds = AS_EXACT * max(1e-3, case.scale)
    return all(abs(found - wanted) <= max(bounds, AS_EXACT * abs(wanted)) for found, wanted in pairs)


@pytest.mark.parametrize("target", RUN)
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_function_is_gradx_s(target: str, tmp_path: Path) -> None:
    found = {case.program.reading: agrees(case, target, tmp_path) for case in calls()}
    assert [reading for reading, same in found.items() if same is False] == []
    assert sum(same is True for same in found.values()) > 40


@pytest.mark.parametrize("target", RUN)
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs_are_gradx_s(target: str, tmp_path: Path) -> None:
    found = {case.program.reading: agrees(case, target, tmp_path) for case in random_programs(200)}
    assert [reading for reading, same in found.items() if same is False] == []


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
        subprocess.run(["cc", "-std=c99", "-pedantic", "-Werror", path, "-o", folder / "a.out", "-lm"], check=True)
        return subprocess.run([folder / "a.out"], capture_output=True, check=False).returncode
    import sys

    runner = "node" if target == "javascript" else sys.executable
    return subprocess.run([runner, path], capture_output=True, check=False).returncode


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
