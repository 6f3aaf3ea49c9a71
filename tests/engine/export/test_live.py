"""The function of a page: its numbers are those of the sweeps, at any point, and where a node is nudged."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import mpmath
import pytest
from browser import CHROMIUM, Browser
from exported_code import AS_EXACT, Case, calls, random_programs
from proof.random_expressions import point

from gradx.errors import GradxError
from gradx.export.languages.javascript import LANGUAGE
from gradx.export.live import Live, live
from gradx.language.program import Program, read
from gradx.numbers.float64 import FLOAT64
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward, nudged

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")

Asked = Sequence[tuple[Live, Sequence[float], Mapping[int, float]]]


def in_node(script: str, folder: Path) -> str:
    path = folder / "all.js"
    path.write_text(f"console.log({script})", "utf-8")
    return subprocess.run(["node", path], check=True, capture_output=True, text=True).stdout


def in_chromium(script: str, _folder: Path) -> str:
    if CHROMIUM is None:
        pytest.skip("Chromium is not here")
    with Browser() as browser:
        return str(browser.run(script))


Engine = Callable[[str, Path], str]


def ran(asked: Asked, folder: Path, engine: Engine = in_node) -> list[list[float]]:
    """What each function answers for inputs and nudges, all at once."""
    parts = ["(() => { const all = [];"]
    for found, x, nudges in asked:
        d = [nudges.get(i, 0.0) for i in found.nudged]
        parts.append(f"{{ {found.source} all.push(run({list(x)}, {d})); }}".replace("inf", "Infinity"))
    parts.append("const written = (k, x) => Number.isFinite(x) || typeof x !== 'number' ? x : String(x);")
    parts.append("return JSON.stringify(all, written); })()")
    return [[float(x) for x in one] for one in json.loads(engine("\n".join(parts), folder))]


def expected(program: Program, x: Sequence[float]) -> tuple[list[float], list[float]]:
    graph = program.graph
    run = forward(graph, FLOAT64, dict(zip(graph.inputs, x, strict=True)))
    return run.values, backprop(graph, FLOAT64, run).adjoints


def wrong(cases: Sequence[Case], folder: Path, engine: Engine = in_node) -> tuple[int, list[str]]:
    """How many programs JavaScript can say, and in which of them a value or a gradient of a node is another one."""
    kept: list[tuple[Case, Live]] = []
    for one in cases:
        with suppress(GradxError):
            kept.append((one, live(one.program.graph, one.program.graph.shown)))
    answers = ran([(found, one.expected.point, {}) for one, found in kept], folder, engine)
    bad = []
    for (one, found), numbers in zip(kept, answers, strict=True):
        values, gradients = expected(one.program, one.expected.point)
        bound = AS_EXACT * max(1e-3, one.scale)
        for i in one.program.graph.shown:
            pairs = ((numbers[found.values[i]], values[i]), (numbers[found.gradients[i]], gradients[i]))
            if any(abs(a - b) > max(bound, AS_EXACT * abs(b)) for a, b in pairs):
                bad.append(f"{one.program.reading}: {one.program.graph.names[i]}")
    return len(kept), bad


def test_a_hundred_random_programs_are_gradx_s(tmp_path: Path) -> None:
    said, bad = wrong(random_programs(100), tmp_path)
    assert (said > 50, bad) == (True, [])


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", [in_node, in_chromium])
def test_a_thousand_random_programs_and_every_function_are_gradx_s(engine: Engine, tmp_path: Path) -> None:
    said, bad = wrong([*calls(), *random_programs(1100)], tmp_path, engine)
    assert (said >= 1000, bad) == (True, [])


def test_a_nudge_of_any_node_travels_as_it_does_in_python(tmp_path: Path) -> None:
    generator = random.Random(5)
    asked, there = [], []
    for text in ("z = w*x + b; a = sigmoid(z); J = (a - y)^2", "a = w*x; b = a*a; J = where(b > x, b, exp(a))"):
        graph = read(text).graph
        found = live(graph, graph.shown)
        at = point(generator)
        x = [at.get(graph.names[i], 0.75) for i in graph.inputs]
        run = forward(graph, FLOAT64, dict(zip(graph.inputs, x, strict=True)))
        for i in graph.operations:
            asked.append((found, x, {i: 0.25}))
            moved = nudged(graph, FLOAT64, run, i, run.values[i] + 0.25)
            there.append([moved.values[j] for j in graph.shown])
    for (found, _, _), numbers, wanted in zip(asked, ran(asked, tmp_path), there, strict=True):
        assert [numbers[place] for place in found.values.values()] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "x", "needed"),
    [
        ("z = log(x); J = where(x > 0, z, x^2)", 2.0, {"z": 1, "v1": 0}),
        ("z = log(x); J = where(x > 0, z, x^2)", -2.0, {"z": 0, "v1": 1}),
        ("z = log(x); u = z + 1; J = where(x > 0, x, u)", 2.0, {"z": 0, "u": 0}),
        ("z = log(x); J = where(x > 0, z, 3) + where(x > 1, z, 4)", 0.5, {"z": 1}),
        ("z = log(x); J = where(x > 0, z, 3) + where(x > 1, z, 4)", -0.5, {"z": 0}),
    ],
)
def test_a_branch_that_is_not_taken_is_told(text: str, x: float, needed: dict[str, int], tmp_path: Path) -> None:
    graph = read(text).graph
    found = live(graph, graph.shown)
    (numbers,) = ran([(found, [x], {})], tmp_path)
    dropped = forward(graph, FLOAT64, {graph.inputs[0]: x}).dropped
    told = {graph.names[i]: numbers[place] for i, place in found.needed.items()}
    assert told | needed == told
    assert {i for i in graph.shown if i in found.needed and numbers[found.needed[i]] == 0} == set(dropped)


def test_a_boundary_is_where_a_distance_is_zero(tmp_path: Path) -> None:
    graph = read("a = relu(w*x + b); J = a^2").graph
    found = live(graph, graph.shown)
    numbers = ran([(found, [1, 2, b], {}) for b in (-2, -1)], tmp_path)
    at = graph.index["a"]
    assert [[one[place] for place in found.distances[at]] for one in numbers] == [[0], [1]]
    assert not any(found.distances[i] for i in graph.shown if i != at)


@pytest.mark.parametrize(
    ("text", "x", "least", "most"), [("(1 - cos(x))/x^2", 1e-8, 0.5, 1e3), ("x*y + 1", 2.0, 0, 1e-14)]
)
def test_rounding_is_bounded_to_first_order(text: str, x: float, least: float, most: float, tmp_path: Path) -> None:
    graph = read(text).graph
    found = live(graph, graph.shown)
    (numbers,) = ran([(found, [x] * len(graph.inputs), {})], tmp_path)
    assert least <= math.ulp(0.5) * numbers[found.rounding] <= most


def test_what_javascript_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGE.missing, "sin", "")
    with pytest.raises(GradxError, match="which has no sin"):
        live(read("sin(x)").graph, read("sin(x)").graph.shown)


def test_the_gamma_functions_are_those_of_mpmath(tmp_path: Path) -> None:
    graph = read("a = gamma(x); b = lgamma(x); c = digamma(x); J = a + b + c").graph
    found = live(graph, graph.shown)
    tiny, large = 1e-9, [10.0, 31.7, 170.5]
    at = [*(k / 8 + 1 / 32 for k in range(-160, 100)), 1.0, 2.0, 5.0, 1.4616321449683622, tiny, -tiny, 1 - tiny, *large]
    for x, numbers in zip(at, ran([(found, [x], {}) for x in at], tmp_path), strict=True):
        values = [numbers[found.values[graph.index[name]]] for name in "abc"]
        slopes = [numbers[found.locals[graph.index[name], 0]] for name in "abc"]
        with mpmath.workdps(40):
            gamma, digamma, trigamma = mpmath.gamma(x), mpmath.digamma(x), mpmath.psi(1, x)
            exact = [gamma, mpmath.log(abs(gamma)), digamma, gamma * digamma, digamma, trigamma]
        for told, true in zip([*values, *slopes], map(float, exact), strict=True):
            assert told == pytest.approx(true, rel=1e-12, abs=1e-12)
