"""A program as a page of backprop: the derivative along each named node and input, in the derivatives above it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gradx.derive.forms import names_given
from gradx.errors import GradxError
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.language.program import Program, read_plainly
from gradx.lessons.diff import Differentiation

_NUMBER: Final = re.compile(r"[0-9]+(?:[./][0-9]+)?")
_RECIPROCAL: Final = re.compile(r"1/(?:\w+(?:\^[0-9]+)?|\([^()]*\))")


class Term(NamedTuple):
    """A share of a derivative: what comes back through node `via`, whose local partial is `partial`."""

    via: int
    partial: str


class Step(NamedTuple):
    """The line of a page for one node: `dw = dz*x`."""

    node: int
    terms: tuple[Term, ...]


def steps(program: Program) -> list[Step]:
    """The lines of a page, from the output to the inputs. GradxError("size") where a line cannot be written."""
    graph = program.graph
    named = stages(graph)
    parts = {i: _partials(graph, i) for i in named}
    found = []
    for j in [*reversed(named[:-1]), *graph.inputs]:
        terms = [Term(i, parts[i][j]) for i in reversed(named) if j in parts[i]]
        terms = [term for term in terms if term.partial != "0"]
        if terms:
            found.append(Step(j, tuple(terms)))
    return found


def stages(graph: Graph) -> list[int]:
    """The named nodes in order, the output last."""
    return [*sorted(names_given(graph) - {graph.output}), graph.output]


def formula(graph: Graph, step: Step) -> str:
    """What stands on the right of a line, in the derivatives above it."""
    return " + ".join(_term(graph, *term) for term in step.terms).replace("+ -", "- ")


def stage(graph: Graph, i: int) -> Program:
    """A named node as a program of its own, whose inputs are the names in its definition."""
    return read_plainly(f"{graph.names[i]} = {expression(graph, i)}")


def _partials(graph: Graph, i: int) -> dict[int, str]:
    """The partial of a named node along each name in its own definition."""
    own = stage(graph, i).graph
    differentiation = Differentiation(own)
    found = {}
    for k in own.inputs:
        partial = differentiation.derivative(own.output, (k,)).by_nodes
        if partial is None:
            raise GradxError("size", f"the derivative along {own.names[k]} is too long to be written")
        found[graph.index[own.names[k]]] = partial.text
    return found


def _term(graph: Graph, i: int, partial: str) -> str:
    """The share of a derivative that comes through node i: `dz*x`."""
    if i == graph.output:
        return partial
    upstream = f"d{graph.names[i]}"
    negative = partial.startswith("-") and not _is_sum(partial[1:])
    body, sign = (partial[1:], "-") if negative else (partial, "")
    if body == "1":
        return sign + upstream
    if _NUMBER.fullmatch(body):
        return f"{sign}{body}*{upstream}"
    if _RECIPROCAL.fullmatch(body):
        return f"{sign}{upstream}{body[1:]}"
    return f"{sign}{upstream}*{f'({body})' if _is_sum(body) or '/' in body else body}"


def _is_sum(text: str) -> bool:
    """Whether a formula is a sum outside of its parentheses."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character in "+-" and k and text[k - 1] == " ":
            return True
    return False
