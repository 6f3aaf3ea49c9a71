"""Nodes -> text that reads back as the same nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache, partial

from gradx.graph import Graph
from gradx.language.spelling import names_in, writing_with
from gradx.language.writing import Notation, number, written
from gradx.primitive import ATOM, PRODUCT, SIGN


def _decimal(text: str) -> tuple[str, int]:
    return text, SIGN if text.startswith("-") else PRODUCT if "/" in text else ATOM


@lru_cache(maxsize=64)
def _notation(text: str) -> Notation:
    """That of a graph which stands in `text`, or is made of one that does."""
    return Notation(writing_with(names_in(text)), str, _decimal, str, ("(", ")"))


def definition(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names: `3*v2`, `a + u`. The name alone for an input."""
    return _written(graph, i, lambda j: not graph.nodes[j].constant)


def expression(graph: Graph, i: int) -> str:
    """Node i in terms of inputs, operations that the program names, and operations that are used more than once."""
    return _written(graph, i, _cuts(graph).__contains__)


def written_out(graph: Graph, i: int) -> str:
    """Node i in terms of inputs alone. A node that is used twice is written twice: for small graphs."""
    return _written(graph, i, lambda j: False)


def length_written_out(graph: Graph, i: int) -> int:
    """At least how many names, numbers and operations `written_out` writes, without writing them."""
    lengths = [1] * (i + 1)
    for j in range(i + 1):
        lengths[j] += sum(lengths[k] for k in graph.nodes[j].inputs)
    return lengths[i]


def reading(graph: Graph, defaults: Mapping[str, float] | None = None, *, signed: bool = False) -> str:
    """The whole graph as statements; `read` makes the same graph of them. `defaults` are written first.

    `signed`: the output lists the inputs, so that their names are names wherever they are read.
    """
    return "; ".join(write() for write in _statements(graph, defaults or {}, signed))


def shortened(graph: Graph, defaults: Mapping[str, float] | None, longest: int, *, signed: bool = False) -> str:
    """`reading`; where that has more than `longest` characters, its two ends alone, and only they are written."""
    statements = [cache(write) for write in _statements(graph, defaults or {}, signed)]
    head = "; ".join(_first((write() for write in statements), longest))
    if len(head) <= longest:
        return head
    tail = "; ".join(_first((write() for write in reversed(statements)), longest // 2)[::-1])
    return f"{head[: longest // 2]} … {tail[-(longest // 2) :]}"


def _first(statements: Iterable[str], longest: int) -> list[str]:
    """As many as it takes to have more than `longest` characters."""
    found: list[str] = []
    length = 0
    for statement in statements:
        found.append(statement)
        length += len(statement)
        if length > longest:
            break
    return found


def _statements(graph: Graph, defaults: Mapping[str, float], signed: bool) -> list[Callable[[], str]]:
    """What writes each statement of the reading."""
    cuts = _cuts(graph)
    inner = [i for i in graph.operations if i in cuts and i != graph.output]
    return [
        *(partial("{} = {}".format, name, number(value)) for name, value in defaults.items()),
        *(partial(_assignment, graph, i, cuts) for i in inner),
        partial(_assignment, graph, graph.output, cuts, _parameters(graph, defaults, signed)),
    ]


def _assignment(graph: Graph, i: int, cuts: frozenset[int], parameters: str = "") -> str:
    return f"{graph.names[i]}{parameters} = {_written(graph, i, cuts.__contains__)}"


def _parameters(graph: Graph, defaults: Mapping[str, float], signed: bool) -> str:
    """The inputs that no operation takes, in brackets; where it is `signed` all of them."""
    used = set() if signed else {j for node in graph.nodes for j in node.inputs}
    unused = [graph.names[i] for i in graph.inputs if i not in used and graph.names[i] not in defaults]
    return f"({', '.join(unused)})" if unused else ""


def _cuts(graph: Graph) -> frozenset[int]:
    """The nodes that stand for themselves: inputs, named operations, operations not used exactly once."""
    uses = [0] * len(graph.nodes)
    for node in graph.nodes:
        for j in node.inputs:
            uses[j] += 1
    return frozenset(
        i
        for i, node in enumerate(graph.nodes)
        if not node.constant and (node.primitive is None or uses[i] != 1 or i in graph.named or i == graph.output)
    )


def _written(graph: Graph, i: int, by_name: Callable[[int], bool]) -> str:
    return written(graph, i, by_name, _notation(graph.source.text))
