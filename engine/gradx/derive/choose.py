"""The form that costs a reader least, found by a counted search: see `gradx.derive.moves` and `gradx.derive.cost`."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from gradx.derive.cost import Tree
from gradx.derive.expression import ONE, UNWRITABLE, ZERO, Atom, Sum, content
from gradx.derive.functions import RELATIONS, atoms, replaced
from gradx.derive.moves import are_equal, moves
from gradx.derive.spelling import Speller
from gradx.table import TABLE

MOST_FORMS: Final = 150
PATIENCE: Final = 60
"""So many forms without a shorter one end the search."""

FOR_EACH_NAME: Final = 6
"""And so many more for each definition that may make it shorter."""

MOST_CONDITIONS: Final = 4
MOST_WORK: Final = 5_000
"""So many atoms are looked at in all forms together."""


def chosen(x: Sum, relations: Callable[[Sum], Sequence[Sum]], speller: Speller) -> Tree | None:
    """The cheapest form of x that was found; None where it cannot be written. `relations` gives sums that are 0."""
    if x is UNWRITABLE:
        return None
    return _resolved(x, relations, speller, MOST_CONDITIONS)


def _resolved(x: Sum, relations: Callable[[Sum], Sequence[Sum]], speller: Speller, left: int) -> Tree | None:
    """Conditions come first: what is not taken must not be simplified with what is."""
    conditions = [a for a in atoms(x).values() if a.kind in RELATIONS]
    if not conditions:
        return _search(x, relations, speller)
    if left == 0:
        return None
    outer = min(conditions, key=lambda a: (a.size, a.key))
    taken, other = _taken(x, outer, ONE), _taken(x, outer, ZERO)
    yes = _resolved(taken, relations, speller, left - 1)
    no = _resolved(other, relations, speller, left - 1)
    if yes is None or no is None:
        return None
    if yes == no or (are_equal(taken, other)):
        return min(yes, no, key=lambda tree: tree.cost)
    return speller.choice(outer, yes, no)


def _taken(x: Sum, condition: Atom, holds: Sum) -> Sum:
    """x where a condition holds, or does not: what is not 0 has a sign. What two conditions differ in on their boundary
    alone is told by neither: there the program bends, or either side says it."""
    (compared,) = condition.of
    kinds = ("if>", "if>=", "if==")
    strict, weak, zero = (Atom(kind, (compared,)).key for kind in kinds)
    below, not_above, same = (Atom(kind, (-compared,)).key for kind in kinds)
    values, other = {condition.key: holds}, ONE - holds
    if condition.kind == "if==":
        values |= {same: holds}
    else:
        above = holds == ONE
        values |= {strict: holds, weak: holds, below: other, not_above: other}
        values |= {zero: ZERO, same: ZERO} if above == (condition.kind == "if>") else {}
    return replaced(x, values | (_ramps(x, compared, above=holds == ONE) if condition.kind != "if==" else {}))


def _ramps(x: Sum, compared: Sum, *, above: bool) -> dict[str, Sum]:
    """What relu, |u|, max and min are on one side of their kink."""
    found = {}
    front, compared = content(compared)
    for a in atoms(x).values():
        if a.kind not in ("relu", "abs", "max", "min") or len(a.of) > 2:
            continue
        one = a.of[0]
        other = a.of[1] if len(a.of) == 2 else -one if a.kind == "abs" else ZERO
        difference = one - other
        if difference.terms and content(difference)[1] == compared:
            is_first = (content(difference)[0] * front > 0) == above
            found[a.key] = one if is_first != (a.kind == "min") else other
    return found


def _search(x: Sum, relations: Callable[[Sum], Sequence[Sum]], speller: Speller) -> Tree | None:
    best = first = speller.tree(x)
    seen = {x.key}
    order = count()
    waiting = [(best.cost, next(order), x)]
    known: dict[str, list[Sum]] = {}
    since = 0
    most = min(MOST_FORMS, MOST_WORK // max(1, x.size))
    names = len(relations(x))
    patience, least = PATIENCE + FOR_EACH_NAME * names, 0 if names else 1
    while waiting and best.operations > least and since < patience and len(seen) < most:
        _, _, current = heapq.heappop(waiting)
        for other in moves(current, relations(current), known):
            since += other.key != current.key
            if other.key in seen or other is UNWRITABLE:
                continue
            seen.add(other.key)
            tree = speller.tree(other)
            # As backprop gives it, it looks like what somebody wrote: it is left for fewer operations alone.
            if tree.cost < best.cost and (best is not first or tree.operations < first.operations):
                best, since = tree, 0
            heapq.heappush(waiting, (tree.cost, next(order), other))
            if since >= patience or len(seen) >= most:
                break
    return best if is_writable(best) else None


def is_writable(tree: Tree) -> bool:
    stack = [tree]
    while stack:
        item = stack.pop()
        if item.of and item.row not in TABLE:
            return False
        stack += item.of
    return True
