"""Programs with gradx's numbers, and their exported code run in every language that is here."""

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

from hessian_products import product
from proof.random_expressions import expression, point

from gradx.errors import GradxError
from gradx.export.routine import Expected, language
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


def close(pairs: Iterable[tuple[float, float]], scale: float) -> bool:
    bound = AS_EXACT * max(1e-3, scale)
    return all(abs(found - wanted) <= max(bound, AS_EXACT * abs(wanted)) for found, wanted in pairs)


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
