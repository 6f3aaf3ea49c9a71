"""The proof of verdicts on second derivatives: random programs, a third of them on a boundary, held against mpmath.

    python tests/proof/second_derivatives.py [--programs 1000] [--seed 20261201] [--jax]

Along x twice, and along x and y. mpmath takes second differences of the generator's own tree at 400 digits, of either
side where the point is on a boundary. With `--jax` float64's Hessian is held against JAX's too, where that is right.
Prints a table; exit code 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import mpmath
from proof.boundary_expressions import boundary_expression
from proof.random_expressions import Expression, expression, mp, point

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.program import read
from gradx.lessons.diff import Derivative, Differentiation
from gradx.lessons.diff_point import AtPoint, PointJudge

DIGITS, MANY_DIGITS = 400, 2_400
"""Beside a number as small as 1e-300 the steps are smaller still, and ask for more."""

SETTLED = mp.mpf(10) ** -18
"""Two steps give the same second difference, relatively: it is the derivative."""

AGREEMENT, ROUNDED = 1e-9, 1e-3
"""A number below the second is compared with JAX's by 1e-15 at most: it may be a difference of others."""

STEPS = (60, 63)
CONFIRMED = ("agree", "inexact")

Point = Mapping[str, mpmath.mpf]
Stencil = Sequence[tuple[int, int, int]]
"""Weights at multiples of a step in x and y."""

PURE: dict[str, Stencil] = {
    "middle": ((1, 1, 0), (-2, 0, 0), (1, -1, 0)),
    "right": ((1, 0, 0), (-2, 1, 0), (1, 2, 0)),
    "left": ((1, 0, 0), (-2, -1, 0), (1, -2, 0)),
}
MIXED: dict[str, Stencil] = {
    f"{a}{b}": ((a * b, 0, 0), (-a * b, a, 0), (-a * b, 0, b), (a * b, a, b)) for a in (1, -1) for b in (1, -1)
}


def difference(text: Expression, at: Point, stencil: Stencil, *, mixed: bool) -> mpmath.mpf | None:
    """A second difference over its step, twice; None where two steps do not tell the same."""
    found = []
    tiny = any(0 < abs(at[name]) < 1e-20 for name in "xy")
    with mp.workdps(MANY_DIGITS if tiny else DIGITS):
        for exponent in STEPS:
            h, k = ((abs(at[name]) or mp.mpf(10) ** -20) * mp.mpf(10) ** -exponent for name in "xy")
            try:
                places = [(w, {**at, "x": at["x"] + a * h, "y": at["y"] + b * k}) for w, a, b in stencil]
                total = sum(w * text.value(place) for w, place in places)
            except ValueError:
                return None
            found.append(total / (h * k if mixed else h * h))
    one, other = found
    # Beside 0 a function may turn faster than the step is small: there it has to go to 0 with the step.
    is_zero = abs(one) + abs(other) < mp.mpf(10) ** -25 and (not tiny or abs(other) <= abs(one) / 100)
    return other if is_zero or abs(one - other) <= SETTLED * abs(other) else None


def differences(text: Expression, at: Point, names: str) -> dict[str, mpmath.mpf | None]:
    """The second differences on every side."""
    mixed = names == "xy"
    stencils = MIXED if mixed else PURE
    return {where: difference(text, at, stencil, mixed=mixed) for where, stencil in stencils.items()}


def decimals(text: Expression, at: Mapping[str, float]) -> tuple[Expression, Point]:
    """The program and its point with every number the decimal that was typed, and not the float64 it is read as."""
    numbers = {f"#{i}": step for i, step in enumerate(text.program) if isinstance(step, float)}
    steps = (f"#{i}" if isinstance(step, float) else step for i, step in enumerate(text.program))
    with mp.workdps(DIGITS):
        return Expression(text.text, tuple(steps)), {k: mp.mpf(repr(x)) for k, x in {**at, **numbers}.items()}


def judged(graph: Graph, at: Mapping[str, float], names: str) -> AtPoint:
    """What gradx says of the derivative along these inputs, one after the other."""
    point = {graph.index[name]: x for name, x in at.items()}
    judge = PointJudge(Differentiation(graph), point, lambda: point, 17)
    wrt = tuple(graph.index[name] for name in names)
    return judge.judged(Derivative(graph.output, wrt, None, "inputs", None, None, 0, None))


def held(text: Expression, at: Mapping[str, float], names: str, found: AtPoint, tally: Counter[str]) -> str | None:
    """What is broken, None where nothing is."""
    verdict = found.verdict
    assert verdict is not None
    tally[f"{verdict.status}"] += 1
    sides, as_typed = differences(text, {name: mp.mpf(x) for name, x in at.items()}, names), None
    if verdict.status in CONFIRMED and verdict.proof is not None:
        low, high = (mp.mpf(end) for end in (verdict.proof.lower, verdict.proof.upper))
        for where, true in sides.items():
            if true is None:
                tally["not held (mpmath does not settle)"] += 1
                continue
            room = SETTLED * max(abs(true), mp.mpf(10) ** -7)
            if not low - room <= true <= high + room:
                as_typed = as_typed or differences(*decimals(text, at), names)
                true = as_typed[where]
            if true is None or not low - room <= true <= high + room:
                return f"{where}: {mp.nstr(true, 20)} is not in {verdict.proof.lower} .. {verdict.proof.upper}"
            tally["enclosures held"] += 1
            wrong = found.value is None or abs(found.value - true) > AGREEMENT * max(abs(true), 1e-300)
            if verdict.status == "agree" and wrong and abs(true) > 1e-15:
                return f"{where}: {found.value} agrees, and it is {mp.nstr(true, 20)}"
    if verdict.status == "kink" and verdict.reason is not None and verdict.reason.startswith("the derivative of"):
        for where in ("left", "right"):
            told, true = getattr(verdict, where), sides[where]
            if told is not None and abs(told) < 1e300 and true is not None:
                if abs(told - true) > AGREEMENT * max(abs(true), 1):
                    return f"{where}: {told}, and it is {mp.nstr(true, 20)}"
                tally["sides held"] += 1
    return None


def second_derivatives(seed: int, count: int, peer: Peer | None = None) -> tuple[Counter[str], list[str]]:
    """Judge `count` programs that have a value; tally verdicts and broken promises."""
    generator = random.Random(seed)
    tally: Counter[str] = Counter()
    broken: list[str] = []
    while tally["programs"] < count:
        if generator.random() < 1 / 3:
            text, at = boundary_expression(generator)
        else:
            text, at = expression(generator, 3), point(generator)
        graph = read(text.text).graph
        at = {graph.names[i]: at[graph.names[i]] for i in graph.inputs}
        full = {"x": 0.0, "y": 0.0, "z": 0.0} | at
        if "x" not in at:
            continue
        try:
            found = {names: judged(graph, at, names) for names in ("xx", "xy") if set(names) <= set(at)}
        except GradxError:
            continue
        tally["programs"] += 1
        for names, one in found.items():
            tally["derivatives"] += 1
            fault = held(text, full, names, one, tally)
            if fault is not None:
                broken.append(f"{text.text} at {at}, along {names}: {fault}")
            elif peer is not None:
                peer(text, full, names, one, tally, broken)
    return tally, broken


Peer = Callable[[Expression, Mapping[str, float], str, AtPoint, Counter[str], list[str]], None]


def jax_peer() -> Peer:
    """Holds float64's numbers against JAX's, where those are right."""
    import jax
    import jax.numpy as jnp
    from jax.scipy import special

    jax.config.update("jax_enable_x64", True)
    own: dict[str, Callable[..., Any]] = {
        "+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide, "^": jnp.power, "%": jnp.mod,
        "max": jnp.maximum, "min": jnp.minimum, "atan2": jnp.arctan2, "relu": jax.nn.relu,
        "gelu": lambda x: x * special.ndtr(x),
        "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "silu": jax.nn.silu, "erf": special.erf,
        "gamma": special.gamma, "lgamma": special.gammaln, "digamma": special.digamma,
        "leaky_relu": jax.nn.leaky_relu, "sec": lambda x: 1 / jnp.cos(x), "csc": lambda x: 1 / jnp.sin(x),
        "cot": lambda x: 1 / jnp.tan(x), "asec": lambda x: jnp.arccos(1 / x), "acsc": lambda x: jnp.arcsin(1 / x),
        "acot": lambda x: jnp.arctan(1 / x),
    }  # fmt: skip
    inverse = {f"a{name}": getattr(jnp, f"arc{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}

    def function(text: Expression) -> Callable[[Any], Any]:
        def value(xs: Any) -> Any:
            stack: list[Any] = []
            for step in text.program:
                if not isinstance(step, tuple):
                    stack.append(xs["xyz".index(step)] if isinstance(step, str) else step)
                    continue
                name, arity = step
                arguments = stack[-arity:]
                del stack[-arity:]
                if name.startswith("where"):
                    left, right, then, otherwise = arguments
                    compare = {"<": jnp.less, "<=": jnp.less_equal, ">": jnp.greater, ">=": jnp.greater_equal,
                               "==": jnp.equal, "!=": jnp.not_equal}  # fmt: skip
                    stack.append(jnp.where(compare[name[5:]](left, right), then, otherwise))
                else:
                    known = own.get(name) or inverse.get(name) or getattr(jnp, name)
                    stack.append(known(*[jnp.asarray(a, dtype=float) for a in arguments]))
            return stack.pop()

        return value

    def compare(
        text: Expression, at: Mapping[str, float], names: str, found: AtPoint, tally: Counter[str], broken: list[str]
    ) -> None:
        verdict = found.verdict
        if verdict is None or verdict.status != "agree" or verdict.proof is None or found.value is None:
            return
        xs = jnp.array([at[name] for name in "xyz"])
        one, other = (jnp.eye(3)["xyz".index(name)] for name in names)
        slope = jax.grad(function(text))
        theirs = float(jax.jvp(slope, (xs,), (one,))[1] @ other)
        true = float(verdict.proof.ball)
        if not abs(theirs - true) <= 1e-12 * abs(true):
            tally["JAX is not right to 1e-12"] += 1
            tally["gradx is, where JAX is not"] += abs(found.value - true) <= 1e-12 * abs(true)
            return
        tally["JAX is right to 1e-12"] += 1
        if abs(found.value - theirs) <= 1e-12 * max(abs(theirs), ROUNDED):
            tally["equal to JAX to 1e-12"] += 1
        else:
            broken.append(f"{text.text} at {dict(at)}, along {names}: {found.value}, and JAX has {theirs}")

    return compare


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261201)
    parser.add_argument("--jax", action="store_true")
    given = parser.parse_args()
    tally, broken = second_derivatives(given.seed, given.programs, jax_peer() if given.jax else None)
    for name, count in sorted(tally.items()):
        print(f"  {name:<40} {count:>8,}")
    for line in broken:
        print("BROKEN", line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
