"""The proof broken on purpose: each fault makes a small corpus of known slopes come out false, and without it all hold.

A fault is one line of a copy of the module, or one quantity of a row; what is asked is what users are told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from broken_copies import copied
from flint import acb, arb
from single_rows import contains, slope_of

from gradx.graph import Graph
from gradx.language.program import read
from gradx.numbers.balls import BALLS, precision
from gradx.numbers.complex_balls import COMPLEX_BALLS, ComplexBalls
from gradx.point import enclosure, local_quotients, quotient
from gradx.point.enclosure import Budget, Enclosures
from gradx.point.exploration import explore
from gradx.point.reading import Reading, Readings
from gradx.primitive import Primitive
from gradx.table import TABLE

SMOOTH: dict[str, float] = {
    "x^3": 0.0,
    "x^3 + x/4": 0.0,
    "sin(x) - x": 0.0,
    "x^5 + 2*x^3": 0.0,
    "x^2*sinh(x)": 0.0,
    "x - atan(x)": 0.0,
    "tanh(x) - sin(x)": 0.0,
    "exp(x)": 0.75,
    "1/(1 + x^2)": 0.5,
    "log(x)": 2.0,
}
"""Programs whose terms of odd order count: what the remainder is for."""


def missed(quotients: ModuleType) -> set[str]:
    """The programs of which a quotient, on small balls or large, does not hold the slope."""
    found = set()
    for text, x in SMOOTH.items():
        graph = read(text).graph
        true = slope_of(graph, "x", x=x)
        i = graph.index["x"]
        here = Reading(graph, BALLS, lambda m, i=i, x=x: {i: arb(x)}, 256)  # type: ignore[misc]
        for radius in (-2, -5, -20, -40):
            ball = quotients.node_quotient(here, i, graph.downstream(i), radius)
            if ball is not None and not contains(ball.slope, true):
                found.add(text)
    return found


def chain_missed() -> set[str]:
    """The programs of which a gradient by the chain rule does not hold the slope."""
    found = set()
    for text, x in SMOOTH.items():
        graph = read(text).graph
        i = graph.index["x"]
        readings = Readings(graph, BALLS, {i: x})
        proof = Enclosures(readings, Budget(), 25).all_gradients([i]).get(i)
        if proof is not None and not contains(proof.ball, slope_of(graph, "x", x=x)):
            found.add(text)
    return found


_QUOTIENT = "(above - below) / (h + h)"
_SQUARE = "square = power_of_two(-2 * halvings)"

FAULTS = {
    "M is taken on a smaller ball than R says": ("wide = _spread(radius)", "wide = _spread(radius - 10)"),
    "R is taken for a larger one": (_SQUARE, f"{_SQUARE} / 2**20"),
    "M is lost": ("bound = (image - value).abs_upper()", "bound = (image - value).abs_upper() * 0"),
    "M is that of the middle": ("image = on(acb(x + wide, wide))", "image = on(acb(x))"),
    "the remainder is left out": (f"{_QUOTIENT} + arb(0, remainder)", _QUOTIENT),
    "q is squared once too often": (_SQUARE, f"{_SQUARE} * power_of_two(-halvings)"),
    "the step is not that of the quotient": (_QUOTIENT, "(above - below) / (h + h / 2)"),
    "the quotient is one-sided": (_QUOTIENT, "(above - at(x)) / h"),
    "the quotient is off by h": (_QUOTIENT, f"({_QUOTIENT}).mid() * (1 + h)"),
}  # fmt: skip


def test_nothing_is_missed_by_what_is_not_broken() -> None:
    assert missed(quotient) == set()
    assert missed(copied(quotient, "LEAST_HALVINGS = 8", "LEAST_HALVINGS = 9")) == set()  # a copy alone is no fault
    assert chain_missed() == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_radius_bound_or_remainder_is_noticed(fault: str) -> None:
    assert missed(copied(quotient, *FAULTS[fault])) != set()


UPRIGHT = "beside.imag * per_step"

UPRIGHT_FAULTS = {
    "M is lost": ("+ unit * image.rad()", "+ unit * image.rad() * 0"),
    "M is the radius alone": ("remainder = 2 * _share(", "remainder = 2.0**-9 * _share("),
    "the remainder is left out": (f"{UPRIGHT} + unit * image.rad()", UPRIGHT),
    "q is squared once too often": (_SQUARE, f"{_SQUARE} * power_of_two(-halvings)"),
    "the step is not that of the quotient": (UPRIGHT, f"{UPRIGHT} / 2"),
    "it is not beside the point": ("beside = on(middle + ", "beside = on(middle + power_of_two(radius - 9) + "),
}

SHARED = "on(acb(x, step)).imag * per_step"

SHARED_FAULTS = {
    "M is lost": ("remainder = unit * image.rad()", "remainder = unit * image.rad() * 0"),
    "M is the radius alone": ("remainder = 2 * _share(", "remainder = 2.0**-9 * _share("),
    "M is that of the stretch alone": ("image = on(acb(stretch) + _square(radius))", "image = on(acb(stretch))"),
    "the remainder is left out": (f"{SHARED} + remainder", SHARED),
    "q is squared once too often": (_SQUARE, f"{_SQUARE} * power_of_two(-halvings)"),
    "the step is not that of the quotient": (SHARED, f"{SHARED} / 2"),
    "it is not beside the point": ("on(acb(x, step))", "on(acb(x + power_of_two(radius - 9), step))"),
}


def upright_missed(quotients: ModuleType) -> set[str]:
    """The programs of which a quotient along the imaginary axis, with a step that its bound has to make up for, does
    not hold the slope."""
    found = set()
    for text, x in SMOOTH.items():
        graph = read(text).graph
        i = graph.index["x"]
        here, moving = Reading(graph, BALLS, lambda m, i=i, x=x: {i: arb(x)}, 256), graph.downstream(i)[1:]  # type: ignore[misc]
        with precision(256):
            on = lambda z, here=here, i=i, moving=moving: quotient.output_on(here, {i: z}, moving)  # noqa: E731
            balls = [quotients.upright_quotient(on, arb(x), radius, 16) for radius in (-2, -5, -20)]
        if not all(ball is None or contains(ball, slope_of(graph, "x", x=x)) for ball in balls):
            found.add(text)
    return found


def test_nothing_is_missed_along_the_imaginary_axis() -> None:
    assert upright_missed(quotient) == set()


@pytest.mark.parametrize("fault", UPRIGHT_FAULTS)
def test_a_wrong_bound_or_step_there_is_noticed(fault: str) -> None:
    assert upright_missed(copied(quotient, *UPRIGHT_FAULTS[fault])) != set()


def shared_missed(quotients: ModuleType) -> set[str]:
    """The same of a quotient whose remainder a stretch of arguments shares, at its ends."""
    found = set()
    for text, x in SMOOTH.items():
        graph = read(text).graph
        i = graph.index["x"]
        for radius in (-2, -5, -20):
            half = 2.0 ** (radius - 5)
            for end in (x - half, x + half):
                here = Reading(graph, BALLS, lambda m, i=i, end=end: {i: arb(end)}, 256)  # type: ignore[misc]
                moving = graph.downstream(i)[1:]
                with precision(256):
                    on = lambda z, here=here, i=i, moving=moving: quotient.output_on(here, {i: z}, moving)  # noqa: E731
                    near = quotients.shared_quotient(on, arb(x, half), radius, 16)
                    slope = None if near is None else near(arb(end))
                if slope is not None and not contains(slope, slope_of(graph, "x", x=end)):
                    found.add(text)
    return found


def test_nothing_is_missed_on_a_stretch() -> None:
    assert shared_missed(quotient) == set()


@pytest.mark.parametrize("fault", SHARED_FAULTS)
def test_a_wrong_bound_or_step_on_a_stretch_is_noticed(fault: str) -> None:
    assert shared_missed(copied(quotient, *SHARED_FAULTS[fault])) != set()


def test_what_shares_a_remainder_lies_in_its_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A float tells which stretch an argument is in: on either side of all ends of those beside 1, 0 and a large
    number."""
    asked: list[arb] = []
    monkeypatch.setattr(local_quotients, "shared_quotient", lambda on, stretch, radius, bits: asked.append(stretch))
    local_quotients.by_quotients.cache_clear()
    row = local_quotients.by_quotients(TABLE["atan"])
    assert not callable(row.partials)
    ends = [sign * k * 2.0**e for k in range(32, 65) for e in (-400, -5, 30) for sign in (1, -1)]
    with precision(64):
        for end in ends:
            for beside in (arb(end), arb(end) + arb(end) * 2.0**-60, arb(end) - arb(end) * 2.0**-60):
                x = beside + arb(0, abs(beside) * 2.0**-66)
                local_quotients.ctx.prec = 64 + len(asked)  # what was asked before is not asked again
                row.partials[0](BALLS, x.atan(), x)
                assert asked[-1].contains(x)
    monkeypatch.undo()
    local_quotients.by_quotients.cache_clear()


@pytest.mark.parametrize("which", ["upright_quotient", "shared_quotient"])
def test_in_the_chain_rule_too(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {"upright_quotient": UPRIGHT_FAULTS, "shared_quotient": SHARED_FAULTS}[which]
    broken = copied(quotient, *faults["the step is not that of the quotient"])
    monkeypatch.setattr(local_quotients, "shared_quotient", lambda *_: None)
    monkeypatch.setattr(local_quotients, which, getattr(broken, which))
    local_quotients.by_quotients.cache_clear()
    assert chain_missed() != set()
    monkeypatch.undo()
    local_quotients.by_quotients.cache_clear()
    assert chain_missed() == set()


@pytest.mark.parametrize("fault", ["the step is not that of the quotient", "the quotient is one-sided"])
def test_there_where_nothing_is_sharp_beside_the_reals(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_quotients, "shared_quotient", lambda *_: None)
    monkeypatch.setattr(local_quotients, "upright_quotient", lambda *_: arb(0, 2.0**1000))
    monkeypatch.setattr(local_quotients, "quotient", copied(quotient, *FAULTS[fault]).quotient)
    local_quotients.by_quotients.cache_clear()
    assert chain_missed() != set()
    monkeypatch.undo()
    local_quotients.by_quotients.cache_clear()
    assert chain_missed() == set()


BENT: dict[str, tuple[str, float, str]] = {
    "sqrt": ("sqrt(x^2) + x", 0.0, "kink"),
    "hypot": ("hypot(x, x) + x", 0.0, "kink"),
    "absolute": ("abs(x) + x", 0.0, "kink"),
    "maximum": ("max(x, 3*x)", 0.0, "kink"),
    "minimum": ("min(x, 3*x)", 0.0, "kink"),
    "where": ("where(x > 1, 3*x, 2 + x)", 1.0, "kink"),
    "asin": ("asin(cos(x)) + x", 0.0, "kink"),
    "acos": ("acos(cos(x)) + x", 0.0, "kink"),
    "acosh": ("acosh(cosh(x)) + x", 0.0, "kink"),
    "floor": ("floor(x) + x", 2.0, "jump"),
    "ceil": ("ceil(x) + x", 2.0, "jump"),
    "sign": ("sign(x) + x", 0.0, "jump"),
    "cbrt": ("cbrt(x^2) + x", 0.0, "kink"),
}
"""A program that has no derivative at a point, for operations that have a cut, a kink, a jump or a branch."""


def by_the_middle(x: acb) -> acb:
    """Where a ball is taken for its middle, no boundary is met."""
    return acb(x.real.mid())


FORGOTTEN: dict[str, Callable[..., acb]] = {
    "sqrt": acb.sqrt,
    "hypot": lambda *xs: sum((x * x for x in xs), acb(0)).sqrt(),
    "absolute": lambda x: (x * x).sqrt(),
    "maximum": lambda x, y: x if x.real.mid() >= y.real.mid() else y,
    "minimum": lambda x, y: x if x.real.mid() <= y.real.mid() else y,
    "where": lambda relation, left, right, then, otherwise: (
        then if BALLS.holds(relation, left.real.mid(), right.real.mid()) else otherwise
    ),
    "asin": acb.asin,
    "acos": acb.acos,
    "acosh": acb.acosh,
    "floor": lambda x: acb(by_the_middle(x).real.floor()),
    "ceil": lambda x: acb(by_the_middle(x).real.ceil()),
    "sign": lambda x: acb(by_the_middle(x).real.sgn()),
    "cbrt": lambda x: acb(BALLS.cbrt(x.real), x.imag),
}


def told(text: str, x: float) -> str:
    """What is found at the point: the status of the verdict."""
    return explore(read(text), {"x": x}).nodes[0].verdict.status


def finds_a_ball(text: str, x: float) -> bool:
    """Whether some quotient, or the chain rule over quotients, has a slope there."""
    graph = read(text).graph
    i = graph.index["x"]
    here = Reading(graph, BALLS, lambda m: {i: arb(x)}, 256)
    balls = [quotient.node_quotient(here, i, graph.downstream(i), radius) for radius in (-2, -20, -64)]
    return any(ball is not None and ball.slope.is_finite() for ball in balls)


def test_what_is_forgotten_has_its_program() -> None:
    assert BENT.keys() == FORGOTTEN.keys()
    assert all(hasattr(ComplexBalls, name) for name in BENT)


@pytest.mark.parametrize("name", BENT)
def test_a_forgotten_cut_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, x, status = BENT[name]
    assert told(text, x) == status
    assert not finds_a_ball(text, x)
    local_quotients.by_quotients.cache_clear()
    monkeypatch.setattr(type(COMPLEX_BALLS), name, staticmethod(FORGOTTEN[name]))
    assert finds_a_ball(text, x)
    assert told(text, x) != status
    monkeypatch.undo()
    local_quotients.by_quotients.cache_clear()
    assert told(text, x) == status


ON_A_BOUNDARY: dict[str, tuple[str, float, str]] = {
    # 1 - cos(e^-300) is 1e-261: off the boundary, and 640 bits do not tell
    "/": ("1/(1 - cos(exp(-x)))", 300.0, "inexact"),
    "%": ("x % 1", 2.0, "jump"),
    "^": ("x^1.5 + x", 0.0, "edge"),
    **{name: (f"{name}(1 - cos(exp(-x)))", 300.0, "inexact") for name in ("log", "log2", "log10")},
    "log1p": ("log1p(-cos(exp(-x)))", 300.0, "inexact"),
    "sqrt": ("sqrt(x)", 0.0, "edge"),
    "cbrt": ("cbrt(x)", 0.0, "vertical"),
    "abs": ("abs(x) + x", 0.0, "kink"),
    "sign": ("sign(x) + x", 0.0, "jump"),
    "floor": ("floor(x) + x", 2.0, "jump"),
    "ceil": ("ceil(x) + x", 2.0, "jump"),
    "asin": ("asin(x)", 1.0, "edge"),
    "acos": ("acos(x)", 1.0, "edge"),
    "asec": ("asec(x)", 1.0, "edge"),
    "acsc": ("acsc(x)", 1.0, "edge"),
    "acot": ("acot(x)", 0.0, "jump"),
    "atan2": ("atan2(x, -1)", 0.0, "jump"),
    "acosh": ("acosh(x)", 1.0, "edge"),
    "hypot": ("hypot(x, 2*x) + x", 0.0, "kink"),
    "relu": ("relu(x)", 0.0, "kink"),
    "selu": ("selu(x)", 0.0, "kink"),
    "hardtanh": ("hardtanh(x)", 1.0, "kink"),
    "relu6": ("relu6(x)", 6.0, "kink"),
    "clip": ("clip(x, 0, 1)", 1.0, "kink"),
    "fmod": ("fmod(x, 2)", -2.0, "jump"),
    "root": ("root(x, 5)", 0.0, "vertical"),
    "asech": ("asech(x)", 1.0, "edge"),
    "xlogy": ("xlogy(x, x)", 0.0, "edge"),
    "leaky_relu": ("leaky_relu(x)", 0.0, "kink"),
    "max": ("max(x, 3*x)", 0.0, "kink"),
    "min": ("min(x, 3*x)", 0.0, "kink"),
    **{f"where{relation}": (f"where(x {relation} 1, 3*x, 2 + x)", 1.0, "kink") for relation in ("<", "<=", ">", ">=")},
    "where==": ("where(x == 1, 2, x)", 1.0, "jump"),
    "where!=": ("where(x != 1, x, 2)", 1.0, "jump"),
}


def with_boundaries(graph: Graph, name: str, boundaries: Callable[..., Any]) -> Graph:
    """The graph with other boundary quantities in one row."""
    row, broken = TABLE[name], replace(TABLE[name], boundaries=boundaries)
    rows: dict[Primitive | None, Primitive] = {row: broken}
    return replace(graph, primitives=tuple(rows.get(r, r) for r in graph.primitives))


BOUNDARY_FAULTS: dict[str, Callable[..., Any]] = {
    "forgotten": lambda quantities: lambda m, *xs: (m.number(1.0),),
    "of the wrong sign, and elsewhere": lambda quantities: (
        lambda m, *xs: tuple(q * 0.0 + 3.0 - q for q in quantities(m, *xs))
    ),
}


@pytest.mark.parametrize("fault", BOUNDARY_FAULTS)
@pytest.mark.parametrize("name", ON_A_BOUNDARY)
def test_a_boundary_that_is_forgotten_or_elsewhere_is_noticed(name: str, fault: str) -> None:
    text, x, status = ON_A_BOUNDARY[name]
    program = read(text)
    boundaries = TABLE[name].boundaries
    assert boundaries is not None

    def found(quantities: Callable[..., Any]) -> str:
        broken = replace(program, graph=with_boundaries(program.graph, name, quantities))
        try:
            return explore(broken, {"x": x}).nodes[0].verdict.status
        except Exception as error:
            return type(error).__name__

    assert found(boundaries) == status
    assert found(BOUNDARY_FAULTS[fault](boundaries)) != status


def test_the_engine_asks_the_quotient_that_is_broken_here() -> None:
    assert enclosure.node_quotient is quotient.node_quotient
    assert local_quotients.quotient is quotient.quotient
