"""The groups of a program: which nodes a statement's tree has made, what they are called, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from gradx.bundle import NUMBER, Group, Run, Shape
from gradx.graph import GraphBuilder
from gradx.language.bundles.evaluation import Evaluation, Value
from gradx.language.bundles.rows import TRANSPOSED
from gradx.language.bundles.tree import Tree
from gradx.language.bundles.writing import texts


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
