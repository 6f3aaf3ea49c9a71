"""What goes wrong with a chain: the outer derivative, a stretch of the way, the question that it answers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING, Final

from gradx.lessons.claims.sweep import Dependence
from gradx.lessons.claims.trial import Trial, same
from gradx.lessons.mistakes.faults import (
    LIKELY,
    SURE,
    BrokenRule,
    BrokenTangent,
    BrokenWhole,
    Case,
    Fault,
    Numbers,
    Spot,
    is_constant,
    slope,
)
from gradx.numbers import Scalar
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.numbers.float64 import FLOAT64
from gradx.table import TABLE

if TYPE_CHECKING:
    from flint import arb

    from gradx.lessons.mistakes.faults import Wording

MOST_OUTER_POINTS: Final = 12

_CIRCLE: Final = ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "sech", "csch")
_ARCS: Final = ("asin", "acos", "atan", "acot", "asec", "acsc", "asinh", "acosh", "atanh", "acoth")
_NEURONS: Final = ("sigmoid", "tanh", "softplus", "silu", "exp", "log", "relu")
FAMILIES: Final = (_CIRCLE, _ARCS, _NEURONS)
"""Functions whose derivatives are taken for one another."""


def broken_compositions(at: Spot) -> Iterator[BrokenRule]:
    """The rule of a node, if one argument of a function moves: the outer derivative at another point, another one, or
    none."""
    if len(at.moving) != 1 or not at.dependence.is_function_of(at.i, at.moving[0]):
        return
    yield from _outer_elsewhere(at, at.moving[0])
    if at.row.relation is None:
        yield from _outer_kept(at, at.moving[0])
    if len(at.inputs) == 1:
        yield from _other_tables(at)


def _outer_elsewhere(at: Spot, slot: int) -> Iterator[BrokenRule]:
    """f(g)' taken as f'(g') or f'(x) instead of f'(g), with the inner derivative or without it; or as f(g')."""
    inner, row = at.inputs[slot], at.row
    if inner == at.dependence.wrt or row.linear:
        return
    of_sum = row.name == "^" and at.dependence.is_sum(inner)
    for k, elsewhere in enumerate(at.dependence.ancestors(inner, MOST_OUTER_POINTS * (not of_sum))):
        yield from _outer_at(at, slot, f"outer point {k}", elsewhere)
    yield from _outer_at(at, slot, "outer slope", None)

    def of_slope(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        return row.value(sweep.m, *_with(at, slot, sweep, before[inner]))

    if row.name not in ("^", "/"):
        said = "the function is taken of the derivative of what stands in it"
        yield at.rule("function-of-derivative", "function of slope", of_slope, said)


def _with(at: Spot, slot: int, sweep: Numbers, argument: Scalar) -> list[Scalar]:
    """The arguments of a node, one of them another."""
    return [argument if k == slot else sweep.value(j) for k, j in enumerate(at.inputs)]


def _outer_at(at: Spot, slot: int, family: str, place: int | None) -> Iterator[BrokenRule]:
    """The outer derivative at node `place`; None: at the inner derivative."""
    inner, row = at.inputs[slot], at.row

    def outer(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        xs = _with(at, slot, sweep, before[inner] if place is None else sweep.value(place))
        wanted = [k == slot for k in range(len(xs))]
        partial = row.local_partials(sweep.m, row.value(sweep.m, *xs), xs, wanted)[slot]
        return sweep.own(at.i) if partial is None else partial

    def sentence(words: Wording) -> str:
        wrong = "the inner derivative" if place is None else words.text(place)
        right = f"it belongs at {words.text(inner)}, as {words.slope_of(at.i)}"
        return f"the outer derivative is taken at {wrong}: {right}"

    chained: BrokenTangent = lambda sweep, before: outer(sweep, before) * before[inner]  # noqa: E731
    doubt = 0 if place is None else LIKELY
    yield at.rule("outer-at-wrong-point", family, chained, sentence, 0, inner)
    yield at.rule("outer-at-wrong-point", f"{family} alone", outer, sentence, doubt, inner)


def _outer_kept(at: Spot, slot: int) -> Iterator[BrokenRule]:
    """f(g)·g' for f'(g)·g'; and f'(g) divided by g', or added to it."""
    i, inner = at.i, at.inputs[slot]
    yield at.rule("outer-kept", "outer kept", lambda sweep, before: sweep.value(i) * before[inner],
                  "the outer function is not differentiated")  # fmt: skip
    if inner == at.dependence.wrt or at.row.linear:
        return
    yield at.rule("divided-not-multiplied", "divided",
                  lambda sweep, before: sweep.m.divide(sweep.local(i, slot), before[inner]),
                  slope("the inner derivative multiplies, it does not divide", inner), 0, inner)  # fmt: skip
    yield at.rule("divided-not-multiplied", "divided outer",
                  lambda sweep, before: sweep.m.divide(before[inner], sweep.local(i, slot)),
                  "the outer derivative multiplies, it does not divide", LIKELY, inner)  # fmt: skip
    yield at.rule("added-not-multiplied", "added", lambda sweep, before: sweep.local(i, slot) + before[inner],
                  "outer and inner derivative are multiplied, not added", LIKELY, inner)  # fmt: skip


def _other_tables(at: Spot) -> Iterator[BrokenRule]:
    """The derivative of a sister function, or its own with the argument in the place of the value."""
    i, row, (inner,) = at.i, at.row, at.inputs
    if not row.piecewise:
        said = "the argument stands where the function's value belongs"
        as_value: BrokenTangent = lambda sweep, before: (  # noqa: E731
            row.written_partial(sweep.m, sweep.value(inner), [sweep.value(inner)], 0) * before[inner]
        )
        yield at.rule("argument-for-value", "argument", as_value, said)
    for family in (family for family in FAMILIES if row.name in family):
        for name in family:
            if name != row.name and not (TABLE[name].piecewise and row.name == "log"):  # whose argument is above 0
                for family_name, of_it in ((f"as {name}", False), (f"as {name} of it", True)):
                    if of_it and not _is_of_value(name):
                        continue
                    entry = _slope_of_sister(i, inner, name, of_it=of_it)
                    yield at.rule("wrong-table-entry", family_name, entry, f"that is the derivative of {name}", LIKELY)
            for power, sign in itertools.product((1.0, 2.0), (1.0, -1.0)) if family is _CIRCLE else ():
                entry, said = _sister(inner, name, power, sign), f"that is not the derivative of {row.name}"
                yield at.rule("wrong-table-entry", f"{sign} {name} {power}", entry, said, LIKELY)


def _is_of_value(name: str) -> bool:
    """Whether a derivative is written with the function's value alone, as a*(1 - a)."""
    return math.isfinite(TABLE[name].written_partial(FLOAT64, 0.5, [math.nan], 0))


def _slope_of_sister(i: int, inner: int, name: str, *, of_it: bool) -> BrokenTangent:
    """The derivative of another function; `of_it`: with the value of node i in the place of its own."""
    row = TABLE[name]

    def tangent(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        x = sweep.value(inner)
        value = sweep.value(i) if of_it else row.value(sweep.m, x)
        return row.written_partial(sweep.m, value, [x], 0) * before[inner]

    return tangent


def _sister(inner: int, name: str, power: float, sign: float) -> BrokenTangent:
    """Another function itself, or its square, with a sign."""

    def tangent(sweep: Numbers, before: Sequence[Scalar]) -> Scalar:
        found = TABLE[name].value(sweep.m, sweep.value(inner))
        return sign * (found if power == 1 else sweep.m.power(found, sweep.m.number(power))) * before[inner]

    return tangent


MOST_STATIONS: Final = 16


def broken_stretches(dependence: Dependence) -> Iterator[Fault]:
    """The stretches from and to the nodes that the program names, and the edges between."""
    graph = dependence.graph
    between = [i for i in dependence.between if i != graph.output]
    named = [i for i in between if i in graph.named][:MOST_STATIONS]
    sums = {m: _only_sums(dependence, m) for m in [dependence.wrt, *between[:MOST_STATIONS], *named]}
    yield BrokenWhole("wrong-sign", None, lambda sweep: -sweep.exact,
                      lambda words: f"the sign is wrong: {words.answer}")  # fmt: skip
    for m in between[:MOST_STATIONS]:
        if graph.output not in sums[m]:
            yield _upstream_missing(m, named=m in graph.named)
    for n in named:
        yield from (_stretch_missing(m, n) for m in [dependence.wrt, *named] if m < n and n not in sums[m])
        yield from _node_broken(n)
    for i in dependence.between:
        for slot in dependence.moving_slots(i):
            if not dependence.is_sum(i) and i != graph.output:
                yield from _edges(Spot(dependence, i), slot)
    yield BrokenWhole("reciprocal", None, lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.exact),
                      lambda words: f"that is one over the derivative; {words.answer}", LIKELY)  # fmt: skip


def _upstream_missing(m: int, *, named: bool) -> Fault:
    def words(words: Wording) -> str:
        said = f"what comes from above is missing: {words.claim} is only d{words.name(m)}/d{words.wrt}"
        return f"{said}, and d{words.output}/d{words.name(m)} multiplies it" if named else said

    return BrokenWhole("missing-upstream", m, lambda sweep: sweep.own(m), words, 0 if named else LIKELY)


def _stretch_missing(m: int, n: int) -> Fault:
    """As if node n were node m."""

    def derivative(sweep: Numbers) -> Scalar:
        if m == sweep.dependence.wrt:
            return sweep.adjoint(n)
        return sweep.exact - sweep.adjoint(m) * sweep.own(m) + sweep.adjoint(n) * sweep.own(m)

    said = "a factor of the chain rule is missing"
    return BrokenWhole("missing-factor", n, derivative,
                       lambda words: f"{said}: how {words.name(n)} changes with {words.name(m)}")  # fmt: skip


def _node_broken(n: int) -> Iterator[Fault]:
    """A node held constant, and one whose upstream gradient multiplies twice."""

    def held(words: Wording) -> str:
        changes = f"{words.name(n)} changes with {words.wrt} too"
        if not words.is_of_another:
            return f"a term is missing: {changes}"
        alone = f"{words.gradient(words.dependence.wrt)} with {words.name(n)} held constant"
        return f"a term is missing: {words.claim} is {alone}, and {changes}"

    yield BrokenWhole("missing-term", n, lambda sweep: sweep.exact - sweep.adjoint(n) * sweep.own(n), held, SURE)
    yield BrokenWhole("factor-twice", n, lambda sweep: sweep.with_tangent(n, sweep.adjoint(n) * sweep.own(n)),
                      lambda words: f"a factor is there twice: d{words.output}/d{words.name(n)}")  # fmt: skip


def _edges(at: Spot, slot: int) -> Iterator[Fault]:
    """The upstream gradient divided by the local partial, or added to it."""
    i, inner = at.i, at.inputs[slot]
    doubt = 0 if i in at.dependence.graph.named or at.dependence.wrt in at.inputs else LIKELY

    def without(sweep: Numbers) -> Scalar:
        return sweep.exact - sweep.adjoint(i) * sweep.local(i, slot) * sweep.tangents[inner]

    def divided(sweep: Numbers) -> Scalar:
        return without(sweep) + sweep.m.divide(sweep.adjoint(i), sweep.local(i, slot)) * sweep.tangents[inner]

    def added(sweep: Numbers) -> Scalar:
        return without(sweep) + (sweep.adjoint(i) + sweep.local(i, slot)) * sweep.tangents[inner]

    said = "the upstream gradient and the local slope are multiplied, not"
    yield BrokenWhole("divided-not-multiplied", i, divided, slope(f"{said} divided", i), doubt)
    yield BrokenWhole("added-not-multiplied", i, added, slope(f"{said} added", i), doubt)


def _only_sums(dependence: Dependence, m: int) -> set[int]:
    """The nodes that nothing but sums lies between and node m."""
    found = {m}
    for i in dependence.between:
        if dependence.is_sum(i) and any(
            dependence.node(i).inputs[slot] in found for slot in dependence.moving_slots(i)
        ):
            found.add(i)
    return found


MOST_PATHS = 8
_OBVIOUS = 4
_SHIFTS = (1, 2, 3, -1, -2, -3)

Path = tuple[tuple[int, int], ...]
"""The (node, slot) of every edge from `wrt` to the output."""


def mistaken_questions(dependence: Dependence) -> Iterator[Fault]:
    """Those that any sweep tells."""
    graph = dependence.graph
    paths = _paths(dependence)
    for kept in range(1, len(paths) - 1):
        yield from (_paths_missing(chosen, len(paths)) for chosen in itertools.combinations(paths, kept))
    if graph.output not in dependence.varying:
        value = graph.output
        yield BrokenWhole("constant-kept", value, lambda sweep: sweep.value(value), is_constant(value))
    for j in graph.shown:
        is_input = graph.nodes[j].primitive is None
        if j != dependence.wrt and j < graph.output and (is_input or j in graph.named):
            yield from _another(j, is_input=is_input)


def _another(j: int, *, is_input: bool) -> Iterator[Fault]:
    """The gradient of another node, added or in the place of the right one."""

    def belongs_to(words: Wording) -> str:
        others = " and ".join(words.gradient(k) for k in words.twins(j)[:2])
        whose = f"{words.gradient(j)}{f' (and {others})' if others else ''}"
        return f"{words.given}{words.claim} is {whose}; {words.answer.removeprefix(words.given)}"

    yield BrokenWhole(
        "extra-term", j, lambda sweep: sweep.exact + sweep.adjoint(j),
        lambda words: f"a term too many: {words.gradient(j)} is added; {words.answer}", LIKELY,
    )  # fmt: skip
    yield BrokenWhole("wrong-variable", j, lambda sweep: sweep.adjoint(j), belongs_to, 0 if is_input else LIKELY)


def _paths_missing(chosen: Sequence[Path], count: int) -> Fault:
    """The sum over some of the paths alone."""

    def derivative(sweep: Numbers) -> Scalar:
        products = (prod((sweep.local(i, slot) for i, slot in path), start=sweep.m.number(1.0)) for path in chosen)
        return sum(products, sweep.m.number(0.0))

    there = "this is one term" if len(chosen) == 1 else f"these are {len(chosen)} terms"
    return BrokenWhole(
        "missing-term", None, derivative,
        lambda words: f"terms are missing: {words.wrt} acts on {count} paths, and {there} of the sum", LIKELY,
    )  # fmt: skip


def antiderivative(dependence: Dependence, trials: Sequence[Trial]) -> Fault | None:
    """A claim whose own derivative is the node that is differentiated; None where it is another one."""
    if not trials or not all(same(trial.slope_of_claim, trial.output) for trial in trials):
        return None
    return BrokenWhole(
        "antiderivative", None, lambda sweep: sweep.exact,
        lambda words: (
            f"{words.claim} is an antiderivative: its own derivative is {words.text(dependence.graph.output)}"
        ),
    )  # fmt: skip


def lost_factor(dependence: Dependence, cases: Sequence[Case]) -> Fault | None:
    """A constant factor, where one and the same number turns the derivative into the claim at every point."""
    factor = _constant_factor(cases, {n.literal for n in dependence.graph.nodes if n.literal is not None})
    if factor is None:
        return None
    if cases[0].claim.is_number and any(same(factor, M.number(10.0**k)) for k in _SHIFTS):
        return BrokenWhole(
            "decimal-point", None, lambda sweep: sweep.exact,
            lambda words: f"the decimal point is in another place; {words.answer}",
        )  # fmt: skip
    if same(factor, M.number(-1.0)):
        return BrokenWhole(
            "wrong-sign", None, lambda sweep: -sweep.exact, lambda words: f"the sign is wrong: {words.answer}", LIKELY
        )
    if f"{float(factor):.10g}" == "1":
        return None
    return BrokenWhole(
        "constant-factor", None, lambda sweep: sweep.exact,
        lambda words: f"a constant factor is off: {words.claim} is {words.number(factor)} times {words.derivative}",
        0 if cases[0].half is not None or len(cases) == 1 else LIKELY,
    )  # fmt: skip


def _paths(dependence: Dependence) -> list[Path]:
    """All paths from `wrt` to the output, or none if there are too many."""
    done: list[Path] = []
    open_ends: list[tuple[int, Path]] = [(dependence.graph.output, ())]
    while open_ends:
        i, path = open_ends.pop()
        if i == dependence.wrt:
            done.append(path)
        else:
            inputs = dependence.node(i).inputs
            open_ends += [(inputs[slot], ((i, slot), *path)) for slot in dependence.moving_slots(i)]
        if len(done) + len(open_ends) > MOST_PATHS:
            return []
    return done


def _constant_factor(cases: Sequence[Case], literals: set[float]) -> arb | None:
    """What the right derivative is multiplied by, if that is one and the same number at every point.

    Where claim and derivative are both constant any two would do; then only a small whole number, its reciprocal, or a
    number of the program is a factor that somebody may have lost.
    """
    known = next((case for case in cases if not case.exact.contains(0)), None)
    if known is None:
        return None
    factor = known.claimed / known.exact
    if factor.contains(0) or not factor.is_finite():
        return None
    if known.half is not None:
        near = [M.number(x) for x in (-1.0, 2.0, 0.5, *(10.0**k for k in _SHIFTS))]
        return next((x for x in near if known.gives(known.exact * x)), None)
    if not all(case.gives(case.exact * factor) for case in cases):
        return None
    if known.claim.is_number and len(cases) == 1 and any(same(factor, M.number(10.0**k)) for k in _SHIFTS):
        return factor
    constant = all(same(case.exact, known.exact) and same(case.claimed, known.claimed) for case in cases)
    telling = [M.number(abs(x)) for x in (*map(float, range(2, _OBVIOUS + 1)), *literals) if x]
    if constant and not any(
        same(size, x) for size in (abs(factor), 1 / abs(factor)) for x in (*telling, M.number(1.0))
    ):
        return None
    return factor
