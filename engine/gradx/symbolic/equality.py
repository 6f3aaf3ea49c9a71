"""Is a claimed formula the derivative? Refuted by numbers, or proved by SymPy, or neither.

SymPy's rewriting may forget where a formula has no value, so nothing counts as proved that numbers at several points,
on both sides of zero, have not borne out. That also spares SymPy the hopeless proofs, which are the slow ones. Decimals
are what they are written as here: the derivative of 0.1*x^3 is 0.3*x^2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations

import sympy as sp
from flint import arb
from sympy import Expr, Max, Min, Piecewise, Symbol, expand
from sympy.core.relational import Relational

from gradx.graph import Graph
from gradx.numbers.balls import TYPED_BALLS, precision
from gradx.sweeps.forward import Forward, forward
from gradx.symbolic.derivation import System, differentiated
from gradx.symbolic.formula import UnwritableError, as_written, exact_graph, text_of
from gradx.symbolic.formula_value import corners
from gradx.symbolic.protocol import Fields, Request, unpacked

LARGEST = 200
"""A graph with more operations than this is not expanded for a proof."""

ENOUGH = 6
NEEDED = 3
"""Numbers at so many points have to be equal before a proof is tried, or, where points are rare, to count."""

_TRIES = 60
_MOST_CASES = 100
_KINKS = (Piecewise, Max, Min, sp.Abs, sp.sign, sp.Heaviside)
_BITS = 256
_TOLERATED = arb(2) ** -40
"""A number with many digits may stand for one without end, as 0.6931471805599453 for log(2)."""
_NOTHING = arb(2) ** -128
_SPREAD = (0.4375, -0.8125, 1.625, 0.71875, -2.375, 3.8125, 0.15625, -1.28125, 7.0625, -0.34375, 1.09375)


def judged(request: Request) -> Fields:
    """Whether the claim of a request is the derivative: `equal` True when proved, False when refuted, else None."""
    graph, claim = unpacked(request["graph"]), unpacked(request["claim"])
    if len(graph.operations) + len(claim.operations) > LARGEST:
        reason = f"SymPy is not asked for proofs about more than {LARGEST} operations"
        return {"equal": None, "formula": None, "reason": reason}
    system = System(graph)
    of, wrt = request["of"], request["wrt"]
    base = system.expanded({}, range(len(graph.nodes)))
    nodes = system.seen_from(wrt, base)
    derivative = differentiated(nodes[of], system.symbol(wrt))
    equal = _agree_in_numbers(system, of, derivative, claim)
    if equal:
        gap = derivative - _expanded_claim(claim, system, nodes)
        inward = {} if wrt in graph.inputs else {system.symbol(wrt): base[wrt]}
        equal = _is_zero(gap, system, {}) or bool(inward and _is_zero(gap, system, inward)) or None
    try:
        text = text_of(derivative, system.m, graph.source)
    except UnwritableError:
        text = None
    return {"equal": equal, "formula": text, "reason": None}


def _expanded_claim(claim: Graph, system: System, nodes: Mapping[int, Expr]) -> Expr:
    """The claim over the same symbols as the program's `nodes`."""
    reader = System(claim)
    reader.m = system.m
    known = {i: nodes[system.graph.index[claim.names[i]]] for i in claim.inputs}
    return reader.expanded(known, range(len(claim.nodes)))[claim.output]


def _is_zero(gap: Expr, system: System, inward: Mapping[Symbol, Expr]) -> bool:
    expression = as_written(gap.xreplace(inward), system.m.literals)
    bent = expression.has(*_KINKS)
    return any(_holds(proof, expression) for proof in ((expand, _by_cases) if bent else _PROOFS))


def _holds(proof: Callable[[Expr], Expr], gap: Expr) -> bool:
    try:
        return bool(proof(gap) == 0)
    except (TypeError, ValueError, NotImplementedError, AttributeError, sp.PolynomialError):
        return False  # a way that SymPy cannot go with this expression; the next may do


def _agree_in_numbers(system: System, of: int, derivative: Expr, claim: Graph) -> bool | None:
    """True when equal at several points, False when different at one; None when the claim has no value at one, or the
    derivative cannot be written.

    The claim is evaluated as it is written, and not as SymPy has simplified it: `exp(log(x))` has no value below zero.
    """
    graph = system.graph
    try:
        formula = exact_graph(derivative, system.m.literals)
    except UnwritableError:
        return None
    met = 0
    with precision(_BITS):
        for point in _points(graph.inputs):
            run = forward(graph, TYPED_BALLS, {i: arb(x) for i, x in point.items()})
            known = forward(formula, TYPED_BALLS, _places(formula, graph, run))
            left = known.values[formula.output]
            if of in run.faults or not left.is_finite() or corners(formula, TYPED_BALLS, known):
                continue
            right = forward(claim, TYPED_BALLS, _places(claim, graph, run)).values[claim.output]
            if not right.is_finite():
                return None
            gap, size = abs(left - right), abs(left).max(abs(right))
            if gap > size * _TOLERATED:
                return False
            if gap < size * _TOLERATED + _NOTHING:
                met += 1
            if met == ENOUGH:
                return True
    return True if met >= NEEDED else None


def _places(formula: Graph, graph: Graph, run: Forward[arb]) -> dict[int, arb]:
    """The inputs of a formula, at the values of the nodes whose names they have."""
    return {i: run.values[graph.index[formula.names[i]]] for i in formula.inputs}


def _points(inputs: Sequence[int]) -> Iterator[dict[int, float]]:
    """Points with coordinates of both signs and several sizes, the same ones every time."""
    for k in range(_TRIES):
        if k % 3 == 0:
            yield {i: abs(_SPREAD[(k + 3 * j) % len(_SPREAD)]) * (1 + j / 64) for j, i in enumerate(inputs)}
        else:
            yield {i: _SPREAD[(k * (j + 1) + 2 * j) % len(_SPREAD)] * (1 + k / 128) for j, i in enumerate(inputs)}


def _by_cases(e: Expr) -> Expr:
    """0 where every case by itself is 0; else one that is not. On the boundaries between them nothing is said."""
    open_cases: list[tuple[Expr, tuple[Expr, ...]]] = [(_in_cases(e), ())]
    for _ in range(_MOST_CASES):
        if not open_cases:
            return sp.Integer(0)
        case, above = open_cases.pop()
        asked = case.atoms(Relational)
        if not asked:
            if _is_possible(above) and not any(_holds(proof, case) for proof in _PROOFS):
                return case
            continue
        size = {condition: _difference(condition) for condition in asked}
        first = min((x for x in size.values() if not x.has(Piecewise)), key=sp.default_sort_key)
        for x in (first, -first):
            known = {c: sp.true if size[c] == x else sp.false for c in asked if size[c] in (x, -x)}
            open_cases.append((case.xreplace(known), (*above, x)))
    return e


def _in_cases(e: Expr) -> Expr:
    e = e.replace(sp.Heaviside, lambda x, *_: Piecewise((1, x > 0), (0, True)))
    e = e.replace(sp.sign, lambda x: Piecewise((1, x > 0), (-1, True)))
    e = e.replace(sp.Abs, lambda x: Piecewise((x, x > 0), (-x, True)))
    e = e.replace(Max, lambda *xs: reduce(lambda x, y: Piecewise((x, x > y), (y, True)), xs))
    e = e.replace(Min, lambda *xs: reduce(lambda x, y: Piecewise((x, y > x), (y, True)), xs))
    return e.replace(sp.Eq, lambda *_: sp.false).replace(sp.Ne, lambda *_: sp.true)


def _difference(condition: Relational) -> Expr:
    """What is above 0 where the condition holds, without a factor."""
    x = condition.gts - condition.lts
    return x.primitive()[1] if x.has(Piecewise) else expand(x).primitive()[1]


def _is_possible(above: Sequence[Expr]) -> bool:
    """Whether all of these can be above 0, as far as sums of two or three of them tell."""
    sums = (expand(sp.Add(*some)) for n in (2, 3) for some in combinations(above, n))
    return not any(x.is_number and x <= 0 for x in sums)


_PROOFS: tuple[Callable[[Expr], Expr], ...] = (
    expand,
    lambda e: sp.cancel(sp.together(e)),
    lambda e: expand(sp.powsimp(expand(e))),
    lambda e: expand(sp.expand_trig(e)),
    sp.trigsimp,
    lambda e: sp.cancel(sp.together(expand(e.rewrite(sp.exp)))),
    sp.simplify,
    lambda e: sp.simplify(e.rewrite(sp.exp).rewrite(sp.log)),
)
