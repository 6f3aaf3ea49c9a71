"""The statements of a program with bundles, after they were built: the groups that they have made, and what a walk over
whole bundles needs of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from math import prod

from gradx.bundle import NUMBER, Boxes, Bundles, Group, Run, Shape
from gradx.graph import GraphBuilder
from gradx.language.bundles.evaluation import Evaluation, Value
from gradx.language.bundles.rows import TRANSPOSED
from gradx.language.bundles.tree import Tree, texts


@dataclass(frozen=True)
class Step:
    """A statement: its nodes from `first` to `root`, and of each its shape for one value of its indices, the group that
    it is, the ranges that it depends on (nodes), and the group that it is an entry of.

    `boxes`: what those ranges run through together; `counts`: over how many values a sum runs; `ranges`: those that
    depend on nothing; `is_sequence`: it uses what it has made.
    """

    name: str
    nodes: Sequence[Tree]
    first: int
    root: int
    shapes: Mapping[int, Shape]
    names: Mapping[int, str]
    indices: Mapping[int, tuple[int, ...]]
    owners: Mapping[int, str]
    counts: Mapping[int, int]
    ranges: Mapping[int, tuple[int, int]]
    boxes: Mapping[int, Boxes]
    is_sequence: bool = False

    def axis(self, k: int) -> int | None:
        """The axis of a call, if it has one."""
        for i in self.nodes[k].inputs:
            if self.nodes[i].form == "axis":
                return int(self.nodes[self.nodes[i].inputs[0]].number)
        return None

    @property
    def reads(self) -> list[str]:
        """The groups that it reads."""
        return list(dict.fromkeys(self.owners.values()))


@dataclass(frozen=True)
class ReadBundles(Bundles):
    """The groups of a program that was read, and its statements."""

    steps: tuple[Step, ...] = ()


def step_of(built: Built) -> Step:
    """What a walk needs of a statement."""
    of = built.evaluation
    shapes = {k: next(iter(value.at.values())).shape for k, value in built.values.items()}
    indices = {k: value.indices for k, value in built.values.items() if value.indices}
    owners: dict[int, str] = {}
    counts: dict[int, int] = {}
    for k in range(of.first, of.root + 1):
        tree = of.nodes[k]
        base = of.nodes[tree.inputs[0]] if tree.form in ("entry", "layer") else tree
        if base.form == "name" and k not in of.scopes.whole and k in of.scopes.around:
            owner = base.word if tree.form != "name" and of.known.bundle(base.word) else of.known.owner(base.word)
            if owner is not None and base.word not in of.scopes.around[k]:
                owners[k] = owner
        ranges = tuple(i for i in tree.inputs if of.nodes[i].form == "range")
        if ranges and k in shapes and not built.is_sequence:
            own = built.values[k].indices
            if not own and all(not of.scopes.indices[i].around for i in ranges[:1]):
                counts[k] = len(of.runs.over(of.closed(ranges)))
    ends = {
        i: of.runs.ends(i, {})
        for i in of.scopes.indices
        if not any(list(of.runs.depends(end)) for end in of.nodes[i].inputs)
    }
    names = {**built.names, of.root: built.name}
    boxes = {
        k: _boxes([of.nodes[i].word for i in value.indices], list(value.at))
        for k, value in built.values.items()
        if value.indices
    }
    return Step(
        built.name, of.nodes, of.first, of.root, shapes, names, indices, owners, counts, ends, boxes, built.is_sequence
    )


def _boxes(names: Sequence[str], every: Sequence[tuple[int, ...]]) -> Boxes:
    """What indices run through, given all of their values, the last fastest."""
    sides = [(min(values), max(values)) for values in zip(*every, strict=True)]
    if len(every) == prod(high - low + 1 for low, high in sides):
        return (tuple(Run(name, *side) for name, side in zip(names, sides, strict=True)),)
    found = []
    for before, behind in groupby(every, lambda at: at[:-1]):
        last = [at[-1] for at in behind]
        ends = [*((x, x) for x in before), (last[0], last[-1])]
        found.append(tuple(Run(name, *side) for name, side in zip(names, ends, strict=True)))
    return tuple(found)


@dataclass
class Built:
    """A statement that was built: its evaluation, the name of its value, and what else its nodes have come to."""

    evaluation: Evaluation
    name: str
    values: Mapping[int, Value]
    nodes: tuple[int, ...]
    shape: Shape
    indices: tuple[Run, ...] = ()
    text: str = ""
    names: dict[int, str] = field(default_factory=dict)
    is_sequence: bool = False


def makes_nodes(of: Evaluation, k: int) -> bool:
    """Whether a node of the tree is an operation, and not only another look at what is there."""
    tree = of.nodes[k]
    if tree.form == "apply":
        return tree.row is not TRANSPOSED and not of.is_transpose(tree)
    return tree.form == "call" and tree.word not in ("zeros", "ones", "eye", "each")


class Grouping:
    """Makes the groups of statements, in order."""

    def __init__(self, builder: GraphBuilder, taken: set[str], prefix: str, inputs: Mapping[int, str]) -> None:
        """`inputs`: the input that a node belongs to."""
        self._builder = builder
        self._inputs = inputs
        self._seen: set[int] = set()
        self._free = (name for name in (f"{prefix}{k}" for k in count(1)) if name not in taken)

    def groups(self, built: Built) -> Iterator[Group]:
        """The groups of one statement; the last is its value."""
        of, nodes = built.evaluation, built.evaluation.nodes
        given: dict[int, str] = {}
        reads: dict[int, tuple[str, ...]] = {}
        own = self._own(built)
        for k in range(of.first, of.root + 1):
            reads[k] = self._reads(of, k, nodes[k], reads)
            if nodes[k].form == "entry" and k in built.values:
                reads[k] = tuple(dict.fromkeys((*reads[k], *self._first(built.values[k]))))
            if k in own and k != of.root:
                entries, indices, shape = own[k]
                name, text = next(self._free), texts(nodes, of.first, k, given)[k][0]
                yield Group(name, text, reads[k], shape, entries, indices, is_given=False, expression=of.text[k])
                given[k] = f"{name}[{','.join(run.name for run in indices)}]" if indices else name
                built.names[k], reads[k] = name, (name,)
        plain, indices = texts(nodes, of.first, of.root, given), built.indices
        definition = built.text or _body(nodes, of.root, plain)
        written = built.text or _body(nodes, of.root, {k: (text, 0) for k, text in of.text.items()})
        yield Group(built.name, definition, reads[of.root], built.shape, built.nodes, indices, expression=written)

    def _own(self, built: Built) -> dict[int, tuple[tuple[int, ...], tuple[Run, ...], Shape]]:
        """The nodes of the tree that have made nodes of the graph: these, the indices they run through, their shape."""
        of = built.evaluation
        self._seen.update(built.nodes)
        found: dict[int, tuple[tuple[int, ...], tuple[Run, ...], Shape]] = {}
        for k in range(of.first, of.root):
            value = built.values.get(k)
            if value is None or not makes_nodes(of, k):
                continue
            cells = list(value.at.values())
            made = tuple(i for each in cells for i in each.nodes)
            if any(not self._builder.is_operation(i) or self._builder.is_constant(i) or i in self._seen for i in made):
                continue
            self._seen.update(made)
            runs = tuple(self._run(of, value, slot) for slot in range(len(value.indices)))
            found[k] = made, runs, _shape(cells[0].shape, runs, len(made))
        return found

    @staticmethod
    def _run(of: Evaluation, value: Value, slot: int) -> Run:
        numbers = [at[slot] for at in value.at]
        return Run(of.scopes.indices[value.indices[slot]].name, min(numbers), max(numbers))

    def _first(self, value: Value) -> Iterator[str]:
        """The inputs among what an entry has come to: `h0`, with which a recurrence over `h[t-1]` begins."""
        return (self._inputs[i] for cells in value.at.values() for i in cells.nodes if i in self._inputs)

    @staticmethod
    def _reads(of: Evaluation, k: int, tree: Tree, reads: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
        if tree.form == "name":
            is_name = k not in of.scopes.whole and tree.word not in of.scopes.around.get(k, {})
            owner = of.known.owner(tree.word) if is_name else None
            return (owner,) if owner else ()
        return tuple(dict.fromkeys(name for i in tree.inputs for name in reads.get(i, ())))


def _shape(cell: Shape, runs: Sequence[Run], size: int) -> Shape:
    if not runs or cell != NUMBER:
        return cell
    if len(runs) == 2:
        rows, columns = (run.last - run.first + 1 for run in runs)
        if rows * columns == size:
            return rows, columns
    return size, 1


def _body(nodes: Sequence[Tree], root: int, plain: Mapping[int, tuple[str, int]]) -> str:
    """A definition; of a statement for each value of an index what stands behind its `=`."""
    tree = nodes[root]
    return plain[tree.inputs[-1]][0] if tree.form == "call" and tree.word == "each" else plain[root][0]
