"""All gradients in one walk: the quotient of every operation alone, put together by the chain rule."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import mpmath
import pytest
from flint import arb, ctx
from proof.random_expressions import expression
from proof.random_expressions import point as anywhere
from single_rows import ROWS, contains, points, program, slope, slope_of

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS
from gradx.numbers.decimals import significant
from gradx.point.chain import chain
from gradx.point.exploration import explore
from gradx.point.quotient import node_quotient
from gradx.point.reading import Reading
from gradx.primitive import Primitive


def reading(graph: Graph, bits: int = 256, **point: float) -> Reading:
    at = {graph.index[name]: arb(x) for name, x in point.items()}
    return Reading(graph, BALLS, lambda m: at, bits)


def gradients(text: str, bits: int = 256, **point: float) -> dict[str, arb]:
    graph = read(text).graph
    adjoints = chain(reading(graph, bits, **point))
    return {name: adjoints[i] for name, i in graph.index.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_walk_holds_the_slopes_of_every_row(row: Primitive) -> None:
    graph = program(row)
    for point in points(row, 8):
        adjoints = chain(reading(graph, **{graph.names[i]: x for i, x in point.items()}))
        for slot in range(2 if row.relation is not None else 0, len(row.sample)):
            assert contains(adjoints[slot], slope(row, slot, point))
            assert adjoints[slot].is_zero() or significant(adjoints[slot]) >= 25


def test_no_partial_of_the_table_is_used() -> None:
    graph = read("u = sin(x)*y; v = exp(u)/(1 + u^2); max(v, relu(u)) + sigmoid(v) % 3").graph
    point = {"x": 0.75, "y": 1.25}
    asked: list[str] = []

    def without(row: Primitive | None) -> Primitive | None:
        if row is None:
            return None

        def refuses(*xs: object) -> arb:
            asked.append(row.name)
            return arb.nan()

        rules = refuses if callable(row.partials) else tuple(refuses for _ in row.partials)
        return replace(row, partials=rules)

    blind = replace(graph, primitives=tuple(map(without, graph.primitives)))
    for name in point:
        ball = chain(reading(blind, **point))[graph.index[name]]
        assert contains(ball, slope_of(graph, name, **point))
        assert significant(ball) >= 25
    assert asked == []


def test_it_agrees_with_mpmath_and_with_the_quotient_of_the_whole() -> None:
    generator = random.Random(8)
    held = 0
    while held < 150:
        graph = read(expression(generator, generator.choice((2, 3, 4))).text).graph
        at = anywhere(generator)
        point = {graph.names[i]: at[graph.names[i]] for i in graph.inputs}
        here = reading(graph, **point)
        if not here.output.is_finite():
            continue
        adjoints = chain(here)
        for i in graph.inputs:
            whole = node_quotient(here, i, graph.downstream(i), -40)
            if adjoints[i].is_finite() and whole is not None:
                assert adjoints[i].overlaps(whole.slope)
                true = slope_of(graph, graph.names[i], **point)
                if abs(true) < 1e20:
                    assert contains(adjoints[i], true), (graph, point)
                    held += 1


UNDECIDED = "c = tanh(sinh(s))\n"
"""1 - c is 1e-3519 at s = 9: at 256 bits it is open whether c is below 1."""


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        ("where(c < 1, 2*x, 5*x)", 2, 5),
        ("where(c == 1, 2*x, 5*x)", 5, 2),
        ("where(c >= 1, x^2, 7)", 0, 6),
        ("y = 2*x\nz = 5*x\nwhere(c < 1, y, z) + x", 3, 6),
    ],
)
def test_where_a_condition_is_open_the_gradient_flows_through_both_branches(text: str, taken: int, left: int) -> None:
    ball = gradients(UNDECIDED + text, x=3.0, s=9.0)["x"]
    assert ball.is_finite()
    assert ball.contains(taken)
    assert ball.contains(left)
    known = gradients(UNDECIDED + text, 16_000, x=3.0, s=9.0)["x"]
    assert known.contains(taken)
    assert float(known.rad()) < 1e-30


def test_what_is_not_analytic_has_no_slope_and_what_does_not_use_it_has_one() -> None:
    found = gradients("u = relu(x); v = x^2; u*y + v*y", x=0.0, y=3.0)
    assert not found["x"].is_finite()
    assert found["y"].contains(0)
    assert significant(gradients("u = relu(x); v = x^2; u*y + v*y", x=2.0, y=3.0)["y"]) >= 25


def test_a_node_off_the_way_to_the_output_has_slope_0() -> None:
    assert gradients("u = x^3; y^2 + 0", x=2.0, y=3.0)["u"].is_zero()


@pytest.mark.parametrize("x", [50.0, 200.0])
def test_a_slope_that_drowns_in_its_function_is_sharp_at_256_bits(x: float) -> None:
    ball = gradients("tanh(x)", x=x)["x"]
    with mpmath.workdps(400):
        assert contains(ball, 1 / mpmath.cosh(x) ** 2)
    assert significant(ball) >= 25


def test_precision_is_as_before_after_a_walk() -> None:
    before = ctx.prec
    gradients("exp(x)", 1_000, x=1.0)
    assert ctx.prec == before


def test_of_3_000_nodes_every_gradient_is_proved() -> None:
    steps = 1_000
    text = "v0 = x\n" + "".join(f"v{k + 1} = sin(v{k})*w + x\n" for k in range(steps))
    found = explore(read(text), {"x": 0.0625, "w": 1.0})
    assert len(found.nodes) >= 3_000
    assert {node.verdict.status for node in found.nodes} == {"agree"}
    assert {node.verdict.proof.method for node in found.nodes if node.verdict.proof} == {"chain"}
    assert found.confirmed is True
    with mpmath.workdps(40):
        x, w = mpmath.mpf(0.0625), mpmath.mpf(1)
        v, dx, dw = x, mpmath.mpf(1), mpmath.mpf(0)
        for _ in range(steps):
            v, dx, dw = mpmath.sin(v) * w + x, mpmath.cos(v) * dx * w + 1, mpmath.sin(v) + mpmath.cos(v) * dw * w
        for node, true in zip(found.nodes[:2], (dx, dw), strict=True):
            assert node.verdict.exact is not None
            assert node.verdict.proof is not None
            assert abs(mpmath.mpf(node.verdict.exact) / true - 1) < mpmath.mpf(10) ** -20
            assert mpmath.mpf(node.verdict.proof.lower) <= true <= mpmath.mpf(node.verdict.proof.upper)


@pytest.mark.parametrize(
    ("text", "point", "slopes"),
    [
        # no gradient flows through a condition; where it may change its mind, what moves it has no slope by this rule
        ("where(x > 0, x, -x)", {"x": 0.0}, {"x": None}),
        ("where(x == 0, 5*x, x)", {"x": 0.0}, {"x": None}),
        ("u = x*y; where(u > 0, z, 2*z)", {"x": 0.0, "y": 2.0, "z": 3.0}, {"x": None, "y": None, "u": None, "z": 2.0}),
        ("where(x > 1, x, -x)", {"x": 0.0}, {"x": -1.0}),
        ("where(y > 1, where(x > 0, 1, 2), x)", {"x": 0.0, "y": 0.0}, {"x": 1.0, "y": 0.0}),
    ],
)
def test_nothing_is_proved_of_what_moves_a_condition_on_its_boundary(
    text: str, point: dict[str, float], slopes: dict[str, float | None]
) -> None:
    found = gradients(text, **point)
    assert {name: None if found[name].is_nan() else float(found[name]) for name in slopes} == slopes


@pytest.mark.parametrize(
    ("body", "status", "sides"),
    [
        ("where(x > 0, x, -x)", "kink", (-1.0, 1.0)),
        ("where(x > 0, 1, 2)", "jump", (0.0, -math.inf)),
        ("where(x*y > 0, x, 2*x)", "kink", (2.0, 1.0)),
    ],
)
def test_a_choice_on_its_boundary_is_seen_in_a_large_graph_too(
    body: str, status: str, sides: tuple[float, float]
) -> None:
    steps = "".join(f"u{k + 1} = u{k} + y\n" for k in range(250))
    found = explore(read(f"u0 = y\n{steps}{body} + u250"), {"x": 0.0, "y": 1.0})
    assert (found["x"].verdict.status, found["x"].verdict.left, found["x"].verdict.right) == (status, *sides)
    assert found["u100"].verdict.proof is not None
    assert found["u100"].verdict.proof.method == "chain"
