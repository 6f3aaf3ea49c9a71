"""A long program in stretches: of all that lies in the balls it starts from, values and gradients lie in its own."""

from __future__ import annotations

import random
from dataclasses import replace
from types import ModuleType

import mpmath
import pytest
from broken_copies import copied
from flint import arb
from single_rows import contains

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, precision
from gradx.point import stretches
from gradx.point.exploration import explore
from gradx.point.stretches import Stretches
from gradx.sweeps.backprop import backprop
from gradx.sweeps.forward import forward
from gradx.table import TABLE

WIDE, SHARP = 2.0**-90, 2_000

STEPS = (
    "{t} + {c}*cos({t})", "{t} + {c}*tanh({t})*p", "{c}*exp(-{t}^2) + {t}", "{t}/(1 + {c}*{t}^2) + p/50",
    "{t} - {c}*sin({t}*y)", "abs({t} + 9) - 9 + {c}*{t}", "where({t} > -8, {t} + {c}*atan({t}), 3)",
    "max({t}, p - 30) + {c}*{t}*y",
)  # fmt: skip


def program(seed: int, steps: int = 150) -> str:
    """Steps of which each looks at the one before; `p` and `y` are looked at by all, `z` from the
    middle on."""
    choose = random.Random(seed)
    lines = ["p = exp(x*y)", "t0 = x + y"]
    for k in range(1, steps + 1):
        lines.append(f"t{k} = {choose.choice(STEPS).format(t=f't{k - 1}', c=choose.randint(-20, 20) / 100)}")
        if k in (steps // 2, steps - 9):
            lines[-1] += " + z/8"
    return ";\n".join([*lines, f"J = t{steps}*p"])


def around(graph: Graph, radius: float) -> dict[int, arb]:
    return {i: arb(0.3 + 0.2 * k, radius) for k, i in enumerate(graph.inputs)}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "LENGTH", 120)
    monkeypatch.setattr(stretches, "LOOKED_AT", 30)


def held(module: ModuleType, seed: int) -> bool:
    """Whether values and gradients at points of the balls lie in the balls that come out of their reading."""
    graph = read(program(seed)).graph
    balls = around(graph, WIDE)
    with precision(256):
        made = module.Stretches(graph, BALLS, balls)
        assert made.are_cut
        slopes = made.adjoints()
        by_rules = made.adjoints(stretches.Rules(graph, BALLS))
    for end in (-0.99, 0.4, 0.99):
        with precision(SHARP):
            true = forward(graph, BALLS, {i: ball.mid() + arb(WIDE) * end for i, ball in balls.items()})
            back = backprop(graph, BALLS, true)
        found = (made.run.values, slopes, by_rules)
        for mine, truth in zip(found, (true.values, back.adjoints, back.adjoints), strict=True):
            if not all(x.contains(y) or abs(x - y).abs_lower() < 2.0**-240 for x, y in zip(mine, truth, strict=True)):
                return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_what_is_in_the_balls_stays_in_them(seed: int) -> None:
    assert held(stretches, seed)


def alike(x: arb, y: arb) -> bool:
    return bool(x.overlaps(y) and x.rad() <= 2 * y.rad())


FAULTS = {
    "an entry is taken for its middle": ("handed.before[j] * (wide[j] - middles[j])", "handed.before[j] * 0"),
    "its derivative is taken for half": ("handed.before[j] * (wide", "handed.before[j] / 2 * (wide"),
    "what an exit gets is handed on twice": ("found[j] + row * upstream, True", "found[j] + row * upstream * 2, True"),
    "what goes past a stretch is lost": ("for j in entries if reached[j]}", "for j in entries[-1:] if reached[j]}"),
    "what was before is not forgotten": ("adjoints[j], reached[j] = _ZERO, False", "pass"),
    "what is behind is forgotten": ("found[j] += more", "found[j] += 0"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_step_is_noticed(fault: str) -> None:
    broken = copied(stretches, *FAULTS[fault])
    broken.LENGTH, broken.LOOKED_AT = stretches.LENGTH, stretches.LOOKED_AT  # type: ignore[attr-defined]
    assert not all(held(broken, seed) for seed in range(4))


@pytest.mark.parametrize(
    "choice", ["where(t60 > 0.5, {t}, {t} + 4)", "{t} + 4*floor(t60 + 0.5)", "{t} + 9*abs(t60 - 0.5)"]
)
def test_a_boundary_that_a_ball_lies_across_is_seen(choice: str) -> None:
    """Its middle is on one side, and its true number may be on the other."""
    steps = [f"t{k} = t{k - 1} + (t{k - 1} - 0.5)*cos(t{k - 1})/10" for k in range(1, 61)]
    behind = [f"t{k} = t{k - 1} + sin(t{k - 1})/1000" for k in range(62, 140)]
    graph = read(";\n".join(["t0 = x", *steps, f"t61 = {choice.format(t='t60')}", *behind])).graph
    with precision(256):
        made = Stretches(graph, BALLS, {graph.inputs[0]: arb(0.5, WIDE)})
        assert made.are_cut
        for x in (arb(0.5) - WIDE / 2, arb(0.5) + WIDE / 2):
            true = forward(graph, BALLS, {graph.inputs[0]: x})
            assert all(ball.overlaps(value) for ball, value in zip(made.run.values, true.values, strict=True))


def test_a_short_program_and_one_whose_balls_stay_small_are_read_in_one() -> None:
    for text in (program(1, 10), " + ".join(f"x*{k}.5" for k in range(400))):
        graph = read(text).graph
        with precision(256):
            made = Stretches(graph, BALLS, around(graph, 0.0))
            assert not made.are_cut
            true = forward(graph, BALLS, around(graph, 0.0))
            assert all(map(alike, made.run.values, true.values))
            assert all(map(alike, made.adjoints(stretches.Rules(graph, BALLS)), backprop(graph, BALLS, true).adjoints))


def test_what_has_no_neck_is_read_in_one() -> None:
    lines = ["a0 = x", "b0 = y"]
    for k in range(1, 80):
        lines += [f"a{k} = a{k - 1} + cos(b{k - 1})/2", f"b{k} = b{k - 1} - sin(a{k - 1})/2"]
    graph = read(";\n".join([*lines, "J = a79*b79"])).graph
    with precision(256):
        made = Stretches(graph, BALLS, around(graph, WIDE))
        true = forward(graph, BALLS, around(graph, 0.0))
        assert all(ball.overlaps(value) for ball, value in zip(made.run.values, true.values, strict=True))
        slopes = backprop(graph, BALLS, true).adjoints
        assert all(ball.overlaps(slope) for ball, slope in zip(made.adjoints(), slopes, strict=True))


def test_the_gradient_of_a_long_chain_is_proved_at_the_first_precision() -> None:
    """20,000 steps of 3 operations: plain balls lose 1,700 bits on the way."""
    count = 20_000
    steps = [f"t{k} = t{k - 1} + {(k % 19 - 9) / 100}*cos(t{k - 1})" for k in range(1, count + 1)]
    with mpmath.workdps(60):
        t, slope = mpmath.mpf(0.7), mpmath.mpf(1)
        for k in range(1, count + 1):
            c = mpmath.mpf((k % 19 - 9) / 100)
            slope *= 1 - c * mpmath.sin(t)
            t += c * mpmath.cos(t)
    stretches.LENGTH = 1_200
    found = explore(read(";\n".join(["t0 = x", *steps])), {"x": 0.7})
    verdict = found["x"].verdict
    assert (found.confirmed, verdict.proof.bits if verdict.proof else 0) == (True, 256)
    assert verdict.proof is not None
    assert contains(verdict.proof.ball, slope)


def test_a_wrong_rule_is_told_from_lost_digits_there_too() -> None:
    steps = [f"t{k} = t{k - 1} + {(k % 19 - 9) / 100}*cos(t{k - 1})" for k in range(1, 1_201)]
    program, cos = read(";\n".join(["t0 = x", *steps])), TABLE["cos"]
    wrong = replace(cos, partials=(lambda m, v, x: -m.sin(x) * 1.001,))
    rows = tuple(wrong if row is cos else row for row in program.graph.primitives)
    assert {v.status for v in explore(program, {"x": 0.7}).judgement.gradients.values()} == {"agree"}
    found = explore(replace(program, graph=replace(program.graph, primitives=rows)), {"x": 0.7})
    assert found["x"].verdict.status == "disagree"
    assert {v.status for v in found.judgement.gradients.values()} == {"agree", "disagree"}
