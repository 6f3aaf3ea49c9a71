"""All numbers of a program as one JavaScript function, for a page that moves: values, gradients, local partials.

The tape of both sweeps, as `gradx export --to javascript` writes it, of the program with one more input behind every
operation that can be nudged: what is added to it, 0 where nothing is nudged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradx.errors import GradxError
from gradx.export.languages.javascript import LANGUAGE
from gradx.export.tape_code import Names, shared, tape_code
from gradx.graph import Graph, Node
from gradx.numbers import Ordered
from gradx.sweeps.forward import distances
from gradx.sweeps.prepared import Recording, record, times_in
from gradx.sweeps.recording import Quantity, Tape
from gradx.table import TABLE

Extent = tuple[int, int]
"""Where the least and the greatest number of several nodes stand."""


@dataclass(frozen=True, slots=True)
class Live:
    """`source` is `function run(x, d)`: from the inputs' numbers and what is added to each of the nodes `nudged`, an
    array of numbers. The others say where one stands in it.

    `needed[i]` is 0 where node i is only used by branches that are not taken (no entry: it always is 1). `distances`
    are 0 at a boundary of the node's function. `contributions` are upstream × local, by node and argument, as `locals`.
    `rounding`: the sum of |gradient × value| over all operations; times half an ulp of 1 it is, to first order, the
    most that rounding can move the output (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 3.4).
    `constants` are the numbers that are the same at every point.
    """

    source: str
    nudged: Sequence[int]
    values: Mapping[int, int]
    gradients: Mapping[int, int]
    locals: Mapping[tuple[int, int], int]
    contributions: Mapping[tuple[int, int], int]
    needed: Mapping[int, int]
    distances: Mapping[int, Sequence[int]]
    extents: Sequence[tuple[Extent, Extent]]
    rounding: int
    constants: Mapping[int, float]


def live(graph: Graph, told: Collection[int], groups: Iterable[Sequence[int]] = ()) -> Live:
    """The function of `graph`, which tells the nodes `told`; of each of the `groups` of nodes the extent of the values
    and that of the gradients.

    GradxError("usage") where JavaScript has no word for an operation.
    """
    nudged = [i for i in graph.operations if i in told and not graph.constant[i]]
    wider = _Wider(graph, frozenset(nudged))
    recording = record(wider.graph, wider.graph.inputs, {})
    m = recording.recorder.arithmetic
    places = _Places()
    values = {i: places.of(recording.values[wider.behind[i]]) for i in told}
    gradients = {i: places.of(recording.adjoints[wider.behind[i]]) for i in told}
    times = times_in(wider.graph, recording.recorder)
    locals_, contributions = {}, {}
    for i in told:
        at = wider.at[i]
        for slot, local in enumerate(recording.partials[at]):
            if local is not None:
                locals_[i, slot] = places.of(local)
                contributions[i, slot] = places.of(times(at, recording.adjoints[at], local))
    needed = _needed(wider.graph, m, recording)
    edges = {
        i: [
            places.of(x)
            for x in distances(wider.graph, m, recording.values, wider.at[i])
            if x.known is None and not recording.recorder.is_step(x)
        ]
        for i in told
    }
    extents = []
    for group in groups:
        columns = ([column[wider.behind[i]] for i in group] for column in (recording.values, recording.adjoints))
        low, high = ((places.of(m.minimum(*of)), places.of(m.maximum(*of))) for of in columns)
        extents.append((low, high))
    rounding = places.of(_rounding(wider, m, recording))
    used = {i: places.of(needed[wider.behind[i]]) for i in told if needed[wider.behind[i]].known != 1.0}
    source = _source(recording.recorder.tape(places.quantities), wider, nudged)
    constants = {place: x.known for place, x in enumerate(places.quantities) if x.known is not None}
    return Live(source, nudged, values, gradients, locals_, contributions, used, edges, extents, rounding, constants)


class _Places:
    """The array: each quantity stands in it once."""

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []
        self._at: dict[int, int] = {}

    def of(self, quantity: Quantity) -> int:
        at = self._at.setdefault(quantity.register, len(self.quantities))
        if at == len(self.quantities):
            self.quantities.append(quantity)
        return at


class _Wider:
    """`graph` with an input behind each node of `nudged`, and their sum in the node's place.

    `at` is where a node's operation stands, `behind` the node that all that use it read, `added` the new inputs.
    """

    def __init__(self, graph: Graph, nudged: Collection[int]) -> None:
        nodes: list[Node] = []
        self.at: list[int] = []
        self.behind: list[int] = []
        self.added: dict[int, int] = {}
        for i, node in enumerate(graph.nodes):
            self.at.append(len(nodes))
            nodes.append(node._replace(inputs=tuple(self.behind[j] for j in node.inputs)))
            if i in nudged:
                self.added[i] = len(nodes)
                nodes += [Node(None), Node(TABLE["+"], (self.at[i], self.added[i]))]
            self.behind.append(len(nodes) - 1)
        self.inputs = [self.at[i] for i in graph.inputs]
        names = [f"n{k}" for k in range(len(nodes))]
        self.graph = Graph.of(nodes, names, self.behind[graph.output], frozenset())


def _needed(graph: Graph, m: Ordered[Quantity], recording: Recording) -> list[Quantity]:
    """For each node 1 where it counts, 0 where only branches that are not taken use it (see `Forward.dropped`)."""
    zero, one = m.number(0.0), m.number(1.0)
    found = [one if users == () else zero for users in graph.consumers]
    found[graph.output] = one
    for i in range(len(found) - 1, -1, -1):
        row, arguments = graph.primitives[i], graph.arguments[i]
        taken = [found[i]] * len(arguments)
        if row is not None and row.relation is not None:
            left, right = (recording.values[j] for j in arguments[:2])
            taken[2] = m.where(row.relation, left, right, found[i], zero)
            taken[3] = m.where(row.relation, left, right, zero, found[i])
        for j, use in zip(arguments, taken, strict=True):
            if found[j].known == 0.0 or use.known == 1.0:
                found[j] = use
            elif found[j].known != 1.0 and use.known != 0.0 and use is not found[j]:
                found[j] = m.maximum(found[j], use)
    return found


def _rounding(wider: _Wider, m: Ordered[Quantity], recording: Recording) -> Quantity:
    total = m.number(0.0)
    added = frozenset(wider.added.values())
    for i in wider.graph.operations:
        if added.isdisjoint(wider.graph.arguments[i]):
            total = total + m.absolute(recording.values[i] * recording.adjoints[i])
    return total


def _source(tape: Tape, wider: _Wider, nudged: Sequence[int]) -> str:
    found = shared(tape)
    operations = {instruction.operation for instruction in found.tape.instructions}
    for name in operations & LANGUAGE.missing.keys():
        message = f"a page computes in JavaScript, which has no {name}"
        raise GradxError("usage", message, hint="gradx explain shows every step, gradx plot the curve")
    given = {node: f"x[{k}]" for k, node in enumerate(wider.inputs)}
    given |= {wider.added[i]: f"d[{k}]" for k, i in enumerate(nudged)}
    fixed = {register: given[node] for node, register in zip(wider.graph.inputs, tape.inputs, strict=True)}
    code = tape_code(found.tape, LANGUAGE.spelling, Names(fixed, {k: f"f{-k}" for k in found.faded}))
    lines = [f"  const {line}" for line in code.assignments]
    head, end = "function run(x, d) {", f"  return [{', '.join(code.outputs)}];"
    return "\n".join([*LANGUAGE.needed(operations).values(), head, *(f"{line};" for line in lines), end, "}", ""])
