"""The gradient of every bundle as formulas of the language, `dW = dZ x^T`: reverse rules over whole bundles.

Backprop once more, one step up: the statements' trees are walked from the output back, and each operation hands its
operands a formula in place of numbers. What is repeated in the forward pass is summed on the way back; what
runs in a sum over an index has a formula for each value of the index.
Source: Giles, Collected matrix derivative results for forward and reverse mode algorithmic differentiation, 2008.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import prod

from gradx.bundle import NUMBER, Boxes, Run, Shape
from gradx.derive.bundle_indices import NO_LOOPS, Formula, Given, Indices, at, inside, subscripts, values_of
from gradx.derive.bundle_rules import handed, of_gathered
from gradx.derive.bundle_terms import (
    NOWHERE,
    NoFormulaError,
    ShapedTrees,
    Term,
    applied,
    filled,
    fitted,
    is_transpose,
    named,
    number,
    spread,
    times,
    transposed,
    whole,
)
from gradx.graph import below
from gradx.language.bundles.rows import EACH
from gradx.language.bundles.steps import ReadBundles, Step
from gradx.language.bundles.tree import Tree


def gradient_formulas(
    bundles: ReadBundles, output: str, *, named_alone: bool
) -> Mapping[str, Sequence[Formula] | None]:
    """For each group, as backprop meets it, its gradient as terms, None where it has none that can be written.
    `named_alone`: operations without a name are written out."""
    return _Walk(bundles, output, named_alone=named_alone).formulas()


class _Walk:
    """One walk from the output back. `named_alone`: operations without a name are written out."""

    def __init__(self, bundles: ReadBundles, output: str, *, named_alone: bool) -> None:
        self._bundles, self._output = bundles, output
        self._trees = ShapedTrees()
        self._named_alone = named_alone
        self._given: dict[str, list[Given] | None] = {}
        self._at: dict[str, int] = {}

    def formulas(self) -> dict[str, list[Formula] | None]:
        """The formulas for each group that is reached."""
        return {name: self._written(name, given) for name, given in self.terms()}

    def terms(self) -> Iterator[tuple[str, list[Given] | None]]:
        """Each group that is reached with what its uses hand to it, when it has all: the output first."""
        one = number(self._trees, 1.0) if self._named_alone else named(self._trees, f"d{self._output}", NUMBER)
        self._given[self._output] = [Given(one, ())]
        for step in reversed(self._bundles.steps):
            for name in self._walked(step):
                yield name, self._given.get(name, [])
        for group in self._bundles.groups:
            if group.is_input:
                yield group.name, self._given.get(group.name, [])

    def _name(self, step: Step, k: int) -> str | None:
        """The group that a node of the tree is, if it stands for itself."""
        name = step.names.get(k)
        if name is None or self._at or (self._named_alone and not self._bundles.by_name[name].is_given):
            return None
        group = self._bundles.by_name[name]
        starts = all(run.first == 1 for run in group.indices)
        is_grid = len(group.indices) <= 2 and len(step.boxes.get(k, NO_LOOPS)) == 1
        return name if group.is_whole and starts and is_grid else None

    def _walked(self, step: Step) -> Iterator[str]:
        """Hand every operand of a statement what it gets; the groups on the way, each once it has all."""
        step = self._fixed(step)
        values = self._values(step)
        waiting: dict[int, list[Given] | None] = {step.root: self._given.get(step.name, [])}
        is_own = step.is_sequence and bool(self._bundles.by_name[step.name].indices)
        if not is_own:
            yield step.name
        for k in range(step.root, step.first - 1, -1):
            if k not in step.shapes or (k not in waiting and k != step.root):
                continue
            name: str | None = step.name if k == step.root else self._name(step, k)
            if name is not None and k != step.root:
                self._given[name] = waiting.get(k)
                yield name
            elif k != step.root and k in step.names and not self._named_alone:
                self._give_part(step, k, waiting[k])
                yield step.names[k]
            self._hand_on(step, k, name, waiting, values)
        self._at = {}
        if is_own:
            yield step.name

    def _fixed(self, step: Step) -> Step:
        """A step of a recurrence of bundles, `h2` of `h[t] = …`: the first one has the shapes, and its index is 2."""
        if not step.is_sequence or self._bundles.by_name[step.name].indices:
            return step
        of_first = next(each for each in self._bundles.steps if each.root == step.root and each.shapes)
        index = next(i for i in step.nodes[step.root].inputs if step.nodes[i].form == "range")
        self._at = {step.nodes[index].word: int(step.name[len(step.name.rstrip("0123456789")) :])}
        indices = {k: tuple(i for i in every if i != index) for k, every in of_first.indices.items()}
        boxes = {k: inside(every, self._at) for k, every in of_first.boxes.items()}
        return replace(of_first, name=step.name, indices=indices, boxes=boxes)

    def _hand_on(
        self, step: Step, k: int, name: str | None, waiting: dict[int, list[Given] | None], values: Mapping[int, Term]
    ) -> None:
        tree, given = step.nodes[k], waiting.get(k)
        shape = step.shapes[k]
        if name is not None and k != step.root:
            upstream: Term | None = self._gradient(step, k, name)
        elif k == step.root:
            upstream = self._root(step)
        else:
            upstream = self._sum(given, shape)
        operands = self._operands(step, tree)
        if tree.form == "name":
            self._to_name(step, k, tree.word, upstream)
            return
        for slot, i in operands:
            found: list[Given] | None
            if tree.row is not None and slot < tree.row.conditions:
                self._add(step, waiting, k, i, [])  # a condition hands on nothing
                continue
            try:
                if upstream is None:
                    raise NoFormulaError
                found = [self._through(step, k, i, slot, upstream, values)]
            except NoFormulaError:
                found = None
            self._add(step, waiting, k, i, found)

    def _add(
        self, step: Step, waiting: dict[int, list[Given] | None], k: int, i: int, found: list[Given] | None
    ) -> None:
        tree = step.nodes[k]
        base = step.nodes[i]
        if tree.form in ("entry", "layer") and base.form == "name" and i not in step.shapes:
            owner = step.owners.get(k)
            if owner is None or (found is not None and f"{owner}0" in self._bundles.by_name):
                self._give_names(owner, base.word, found)
            else:
                self._give(owner, found)
            return
        if i not in step.shapes:
            return
        old = waiting.setdefault(i, [])
        waiting[i] = None if old is None or found is None else [*old, *found]

    def _give_part(self, step: Step, k: int, given: list[Given] | None) -> None:
        """What a group gets that no formula can name: for each value of its indices, in a recurrence for one."""
        name = step.names[k]
        group, trees = self._bundles.by_name[name], self._trees
        upstream = self._sum(given, step.shapes[k])
        words = [
            number(trees, float(self._at[run.name])) if run.name in self._at
            else Term(trees, trees.unknown(run.name, NOWHERE, False), NUMBER)
            for run in group.indices
        ]  # fmt: skip
        loops = step.boxes.get(k, NO_LOOPS)
        size = sum(prod(run.last - run.first + 1 for run in box) for box in step.boxes.get(k, NO_LOOPS))
        is_each = size * prod(step.shapes[k]) == len(group.entries) or self._at
        term = whole(upstream, step.shapes[k]) if upstream is not None and is_each else None
        self._give(name, None if term is None else [Given(term, (), tuple(words), alone=True, loops=loops)])

    def _give(self, name: str, found: Sequence[Given] | None) -> None:
        old = self._given.setdefault(name, [])
        if old is not None and found is not None and self._at:
            try:
                found = [self._with_index(each) for each in found]
            except NoFormulaError:
                found = None
        self._given[name] = None if old is None or found is None else [*old, *found]

    def _with_index(self, given: Given) -> Given:
        """What is given where the index of a recurrence has its value."""
        names = self._bundles.by_name
        part = tuple(at(term, self._at, names) for term in given.part)
        return given._replace(term=at(given.term, self._at, names), part=part, covers=False)

    def _give_names(self, owner: str | None, base: str, found: Sequence[Given] | None) -> None:
        """`w[i]` of the names w1, w2, …: to each what it gets; of a vector w, with a name w0, to that, and the rest."""
        names = self._bundles.by_name
        try:
            for given in found or ():
                others: list[dict[str, int]] = []
                for values in values_of(given.loops):
                    place = at(given.part[0], {**self._at, **values}, names).number if len(given.part) == 1 else None
                    if owner is not None and place != 0:
                        others.append(values)
                    elif f"{base}{place:.0f}" in names:
                        self._give(f"{base}{place:.0f}", [Given(at(given.term, values, names), ())])
                    else:
                        raise NoFormulaError
                if owner is not None and others:
                    runs = [Run(name, others[0][name], others[-1][name]) for name in others[0]]
                    self._give(owner, [given._replace(loops=(tuple(runs),))])
        except (NoFormulaError, TypeError, ValueError):
            found = None
        if found is None:
            self._forget(base)
            if owner is not None:
                self._give(owner, None)

    def _forget(self, base: str) -> None:
        """What names `base1`, `base2`, … get through an index is not written."""
        for group in self._bundles.groups:
            if group.name[: len(base)] == base and group.name[len(base) :].isdigit():
                self._given[group.name] = None

    def _to_name(self, step: Step, k: int, word: str, upstream: Term | None) -> None:
        owner = step.owners.get(k, word)
        if owner in self._bundles.by_name:
            part = () if owner == word else (number(self._trees, float(word[len(owner) :])),)
            self._give(owner, None if upstream is None else [Given(upstream, (), part)])

    def _operands(self, step: Step, tree: Tree) -> list[tuple[int, int]]:
        if tree.form in ("entry", "layer"):
            return [(0, tree.inputs[0])]
        return [(slot, i) for slot, i in enumerate(tree.inputs) if i in step.shapes and step.nodes[i].form != "number"]

    def _gradient(self, step: Step, k: int, name: str) -> Term:
        """`dv1`, or `dv1[i,j]`."""
        return self._subscripted(step, f"d{name}", step.shapes[k], step.indices.get(k, ()))

    def _subscripted(self, step: Step, name: str, shape: Shape, indices: Indices) -> Term:
        trees = self._trees
        base = named(trees, name, shape)
        if not indices:
            return base
        words = [trees.unknown(step.nodes[i].word, NOWHERE, False) for i in indices]
        return Term(trees, trees.add(Tree("entry", (base.root, *words), NOWHERE)), shape)

    def _root(self, step: Step) -> Term:
        if step.name == self._output and self._named_alone:
            return number(self._trees, 1.0)
        tree = step.nodes[step.root]
        if tree.form == "call" and tree.word == EACH and not self._at:
            ranges = tuple(i for i in tree.inputs if step.nodes[i].form == "range")
            return self._subscripted(step, f"d{step.name}", NUMBER, ranges)
        return named(self._trees, f"d{step.name}", self._bundles.by_name[step.name].shape)

    def _values(self, step: Step) -> dict[int, Term]:
        """What each node is worth, in names."""
        found: dict[int, Term] = {}
        trees, group, root = self._trees, self._bundles.by_name[step.name], step.nodes[step.root]
        is_named = bool(self._at) or (
            group.is_whole and len(group.indices) <= 2 and all(r.first == 1 for r in group.indices)
        )
        body = root.inputs[-1] if root.form == "call" and root.word == EACH and is_named else None
        for k in range(step.first, step.root + 1):
            tree = step.nodes[k]
            shape = step.shapes.get(k, NUMBER)
            if k == body:
                ranges = [] if self._at else [i for i in step.nodes[step.root].inputs if step.nodes[i].form == "range"]
                found[k] = self._subscripted(step, step.name, shape, tuple(ranges))
                continue
            name = step.name if k == step.root else self._name(step, k)
            if name is not None and not (k == step.root and tree.form == "call" and tree.word == EACH):
                found[k] = self._subscripted(step, name, shape, step.indices.get(k, ()))
                continue
            if is_transpose(tree, step.nodes, step.shapes):
                found[k] = transposed(found[tree.inputs[0]])
                continue
            moved = tree._replace(inputs=tuple(found[i].root for i in tree.inputs), span=NOWHERE)
            found[k] = Term(trees, trees.add(moved), shape)
        return found

    def _through(self, step: Step, k: int, i: int, slot: int, upstream: Term, values: Mapping[int, Term]) -> Given:
        """What an operation hands to one operand, summed over what is repeated there."""
        tree = step.nodes[k]
        mine = step.indices.get(k, ())
        if tree.form in ("entry", "layer"):
            part = tuple(values[j] for j in tree.inputs[1:])
            loops = step.boxes[k] if mine else NO_LOOPS
            return Given(upstream, mine, part, self._covers(step, k, loops), loops=loops)
        if tree.form == "call" and any(step.nodes[j].form == "range" for j in tree.inputs):
            ranges = tuple(j for j in tree.inputs if step.nodes[j].form == "range")
            indices = mine if self._at and k == step.root else (*mine, *ranges)
            term = of_gathered(tree.word, upstream, values[i], values[k], step.counts.get(k))
            return self._reduced(step, i, term, indices)
        shapes = [step.shapes.get(j, NUMBER) for j in tree.inputs]
        operands = [Term(self._trees, values[j].root, s) for j, s in zip(tree.inputs, shapes, strict=True)]
        if is_transpose(tree, step.nodes, step.shapes):
            return self._reduced(step, i, transposed(whole(upstream, step.shapes[k])), mine)
        term = handed(tree, upstream, operands, values[k], slot, step.axis(k))
        return self._reduced(step, i, term, mine)

    def _covers(self, step: Step, k: int, loops: Boxes) -> bool:
        """Whether the subscripts are the indices, each once and all along: every entry has its own value of them."""
        tree, owner = step.nodes[k], step.owners.get(k)
        forms = [step.nodes[i].form for i in tree.inputs[1:]]
        words = [step.nodes[i].word for i in tree.inputs[1:] if step.nodes[i].form == "name"]
        if owner is None or not {*forms} <= {"name", "whole"}:
            return False
        ranges = {run.name: (run.first, run.last) for run in loops[0]} if len(loops) == 1 else {}
        group = self._bundles.by_name[owner]
        sides = [len(group.entries)] if len(forms) == 1 else list(group.shape)
        lengths = [length for form, length in zip(forms, sides, strict=True) if form == "name"]
        whole = [ranges.get(word) == (1, length) for word, length in zip(words, lengths, strict=True)]
        return all(whole) and len(set(words)) == len(words) == len(ranges)

    def _reduced(self, step: Step, i: int, term: Term, indices: Indices) -> Given:
        """The term in the shape of the operand, and summed over the indices that the operand does not depend on."""
        shape = step.shapes[i]
        own = step.indices.get(i, ())
        term = fitted(term, shape)
        over = tuple(index for index in indices if index not in own)
        if over:
            term = self._summed(step, over, term)
        return Given(term, own)

    def _summed(self, step: Step, over: Indices, term: Term) -> Term:
        trees = self._trees
        ranges = []
        for index in over:
            tree = step.nodes[index]
            if not tree.inputs:
                raise NoFormulaError
            copied = [self._copied(step, i) for i in tree.inputs]
            ranges.append(trees.add(Tree("range", tuple(copied), NOWHERE, word=tree.word)))
        return Term(trees, trees.add(Tree("call", (*ranges, term.root), NOWHERE, word="sum")), term.shape)

    def _copied(self, step: Step, root: int) -> int:
        """An index expression, copied."""
        moved: dict[int, int] = {}
        for k in below((root,), lambda i: step.nodes[i].inputs):
            tree = step.nodes[k]
            moved[k] = self._trees.add(tree._replace(inputs=tuple(moved[i] for i in tree.inputs), span=NOWHERE))
        return moved[root]

    def _sum(self, given: list[Given] | None, shape: Shape) -> Term | None:
        """What all uses hand to a node, as one term."""
        if given is None or any(each.part for each in given):
            return None
        total = self._total([each.term for each in given])
        return fitted(total, shape) if shape == NUMBER else total

    def _total(self, terms: Sequence[Term]) -> Term:
        first, *more = terms or [number(self._trees, 0.0)]
        return reduce(lambda total, term: applied("+", [total, term]), more, first)

    def _written(self, name: str, given: list[Given] | None) -> list[Formula] | None:
        """The formulas of a group: the whole, then what is added to parts of it."""
        group = self._bundles.by_name[name]
        if given is None or name == self._output:
            return None
        runs = () if group.is_given else group.indices
        head = tuple(Term(self._trees, self._trees.unknown(run.name, NOWHERE, False), NUMBER) for run in runs)
        whole = [each.term for each in given if not each.part]
        parts = [each for each in given if each.part]
        found: list[Formula] = []
        if whole or not parts:
            if len(group.entries) % prod(run.last - run.first + 1 for run in runs):
                return None
            total = self._total(whole)
            cell = NUMBER if head else group.shape
            if total.number == 0 and cell != NUMBER:
                total = filled("zeros", self._trees, cell)
            elif total.shape != cell:
                total = times(total, filled("ones", self._trees, cell)) if spread([total]) != cell else total
            found.append(Formula(name, head, bool(parts), total, (runs,)))
        together: dict[tuple[str, Boxes], Given] = {}
        for each in parts:
            key = subscripts(each.part), each.loops
            old = together.get(key)
            term = each.term if old is None else applied("+", [old.term, each.term])
            together[key] = each._replace(term=term)
        for each in together.values():
            alone = each.alone or (len(together) == 1 and not whole and each.covers)
            found.append(Formula(name, each.part, not alone, each.term, each.loops))
        return found
