"""A point outside a program's domain, as an error: which operation has no value there, and what it would need."""

from __future__ import annotations

from collections.abc import Sequence

from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import expression

_LONGEST = 60


def domain_error(graph: Graph, node: int, values: Sequence[float]) -> GradxError:
    """The error for a point at which `node` has no value; `values` are the nodes' float64 values."""
    row = graph.nodes[node].primitive
    assert row is not None
    assert row.domain is not None
    inputs = graph.nodes[node].inputs
    numbers = [f"{values[j]:.10g}" for j in inputs]
    texts = [_readable(graph, j, number) for j, number in zip(inputs, numbers, strict=True)]
    span = graph.span(node)
    if row.name in ("/", "%"):
        message = f"division by zero: {_is(texts[1], numbers[1])}"
        return GradxError("domain", message, hint=f"choose values that make {texts[1]} other than zero", span=span)
    if row.name == "^":
        return _power_error(graph, node, numbers, texts, values)
    message = f"{row.name} needs {row.domain.words}, and " + " and ".join(map(_is, texts, numbers))
    wish = row.domain.words.partition(" ")[2].removeprefix("argument ")
    hint = f"choose values that make {texts[0]} {wish}" if len(texts) == 1 else None
    return GradxError("domain", message, hint=hint, span=span)


def _power_error(
    graph: Graph, node: int, numbers: Sequence[str], texts: Sequence[str], values: Sequence[float]
) -> GradxError:
    span = graph.span(node)
    base, exponent = (values[j] for j in graph.nodes[node].inputs)
    if base == 0:
        message = f"division by zero: {_is(texts[0], numbers[0])}, and the exponent {numbers[1]} is below 0"
        return GradxError("domain", message, hint=f"choose values that make {texts[0]} other than zero", span=span)
    message = f"a negative base needs a whole exponent: {_is(texts[0], numbers[0])}, the exponent {numbers[1]}"
    if abs(exponent - 1 / 3) < 1e-12:
        return GradxError("domain", message, hint=f"the real cube root is cbrt({texts[0]})", span=span)
    return GradxError("domain", message, hint=f"choose values that make {texts[0]} at least 0", span=span)


def _readable(graph: Graph, i: int, number: str) -> str:
    text = expression(graph, i)
    return text if len(text) <= _LONGEST else "the argument"


def _is(text: str, number: str) -> str:
    return f"{text} is {number} here" if text != number else f"it is {number}"
