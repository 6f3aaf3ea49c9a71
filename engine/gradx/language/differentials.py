"""How a derivative of any order is written: `d^2J/dx^2`, `∂^2J/∂y∂x`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from gradx.graph import Graph


def differentials(graph: Graph, of: int, wrt: Sequence[int]) -> tuple[str, list[tuple[int, int]]]:
    """The sign, d or ∂, and what stands below the line: the last to differentiate by first, each with its power."""
    sign = "d" if len(set(graph.inputs) - {of}) == 1 or len(wrt) == 1 else "∂"
    return sign, [(j, len(list(same))) for j, same in groupby(reversed(wrt))]


def written_higher(graph: Graph, of: int, along: Sequence[int]) -> str:
    """`d^2J/dx^2`, `∂^2J/∂y∂x`."""
    sign, below = differentials(graph, of, along)
    under = "".join(f"{sign}{graph.names[j]}" + (f"^{n}" if n > 1 else "") for j, n in below)
    return f"{sign}^{len(along)}{graph.names[of]}/{under}"
