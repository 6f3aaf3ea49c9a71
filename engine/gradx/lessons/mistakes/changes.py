"""The edits of one formula: a sign, a name, a factor, a term, a power, a function.

A change gives one node another value, made of the values that are there; what follows from it is worked out from there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from gradx.export.tape_code import Text, written_text
from gradx.graph import Graph
from gradx.language.printer import expression
from gradx.language.tokens import names_in
from gradx.lessons.mistakes.chains import FAMILIES
from gradx.lessons.mistakes.faults import Kind
from gradx.numbers.balls import TYPED_BALLS as M
from gradx.table import TABLE

if TYPE_CHECKING:
    from flint import arb

_SUMS: Final = ("+", "-")


class Values(NamedTuple):
    """What is known at one point: the formula's nodes, and what else could stand in it, by name."""

    of: Sequence[arb]
    leaf: Mapping[str, arb]


Made = Callable[[Values], "arb"]


class Part(NamedTuple):
    """Something that may stand in the formula: how it is worked out, and how it reads."""

    made: Made
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Node `node` becomes `part`; `said` tells what was done, at node `place`."""

    kind: Kind
    node: int
    part: Part
    said: str
    place: int


@dataclass(frozen=True)
class Changes:
    """The changes of a formula, the likelier ones first; `leaves` are the names that may be put in, `known` are the
    expressions that may be a factor too many, `places` are the offsets in its text of what may be changed."""

    graph: Graph
    leaves: Sequence[str]
    known: Collection[str]
    places: range
    _texts: dict[int, str] = field(default_factory=dict)

    def all(self) -> Iterator[Change]:
        """Each of them."""
        graph = self.graph
        rows = ((i, graph.primitives[i]) for i in graph.operations if graph.places.starts[i] in self.places)
        nodes = [i for i, row in rows if row is not None and row.relation is None]
        for sort in (
            self._signs, self._other_names, self._fewer_factors, self._fewer_terms, self._more_factors, self._powers,
            self._more_terms, self._functions,
        ):  # fmt: skip
            for i in nodes:
                yield from sort(i)
        if not self.places.start:
            yield from self._names_throughout()

    def _row(self, i: int) -> str:
        row = self.graph.primitives[i]
        return row.name if row else ""

    def _inputs(self, i: int) -> tuple[int, ...]:
        return self.graph.arguments[i]

    def _text(self, i: int) -> str:
        if i not in self._texts:
            self._texts[i] = expression(self.graph, i)
        return self._texts[i]

    def _part(self, i: int) -> Part:
        """Node i as it is."""
        return Part(lambda v: v.of[i], self._text(i))

    def _leaf(self, name: str) -> Part:
        return Part(lambda v: v.leaf[name], name)

    def _put_in(self, i: int, slot: int | None, part: Part) -> Part:
        """Node i with `part` as one of its arguments; `part` alone where it stands for the node itself."""
        parts = [part if k == slot else self._part(j) for k, j in enumerate(self._inputs(i))]
        return part if slot is None else _made(self._row(i), *parts)

    def _is_leaf(self, j: int) -> bool:
        return self.graph.primitives[j] is None and not self.graph.constant[j]

    def _signs(self, i: int) -> Iterator[Change]:
        row, inputs = self._row(i), self._inputs(i)
        if row == "neg":
            said = f"without the minus before {self._text(inputs[0])}"
            yield Change("wrong-sign", i, self._part(inputs[0]), said, inputs[0])
        if row in _SUMS:
            a, b = map(self._part, inputs)
            turned = _made("-", b, a) if row == "+" else _made("neg", _made("+", a, b))
            for part, k in ((_made("-" if row == "+" else "+", a, b), 1), (turned, 0)):
                yield Change("wrong-sign", i, part, f"with the sign of {self._text(inputs[k])} turned", inputs[k])

    def _other_names(self, i: int) -> Iterator[Change]:
        beside = {self.graph.names[j] for j in self._inputs(i)} if self._row(i) in ("+", "-", "/") else set[str]()
        for slot, j in enumerate(self._inputs(i)):
            own = self.graph.names[j]
            for name in self.leaves if self._is_leaf(j) else ():
                if name != own and name not in beside:
                    part = self._put_in(i, slot, self._leaf(name))
                    yield Change("wrong-name", i, part, f"with {name} in the place of {own}", j)

    def _names_throughout(self) -> Iterator[Change]:
        """A name that stands several times for another one."""
        for j in (j for j in self.graph.inputs if len(self.graph.consumers[j]) > 1):
            for name in self.leaves:
                said = f"with {name} in the place of {self.graph.names[j]} throughout"
                if name not in self.graph.index:
                    yield Change("wrong-name", j, self._leaf(name), said, j)

    def _fewer_factors(self, i: int) -> Iterator[Change]:
        row, inputs = self._row(i), self._inputs(i)
        if row not in ("*", "/"):
            return
        (a, b), (left, right) = map(self._part, inputs), map(self._text, inputs)
        sort = "factor" if row == "*" else "divisor"
        for part, k in ((a, 1), (b, 0))[: 2 if row == "*" else 1]:
            said = (left, right)[k]
            if self.graph.primitives[inputs[k]] is None or said in self.known:
                yield Change("extra-factor", i, part, f"without the {sort} {said}", inputs[k])
        if row == "*":
            yield Change("reciprocal", i, _made("/", a, b), f"divided by {right} instead of multiplied", inputs[1])
        else:
            said = f"multiplied by {right} instead of divided"
            yield Change("divided-not-multiplied", i, _made("*", a, b), said, inputs[1])

    def _fewer_terms(self, i: int) -> Iterator[Change]:
        row, inputs = self._row(i), self._inputs(i)
        if row in _SUMS:
            a, b = map(self._part, inputs)
            for part, k in ((a, 1), (b if row == "+" else _made("neg", b), 0)):
                yield Change("extra-term", i, part, f"without the term {self._text(inputs[k])}", inputs[k])

    def _more_factors(self, i: int) -> Iterator[Change]:
        """A factor behind a term."""
        if i == self.graph.output or any(self._row(k) in _SUMS for k in self.graph.consumers[i]):
            there = self._own_factors(i)
            for part in self._factors():
                if part.text not in there:
                    yield from self._factor(i, None, part)
        for slot, j in enumerate(self._inputs(i) if self._row(i) in _SUMS else ()):
            for part in self._factors() if self._is_leaf(j) or self.graph.nodes[j].literal is not None else ():
                if part.text != self._text(j):
                    yield from self._factor(i, slot, part)

    def _own_factors(self, i: int) -> set[str]:
        """The names that a product is made of; those in its sums are none of them, as a in da*(1 - a)."""
        found: set[str] = set()
        waiting = [i]
        while waiting:
            j = waiting.pop()
            if self._row(j) in ("*", "/", "neg"):
                waiting += self._inputs(j)
            elif self._row(j) not in _SUMS:
                found |= names_in(self._text(j))
        return found

    def _factor(self, i: int, slot: int | None, factor: Part) -> Iterator[Change]:
        j = i if slot is None else self._inputs(i)[slot]
        for part, said in (
            (_made("*", self._part(j), factor), f"with the factor {factor.text} behind {self._text(j)}"),
            (_made("/", self._part(j), factor), f"with {self._text(j)} divided by {factor.text}"),
        ):
            yield Change("missing-factor", i, self._put_in(i, slot, part), said, j)

    def _factors(self) -> Iterator[Part]:
        yield from map(self._leaf, self.leaves)
        yield Part(lambda _: M.number(2.0), "2")

    def _more_terms(self, i: int) -> Iterator[Change]:
        """A name added to an operation, or to one of its arguments."""
        slots = [slot for slot, j in enumerate(self._inputs(i)) if not self.graph.constant[j]]
        for name in self.leaves:
            for slot in (None, *slots):
                j = i if slot is None else self._inputs(i)[slot]
                if self._text(j) == name:
                    continue
                for sign in ("-", "+"):
                    part = self._put_in(i, slot, _made(sign, self._part(j), self._leaf(name)))
                    yield Change("missing-term", i, part, f"with {sign} {name} behind {self._text(j)}", j)

    def _powers(self, i: int) -> Iterator[Change]:
        inputs = self._inputs(i)
        if self._row(i) == "^":
            (a, b), exponent = map(self._part, inputs), inputs[1]
            n = self.graph.nodes[exponent].literal
            for by, said in ((1, "larger"), (-1, "smaller")):
                one = _number(float(by), f"{by}")
                other = _made("+", b, one) if n is None else _number(n + by, f"{n + by:.17g}")
                power = a if n is not None and n + by == 1 else _made("^", a, other)
                yield Change("wrong-power", i, power, f"with the exponent one {said}", exponent)
            yield Change("wrong-power", i, a, f"without the exponent {self._text(exponent)}", exponent)
            inverse = _made("^", a, _made("neg", b))
            yield Change("wrong-power", i, inverse, "with the other sign of the exponent", exponent)
        for text, number in (("2", 2.0), ("1/2", 0.5)):
            power = _number(number, text)
            for slot, j in ((None, i), *((slot, j) for slot, j in enumerate(inputs) if self._is_leaf(j))):
                part = self._put_in(i, slot, _made("^", self._part(j), power))
                yield Change("wrong-power", i, part, f"with {self._text(j)} to the power of {text}", j)

    def _functions(self, i: int) -> Iterator[Change]:
        row, inputs = self._row(i), self._inputs(i)
        for name in dict.fromkeys(name for family in FAMILIES if row in family for name in family):
            if name != row:
                part = _made(name, self._part(inputs[0]))
                yield Change("wrong-table-entry", i, part, f"with {name} in the place of {row}", i)


def _number(x: float, text: str) -> Part:
    return Part(lambda _: M.number(x), text)


def _made(row: str, *parts: Part) -> Part:
    """The operation or function of that name on parts."""
    primitive = TABLE[row]
    text = written_text(primitive.text, [Text(f"({part.text})") for part in parts], "({})").text
    return Part(lambda v: primitive.value(M, *(part.made(v) for part in parts)), text)
