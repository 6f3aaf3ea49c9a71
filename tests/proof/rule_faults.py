"""Rules of the table, broken one at a time, as a careless change would break them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gradx.graph import Graph
from gradx.primitive import Primitive
from gradx.table import FUNCTIONS, OPERATORS


@dataclass(frozen=True)
class Fault:
    """`name` says what is broken; `row` is the primitive's row with one local partial spoilt."""

    name: str
    original: Primitive
    row: Primitive

    def injected(self, graph: Graph) -> Graph | None:
        """`graph` with the broken row in every place of the right one; None where it is not used."""
        if not any(node.primitive is self.original for node in graph.nodes):
            return None
        nodes = tuple(
            node._replace(primitive=self.row) if node.primitive is self.original else node for node in graph.nodes
        )
        return graph.with_nodes(nodes)


def faults() -> Iterator[Fault]:
    """For every row and argument: the partial negated, off by one millionth, lost (1), and doubled."""
    spoilt = {
        "negated": lambda w, m: -w,
        "off by 1e-6": lambda w, m: w * 1.000001,
        "left out": lambda w, m: m.number(1.0),
        "doubled": lambda w, m: w + w,
    }
    for row in (*OPERATORS, *FUNCTIONS):
        if callable(row.partials):
            continue
        for slot in range(len(row.partials)):
            for how, change in spoilt.items():
                partials = list(row.partials)
                partials[slot] = _changed(partials[slot], change)
                yield Fault(f"{row.name} {how} in argument {slot + 1}", row, replace(row, partials=tuple(partials)))


def _changed(rule: Any, change: Any) -> Any:
    return lambda m, v, *xs: change(rule(m, v, *xs), m)
