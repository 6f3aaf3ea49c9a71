"""Nodes -> text that reads back as the same nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, groupby

from gradx.graph import HIDDEN, Graph
from gradx.language.operators import names_in, writing_with
from gradx.language.writing import Notation, number, pieces, written
from gradx.primitive import ATOM, PRODUCT, SIGN, Primitive


def _decimal(text: str) -> tuple[str, int]:
    return text, SIGN if text.startswith("-") else PRODUCT if "/" in text else ATOM


@lru_cache(maxsize=64)
def _notation(text: str, rows: frozenset[Primitive]) -> Notation:
    """That of a graph of these rows which stands in `text`, or is made of one that does."""
    return Notation(writing_with(names_in(text, rows)), str, _decimal, str, ("(", ")"))


def definition(graph: Graph, i: int) -> str:
    """Node i as an operation on its inputs' names: `3*v2`, `a + u`. The name alone for an input."""
    return _written(graph, i, lambda j: not graph.constant[j])


def expression(graph: Graph, i: int) -> str:
    """Node i in terms of inputs, operations that the program names, and operations that are used more than once."""
    return _written(graph, i, partial(_is_cut, graph))


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
    return "".join(_reading(graph, defaults or {}, signed))


def shortened(graph: Graph, defaults: Mapping[str, float] | None, longest: int, *, signed: bool = False) -> str:
    """`reading`; where that has more than `longest` characters, its two ends alone, and only they are written."""
    head = "".join(_first(_reading(graph, defaults or {}, signed), longest))
    if len(head) <= longest:
        return head
    tail = "".join(_first(_reading(graph, defaults or {}, signed, backwards=True), longest // 2)[::-1])
    return f"{head[: longest // 2]} … {tail[-(longest // 2) :]}"


def _first(pieces: Iterable[str], longest: int) -> list[str]:
    """As many as it takes to have more than `longest` characters."""
    found: list[str] = []
    length = 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length > longest:
            break
    return found


def _reading(graph: Graph, defaults: Mapping[str, float], signed: bool, *, backwards: bool = False) -> Iterator[str]:
    """The pieces of the reading, from the first or from the last."""
    is_cut, notation, step = partial(_is_cut, graph), _notation(graph.source.text, graph.rows), -1 if backwards else 1

    def statement(i: int) -> Iterable[str]:
        is_last = i == graph.output
        left = f"{graph.names[i]}{_parameters(graph, defaults, signed) if is_last else ''} = "
        right = pieces(graph, i, is_cut, notation, backwards=backwards)
        return chain.from_iterable(([left], right, [] if is_last else ["; "])[::step])

    values = (f"{name} = {number(value)}; " for name, value in list(defaults.items())[::step])
    inner = (statement(i) for i in graph.operations[::step] if is_cut(i) and i != graph.output)
    return chain.from_iterable(chain(*([values], inner, map(statement, (graph.output,)))[::step]))


def _parameters(graph: Graph, defaults: Mapping[str, float], signed: bool) -> str:
    """The inputs that no operation takes, in brackets; where it is `signed` all of them."""
    listed = set(graph.inputs) if signed else graph.operands.without_use(graph.inputs)
    unused = [graph.names[i] for i in graph.inputs if i in listed and graph.names[i] not in defaults]
    return f"({', '.join(unused)})" if unused else ""


def _is_cut(graph: Graph, i: int) -> bool:
    """Whether a node stands for itself: inputs, named operations, operations not used exactly once that are not inside
    of an operation on bundles."""
    if i in graph.leaves:
        return not graph.leaves[i].constant
    if graph.names[i].startswith(HIDDEN):
        return False
    return bool(graph.given[i]) or graph.uses[i] != 1 or i == graph.output


def _written(graph: Graph, i: int, by_name: Callable[[int], bool]) -> str:
    return written(graph, i, by_name, _notation(graph.source.text, graph.rows))


def differentials(graph: Graph, of: int, wrt: Sequence[int]) -> tuple[str, list[tuple[int, int]]]:
    """The sign, d or ∂, and what stands below the line: the last to differentiate by first, each with its power."""
    sign = "d" if len(set(graph.inputs) - {of}) == 1 or len(wrt) == 1 else "∂"
    return sign, [(j, len(list(same))) for j, same in groupby(reversed(wrt))]


def written_higher(graph: Graph, of: int, along: Sequence[int]) -> str:
    """`d^2J/dx^2`, `∂^2J/∂y∂x`."""
    sign, below = differentials(graph, of, along)
    under = "".join(f"{sign}{graph.names[j]}" + (f"^{n}" if n > 1 else "") for j, n in below)
    return f"{sign}^{len(along)}{graph.names[of]}/{under}"
