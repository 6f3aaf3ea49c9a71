"""Ways of working that go wrong: a stretch of the chain left out, a node held constant, an upstream gradient added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gradx.lessons.claims.dependence import Dependence
from gradx.lessons.mistakes.faults import LIKELY, SURE, BrokenWhole, Fault, Numbers, slope
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
    yield BrokenWhole(
        "wrong-sign", None, lambda sweep: -sweep.exact, lambda words: f"the sign is wrong: {words.answer}"
    )
    for m in between[:MOST_STATIONS]:
        if graph.output not in sums[m]:
            yield _upstream_missing(m, named=m in graph.named)
    for n in named:
        yield from (_stretch_missing(m, n) for m in [dependence.wrt, *named] if m < n and n not in sums[m])
        yield from _node_broken(n)
    for i in dependence.between:
        for slot in dependence.moving_slots(i):
            if not dependence.is_sum(i) and i != graph.output:
                yield from _edges(dependence, i, slot)
    yield BrokenWhole(
        "reciprocal", None, lambda sweep: sweep.m.divide(sweep.m.number(1.0), sweep.exact),
        lambda words: f"that is one over the derivative; {words.answer}", LIKELY,
    )  # fmt: skip


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

    return BrokenWhole(
        "missing-factor", n, derivative,
        lambda words: f"a factor of the chain rule is missing: how {words.name(n)} changes with {words.name(m)}",
    )  # fmt: skip


def _node_broken(n: int) -> Iterator[Fault]:
    """A node held constant, and one whose upstream gradient multiplies twice."""

    def held(words: Wording) -> str:
        changes = f"{words.name(n)} changes with {words.wrt} too"
        if not words.is_of_another:
            return f"a term is missing: {changes}"
        alone = f"{words.gradient(words.dependence.wrt)} with {words.name(n)} held constant"
        return f"a term is missing: {words.claim} is {alone}, and {changes}"

    yield BrokenWhole("missing-term", n, lambda sweep: sweep.exact - sweep.adjoint(n) * sweep.own(n), held, SURE)
    yield BrokenWhole(
        "factor-twice", n, lambda sweep: sweep.with_tangent(n, sweep.adjoint(n) * sweep.own(n)),
        lambda words: f"a factor is there twice: d{words.output}/d{words.name(n)}",
    )  # fmt: skip


def _edges(dependence: Dependence, i: int, slot: int) -> Iterator[Fault]:
    """The upstream gradient divided by the local partial, or added to it."""
    inner = dependence.node(i).inputs[slot]
    doubt = 0 if i in dependence.graph.named or dependence.wrt in dependence.node(i).inputs else LIKELY

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
