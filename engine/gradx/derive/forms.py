"""The derivative of a node as a formula, in the inputs alone or in the names that the program gives: the form that
costs a reader least, found by a counted search (see `gradx.derive.moves` and `gradx.derive.cost`).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Final

from gradx.derive.cost import Tree, built
from gradx.derive.expression import ONE, UNWRITABLE, ZERO, Atom, Sum, atom, content, name, power
from gradx.derive.formulas import LONGEST, Formula, new_builder
from gradx.derive.moves import are_equal, moves
from gradx.derive.rules import CANONICAL, RELATIONS, atoms, derivative, node_sum, replaced
from gradx.derive.spelling import Speller
from gradx.graph import Graph
from gradx.sweeps.backprop import Backprop, backprop
from gradx.sweeps.forward import Forward
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


MOST_RELATIONS: Final = 8


class Forms:
    """The formulas of one graph, over sums in the program's names (`by_name`) or in the inputs alone.

    `values` is every node: a name that it is given, or what it is made of; `written` what it is made of.
    """

    def __init__(self, graph: Graph, *, by_name: bool) -> None:
        self.graph = graph
        self._by_name = by_name
        self.named = names_given(graph) if by_name else frozenset[int]()
        self._sweeps: dict[int, Backprop[Sum]] = {}
        self.values = [UNWRITABLE] * len(graph.nodes)
        self.written = list(self.values)
        for i, node in enumerate(graph.nodes):
            if node.primitive is None and node.literal is None:
                self.written[i] = self.values[i] = name(graph.names[i])
                continue
            self.written[i] = node_sum(node, [self.values[j] for j in node.inputs])
            self.values[i] = name(graph.names[i]) if i in self.named else self.written[i]
        self._joined = any(
            node.primitive is TABLE["^"] and graph.primitives[node.inputs[0]] in (TABLE["*"], TABLE["/"])
            for node in graph.nodes
        )
        self._decimals = any(n.literal is not None and not n.label and not n.literal.is_integer() for n in graph.nodes)

    def first(self, of: int, wrt: Sequence[int]) -> list[Sum]:
        """d(node `of`)/d(each of `wrt`), by backprop."""
        adjoints = self.backprop(of).adjoints
        return [adjoints[j] for j in wrt]

    def backprop(self, of: int) -> Backprop[Sum]:
        """The gradients of node `of` and the local partials."""
        if of in self._sweeps:
            return self._sweeps[of]
        graph, values = replace(self.graph, output=of), self.values

        def partials(i: int, wanted: Sequence[bool]) -> list[Sum | None]:
            row, xs = graph.primitives[i], [values[j] for j in graph.arguments[i]]
            assert row is not None
            if row.arity is None and len(xs) > LONGEST:
                return [UNWRITABLE if want else None for want in wanted]
            m = CANONICAL.arithmetic
            return [row.written_partial(m, values[i], xs, k) if want else None for k, want in enumerate(wanted)]

        found = backprop(graph, CANONICAL.arithmetic, Forward(values, {}, frozenset()), partials)
        return self._sweeps.setdefault(of, found)

    def tangents(self, wrt: int) -> dict[str, Sum]:
        """d(name)/d(node `wrt`) for every name."""
        graph = self.graph
        found = {graph.names[wrt]: ONE}
        known: dict[str, Sum] = {}
        for i in sorted(self.named):
            if i != wrt:
                found[graph.names[i]] = derivative(self.written[i], found, known) if i > wrt else ZERO
        return found

    def implicit(self, of: int, y: int, wrt: Sequence[int]) -> Sum:
        """The derivative of y along one after the other of `wrt`, where node `of` is 0."""
        up, down = self.first(of, [wrt[0], y])
        slope = -CANONICAL.divide(up, down)
        x, name_of_y = slope, self.graph.names[y]
        for j in wrt[1:]:
            step = slope if j == wrt[0] else self.implicit(of, y, [j])
            x = derivative(x, {self.graph.names[j]: ONE, name_of_y: step})
        return x

    def tree(self, x: Sum, of: int | None = None, more: Sequence[Sum] = ()) -> Tree | None:
        """The cheapest way to write x, a derivative of node `of`: in no name of what is made of that."""
        known = {row.name for row in self.graph.primitives if row} | {a.kind for a in atoms(x).values()}
        known |= {"sign"} if "abs" in known else set()
        own = "" if of is None or of not in self.named else self.graph.names[of]
        speller = Speller(known, own, decimals=self._decimals, joined=self._joined)
        found = chosen(x, self._relations(of, more), speller)
        return found if found is not None and found.operations <= LONGEST else None

    def plain(self, x: Sum) -> Tree | None:
        """x as it stands, with nothing looked for."""
        if x is UNWRITABLE:
            return None
        tree = Speller((), decimals=self._decimals).tree(x)
        return tree if is_writable(tree) and tree.operations <= 2 * LONGEST else None

    def _relations(self, of: int | None, more: Sequence[Sum]) -> Callable[[Sum], list[Sum]]:
        """The definitions of names that have to do with a sum; of none that is made of node `of`."""
        made = () if of is None else self.graph.downstream(of)[1:]
        written = {self.graph.names[i]: self.written[i] for i in sorted(self.named.difference(made))}
        definitions = {
            text: (frozenset(a.key for a in atoms(x).values()), name(text) - x) for text, x in written.items()
        }

        roots = {f"name:{text}": zero for text, x in written.items() if (zero := _of_a_root(text, x))}

        def relations(x: Sum) -> list[Sum]:
            has = set(atoms(x))
            found = [(-1, zero) for key, zero in roots.items() if key in has]
            for text, (parts, zero) in definitions.items():
                shared = len(parts & has) + (f"name:{text}" in has)
                if shared > 1 or (parts and parts <= has):
                    found.append((len(parts - has) - shared, zero))
            found.sort(key=lambda pair: pair[0])
            return [*more, *(zero for _, zero in found[:MOST_RELATIONS])]

        return relations


def _of_a_root(text: str, x: Sum) -> Sum | None:
    """r^2 - u for r = sqrt(u); None where r is no root."""
    if len(x.terms) != 1 or x.terms[0][1] != 1 or len(x.terms[0][0]) != 1:
        return None
    base, exponent = x.terms[0][0][0]
    if not isinstance(exponent, Fraction) or exponent.numerator != 1 or exponent.denominator == 1:
        return None
    return power(name(text), Fraction(exponent.denominator)) - atom(base)


def names_given(graph: Graph) -> frozenset[int]:
    """The operations that somebody named: an output called J by default is none of them."""
    output = graph.names[graph.output]
    assigned = re.search(rf"(?<!\w){re.escape(output)}\s*(\([^()]*\))?\s*=(?!=)", graph.source.text)
    return graph.named if assigned else graph.named - {graph.output}


def formula_of(tree: Tree, graph: Graph) -> Formula:
    """The formula, which is about `graph`, as a graph."""
    builder = new_builder(graph)
    return Formula(builder.finish(built(tree, builder)))
