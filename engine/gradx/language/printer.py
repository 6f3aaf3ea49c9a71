"""Nodes -> text that reads back as the same nodes, with no parentheses to spare; explicit stacks, linear time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradx.errors import GradxError
from gradx.graph import Graph, Node
from gradx.language.constants import constant_value

_LOOSE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)

_BINARY = {
    "+": (_SUM, _SUM, " + ", _PRODUCT),
    "-": (_SUM, _SUM, " - ", _PRODUCT),
    "*": (_PRODUCT, _PRODUCT, "*", _SIGN),
    "/": (_PRODUCT, _PRODUCT, "/", _SIGN),
    "%": (_PRODUCT, _PRODUCT, " % ", _SIGN),
    "^": (_POWER, _ATOM, "^", _SIGN),
}
"""How tight each operator binds, how tight its left operand must, its sign, how tight its right operand must."""

MAX_CONSTANT = 10_000
"""A constant that would take more operations than this to write is written as the float64 it is worth."""


def number(x: float) -> str:
    """The shortest decimal that reads back as `x`: the one way in which a literal is written."""
    text = repr(x)
    if text.endswith(".0"):
        return text[:-2]
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


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


def reading(graph: Graph, defaults: Mapping[str, float] | None = None) -> str:
    """The whole graph as statements; `read` makes the same graph of them. `defaults` are written first."""
    defaults = defaults or {}
    cuts = _cuts(graph)
    statements = [f"{name} = {number(value)}" for name, value in defaults.items()]
    statements += [
        f"{graph.names[i]} = {_written(graph, i, cuts.__contains__)}"
        for i in graph.operations
        if i in cuts and i != graph.output
    ]
    unused = [graph.names[i] for i in graph.inputs if not graph.consumers[i] and graph.names[i] not in defaults]
    parameters = f"({', '.join(unused)})" if unused else ""
    output = _written(graph, graph.output, cuts.__contains__)
    statements.append(f"{graph.names[graph.output]}{parameters} = {output}")
    return "; ".join(statements)


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


def _written(graph: Graph, root: int, by_name: Callable[[int], bool]) -> str:
    """Node `root`; below it every node that `by_name` accepts is its name."""
    nodes, names = graph.nodes, graph.names
    parts: list[str] = []
    budget = MAX_CONSTANT
    stack: list[str | tuple[int, int]] = [(root, _LOOSE)]
    first = True
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        i, needed = item
        node = nodes[i]
        if node.primitive is None or (not first and by_name(i)):
            parts.append(_atom(node, names[i], needed))
        elif node.constant and budget <= 0:
            parts.append(_bracketed(_worth(graph, i), needed))
        else:
            budget -= node.constant
            stack.extend(reversed(_pieces(node, needed)))
        first = False
    return "".join(parts)


def _worth(graph: Graph, i: int) -> str:
    try:
        return number(constant_value(graph.nodes, i, graph.spans, graph.source))
    except GradxError:
        return "0/0"


def _atom(node: Node, name: str, needed: int) -> str:
    if node.literal is None:
        return name
    return node.label or _bracketed(number(node.literal), needed)


def _bracketed(text: str, needed: int) -> str:
    binds = _SIGN if text.startswith("-") else _PRODUCT if "/" in text else _ATOM
    return text if binds >= needed else f"({text})"


def _pieces(node: Node, needed: int) -> list[str | tuple[int, int]]:
    """An operation as texts and operands, each operand with how tight it must bind."""
    primitive, inputs = node.primitive, node.inputs
    assert primitive is not None
    rule = _BINARY.get(primitive.name)
    if rule is not None:
        binds, left, sign, right = rule
        pieces: list[str | tuple[int, int]] = [(inputs[0], left), sign, (inputs[1], right)]
    elif primitive.name == "neg":
        binds = _SIGN
        pieces = ["-", (inputs[0], _POWER)]
    elif primitive.name == "identity":
        return [(inputs[0], needed)]
    else:
        return _call(primitive.name, primitive.relation, inputs)
    return ["(", *pieces, ")"] if binds < needed else pieces


def _call(name: str, relation: str | None, inputs: tuple[int, ...]) -> list[str | tuple[int, int]]:
    pieces: list[str | tuple[int, int]] = ["where(" if relation else name + "("]
    for k, i in enumerate(inputs):
        if k:
            pieces.append(f" {relation} " if relation and k == 1 else ", ")
        pieces.append((i, _LOOSE))
    pieces.append(")")
    return pieces
