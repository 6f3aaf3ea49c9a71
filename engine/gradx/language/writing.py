"""Nodes -> text in some notation, with no brackets to spare; explicit stacks, linear time.

How an operation looks, and how tight its operands must bind, is said by its row in the table. What numbers, names and
brackets look like is the notation's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from gradx.errors import GradxError
from gradx.graph import Graph, Node
from gradx.language.constants import constant_value
from gradx.primitive import AS_THE_WHOLE, LOOSE, Primitive, Writing

MAX_CONSTANT = 10_000
"""A constant that would take more operations than this to write is written as the float64 it is worth."""

PIECE = 64
"""Names, numbers and signs that are written at once."""

_Operand = tuple[int, int]
"""A node, or the place of an argument, and how tight it must bind."""


class Notation(NamedTuple):
    """How operations, names, numbers (from a decimal: the text, and how tight it binds) and constants' names look."""

    writing: Callable[[Primitive], Writing]
    name: Callable[[str], str]
    number: Callable[[str], tuple[str, int]]
    label: Callable[[str], str]
    brackets: tuple[str, str]

    def bracketed(self, text: str, binds: int, needed: int) -> str:
        return text if binds >= needed else self.brackets[0] + text + self.brackets[1]


def number(x: float) -> str:
    """The shortest decimal that reads back as `x`: the one way in which a literal is written."""
    text = repr(x)
    if text.endswith(".0"):
        return text[:-2]
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


def written(graph: Graph, root: int, by_name: Callable[[int], bool], notation: Notation) -> str:
    """Node `root`; below it every node that `by_name` accepts is its name."""
    return "".join(pieces(graph, root, by_name, notation))


def pieces(
    graph: Graph, root: int, by_name: Callable[[int], bool], notation: Notation, *, backwards: bool = False
) -> Iterator[str]:
    """The same a piece at a time, from the first or from the last: what nobody takes is not written."""
    names, leaves, operands, step = graph.names, graph.leaves, graph.operands, -1 if backwards else 1
    parts: list[str] = []
    left = MAX_CONSTANT
    stack: list[str | _Operand] = [(root, LOOSE)]
    first = True
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            if len(parts) >= PIECE:
                yield "".join(parts[::step])
                parts.clear()
            continue
        i, needed = item
        row, leaf = graph.primitives[i], leaves.get(i)
        if row is None or (not first and by_name(i)):
            parts.append(_atom(leaf, names[i], needed, notation))
        elif leaf is not None and left <= 0:
            parts.append(notation.bracketed(*notation.number(_worth(graph, i)), needed))
        else:
            left -= leaf is not None
            inputs = (operands.first[i], operands.second[i]) if operands.second[i] >= 0 else operands.of(i)
            template = _template(row, len(inputs), needed, notation)
            found = [piece if isinstance(piece, str) else (inputs[piece[0]], piece[1]) for piece in template]
            stack += found[::step]
        first = False
    yield "".join(parts[::step])


def _atom(leaf: Node | None, name: str, needed: int, notation: Notation) -> str:
    if leaf is None or leaf.literal is None:
        return notation.name(name)
    if leaf.label:
        return notation.label(leaf.label)
    return notation.bracketed(*notation.number(number(leaf.literal)), needed)


def _worth(graph: Graph, i: int) -> str:
    try:
        return number(constant_value(graph, i))
    except GradxError:
        return "0/0"


@cache
def _template(row: Primitive, count: int, needed: int, notation: Notation) -> tuple[str | _Operand, ...]:
    """An operation as texts and the arguments between them, from the last to the first; in brackets where it binds less
    than is `needed`."""
    template, binds, needs = notation.writing(row)
    marks = [f"\0{k}\0" for k in range(count)]
    text = template.format(*marks)
    if marks[-1] not in text:
        text = text.replace(marks[0], ", ".join(marks))
    needs = tuple(needed if own == AS_THE_WHOLE else own for own in (*needs, *(LOOSE,) * count))
    pieces = [(int(part), needs[int(part)]) if k % 2 else part for k, part in enumerate(text.split("\0"))]
    opening, closing = notation.brackets if binds < needed else ("", "")
    return tuple(piece for piece in reversed([opening, *pieces, closing]) if piece)
