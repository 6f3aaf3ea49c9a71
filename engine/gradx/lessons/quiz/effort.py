"""How much work a derivative is: the rules that it takes, how deep functions stand in each other, the nodes passed."""

from __future__ import annotations

from typing import Final, NamedTuple

from gradx.graph import Graph
from gradx.lessons.claims.dependence import Dependence

LEVELS: Final = (5, 9, 14, 20)
"""The most work that levels 1 to 4 hold; what is more is of level 5."""

MOST: Final = 40
"""More work than this is asked of nobody."""

_RULE, _NESTING, _NODE = 2, 2, 1


class Effort(NamedTuple):
    """Counts; more of any of them never makes the level smaller."""

    rules: int
    nesting: int
    nodes: int

    @property
    def work(self) -> int:
        return _RULE * self.rules + _NESTING * self.nesting + _NODE * self.nodes

    @property
    def level(self) -> int:
        """1 to 5.

        >>> Effort(1, 0, 2).level, Effort(3, 1, 6).level, Effort(7, 3, 12).level
        (1, 3, 5)
        """
        return 1 + sum(self.work > most for most in LEVELS)


def effort(graph: Graph, of: int, wrt: int) -> Effort:
    """The work of d(node `of`)/d(node `wrt`)."""
    dependence = Dependence.of(graph, of, wrt)
    deep = dict.fromkeys((wrt, *dependence.between), 0)
    rules = 0
    for i in dependence.between:
        moving = dependence.moving_slots(i)
        functions = [dependence.is_function_of(i, slot) for slot in moving]
        below = [dependence.node(i).inputs[slot] for slot in moving]
        nested = (f and j != wrt for f, j in zip(functions, below, strict=True))
        deep[i] = max((deep[j] + n for j, n in zip(below, nested, strict=True)), default=0)
        rules += any(functions) or (len(moving) > 1 and not dependence.is_sum(i))
    return Effort(rules, deep[of], len(dependence.between))


def total(parts: list[Effort]) -> Effort:
    """The work of several derivatives of one page: each rule and each node once more, the deepest nesting."""
    return Effort(sum(p.rules for p in parts), max(p.nesting for p in parts), sum(p.nodes for p in parts))
