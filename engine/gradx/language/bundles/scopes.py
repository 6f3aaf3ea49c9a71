"""Which index a name is, what is a whole number, and how far the indices of a statement run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gradx.errors import GradxError, Source, Span
from gradx.graph import below
from gradx.language.bundles.lowering import Cells
from gradx.language.bundles.tree import Tree
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
                    raise _runs_already(nodes[i], name, source)
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


def _runs_already(tree: Tree, name: str, source: Source) -> GradxError:
    span = Span(source, tree.span[0], len(name))
    return GradxError(
        "index", f"index {name} runs already", hint="give the inner sum an index of its own: j, k, …", span=span
    )


MOST_VALUES = 200_000
"""Values that an index may take."""


class Sizes(Protocol):
    """What whole numbers and bundles names stand for."""

    def size(self, name: str, tree: Tree) -> int: ...
    def indexed(self, name: str) -> Cells | None: ...


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
        self, nodes: Sequence[Tree], scopes: Scopes, source: Source, known: Sizes, fixed: Mapping[int, int]
    ) -> None:
        self._nodes, self._scopes, self._source, self._known_sizes, self._fixed = nodes, scopes, source, known, fixed
        self._known: dict[tuple[int, ...], list[Assignment]] = {(): [()]}

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

    def _values(self, index: int, at: Mapping[int, int]) -> range:
        low, high = self.ends(index, at)
        if high - low >= MOST_VALUES:
            span = Span(self._source, *self._nodes[index].span)
            message = f"an index of {high - low + 1:,} values is more than {MOST_VALUES:,} operations"
            raise GradxError("size", message, hint="take a shorter range", span=span)
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
            raise GradxError(
                "index",
                f"the range {said} is empty",
                hint=f"the first number of a range is its smaller one: {high}..{low}",
                span=Span(self._source, start, end - start),
            )
        return low, high

    def _length(self, index: int) -> int:
        """How long what an index runs through is. Raises `GradxError` where that is not one number."""
        tree = self._nodes[index]
        found = lengths(self._nodes, self._scopes, index, self._known_sizes.indexed)
        if len(set(found.values())) != 1:
            said = " and ".join(f"{name} has {length}" for name, length in found.items())
            message = f"index {tree.word} runs through bundles of other lengths: {said}"
            raise GradxError(
                "index",
                message if found else f"index {tree.word} runs through no vector",
                hint=f"say how far: sum({tree.word}=1..3, …)",
                span=Span(self._source, *tree.span),
            )
        return next(iter(found.values()))

    def whole(self, root: int, at: Mapping[int, int]) -> int:
        """What an index expression is worth. Raises `GradxError` where it is not whole."""
        worth: dict[int, int] = {}
        for k in self._below(root):
            tree = self._nodes[k]
            worth[k] = self._worth(k, tree, worth, at)
        return worth[root]

    def _below(self, root: int) -> list[int]:
        return below((root,), lambda k: self._nodes[k].inputs)

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
        raise GradxError(
            "index",
            f"an index is a whole number, and {said} is none",
            hint="numbers, indices and sizes with + - * stand in an index: x[2i-1]",
            span=Span(self._source, *tree.span),
        )

    def depends(self, root: int) -> Iterator[int]:
        """The indices that an index expression depends on."""
        for k in self._below(root):
            index = self._scopes.around[k].get(self._nodes[k].word) if self._nodes[k].form == "name" else None
            if index is not None:
                yield index
