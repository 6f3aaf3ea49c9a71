"""The rows that are judged at their extremes: float64 against mpmath, and what the judge says at kinks and edges."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import pytest

from gradx.language.program import read
from gradx.numbers.float64 import FLOAT64
from gradx.point.exploration import explore
from gradx.table import TABLE

mp = mpmath.mp.clone()
mp.dps = 500

Reference = Callable[..., mpmath.mpf]

EXTREMES: dict[str, tuple[Reference, list[tuple[float, ...]]]] = {
    "sech": (mp.sech, [(0.0,), (-700.0,), (1e-200,)]),
    "csch": (mp.csch, [(1e-300,), (-1e-9,), (700.0,)]),
    "coth": (mp.coth, [(1e-300,), (-1e-9,), (20.0,), (-800.0,)]),
    "asech": (mp.asech, [(1.0,), (1 - 2.0**-53,), (0.5,), (1e-300,)]),
    "acsch": (mp.acsch, [(1e-300,), (-1e-9,), (1e300,), (-0.5,)]),
    "acoth": (mp.acoth, [(1 + 2.0**-52,), (-1 - 2.0**-52,), (-1e300,), (2.0,), (-3.0,)]),
    "exp2": (lambda x: mp.mpf(2) ** x, [(-1022.0,), (1023.0,), (0.5,)]),
    "exp10": (lambda x: mp.mpf(10) ** x, [(-300.0,), (308.0,), (0.5,)]),
    "elu": (lambda x: x if x > 0 else mp.expm1(x), [(0.0,), (-1e-300,), (-1e-9,), (-700.0,), (1e300,)]),
    "mish": (lambda x: x * mp.tanh(mp.log1p(mp.exp(x))), [(0.0,), (-700.0,), (-20.0,), (1e300,), (40.0,)]),
    "softsign": (lambda x: x / (1 + abs(x)), [(0.0,), (-1e150,), (1e-300,)]),
    "logsigmoid": (lambda x: -mp.log1p(mp.exp(-x)), [(0.0,), (700.0,), (40.0,), (-1e300,)]),
    "sinc": (mp.sinc, [(0.0,), (1e-300,), (1e-9,), (1e-4,), (0.99,), (1.01,), (1e10,)]),
    "erfc": (mp.erfc, [(0.0,), (-6.0,), (6.0,), (26.0,)]),
    "normcdf": (mp.ncdf, [(0.0,), (-37.0,), (9.0,), (-1e-9,)]),
    "logaddexp": (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), [(1000.0, 1000.0), (-2000.0, 3.0), (1e4, -1e4)]),
    "xlogy": (lambda x, y: x * mp.log(y) if x else mp.mpf(0), [(0.0, 3.0), (2.0, 1e-300), (-1.0, 1 + 2.0**-52)]),
    "root": (lambda x, n: mp.sign(x) * abs(x) ** (1 / n), [(-32.0, 5.0), (1e-300, 3.0), (-8.0, -3.0), (16.0, 4.0)]),
    "logb": (lambda x, b: mp.log(x) / mp.log(b), [(9.0, 3.0), (1 + 2.0**-52, 7.0), (5e-324, 0.5), (2.0, 1 + 2.0**-52)]),
    "fmod": (lambda x, y: x - y * mp.sign(x / y) * mp.floor(abs(x / y)), [(-7.5, 2.0), (1e17, 3.0), (5.0, -3.0)]),
    "hypot": (lambda *xs: mp.sqrt(sum(x * x for x in xs)), [(1e200, 1e200, 1e200), (3.0, 4.0, 12.0), (-2.0,)]),
}
"""What a row is, by its definition, and points where a plain formula of float64 loses digits or overflows."""

CASES = [(name, point) for name, (_, points) in EXTREMES.items() for point in points]


@pytest.mark.parametrize(("name", "point"), CASES)
def test_a_value_is_right_at_its_extremes(name: str, point: tuple[float, ...]) -> None:
    expected = EXTREMES[name][0](*map(mp.mpf, point))
    assert math.isclose(TABLE[name].value(FLOAT64, *point), float(expected), rel_tol=1e-12, abs_tol=1e-307)


@pytest.mark.parametrize(("name", "point"), CASES)
def test_a_partial_is_right_at_its_extremes(name: str, point: tuple[float, ...]) -> None:
    row, exact = TABLE[name], [mp.mpf(x) for x in point]
    found = row.local_partials(FLOAT64, row.value(FLOAT64, *point), point, [True] * len(point))
    for slot, partial in enumerate(found):
        if (name, slot) == ("root", 1) and point[0] < 0:
            continue  # a root of a negative number that is not odd is none
        h = max(abs(exact[slot]), mp.mpf(10) ** -305) * mp.mpf(10) ** -60
        if name == "asech" and point == (1.0,):
            assert partial == -math.inf
            continue
        up, down = ([*exact[:slot], exact[slot] + s * h, *exact[slot + 1 :]] for s in (1, -1))
        slope = (EXTREMES[name][0](*up) - EXTREMES[name][0](*down)) / (2 * h)
        assert partial is not None
        assert math.isclose(
            partial, float(slope), rel_tol=1e-10, abs_tol=1e-12 if slope == 0 or not point[0] else 1e-300
        )


def test_powers_of_two_are_exact() -> None:
    assert all(TABLE["exp2"].value(FLOAT64, float(k)) == math.ldexp(1.0, k) for k in range(-1074, 1024))


FOUND = [
    ("elu(x)", 0, "agree", None, None),
    ("softsign(x)", 0, "agree", None, None),
    ("sinc(x)", 0, "agree", None, None),
    ("sinc(x - 1)^2", 1, "agree", None, None),
    ("selu(x)", 0, "kink", 1.7580993408473768, 1.0507009873554805),
    ("hardtanh(x)", 1, "kink", 1, 0),
    ("hardtanh(x)", -1, "kink", 0, 1),
    ("relu6(x)", 0, "kink", 0, 1),
    ("relu6(x)", 6, "kink", 1, 0),
    ("clip(x, 0, 1)", 0, "kink", 0, 1),
    ("clip(0.5, x, 1)", 0.5, "kink", 0, 1),
    ("clip(2, 0, x)", 2, "kink", 1, 0),
    ("clip(x, 5, 1)", 3, "agree", None, None),
    ("fmod(x, 2)", 0, "agree", None, None),
    ("fmod(x, 2)", 4, "jump", -math.inf, 1),
    ("fmod(x, 2)", -4, "jump", 1, -math.inf),
    ("root(x, 5)", 0, "vertical", math.inf, math.inf),
    ("root(x, 4)", 0, "edge", None, math.inf),
    ("root(x, 5)", -32, "agree", None, None),
    ("root(-32, x)", 5, "edge", None, None),
    ("root(x, 3)^2", 0, "kink", -math.inf, math.inf),
    ("asech(x)", 1, "edge", -math.inf, None),
    ("xlogy(0, x)", 0, "edge", None, 0),
    ("xlogy(x, 2)", 0, "agree", None, None),
    ("logaddexp(x, 0)", 0, "agree", None, None),
    ("hypot(x, 0, 0)", 0, "kink", -1, 1),
    ("hypot(x, 1, 2)", 0, "agree", None, None),
    ("log(x, 3)", 9, "agree", None, None),
    ("log(9, x)", 3, "agree", None, None),
    ("acoth(x)", -1.5, "agree", None, None),
    ("mish(x)", -1.1924, "agree", None, None),
]
"""One-sided slopes by their definition, None where there is no value or where they are the same."""


@pytest.mark.parametrize(("text", "x", "status", "left", "right"), FOUND)
def test_what_is_found_at_a_point(text: str, x: float, status: str, left: float | None, right: float | None) -> None:
    program = read(text)
    verdict = next(node.verdict for node in explore(program, {"x": float(x)}).nodes if node.name == "x")
    assert (verdict.status, verdict.left, verdict.right) == (status, left, right)


@pytest.mark.parametrize("text", ["log(x, 3)", "log₃(x)", "log_3(x)", "log3(x)", "logb(x, 3)"])
def test_a_logarithm_with_its_base_is_one_node(text: str) -> None:
    graph = read(text).graph
    assert [row.name for row in graph.primitives if row is not None] == ["logb"]
    assert read(text).reading == "J = log(x, 3)"


@pytest.mark.parametrize(("text", "reading"), [
    ("log_2(x)", "J = log2(x)"), ("log₁₀(x)", "J = log10(x)"), ("log_b(x)", "J = log(x, b)"),
    ("log_e(x)", "J = log(x, e)"),
    ("2log_3(x)^2", "J = 2*log(x, 3)^2"), ("log(x) + log(x, 5)", "J = log(x) + log(x, 5)"),
])  # fmt: skip
def test_other_bases(text: str, reading: str) -> None:
    assert read(text).reading == reading


def test_names_that_are_functions_only_before_a_parenthesis() -> None:
    assert read("root = sqrt(x); clip = 2*root; clip + root(x, 3) + clip(x, 0, 1)").graph.output >= 0
