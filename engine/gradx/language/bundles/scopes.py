"""Which index a name is, what is a whole number, and how far the indices of a statement run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from gradx.errors import GradxError, Kind, Source, Span
from gradx.graph import below
from gradx.language.bundles.lowering import MOST_OPERATIONS, Cells, Lowering
from gradx.language.bundles.tree import Tree
from gradx.language.functions import Extent
from gradx.language.writing import number

Assignment = tuple[int, ...]
"""A value for every index that something depends on."""


@dataclass(frozen=True)
class Index:
    """An index: its name, its range's node, and the indices of the sums around it."""

    name: str
    node: int
    around: tuple[int, ...]


@dataclass
class Scopes:
    """Of each node of a statement: the indices around it (name to the node of the range), and how it is used."""

    around: dict[int, dict[str, int]] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    bases: set[int] = field(default_factory=set)
    transposes: set[int] = field(default_factory=set)
    indices: dict[int, Index] = field(default_factory=dict)


def scopes_of(nodes: Sequence[Tree], first: int, root: int, source: Source) -> Scopes:
    """The scopes of the nodes from `first` to `root`. Raises `GradxError` for an index that runs already."""
    found = Scopes()
    found.around[root] = {}
    for k in range(root, first - 1, -1):
        if k not in found.around:
            continue
        tree, around = nodes[k], found.around[k]
        inner = around
        if tree.form == "call":
            ranges = [i for i in tree.inputs if nodes[i].form == "range"]
            for i in ranges:
                name = nodes[i].word
                if name in inner:
                    span, hint = (
                        Span(source, nodes[i].span[0], len(name)),
                        "give the inner sum an index of its own: j, k, …",
                    )
                    raise GradxError("index", f"index {name} runs already", hint=hint, span=span)
                found.indices[i] = Index(name, i, tuple(inner.values()))
                found.around[i] = dict(inner)
                inner = {**inner, name: i}
        is_whole = k in found.whole or tree.form in ("range", "part")
        for slot, i in enumerate(tree.inputs):
            if nodes[i].form != "range":
                known = found.around.get(i)
                mine = inner if tree.form == "call" else around
                found.around[i] = mine if known is None else {n: v for n, v in known.items() if mine.get(n) == v}
            sized = tree.form == "axis" or (tree.form == "call" and tree.word in ("zeros", "ones", "eye"))
            if is_whole or sized or (tree.form in ("entry", "layer") and slot):
                found.whole.add(i)
            if slot and tree.row is not None and tree.row.name == "^" and nodes[i].word == "T":
                found.transposes.add(i)
            if tree.form in ("entry", "layer") and not slot and nodes[i].form == "name":
                found.bases.add(i)
    return found


class Known(Protocol):
    """What names mean around a statement. What is said here is said where none has a value."""

    def cells(self, name: str, span: Extent, called: bool = False) -> Cells:
        """What a name is worth; a new input where it is none yet."""

    def size(self, name: str, tree: Tree) -> int:
        """The whole number that a name stands for."""

    def bundle(self, name: str) -> Cells | None:
        """The bundle of that name; None for a number, or nothing."""
        return None

    def indexed(self, name: str) -> Cells | None:
        """What a subscript of the name looks into: a bundle, or a number that is the only one of its list."""
        return None

    def owner(self, name: str) -> str | None:
        """The group that a name, or the entry of that name, belongs to."""
        return None

    def is_listed(self, name: str) -> bool:
        """Whether the value of a name is that of a bundle: in brackets, or of a file."""
        return False

    def is_size(self, name: str) -> bool:
        return False

    def is_value(self, name: str) -> bool:
        return False


def lengths(nodes: Sequence[Tree], scopes: Scopes, index: int, bundle: Callable[[str], Cells | None]) -> dict[str, int]:
    """The lengths of the bundles that an index alone is a subscript of, by their names."""
    found: dict[str, int] = {}
    for k, around in scopes.around.items():
        tree = nodes[k]
        if tree.form != "entry" or nodes[tree.inputs[0]].form != "name":
            continue
        for slot, i in enumerate(tree.inputs[1:]):
            if nodes[i].form == "name" and around.get(nodes[i].word) == index:
                name = nodes[tree.inputs[0]].word
                cells = bundle(name)
                if cells is not None:
                    alone = len(tree.inputs) == 2
                    found[name] = len(cells.nodes) if alone else cells.shape[slot]
    return found


class Runs:
    """The values that the indices of a statement take."""

    def __init__(
        self, nodes: Sequence[Tree], scopes: Scopes, source: Source, known: Known, fixed: Mapping[int, int]
    ) -> None:
        self._nodes, self._scopes, self._source, self._known_sizes, self._fixed = nodes, scopes, source, known, fixed
        self._known: dict[tuple[int, ...], list[Assignment]] = {(): [()]}

    def _error(self, kind: Kind, message: str, hint: str, place: Extent) -> GradxError:
        return GradxError(kind, message, hint=hint, span=Span(self._source, *place))

    def over(self, indices: tuple[int, ...]) -> list[Assignment]:
        """Every value of these indices together; an index stands behind those around it."""
        for k in range(1, len(indices) + 1):
            some = indices[:k]
            if some not in self._known:
                self._known[some] = [
                    (*before, value)
                    for before in self._known[some[:-1]]
                    for value in self._values(some[-1], dict(zip(some[:-1], before, strict=True)))
                ]
        return self._known[indices]

    def each(self, indices: tuple[int, ...]) -> Iterator[tuple[Assignment, dict[int, int]]]:
        """The same, and beside it the value of each index."""
        return ((at, dict(zip(indices, at, strict=True))) for at in self.over(indices))

    def _values(self, index: int, at: Mapping[int, int]) -> range:
        low, high = self.ends(index, at)
        if high - low >= MOST_OPERATIONS:
            message = f"an index of {high - low + 1:,} values is more than {MOST_OPERATIONS:,} operations"
            raise self._error("size", message, "take a shorter range", self._nodes[index].span)
        return range(low, high + 1)

    def ends(self, index: int, at: Mapping[int, int]) -> tuple[int, int]:
        """The first and the last value of an index. Raises `GradxError` for an empty range."""
        if index in self._fixed:
            return self._fixed[index], self._fixed[index]
        tree = self._nodes[index]
        if not tree.inputs:
            return 1, self._length(index)
        low, high = (self.whole(i, at) for i in tree.inputs)
        if low > high:
            start = self._nodes[tree.inputs[0]].span[0]
            end = sum(self._nodes[tree.inputs[1]].span)
            text = self._source.text[start:end]
            said = text if text == f"{low}..{high}" else f"{text} ({low}..{high})"
            hint = f"the first number of a range is its smaller one: {high}..{low}"
            raise self._error("index", f"the range {said} is empty", hint, (start, end - start))
        return low, high

    def _length(self, index: int) -> int:
        """How long what an index runs through is. Raises `GradxError` where that is not one number."""
        tree = self._nodes[index]
        found = lengths(self._nodes, self._scopes, index, self._known_sizes.indexed)
        if len(set(found.values())) != 1:
            said = " and ".join(f"{name} has {length}" for name, length in found.items())
            message = f"index {tree.word} runs through bundles of other lengths: {said}"
            message = message if found else f"index {tree.word} runs through no vector"
            raise self._error("index", message, f"say how far: sum({tree.word}=1..3, …)", tree.span)
        return next(iter(found.values()))

    def whole(self, root: int, at: Mapping[int, int]) -> int:
        """What an index expression is worth. Raises `GradxError` where it is not whole."""
        worth: dict[int, int] = {}
        for k in below((root,), lambda k: self._nodes[k].inputs):
            worth[k] = self._worth(k, self._nodes[k], worth, at)
        return worth[root]

    def _worth(self, k: int, tree: Tree, worth: Mapping[int, int], at: Mapping[int, int]) -> int:
        if tree.form == "number" and tree.number.is_integer():
            return int(tree.number)
        if tree.form == "name":
            index = self._scopes.around[k].get(tree.word)
            return at[index] if index is not None else self._known_sizes.size(tree.word, tree)
        name = tree.row.name if tree.form == "apply" and tree.row is not None else ""
        xs = [worth[i] for i in tree.inputs]
        if name in ("*", "beside", "·"):
            return xs[0] * xs[1]
        if name in ("+", "-"):
            return xs[0] + xs[1] if name == "+" else xs[0] - xs[1]
        if name == "neg":
            return -xs[0]
        said = number(tree.number) if tree.form == "number" else self._source.text[tree.span[0] : sum(tree.span)]
        hint = "numbers, indices and sizes with + - * stand in an index: x[2i-1]"
        raise self._error("index", f"an index is a whole number, and {said} is none", hint, tree.span)

    def depends(self, root: int) -> Iterator[int]:
        """The indices that an index expression depends on."""
        for k in below((root,), lambda k: self._nodes[k].inputs):
            index = self._scopes.around[k].get(self._nodes[k].word) if self._nodes[k].form == "name" else None
            if index is not None:
                yield index


class Context(Protocol):
    """A statement while it is evaluated."""

    @property
    def nodes(self) -> Sequence[Tree]: ...
    @property
    def known(self) -> Known: ...
    @property
    def lowering(self) -> Lowering: ...
    @property
    def source(self) -> Source: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def text(self) -> Mapping[int, str]:
        """Every node as it is written."""

    def fail(self, kind: Kind, message: str, span: Extent, hint: str | None = None) -> NoReturn: ...
