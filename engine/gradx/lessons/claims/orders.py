"""The left side of a claim of higher order: `d2y/dx2`, `d^2J/dx^2`, `∂²J/∂x∂y`, `y''`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from gradx.errors import GradxError, Source, Span
from gradx.graph import Graph
from gradx.language.tokens import normal_name

MOST_ORDERS: Final = 12
_LONGEST: Final = 200

_NAME: Final = r"[^\W\d]\w*"
_SUPERSCRIPTS: Final = {ord(sign): f"^{n}" for n, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_PRIMES: Final = str.maketrans({"’": "'", "′": "'", "″": "''", "‴": "'''"})
_OVER: Final = re.compile(rf"\s*[d∂]\s*\^?\s*(?P<order>\d+)\s*(?P<of>{_NAME})?\s*")
_PRIMED: Final = re.compile(rf"\s*(?P<of>{_NAME})(?P<primes>'{{2,}})\s*(\(\s*(?P<by>{_NAME})\s*\))?\s*")
_POWER: Final = re.compile(r"\s*\^?\s*(\d+)")


def is_higher(head: str) -> bool:
    """Whether the left side of a claim has the form of one of higher order."""
    if len(head) > _LONGEST:
        return False
    plain = head.translate(_SUPERSCRIPTS).translate(_PRIMES)
    over, slash, _ = plain.partition("/")
    return bool(_OVER.fullmatch(over) if slash else _PRIMED.fullmatch(plain))


def read_higher(graph: Graph, word: str, head: str) -> tuple[int, tuple[int, ...]]:
    """What a left side of which `is_higher` is true means: the node, and along what it is differentiated, one after
    the other. GradxError("claim") where it means nothing."""
    plain = head.translate(_SUPERSCRIPTS).translate(_PRIMES)
    place = Span(Source("claim", word), len(head) - len(head.lstrip()), max(1, len(head.strip())))
    primed = _PRIMED.fullmatch(plain)
    if primed:
        return _node(graph, primed["of"], place), _primed(graph, primed["by"], len(primed["primes"]), place)
    over, _, under = plain.partition("/")
    found = _OVER.fullmatch(over)
    assert found is not None
    order = int(found["order"])
    if not 1 <= order <= MOST_ORDERS:
        hint = f"orders from 1 to {MOST_ORDERS} are judged"
        raise GradxError("claim", f"a derivative of order {order} cannot be checked", hint=hint, span=place)
    of = _node(graph, found["of"], place) if found["of"] else graph.output
    along = next((each for each in _readings(under, graph.index) if len(each) == order), None)
    if along is None:
        hint = "write it as in d^2J/dx^2 or ∂^2J/∂x∂y, the powers below the line adding up to the order"
        raise GradxError("claim", f"`{under.strip()}` does not say {order} nodes", hint=hint, span=place)
    return of, tuple(graph.index[name] for name in reversed(along))


def _primed(graph: Graph, by: str | None, order: int, place: Span) -> tuple[int, ...]:
    names = [by] if by else [graph.names[i] for i in graph.inputs]
    if order > MOST_ORDERS or len(names) != 1 or names[0] not in graph.index:
        hint = f"write d^{order}J/dx^{order}, x being what it is differentiated by"
        raise GradxError("claim", "the primes do not say by what it is differentiated", hint=hint, span=place)
    return (graph.index[names[0]],) * order


def _node(graph: Graph, text: str, place: Span) -> int:
    """The node of a name; one letter that is none is the output that the program does not name."""
    node = graph.index.get(normal_name(text))
    if node is not None:
        return node
    if len(text) == 1 and graph.names[graph.output].startswith("J") and "=" not in graph.source.text:
        return graph.output
    nodes = ", ".join(graph.names[i] for i in graph.shown[:12])
    raise GradxError("claim", f"the program has no node {text}", hint=f"the nodes are {nodes}", span=place)


def _readings(under: str, names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The ways to read `dx^2dy` as names, one after the other; a digit behind a name may be its power."""
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    text = under.rstrip()
    while waiting:
        at, found = waiting.pop()
        if at == len(text):
            yield found
            continue
        sign = re.compile(r"\s*[d∂]\s*").match(text, at)
        name = re.compile(_NAME).match(text, sign.end()) if sign else None
        if name is None or len(found) > MOST_ORDERS:
            continue
        for end in range(name.start() + 1, name.end() + 1):
            known = normal_name(text[name.start() : end])
            if known not in names:
                continue
            waiting.append((end, (*found, known)))
            power = _POWER.match(text, end)
            if power and 1 <= int(power[1][:3]) <= MOST_ORDERS:
                waiting.append((power.end(), (*found, *[known] * int(power[1][:3]))))
