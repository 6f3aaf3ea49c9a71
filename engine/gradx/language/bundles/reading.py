"""A program with bundles: its statements, one after the other, as one scalar graph and the groups beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from gradx import collection
from gradx.bundle import NUMBER, Group, Run, Shape, shape_text
from gradx.errors import GradxError, Note, Source, Span
from gradx.graph import HIDDEN, Graph, GraphBuilder
from gradx.language.bindings import Binding
from gradx.language.bundles.evaluation import Evaluation
from gradx.language.bundles.evaluation import Value as Found
from gradx.language.bundles.lowering import Cells, Lowering
from gradx.language.bundles.names import Names, entry_names
from gradx.language.bundles.otherwise import check_meaning
from gradx.language.bundles.rows import EACH
from gradx.language.bundles.scopes import Scopes, scopes_of
from gradx.language.bundles.statements import Statement, Statements
from gradx.language.bundles.steps import Built, Grouping, ReadBundles, step_of
from gradx.language.bundles.tree import Tree, Trees, texts
from gradx.language.bundles.values import Value
from gradx.language.constants import constant_value
from gradx.language.program import Program
from gradx.language.reader import OUTPUT
from gradx.language.tokens import numbers_rounded
from gradx.language.writing import number
from gradx.table import TABLE

PREFIXES = (*"vutqpr", *(letter for letter in ascii_lowercase if letter not in "vutqpr"), *ascii_uppercase, "node")
"""What operations without a name are called, with a number: the first that is no name of the program, whose entries
these would be."""


@dataclass(frozen=True)
class Read:
    """A program with bundles, and the bindings of its inputs, entry by entry."""

    program: Program
    bindings: tuple[Binding, ...]


def read_bundles(text: str, values: Iterable[Value] = (), source: str = "program", *, summed: bool = False) -> Read:
    """Read a program with bundles whose inputs have these values. `summed`: see `Lowering`.

    Raises `GradxError`: "syntax" and "name" as for every program, "shape" for bundles that do not fit, "index" for an
    index that is out of range, unbound, empty or not whole, "size" for more than 200,000 operations.
    """
    with collection.postponed():
        return _Reader(Source(source, text), {value.name: value for value in values}, summed=summed).read()


class Formula(NamedTuple):
    """A formula of bundles: its shape, its entries as nodes of a graph, and that graph's inputs."""

    shape: Shape
    nodes: tuple[int, ...]
    graph: Graph
    point: Mapping[int, float]


def read_formula(text: str, values: Iterable[Value], source: str = "formula") -> Formula:
    """Read a formula whose names have these values, a statement without an output. Raises as `read_bundles`, and
    "binding" for a name without a value."""
    with collection.postponed():
        return _Reader(Source(source, text), {value.name: value for value in values}, is_closed=True).formula()


def _is_each(tree: Tree) -> bool:
    """Whether a statement is one for each value of an index."""
    return tree.form == "call" and tree.word == EACH


class _Reader:
    def __init__(
        self, source: Source, values: Mapping[str, Value], *, summed: bool = False, is_closed: bool = False
    ) -> None:
        self.source = source
        self.trees = Trees()
        self.builder = GraphBuilder(source)
        self.lowering = Lowering(self.builder, source, summed=summed or is_closed)
        self.names = Names(source, self.builder, values, is_closed=is_closed)
        self.built: list[Built] = []
        self.sentences: list[str] = []

    def read(self) -> Read:
        check_meaning(self.source, self.names.values)
        statements = self._statements()
        self.names.check_entries()
        self._prepare(statements)
        for statement in statements:
            if statement.kind == "declaration":
                self.names.declare(statement.name, statement.dims, statement.place)
        for statement in statements[:-1]:
            if statement.kind == "value":
                self._assign(statement)
        output = self._output(statements[-1])
        return self._finish(output, statements)

    def _statements(self) -> list[Statement]:
        values = self.names.values
        lengths = {name: max(value.shape) for name, value in values.items() if 1 in value.shape}
        return list(Statements(self.source, self.trees, values, lengths))

    def formula(self) -> Formula:
        """What the only statement comes to."""
        statements = self._statements()
        self._prepare(statements)
        cells = self._evaluated(statements[0]).value().at[()]
        graph = self.builder.finish(cells.nodes[-1])
        at: dict[int, float] = {}
        for name, own in self.names.inputs.items():
            at.update(zip(own.nodes, self.names.values[name].numbers, strict=True))
        return Formula(cells.shape, cells.nodes, graph, at)

    def _prepare(self, statements: Sequence[Statement]) -> None:
        """Which names stand for whole numbers."""
        names = self.names
        for statement in statements:
            if statement.kind == "declaration":
                sizes = {text for text, _ in statement.dims if not text.isdigit()}
                names.sized |= sizes
                names.ends |= sizes
            elif statement.kind == "value":
                nodes = self.trees.nodes
                scopes = scopes_of(nodes, statement.first, statement.root, self.source)
                names.read.append((nodes, scopes))
                names.sized |= self._sized(scopes)
                for index in scopes.indices:
                    names.ends.update(nodes[i].word for i in nodes[index].inputs if nodes[i].form == "name")
        names.sized.discard("")

    def _sized(self, scopes: Scopes) -> set[str]:
        names = ((k, self.trees.nodes[k].word) for k in scopes.whole if self.trees.nodes[k].form == "name")
        return {word for k, word in names if word not in scopes.around.get(k, {})}

    def _evaluated(
        self, statement: Statement, fixed: Mapping[int, int] | None = None, before: Mapping[int, Found] | None = None
    ) -> Evaluation:
        nodes, first, root = self.trees.nodes, statement.first, statement.root
        return Evaluation(nodes, first, root, self.names, self.lowering, self.source, fixed, before)

    def _assign(self, statement: Statement) -> None:
        name, place = statement.name, statement.place
        self._check_free(name, place)
        if self._repeats(statement):
            self._sequence(statement)
            return
        evaluation = self._evaluated(statement)
        cells = evaluation.value().at[()]
        root = self.trees.nodes[statement.root]
        if _is_each(root) and not (every := evaluation.values[root.inputs[-1]]).at[min(every.at)].is_number:
            if len(root.inputs) > 2:
                message = "each of these is a bundle, and a statement for two indices takes numbers"
                hint = "write its entries, Z[i=1..2, j=1..3] = …, or take one index"
                raise self.names.error("shape", message, statement.extent, hint)
            made = [self._named_cells(every.at[at]) for at in sorted(every.at)]
            self._store_sequence(statement, evaluation, evaluation.values, made)
            return
        text = evaluation.text[statement.root]
        if all(map(self.builder.is_constant, cells.nodes)):
            numbers = tuple(constant_value(self.builder, i) for i in cells.nodes)
            span = Span(self.source, *statement.extent)
            value = Value(name, cells.shape, numbers, tuple(map(number, numbers)), span)
            if name in self.names.sized and cells.is_number and numbers[0].is_integer():
                self.names.values.setdefault(name, value)
                return
            self.names.default(name, value, statement.place)
            self.sentences.append(f"{name} = {text}")
            return
        self._add(evaluation, name, cells)

    def _check_free(self, name: str, place: tuple[int, int]) -> None:
        names = self.names
        if name in names.known:
            message, hint = f"`{name}` is assigned twice", "give the second one a name of its own"
            if name in names.inputs:
                message = f"`{name}` is used before it is assigned"
                hint = "put this statement first, or choose another name"
            raise names.error("name", message, place, hint)
        base = name.rstrip("0123456789")
        if base != name and name[len(base) :] != "0" and names.bundle(base) is not None:
            message = f"{name} is an entry of the vector {base}"
            raise names.error("name", message, place, "choose another name")

    def _add(self, evaluation: Evaluation, name: str, cells: Cells) -> None:
        """What a statement has made, under its name."""
        nodes = self._named_cells(cells).nodes
        indices: tuple[Run, ...] = ()
        sentence = f"{name} = {evaluation.text[evaluation.root]}"
        root = evaluation.nodes[evaluation.root]
        if _is_each(root):
            ranges = [i for i in root.inputs if evaluation.nodes[i].form == "range"]
            indices = tuple(Run(evaluation.nodes[i].word, *evaluation.runs.ends(i, {})) for i in ranges)
            body = evaluation.text[root.inputs[-1]]
            sentence = f"{name}[{', '.join(evaluation.text[i] for i in ranges)}] = {body}"
            self.names.singles.add(name)
        self.names.known[name] = Cells(cells.shape, nodes)
        self.built.append(Built(evaluation, name, evaluation.values, nodes, cells.shape, indices))
        self.sentences.append(sentence)

    def _named(self, i: int) -> int:
        """A node that may bear a name of its own."""
        taken = self.builder.name_of(i) or not self.builder.is_operation(i) or self.builder.is_constant(i)
        node = self.builder.operation(TABLE["identity"], (i,), self.builder.span(i)[1:]) if taken else i
        if not self.builder.is_constant(node):
            self.builder.name(node, "?")
        return node

    def _named_cells(self, cells: Cells) -> Cells:
        return Cells(cells.shape, tuple(self._named(i) for i in cells.nodes))

    def _repeats(self, statement: Statement) -> bool:
        """Whether a statement for each value of an index uses what it has made."""
        root = self.trees.nodes[statement.root]
        if not _is_each(root):
            return False
        own = self.trees.nodes[statement.first : statement.root]
        return any(tree.form == "name" and tree.word == statement.name for tree in own)

    def _sequence(self, statement: Statement) -> None:
        """A recurrence: one value of the index after the other."""
        nodes, name, names = self.trees.nodes, statement.name, self.names
        whole = self._evaluated(statement)
        ranges = [i for i in nodes[statement.root].inputs if nodes[i].form == "range"]
        if len(ranges) != 1:
            message = f"{name} uses what it has made, and runs over more than one index"
            raise names.error("index", message, statement.place, "give each index a statement of its own")
        low, high = whole.runs.ends(ranges[0], {})
        before: dict[int, Found] = {}
        merged: dict[int, Found] = {}
        made: list[Cells] = []
        for t in range(low, high + 1):
            one = self._evaluated(statement, {ranges[0]: t}, before)
            value = self._named_cells(one.value().at[()])
            made.append(value)
            names.known[f"{name}{t}"] = value
            for k, found in one.values.items():
                if ranges[0] not in found.indices:
                    before.setdefault(k, found)
                old = merged.get(k)
                merged[k] = found if old is None else Found(found.indices, {**old.at, **found.at})
            own = (k for k in before if nodes[k].form == "name" and nodes[k].word == name)
            for k in (statement.root, *own):
                before.pop(k, None)
        self._store_sequence(statement, whole, merged, made)

    def _store_sequence(
        self, statement: Statement, whole: Evaluation, merged: Mapping[int, Found], made: Sequence[Cells]
    ) -> None:
        """What a statement has made for each value of its index: a vector of numbers, or bundles h1, h2, …"""
        nodes, name, names = self.trees.nodes, statement.name, self.names
        root = nodes[statement.root]
        run = Run(nodes[root.inputs[0]].word, *whole.runs.ends(root.inputs[0], {}))
        text = whole.text[root.inputs[-1]]
        self.sentences.append(f"{name}[{whole.text[root.inputs[0]]}] = {text}")
        if all(cells.is_number for cells in made) and run.first == 1:
            every = tuple(cells.nodes[0] for cells in made)
            names.known[name] = Cells((len(every), 1), every)
            names.singles.add(name)
            self.built.append(Built(whole, name, merged, every, (len(every), 1), (run,), text, is_sequence=True))
            for t in range(run.first, run.last + 1):
                del names.known[f"{name}{t}"]
            return
        for t, cells in enumerate(made, run.first):
            first = merged if t == run.first else {}
            names.known[f"{name}{t}"] = cells
            said = self._at(whole, name, root.inputs[0], t)
            self.built.append(Built(whole, f"{name}{t}", first, cells.nodes, cells.shape, (), said, is_sequence=True))

    @staticmethod
    def _at(whole: Evaluation, name: str, index: int, t: int) -> str:
        """What a statement for each value of an index computes where the index is t; what it made has a name each."""
        nodes, given = whole.nodes, {}
        for k in sorted(whole.scopes.whole):
            if index in whole.runs.depends(k):
                given[k] = str(whole.runs.whole(k, {index: t}))
            elif nodes[k].form == "name" and whole.scopes.around.get(k, {}).get(nodes[k].word) == index:
                given[k] = str(t)
        found = texts(nodes, whole.first, whole.root, given)
        return re.sub(rf"\b{name}\[(\d+)\]", rf"{name}\1", found[nodes[whole.root].inputs[-1]][0])

    def _output(self, statement: Statement) -> int:
        name, names = statement.name, self.names
        if statement.kind != "value":
            message = "the last statement is what the program computes"
            raise names.error("syntax", message, statement.place, "write it last: sum(x^2)")
        if name:
            self._check_free(name, statement.place)
        else:
            taken = {*names.known, *names.values, *self.trees.templates}
            name = next(n for n in (OUTPUT, *(f"{OUTPUT}{k}" for k in range(2, 10_000))) if n not in taken)
        evaluation = self._evaluated(statement)
        cells = evaluation.value().at[()]
        if not cells.is_number:
            raise self._no_number(statement, evaluation, cells)
        for parameter in statement.parameters:
            names.cells(parameter, statement.extent)
        node = cells.nodes[0]
        builder = self.builder
        if not builder.is_operation(node) or builder.is_constant(node) or builder.name_of(node):
            node = builder.operation(TABLE["identity"], (node,), statement.extent)
        cells = Cells(NUMBER, (node,))
        self.built.append(Built(evaluation, name, evaluation.values, (node,), NUMBER))
        self.names.known[name] = cells
        self.sentences.append(f"{name} = {evaluation.text[statement.root]}")
        return node

    def _no_number(self, statement: Statement, evaluation: Evaluation, cells: Cells) -> GradxError:
        text = evaluation.text[statement.root]
        said = text if len(text) < 30 else "…"
        hint = f"write sum({said}) or mean({said}), or an entry: ({said})[{'1,2' if cells.shape[1] > 1 else '1'}]"
        message = f"the output is {shape_text(cells.shape)}, and a gradient is that of one number"
        return self.names.error("shape", message, statement.extent, hint)

    def _finish(self, output: int, statements: Sequence[Statement]) -> Read:
        names = self.names
        taken = {*names.known, *names.values, *self.trees.templates, *names.sizes}
        prefix = next(letter for letter in PREFIXES if letter not in taken)
        inputs = [Group(name, None, (), cells.shape, cells.nodes) for name, cells in names.inputs.items()]
        grouping = Grouping(self.builder, taken, prefix, {i: group.name for group in inputs for i in group.entries})
        made = [group for built in self.built for group in grouping.groups(built)]
        groups = (*inputs, *made)
        graph = self._named_graph(self.builder.finish(output), groups)
        declared = [
            f"{s.name}: {' x '.join(text for text, _ in s.dims)}" for s in statements if s.kind == "declaration"
        ]
        steps = tuple(map(step_of, self.built))
        bundles = ReadBundles(groups, dict(names.sizes), "; ".join((*declared, *self.sentences)), steps)
        defaults: dict[str, float] = {}
        for name, value in names.defaults.items():
            shape = names.known[name].shape
            if shape == value.shape:
                defaults.update(zip(entry_names(name, shape), value.numbers, strict=True))
        is_rewritten = re.search(r"\bfor\b", self.source.text) is not None
        notes = [f"read as {bundles.reading.removeprefix(f'{OUTPUT} = ')}"] if is_rewritten else []
        sizes = ((name, size) for name, size in names.sizes.items() if name in names.values)
        constants = (f"{name} = {size} is a size: a constant, with no gradient" for name, size in sizes)
        remarks: list[str] = list(map(Note, (*notes, *self.lowering.remarks, *constants)))
        remarks.extend(numbers_rounded(self.source.text))
        if graph.constant[output]:
            remarks.append("there is nothing to differentiate: the output has no inputs")
        program = Program(self.source, graph, defaults, tuple(remarks), bundles=bundles)
        return Read(program, tuple(self._bindings(names)))

    def _bindings(self, names: Names) -> Iterator[Binding]:
        for name, value in names.values.items():
            cells = names.inputs.get(name)
            if cells is not None and (name not in names.defaults or value is not names.defaults[name]):
                yield from value.bindings(entry_names(name, cells.shape))
            elif cells is None and name not in names.sizes:
                yield Binding(name, value.numbers[0], value.span.source)

    @staticmethod
    def _named_graph(graph: Graph, groups: Sequence[Group]) -> Graph:
        """The graph with the names of its groups' entries; what stands inside of an operation has none."""
        given = [name if i in graph.leaves else "" for i, name in enumerate(graph.given)]
        every = list(given)
        for group in groups:
            for name, i in zip(group.names, group.entries, strict=True):
                if not graph.constant[i] or i == graph.output:
                    every[i] = name
                    given[i] = every[i] if group.is_given else ""
        for i in range(len(every)):
            if not every[i] and i not in graph.leaves:
                every[i] = f"{HIDDEN}{i}"
        return replace(graph, names=tuple(every), given=tuple(given))
