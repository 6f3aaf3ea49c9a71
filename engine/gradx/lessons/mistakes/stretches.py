"""Ways of working that go wrong: a stretch of the chain left out, a node held constant, an upstream gradient added."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.mistakes.faults import LIKELY, SURE, Fault, Numbers, Sentence
from gradx.numbers import Scalar

if TYPE_CHECKING:
    from gradx.lessons.mistakes.wording import Wording

MOST_STATIONS: Final = 16


def broken_stretches(dependence: Dependence) -> Iterator[Fault]:
    """The stretches from and to the nodes that the program names, and the edges between."""
    graph = dependence.graph
    between = [i for i in dependence.between if i != graph.output]
    named = [i for i in between if i in graph.named][:MOST_STATIONS]
    sums = {m: _only_sums(dependence, m) for m in [dependence.wrt, *between[:MOST_STATIONS], *named]}
    yield Fault(
        "wrong-sign", None, lambda sweep: -sweep.exact, lambda words: f"the sign is wrong: {words.answer}"
    )  # fmt: skip
    for m in between[:MOST_STATIONS]:
        if graph.output not in sums[m]:
            yield _upstream_missing(m, named=m in graph.named)
    for n in named:
        yield from (_stretch_missing(m, n) for m in [dependence.wrt, *named] if m < n and n not in sums[m])
        yield Fault("missing-term", n, partial(_held, n), _held_words(n), SURE)
        yield Fault("factor-twice", n, partial(_upstream_twice, n), _twice_words(n))
    for i in dependence.between:
        for slot in dependence.moving_slots(i):
            if not dependence.is_sum(i):
                yield from _edges(dependence, i, slot)
    yield Fault(
        "reciprocal", None, lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.exact),
        lambda words: f"that is one over the derivative; {words.answer}", LIKELY,
    )  # fmt: skip


def _upstream_missing(m: int, *, named: bool) -> Fault:
    def words(words: Wording) -> str:
        said = f"what comes from above is missing: {words.claim} is only d{words.name(m)}/d{words.wrt}"
        return f"{said}, and d{words.output}/d{words.name(m)} multiplies it" if named else said

    return Fault("missing-upstream", m, partial(_downstream_alone, m), words, 0 if named else LIKELY)


def _stretch_missing(m: int, n: int) -> Fault:
    return Fault(
        "missing-factor", n, partial(_without_stretch, m, n),
        lambda words: f"a factor of the chain rule is missing: how {words.name(n)} changes with {words.name(m)}",
    )  # fmt: skip


def _held_words(n: int) -> Sentence:
    def said(words: Wording) -> str:
        changes = f"{words.name(n)} changes with {words.wrt} too"
        if not words.is_of_another:
            return f"a term is missing: {changes}"
        held = f"{words.gradient(words.dependence.wrt)} with {words.name(n)} held constant"
        return f"a term is missing: {words.claim} is {held}, and {changes}"

    return said


def _twice_words(n: int) -> Sentence:
    return lambda words: f"a factor is there twice: d{words.output}/d{words.name(n)}"


def _edges(dependence: Dependence, i: int, slot: int) -> Iterator[Fault]:
    """The upstream gradient divided by the local partial, or added to it."""
    if i == dependence.graph.output:
        return
    doubt = 0 if i in dependence.graph.named or dependence.wrt in dependence.node(i).inputs else LIKELY
    yield Fault("divided-not-multiplied", i, partial(_divided, i, slot), _edge_words(i, "divided"), doubt)
    yield Fault("added-not-multiplied", i, partial(_added, i, slot), _edge_words(i, "added"), doubt)


def _edge_words(i: int, done: str) -> Sentence:
    start = f"the upstream gradient and the local slope are multiplied, not {done}"
    return lambda words: f"{start}: {words.slope_of(i)}"


def _downstream_alone(m: int, sweep: Numbers) -> Scalar:
    return sweep.own(m)


def _only_sums(dependence: Dependence, m: int) -> set[int]:
    """The nodes that nothing but sums lies between and node m."""
    found = {m}
    for i in dependence.between:
        if dependence.is_sum(i) and any(
            dependence.node(i).inputs[slot] in found for slot in dependence.moving_slots(i)
        ):
            found.add(i)
    return found


def _without_stretch(m: int, n: int, sweep: Numbers) -> Scalar:
    """As if node n were node m."""
    if m == sweep.dependence.wrt:
        return sweep.adjoint(n)
    return sweep.exact - sweep.adjoint(m) * sweep.own(m) + sweep.adjoint(n) * sweep.own(m)


def _held(n: int, sweep: Numbers) -> Scalar:
    return sweep.exact - sweep.adjoint(n) * sweep.own(n)


def _upstream_twice(n: int, sweep: Numbers) -> Scalar:
    return sweep.with_tangent(n, sweep.adjoint(n) * sweep.own(n))


def _divided(i: int, slot: int, sweep: Numbers) -> Scalar:
    inner = sweep.tangents[sweep.dependence.node(i).inputs[slot]]
    local = sweep.local(i, slot)
    return sweep.exact - sweep.adjoint(i) * local * inner + sweep.m.divide(sweep.adjoint(i), local) * inner


def _added(i: int, slot: int, sweep: Numbers) -> Scalar:
    inner = sweep.tangents[sweep.dependence.node(i).inputs[slot]]
    local = sweep.local(i, slot)
    return sweep.exact - sweep.adjoint(i) * local * inner + (sweep.adjoint(i) + local) * inner
