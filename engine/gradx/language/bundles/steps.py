"""The statements of a program with bundles, after they were built: what a walk over whole bundles needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod

from gradx.bundle import Boxes, Bundles, Run, Shape
from gradx.language.bundles.groups import Built
from gradx.language.bundles.tree import Tree


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
