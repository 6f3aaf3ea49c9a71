"""Right answers in the course's words, of a derivative, a term of it, a step from what stands above; and where a wrong
claim is right all the same: the signs that separate the points exactly."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from gradx.derive.expression import UNWRITABLE, Sum, multiplied, name
from gradx.derive.forms import Forms, formula_of
from gradx.derive.rules import CANONICAL
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.lessons.claims.sweep import Dependence, Sweep
from gradx.lessons.claims.trial import Trial
from gradx.lessons.diff import Differentiation
from gradx.sweeps.forward import Forward

if TYPE_CHECKING:
    from flint import arb

MOST_OPERATIONS: Final = 60
"""In a larger program no formula is looked for."""

MOST_SEARCHED: Final = 600
"""So many of its derivatives are looked at for a shorter form, on all pages about it."""

LONGEST_CHARACTERS: Final = 60
"""A longer formula does not stand in a sentence."""


@dataclass(frozen=True)
class Answers:
    """The formulas of one program, each worked out once."""

    graph: Graph

    @cached_property
    def formulas(self) -> Differentiation:
        """The derivatives that `diff` shows."""
        return Differentiation(self.graph, most_searched=MOST_SEARCHED)

    @cached_property
    def forms(self) -> Forms:
        """The forms in the program's names."""
        return Forms(self.graph, by_name=True)

    @property
    def is_small(self) -> bool:
        """Whether formulas are looked for."""
        return len(self.graph.operations) <= MOST_OPERATIONS

    def course(self, of: int, wrt: int) -> str | None:
        """d(node `of`)/d(node `wrt`) in the program's names, proved; None where there is none."""
        if not self.is_small:
            return None
        found = self.formulas.derivative(of, (wrt,))
        formula = found.by_nodes or found.formula
        return formula.text if formula else None

    def partial(self, of: int, wrt: int) -> str | None:
        """The same with the other nodes that the program names held constant."""
        return self.written(self.sweep(of, wrt).partial, of) if self.is_small else None

    def slope(self, i: int, wrt: int) -> str | None:
        """The same, where it is short enough for a sentence."""
        found = self.course(i, wrt)
        return found if found is not None and len(found) <= LONGEST_CHARACTERS else None

    def term(self, i: int, slot: int, wrt: int) -> str | None:
        """What one argument of node i adds to its derivative, where that is short."""
        if not self.is_small:
            return None
        sweep = self.sweep(i, wrt)
        below = self.graph.arguments[i][slot]
        text = self.written(multiplied((sweep.local(i, slot), sweep.tangents[below])), i)
        return text if text is not None and len(text) <= LONGEST_CHARACTERS else None

    def step(self, of: int, wrt: int, above: Collection[int]) -> str | None:
        """d(node `of`)/d(node `wrt`) in the names of the derivatives with respect to the nodes `above` (`dz`); None
        where none of them is on the way."""
        on_the_way = {i for i in above if i in self.graph.downstream(wrt) and i != wrt}
        if not on_the_way or not self.is_small:
            return None
        names = self.graph.names
        placed = {i: name(f"d{names[i]}") for i in on_the_way}
        return self.written(self.sweep(of, wrt).with_placed(placed).exact, of)

    def sweep(self, of: int, wrt: int) -> Sweep[Sum]:
        """The sweep over sums, in the program's names."""
        graph = replace(self.graph, output=of)
        forms = self.forms
        run = Forward(forms.values, {}, frozenset())
        return Sweep(Dependence(graph, wrt), CANONICAL.arithmetic, run, forms.backprop(of))

    def written(self, x: Sum, of: int | None = None) -> str | None:
        """A sum, which has to do with how node `of` changes, in its shortest form; None where it cannot be written."""
        if x is UNWRITABLE:
            return None
        tree = self.forms.tree(x, of)
        return None if tree is None else formula_of(tree, self.graph).text


FEWEST: Final = 3
MOST_QUANTITIES: Final = 40
MOST_TOGETHER: Final = 6


class _Quantity(NamedTuple):
    """left - right, nodes of the program (None: 0); `known` are its signs at the trials, None where it is 0 or open."""

    left: int
    right: int | None
    known: tuple[bool | None, ...]


def right_where(trials: Sequence[Trial]) -> str | None:
    """`x > 0`, where that holds at every point at which claim and derivative agree, and at no other; else None."""
    telling = [trial for trial in trials if not (trial.agrees and trial.exact.contains(0))]
    if any(trial.agrees for trial in telling):
        trials = telling  # both may be 0 by chance
    agrees = [bool(trial.agrees) for trial in trials]
    if not FEWEST <= sum(agrees) <= len(agrees) - FEWEST:
        return None
    graph = trials[0].dependence.graph
    bends = [_known(trials, *pair) for pair in _compared(graph)]
    signs = [_known(trials, i, None) for i in _signed(graph)]
    inputs = len(graph.inputs)
    for quantity in [*signs[:inputs], *bends, *signs[inputs:]][:MOST_QUANTITIES]:
        for above in (True, False):
            if _separates([known == above if known is not None else None for known in quantity.known], agrees):
                return _written(graph, quantity, above)
    for one, other in itertools.combinations(bends[:MOST_TOGETHER], 2):
        for above, beyond in itertools.product((True, False), repeat=2):
            pairs = [
                None if a is None or b is None else (a == above, b == beyond)
                for a, b in zip(one.known, other.known, strict=True)
            ]
            words = _written(graph, one, above), _written(graph, other, beyond)
            if _separates([pair if pair is None else all(pair) for pair in pairs], agrees):
                return " and ".join(words)
            if _separates([pair if pair is None else any(pair) for pair in pairs], agrees):
                return " or ".join(words)
    return None


def _separates(holds: Sequence[bool | None], agrees: Sequence[bool]) -> bool:
    """Whether it holds exactly where claim and derivative agree; on the boundary itself they may agree."""
    pairs = list(zip(holds, agrees, strict=True))
    return sum(bool(held) for held in holds) >= FEWEST and all(
        agree if held is None else held == agree for held, agree in pairs
    )


def _known(trials: Sequence[Trial], left: int, right: int | None) -> _Quantity:
    def sign(trial: Trial) -> bool | None:
        values = trial.run.values
        x: arb = values[left] if right is None else values[left] - values[right]
        return None if x.contains(0) or not x.is_finite() else bool(x > 0)

    return _Quantity(left, right, tuple(map(sign, trials)))


def _compared(graph: Graph) -> Iterator[tuple[int, int | None]]:
    """What the operations of the program that bend compare."""
    for i in graph.operations:
        row, inputs = graph.primitives[i], graph.arguments[i]
        if row is None or row.boundaries is None or row.name in ("/", "^"):
            continue
        pairs = (
            [(inputs[0], inputs[1])] if row.relation else itertools.combinations(inputs, 2) if len(inputs) > 1 else []
        )
        for left, right in pairs:
            if graph.nodes[left].literal == 0:
                yield right, None
            else:
                yield left, None if graph.nodes[right].literal == 0 else right
        if len(inputs) == 1:
            yield inputs[0], None


def _signed(graph: Graph) -> Iterator[int]:
    """What may have a sign: inputs, then named nodes, then the others."""
    yield from graph.inputs
    yield from sorted(graph.named)
    yield from (i for i in graph.operations if i not in graph.named)


def _written(graph: Graph, quantity: _Quantity, above: bool) -> str:
    left, right = quantity.left, _side(graph, quantity.right)
    if quantity.right is None:
        left, right, above = _taken_apart(graph, left, above)
    return f"{_text(graph, left)} {'>' if above else '<'} {right}"


def _taken_apart(graph: Graph, i: int, above: bool) -> tuple[int, str, bool]:
    """`x - 1 > 0` as x > 1, `a - b > 0` as a > b, `-x > 0` as x < 0."""
    while i not in graph.named and graph.primitives[i] is not None:
        row, inputs = graph.primitives[i], graph.arguments[i]
        name = row.name if row else ""
        if name == "neg":
            i, above = inputs[0], not above
        elif name == "-":
            if graph.constant[inputs[0]]:
                return inputs[1], _text(graph, inputs[0]), not above
            return inputs[0], _text(graph, inputs[1]), above
        elif name == "+" and any(graph.constant[j] for j in inputs):
            moving, still = inputs if graph.constant[inputs[1]] else inputs[::-1]
            return moving, f"-{_text(graph, still)}", above
        elif name in ("*", "/") and (factor := _positive(graph, inputs, name)) is not None:
            i = factor
        else:
            break
    return i, "0", above


def _positive(graph: Graph, inputs: Sequence[int], name: str) -> int | None:
    """What a positive number multiplies or divides."""
    for number, other in ((inputs[0], inputs[1]), (inputs[1], inputs[0])):
        literal = graph.nodes[number].literal
        if literal is not None and literal > 0 and (name == "*" or number == inputs[1]):
            return other
    return None


def _text(graph: Graph, i: int) -> str:
    return graph.names[i] if i in graph.named else expression(graph, i)


def _side(graph: Graph, side: int | None) -> str:
    return "0" if side is None else _text(graph, side)
